"""Collecting from channels, /submit, /my and /credits, and the message menus."""

from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from cogs.common.episodes import episode_choices
from cogs.common.interactions import actor_of, answer, asked_at
from cogs.paying.views import show_earnings, show_payment
from cogs.runtime import Runtime
from cogs.works import messages, mine
from cogs.works.forms import tell_submitted
from cogs.works.intake import Deleted, Edited, Intake, Renamed, ThreadDeleted, posting_of
from cogs.works.views import open_submit, show_kit, show_mine
from domain.errors import UserError
from services.works import lists, mydata, read, submit
from services.works.collect import Posting, Took

Interaction = discord.Interaction[Any]
_SHOW = "Which show (the one of this channel if left out)"
_THREADS = 500

_log = structlog.get_logger(__name__)


class Works(commands.Cog):
    """Works on their way in, and one's own."""

    my = app_commands.Group(name="my", description="What you have made here", guild_only=True)

    def __init__(self, runtime: Runtime, bot: commands.Bot) -> None:
        super().__init__()
        self.runtime, self.bot = runtime, bot
        self.intake = Intake(runtime)
        self._threads: dict[int, discord.Thread] = {}

    async def cog_load(self) -> None:
        """Begin to take in."""
        self.intake.start()

    async def cog_unload(self) -> None:
        """Stop taking in."""
        await self.intake.stop()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Look at every message that can be read; the services know which are works."""
        posting = await self._posting(message)
        if posting is not None:
            self.intake.arrived(posting)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Follow an edit. Discord also sends these when it has looked at a link; those change nothing."""
        posting = await self._posting(payload.message) if payload.message.edited_at is not None else None
        if posting is not None:
            self.intake.arrived(Edited(posting))

    async def _posting(self, message: discord.Message) -> Posting | None:
        """A message as the services take it; None for what is none, or cannot be read.

        Without the message-content intent Discord sends the text and files of those messages only that mention the
        bot. A thread that went to sleep is no longer known to discord.py, so it is asked for once.
        """
        if not (message.content or message.attachments) or message.author.bot:
            return None
        thread = None
        if isinstance(message.channel, discord.PartialMessageable) and message.guild is not None:
            thread = await self._thread(message.channel.id)
        return posting_of(message, thread=thread)

    async def _thread(self, channel_id: int) -> discord.Thread | None:
        if channel_id not in self._threads:
            try:
                found = await self.bot.fetch_channel(channel_id)
            except discord.HTTPException as error:
                _log.warning(
                    "A thread that something was posted in cannot be seen", thread=channel_id, error=str(error)
                )
                return None
            if not isinstance(found, discord.Thread):
                return None
            if len(self._threads) >= _THREADS:
                self._threads.clear()
            self._threads[channel_id] = found
        return self._threads[channel_id]

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Follow the deletion of a thread or forum post, with all that was posted in it."""
        self.intake.arrived(ThreadDeleted(payload.thread_id))

    @commands.Cog.listener()
    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Follow a forum post's new name."""
        if before.name != after.name:
            self.intake.arrived(Renamed(after.id, after.name))

    @commands.Cog.listener()
    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """The same for a post that was asleep, whose old name is not known."""
        if payload.thread is None:
            self.intake.arrived(Renamed(payload.thread_id, payload.data["name"]))

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Follow a deletion."""
        self.intake.arrived(Deleted((payload.message_id,)))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Follow many deletions."""
        self.intake.arrived(Deleted(tuple(payload.message_ids)))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """A new session: what came before it is unknown until bot.catchup has read it."""
        self.intake.session_began()

    @commands.Cog.listener()
    async def on_disconnect(self) -> None:
        """Messages may be missing from now on."""
        self.intake.disconnected()

    @commands.Cog.listener()
    async def on_resumed(self) -> None:
        """Nothing was missed."""
        self.intake.resumed()

    @app_commands.command(name="submit", description="Submit a work: files, a title, and what it is made from")
    @app_commands.describe(show=_SHOW)
    @app_commands.guild_only()
    async def submit(self, interaction: Interaction, show: str | None = None) -> None:
        """Open the form."""
        await open_submit(interaction, show=show)

    @my.command(name="works", description="The works you have posted, with their state")
    async def my_works(self, interaction: Interaction) -> None:
        """List them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_mine(interaction, 0)

    @my.command(name="data", description="A file with your works, their history, and what you agreed to")
    async def my_data(self, interaction: Interaction) -> None:
        """Give it, to nobody else."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        found = await mydata.my_data(self.runtime.db, actor.guild_id, actor.user_id, now=self.runtime.clock())
        await answer(interaction, mine.my_data(found))

    @my.command(name="credits", description="Your part in works, and shares that wait for your answer")
    async def my_credits(self, interaction: Interaction) -> None:
        """List them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        found = await lists.my_credits(self.runtime.db, actor.guild_id, actor.user_id)
        await answer(interaction, messages.my_credits(found, self.runtime.site_url))

    @my.command(name="earnings", description="What you have earned so far, and what your balance holds")
    async def my_earnings(self, interaction: Interaction) -> None:
        """Show them, to nobody else."""
        await show_earnings(interaction)

    @my.command(name="payment", description="How you want to be paid, or what else to do with what you earn")
    async def my_payment(self, interaction: Interaction) -> None:
        """Show it, to nobody else, with the buttons that change it."""
        await show_payment(interaction)

    @app_commands.command(name="credits", description="Everyone in an episode, with their works")
    @app_commands.describe(episode="Which episode, such as S1E3 (the newest if left out)", show=_SHOW)
    @app_commands.guild_only()
    async def credits(self, interaction: Interaction, episode: str | None = None, show: str | None = None) -> None:
        """List them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await lists.credits_of(
            self.runtime.db,
            actor_of(interaction).guild_id,
            episode=episode,
            show=show,
            channel_id=interaction.channel_id,
        )
        await answer(interaction, messages.episode_credits(found, self.runtime.site_url))

    @credits.autocomplete("episode")
    async def _episodes(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await episode_choices(self.runtime, interaction, current)


def menus(runtime: Runtime) -> tuple[app_commands.ContextMenu, app_commands.ContextMenu]:
    """The entries in a message's menu. They bring the message's text along even without the content intent."""

    async def submit_this(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        posting = posting_of(message, actor.guild_name)
        if posting is None:
            raise UserError("Only a member's own message can be submitted.")
        took = await submit.submit_message(
            runtime.db, actor, posting, at=asked_at(interaction), site_url=runtime.site_url, now=runtime.clock()
        )
        runtime.wake()
        await tell_submitted(interaction, took.work_id, again=took.took is Took.KNOWN)

    async def remix_this(interaction: Interaction, message: discord.Message) -> None:
        work = await read.of_message(runtime.db, message.id)
        if work is None:
            raise UserError("This message is no work. Use the menu on a work, or on the card that answers it.")
        await show_kit(interaction, work.id)

    submitting = app_commands.ContextMenu(name="Submit this", callback=submit_this)
    remixing = app_commands.ContextMenu(name="Remix this", callback=remix_this)
    return app_commands.guild_only(submitting), app_commands.guild_only(remixing)

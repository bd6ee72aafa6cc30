"""/episode: plan, open, look at, move deadlines, go on early, release, cancel."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.episodes import episode_choices
from cogs.common.interactions import actor_of, answer, place_of, say_privately
from cogs.common.shows import show_choices
from cogs.common.text import ago, when
from cogs.common.themes import theme_choices, theme_number
from cogs.episodes import messages
from cogs.episodes.views import CancelForm, ReleaseForm
from cogs.runtime import Runtime
from domain.episode import Phase, check_move
from domain.errors import UserError
from services import episodes
from services.episodes.steps import MAX_REASON, MAX_URL
from services.themes import MAX_PROMPT, MAX_TITLE
from services.views import EpisodeView

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]

_EPISODE = "Which episode (the current one if left out)"
_SHOW = "Which show (the one of this channel if left out)"
_OVER = (Phase.RELEASED, Phase.CANCELED)
_RUNNING: Sequence[Phase] = tuple(phase for phase in Phase if phase not in _OVER)


@app_commands.guild_only()
class Episodes(commands.GroupCog, group_name="episode", group_description="Episodes: from the theme to the credits"):
    """Producers run episodes with these; anyone may look."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="plan", description="Plan an episode and post its deal (producers)")
    @app_commands.describe(
        theme="A theme from the queue (the next one if you give no title either)",
        title="A title of your own instead",
        prompt="What to make, for a title of your own",
        opens="When it opens: “in 2h” or “2026-06-08 18:00” (with the next theme if left out)",
        show=_SHOW,
    )
    async def plan(
        self,
        interaction: Interaction,
        theme: str | None = None,
        title: app_commands.Range[str, 0, MAX_TITLE] | None = None,
        prompt: app_commands.Range[str, 0, MAX_PROMPT] = "",
        opens: str | None = None,
        show: str | None = None,
    ) -> None:
        """Plan an episode."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if theme is not None and title is not None:
            raise UserError("Give a theme from the queue or a title of your own, not both.")
        view = await episodes.plan_episode(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction),
            theme_id=theme_number(theme) if theme is not None else None, title=title, prompt=prompt, opens=opens,
            now=self.runtime.clock(), rng=self.runtime.rng,
        )  # fmt: skip
        self.runtime.wake()
        await say_privately(
            interaction, f"{view.code} is planned, and its deal is posted in <#{view.news_channel_id}>."
        )

    @app_commands.command(
        name="open", description="Open submissions now: the planned episode, or the next theme (producers)"
    )
    @app_commands.describe(episode="Which planned episode (whatever is next if left out)", show=_SHOW)
    async def open_now(self, interaction: Interaction, episode: str | None = None, show: str | None = None) -> None:
        """Open an episode."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await episodes.open_episode(
            self.runtime.db, actor_of(interaction), episode=episode, show=show, channel_id=place_of(interaction),
            now=self.runtime.clock(), rng=self.runtime.rng,
        )  # fmt: skip
        self.runtime.wake()
        closes = f" It closes {ago(view.closes_at)}." if view.closes_at else ""
        await say_privately(interaction, f"{view.code} is open, and its deal is fixed now.{closes}")

    @app_commands.command(name="status", description="Where an episode stands, what comes next, and its deal")
    @app_commands.describe(episode=_EPISODE, show=_SHOW)
    async def status(self, interaction: Interaction, episode: str | None = None, show: str | None = None) -> None:
        """Show an episode."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = actor_of(interaction).guild_id
        view = await episodes.episode_status(
            self.runtime.db, guild_id, text=episode, show=show, channel_id=place_of(interaction)
        )
        await answer(interaction, messages.status(view, self.runtime.site_url))

    @app_commands.command(name="history", description="The episodes of a show so far")
    @app_commands.describe(show=_SHOW)
    async def history(self, interaction: Interaction, show: str | None = None) -> None:
        """List episodes."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = actor_of(interaction).guild_id
        name, views = await episodes.history(self.runtime.db, guild_id, show=show, channel_id=place_of(interaction))
        await answer(interaction, messages.history(name, views, self.runtime.site_url))

    @app_commands.command(name="deadline", description="Move the deadline of the phase an episode is in (producers)")
    @app_commands.describe(
        change="+2d or -6h to move it, “in 3h”, or a date like 2026-06-08 18:00", episode=_EPISODE, show=_SHOW
    )
    async def deadline(
        self, interaction: Interaction, change: str, episode: str | None = None, show: str | None = None
    ) -> None:
        """Move a deadline."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._mine(interaction, episode, show)
        view = await episodes.change_deadline(
            self.runtime.db, actor_of(interaction), episode_id=found.id, change=change, now=self.runtime.clock()
        )
        self.runtime.wake()
        await say_privately(interaction, _new_deadline(view))

    @app_commands.command(name="advance", description="Go on to the next phase before the deadline (producers)")
    @app_commands.describe(episode=_EPISODE, show=_SHOW)
    async def advance(self, interaction: Interaction, episode: str | None = None, show: str | None = None) -> None:
        """Ask whether to go on early."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await self._mine(interaction, episode, show)
        if view.phase is Phase.CUTTING:
            raise UserError("The cut is being made. When the episode is finished, use /episode release with its link.")
        if view.phase in _OVER:
            raise UserError(f"{view.code} is {messages.PHASE_WORDS[view.phase]}; nothing comes after that.")
        await answer(interaction, messages.sure_to_advance(view))

    @app_commands.command(
        name="release", description="The finished episode is out: post it with the credits (producers)"
    )
    @app_commands.describe(
        link="Where it can be seen", note="A few words above the credits", episode=_EPISODE, show=_SHOW
    )
    async def release(
        self,
        interaction: Interaction,
        link: app_commands.Range[str, 0, MAX_URL] | None = None,
        note: app_commands.Range[str, 0, MAX_REASON] | None = None,
        episode: str | None = None,
        show: str | None = None,
    ) -> None:
        """Open the form for a release."""
        view = await self._mine(interaction, episode, show)
        check_move(view.phase, Phase.RELEASED)
        await interaction.response.send_modal(ReleaseForm(view, link, note))

    @app_commands.command(name="cancel", description="Cancel an episode for good, with a public reason (producers)")
    @app_commands.describe(reason="Why; the artists read it", episode=_EPISODE, show=_SHOW)
    async def cancel(
        self,
        interaction: Interaction,
        reason: app_commands.Range[str, 0, MAX_REASON] | None = None,
        episode: str | None = None,
        show: str | None = None,
    ) -> None:
        """Open the form for a cancellation."""
        view = await self._mine(interaction, episode, show)
        check_move(view.phase, Phase.CANCELED)
        await interaction.response.send_modal(CancelForm(view, reason))

    async def _mine(self, interaction: Interaction, episode: str | None, show: str | None) -> EpisodeView:
        return await episodes.producers_episode(
            self.runtime.db, actor_of(interaction), episode=episode, show=show, channel_id=place_of(interaction)
        )

    @open_now.autocomplete("episode")
    async def _planned(self, interaction: Interaction, current: str) -> Choices:
        return await episode_choices(self.runtime, interaction, current, (Phase.PLANNED,))

    @deadline.autocomplete("episode")
    @advance.autocomplete("episode")
    @cancel.autocomplete("episode")
    async def _going_on(self, interaction: Interaction, current: str) -> Choices:
        return await episode_choices(self.runtime, interaction, current, _RUNNING)

    @release.autocomplete("episode")
    async def _in_the_cut(self, interaction: Interaction, current: str) -> Choices:
        return await episode_choices(self.runtime, interaction, current, (Phase.CUTTING,))

    @status.autocomplete("episode")
    async def _any(self, interaction: Interaction, current: str) -> Choices:
        return await episode_choices(self.runtime, interaction, current)

    @plan.autocomplete("theme")
    async def _themes(self, interaction: Interaction, current: str) -> Choices:
        return await theme_choices(self.runtime, interaction, current)

    @plan.autocomplete("show")
    @open_now.autocomplete("show")
    @status.autocomplete("show")
    @history.autocomplete("show")
    @deadline.autocomplete("show")
    @advance.autocomplete("show")
    @release.autocomplete("show")
    @cancel.autocomplete("show")
    async def _shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)


def _new_deadline(view: EpisodeView) -> str:
    instants = {
        Phase.PLANNED: ("opens", view.opens_at),
        Phase.OPEN: ("closes", view.closes_at),
        Phase.VOTING: ("is voted on until", view.votes_until),
    }
    word, instant = instants.get(view.phase, ("", None))
    return (
        f"{view.code} now {word} {when(instant)} ({ago(instant)})." if instant else f"{view.code} has a new deadline."
    )

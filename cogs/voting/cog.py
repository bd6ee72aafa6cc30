"""/vote: the booth, the turnout, one's own ballot."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer, place_of
from cogs.common.timely import in_time
from cogs.common.works import number_typed, work_choices
from cogs.runtime import Runtime
from cogs.voting import messages
from cogs.voting.booth import ballot
from cogs.voting.views import open_booth
from services import ballots

_SHOW = "Which show (the one of this channel if left out)"


@app_commands.guild_only()
class Voting(commands.GroupCog, group_name="vote", group_description="Mark the works of the episode that is voted on"):
    """The booth and what belongs to it; all of it is seen by the person alone."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="booth", description="Open your booth: one work at a time, saved at every press")
    @app_commands.describe(work="A particular work to go to, such as #12", show=_SHOW)
    async def booth(
        self, interaction: discord.Interaction[Any], work: str | None = None, show: str | None = None
    ) -> None:
        """Open the booth."""
        number = number_typed(work) if work is not None else None
        episode_id = await ballots.find_vote(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction),
            now=self.runtime.clock(),
        )  # fmt: skip
        await open_booth(interaction, episode_id, number)

    @app_commands.command(name="status", description="How many people have voted so far, and until when it goes on")
    @app_commands.describe(show=_SHOW)
    async def status(self, interaction: discord.Interaction[Any], show: str | None = None) -> None:
        """Show the turnout."""
        view = await in_time(
            ballots.status(
                self.runtime.db,
                actor_of(interaction),
                show=show,
                channel_id=place_of(interaction),
                now=self.runtime.clock(),
            ),
            lambda: interaction.response.defer(ephemeral=True, thinking=True),
        )
        await answer(interaction, messages.status(view, self.runtime.site_url))

    @app_commands.command(name="mine", description="What you have marked, with the receipt of your ballot")
    @app_commands.describe(show=_SHOW)
    async def mine(self, interaction: discord.Interaction[Any], show: str | None = None) -> None:
        """Show the person's ballot."""
        view = await in_time(
            ballots.my_ballot(self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction)),
            lambda: interaction.response.defer(ephemeral=True, thinking=True),
        )
        await answer(interaction, ballot(view, 0))

    @booth.autocomplete("work")
    async def _works(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        found = await ballots.suggest_works(
            self.runtime.db, actor_of(interaction), show=getattr(interaction.namespace, "show", None),
            channel_id=place_of(interaction),
        )  # fmt: skip
        return work_choices(found, current)

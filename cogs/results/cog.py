"""/result: what came out of a vote, and what producers can do about ballots that stand out; /my ballot."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer, place_of, runtime_of
from cogs.common.shows import show_choices
from cogs.results import messages
from cogs.results.views import restore, show_own, strike
from cogs.runtime import Runtime
from cogs.voting.booth import ballot
from services import ballots, tallies, watch
from services.recounts import MAX_REASON, MIN_REASON

Interaction = discord.Interaction[Any]

_SHOW = "Which show (the one of this channel if left out)"


@app_commands.guild_only()
class Results(commands.GroupCog, group_name="result", group_description="What came out of the vote"):
    """The latest count of a show, for everybody; its oddities, for producers."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="show", description="The result of the latest vote")
    @app_commands.describe(show=_SHOW)
    async def show(self, interaction: Interaction, show: str | None = None) -> None:
        """Show the result."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await tallies.latest_result(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction)
        )
        await answer(interaction, messages.results(view, None, None, self.runtime.site_url))

    @app_commands.command(name="check", description="Is my ballot in the count of the latest vote?")
    @app_commands.describe(show=_SHOW)
    async def check(self, interaction: Interaction, show: str | None = None) -> None:
        """Look for one's own ballot in what was published."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await tallies.latest_result(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction)
        )
        await show_own(interaction, view.episode.id)

    @app_commands.command(name="watch", description="What stands out: new accounts, ballots all alike (producers)")
    @app_commands.describe(show=_SHOW)
    async def watch(self, interaction: Interaction, show: str | None = None) -> None:
        """Show what producers should look at."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await watch.watch(self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction))
        await answer(interaction, messages.watch(view))

    @app_commands.command(name="strike", description="Strike ballots, with a public reason, and count anew (producers)")
    @app_commands.describe(
        ballots="Their ids, with commas between", reason="Why; everybody reads it, beside both results", show=_SHOW
    )
    async def strike(
        self,
        interaction: Interaction,
        ballots: str,
        reason: app_commands.Range[str, MIN_REASON, MAX_REASON],
        show: str | None = None,
    ) -> None:
        """Strike ballots."""
        await strike(interaction, show, ballots, reason)

    @app_commands.command(
        name="restore", description="Let struck ballots count again, with a public reason (producers)"
    )
    @app_commands.describe(ballots="Their ids, with commas between", reason="Why; everybody reads it", show=_SHOW)
    async def restore(
        self,
        interaction: Interaction,
        ballots: str,
        reason: app_commands.Range[str, MIN_REASON, MAX_REASON],
        show: str | None = None,
    ) -> None:
        """Let ballots count again."""
        await restore(interaction, show, ballots, reason)

    @show.autocomplete("show")
    @check.autocomplete("show")
    @watch.autocomplete("show")
    @strike.autocomplete("show")
    @restore.autocomplete("show")
    async def _shows(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await show_choices(self.runtime, interaction, current)


@app_commands.command(name="ballot", description="Your marks in the latest vote, with the receipt of your ballot")
@app_commands.describe(show=_SHOW)
async def my_ballot(interaction: Interaction, show: str | None = None) -> None:
    """Show the person's ballot; once the vote is counted, a button looks for it in what was published."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    view = await ballots.my_ballot(runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction))
    await answer(interaction, ballot(view, 0))

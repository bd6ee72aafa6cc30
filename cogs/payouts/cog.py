"""/payout: propose, explain, raise and answer concerns, finalise, record payments, settle."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.episodes import episode_choices
from cogs.common.interactions import actor_of, place_of, say_privately
from cogs.common.shows import show_choices
from cogs.common.text import money
from cogs.paying.counting import CountCommands
from cogs.paying.holding import HoldCommands
from cogs.paying.running import RunCommands
from cogs.payouts import messages, shares
from cogs.payouts.choosing import ChoosingOf
from cogs.payouts.views import give, open_form
from cogs.runtime import Runtime
from domain.episode import Phase, RoundPhase
from domain.errors import UserError
from services import funds
from services.payouts import concerns, payments, read, rounds
from services.payouts.views import RoundView

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]

_EPISODE = "Which episode (the newest payout if left out)"
_SHOW = "Which show (the one of this channel if left out)"
_LONGEST_ID = 18
_MOST = 25


@app_commands.guild_only()
class Payouts(
    ChoosingOf,
    RunCommands,
    HoldCommands,
    CountCommands,
    commands.GroupCog,
    group_name="payout",
    group_description="Who gets what for an episode, and why",
):
    """Proposals are made by producers, questioned by artists, answered in the open, and then final."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="propose", description="Propose who gets what for an episode that is out (producers)")
    @app_commands.describe(
        episode="Which episode (the newest that is out if left out)",
        floor="Only where the deal's floor cannot hold: another one, such as 0.50",
        cap="Only where the deal's cap cannot hold: another one, in percent of the pool",
        show=_SHOW,
    )
    async def propose(
        self,
        interaction: Interaction,
        episode: str | None = None,
        floor: app_commands.Range[str, 1, 50] | None = None,
        cap: app_commands.Range[float, 0.01, 100.0] | None = None,
        show: str | None = None,
    ) -> None:
        """Propose a round."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor, runtime = actor_of(interaction), self.runtime
        found = await funds.money_episode(
            runtime.db, actor, episode=episode, show=show, channel_id=place_of(interaction)
        )
        limits = rounds.Limits(floor=floor, cap_bp=round(cap * 100) if cap is not None else None)
        view = await rounds.propose(
            runtime.db, actor, episode_id=found.id, now=runtime.clock(), rng=runtime.rng, limits=limits
        )
        runtime.wake()
        await say_privately(interaction, messages.proposed(view))

    @app_commands.command(name="show", description="The payout of an episode as it stands, with its concerns")
    @app_commands.describe(episode=_EPISODE, show=_SHOW)
    async def show(self, interaction: Interaction, episode: str | None = None, show: str | None = None) -> None:
        """Show a round."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await self._round(interaction, episode, show)
        await give(interaction, messages.status(view, self.runtime.site_url, self.runtime.clock()))

    @app_commands.command(name="explain", description="How your share (or somebody's) came about, line by line")
    @app_commands.describe(member="Whose share (yours if left out)", episode=_EPISODE, show=_SHOW)
    async def explain(
        self,
        interaction: Interaction,
        member: discord.User | None = None,
        episode: str | None = None,
        show: str | None = None,
    ) -> None:
        """Explain an allocation."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await self._round(interaction, episode, show)
        who = member or interaction.user
        why = await read.explain(
            self.runtime.db,
            guild_id=view.guild_id,
            round_id=view.id,
            user_id=who.id,
            name=who.display_name,
            asker=actor_of(interaction),
        )
        shown = shares.explanation(
            why, own=who.id == interaction.user.id, site_url=self.runtime.site_url, now=self.runtime.clock()
        )
        await give(interaction, shown)

    @app_commands.command(name="concern", description="Say that something in a proposed payout is wrong")
    @app_commands.describe(episode=_EPISODE, show=_SHOW)
    async def concern(self, interaction: Interaction, episode: str | None = None, show: str | None = None) -> None:
        """Open the form for a concern."""
        view = await self._round(interaction, episode, show, RoundPhase.PROPOSED)
        await open_form(interaction, view.id)

    @app_commands.command(name="answer", description="Answer a concern, for all to read (producers)")
    @app_commands.describe(
        concern="Which concern",
        accept="Accept it: the shares are worked out anew from credits, sources and cut as they are now",
        text="Your answer, which everyone can read",
    )
    async def answer(
        self,
        interaction: Interaction,
        concern: str,
        accept: bool,
        text: app_commands.Range[str, 1, concerns.MAX_TEXT],
    ) -> None:
        """Answer a concern."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await concerns.answer(
            self.runtime.db, actor_of(interaction), concern_id=_number(concern), accept=accept, text=text,
            now=self.runtime.clock(),
        )  # fmt: skip
        self.runtime.wake()
        await say_privately(interaction, messages.answered(view))

    @app_commands.command(
        name="finalise", description="Make a proposed payout final: shares go on their artists' balances (producers)"
    )
    @app_commands.describe(episode=_EPISODE, show=_SHOW)
    async def finalise(self, interaction: Interaction, episode: str | None = None, show: str | None = None) -> None:
        """Finalise a round."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._round(interaction, episode, show, RoundPhase.PROPOSED)
        view = await rounds.finalise(
            self.runtime.db, actor_of(interaction), round_id=found.id, now=self.runtime.clock()
        )
        self.runtime.wake()
        await say_privately(
            interaction, f"Final: {money(view.pool)} of {messages.title(view)}. Everyone in it is being told."
        )

    @app_commands.command(
        name="paid", description="Record that an artist was sent money from their balance (producers)"
    )
    @app_commands.describe(
        member="Who was paid", amount="How much, as in 117.38", reference="The payment's own reference", show=_SHOW
    )
    async def paid(
        self,
        interaction: Interaction,
        member: discord.User,
        amount: app_commands.Range[str, 1, 50],
        reference: app_commands.Range[str, 1, payments.MAX_REFERENCE],
        show: str | None = None,
    ) -> None:
        """Record a payment."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await payments.record_payment(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), user_id=member.id,
            amount=amount, reference=reference, asked_by=interaction.id, now=self.runtime.clock(),
        )  # fmt: skip
        await say_privately(interaction, messages.paid(view))

    @app_commands.command(
        name="settle", description="Close a final payout; unpaid shares stay on their artists' balances (producers)"
    )
    @app_commands.describe(episode=_EPISODE, show=_SHOW)
    async def settle(self, interaction: Interaction, episode: str | None = None, show: str | None = None) -> None:
        """Settle a round."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._round(interaction, episode, show, RoundPhase.FINAL)
        view = await rounds.settle(self.runtime.db, actor_of(interaction), round_id=found.id, now=self.runtime.clock())
        self.runtime.wake()
        await say_privately(interaction, f"Settled: the payout of {messages.title(view)} is closed.")

    @propose.autocomplete("episode")
    @show.autocomplete("episode")
    @explain.autocomplete("episode")
    @concern.autocomplete("episode")
    @finalise.autocomplete("episode")
    @settle.autocomplete("episode")
    async def _episodes(self, interaction: Interaction, current: str) -> Choices:
        return await episode_choices(self.runtime, interaction, current, (Phase.RELEASED,))

    @propose.autocomplete("show")
    @show.autocomplete("show")
    @explain.autocomplete("show")
    @concern.autocomplete("show")
    @finalise.autocomplete("show")
    @paid.autocomplete("show")
    @settle.autocomplete("show")
    async def _shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)

    @answer.autocomplete("concern")
    async def _concerns(self, interaction: Interaction, current: str) -> Choices:
        found = await read.open_concerns(self.runtime.db, actor_of(interaction))
        lines = ((f"{one.episode} {one.number}. {one.artist}: {one.text}", str(one.id)) for one in found)
        names = [(" ".join(line.split())[:100], value) for line, value in lines]
        typed = current.casefold()
        fitting = [app_commands.Choice(name=name, value=value) for name, value in names if typed in name.casefold()]
        return fitting[:_MOST]

    async def _round(
        self, interaction: Interaction, episode: str | None, show: str | None, phase: RoundPhase | None = None
    ) -> RoundView:
        return await read.latest_round(
            self.runtime.db, guild_id=actor_of(interaction).guild_id, episode=episode, show=show,
            channel_id=place_of(interaction), phase=phase,
        )  # fmt: skip


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > _LONGEST_ID:
        raise UserError("Pick the concern from the list that appears while you type.")
    return int(text)

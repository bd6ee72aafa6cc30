"""/payout: propose, explain, raise and answer concerns, finalise, record payments, settle."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.episodes import episode_choices
from cogs.common.interactions import actor_of, answer, say_privately
from cogs.common.text import plural
from cogs.payouts import messages
from cogs.payouts.views import ConcernForm
from cogs.runtime import Runtime
from domain.episode import Phase
from domain.errors import UserError
from services import funds
from services.kinds import ConcernState
from services.payouts import concerns, payments, read, rounds
from services.payouts.views import RoundView

_PAID_PHASES = (Phase.RELEASED,)
_EPISODE = "Which episode (the newest payout if left out)"


@app_commands.guild_only()
class Payouts(commands.GroupCog, group_name="payout", group_description="Who gets what for an episode, and why"):
    """Proposals are made by producers, questioned by artists, answered in the open, and then final."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="propose", description="Propose who gets what for an episode that is out")
    @app_commands.describe(episode="Which episode (the newest that is out if left out)")
    async def propose(self, interaction: discord.Interaction[Any], episode: str | None = None) -> None:
        """Propose a round."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor, runtime = actor_of(interaction), self.runtime
        found = await funds.money_episode(
            runtime.db, actor, episode=episode, show=None, channel_id=interaction.channel_id
        )
        view = await rounds.propose(runtime.db, actor, episode_id=found.id, now=runtime.clock(), rng=runtime.rng)
        runtime.wake()
        await say_privately(
            interaction,
            f"Proposed: the payout of {view.episode} for {plural(len(view.allocations), 'artist')} is posted.",
        )

    @app_commands.command(name="show", description="The payout of an episode as it stands, with its concerns")
    @app_commands.describe(episode=_EPISODE)
    async def show(self, interaction: discord.Interaction[Any], episode: str | None = None) -> None:
        """Show a round."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await self._round(interaction, episode)
        await answer(interaction, messages.status(view, self.runtime.site_url))

    @app_commands.command(name="explain", description="How your share (or somebody's) came about, line by line")
    @app_commands.describe(member="Whose share (yours if left out)", episode=_EPISODE)
    async def explain(
        self,
        interaction: discord.Interaction[Any],
        member: discord.Member | None = None,
        episode: str | None = None,
    ) -> None:
        """Explain an allocation."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await self._round(interaction, episode)
        who = member.id if member is not None else interaction.user.id
        why = await read.explain(self.runtime.db, round_id=view.id, user_id=who)
        own = who == interaction.user.id
        await answer(interaction, messages.explanation(why, own=own, site_url=self.runtime.site_url))

    @app_commands.command(name="mine", description="What you have earned so far, and what your balance holds")
    async def mine(self, interaction: discord.Interaction[Any]) -> None:
        """Show the asker's earnings."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        view = await read.earnings(self.runtime.db, guild_id=actor.guild_id, user_id=actor.user_id)
        await answer(interaction, messages.earnings(view))

    @app_commands.command(name="concern", description="Say that something in a proposed payout is wrong")
    @app_commands.describe(episode=_EPISODE)
    async def concern(self, interaction: discord.Interaction[Any], episode: str | None = None) -> None:
        """Open the form for a concern."""
        view = await self._round(interaction, episode)
        await interaction.response.send_modal(ConcernForm(view.id))

    @app_commands.command(name="answer", description="Answer a concern, for all to read")
    @app_commands.describe(
        concern="Which concern",
        accept="Accept it: the shares are worked out anew from credits, sources and points as they are now",
        text="Your answer, which everyone can read",
    )
    async def answer(self, interaction: discord.Interaction[Any], concern: str, accept: bool, text: str) -> None:
        """Answer a concern."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await concerns.answer(
            self.runtime.db,
            actor_of(interaction),
            concern_id=_number(concern, "concern"),
            accept=accept,
            text=text,
            now=self.runtime.clock(),
        )
        self.runtime.wake()
        await say_privately(interaction, messages.answered(view))

    @app_commands.command(
        name="finalise", description="Make a proposed payout final: every share goes on its artist's balance"
    )
    @app_commands.describe(episode=_EPISODE)
    async def finalise(self, interaction: discord.Interaction[Any], episode: str | None = None) -> None:
        """Finalise a round."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._round(interaction, episode)
        view = await rounds.finalise(
            self.runtime.db, actor_of(interaction), round_id=found.id, now=self.runtime.clock()
        )
        self.runtime.wake()
        await say_privately(interaction, f"Final: everyone in the payout of {view.episode} is being told.")

    @app_commands.command(name="paid", description="Record that an artist was sent money from their balance")
    @app_commands.describe(
        member="Who was paid", amount="How much, as in 117.38", reference="The payment's own reference"
    )
    async def paid(
        self, interaction: discord.Interaction[Any], member: discord.Member, amount: str, reference: str
    ) -> None:
        """Record a payment."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await payments.record_payment(
            self.runtime.db,
            actor_of(interaction),
            show=None,
            channel_id=interaction.channel_id,
            user_id=member.id,
            amount=amount,
            reference=reference,
            asked_by=interaction.id,
            now=self.runtime.clock(),
        )
        await say_privately(interaction, messages.paid(view))

    @app_commands.command(
        name="settle", description="Close a final payout; unpaid shares stay on their artists' balances"
    )
    @app_commands.describe(episode=_EPISODE)
    async def settle(self, interaction: discord.Interaction[Any], episode: str | None = None) -> None:
        """Settle a round."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._round(interaction, episode)
        view = await rounds.settle(self.runtime.db, actor_of(interaction), round_id=found.id, now=self.runtime.clock())
        self.runtime.wake()
        await say_privately(interaction, f"Settled: the payout of {view.episode} is closed.")

    @propose.autocomplete("episode")
    @show.autocomplete("episode")
    @explain.autocomplete("episode")
    @concern.autocomplete("episode")
    @finalise.autocomplete("episode")
    @settle.autocomplete("episode")
    async def _episodes(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await episode_choices(self.runtime, interaction, current, _PAID_PHASES)

    @answer.autocomplete("concern")
    async def _concerns(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        view = await self._round(interaction, None)
        names = [
            (f"{concern.number}. {concern.artist.name}: {concern.text}"[:100], str(concern.id))
            for concern in view.concerns
            if concern.state is ConcernState.OPEN
        ]
        typed = current.casefold()
        return [app_commands.Choice(name=name, value=value) for name, value in names if typed in name.casefold()][:25]

    async def _round(self, interaction: discord.Interaction[Any], episode: str | None) -> RoundView:
        actor = actor_of(interaction)
        return await read.latest_round(
            self.runtime.db, guild_id=actor.guild_id, episode=episode, channel_id=interaction.channel_id
        )


def _number(text: str, what: str) -> int:
    if not text.isdecimal():
        raise UserError(f"Pick the {what} from the list that appears while you type.")
    return int(text)

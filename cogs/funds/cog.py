"""/fund: money in and out of an episode, its receipts, and what a show's accounts hold."""

from datetime import date
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.episodes import episode_choices
from cogs.common.interactions import actor_of, answer, place_of
from cogs.common.shows import currency_choices, show_choices
from cogs.funds import messages
from cogs.runtime import Runtime
from domain.errors import UserError
from services import books, funds, receipts
from services.kinds import FundKind

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
Amount = app_commands.Range[str, 1, 50]
Source = app_commands.Range[str, 1, funds.MAX_SOURCE]
Note = app_commands.Range[str, 0, funds.MAX_NOTE]

_EPISODE = "Which episode (the newest that is out if left out)"
_SHOW = "Which show (the one of this channel if left out)"
_DAY = "The day it arrived, as in 2026-06-01 (today if left out)"
_RECEIPT = "A picture or PDF of the receipt"
KINDS = [app_commands.Choice(name=name, value=kind.value) for kind, name in messages.NAMES.items()]
CONVERTED = [
    app_commands.Choice(name=name, value=kind.value) for kind, name in messages.NAMES.items() if kind in funds.CONVERTED
]


@app_commands.guild_only()
class Funds(commands.GroupCog, group_name="fund", group_description="The money that an episode's artists will share"):
    """Producers enter money; everything they enter stays in the books."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(
        name="add", description="Enter money for an episode: revenue, a cost, a budget line, the reserve"
    )
    @app_commands.describe(
        kind="Where the money comes from or goes to",
        amount="How much, as in 50,000 or $49.90",
        source="Who paid or was paid",
        note="Anything worth knowing later",
        received_on=_DAY,
        receipt=_RECEIPT,
        episode=_EPISODE,
        show=_SHOW,
    )
    @app_commands.choices(kind=KINDS)
    async def add(
        self,
        interaction: Interaction,
        kind: app_commands.Choice[str],
        amount: Amount,
        source: Source,
        note: Note = "",
        received_on: str | None = None,
        receipt: discord.Attachment | None = None,
        episode: str | None = None,
        show: str | None = None,
    ) -> None:
        """Enter money for an episode."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await funds.add(
            self.runtime.db,
            actor_of(interaction),
            episode_id=await self._episode(interaction, episode, show),
            kind=FundKind(kind.value),
            amount=amount,
            source=source,
            note=note,
            received_on=_day(received_on),
            asked_by=interaction.id,
            now=self.runtime.clock(),
            receipt=_file(receipt),
        )
        self.runtime.wake()
        await answer(interaction, messages.funds(view, f"Entered: {messages.NAMES[FundKind(kind.value)].lower()}."))

    @app_commands.command(name="convert", description="Enter money that came in another currency, with its rate")
    @app_commands.describe(
        kind="Where the money comes from or goes to",
        amount="How much in the other currency, as in 100",
        currency="The other currency",
        source="Who paid or was paid",
        rate="How much of the episode's currency one unit is worth, as in 1.0832",
        became="Or what it became in the episode's currency, as in 108.32",
        note="Anything worth knowing later",
        received_on=_DAY,
        receipt=_RECEIPT,
        episode=_EPISODE,
        show=_SHOW,
    )
    @app_commands.choices(kind=CONVERTED)
    async def convert(
        self,
        interaction: Interaction,
        kind: app_commands.Choice[str],
        amount: Amount,
        currency: app_commands.Range[str, 1, 10],
        source: Source,
        rate: app_commands.Range[str, 1, 30] | None = None,
        became: Amount | None = None,
        note: Note = "",
        received_on: str | None = None,
        receipt: discord.Attachment | None = None,
        episode: str | None = None,
        show: str | None = None,
    ) -> None:
        """Enter money that was converted."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await funds.add(
            self.runtime.db, actor_of(interaction), episode_id=await self._episode(interaction, episode, show),
            kind=FundKind(kind.value), amount=amount, source=source, note=note, received_on=_day(received_on),
            asked_by=interaction.id, now=self.runtime.clock(), receipt=_file(receipt),
            conversion=funds.Conversion(currency, rate, became),
        )  # fmt: skip
        self.runtime.wake()
        await answer(interaction, messages.funds(view, f"Entered: {messages.NAMES[FundKind(kind.value)].lower()}."))

    @app_commands.command(name="show", description="What an episode is funded with, and what its artists will share")
    @app_commands.describe(episode=_EPISODE, show=_SHOW)
    async def show(self, interaction: Interaction, episode: str | None = None, show: str | None = None) -> None:
        """Show an episode's money."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        episode_id = await self._episode(interaction, episode, show)
        view = await funds.funds_view(self.runtime.db, actor_of(interaction), episode_id=episode_id)
        await answer(interaction, messages.funds(view))

    @app_commands.command(name="balances", description="What every account of a show holds (producers)")
    @app_commands.describe(show=_SHOW)
    async def balances(self, interaction: Interaction, show: str | None = None) -> None:
        """Show a show's balances."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await books.balances(self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction))
        await answer(interaction, messages.balances(view))

    @app_commands.command(name="receipt", description="The receipt of an entry, for those whom the deal shows it to")
    @app_commands.describe(entry="The number in front of the entry in /fund show")
    async def receipt(self, interaction: Interaction, entry: int) -> None:
        """Give a receipt."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await receipts.receipt(self.runtime.db, actor_of(interaction), fund_id=entry)
        data = b"".join([chunk async for chunk in self.runtime.media.open(view.sha256 or "")])
        await answer(interaction, messages.receipt(view, data))

    @app_commands.command(name="take-back", description="Reverse an entry that was wrong; the books keep both")
    @app_commands.describe(entry="The number in front of the entry in /fund show", reason="Why it is taken back")
    async def take_back(
        self, interaction: Interaction, entry: int, reason: app_commands.Range[str, 1, funds.MAX_NOTE]
    ) -> None:
        """Reverse an entry."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await funds.take_back(
            self.runtime.db, actor_of(interaction), fund_id=entry, reason=reason, now=self.runtime.clock()
        )
        await answer(interaction, messages.funds(view, f"Entry {entry} is taken back."))

    @convert.autocomplete("currency")
    async def _currencies(self, interaction: Interaction, current: str) -> Choices:
        del interaction
        return currency_choices(current)

    @add.autocomplete("episode")
    @convert.autocomplete("episode")
    @show.autocomplete("episode")
    async def _episodes(self, interaction: Interaction, current: str) -> Choices:
        return await episode_choices(self.runtime, interaction, current, funds.FUNDED)

    @add.autocomplete("show")
    @convert.autocomplete("show")
    @show.autocomplete("show")
    @balances.autocomplete("show")
    async def _shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)

    async def _episode(self, interaction: Interaction, episode: str | None, show: str | None) -> int:
        found = await funds.money_episode(
            self.runtime.db, actor_of(interaction), episode=episode, show=show, channel_id=place_of(interaction)
        )
        return found.id


def _file(attachment: discord.Attachment | None) -> receipts.ReceiptFile | None:
    if attachment is None:
        return None
    return receipts.ReceiptFile(attachment.filename, attachment.content_type or "", attachment.size, attachment.url)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UserError(f"“{text[:20]}” is no day. Write it as year-month-day, as in 2026-06-01.") from error

"""Choosing a show, a time zone or a currency while typing."""

from typing import Any
from zoneinfo import available_timezones

import discord
from discord import app_commands

from cogs.common.interactions import runtime_of
from cogs.runtime import Runtime
from domain.errors import UserError
from domain.iso4217 import EXPONENTS
from services import shows
from services.shows import ShowView

Choices = list[app_commands.Choice[str]]

_MOST = 25
_COMMON_ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Paris", "Europe/Madrid", "America/New_York", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney",
)  # fmt: skip
_COMMON_CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "JPY", "BRL", "INR", "CHF", "SEK", "PLN", "MXN")


async def show_here(interaction: discord.Interaction[Any], show_id: int) -> ShowView:
    """The show that a button carries the id of; UserError where it is gone, or another server's."""
    view = await shows.show_by_id(runtime_of(interaction).db, show_id)
    if view.guild_id != interaction.guild_id:
        raise UserError("That show belongs to another server.")
    return view


async def show_choices(runtime: Runtime, interaction: discord.Interaction[Any], current: str) -> Choices:
    """The guild's shows."""
    if interaction.guild_id is None:
        return []
    found = await shows.list_shows(runtime.db, interaction.guild_id)
    typed = current.casefold()
    return [app_commands.Choice(name=show.name, value=show.slug) for show in found if typed in show.name.casefold()][
        :_MOST
    ]


def zone_choices(current: str) -> Choices:
    """Time zones whose name has what is typed in it; well-known ones before anything is typed."""
    typed = "_".join(current.casefold().split())
    names = _COMMON_ZONES if not typed else sorted(n for n in available_timezones() if typed in n.casefold())
    ranked = sorted(names, key=lambda name: not name.casefold().split("/")[-1].startswith(typed)) if typed else names
    return [app_commands.Choice(name=name, value=name) for name in list(ranked)[:_MOST]]


def currency_choices(current: str) -> Choices:
    """Currencies by code or English name; common ones first."""
    from babel.numbers import get_currency_name  # noqa: PLC0415 - locale data that a start does not need

    typed = current.strip().casefold()
    codes = [*_COMMON_CURRENCIES, *sorted(set(EXPONENTS) - set(_COMMON_CURRENCIES))]
    names = [(code, f"{code} {get_currency_name(code, locale='en_US')}"[:100]) for code in codes]
    return [app_commands.Choice(name=name, value=code) for code, name in names if typed in name.casefold()][:_MOST]

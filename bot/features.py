"""The features: what each adds to the client, and the messages that each renders."""

from collections.abc import Mapping

from discord.ext import commands

import cogs.cut.sayings
import cogs.episodes.sayings
import cogs.paying.sayings
import cogs.payouts.sayings
import cogs.results.sayings
import cogs.themes.sayings
import cogs.voting.sayings
import cogs.works.sayings
from bot import undeliverable
from cogs import (
    cut,
    episodes,
    funds,
    help,  # noqa: A004 - its name
    paying,
    payouts,
    results,
    setup,
    shows,
    themes,
    voting,
    works,
)
from cogs.common.outgoing import Sayer
from cogs.runtime import Runtime

_FEATURES = (setup, shows, themes, episodes, help, works, voting, results, cut, funds, payouts, paying)
_SAYINGS = (
    undeliverable.SAYINGS,
    cogs.themes.sayings.SAYINGS,
    cogs.episodes.sayings.SAYINGS,
    cogs.works.sayings.SAYINGS,
    cogs.voting.sayings.SAYINGS,
    cogs.results.sayings.SAYINGS,
    cogs.cut.sayings.SAYINGS,
    cogs.payouts.sayings.SAYINGS,
    cogs.paying.sayings.SAYINGS,
)


async def add_features(bot: commands.Bot, runtime: Runtime) -> None:
    """Add every feature's commands, buttons and listeners to `bot`."""
    for feature in _FEATURES:
        await feature.setup_feature(bot, runtime)


def sayings() -> Mapping[str, Sayer]:
    """What renders each kind of outbox row. ValueError if two features claim one kind."""
    merged: dict[str, Sayer] = {}
    for part in _SAYINGS:
        for kind, sayer in part.items():
            if kind in merged:
                raise ValueError(f"two features render {kind}")
            merged[kind] = sayer
    return merged

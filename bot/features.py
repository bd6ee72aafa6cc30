"""The features: what each adds to the client, and the messages that each renders."""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

import structlog
from discord.ext import commands

from bot import undeliverable
from cogs.common.outgoing import Sayer
from cogs.runtime import Runtime

_NAMES = ("setup", "shows", "themes", "episodes", "help", "works", "voting", "cut", "funds", "payouts")

_log = structlog.get_logger(__name__)


async def add_features(bot: commands.Bot, runtime: Runtime) -> None:
    """Add every feature's commands, buttons and listeners to `bot`."""
    for feature in _features():
        await feature.setup_feature(bot, runtime)


def sayings() -> Mapping[str, Sayer]:
    """What renders each kind of outbox row. ValueError if two features claim one kind."""
    merged: dict[str, Sayer] = dict(undeliverable.SAYINGS)
    for feature in _features():
        for kind, sayer in _sayings(feature).items():
            if merged.setdefault(kind, sayer) is not sayer:
                raise ValueError(f"two features render {kind}")
    return merged


def _features() -> list[ModuleType]:
    found = []
    for name in _NAMES:
        try:
            module = import_module(f"cogs.{name}")
            if hasattr(module, "setup_feature"):
                found.append(module)
        except ModuleNotFoundError as error:
            _log.debug("A feature is missing", feature=name, error=str(error))
    return found


def _sayings(feature: ModuleType) -> Mapping[str, Sayer]:
    try:
        found: Mapping[str, Sayer] = import_module(f"{feature.__name__}.sayings").SAYINGS
    except ModuleNotFoundError:
        return {}
    return found

"""`showrunner keys new` and `showrunner keys rotate`: the keys that payment details are encrypted with."""

import argparse
import sys
from typing import Any

from bot.settings import Settings
from domain.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command can be told."""
    parser.add_argument("action", choices=["new", "rotate"], help="make a key, or bring all under the first")


async def run_keys(settings: Settings, given: argparse.Namespace) -> int:
    """Make a key, or exchange keys; 1 when something is kept that no key opens."""
    if given.action == "new":
        from services.vault import new_key  # noqa: PLC0415 - loads cryptography

        _say(new_key())
        return 0
    return await _rotate(settings)


async def _rotate(settings: Settings) -> int:
    from db.engine import Database  # noqa: PLC0415 - half a second of imports, after the settings are known to be good
    from db.migrate import HEAD, current  # noqa: PLC0415
    from services.keys import rotate  # noqa: PLC0415
    from services.vault import Vault  # noqa: PLC0415

    if not settings.payment_keys:
        raise UserError("There are no keys: set SHOWRUNNER_PAYMENT_KEYS, the new key first, the old one after it.")
    address = settings.database_url.get_secret_value()
    if await current(address) != HEAD:
        raise UserError("The database is not at this version yet. Run `showrunner migrate` first.")
    db = Database(address)
    try:
        done = await rotate(db, Vault([key.get_secret_value() for key in settings.payment_keys]))
    finally:
        await db.close()
    _say(f"{done.secrets} are kept, {done.moved} of them came under the first key now.")
    if done.locked:
        _say(f"{done.locked} cannot be opened with any key that is set. Add the key they were encrypted with.")
        return 1
    _say("The keys after the first are not needed any more.")
    return 0


def _say(*sentences: Any) -> None:
    sys.stdout.writelines(f"{sentence}\n" for sentence in sentences)

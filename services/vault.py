"""Keeping what only its artist may read: encrypted with the operator's keys before it reaches the database.

The first key encrypts, the others only decrypt, so that keys can be exchanged without a pause. What is encrypted names
the artist it belongs to: a row copied onto somebody else's does not open.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from domain.errors import UserError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_NO_KEY: Final = (
    "Where to be paid cannot be kept here yet: whoever runs this bot first sets SHOWRUNNER_PAYMENT_KEYS. "
    "Everything else works, and your balance is safe meanwhile."
)


class LockedError(Exception):
    """None of the keys opens this; it was encrypted with one that is gone, or is not what it seems."""


class Vault:
    """Encrypts and opens with the operator's keys; without any it says so to whoever asks it for something."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        self._keys = tuple(keys)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def require(self) -> None:
        """UserError where there is no key."""
        if not self._keys:
            raise UserError(_NO_KEY)

    def seal(self, artist_id: int, values: Mapping[str, str]) -> str:
        """Encrypt an artist's values with the first key."""
        self.require()
        document = json.dumps({"artist": artist_id, **values}, ensure_ascii=False, sort_keys=True)
        return self._fernet.encrypt(document.encode()).decode()

    def open(self, artist_id: int, secret: str) -> dict[str, str]:
        """An artist's values; LockedError where no key opens them or they are somebody else's."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - a start does not need it

        self.require()
        try:
            document = json.loads(self._fernet.decrypt(secret.encode()))
        except (InvalidToken, ValueError) as error:
            raise LockedError from error
        if document.pop("artist", None) != artist_id:
            raise LockedError
        return {str(name): str(value) for name, value in document.items()}

    def rotated(self, secret: str) -> str:
        """The same values under the first key; LockedError where no key opens them."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - a start does not need it

        self.require()
        try:
            return self._fernet.rotate(secret.encode()).decode()
        except InvalidToken as error:
            raise LockedError from error

    def current(self, secret: str) -> bool:
        """Whether the first key alone opens this, so that the others are not needed for it."""
        from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - a start does not need it

        self.require()
        try:
            Fernet(self._keys[0]).decrypt(secret.encode())
        except InvalidToken:
            return False
        return True

    @cached_property
    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - a start does not need it

        return MultiFernet([Fernet(key) for key in self._keys])


def new_key() -> str:
    """A fresh key, as SHOWRUNNER_PAYMENT_KEYS takes it."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - only who asks for a key needs it

    return Fernet.generate_key().decode()

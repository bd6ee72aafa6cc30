"""When two writers on PostgreSQL collided, so that one of them has to begin again."""

from sqlalchemy.exc import DBAPIError

_CODES = frozenset({"40001", "40P01"})


def collided(error: DBAPIError) -> bool:
    """Whether the transaction was lost to another one and can be run again."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return code in _CODES

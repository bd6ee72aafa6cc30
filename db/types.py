"""Column types that keep money exact and times in UTC on every database."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, Integer
from sqlalchemy.types import TypeDecorator

Snowflake = BigInteger
"""A Discord id: 64 bits, made by Discord, never by the database."""

RowId = BigInteger().with_variant(Integer, "sqlite")
"""A primary key the database counts up (SQLite counts only columns it knows as INTEGER)."""

Document = JSON
"""A JSON document that is written once and read whole."""

OptionalDocument = JSON(none_as_null=True)
"""A JSON document that may be missing: NULL then, not the JSON word null."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive datetimes; always reads back as aware UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC; ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime cannot be stored: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored instant back as aware UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class MinorUnits(TypeDecorator[int]):
    """Money: a whole number of minor units; the currency stands in a column beside it.

    A float, a Decimal or a bool is refused (TypeError) rather than rounded.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """Let whole numbers pass; TypeError for anything that could have lost a cent."""
        del dialect
        if value is not None and type(value) is not int:
            raise TypeError(f"money is a whole number of minor units, not {value!r}")
        return value


def choice(enum: type[StrEnum], name: str) -> Enum:
    """A text column that only holds the values of `enum`, guarded by a CHECK named after `name`."""

    def values(members: Any) -> list[str]:
        return [member.value for member in members]

    return Enum(enum, name=name, native_enum=False, create_constraint=True, length=32, values_callable=values)

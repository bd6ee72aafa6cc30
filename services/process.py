"""What the process remembers between starts."""

from sqlalchemy.exc import NoResultFound

from db.models import ProcessFact
from services.store import Transaction, reads, writes


@reads
async def fact(tx: Transaction, name: str) -> str | None:
    """What was remembered under `name`; None when nothing was."""
    try:
        return (await tx.get_one(ProcessFact, name)).value
    except NoResultFound:
        return None


@writes
async def remember(tx: Transaction, name: str, value: str) -> None:
    """Remember `value` under `name` (80 characters at most), in place of what was there."""
    found = await tx.get(ProcessFact, name)
    if found is None:
        tx.add(ProcessFact(name=name, value=value))
    else:
        found.value = value
    await tx.flush()

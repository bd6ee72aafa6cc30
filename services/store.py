"""What a caller needs to hold to call a service; cogs and pages take it from here."""

from sqlalchemy.ext.asyncio import AsyncSession as Transaction

from db.engine import Database, reads, writes

__all__ = ["Database", "Transaction", "reads", "writes"]

"""What artists agreed to: one row for each time they gave works under terms. Rows are added, never changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import RowId, Snowflake, UTCDateTime, choice
from domain.licences import Licence


class WorkGrant(Base):
    """A work given under a licence and a version of the terms.

    There is one for its first submission and one for each later change of its licence or files; the newest counts
    for what the work is now, the earlier ones for what was published under them.
    """

    __tablename__ = "work_grants"
    __table_args__ = (CheckConstraint("length(terms) > 0", name="terms"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), index=True)
    licence: Mapped[Licence] = mapped_column(choice(Licence, "grant_licence"))
    terms: Mapped[str] = mapped_column(String(20), doc="the version of the terms, see domain.terms")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user: Mapped[int] = mapped_column(Snowflake, doc="whose act it was: the artist's, or a producer's for them")
    cause: Mapped[str] = mapped_column(String(20), doc="submitted, licence or files")


class GrantedFile(Base):
    """A file that a grant covers, written down once its bytes are kept."""

    __tablename__ = "granted_files"
    __table_args__ = (UniqueConstraint("grant_id", "sha256", "name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("work_grants.id"))
    name: Mapped[str] = mapped_column(String(260))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]

"""What a show takes from its artists: how many files, how large, of which kinds, and whether it makes money of it."""

from dataclasses import dataclass, fields

from db.models import Show
from domain.errors import UserError
from domain.filekinds import parse_kinds
from domain.licences import NON_COMMERCIAL, TITLES
from services.access import Actor, find_show, require_producer
from services.shows.views import ShowView, show_view
from services.store import Transaction, writes

MOST_FILES = 10
"""What one message can carry."""


@dataclass(frozen=True, slots=True)
class WorkRuleChanges:
    """New rules for works; None leaves a rule as it is. `max_size` in megabytes, 0 for as large as is kept at all.

    `commercial`: the show makes money, so that what is not for commercial use cannot be a source. It is a part of the
    deal: it counts for episodes that are planned from now on.
    """

    max_files: int | None = None
    max_size: int | None = None
    types: str | None = None
    commercial: bool | None = None


@writes
async def update_work_rules(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None = None,
    changes: WorkRuleChanges,
    kept_mb: int,
) -> ShowView:
    """Change what is taken from now on; what is in already stays as it is.

    `kept_mb` is how large a file this process keeps at all. UserError names what cannot be as asked.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if all(getattr(changes, item.name) is None for item in fields(changes)):
        raise UserError("Nothing to change: give at least one rule.")
    _apply_files(found, changes, kept_mb)
    _apply_commercial(found, changes.commercial)
    await tx.flush()
    return await show_view(tx, found)


def _apply_commercial(show: Show, commercial: bool | None) -> None:
    if commercial and show.licence in NON_COMMERCIAL:
        raise UserError(
            f"Works in {show.name} are under {TITLES[show.licence]} unless their artist says otherwise: not for "
            "commercial use. Choose another usual licence first, with `/show rules licence:`."
        )
    show.commercial = show.commercial if commercial is None else commercial


def _apply_files(show: Show, changes: WorkRuleChanges, kept_mb: int) -> None:
    if changes.max_files is not None:
        if not 1 <= changes.max_files <= MOST_FILES:
            raise UserError(f"A work can have from 1 to {MOST_FILES} files, not {changes.max_files}.")
        show.max_files = changes.max_files
    if changes.max_size is not None:
        if not 0 <= changes.max_size <= kept_mb:
            raise UserError(
                f"A file can have up to {kept_mb} MB here, not {changes.max_size}: whoever runs this bot set that."
            )
        show.max_file_mb = changes.max_size or None
    if changes.types is not None:
        show.file_kinds = ",".join(parse_kinds(changes.types))

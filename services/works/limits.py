"""What files a show takes: how many a work can have, how large, of which kinds. Said before anything is stored."""

from collections.abc import Sequence

from db.models import Show
from domain.errors import UserError
from domain.filekinds import kind_of, kinds_words, named_kinds
from services.works.storing import Attachment

MEGABYTE = 1024 * 1024


def refusal(show: Show, files: Sequence[Attachment], *, beside: int = 0) -> str | None:
    """The sentence for files that the show does not take, or None. `beside` is how many the work has already.

    A file that does not say what it is may pass here; its bytes tell when they are fetched (bot.fetching).
    """
    if files and len(files) + beside > show.max_files:
        most = "one file" if show.max_files == 1 else f"{show.max_files} files"
        return f"A work in {show.name} can have {most}; with these it would have {len(files) + beside}."
    for file in files:
        if show.max_file_mb is not None and file.size > show.max_file_mb * MEGABYTE:
            return (
                f"“{file.name[:60]}” has {_megabytes(file.size)} MB; files in {show.name} can have "
                f"{show.max_file_mb} MB. Make it smaller, or post a link to it."
            )
        kind, kinds = kind_of(file.content_type, file.name), named_kinds(show.file_kinds)
        if kinds and kind is not None and kind not in kinds:
            return f"“{file.name[:60]}” cannot be taken: {show.name} takes {kinds_words(kinds)}."
    return None


def require(show: Show, files: Sequence[Attachment], *, beside: int = 0) -> None:
    """UserError for files that the show does not take."""
    problem = refusal(show, files, beside=beside)
    if problem:
        raise UserError(problem)


def _megabytes(size: int) -> str:
    """Rounded up to a tenth, so that it never looks as if it fitted."""
    tenths = -(-size * 10 // MEGABYTE)
    return f"{tenths / 10:g}"

"""Sources as people type them, one a line: which work or what from outside, its part, its licence, thanks. Pure.

#12 · #12 60% thanks for the drums · (a link to a work): lovely · An old waltz https://a.example CC BY 40% "thanks"
"""

import re
from dataclasses import dataclass

from domain.errors import UserError
from domain.licences import Licence, parse_licence
from services.works import words

_PART = r"(\d{1,3}(?:[.,]\d{1,2})?)\s?%"
_NUMBER = re.compile(rf"^#\s?(\d{{1,9}})\b(.*)$|^(\d{{1,9}})(\s+{_PART}.*)?$")
_REST = re.compile(rf"^\s*(?:{_PART})?\s*([:;,–—-]?)\s*(.*)$")
_PART_LAST = re.compile(rf"(?:^|\s){_PART}$")
_LICENCE_LAST = re.compile(
    r"(?:^|[\s,(\[])(cc0|public domain|cc[ -]?by(?:[ -](?:nc|sa|nd)){0,2})(?:[ -]\d(?:\.\d)?)?[)\]]?$", re.IGNORECASE
)
_QUOTED_LAST = re.compile(r"^(.+?)\s*[“\"]([^“”\"]+)[”\"]$")
_QUOTES = "\"'“”„ "
THANKS = 300
WHOLE = 10_000
"""All parts together, in basis points."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source. `what` names it: #12, a link to a work, or a title and a link from outside.

    The part is in basis points. `loose`: what is given as thanks may be the work's title, typed after its number.
    """

    what: str
    share_bp: int | None = None
    licence: Licence | None = None
    thanks: str = ""
    loose: bool = False


def read_line(line: str, *, guild_id: int, site_url: str) -> SourceLine:
    """Read one line; UserError for a part above 100%."""
    line = " ".join(line.split())
    number = _NUMBER.match(line)
    if number:
        return _of_ours(f"#{number[1] or number[3]}", number[2] or number[4] or "")
    first, _, rest = line.partition(" ")
    address = first.rstrip(":,;")
    if words.message_id(address, guild_id) is not None or words.gallery_id(address.strip("<>"), site_url) is not None:
        return _of_ours(address.strip("<>"), first[len(address) :] + " " + rest)
    return _from_outside(line)


def read_part(text: str) -> int:
    """A percentage as people type it ("30", "33.3 %") in basis points; UserError for anything else."""
    found = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?", text.strip().removesuffix("%").strip())
    part = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
    if not 1 <= part <= WHOLE:
        raise UserError("Write each part as a percentage between 0.01 and 100, such as 60 or 33.5.")
    return part


def _of_ours(what: str, rest: str) -> SourceLine:
    part, mark, thanks = _REST.fullmatch(rest.strip()).groups()  # type: ignore[union-attr]  # it matches any line
    quoted = thanks[:1] in tuple(_QUOTES)
    said = thanks.strip(_QUOTES)[:THANKS]
    return SourceLine(what, read_part(part) if part else None, None, said, loose=not mark and not quoted and not part)


def _from_outside(line: str) -> SourceLine:
    """The link may stand anywhere; licence and part behind the title, in either order; thanks in quotes at the end."""
    title, address = words.split_link(line)
    title = title.strip(" .,;:|-–—") if address else title
    thanks, part, licence = "", None, None
    quoted = _QUOTED_LAST.match(title)
    if quoted and (address or _PART_LAST.search(quoted[1]) or _LICENCE_LAST.search(quoted[1])):
        title, thanks = quoted[1], quoted[2].strip()[:THANKS]
    for _ in range(2):
        share, terms = _PART_LAST.search(title), _LICENCE_LAST.search(title)
        if share and part is None:
            title, part = title[: share.start()].rstrip(" ,("), read_part(share[1])
        elif terms and licence is None:
            title, licence = title[: terms.start()].rstrip(" ,("), _licence(terms[1])
    return SourceLine(" ".join(filter(None, (title, address))), part, licence, thanks)


def _licence(typed: str) -> Licence:
    typed = typed.lower()
    if typed in ("cc0", "public domain"):
        return Licence.CC0
    return parse_licence("-".join(re.findall("cc|by|nc|sa|nd", typed)))

"""What an artist's words say: a title, a note, links to the work, and what it was made from. Pure."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

TITLE = 100
NOTE = 2000

_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)
_URL = re.compile(r"<?(https?://[^\s<>\"]+)>?", re.IGNORECASE)
_MESSAGE = re.compile(
    r"^https?://(?:\w+\.)?discord(?:app)?\.com/channels/(\d{1,20})/\d{1,20}/(\d{1,20})/?$", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w\\/&#<@])#(\d{1,9})\b")
_NUMBERS_ONLY = re.compile(r"^[\s,;#\d]+$")
_NUMBER_AND_PART = r"#?(\d{1,9})\s+(\d{1,3}(?:[.,]\d{1,2})?)\s?%"
_PARTS_ONLY = re.compile(rf"^\s*{_NUMBER_AND_PART}(?:[\s,;]+{_NUMBER_AND_PART})+\s*$")
_MENTION = re.compile(r"<(?:@[!&]?|#|a?:\w{1,40}:|/[^:>]{1,100}:|t:)[^>\s]*>")
_MARKUP = re.compile(r"^(?:#{1,3}\s+|-#\s+|>\s+|[-*]\s+)|[*_~|`]{2,}|\\")
# Links to these are conversation: invitations, channels, moving reactions.
_CHAT_HOSTS = ("discord.com", "discordapp.com", "discord.gg", "tenor.com", "giphy.com")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. `messages` and `gallery` are ids of messages and works it links to, `numbers` its #123."""

    title: str
    note: str
    links: tuple[str, ...]
    messages: tuple[int, ...]
    gallery: tuple[int, ...]
    numbers: tuple[int, ...]


def read_text(text: str, *, guild_id: int, site_url: str) -> Reading:
    """Read a message's text. What stands in code or behind a backslash refers to nothing."""
    plain = _CODE.sub(" ", text)
    links: list[str] = []
    messages: list[int] = []
    gallery: list[int] = []
    for address in _addresses(plain):
        message = _MESSAGE.match(address)
        page = gallery_id(address, site_url)
        if message:
            if int(message[1]) == guild_id:
                messages.append(int(message[2]))
        elif page is not None:
            gallery.append(page)
        elif not _is_chat(address):
            links.append(address)
    title, note = _title_and_note(text)
    numbers = [int(number) for number in _NUMBER.findall(_URL.sub(" ", plain))]
    return Reading(title, note, _once(links), _once(messages), _once(gallery), _once(numbers))


def gallery_id(address: str, site_url: str) -> int | None:
    """The work whose gallery page is at `address`, or None."""
    prefix = f"{site_url.rstrip('/')}/works/"
    if not address.startswith(prefix):
        return None
    number = re.match(r"\d{1,18}(?=$|[/?#])", address[len(prefix) :])
    return int(number[0]) if number else None


def message_id(address: str, guild_id: int) -> int | None:
    """The message of this guild that `address` links to, or None."""
    found = _MESSAGE.match(address.strip().strip("<>"))
    return int(found[2]) if found and int(found[1]) == guild_id else None


def title_of_file(name: str) -> str:
    """A title from a file's name: without its ending, underscores as spaces."""
    stem = PurePosixPath(name.replace("\\", "/")).stem.replace("_", " ").strip()
    return cut_title(stem) or "Untitled"


def title_of_link(address: str) -> str:
    """A title from a link: where it leads."""
    return cut_title(f"Link to {(urlsplit(address).hostname or 'a page').removeprefix('www.')}")


def cut_title(text: str) -> str:
    """One line of at most 100 characters, without characters that cannot be seen."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= TITLE else line[: TITLE - 1].rstrip() + "…"


def source_lines(text: str) -> tuple[str, ...]:
    """The sources named in a form's field, one a line; a line of numbers (with parts) only is taken apart."""
    found: list[str] = []
    for line in text.splitlines():
        if _NUMBERS_ONLY.match(line):
            found += [f"#{number}" for number in re.findall(r"\d+", line)]
        elif _PARTS_ONLY.match(line):
            found += [f"#{number} {part}%" for number, part in re.findall(_NUMBER_AND_PART, line)]
        elif line.strip():
            found.append(line.strip())
    return tuple(dict.fromkeys(found))


def outside_of(line: str) -> tuple[str, str | None]:
    """A source outside the community as somebody typed it: its title, and its link if there is one."""
    addresses = _addresses(line)
    title = cut_title(_URL.sub(" ", line).strip(" -–—:|")) if addresses else cut_title(line)
    return title or title_of_link(addresses[0]), addresses[0] if addresses else None


def split_link(line: str) -> tuple[str, str | None]:
    """A line without its first link, and that link."""
    addresses = _addresses(line)
    if not addresses:
        return line.strip(), None
    return " ".join(line.replace(addresses[0], " ").replace("<>", " ").split()), addresses[0]


def _addresses(text: str) -> list[str]:
    return [_trim(match[1]) for match in _URL.finditer(text)]


def _trim(address: str) -> str:
    """Leave off the punctuation that belongs to the sentence, and a bracket that was opened before the link."""
    address = address.rstrip(".,;:!?'*_~|")
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(".,;:!?'*_~|")
    return address


def _is_chat(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return True
    if host.startswith(("cdn.", "media.")) and host.endswith("discordapp.com"):
        return False
    return not host or any(host == chat or host.endswith("." + chat) for chat in _CHAT_HOSTS)


def _title_and_note(text: str) -> tuple[str, str]:
    lines = text.strip().splitlines()
    for index, line in enumerate(lines):
        words = " ".join(_MARKUP.sub("", _MENTION.sub(" ", _URL.sub(" ", line.strip()))).split())
        if not re.search(r"\w", words) or _NUMBERS_ONLY.match(words):
            continue
        title = cut_title(words)
        rest = lines[index + 1 :] if title == words else lines[index:]
        return title, "\n".join(rest).strip()[:NOTE]
    return "", ""


def _once(items: list[int] | list[str]) -> tuple:  # type: ignore[type-arg]  # the same type comes out as went in
    return tuple(dict.fromkeys(items))

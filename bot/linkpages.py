"""What a page says of itself: title, site and picture, from its OpenGraph tags, its HTML title, or an oEmbed answer.

Pages are anybody's. Only the tags that matter are picked out, each is parsed alone and in a short piece, and there is
an end to how many: no page can keep a parser busy.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

TITLE = 200
SITE = 100
"""Characters of a title and of a site's name that are kept."""

_TAGS = 300
_PIECE = 4096
_TAG = re.compile(r"<(?:!--|(?:meta|title|script|style|noscript|template|svg|body)(?=[\s/>]))", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,20}=\s{0,20}["']?([a-zA-Z0-9_.:-]{2,40})""", re.IGNORECASE)
_TITLE_END = re.compile("</title", re.IGNORECASE)
_TITLES = ("og:title", "twitter:title")
_PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a page; empty where it does not say. `picture` is an http or https address."""

    title: str = ""
    site: str = ""
    picture: str = ""


def decode(body: bytes, charset: str) -> str:
    """A page's text: as announced, else as the page says, else UTF-8; what does not fit is replaced."""
    found = _CHARSET.search(body[:2048])
    for name in (charset, found.group(1).decode("ascii") if found else "", "utf-8"):
        try:
            return body.decode(name, "replace") if name else body.decode("utf-8")
        except (LookupError, ValueError):
            continue
    return ""


def read_page(text: str, url: str) -> Facts:
    """The facts of an HTML page that was found at `url`."""
    said: dict[str, str] = {}
    title = ""
    for tag, start in _tags(text):
        if tag == "title":
            title = title or _inside(text[start : start + _PIECE])
        else:
            name, content = _meta(text[start : start + _PIECE])
            said.setdefault(name, content)
    picture = next((said[name] for name in _PICTURES if said.get(name)), "")
    return Facts(
        title=_line(next((said[name] for name in _TITLES if said.get(name)), title), TITLE),
        site=_line(said.get("og:site_name") or _host(url), SITE),
        picture=_address(picture, url),
    )


def read_oembed(text: str, url: str) -> Facts:
    """The facts of an oEmbed answer for `url`. ValueError when it is none."""
    try:
        said: Any = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(said, dict) or not isinstance(said.get("title"), str):
        raise ValueError("not an oEmbed answer")  # noqa: TRY004 - the caller need not care in what way
    site, picture = said.get("provider_name"), said.get("thumbnail_url")
    return Facts(
        title=_line(said["title"], TITLE),
        site=_line(site if isinstance(site, str) and site else _host(url), SITE),
        picture=_address(picture, url) if isinstance(picture, str) else "",
    )


def _tags(text: str) -> Iterator[tuple[str, int]]:
    """The meta and title tags of a page's head with where each begins; passes over what only looks like some."""
    place = 0
    for _ in range(_TAGS):
        found = _TAG.search(text, place)
        if found is None:
            return
        tag = found.group()[1:].lower()
        if tag == "body":
            return
        if tag in {"meta", "title"}:
            yield tag, found.start()
            place = found.end()
            continue
        end = re.compile("-->" if tag == "!--" else f"</{tag}", re.IGNORECASE).search(text, found.end())
        if end is None:
            return
        place = end.end()


class _Meta(HTMLParser):
    """Takes the first tag of what it is fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the first."""
        del tag
        if self.found is None:
            self.found = {name: value or "" for name, value in reversed(attrs)}

    handle_startendtag = handle_starttag


def _meta(piece: str) -> tuple[str, str]:
    """The name and content of a meta tag at the beginning of `piece`."""
    parser = _Meta()
    parser.feed(piece)
    said = parser.found or {}
    return (said.get("property") or said.get("name", "")).strip().lower(), said.get("content", "").strip()


def _inside(piece: str) -> str:
    """The text of a title tag at the beginning of `piece`."""
    return html.unescape(_TITLE_END.split(piece, maxsplit=1)[0].partition(">")[2])


def _line(text: str, most: int) -> str:
    """One line of characters that can be seen."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: most * 10]).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _address(said: str, base: str) -> str:
    try:
        url = urljoin(base, said.strip()) if said.strip() else ""
        return url if urlsplit(url).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""

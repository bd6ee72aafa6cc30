"""What pages say of themselves, also those that lie, break off, or would keep a parser busy."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.linkpages import SITE, TITLE, Facts, decode, read_oembed, read_page

URL = "https://www.songs.example/track/1"


def page(head: str) -> Facts:
    return read_page(f"<!doctype html><html><head>{head}</head><body><p>hi</p></body></html>", URL)


def test_opengraph_is_believed_before_the_title() -> None:
    found = page(
        "<title>Dawn | Songs</title><meta property='og:title' content='Dawn &amp; &quot;dusk&quot;'>"
        '<META CONTENT="Songs &#169;" PROPERTY="og:site_name"/><meta property=og:image content="/art/1.jpg">'
    )
    assert found == Facts('Dawn & "dusk"', "Songs ©", "https://www.songs.example/art/1.jpg")


def test_a_title_alone_will_do() -> None:
    assert page("<title lang=en>\n Dawn &ndash;  a\tsong </title>") == Facts("Dawn – a song", "songs.example", "")
    assert page("<meta name=twitter:title content=Dawn><meta name=twitter:image content=//x.example/a.png>") == Facts(
        "Dawn", "songs.example", "https://x.example/a.png"
    )


def test_empty_tags_say_nothing() -> None:
    assert page("<meta property=og:title content=''><title>Dawn</title><meta property=og:image>").title == "Dawn"
    assert page("") == Facts("", "songs.example", "")


@pytest.mark.parametrize(
    "head",
    [
        "<!-- <title>No</title> --><title>Yes</title>",
        "<script>var a = '<title>No</title>';</script><title>Yes</title>",
        "<style><title>No</title></style><title>Yes</title>",
        "<SVG><title>No</title></SVG><title>Yes</title>",
        "<metadata property=og:title content=No></metadata><title>Yes</title>",
        "<title>Yes</title></head><body><meta property=og:title content=No>",
    ],
)
def test_what_only_looks_like_a_tag(head: str) -> None:
    assert page(head).title == "Yes"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:image/png;base64,AA", "file:///etc/passwd", "http://[bad"]
)
def test_pictures_are_on_the_web(address: str) -> None:
    assert page(f'<title>x</title><meta property="og:image" content="{address}">').picture == ""


def test_texts_are_short_lines_of_what_can_be_seen() -> None:
    found = page(f"<meta property=og:site_name content='{'s' * 3000}'><title>\u202eDawn\u0000 {'x' * 9000}</title>")
    assert (len(found.title), found.title[:7], len(found.site)) == (TITLE, "Dawn xx", SITE)


@pytest.mark.parametrize(
    "body",
    [
        "<meta " * 150_000, "<!--" * 250_000, "<title" * 150_000, "<title>" * 140_000, "<script>" * 120_000,
        "<meta a" + "=" * 1_000_000, "<meta " + "a " * 500_000, "<meta content='" + "x" * 1_000_000,
        "<meta " + "/" * 1_000_000, "<!" * 500_000, "<svg><" * 160_000, "<meta x='" * 110_000,
        "<meta x=" + '"' * 1_000_000, "<title>" + "&" * 1_000_000,
    ],
)  # fmt: skip
def test_no_page_keeps_the_parser_busy(body: str) -> None:
    before = process_time()
    read_page(body, URL)
    # Far above what any of them takes, far below what a parser takes whose work grows with the square.
    assert process_time() - before < 3


@given(st.text(alphabet="<>/=!-'\" \n&;metailtscrp:gog", max_size=300))
def test_anything_at_all_is_read(text: str) -> None:
    found = read_page(text, URL)
    assert len(found.title) <= TITLE


def test_text_is_decoded_as_announced_or_as_the_page_says() -> None:
    assert decode("Für".encode("latin-1"), "latin-1") == "Für"
    assert decode(b"<meta charset=windows-1252><title>\x80</title>", "").endswith("<title>€</title>")
    assert decode("Für".encode(), "no-such-charset") == "Für"
    assert "\ufffd" in decode(b"\xff\xfe\xff", "")
    for odd in ("hex", "zip", "rot13", "undefined", "idna", "punycode", "unicode_escape"):
        assert isinstance(decode(b"<title>41</title>", odd), str)


def test_oembed() -> None:
    said = {"title": "Dawn", "provider_name": "Tube", "thumbnail_url": "https://i.example/1.jpg", "html": "<iframe>"}
    assert read_oembed(json.dumps(said), URL) == Facts("Dawn", "Tube", "https://i.example/1.jpg")
    assert read_oembed('{"title": "Dawn", "thumbnail_url": 7, "provider_name": null}', URL) == Facts(
        "Dawn", "songs.example"
    )
    for wrong in ("", "[]", "{}", '{"title": 3}', "<html>", "[" * 100_000):
        with pytest.raises(ValueError):
            read_oembed(wrong, URL)

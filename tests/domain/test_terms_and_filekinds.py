"""The terms are what docs/terms.md says and never change under a version; kinds of files as people name them."""

from pathlib import Path

import pytest

from domain.errors import UserError
from domain.filekinds import KINDS, kind_of, kinds_words, named_kinds, parse_kinds
from domain.terms import CURRENT, terms_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "terms.md"
PUBLISHED = {"1": "ee68eb777a680ebe59e0169478be8015527e4441aa1d6f9628605e852a4bf0fa"}
"""What each version was when it was published: another text is another version."""


def test_no_version_changes() -> None:
    assert {version: terms_of(version).digest for version in PUBLISHED} == PUBLISHED
    assert CURRENT.version == max(PUBLISHED)
    assert terms_of("0") is None


def test_the_document_is_the_same_text() -> None:
    head, _, rest = DOCUMENT.read_text(encoding="utf-8").partition("\n\n")
    assert head == f"# The terms, version {CURRENT.version}"
    paragraphs = [" ".join(part.split()) for part in rest.strip().split("\n\n")][1:]
    assert tuple(paragraphs) == CURRENT.paragraphs


@pytest.mark.parametrize(
    ("content_type", "name", "kind"),
    [
        ("image/png", "", "pictures"), ("audio/mpeg; rate=1", "", "sound"), ("video/mp4", "x.png", "video"),
        ("application/pdf", "", "pdf"), ("text/plain; charset=utf-8", "", "text"), ("application/zip", "", "archives"),
        ("application/octet-stream", "Song.FLAC", "sound"), ("application/octet-stream", "poem.fountain", "text"),
        ("application/x-msdownload", "setup.exe", None), ("", "noending", None), ("", ".zip", "archives"),
    ],
)  # fmt: skip
def test_what_a_file_says_it_is(content_type: str, name: str, kind: str | None) -> None:
    assert kind_of(content_type, name) == kind


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("everything", ()), (" ALL ", ()), ("", ()), (", ".join(KINDS), ()),
        ("sound, pictures", ("pictures", "sound")), ("Photos and music", ("pictures", "sound")),
        ("pdf+text", ("pdf", "text")), ("zip", ("archives",)), ("video video", ("video",)),
    ],
)  # fmt: skip
def test_kinds_as_people_type_them(typed: str, kinds: tuple[str, ...]) -> None:
    assert parse_kinds(typed) == kinds
    assert named_kinds(",".join(kinds)) == kinds


def test_words_that_are_no_kind_are_named() -> None:
    with pytest.raises(UserError, match=r"“smells” is no kind of file\. There are pictures, sound"):
        parse_kinds("pictures, smells")


def test_kinds_in_a_sentence() -> None:
    assert kinds_words(("sound",)) == "sound"
    assert kinds_words(()) == "pictures, sound, video, PDF, text and ZIP"

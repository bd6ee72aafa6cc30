"""What an artist's words say, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.works.words import NOTE, TITLE, cut_title, outside_of, read_text, source_lines, title_of_file

SITE = "https://show.example.org"


def read(text: str):
    return read_text(text, guild_id=7, site_url=SITE)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("made from #12 and #3, #12 again", (12, 3)),
        ("(#12) #4. #5!", (12, 4, 5)),
        (r"an escaped \#12 is just text", ()),
        ("in `code #12` and ```\nblock #13\n``` nothing", ()),
        ("a channel <#12> and word#12 and https://a.example/#12", ()),
        ("# 12 is a heading, #12a is a name", ()),
        ("&#12; is an entity, ##12 too", ()),
    ],
)
def test_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert read(text).numbers == numbers


def test_links_of_the_work_of_its_sources_and_of_the_conversation() -> None:
    said = read(
        "Night (https://soundcloud.example/x_(y)) <https://b.example/?a=1>, https://b.example/?a=1.\n"
        "from https://discord.com/channels/7/8/9 https://ptb.discord.com/channels/7/8/10\n"
        f"and {SITE}/works/44 and {SITE}/works/45?x=1 {SITE}/works/46abc\n"
        "https://discord.com/channels/1/8/11 https://tenor.com/view/cat https://discord.gg/x"
    )
    assert said.links == ("https://soundcloud.example/x_(y)", "https://b.example/?a=1", f"{SITE}/works/46abc")
    assert said.messages == (9, 10)
    assert said.gallery == (44, 45)


@pytest.mark.parametrize(
    ("text", "title", "note"),
    [
        ("# Dawn\nfor Leo", "Dawn", "for Leo"),
        ("**Dawn**, _late_", "Dawn, _late_", ""),
        ("https://a.example\n#12\nDawn", "Dawn", ""),
        ("<@123> <:owl:99> Dawn chorus", "Dawn chorus", ""),
        ("https://a.example", "", ""),
        ("", "", ""),
    ],
)
def test_title_and_note(text: str, title: str, note: str) -> None:
    said = read(text)
    assert (said.title, said.note) == (title, note)


def test_a_long_first_line_is_cut_and_kept_in_the_note() -> None:
    said = read("word " * 60 + "\nsecond")
    assert len(said.title) <= TITLE
    assert said.title.endswith("…")
    assert said.note.startswith("word word")
    assert said.note.endswith("second")


@given(st.text(max_size=400))
def test_any_text_reads_within_its_limits(text: str) -> None:
    said = read(text)
    assert len(said.title) <= TITLE
    assert len(said.note) <= NOTE
    assert "\n" not in said.title
    assert cut_title(said.title) == said.title


def test_titles_of_files() -> None:
    assert title_of_file("late_night_final.v2.png") == "late night final.v2"
    assert title_of_file("..\\evil\\dawn.wav") == "dawn"
    assert title_of_file(".png") == ".png"
    assert title_of_file("\u200b.png") == "Untitled"


def test_sources_typed_into_a_form() -> None:
    assert source_lines("#12, 13\n\n An old waltz https://w.example \n#12") == (
        "#12",
        "#13",
        "An old waltz https://w.example",
    )
    assert outside_of("An old waltz - https://w.example/1.") == ("An old waltz", "https://w.example/1")
    assert outside_of("https://www.w.example/1") == ("Link to w.example", "https://www.w.example/1")
    assert outside_of("my grandmother") == ("my grandmother", None)

"""Sources as people type them: each line read as whoever typed it meant it."""

import pytest

from domain.errors import UserError
from domain.licences import Licence
from services.works.sourcelines import SourceLine, read_line
from services.works.words import source_lines

SITE = "https://owls.example"
MESSAGE = "https://discord.com/channels/9/1/2"


def line(text: str) -> SourceLine:
    return read_line(text, guild_id=9, site_url=SITE)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("#12", SourceLine("#12", loose=True)),
        (" 12 ", SourceLine("#12", loose=True)),
        ("12 60%", SourceLine("#12", 6000)),
        ("#12 33,5 %", SourceLine("#12", 3350)),
        ("#12 60% thanks for the drums", SourceLine("#12", 6000, thanks="thanks for the drums")),
        ("#12: lovely beat", SourceLine("#12", thanks="lovely beat")),
        ("#12 “lovely beat”", SourceLine("#12", thanks="lovely beat")),
        ("#12 Dawn by Mira", SourceLine("#12", thanks="Dawn by Mira", loose=True)),
        (f"{MESSAGE} 50%: wow", SourceLine(MESSAGE, 5000, thanks="wow")),
        (f"<{MESSAGE}>", SourceLine(MESSAGE, loose=True)),
        (f"{SITE}/works/12 - thanks", SourceLine(f"{SITE}/works/12", thanks="thanks")),
        ("1999 by Prince", SourceLine("1999 by Prince")),
        ("12 Monkeys", SourceLine("12 Monkeys")),
        ("An old waltz", SourceLine("An old waltz")),
        ("An old waltz https://a.example/x.", SourceLine("An old waltz https://a.example/x")),
        (
            'An old waltz https://a.example/x CC BY 40% "thanks"',
            SourceLine("An old waltz https://a.example/x", 4000, Licence.CC_BY, "thanks"),
        ),
        (
            "An old waltz (CC BY-NC 3.0) https://a.example/x",
            SourceLine("An old waltz https://a.example/x", None, Licence.CC_BY_NC),
        ),
        ("Song (CC-BY-SA-4.0) 20%", SourceLine("Song", 2000, Licence.CC_BY_SA)),
        ("Song 20% cc by-nd", SourceLine("Song", 2000, Licence.CC_BY_ND)),
        ("Poem, public domain", SourceLine("Poem", None, Licence.CC0)),
        ("50% off https://a.example/x", SourceLine("50% off https://a.example/x")),
        ('Waltz by "Bowie"', SourceLine('Waltz by "Bowie"')),
        ("https://discord.com/channels/8/1/2 x", SourceLine("x https://discord.com/channels/8/1/2")),
    ],
)
def test_a_line(typed: str, meant: SourceLine) -> None:
    assert line(typed) == meant


@pytest.mark.parametrize("typed", ["#12 101%", "#12 0%", "Song 999%"])
def test_a_part_that_is_none(typed: str) -> None:
    with pytest.raises(UserError, match=r"between 0\.01 and 100"):
        line(typed)


def test_numbers_with_parts_on_one_line() -> None:
    assert source_lines("#12 60%, #15 40%") == ("#12 60%", "#15 40%")
    assert source_lines("12 60.5% 15 39,5%") == ("#12 60.5%", "#15 39,5%")
    assert source_lines("#12, 15\n#12") == ("#12", "#15")
    assert source_lines("#12 60% thanks, #15") == ("#12 60% thanks, #15",)

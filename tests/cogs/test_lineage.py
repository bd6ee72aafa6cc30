"""The lineage of a work in Discord: its picture, its words, and that both hold for any family."""

import io
from itertools import chain

import pytest
from PIL import Image

from cogs.common.lettering import fitting, wrapped
from cogs.works.lineage import in_words, lineage
from cogs.works.lineage_picture import SHOWN, draw, faces_of
from services.kinds import WorkState
from services.views import WorkRef
from services.works.family import COUNTED, Family, Member, Outside, narrowed
from tests.cogs.test_works_in_discord import Stage, card, episode, png, saying, stage

__all__ = ["episode", "saying", "stage"]

SITE = "https://studio.example"


def member(number: int, steps: int, **changes: object) -> Member:
    state = changes.get("state", WorkState.IN)
    work = WorkRef(number, number, str(changes.get("title", f"Part {number}")), "Mia", state)
    picture = changes.get("picture")
    return Member(work, str(changes.get("medium", "sound")), picture if picture is None else str(picture), steps, 0)


def star(count: int) -> Family:
    """A work from something outside, and `count` made from it."""
    members = (member(1, 0), *(member(number, 1) for number in range(2, count + 2)))
    sources = {1: (-1,)} | dict.fromkeys(range(2, count + 2), (1,))
    return Family(1, members, (Outside(-1, "An old waltz", None),), sources, frozenset(), 0, count, more=False)


def chain_of(count: int) -> Family:
    """Each made from the one before; the third is the one that was asked about."""
    members = tuple(member(number, number - 3) for number in range(1, count + 1))
    sources = {number: (number - 1,) if number > 1 else () for number in range(1, count + 1)}
    return Family(3, members, (), sources, frozenset({(3, 2)}), 2, count - 3, more=False)


def size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        assert picture.format == "PNG"
        return picture.size


@pytest.mark.parametrize("family", [star(1), star(12), star(60), star(499), chain_of(12), chain_of(400)])
def test_any_family_is_a_picture_that_fits_a_phone(family: Family) -> None:
    width, height = size(draw(family, {}))
    assert width <= 1600  # three boxes and lines between them: letters stay large
    assert height <= 2.6 * width


def test_the_picture_shows_what_is_near_and_where_more_hangs() -> None:
    shown = narrowed(star(60), SHOWN)
    assert len(shown.members) == SHOWN
    assert (shown.itself.hidden, shown.below) == (60 - SHOWN + 1, 60)
    assert shown.sources[1] == (-1,)
    assert all(one in shown.sources for one in chain.from_iterable(shown.sources.values()) if one > 0)


def test_letters_that_no_font_has_are_left_out_and_never_fail() -> None:
    strange = Family(
        1,
        (
            member(1, 0, title="🎷🎷🎷"),
            member(2, 1, title="夜の電車", medium="?"),
            member(3, 1, title="مرحبا", state=WorkState.WITHDRAWN),
            member(4, 1, title="x" * 100),
        ),
        (Outside(-1, "🎹", "https://piano.example"),),
        {1: (-1,), 2: (1,), 3: (1,), 4: (1,)}, frozenset({(2, 1)}), 0, 3, more=False,
    )  # fmt: skip
    assert size(draw(strange, {}))
    assert fitting("🎷 Jazz 🎷", 20, 500)[1] == "Jazz"
    assert fitting("🎷", 20, 500)[1] == ""


def test_long_titles_break_between_words_and_are_cut_at_last() -> None:
    font, lines = wrapped("The Night Porter sings of the distant bridge", 20, 150, most=2)
    assert len(lines) == 2
    assert lines[0].endswith(("Night", "Porter"))
    assert lines[1].endswith("…")
    assert all(font.getlength(line) <= 150 for line in lines)
    assert wrapped("x" * 90, 20, 150, most=2)[1][1].endswith("…")
    assert wrapped("Dawn", 20, 150, most=2)[1] == ["Dawn"]
    assert wrapped("", 20, 150, most=2)[1] == []


def test_previews_are_faces_and_broken_ones_are_not() -> None:
    family = Family(
        1, (member(1, 0, picture="a"), member(2, 1, picture="b"), member(3, 1)), (), {1: (), 2: (1,), 3: (1,)},
        frozenset(), 0, 2, more=False,
    )  # fmt: skip
    assert faces_of(family) == ["a", "b"]
    plain = draw(family, {})
    assert draw(family, {"b": b"not a picture"}) == plain
    assert draw(family, {"a": png("orange")}) != plain


def test_in_words_for_those_who_do_not_see_it() -> None:
    family = star(3)
    assert in_words(family) == (
        "Lineage of #1 Part 1 by Mia. Made from “An old waltz” from outside. "
        "Made from it: #2 Part 2, #3 Part 3, #4 Part 4."
    )
    assert in_words(chain_of(9)).endswith("And 6 works further away.")
    assert len(in_words(star(400))) == 1000
    assert family.told == "made from no other work here · 3 works made from it"
    assert chain_of(4).told == "made from 2 works · 1 work made from it"
    assert f"{COUNTED:,} works or more" in star(COUNTED).told


def test_who_stands_alone_is_told_so() -> None:
    alone = Family(1, (member(1, 0),), (), {1: ()}, frozenset(), 0, 0, more=False)
    said = lineage(alone, None, SITE)
    assert said.files == ()
    assert "nothing was made from it yet" in str(said.view.to_components())


async def test_in_discord_by_the_panel_and_by_command(stage: Stage, saying: None) -> None:
    await stage.member.post(stage.works, "Dawn", files=[("dawn.png", png())])
    first = await card(stage, 1)
    alone = await stage.member.slash("work lineage", channel=stage.works, work="#1")
    assert "nothing was made from it yet" in alone.text
    assert "Lineage" not in [button.label for button in (await stage.member.click(first, "More")).message.buttons]
    await stage.member.post(stage.works, "Dusk", files=[("dusk.png", png("navy"))], reply_to=first)
    second = await card(stage, 2, "made from #1 Dawn")
    panel = await stage.member.click(second, "More")
    shown = await stage.member.click(panel.message, "Lineage")
    assert shown.ephemeral
    (file,) = shown.message.files
    assert file.filename == "lineage.png"
    assert "made from 1 work" in shown.text
    assert "Lineage of #2 Dusk by Mira. Made from #1 Dawn." in str(shown.message.raw)
    page = next(button for button in shown.message.buttons if button.url)
    assert page.url.endswith("/lineage#here")
    by_command = await stage.member.slash("work lineage", channel=stage.works, work="#1")
    assert "1 work made from it" in by_command.text

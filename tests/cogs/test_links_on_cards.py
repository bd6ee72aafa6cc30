"""Links on the cards of works: said once they are known, with a picture, and never as more than words."""

from pathlib import Path
from random import Random

import discord
import pytest
from sqlalchemy import update

from bot.limits import problems
from cogs.common.outgoing import Attached
from cogs.runtime import Runtime
from cogs.works import messages
from cogs.works.sayings import SAYINGS
from db.models import LinkState, WorkLink
from services.media import open_store
from services.store import Database
from services.views import LinkView, WorkView
from services.works.collect import collect
from tests.cogs.test_work_messages import LONG, SITE, longest, plain, words
from tests.support.studio import NOW, make_show
from tests.support.works import opened, posting

URL = "https://video.example/a(1)"
KNOWN = LinkView(URL, "Dawn [live]", "Video", "f" * 64)
PICTURE = Attached("link.webp", b"x")


def linked(*links: LinkView, **changes) -> WorkView:
    return plain(links=tuple(link.url for link in links), link_previews=links, **changes)


def thumbnails(card) -> list[str]:
    return [item.media.url for item in card.view.walk_children() if isinstance(item, discord.ui.Thumbnail)]


def test_a_known_link_is_named_with_its_picture_beside() -> None:
    card = messages.work_card(linked(KNOWN), SITE, link_picture=PICTURE)
    assert "↗ [Dawn (live)](https://video.example/a%281%29) · Video" in words(card).splitlines()
    assert thumbnails(card) == ["attachment://link.webp"]
    assert card.files == (PICTURE,)


def test_what_is_not_known_is_left_to_the_message() -> None:
    card = messages.work_card(linked(LinkView(URL)), SITE)
    assert "video.example" not in words(card)
    assert thumbnails(card) == []


def test_a_form_names_its_links_known_or_not() -> None:
    other = LinkView("https://songs.example/2")
    shown = words(messages.work_card(linked(other, KNOWN, by_form=True), SITE)).splitlines()
    assert "↗ [Dawn (live)](https://video.example/a%281%29) · Video" in shown
    assert "- https://songs.example/2" in shown
    assert sum("video.example" in line for line in shown) == 1


def test_the_words_of_a_site_stay_words() -> None:
    odd = LinkView("https://a.example/", "a](https://evil.example) **b** @everyone", "`c`\n# d")
    shown = words(messages.work_card(linked(odd), SITE))
    assert "](https://evil.example" not in shown
    assert "@everyone" not in shown.replace("@\u200beveryone", "")
    assert "**b**" not in shown
    assert "\n# d" not in shown


@pytest.mark.parametrize("by_form", [True, False])
def test_the_longest_links_fit(by_form: bool) -> None:
    work = longest(by_form=by_form, files=())
    links = tuple(LinkView(url, LONG * 2, LONG, "f" * 64) for url in work.links)
    full = longest(by_form=by_form, files=(), link_previews=links)
    assert problems(messages.work_card(full, SITE, link_picture=PICTURE)) == []


@pytest.mark.parametrize("there", [True, False])
async def test_the_picture_comes_from_the_media_store(db: Database, tmp_path: Path, there: bool) -> None:
    await make_show(db)
    await opened(db)
    runtime = Runtime(
        db=db, media=open_store(str(tmp_path / "media")), clock=lambda: NOW, rng=Random(1), wake=lambda: None,
        site_url=SITE, message_content=True, max_file_bytes=1,
    )  # fmt: skip

    async def small():
        yield b"a picture"

    key = (await runtime.media.put(small(), limit=100)).sha256 if there else "0" * 64
    got = await collect(db, posting(text=f"Dawn {URL}", attachments=()), site_url=SITE, now=NOW)
    known = update(WorkLink).values(state=LinkState.KNOWN, title="Dawn live", site="Video", preview=key)
    await db.write(lambda tx: tx.execute(known))
    card = await SAYINGS["work_card"](runtime, {"work": got.work_id})
    assert "↗ [Dawn live]" in words(card)
    assert [file.data for file in card.files] == ([b"a picture"] if there else [])
    assert len(thumbnails(card)) == there

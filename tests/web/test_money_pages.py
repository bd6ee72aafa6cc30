"""The pages about money: a share told step by step, and a show's trends."""

import re

from domain.allocation import allocate, from_json
from domain.allocation.story import tell
from services.payouts import read
from services.shows import ShowView
from tests.support import money
from tests.support.finished import finish_episode
from tests.web.conftest import Gallery


async def test_a_share_is_told_step_by_step(gallery: Gallery, show: ShowView) -> None:
    done = await finish_episode(
        gallery.db, show.id, artists=["Ann", "Mia", "Bo"], works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
        cut=["remix", "solo"], sources=[("remix", "sketch")],
    )  # fmt: skip
    view = await money.propose(gallery.db, done, "$100.01")
    why = await money.explain(gallery.db, view, "Ann")
    page = re.sub(r"<[^>]+>|\s+", " ", await gallery.text(f"/rounds/{view.id}/shares/{why.key}"))
    page = " ".join(page.split())
    assert "Ann gets $10.00" in page
    assert "$10.00 from a remix of #1 sketch" in page
    assert "A remix passes 20% of all it gets to what it was made from; 10.001 USD of that came here" in page
    assert "Rounded down, that is $10.00" in page
    await gallery.text(f"/rounds/{view.id}/shares/nobody", status=404)
    await gallery.text(f"/rounds/{view.id}/shares/{'x' * 90}", status=404)
    await gallery.text(f"/rounds/999/shares/{why.key}", status=404)


async def test_every_step_adds_up_to_the_statement(gallery: Gallery, show: ShowView) -> None:
    done = await finish_episode(
        gallery.db, show.id, artists=["Ann", "Mia", "Bo"],
        works={"a": "Ann", "b": "Ann", "c": "Mia", "d": "Bo", "e": "Bo"},
        cut=["c", "d", "e"], sources=[("c", "a"), ("d", "a"), ("d", "b"), ("e", "c")],
    )  # fmt: skip
    view = await money.propose(gallery.db, done, "$77.77")
    document = (await read.statement(gallery.db, round_id=view.id)).document
    inputs = from_json(
        {name: document[name] for name in document if name not in {"allocations", "lines", "unallocated"}}
    )
    result = allocate(inputs)
    for artist, amount in result.allocations.items():
        story = tell(inputs, artist)
        assert story is not None
        assert sum(step.line.amount for step in story.steps) == story.rounded == amount
        assert abs(story.exact - amount) < 1
        assert abs(sum(step.exact for step in story.steps) - story.exact) < 1
        assert all(step.way[-1] == step.line.work for step in story.steps)
        page = await gallery.text(f"/rounds/{view.id}/shares/{artist}")
        assert page.count('class="share step"') == len(story.steps)


async def test_trends_of_a_show(gallery: Gallery, show: ShowView) -> None:
    assert "No payout is final yet" in await gallery.text(f"/shows/{show.slug}/money")
    await gallery.text("/shows/nothing/money", status=404)
    done = await finish_episode(
        gallery.db, show.id, artists=["Ann", "Bo"], works={"a": "Ann", "b": "Bo"}, cut=["a", "b"]
    )
    view = await money.propose(gallery.db, done)
    await money.finalise(gallery.db, view)
    page = await gallery.text(f"/shows/{show.slug}/money")
    assert "S1E1 Night Trains" in page
    assert "$100.00" in page
    assert "$50.00" in page
    assert "Ann" not in page

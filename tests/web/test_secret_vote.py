"""While a vote goes on, nothing that anybody can ask for says anything of its marks but how many people gave some."""

import pytest

from db.models import VoteMethod
from domain.errors import UserError
from services import ballot_receipts, ballots, outcomes, tallies, watch
from services.shows import ShowView
from tests.support.booth import Booth
from tests.support.studio import NOW, PRODUCER, actor
from tests.support.vote import Vote, artist_of, open_vote, voter
from tests.web.conftest import Gallery

PATHS = (
    "/", "/shows/{slug}", "/shows/{slug}/money", "/episodes/{id}", "/episodes/{id}/ballots.json",
    "/episodes/{id}/receipt", "/episodes/{id}/payout", "/works/{work}", "/works/{work}/lineage", "/api/v1/shows",
    "/api/v1/episodes/{id}", "/api/v1/episodes/{id}/works", "/api/v1/episodes/{id}/ballots",
)  # fmt: skip


async def everything(gallery: Gallery, show: ShowView, vote: Vote) -> dict[str, object]:
    """Every page and answer, and what services tell anybody, producers included."""
    found: dict[str, object] = {}
    for path in PATHS:
        url = path.format(slug=show.slug, id=vote.episode, work=vote.works[0])
        async with gallery.client.get(url) as response:
            found[path] = (response.status, await response.text())
    db, where = gallery.db, {"show": None, "channel_id": None}
    found["status"] = await ballots.status(db, actor(), now=NOW, **where)
    found["announcement"] = await ballots.vote_view(db, episode_id=vote.episode)
    found["watch"] = await watch.watch(db, PRODUCER, **where)
    for name, asking in (
        ("result", tallies.result(db, episode_id=vote.episode)),
        ("document", tallies.document(db, episode_id=vote.episode)),
        ("marks", outcomes.marks_for(db, episode_id=vote.episode, user_id=artist_of(0).user_id)),
        ("receipt", ballot_receipts.check_own(db, voter(0), episode_id=vote.episode)),
    ):
        with pytest.raises(UserError) as refused:
            await asking
        found[name] = str(refused.value)
    return found


@pytest.mark.parametrize("method", [VoteMethod.SCORE, VoteMethod.SCHULZE])
async def test_other_marks_by_the_same_people_change_nothing_that_is_told(
    gallery: Gallery, show: ShowView, method: VoteMethod
) -> None:
    vote = await open_vote(gallery.db, show.id, works=4, method=method)
    booths = [Booth(gallery.db, vote, number) for number in range(3)]
    for number, booth in enumerate(booths):
        for place, work in enumerate(vote.works[: number + 2]):
            await (booth.mark(work, (number + place) % 6) if method is VoteMethod.SCORE else booth.pick(work))
    before = await everything(gallery, show, vote)
    for booth in booths:
        if method is VoteMethod.SCORE:
            await booth.mark(vote.works[0], 5)
            await booth.mark(vote.works[1], None)
        else:
            await booth.move(vote.works[1], "up", 2)
    assert await everything(gallery, show, vote) == before
    assert "3" in str(before["/api/v1/episodes/{id}"])

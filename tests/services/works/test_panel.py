"""What is behind a work's More: for each person, at each time, exactly what the services then let them do."""

from datetime import datetime, timedelta

import pytest

from db.models import CutEntry
from domain.episode import Outcome, Phase
from domain.errors import UserError
from services.access import Actor
from services.shows import ShowView
from services.store import Database, Transaction
from services.works import edit, replacing, sources
from services.works.panel import SHOWN, Doing, panel
from tests.support.studio import NOW, PRODUCER, actor, after, elsewhere
from tests.support.works import SITE, collected, into, opened, picture, work_id

MIA, LEO = actor("Mia"), actor("Leo")
LATE = after(days=7, minutes=10)
S, C, E, F, W, R = Doing


@pytest.mark.parametrize(
    ("who", "phase", "at", "may"),
    [
        (MIA, Phase.OPEN, NOW, (E, F, S, C, W)),
        (PRODUCER, Phase.OPEN, NOW, (E, F, S, C, W)),
        (LEO, Phase.OPEN, NOW, ()),
        (MIA, Phase.OPEN, LATE - timedelta(milliseconds=1), (E, F, S, C, W)),
        (MIA, Phase.OPEN, LATE, (S, C)),
        (MIA, Phase.VOTING, LATE, (S, C)),
        (PRODUCER, Phase.CUTTING, LATE, (E, F, S, C, W)),
        (MIA, Phase.RELEASED, LATE, ()),
        (PRODUCER, Phase.RELEASED, LATE, ()),
        (MIA, Phase.CANCELED, NOW, ()),
    ],
)
async def test_what_each_may_do(
    studio_db: Database, show: ShowView, who: Actor, phase: Phase, at: datetime, may: tuple[Doing, ...]
) -> None:
    episode = await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    await into(studio_db, episode.id, phase)
    found = await panel(studio_db, who, work, at=at)
    assert found.may == may
    assert found.hand is (who is not LEO)
    change = edit.Change(title="Day")
    tries = {
        S: lambda: sources.add(studio_db, who, work, text="A waltz", site_url=SITE, now=at),
        E: lambda: edit.edit(studio_db, who, work, change, at=at, now=at),
        F: lambda: replacing.add_file(studio_db, who, work, picture("more.png"), at=at, now=at),
        W: lambda: edit.withdraw(studio_db, who, work, at=at, now=at),
    }
    for doing, attempt in tries.items():
        if doing in may:
            await attempt()
        else:
            with pytest.raises(UserError):
                await attempt()


async def test_what_is_out_can_only_come_back(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    await edit.withdraw(studio_db, MIA, work, at=NOW, now=NOW)
    assert (await panel(studio_db, MIA, work, at=NOW)).may == (R,)
    assert (await panel(studio_db, MIA, work, at=LATE)).may == ()
    await edit.disqualify(studio_db, PRODUCER, work, reason="Not yours", now=NOW)
    assert (await panel(studio_db, MIA, work, at=NOW)).may == ()
    assert (await panel(studio_db, PRODUCER, work, at=LATE)).may == (R,)


async def test_its_history_and_outcome(studio_db: Database, show: ShowView) -> None:
    episode = await opened(studio_db)
    await collected(studio_db, LEO, "Dawn")
    work = await work_id(studio_db, MIA, "Dusk, from #1")
    first = await panel(studio_db, LEO, work, at=NOW)
    assert [(line.kind, line.by_user) for line in first.history] == [
        ("source_added", MIA.user_id),
        ("collected", MIA.user_id),
    ]
    assert first.history[0].other is not None
    assert (first.history[0].other.number, first.earlier, first.outcome) == (1, 0, None)
    for number in range(8):
        await edit.edit(studio_db, MIA, work, edit.Change(title=f"Dusk {number}"), at=NOW, now=NOW)

    async def settle(tx: Transaction) -> None:
        tx.add(CutEntry(episode_id=episode.id, work_id=work, by_vote=True, points=1, reason="", in_cut=True,
                        outcome=Outcome.USED))  # fmt: skip

    await studio_db.write(settle)
    last = await panel(studio_db, LEO, work, at=NOW)
    assert (len(last.history), last.earlier, last.outcome) == (SHOWN, 10 - SHOWN, Outcome.USED)
    assert last.history[0].detail["changed"] == {"title": ["Dusk 6", "Dusk 7"]}


async def test_a_work_of_another_server_is_not_here(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    work = await work_id(studio_db, MIA, "Dawn")
    for work_or_none in (work, 999):
        with pytest.raises(UserError, match="not here"):
            await panel(studio_db, elsewhere(MIA), work_or_none, at=NOW)

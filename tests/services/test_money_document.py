"""What docs/money.md says about amounts, and the lines of Python that recompute a statement, are so."""

import doctest
import json
import re
from pathlib import Path

import pytest

from domain.commitments import canonical
from services.payouts import read
from services.shows import ShowView
from services.store import Database
from tests.support import money
from tests.support.finished import finish_episode

TEXT = (Path(__file__).parents[2] / "docs" / "money.md").read_text(encoding="utf-8")


async def test_a_published_statement_is_recomputed_as_the_page_says(
    studio_db: Database, show: ShowView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = await finish_episode(
        studio_db, show.id, artists=["Ann", "Mia", "Bo"], works={"sketch": "Ann", "remix": "Mia", "solo": "Bo"},
        cut=["remix", "solo"], sources=[("remix", "sketch")],
    )  # fmt: skip
    view = await money.finalise(studio_db, await money.propose(studio_db, done, "$100.00"))
    for name, cents in money.amounts(view).items():
        assert f"**${cents / 100:.2f} for {name}**" in TEXT
    published = await read.statement(studio_db, round_id=view.id)
    (tmp_path / "statement.json").write_bytes(canonical(published.document))
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    code = code.replace("DIGEST", view.digest or "")
    example = doctest.DocTestParser().get_doctest(code, {}, "money.md", None, 0)
    assert len(example.examples) == 9
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert not said, "".join(said)
    assert json.loads(canonical(published.document)) == published.document

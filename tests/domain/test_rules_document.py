"""The examples of docs/rules.md and docs/counting.md are run as they stand."""

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
RULES, COUNTING = DOCS / "rules.md", DOCS / "counting.md"


@pytest.mark.parametrize(("document", "least"), [(RULES, 50), (COUNTING, 30)], ids=["rules", "counting"])
def test_every_example_holds(document: Path, least: int):
    text = document.read_text(encoding="utf-8")
    # Prose and fences become blank lines, so that line numbers in a failure are the document's.
    kept, inside = [], False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = line == "```python"
            kept.append("")
        else:
            kept.append(line if inside else "")
    example = doctest.DocTestParser().get_doctest("\n".join(kept), {}, document.name, str(document), 0)
    assert len(example.examples) > least
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("document", [RULES, COUNTING], ids=["rules", "counting"])
def test_every_section_has_an_example(document: Path):
    sections = re.split(r"^## ", document.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    without = [section.splitlines()[0] for section in sections if ">>>" not in section]
    assert without == (["What this shows, and what not"] if document == COUNTING else [])

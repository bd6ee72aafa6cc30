"""The examples of docs/rules.md are run as they stand."""

import doctest
import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "rules.md"


def test_every_example_holds():
    text = DOCUMENT.read_text(encoding="utf-8")
    # Prose and fences become blank lines, so that line numbers in a failure are the document's.
    kept, inside = [], False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = line == "```python"
            kept.append("")
        else:
            kept.append(line if inside else "")
    example = doctest.DocTestParser().get_doctest("\n".join(kept), {}, DOCUMENT.name, str(DOCUMENT), 0)
    assert len(example.examples) > 50
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert not said, "".join(said)


def test_every_section_has_an_example():
    sections = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert [section.splitlines()[0] for section in sections if ">>>" not in section] == []

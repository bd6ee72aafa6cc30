"""The pages of documentation: all are in both lists, and what they link to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)")


def links(page: Path) -> set[Path]:
    """The files of this repository that a page links to."""
    found = LINK.findall(page.read_text(encoding="utf-8"))
    return {(page.parent / link).resolve() for link in found if "://" not in link}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    assert sorted(str(link.relative_to(ROOT)) for link in links(page) if not link.exists()) == []


@pytest.mark.parametrize("index", ["README.md", "docs/README.md"])
def test_every_page_is_in_the_list(index: str) -> None:
    pages = {page for page in (ROOT / "docs").glob("*.md") if page.name != "README.md"}
    assert pages - links(ROOT / index) == set()

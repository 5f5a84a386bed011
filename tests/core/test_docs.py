"""Every page of the documentation can be reached from the README, and no link leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def linked(page: Path) -> Iterator[Path]:
    """Files and folders of the project that a page links to."""
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            yield (page.parent / target).resolve()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [str(target) for target in linked(page) if not target.exists()] == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    ahead = [PAGES[0]]
    while ahead:
        page = ahead.pop()
        reached.add(page)
        found = [each for one in linked(page) for each in (sorted(one.glob("*.md")) if one.is_dir() else [one])]
        ahead += [each for each in found if each.suffix == ".md" and each not in reached]
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in reached] == []

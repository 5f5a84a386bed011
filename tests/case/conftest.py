"""What the tests of case files share: the help texts and the sample cases as they lie in the repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docgen.case.help import Help, read_help

ROOT = Path(__file__).parents[2]
MINIMAL = b"schema: 1\nid: X-1\noffice: vsa\nprocedure: new\nlanguage: nl\ntitle: Titel\n"


@pytest.fixture(scope="session")
def help_texts() -> Help:
    parts = ROOT / "templates" / "wording" / "parts"
    return read_help({name: (parts / name).read_bytes() for name in ("fields.yaml", "scaffold.yaml")})


@pytest.fixture(scope="session")
def sample_files() -> dict[str, bytes]:
    """The sample cases by id."""
    return {file.stem: file.read_bytes() for file in sorted((ROOT / "cases").glob("*.yaml"))}


@pytest.fixture(scope="session")
def find_base(sample_files: dict[str, bytes]) -> Callable[[str], tuple[bytes, str] | None]:
    return lambda case: (sample_files[case], f"cases/{case}.yaml") if case in sample_files else None

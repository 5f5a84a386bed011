"""What the mark on a case's document shows: role, whom it is signed for, the office's crest; and the copy of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from tests.cli.conftest import CASE, World

from docgen.errors import ExitCode

pytestmark = [pytest.mark.soffice, pytest.mark.xdist_group("road")]


def crest(world: World, content: bytes | None) -> None:
    """The office's profile names a crest."""
    folder = world.folder / "templates" / "vsa"
    profile = folder / "office.yaml"
    profile.write_text(profile.read_text("utf-8") + "signing: {crest: lion.svg}\n", "utf-8")
    if content is not None:
        (folder / "lion.svg").write_bytes(content)


SHIELD = b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0H80V90L40 120 0 90Z'/></svg>"


def sign(world: World, *more: str) -> int:
    return world.do("sign", CASE, "protocol", "--slot", "chief_statistician", "--demo", *more)


def fills(pdf: Path, slot: str) -> int:
    """How many shapes the appearance of a slot fills."""
    with pikepdf.open(pdf) as document:
        (field,) = (one for one in document.Root.AcroForm.Fields if str(one.get("/T", "")) == f"sig_{slot}")
        return [str(operator) for _, operator in pikepdf.parse_content_stream(field.AP.N)].count("f")


def test_the_crest_of_the_office_and_its_publication(half_signed: World, tmp_path: Path) -> None:
    crest(half_signed, SHIELD)
    assert sign(half_signed) == ExitCode.DONE
    signed = half_signed.signed / "protocol.nl.pdf"
    assert (fills(signed, "chief_statistician"), fills(signed, "applicant")) == (2, 1)
    assert half_signed.do("verify", str(signed), "--demo") == ExitCode.DONE
    copy = tmp_path / "copy.pdf"
    assert half_signed.do("flatten", str(signed), str(copy)) == ExitCode.DONE
    text = "".join(page.extract_text() for page in pypdf.PdfReader(copy).pages)
    assert "Hanne Hoofdcijfer" in text


@pytest.mark.parametrize(("content", "code"), [(None, "DG-X146"), (b"GIF89a", "DG-S303")])
def test_a_crest_that_cannot_be_drawn(
    content: bytes | None, code: str, half_signed: World, printed: Callable[[], Any]
) -> None:
    crest(half_signed, content)
    assert sign(half_signed, "--format", "json") == ExitCode.CONTENT_INVALID
    assert [one["code"] for one in printed()["findings"]] == [code]

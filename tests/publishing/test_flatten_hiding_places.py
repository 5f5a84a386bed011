"""A secret in every hiding place: the copy does not have it, or there is no copy."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from docgen.errors import PublicationRefused
from docgen.publishing.flatten import Handling, InvisibleText, rewrite
from publishing import builders
from publishing.test_flatten_signed import policy


def holds_canary(content: bytes, folder: Path) -> bool:
    path = folder / "copy.pdf"
    path.write_bytes(content)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout
    glyphs = builders.encoded(builders.CANARY)[1:-1]
    everything = builders.text_of(content) + content.decode("latin-1") + text
    spellings = (builders.CANARY, builders.CANARY.encode("utf-16-be").decode("latin-1"), glyphs)
    return any(spelling in everything for spelling in spellings)


@pytest.mark.parametrize("place", [place for place in builders.PLACES if place not in builders.INVISIBLE_TEXT])
def test_secret_is_gone(place: str, contract_pdf: bytes, tmp_path: Path) -> None:
    content = builders.planted(place, contract_pdf)
    assert not holds_canary(rewrite(content, policy()).content, tmp_path)


@pytest.mark.parametrize("place", builders.INVISIBLE_TEXT)
def test_invisible_text_is_refused_by_default(place: str, contract_pdf: bytes) -> None:
    with pytest.raises(PublicationRefused) as refused:
        rewrite(builders.planted(place, contract_pdf), policy(), name="x.pdf")
    (finding,) = refused.value.findings
    assert finding.code == "DG-F112"
    assert finding.place is not None
    assert (finding.place.file, finding.place.path) == ("x.pdf", "page 1")
    assert builders.CANARY not in str(refused.value)


@pytest.mark.parametrize("place", builders.INVISIBLE_TEXT)
@pytest.mark.parametrize(("handling", "stays"), [(Handling.DROP, False), (Handling.KEEP, True)])
def test_invisible_text_is_dropped_or_kept_as_the_policy_says(
    place: str, handling: Handling, stays: bool, contract_pdf: bytes
) -> None:
    chosen = policy(invisible_text=InvisibleText(handling, handling, handling, handling))
    copy = rewrite(builders.planted(place, contract_pdf), chosen)
    shown = builders.text_of(copy.content)
    glyphs = bytes.fromhex(builders.encoded(builders.CANARY)[1:-1]).decode("latin-1")
    assert (glyphs in shown or builders.encoded(builders.CANARY)[1:-1] in shown) is stays
    assert any(key.startswith("invisible text") for key in copy.dropped) is not stays

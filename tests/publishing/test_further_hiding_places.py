"""A secret in every place that keys of the standard and the bytes of a file offer, each in a copy that is in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.errors import PublicationRefused
from docgen.publishing.audit import audit
from docgen.publishing.flatten import rewrite
from publishing import builders, further_plants
from publishing.test_flatten_hiding_places import holds_canary
from publishing.test_flatten_signed import policy

REFUSED = {
    "postscript": "DG-F107",
    **dict.fromkeys(("halftone", "transfer", "cid_system"), "DG-F106"),
    "run_length_tail": "DG-F101",
    **dict.fromkeys(("rich_media", "three_dimensions", "redact_mark", "watermark", "projection"), "DG-F114"),
    **dict.fromkeys(("behind_the_data", "hybrid_table"), "DG-F102"),
}
SAID_ALOUD = ("table_summary",)
"""Readers say it, so it goes when it is declared as not public."""
NAMED = ("glyph_that_is_shown",)
"""A name by which readers tell what is shown, which cannot be changed: refused when it is declared."""


@pytest.fixture(scope="module")
def clean(contract_pdf: bytes) -> bytes:
    """A copy with tags, outline and colour profile, in which there is nothing to find."""
    content = rewrite(contract_pdf, policy()).content
    assert audit(content, source=None).ok
    return content


@pytest.mark.parametrize("place", further_plants.PLACES)
def test_flatten_takes_it_out_or_refuses_and_the_audit_finds_it(place: str, clean: bytes, tmp_path: Path) -> None:
    content = further_plants.planted(place, clean)
    declared = (builders.CANARY,) if place in (*SAID_ALOUD, *NAMED) else ()
    if place in REFUSED or place in NAMED:
        with pytest.raises(PublicationRefused) as refused:
            rewrite(content, policy(redact=declared))
        assert [finding.code for finding in refused.value.findings] == [REFUSED.get(place, "DG-F120")]
    else:
        copy = rewrite(content, policy(redact=declared)).content
        assert not holds_canary(copy, tmp_path)
        report = audit(copy, source=None, private_values=[builders.CANARY])
        assert report.ok, report.findings
    assert not audit(content, source=None, private_values=[builders.CANARY]).ok

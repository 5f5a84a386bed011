"""A secret in the data of pictures, fonts, colour profiles and meshes, which other standards than PDF describe."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from docgen.errors import PublicationRefused
from docgen.publishing.audit import audit
from docgen.publishing.flatten import rewrite
from publishing import builders, data_plants
from publishing.plants import edited
from publishing.test_flatten_hiding_places import holds_canary
from publishing.test_flatten_signed import policy

REFUSED = {
    **dict.fromkeys(("jpx_palette", "jpx_channels", "jpx_segment", "jpx_long_coding", "jpx_bare"), "DG-F116"),
    **dict.fromkeys(
        ("jpeg_reserved", "jpeg_line_count", "jpeg_arithmetic", "jpeg_table_tail", "jpeg_interval_tail"), "DG-F116"
    ),
    **dict.fromkeys(("fax_group_3", "fax_bytes"), "DG-F109"),
    "fax_columns": "DG-F116",
    "picture_covered": "DG-F121",
    "long_meaning": "DG-F111",
    **dict.fromkeys(("encoding_name", "base_encoding_name", "mesh_bits"), "DG-F106"),
    "profile_short": "DG-F116",
    **dict.fromkeys(("masked_words", "blank_glyphs"), "DG-F112"),
}


@pytest.fixture(scope="module")
def clean(contract_pdf: bytes) -> bytes:
    """A copy with tags, outline and colour profile, in which there is nothing to find."""
    return rewrite(contract_pdf, policy()).content


@pytest.mark.parametrize("place", data_plants.PLANTS)
def test_flatten_takes_it_out_or_refuses_and_the_audit_finds_it(place: str, clean: bytes, tmp_path: Path) -> None:
    content = edited(clean, data_plants.PLANTS[place], stream_decode_level=pikepdf.StreamDecodeLevel.none)
    if place in REFUSED:
        with pytest.raises(PublicationRefused) as refused:
            rewrite(content, policy())
        assert [finding.code for finding in refused.value.findings] == [REFUSED[place]]
    else:
        copy = rewrite(content, policy()).content
        assert not holds_canary(copy, tmp_path)
        report = audit(copy, source=None, private_values=[builders.CANARY])
        assert report.ok, report.findings
    assert not audit(content, source=None, private_values=[builders.CANARY]).ok

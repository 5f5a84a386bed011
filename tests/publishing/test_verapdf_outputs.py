"""veraPDF, the reference validator of the PDF Association, has no finding on anything that leaves docgen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import specimens
import verapdf_engine
from outputs import Output
from specimens import Specimen, template_name


def outputs(output_of: Callable[[Specimen], Output]) -> Iterator[tuple[str, bytes]]:
    """Every kind of document of both offices in each language as it leaves the office, and what is published of it."""
    for path in specimens.TEMPLATES:
        one, kind = specimens.specimen(path), specimens.office(path.parents[1].name).kinds[path.stem]
        made = output_of(one)
        yield f"{template_name(path)} signed", made.signed.content if kind.slots else made.printed
        if kind.published:
            yield f"{template_name(path)} published", made.copy


@pytest.mark.soffice
@pytest.mark.xdist_group("verapdf")
@pytest.mark.parametrize("flavour", ["2b", "ua1"])
def test_every_output_keeps_to_the_standard(
    output_of: Callable[[Specimen], Output], tmp_path: Path, flavour: str
) -> None:
    broken = verapdf_engine.broken_rules(tmp_path / "pdf", dict(outputs(output_of)), flavour)
    assert {name: rules for name, rules in broken.items() if rules} == {}
    assert len([name for name in broken if name.endswith("published")]) >= 8

"""Shapes of font programs: each kind is copied by what makes it anew (ISO 32000-1, 9.9)."""

from __future__ import annotations

from typing import Any

from pikepdf import Name, Stream

from docgen.publishing.flatten.cff import bare_cff
from docgen.publishing.flatten.copying import INTEGER, Copier, Keys, one_of, plain_data
from docgen.publishing.flatten.sfnt import bare
from docgen.publishing.flatten.streams import decoded
from docgen.publishing.flatten.type1 import bare_type1


def _bare_program(stream: Stream, copier: Copier, spot: str) -> bytes:
    try:
        return bare(decoded(stream, copier.job, spot))
    except ValueError as error:
        copier.job.refuse("DG-F111", spot, font=str(error))


def _bare_compact(stream: Stream, copier: Copier, spot: str) -> bytes:
    try:
        program = decoded(stream, copier.job, spot)
        return bare(program) if stream.get("/Subtype") == Name.OpenType else bare_cff(program)
    except ValueError as error:
        copier.job.refuse("DG-F111", spot, font=str(error))


class _Type1Program(Keys):
    """A Type 1 program, whose lengths are told anew."""

    def copied(self, value: Any, copier: Copier, spot: str, depth: int) -> Any:
        """The program made anew from what drawing needs."""
        clear, hidden = (value.get(key) for key in ("/Length1", "/Length2"))
        if not isinstance(clear, int) or not isinstance(hidden, int) or clear < 0 or hidden < 0:
            copier.job.refuse("DG-F111", spot, font="lengths of a Type 1 program")
        try:
            program, clear, hidden = bare_type1(decoded(value, copier.job, spot), clear, hidden)
        except ValueError as error:
            copier.job.refuse("DG-F111", spot, font=str(error))
        rest = len(program) - clear - hidden
        return copier.job.target.make_stream(program, Length1=clear, Length2=hidden, Length3=rest)


TYPE1 = _Type1Program({}, data=plain_data, label="font program")
COMPACT = Keys({"/Subtype": one_of("Type1C", "CIDFontType0C", "OpenType")}, data=_bare_compact, label="font program")
TRUETYPE = Keys({"/Length1": INTEGER}, data=_bare_program, label="font program")

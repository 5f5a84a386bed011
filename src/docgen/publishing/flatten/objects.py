"""External objects: forms are written anew, pictures are cleaned, all others are refused (8.8 to 8.10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pikepdf import Name, Stream

from docgen.publishing.flatten.content import entry
from docgen.publishing.flatten.graphics import around, moved, touch
from docgen.publishing.flatten.job import spot_of
from docgen.publishing.flatten.lexing import INLINE
from docgen.publishing.flatten.pen import Handlers, Pen, WriteForm
from docgen.publishing.flatten.policy import Handling


class Objects:
    """Draws forms and pictures."""

    def __init__(self, pen: Pen, write_form: WriteForm) -> None:
        self._pen = pen
        self._write_form = write_form

    def handlers(self) -> Handlers:
        """By operator."""
        return {b"Do": self._draw, INLINE: self._inline_image}

    def _draw(self, operator: bytes, raw: bytes, key: str) -> None:
        pen = self._pen
        source = entry(pen.setting.resources, "/XObject", key)
        if pen.sections.hidden or not isinstance(source, Stream):
            pen.job.drop("hidden or missing object")
            return
        spot = spot_of(source, pen.setting.spot)
        if pen.tools.layers.hides(source.get("/OC"), spot):
            pen.job.drop("hidden or missing object")
        elif source.get("/Subtype") == Name.Form:
            self._draw_form(source)
        elif source.get("/Subtype") == Name.Image:
            self._draw_image(source, spot)
        else:
            pen.job.refuse("DG-F107", spot, subtype=str(source.get("/Subtype")))

    def _draw_form(self, source: Stream) -> None:
        pen = self._pen
        copy, inner = self._write_form(source, pen.tools, replace(pen.setting, state=pen.state))
        written = pen.written
        written.shows_text |= inner.shows_text
        written.shows_pictures |= inner.shows_pictures
        written.lowest = min(written.lowest, inner.lowest)
        if inner.shows_text and not inner.marks:
            pen.check_tagged()
        self._emit(copy)

    def _draw_image(self, source: Stream, spot: str) -> None:
        pen = self._pen
        if pen.setting.within_mark and pen.job.policy.pictures_in_marks is not Handling.KEEP:
            if pen.job.policy.pictures_in_marks is Handling.REFUSE:
                pen.job.refuse("DG-F115", spot)
            pen.job.drop("picture in a signature mark")
            return
        state = pen.state
        box = around([moved(state.ctm, x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)])
        if pen.setting.checks_text and (state.opacity == 0 or not touch(box, state.clip)):
            pen.job.drop("hidden or missing object")
            return
        copy = pen.tools.images.of(source, spot)
        if source.is_indirect:
            pen.tools.xobjects.setdefault(source.objgen, copy)
        see_through = any(key in source for key in ("/SMask", "/Mask", "/ImageMask", "/SMaskInData"))
        upright = state.ctm[1] == state.ctm[2] == 0.0 or state.ctm[0] == state.ctm[3] == 0.0
        pen.paint(box, None, covers=upright and not see_through and state.opacity == 1 and state.is_plain)
        pen.setting.canvas.show(box)
        pen.written.shows_pictures = True
        self._emit(copy)

    def _emit(self, copy: Stream) -> None:
        names, key = self._pen.names, repr(copy.objgen)
        name = names.known("/XObject", key) or names.add("/XObject", key, copy)
        self._pen.out.append(name + b" Do")

    def _inline_image(self, operator: bytes, raw: bytes, instruction: Any) -> None:
        """Inline images become image objects: those have a cleaner, and one is enough."""
        pen = self._pen
        if pen.sections.hidden:
            return
        inline = instruction.iimage
        source = Stream(pen.job.source, inline.read_raw_bytes())
        for key, value in inline.obj.items():
            named = isinstance(value, Name) and key == "/ColorSpace"
            space = entry(pen.setting.resources, "/ColorSpace", str(value)) if named else None
            source[key] = value if space is None else space
        source.Type, source.Subtype = Name.XObject, Name.Image
        self._draw_image(pen.job.source.make_indirect(source), pen.setting.spot)

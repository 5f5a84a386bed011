"""Colours: spaces and patterns are copied, and the fill colour is followed to find text nobody sees (8.6 and 8.7)."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Name, Stream

from docgen.publishing.flatten.allowlists import COLOUR_SPACE, MATRIX, RECTANGLE, SHADING
from docgen.publishing.flatten.canvas import Canvas
from docgen.publishing.flatten.content import EVERYWHERE, Setting, entry, resources_of
from docgen.publishing.flatten.copying import INTEGER, NUMBER, copied_keys, described
from docgen.publishing.flatten.graphics import IDENTITY, Colour, State, colour_of
from docgen.publishing.flatten.job import spot_of
from docgen.publishing.flatten.pen import Handlers, Pen, WriteStream

_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"})
_TELLING = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/ICCBased", "/CalGray", "/CalRGB"})
"""Colour spaces whose numbers mean what those of a device space mean."""


class Colours:
    """Sets colours."""

    def __init__(self, pen: Pen, write_stream: WriteStream) -> None:
        self._pen = pen
        self._write_stream = write_stream
        self._tells = True
        self._known: dict[bytes, Colour | None] = {}
        self._copy_defaults()

    def handlers(self) -> Handlers:
        """By operator."""
        return {
            **dict.fromkeys((b"cs", b"CS"), self._space),
            **dict.fromkeys((b"g", b"rg", b"k"), self._device_fill),
            **dict.fromkeys((b"sc", b"scn"), self._fill),
            **dict.fromkeys((b"SC", b"SCN"), self._set),
            b"sh": self._shade,
        }

    def _copy_defaults(self) -> None:
        pen = self._pen
        spaces = pen.setting.resources.get("/ColorSpace")
        for key in ("/DefaultGray", "/DefaultRGB", "/DefaultCMYK"):
            if isinstance(spaces, Dictionary) and key in spaces:
                copy = pen.tools.copier.copy(spaces[key], COLOUR_SPACE, pen.setting.spot)
                pen.names.fixed("/ColorSpace", key, copy)

    def _space(self, operator: bytes, raw: bytes, key: str) -> None:
        pen = self._pen
        source = Name(key) if key in _DEVICE else entry(pen.setting.resources, "/ColorSpace", key)
        if operator == b"cs":
            family = str(source[0] if isinstance(source, Array) and len(source) else source)
            self._tells = family in _TELLING
            pen.state.colour = (0.0,) if self._tells else None
        if key in _DEVICE:
            pen.out.append(key.encode() + b" " + operator)
            return
        name = pen.names.known("/ColorSpace", key)
        if name is None:
            name = pen.names.add("/ColorSpace", key, pen.tools.copier.copy(source, COLOUR_SPACE, pen.setting.spot))
        pen.out.append(name + b" " + operator)

    def _device_fill(self, operator: bytes, raw: bytes, value: Any) -> None:
        self._pen.state.colour = self.device_fill(raw)
        self._pen.copy(operator, raw, value)

    def device_fill(self, raw: bytes) -> Colour | None:
        """The fill colour of a device space, which is the one in use from here on, by its numbers; writes nothing."""
        self._tells = True
        if raw not in self._known:
            self._known[raw] = colour_of([*map(float, raw.split())])
        return self._known[raw]

    def _fill(self, operator: bytes, raw: bytes, pattern: str | None) -> None:
        known = self._tells and pattern is None
        self._pen.state.colour = colour_of([*map(float, raw.split())]) if known else None
        self._set(operator, raw, pattern)

    def _set(self, operator: bytes, raw: bytes, pattern: str | None) -> None:
        self._pen.out.append(raw + operator if pattern is None else raw + self._pattern(pattern) + b" " + operator)

    def _pattern(self, key: str) -> bytes:
        pen = self._pen
        name = pen.names.known("/Pattern", key)
        if name is not None:
            return name
        source, spot = entry(pen.setting.resources, "/Pattern", key), pen.setting.spot
        if isinstance(source, Stream):
            return pen.names.add("/Pattern", key, self._tiling(source))
        if not isinstance(source, Dictionary):
            pen.refuse("DG-F106", expected="pattern", found=described(source))
        shading = pen.tools.copier.copy(source.get("/Shading"), SHADING, spot)
        made = Dictionary(Type=Name.Pattern, PatternType=2, Shading=shading)
        if "/Matrix" in source:
            made.Matrix = pen.tools.copier.copy(source.Matrix, MATRIX, spot)
        return pen.names.add("/Pattern", key, made)

    def _tiling(self, source: Stream) -> Stream:
        pen = self._pen
        spot = spot_of(source, pen.setting.spot)
        resources = resources_of(source, pen.setting.resources)
        state = State(IDENTITY, EVERYWHERE)
        setting = Setting(resources, state, Canvas(), spot, depth=pen.setting.depth + 1, checks_text=False)
        written = self._write_stream(source, pen.tools, setting)
        if written.shows_text:
            pen.job.refuse("DG-F112", spot, kind="pattern")
        keys = {"/PatternType": INTEGER, "/PaintType": INTEGER, "/TilingType": INTEGER, "/BBox": RECTANGLE}
        keys |= {"/XStep": NUMBER, "/YStep": NUMBER, "/Matrix": MATRIX}
        kept = {key: value for key, value in source.items() if key not in ("/Resources", "/Type")}
        copy = pen.job.target.make_stream(written.content)
        for key, value in copied_keys(kept, keys, pen.tools.copier, spot, 0).items():
            copy[key] = value
        copy.Resources = written.resources
        return copy

    def _shade(self, operator: bytes, raw: bytes, key: str) -> None:
        pen = self._pen
        source = entry(pen.setting.resources, "/Shading", key)
        if pen.sections.hidden or source is None:
            return
        name = pen.names.known("/Shading", key)
        if name is None:
            name = pen.names.add("/Shading", key, pen.tools.copier.copy(source, SHADING, pen.setting.spot))
        pen.paint(pen.state.clip, None, covers=False)
        pen.out.append(name + b" sh")

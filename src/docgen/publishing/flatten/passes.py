"""The pass over one content stream: an interpreter of the operators that writes them down again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Stream, String

from docgen.publishing.flatten.allowlists import COLOUR_SPACE, GROUP, MATRIX, RECTANGLE, SHADING
from docgen.publishing.flatten.content import (
    EVERYWHERE,
    Names,
    Setting,
    Toolbox,
    Written,
    entry,
    graphics_state,
    instructions,
    resources_of,
    state_within,
)
from docgen.publishing.flatten.copying import INTEGER, NUMBER, copied_keys, described
from docgen.publishing.flatten.graphics import (
    IDENTITY,
    Matrix,
    State,
    around,
    common,
    is_white,
    moved,
    normalised,
    product,
)
from docgen.publishing.flatten.job import spot_of
from docgen.publishing.flatten.operators import FILLS, PAINTS, PATHS, TEXT_MOVES, TEXT_SHOWS, fits
from docgen.publishing.flatten.policy import Handling
from docgen.publishing.flatten.properties import Sections
from docgen.publishing.flatten.runs import Bar, Run, run_of, why_invisible, without

Operands = Sequence[Any]
_DEVICE = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"})


def write_stream(holder: Any, tools: Toolbox, setting: Setting) -> Written:
    """A content stream (or all those of a page) written anew.

    Raises:
        PublicationRefused: for everything that is not understood, and for invisible text as the policy says.
    """
    tools.job.check_depth(setting.depth, setting.spot)
    return _Pass(tools, setting).over(holder)


def write_form(form: Stream, tools: Toolbox, setting: Setting) -> tuple[Stream, Written]:
    """The copy of a form XObject as it is drawn here; drawn the same way again, it is the same object."""
    state = state_within(form, setting.state)
    place = tuple(round(number, 3) for number in (*state.ctm, *state.clip))
    key = (form.objgen, place if setting.checks_text else (), state.white, setting.within_mark)
    if key not in tools.forms:
        spot = spot_of(form, setting.spot)
        inner = Setting(
            resources_of(form, setting.resources),
            state,
            setting.painted,
            spot,
            setting.depth + 1,
            setting.checks_text,
            setting.within_mark,
        )
        written = write_stream(form, tools, inner)
        tools.forms[key] = (_form(form, written, tools, spot), written)
        _register(form, tools.forms[key], tools, spot)
    return tools.forms[key]


def _register(form: Stream, made: tuple[Stream, Written], tools: Toolbox, spot: str) -> None:
    copy, written = made
    if written.marks and tools.marked_forms.setdefault(form.objgen, made) is not made:
        tools.job.refuse("DG-F106", spot, expected="tagged form drawn once", found="drawn twice")
    tools.xobjects.setdefault(form.objgen, copy)


def _form(form: Stream, written: Written, tools: Toolbox, spot: str) -> Stream:
    keys = {"/BBox": RECTANGLE, "/Matrix": MATRIX, "/Group": GROUP, "/FormType": INTEGER}
    kept = {key: value for key, value in form.items() if key not in ("/Resources", "/Type", "/Subtype")}
    copy = tools.job.target.make_stream(written.content, Type=Name.XObject, Subtype=Name.Form)
    for key, value in copied_keys(kept, keys, tools.copier, spot, 0).items():
        copy[key] = value
    copy.BBox = Array(list(normalised([float(number) for number in form.BBox])))  # pyHanko writes it upside down
    copy.Resources = written.resources
    return copy


class _Pass:
    def __init__(self, tools: Toolbox, setting: Setting) -> None:
        self.tools = tools
        self.job = tools.job
        self.setting = setting
        self.state = setting.state
        self.saved: list[State] = []
        self.names = Names()
        self.written = Written()
        self.out: list[tuple[Operands, Operator]] = []
        self.sections = Sections(tools, setting)
        self.path: list[tuple[Operands, Operator]] = []
        self.points: list[tuple[float, float]] = []
        self.clips = False
        self.matrix: Matrix = IDENTITY
        self.line: Matrix = IDENTITY
        self.in_text = False
        self.lost_place = False  # hidden text was left out: where the next text stands is not known any more
        self.unknown = 0
        self.holder = (0, 0)
        self.shown = 0
        self.bars: list[tuple[Run, Bar]] = []
        self.handlers: dict[str, Callable[[str, Operands], None]] = {
            "q": self._save,
            "Q": self._restore,
            "cm": self._transform,
            "gs": self._graphics_state,
            "Do": self._draw,
            "sh": self._shade,
            "Tf": self._font,
            "'": self._next_line_show,
            '"': self._spaced_show,
            "W": self._clip,
            "W*": self._clip,
            "n": self._paint,
            **dict.fromkeys(("cs", "CS"), self._colour_space),
            **dict.fromkeys(("sc", "scn", "SC", "SCN", "g", "rg", "k", "G", "RG", "K"), self._colour),
            **dict.fromkeys(("BMC", "BDC", "EMC", "MP", "DP", "BX", "EX"), self._section),
            **dict.fromkeys(PATHS, self._path),
            **dict.fromkeys(PAINTS, self._paint),
            **dict.fromkeys(TEXT_SHOWS, self._show),
            **dict.fromkeys(TEXT_MOVES, self._move),
            **dict.fromkeys(("Tc", "Tw", "Tz", "TL", "Ts", "Tr"), self._text_state),
        }

    # --- the loop -----------------------------------------------------------------------------------------------------

    def over(self, holder: Any) -> Written:
        """Every operator of the stream."""
        self.holder = holder.objgen
        for key in ("DefaultGray", "DefaultRGB", "DefaultCMYK"):
            space = entry(self.setting.resources, "/ColorSpace", f"/{key}")
            if space is not None:
                copy = self.tools.copier.copy(space, COLOUR_SPACE, self.setting.spot)
                self.names.fixed("/ColorSpace", f"/{key}", copy)
        for instruction in instructions(holder, self.job, self.setting.spot):
            if isinstance(instruction, pikepdf.ContentStreamInlineImage):
                self._inline_image(instruction)
            else:
                self._step(str(instruction.operator), instruction.operands)
        return self._finished()

    def _step(self, operator: str, operands: Operands) -> None:
        if not fits(operator, operands):
            if self.unknown:
                self.job.drop("operator")
                return
            self.job.refuse("DG-F110", self.setting.spot, operator=operator[:20])
        handler = self.handlers.get(operator)
        if handler is None:
            self._emit(operator, operands)
        else:
            handler(operator, operands)

    def _emit(self, operator: str, operands: Operands = ()) -> None:
        self.out.append((operands, Operator(operator)))

    def _finished(self) -> Written:
        if self.in_text:
            self.job.refuse("DG-F106", self.setting.spot, expected="ET", found="end of content")
        self.out += [((), Operator("EMC"))] * self.sections.open_kept()
        self.out += [((), Operator("Q"))] * len(self.saved)
        self.written.content = bytes(pikepdf.unparse_content_stream(self.out))
        self.written.resources = self.names.dictionary()
        self.written.marks = self.sections.marks
        return self.written

    # --- graphics state -----------------------------------------------------------------------------------------------

    def _save(self, operator: str, operands: Operands) -> None:
        self.job.check_depth(len(self.saved), self.setting.spot)
        self.saved.append(self.state)
        self._emit("q")

    def _restore(self, operator: str, operands: Operands) -> None:
        if self.saved:  # one Q too many has no effect in any reader; it would end our own q
            self.state = self.saved.pop()
            self._emit("Q")

    def _transform(self, operator: str, operands: Operands) -> None:
        a, b, c, d, e, f = (float(number) for number in operands)
        self.state = self.state.with_(ctm=product((a, b, c, d, e, f), self.state.ctm))
        self._emit(operator, operands)

    def _graphics_state(self, operator: str, operands: Operands) -> None:
        key = str(operands[0])
        source = entry(self.setting.resources, "/ExtGState", key)
        if not isinstance(source, Dictionary):
            self.job.drop("graphics state that does not exist")
            return
        name = self.names.known("/ExtGState", key)
        if name is None:
            copy = graphics_state(source, self.tools, self.setting, self._unplaced_form)
            name = self.names.add("/ExtGState", key, copy)
        if "/ca" in source:
            self.state = self.state.with_(opacity=float(source.ca))
        self._emit("gs", [name])

    def _unplaced_form(self, form: Stream) -> Stream:
        setting = Setting(
            self.setting.resources, State(IDENTITY, EVERYWHERE), [], self.setting.spot, self.setting.depth + 1, False
        )
        return write_form(form, self.tools, setting)[0]

    # --- colour -------------------------------------------------------------------------------------------------------

    def _colour_space(self, operator: str, operands: Operands) -> None:
        key = str(operands[0])
        if operator == "cs":
            self.state = self.state.with_(white=False)
        if key in _DEVICE:
            self._emit(operator, [Name(key)])
            return
        name = self.names.known("/ColorSpace", key)
        if name is None:
            source = entry(self.setting.resources, "/ColorSpace", key)
            copy = self.tools.copier.copy(source, COLOUR_SPACE, self.setting.spot)
            name = self.names.add("/ColorSpace", key, copy)
        self._emit(operator, [name])

    def _colour(self, operator: str, operands: Operands) -> None:
        numbers = list(operands)
        if numbers and isinstance(numbers[-1], Name):
            numbers[-1] = self._pattern(str(numbers[-1]))
        if operator in ("g", "rg", "k", "sc", "scn"):
            self.state = self.state.with_(white=is_white(operands))
        self._emit(operator, numbers)

    def _pattern(self, key: str) -> Name:
        name = self.names.known("/Pattern", key)
        if name is not None:
            return name
        source, spot = entry(self.setting.resources, "/Pattern", key), self.setting.spot
        if isinstance(source, Stream):
            return self.names.add("/Pattern", key, self._tiling(source))
        if not isinstance(source, Dictionary):
            self.job.refuse("DG-F106", spot, expected="pattern", found=described(source))
        shading = self.tools.copier.copy(source.get("/Shading"), SHADING, spot)
        made = Dictionary(Type=Name.Pattern, PatternType=2, Shading=shading)
        if "/Matrix" in source:
            made.Matrix = self.tools.copier.copy(source.Matrix, MATRIX, spot)
        return self.names.add("/Pattern", key, made)

    def _tiling(self, source: Stream) -> Stream:
        spot = spot_of(source, self.setting.spot)
        setting = Setting(
            resources_of(source, self.setting.resources),
            State(IDENTITY, EVERYWHERE),
            [],
            spot,
            self.setting.depth + 1,
            False,
        )
        written = write_stream(source, self.tools, setting)
        if written.shows_text:
            self.job.refuse("DG-F112", spot, kind="pattern")
        keys = {"/PatternType": INTEGER, "/PaintType": INTEGER, "/TilingType": INTEGER, "/BBox": RECTANGLE}
        keys |= {"/XStep": NUMBER, "/YStep": NUMBER, "/Matrix": MATRIX}
        kept = {key: value for key, value in source.items() if key not in ("/Resources", "/Type")}
        copy = self.job.target.make_stream(written.content)
        for key, value in copied_keys(kept, keys, self.tools.copier, spot, 0).items():
            copy[key] = value
        copy.Resources = written.resources
        return copy

    # --- paths --------------------------------------------------------------------------------------------------------

    def _path(self, operator: str, operands: Operands) -> None:
        self.path.append((operands, Operator(operator)))
        numbers = [float(number) for number in operands]
        if operator == "re":
            x, y, width, height = numbers
            numbers = [x, y, x + width, y, x, y + height, x + width, y + height]
        self.points += [moved(self.state.ctm, *numbers[i : i + 2]) for i in range(0, len(numbers), 2)]

    def _clip(self, operator: str, operands: Operands) -> None:
        self.clips = True
        self.path.append((operands, Operator(operator)))

    def _paint(self, operator: str, operands: Operands) -> None:
        hidden = self.sections.hidden
        if self.clips or not hidden:
            self.out += self.path
            self._emit("n" if hidden else operator)
        if self.points:
            box = around(self.points)
            if self.clips:
                self.state = self.state.with_(clip=common(self.state.clip, box))
            if operator in FILLS and not hidden and not self.state.white:
                self.setting.painted.append(box)
        self.path, self.points, self.clips = [], [], False

    def _shade(self, operator: str, operands: Operands) -> None:
        key = str(operands[0])
        source = entry(self.setting.resources, "/Shading", key)
        if self.sections.hidden or source is None:
            return
        name = self.names.known("/Shading", key)
        if name is None:
            copy = self.tools.copier.copy(source, SHADING, self.setting.spot)
            name = self.names.add("/Shading", key, copy)
        self.setting.painted.append(self.state.clip)
        self._emit("sh", [name])

    # --- pictures and forms -------------------------------------------------------------------------------------------

    def _draw(self, operator: str, operands: Operands) -> None:
        key = str(operands[0])
        source = entry(self.setting.resources, "/XObject", key)
        if self.sections.hidden or not isinstance(source, Stream):
            self.job.drop("hidden or missing object")
            return
        spot = spot_of(source, self.setting.spot)
        if self.tools.layers.hides(source.get("/OC"), spot):
            self.job.drop("hidden or missing object")
        elif source.get("/Subtype") == Name.Form:
            self._draw_form(source)
        elif source.get("/Subtype") == Name.Image:
            self._draw_image(source, spot)
        else:
            self.job.refuse("DG-F107", spot, subtype=str(source.get("/Subtype")))

    def _draw_form(self, source: Stream) -> None:
        setting = Setting(
            self.setting.resources,
            self.state,
            self.setting.painted,
            self.setting.spot,
            self.setting.depth,
            self.setting.checks_text,
            self.setting.within_mark,
        )
        copy, inner = write_form(source, self.tools, setting)
        self.written.shows_text |= inner.shows_text
        self.written.shows_pictures |= inner.shows_pictures
        self.written.lowest = min(self.written.lowest, inner.lowest)
        if inner.shows_text and not inner.marks:
            self._check_tagged()
        self._emit("Do", [self._xobject(copy)])

    def _draw_image(self, source: Stream, spot: str) -> None:
        if self.setting.within_mark and self.job.policy.pictures_in_marks is not Handling.KEEP:
            if self.job.policy.pictures_in_marks is Handling.REFUSE:
                self.job.refuse("DG-F115", spot)
            self.job.drop("picture in a signature mark")
            return
        copy = self.tools.images.of(source, spot)
        if source.is_indirect:
            self.tools.xobjects.setdefault(source.objgen, copy)
        corners = [moved(self.state.ctm, x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
        self.setting.painted.append(around(corners))
        self.written.shows_pictures = True
        self._emit("Do", [self._xobject(copy)])

    def _xobject(self, copy: Stream) -> Name:
        key = repr(copy.objgen)
        return self.names.known("/XObject", key) or self.names.add("/XObject", key, copy)

    def _inline_image(self, instruction: pikepdf.ContentStreamInlineImage) -> None:
        """Inline images become image objects: those have a cleaner, and one is enough."""
        if self.sections.hidden:
            return
        inline = instruction.iimage
        source = Stream(self.job.source, inline.read_raw_bytes())
        for key, value in inline.obj.items():
            named = isinstance(value, Name) and key == "/ColorSpace"
            space = entry(self.setting.resources, "/ColorSpace", str(value)) if named else None
            source[key] = value if space is None else space
        source.Type, source.Subtype = Name.XObject, Name.Image
        self._draw_image(self.job.source.make_indirect(source), self.setting.spot)

    # --- marked content -----------------------------------------------------------------------------------------------

    def _section(self, operator: str, operands: Operands) -> None:
        if operator in ("BX", "EX"):
            self.unknown = max(0, self.unknown + (1 if operator == "BX" else -1))
        elif operator in ("MP", "DP"):
            self.job.drop("marked-content point")
        elif operator == "EMC":
            if self.sections.end():
                self._emit("EMC")
        else:
            kept = self.sections.begin(operands)
            if kept is not None:
                self._emit(*kept)

    # --- text ---------------------------------------------------------------------------------------------------------

    def _font(self, operator: str, operands: Operands) -> None:
        key = str(operands[0])
        font = self.tools.fonts.of(entry(self.setting.resources, "/Font", key), self.setting.spot)
        self.state = self.state.with_(font=font, size=float(operands[1]))
        name = self.names.known("/Font", key) or self.names.add("/Font", key, font.copy)
        self._emit("Tf", [name, operands[1]])

    def _text_state(self, operator: str, operands: Operands) -> None:
        field = {"Tc": "spacing", "Tw": "word_spacing", "Tz": "scale", "TL": "leading", "Ts": "rise", "Tr": "mode"}
        number = float(operands[0]) / (100 if operator == "Tz" else 1)
        self.state = self.state.with_(**{field[operator]: int(number) if operator == "Tr" else number})
        self._emit(operator, operands)

    def _move(self, operator: str, operands: Operands) -> None:
        numbers = [float(number) for number in operands]
        if operator in ("BT", "ET"):
            self.in_text, self.matrix, self.line = operator == "BT", IDENTITY, IDENTITY
        elif operator == "Tm":
            a, b, c, d, e, f = numbers
            self.line = (a, b, c, d, e, f)
        else:
            if operator == "TD":
                self.state = self.state.with_(leading=-numbers[1])
            x, y = numbers or (0.0, -self.state.leading)
            self.line = product((1.0, 0.0, 0.0, 1.0, x, y), self.line)
        self.matrix = self.line
        self.lost_place = False
        self._emit(operator, operands)
        if operator == "ET":
            self._draw_bars()

    def _next_line_show(self, operator: str, operands: Operands) -> None:
        self._move("T*", ())
        self._show("Tj", operands)

    def _spaced_show(self, operator: str, operands: Operands) -> None:
        self._text_state("Tw", operands[:1])
        self._text_state("Tc", operands[1:2])
        self._next_line_show("'", operands[2:])

    def _show(self, operator: str, operands: Operands) -> None:
        if self.state.font is None or not self.in_text:
            self.job.refuse("DG-F106", self.setting.spot, expected="font and BT", found="text")
        items = list(operands[0]) if operator == "TJ" else [operands[0]]
        run = run_of(items, self.state.font, self.state, self.matrix)
        if run is None:
            self.job.refuse("DG-F110", self.setting.spot, operator=operator)
        key = (self.holder, self.shown)
        self.shown += 1
        if self.sections.hidden:
            self.lost_place = True
            return
        if self.lost_place:
            self.job.refuse("DG-F108", self.setting.spot, reason="text after a hidden layer")
        if self._may_show(run):
            self.tools.reader.add(key, run)
            taken = self.tools.hits.get(key)
            if taken is None:
                self._emit(operator, operands)
            else:
                self._redact(run, taken)
            if not run.is_blank:
                self.written.shows_text = True
                self.written.lowest = min(self.written.lowest, run.box[1])
                self.written.leftmost = min(self.written.leftmost, run.box[0])
                self._check_tagged()
        elif self.state.size:
            shift = -run.advance * 1000 / self.state.size / (1.0 if run.font.vertical else self.state.scale or 1.0)
            self._emit("TJ", [Array([round(shift, 3)])])
        moves = (0.0, run.advance) if run.font.vertical else (run.advance, 0.0)
        self.matrix = product((1.0, 0.0, 0.0, 1.0, *moves), self.matrix)

    def _redact(self, run: Run, taken: frozenset[int]) -> None:
        """Shows a run without some of its codes; the bars are drawn when the text object ends."""
        if run.font.vertical:
            self.job.refuse("DG-F120", self.setting.spot, reason="vertical text")
        items, bars = without(run, taken)
        self._emit("TJ", [Array([String(item) if isinstance(item, bytes) else item for item in items])])
        self.job.drop("redacted characters", len(taken))
        self.bars += [(run, bar) for bar in bars]

    def _draw_bars(self) -> None:
        """A black bar over each redacted value; a screen reader says the replacement text."""
        text = Dictionary(ActualText=String(self.job.policy.redaction_text))
        for run, bar in self.bars:
            low, height = run.state.rise - 0.2 * run.state.size, run.state.size
            if self.sections.in_structure or self.setting.depth:  # a form stands in the section it is drawn in
                self._emit("BDC", [Name.Span, text])
            elif not self.sections.tagged:
                self._emit("BMC", [Name.Artifact])
            self._emit("q")
            self._emit("cm", [round(number, 5) for number in run.matrix])
            self._emit("g", [0])
            self._emit("re", [round(number, 3) for number in (bar.start, low, bar.end - bar.start, height)])
            self._emit("f")
            self._emit("Q")
            if self.sections.in_structure or self.setting.depth or not self.sections.tagged:
                self._emit("EMC")
        self.bars = []

    def _may_show(self, run: Run) -> bool:
        if not self.setting.checks_text or run.is_blank:
            return True
        kind = why_invisible(run, self.setting.painted)
        if not kind:
            return True
        handling: Handling = getattr(self.job.policy.invisible_text, kind)
        if handling is Handling.REFUSE or (handling is Handling.DROP and run.state.mode == 7):
            self.job.refuse("DG-F112", self.setting.spot, kind=kind)
        if handling is Handling.DROP:
            self.job.drop(f"invisible text ({kind})")
        return handling is Handling.KEEP

    def _check_tagged(self) -> None:
        if self.tools.tagged and not self.sections.tagged and self.setting.depth == 0:
            self.job.untagged_text += 1

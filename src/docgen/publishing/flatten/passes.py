"""The pass over one content stream: an interpreter of the operators that writes them down again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pikepdf import Array, Dictionary, Name, Stream

from docgen.publishing.flatten.allowlists import GROUP, MATRIX, RECTANGLE
from docgen.publishing.flatten.canvas import Canvas
from docgen.publishing.flatten.colours import Colours
from docgen.publishing.flatten.content import (
    EVERYWHERE,
    Setting,
    Toolbox,
    Written,
    entry,
    graphics_state,
    instructions,
    resources_of,
    state_within,
)
from docgen.publishing.flatten.copying import INTEGER, copied_keys
from docgen.publishing.flatten.graphics import IDENTITY, State, normalised, product
from docgen.publishing.flatten.job import spot_of
from docgen.publishing.flatten.lexing import (
    MARKED_PHRASE,
    RULE_PHRASE,
    TEXT_PHRASE,
    UNFIT,
    Instruction,
    Marked,
    Phrase,
    spread,
)
from docgen.publishing.flatten.objects import Objects
from docgen.publishing.flatten.paths import Paths
from docgen.publishing.flatten.pen import Handlers, Pen
from docgen.publishing.flatten.text import Text

_INTENTS = frozenset({"/AbsoluteColorimetric", "/RelativeColorimetric", "/Saturation", "/Perceptual"})


def write_stream(holder: Any, tools: Toolbox, setting: Setting) -> Written:
    """A content stream (or all those of a page) written anew.

    Raises:
        PublicationRefused: for everything that is not understood, and for invisible text as the policy says.
    """
    tools.job.check_depth(setting.depth, setting.spot)
    return _Pass(Pen(tools, setting, holder.objgen)).over(holder)


def write_form(form: Stream, tools: Toolbox, setting: Setting) -> tuple[Stream, Written]:
    """The copy of a form XObject as it is drawn here; drawn the same way again, it is the same object."""
    state = state_within(form, setting.state)
    place = tuple(round(number, 3) for number in (*state.ctm, *state.clip))
    looks = (state.colour, state.opacity, state.is_plain, setting.within_mark)
    key = (form.objgen, place if setting.checks_text else (), looks)
    if key not in tools.forms:
        spot = spot_of(form, setting.spot)
        inner = Setting(
            resources_of(form, setting.resources),
            state,
            setting.canvas,
            spot,
            setting.page,
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
    """The loop over the instructions, with what belongs to no part: graphics state and marked content."""

    def __init__(self, pen: Pen) -> None:
        self.pen = pen
        self.job = pen.job
        self.text = Text(pen)
        self.colours = Colours(pen, write_stream)
        self.paths = Paths(pen)
        self.unknown = 0
        self.handlers: Handlers = {
            b"q": self._save,
            b"Q": self._restore,
            b"cm": self._transform,
            b"gs": self._graphics_state,
            b"ri": self._intent,
            UNFIT: self._unfit,
            **dict.fromkeys((b"BMC", b"BDC"), self._begin),
            b"EMC": self._end,
            **dict.fromkeys((b"MP", b"DP"), self._point),
            **dict.fromkeys((b"BX", b"EX"), self._compatibility),
            TEXT_PHRASE: self._text_phrase,
            MARKED_PHRASE: self._marked_phrase,
            RULE_PHRASE: self._rule_phrase,
            **self.colours.handlers(),
            **self.paths.handlers(),
            **Objects(pen, write_form).handlers(),
            **self.text.handlers(),
        }

    def over(self, holder: Any) -> Written:
        """Every instruction of the stream; to be asked for once."""
        self._follow(instructions(holder, self.pen.tools, self.pen.setting.spot))
        self.handlers.clear()  # They lead back here: all that was read would stay until the collector comes.
        return self._finished()

    def _follow(self, found: Iterable[Instruction]) -> None:
        handler_of, copy = self.handlers.get, self.pen.copy
        for operator, raw, value in found:
            handler_of(operator, copy)(operator, raw, value)

    def _finished(self) -> Written:
        pen = self.pen
        if self.text.is_open:
            pen.refuse("DG-F106", expected="ET", found="end of content")
        pen.out += [b"EMC"] * pen.sections.open_kept() + [b"Q"] * len(pen.saved)
        pen.written.resources = pen.names.dictionary()
        pen.written.marks = pen.sections.marks
        return pen.written

    # --- graphics state -----------------------------------------------------------------------------------------------

    def _save(self, operator: bytes, raw: bytes, value: Any) -> None:
        pen = self.pen
        self.job.check_depth(len(pen.saved), pen.setting.spot)
        pen.saved.append(pen.state.copy())
        pen.out.append(b"q")

    def _restore(self, operator: bytes, raw: bytes, value: Any) -> None:
        pen = self.pen
        if pen.saved:  # one Q too many has no effect in any reader; it would end our own q
            pen.state = pen.saved.pop()
            pen.out.append(b"Q")

    def _transform(self, operator: bytes, raw: bytes, value: Any) -> None:
        a, b, c, d, e, f = map(float, raw.split())
        state = self.pen.state
        state.ctm = product((a, b, c, d, e, f), state.ctm)
        self.pen.copy(operator, raw, value)

    def _intent(self, operator: bytes, raw: bytes, key: str) -> None:
        if key in _INTENTS:
            self.pen.out.append(key.encode() + b" ri")
        else:
            self.job.drop("rendering intent")

    def _graphics_state(self, operator: bytes, raw: bytes, key: str) -> None:
        pen = self.pen
        source = entry(pen.setting.resources, "/ExtGState", key)
        if not isinstance(source, Dictionary):
            self.job.drop("graphics state that does not exist")
            return
        name = pen.names.known("/ExtGState", key)
        if name is None:
            copy = graphics_state(source, pen.tools, pen.setting, self._unplaced_form)
            name = pen.names.add("/ExtGState", key, copy)
        if "/ca" in source:
            pen.state.opacity = float(source.ca)
        if "/SMask" in source or "/BM" in source:
            pen.state.is_plain = source.get("/SMask", Name("/None")) == Name("/None") and source.get(
                "/BM", Name.Normal
            ) in (Name.Normal, Name.Compatible)
        pen.out.append(name + b" gs")

    def _unplaced_form(self, form: Stream) -> Stream:
        setting = self.pen.setting
        state = State(IDENTITY, EVERYWHERE)
        inner = Setting(setting.resources, state, Canvas(), setting.spot, depth=setting.depth + 1, checks_text=False)
        copy, written = write_form(form, self.pen.tools, inner)
        if written.shows_text:
            self.job.refuse("DG-F112", spot_of(form, setting.spot), kind="mask")
        return copy

    # --- phrases ------------------------------------------------------------------------------------------------------

    def _text_phrase(self, operator: bytes, raw: bytes, phrase: Phrase) -> None:
        """What a phrase stands for, in one go where it is ordinary text; the state is afterwards what it was."""
        pen = self.pen
        self.job.check_depth(len(pen.saved), pen.setting.spot)
        if not self.text.follow(phrase, self.colours.device_fill(phrase.colour)):
            self._follow(spread([(TEXT_PHRASE, raw, phrase)]))

    def _marked_phrase(self, operator: bytes, raw: bytes, phrase: Phrase) -> None:
        assert phrase.section is not None  # noqa: S101 -- for the type checker: the reader gives it
        self._begin(b"BDC", b"", phrase.section)
        self._text_phrase(operator, raw, phrase)
        self._end(b"EMC", b"", None)

    def _rule_phrase(self, operator: bytes, raw: bytes, value: Any) -> None:
        """What `q w J j m l S Q` do. A stroke hides nothing and clips nothing, so it is only written."""
        pen = self.pen
        if pen.sections.hidden or self.paths.is_open:
            self._follow(spread([(operator, raw, value)]))
            return
        self.job.check_depth(len(pen.saved), pen.setting.spot)
        _, width, _, cap, _, join, _, x, y, _, u, v, *_ = raw.split()
        pen.out.append(b"q\n%s w\n%s J\n%s j\n%s %s m\n%s %s l\nS\nQ" % (width, cap, join, x, y, u, v))

    # --- marked content and what is not known -------------------------------------------------------------------------

    def _begin(self, operator: bytes, raw: bytes, marked: Marked) -> None:
        opened = self.pen.sections.begin(marked)
        if opened:
            self.pen.out.append(opened)

    def _end(self, operator: bytes, raw: bytes, value: Any) -> None:
        if self.pen.sections.end():
            self.pen.out.append(b"EMC")

    def _point(self, operator: bytes, raw: bytes, value: Any) -> None:
        self.job.drop("marked-content point")

    def _compatibility(self, operator: bytes, raw: bytes, value: Any) -> None:
        self.unknown = max(0, self.unknown + (1 if operator == b"BX" else -1))

    def _unfit(self, operator: bytes, raw: bytes, name: str) -> None:
        if not self.unknown:
            self.pen.refuse("DG-F110", operator=name[:20])
        self.job.drop("operator")

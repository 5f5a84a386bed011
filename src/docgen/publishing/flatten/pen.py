"""What the parts of the pass over one content stream share: the graphics state, the names, and what is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from pikepdf import Stream

from docgen.publishing.flatten.content import Names, Setting, Toolbox, Written
from docgen.publishing.flatten.graphics import Box, Colour, State
from docgen.publishing.flatten.policy import Handling
from docgen.publishing.flatten.properties import Sections
from docgen.publishing.flatten.reading import Key

Handlers = dict[bytes, Callable[[bytes, bytes, Any], None]]
"""What to do with an operator, its numbers as written, and its other operand."""
WriteStream = Callable[[Any, Toolbox, Setting], Written]
WriteForm = Callable[[Any, Toolbox, Setting], tuple[Stream, Written]]


class Pen:
    """Writes one content stream."""

    def __init__(self, tools: Toolbox, setting: Setting, holder: tuple[int, int]) -> None:
        self.tools = tools
        self.job = tools.job
        self.setting = setting
        self.holder = holder
        self.state: State = setting.state.copy()
        self.saved: list[State] = []
        self.names = Names()
        self.written = Written()
        self.sections = Sections(tools, setting)
        self.out: list[bytes] = self.written.out

    def refuse(self, code: str, **parameters: object) -> NoReturn:
        """Ends the rewrite with a finding about this stream."""
        self.job.refuse(code, self.setting.spot, **parameters)

    def copy(self, operator: bytes, raw: bytes, value: Any) -> None:
        """Writes an instruction as it was read."""
        self.out.append(raw + operator)

    def paint(self, box: Box, colour: Colour | None, *, covers: bool) -> None:
        """Notes what was painted, and treats the text and pictures it covers as the policy says."""
        canvas, checks = self.setting.canvas, self.setting.checks_text
        covered = canvas.paint(box, colour, covers=covers)
        if covered and checks:
            self._hide(covered)
        keeps = self.job.policy.invisible_text.covered is Handling.KEEP
        if covers and checks and not keeps and canvas.covers_picture(box):
            self.refuse("DG-F121")  # never dropped: the shape of what covers it is known by its box only

    def _hide(self, covered: list[Key]) -> None:
        handling = self.job.policy.invisible_text.covered
        in_form = any(key[0] != self.setting.page for key in covered)  # may be seen where the form is drawn again
        if handling is Handling.REFUSE or (handling is Handling.DROP and in_form):
            self.refuse("DG-F112", kind="covered")
        if handling is Handling.DROP:
            self.tools.covered.update(covered)

    def check_tagged(self) -> None:
        """Counts text that neither belongs to the structure nor is an artifact."""
        if self.tools.tagged and not self.sections.tagged and self.setting.depth == 0:
            self.job.untagged_text += 1

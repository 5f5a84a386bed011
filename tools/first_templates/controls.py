"""Which printed fields of a form become content controls, and what kind of control each becomes.

The source texts stay as they are: a field that an applicant fills is recognised by its path. Each field becomes a
control once, where it is best filled in (in a table before running text, there before a heading); where it is printed
again it stays text. Lists get a paragraph an item, choices a box a choice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from source import Block, Paragraph, Row, Source, Table, cell_paragraphs

from docgen.case.fields import BY_PATH, OUTLINE, CaseField, Kind
from docgen.word.tags import FLAG_CHOICES, LONGEST_TAG, is_of_the_office

Form = Literal["text", "date", "choice", "box", "fixed"]
_TAGS = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")
_FOR = re.compile(r"^\{%(?:p|tr)?\s*for (\w+) in (.+?)\s*%\}$")
_END = re.compile(r"^\{%(?:p|tr)?\s*endfor\s*%\}$")
_PRINT = re.compile(r"^\{\{\s*(.*?)\s*\}\}$")
_WORD = r"[a-z_]\w*(?:\.\w+)*"
_CHAIN = re.compile(rf"^{_WORD}(?: or {_WORD})+(?: or (?:'[^']*'|\"[^\"]*\"))?$")
_FIELD = re.compile(rf"^({_WORD})((?:\|\w+(?:\('[^']*'\))?)*)(?: or (?:'[^']*'|\"[^\"]*\"))?$")
_LABELS = re.compile(rf"^({_WORD})\|labels\('[^']*'\)$")
_LONE_LIST = re.compile(rf"^\{{\{{\s*({_WORD})\|conjoin\s*\}}\}}$")
_LONE_CHOICES = re.compile(rf"^\{{\{{\s*({_WORD})\|labels\('[^']*'\)\|conjoin\s*\}}\}}$")
_LONE_LOOP = re.compile(
    rf"^\{{% for (\w+) in ({_WORD}) %\}}(\{{\{{ \1(?:\|\w+)? \}}\}})"
    r"(?:\{% if not loop\.last %\}[^{]*\{% endif %\})?(?:\{% else %\}([^{]*))?\{% endfor %\}$"
)
_LONE_ANSWER = re.compile(rf"^\{{% if ([^%]+?) %\}}\{{\{{ ({_WORD})\|yesno \}}\}}\{{% else %\}}[^{{]*\{{% endif %\}}$")
_INLINE_LIST = re.compile(rf"\{{\{{\s*({_WORD})\|conjoin\s*\}}\}}")
_VARIANT = re.compile(r"^\{%p (?:el)?if (\w+)\.kind (?:==|in) .*%\}$")
_MARK = "\ue000{}\ue001"
TOKEN = re.compile("\ue000(\\d+)\ue001")
_HEADINGS = {"heading1", "heading2", "heading3", "heading_plain", "title", "lead", "caption", "note", "annex"}


@dataclass(frozen=True, slots=True)
class Control:
    """A content control as it stands in a template."""

    tag: str
    """Path of the field in the case file; the number of a row is a tag of docxtpl."""
    title: str
    """What people call the field."""
    form: Form
    shown: str
    """What is printed: tags of docxtpl, or the words of a control that nobody fills in."""
    locale: str
    items: tuple[tuple[str, str], ...] = ()
    """Of a list to choose from: words and value."""
    in_row: bool = False
    """It stands in a row that may be taken out."""


@dataclass(frozen=True, slots=True)
class FormWords:
    """The words that a form needs, in its language."""

    locale: str
    title: Callable[[str], str]
    """Name of a field by its path without numbers."""
    labels: Callable[[str], Mapping[str, str]]
    """Names of the choices of a field."""
    offered: Mapping[str, tuple[str, ...]]
    """The choices of a field that an applicant may make at this office, where that is not all of them."""
    yes: str
    no: str
    conjunction: str
    """Between the last two of a list in words."""


def with_controls(text: Source, words: FormWords) -> tuple[Source, tuple[Control, ...]]:
    """The source of a form with a token for each control, and the controls by the number in their token."""
    blocks = tuple(_listed(text.blocks, words))
    survey = _Writer(words, chosen=None)
    survey.write(blocks)
    best: dict[tuple[str, str], tuple[int, int]] = {}
    for order, (key, rank) in enumerate(survey.seen):
        best[key] = min(best.get(key, (rank, order)), (rank, order))
    writer = _Writer(words, chosen=frozenset(order for _, order in best.values()))
    return replace(text, blocks=writer.write(blocks)), tuple(writer.controls)


def _listed(blocks: tuple[Block, ...], words: FormWords) -> Iterator[Block]:
    """The blocks with lists in a sentence made lists of paragraphs, and chains of alternatives made conditions."""
    for block in blocks:
        if isinstance(block, Table):
            yield replace(block, rows=tuple(_listed_row(row) for row in block.rows))
        elif isinstance(block, Paragraph) and block.style != "instruction":
            yield replace(block, text=_expanded(block.text))
        else:
            yield block


def _listed_row(row: Row) -> Row:
    return row if row.instruction else Row(tuple(_listed_cell(cell) for cell in row.cells))


def _listed_cell(cell: str) -> str:
    if match := _LONE_LIST.match(cell):
        return f"{{%p for item in {match[1]} %}}¶- {{{{ item }}}}¶{{%p endfor %}}"
    if match := _LONE_LOOP.match(cell):
        otherwise = f"¶{{%p else %}}¶{match[4]}" if match[4] else ""
        return f"{{%p for {match[1]} in {match[2]} %}}¶{match[3]}{otherwise}¶{{%p endfor %}}"
    return _expanded(cell)


def _expanded(text: str) -> str:
    return _TAGS.sub(lambda match: _alternatives(match[1]), text)


def _alternatives(tag: str) -> str:
    printed = _PRINT.match(tag)
    if not printed or not _CHAIN.match(printed[1]):
        return tag
    *conditions, last = printed[1].split(" or ")
    if last[0] in "'\"":
        *conditions, last = *conditions[:-1], f"{conditions[-1]} or {last}"
    if not conditions:
        return tag
    parts = [f"{{% {'el' * bool(number)}if {path} %}}{{{{ {path} }}}}" for number, path in enumerate(conditions)]
    return f"{''.join(parts)}{{% else %}}{{{{ {last} }}}}{{% endif %}}"


@dataclass(frozen=True, slots=True)
class _Loop:
    name: str
    path: str
    """Of the list, without numbers; empty for a loop over something else."""
    here: str
    """Tag of a row inside this loop."""
    further: str
    """Tag of a row inside a loop in this loop."""


@dataclass
class _Writer:
    words: FormWords
    chosen: frozenset[int] | None
    """Which of the places seen become controls; on the first walk nothing is written."""
    seen: list[tuple[tuple[str, str], int]] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    loops: list[_Loop] = field(default_factory=list)
    rank: int = 0
    variant: str = ""
    """Name of the loop whose next heading says of which kind a row is."""
    branch: str = ""
    """Condition under which rows of one kind are printed; each kind has controls of its own."""

    def write(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        found: list[Block] = []
        waiting = list(blocks)
        while waiting:
            block = waiting.pop(0)
            choices = self._choice_list(block, waiting)
            if choices:
                found += choices
                del waiting[:2]
            elif isinstance(block, Table):
                found.append(replace(block, rows=tuple(self._row(row) for row in block.rows)))
            elif isinstance(block, Paragraph):
                found.append(self._paragraph(block))
            else:
                found.append(block)
        return tuple(found)

    def _choice_list(self, block: Block, following: list[Block]) -> list[Block]:
        """A loop that prints the names of chosen values becomes all choices, each with a box."""
        if not isinstance(block, Paragraph) or len(following) < 2:
            return []
        loop = _FOR.match(block.text)
        labels = _LABELS.match(loop[2]) if loop else None
        ends = isinstance(following[1], Paragraph) and _END.match(following[1].text)
        if labels is None or not ends:
            return []
        self.rank = 1
        return [Paragraph("check", text) for text in self._boxes(labels[1])]

    def _boxes(self, path: str) -> list[str]:
        labels = self.words.labels(path)
        found = self._field(path)
        choices = self._choices(found) if found else ()
        return [f"{self._box(path, value)}~{labels.get(value, value)}" for value in choices]

    def _box(self, expression: str, choice: str, condition: str = "") -> str:
        value = f"({expression} if {condition} else none)" if condition else expression
        return self._control(expression, "box", f"{{{{ {value}|box('{choice}') }}}}", choice)

    def _paragraph(self, block: Paragraph) -> Paragraph:
        self.rank = 2 if block.style in _HEADINGS else 1
        if match := _VARIANT.match(block.text):
            self.variant = match[1] if any(loop.name == match[1] for loop in self.loops) else ""
            self.branch = block.text if self.variant else ""
        if self.variant and block.style.startswith("heading") and "{" not in block.text:
            text, self.variant = self._kind(block.text), ""
            return replace(block, text=text)
        return replace(block, text=self._text(block.text))

    def _kind(self, heading: str) -> str:
        """A heading that nobody changes, whose tag says of which kind the row is."""
        path = f"{self.variant}.kind"
        return self._control(path, "fixed", heading, f"{{{{ {path} }}}}")

    def _row(self, row: Row) -> Row:
        self.rank = 0
        if row.instruction:
            return Row((self._text(row.cells[0]),), instruction=True)
        return Row(tuple(self._cell(cell) for cell in row.cells))

    def _cell(self, cell: str) -> str:
        if match := _LONE_CHOICES.match(cell):
            return "¶".join(self._boxes(match[1]))
        if match := _LONE_ANSWER.match(cell):
            return self._yes_or_no(match[2], condition=match[1])
        return "¶".join(self._text(paragraph) for paragraph in cell_paragraphs(cell))

    def _text(self, text: str) -> str:
        expanded = _INLINE_LIST.sub(lambda match: self._inline_list(match[0], match[1]), text)
        return "".join(self._piece(piece) for piece in _TAGS.split(expanded))

    def _inline_list(self, tag: str, path: str) -> str:
        found = self._field(path)
        if found is None or not found.many:
            return tag
        between = f"{{% if loop.revindex > 2 %}}, {{% elif not loop.last %}} {self.words.conjunction} {{% endif %}}"
        return f"{{% for item in {path} %}}{{{{ item }}}}{between}{{% endfor %}}"

    def _piece(self, piece: str) -> str:
        if loop := _FOR.match(piece):
            self.loops.append(self._loop(loop[1], loop[2]))
        elif _END.match(piece):
            ended = self.loops.pop()
            self.branch = "" if ended.path in ("", "changes") else self.branch
        elif printed := _PRINT.match(piece):
            match = _FIELD.match(printed[1])
            return self._printed(piece, match[1], match[2]) if match else piece
        return piece

    def _loop(self, name: str, expression: str) -> _Loop:
        resolved = self._resolved(expression, in_loop=True) if re.fullmatch(_WORD, expression) else None
        if resolved is None or resolved[0] not in BY_PATH:
            return _Loop(name, "", "", "")
        path, tag = resolved
        return _Loop(name, path, f"{tag}[{{{{ loop.index0 }}}}]", f"{{{{ {name}|path }}}}")

    def _resolved(self, expression: str, *, in_loop: bool = False) -> tuple[str, str] | None:
        """Path without numbers, and tag, of what a template calls by this name; nothing when it is not of the case.

        With `in_loop` for a loop that is about to begin, in which `loop` is no longer that of the rows around it.
        """
        root, _, rest = expression.partition(".")
        for depth, loop in enumerate(reversed(self.loops)):
            if loop.name == root:
                start = loop.here if depth == 0 and not in_loop else loop.further
                return (".".join(filter(None, (loop.path, rest))), ".".join(filter(None, (start, rest))))
        return (expression, expression) if root in {outline.name for outline in OUTLINE} else None

    def _field(self, expression: str) -> CaseField | None:
        resolved = self._resolved(expression)
        found = BY_PATH.get(resolved[0]) if resolved else None
        return None if found is None or is_of_the_office(found.path) else found

    def _printed(self, piece: str, expression: str, filters: str) -> str:
        found = self._field(expression)
        is_item = bool(self.loops) and self.loops[-1].name == expression
        if found is None or found.kind in (Kind.BLOCK, Kind.VARIANTS, Kind.TABLE) or found.many != is_item:
            return piece
        if found.kind is Kind.FLAG:
            return self._yes_or_no(expression) if "|yesno" in filters else piece
        if found.kind is Kind.CHOICE and "|label" not in filters:
            return piece
        form: Form = {Kind.DATE: "date", Kind.CHOICE: "choice"}.get(found.kind, "text")  # type: ignore[assignment]
        return self._control(expression, form, piece)

    def _yes_or_no(self, expression: str, condition: str = "") -> str:
        """Two boxes, both empty while there is no answer or the condition says that none can be looked up."""
        boxes = (
            f"{self._box(expression, choice, condition)}~{word}"
            for choice, word in zip(FLAG_CHOICES, (self.words.yes, self.words.no), strict=True)
        )
        return "  ".join(boxes)

    def _control(self, expression: str, form: Form, shown: str, choice: str = "") -> str:
        resolved = self._resolved(expression)
        assert resolved is not None
        path, tag = resolved
        order = len(self.seen)
        self.seen.append(((path, f"{choice} {self.branch}"), self.rank))
        if self.chosen is None or order not in self.chosen:
            return shown
        labels = self.words.labels(path)
        found = BY_PATH[path]
        title = self.words.title(path)
        control = Control(
            tag=f"{tag}={choice}" if choice else tag,
            title=(f"{title}: {self._named(labels, choice)}" if form == "box" else title)[:LONGEST_TAG],
            form=form,
            shown=shown,
            locale=self.words.locale,
            items=tuple((labels.get(value, value), value) for value in self._choices(found))
            if form == "choice"
            else (),
            in_row=bool(self.loops),
        )
        self.controls.append(control)
        return _MARK.format(len(self.controls) - 1)

    def _choices(self, found: CaseField) -> tuple[str, ...]:
        return self.words.offered.get(found.path, found.choices)

    def _named(self, labels: Mapping[str, str], choice: str) -> str:
        return labels.get(choice, {"true": self.words.yes, "false": self.words.no}.get(choice, choice))

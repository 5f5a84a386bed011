"""The blank form: the same template, without a case.

The tree of the template is changed before it runs, so that everything an applicant can fill in is there once:
conditions around controls are taken as met (of alternatives, each with the word “or” between them), loops have one
row, and controls are empty. Text that depends on the case and holds no control is printed as for a case that says
nothing yet.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, nodes
from lxml import etree
from markupsafe import escape

from docgen.case.fields import BY_PATH, OUTLINE, Kind
from docgen.documents import DocumentId, Docx
from docgen.errors import ContentInvalid
from docgen.findings import Place
from docgen.word.breaks import kept_together
from docgen.word.controls import FormNote, settled, with_main_part
from docgen.word.environment import environment
from docgen.word.filters import Filters, Words
from docgen.word.marking import BOX_OFF, ONE_ROW, MarkingEnvironment, holds_control, in_scope, is_block, list_path
from docgen.word.record import Missing, Record, as_template_value, path_of
from docgen.word.render import Template, require_document
from docgen.word.tags import Tag
from docgen.word.usual_names import with_usual_names

GAP = "…"
"""Where a form prints something that nobody fills in there."""
_VARIANTS = tuple(field.path for field in BY_PATH.values() if field.kind is Kind.VARIANTS)


@dataclass(frozen=True, slots=True)
class BlankForm:
    """What is known of a form without a case."""

    office: Mapping[str, object]
    """What templates see of the office."""
    title: str
    changes: tuple[str, ...] = ()
    """Kinds of change for which the form has a part."""
    procedures: tuple[str, ...] = ()
    """Procedures in which the form is used; nobody who fills it in says which one theirs is."""
    prompt: Callable[[Tag, bool], str] = lambda tag, alone: str(tag)
    """Words in an empty control; the flag says that it stands alone, with room for help."""
    either: str = "/"
    """The word between two ways of saying the same, for example “or”."""


def blank_form(template: Template, form: BlankForm, id: DocumentId, words: Words) -> Docx:
    """The form of a template, ready to be filled in: every control there is, empty, with words that help.

    Raises:
        ContentInvalid: the template is not a Word file, or cannot be printed without a case.
    """
    require_document(template)
    try:
        document = DocxTemplate(io.BytesIO(with_usual_names(template.content)))
        jinja = _environment(form, Filters(words, id.lang))
        document.render(_context(form, id), jinja, autoescape=True)
        document.save(out := io.BytesIO())
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError) as error:
        raise ContentInvalid.because("DG-W100", Place(template.file)) from error
    except (TemplateError, etree.XMLSyntaxError, TypeError, ValueError, ArithmeticError) as error:
        raise ContentInvalid.because("DG-W400", Place(template.file), problem=error) from error
    note = FormNote(id.kind, id.lang)
    content = with_main_part(out.getvalue(), lambda xml: settled(xml, note, form.prompt))
    return Docx(id, kept_together(content), form.title)


class _OpeningEnvironment(MarkingEnvironment):
    def changed(self, template: nodes.Template) -> nodes.Template:
        _Opener(self.either).open(template.body, {})
        return template


def _environment(form: BlankForm, filters: Filters) -> MarkingEnvironment:
    made = environment(_OpeningEnvironment)
    made.either = form.either
    made.filters |= {name: _patient(filter) for name, filter in filters.as_mapping().items()}
    made.filters["path"] = lambda value: value.path if isinstance(value, Gap) else path_of(value)
    made.filters["box"] = _unticked
    made.filters[ONE_ROW] = lambda value, path: _rows(form, value, path)
    return made


def _unticked(value: object, choice: str) -> str:
    """No answer is given beforehand, not even the one that the case takes when there is none."""
    return BOX_OFF


def _patient(filter: Callable[..., object]) -> Callable[..., object]:
    def called(value: object, *arguments: object) -> object:
        if value == ():
            return Gap("")
        return value if isinstance(value, Missing) else filter(value, *arguments)

    return called


def _rows(form: BlankForm, value: object, path: str) -> tuple[object, ...]:
    if path in _VARIANTS:
        return tuple(Gap(f"{path}[{row}]", {"kind": kind}) for row, kind in enumerate(form.changes))
    return (Gap(f"{value.path}[0]"),) if isinstance(value, Gap) else ()


class Gap(Missing):
    """A value that a blank form does not have: it is false, has no rows, and prints as a gap; so do its fields."""

    __slots__ = ("_known",)

    def __init__(self, path: str, known: Mapping[str, str] | None = None) -> None:
        super().__init__(path)
        self._known = known or {}

    @property
    def path(self) -> str:
        """Where it stands in the case."""
        return self._path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._known.get(name) or gap(f"{self._path}.{name}")

    def __str__(self) -> str:  # type: ignore[override]
        return GAP

    __html__ = __str__  # type: ignore[assignment]

    def __iter__(self) -> Iterator[object]:  # type: ignore[override]
        return iter(())

    def __len__(self) -> int:  # type: ignore[override]
        return 0

    def __getitem__(self, _: object) -> Gap:  # type: ignore[override]
        return self


class _AnyOf(Gap):
    """The procedure of a form that several procedures use: each of them, so that no part of the form is left out."""

    __slots__ = ("_all",)

    def __init__(self, path: str, all: tuple[str, ...]) -> None:
        super().__init__(path)
        self._all = all

    def __eq__(self, other: object) -> bool:
        return other in self._all

    def __ne__(self, other: object) -> bool:
        return any(one != other for one in self._all)

    __hash__ = None  # type: ignore[assignment]


def gap(path: str) -> object:
    """The value of a field in a blank form: nothing, but for a flag that holds unless it is taken away."""
    bare = "".join(part for part in path.replace("]", "[").split("[")[::2])
    field = BY_PATH.get(bare)
    return True if field is not None and field.default == "true" else Gap(path)


def _context(form: BlankForm, id: DocumentId) -> Mapping[str, object]:
    values: dict[str, object] = {outline.name: gap(outline.name) for outline in OUTLINE}
    document = {"kind": id.kind, "title": form.title, "lang": id.lang, "number": "", "date": "", "case": GAP}
    values["procedure"] = _AnyOf("procedure", form.procedures)
    values["office"] = as_template_value(form.office, "office")
    values["document"] = Record({**document, "number": None, "date": Gap("document.date")}, "document")
    values["signatory"] = Gap("signatory")
    return values


@dataclass
class _Opener:
    """Takes conditions and loops around controls away from a template's tree."""

    either: str
    depth: int = 0
    in_markup: bool = False

    def open(self, body: list[nodes.Node], scope: Mapping[str, str]) -> None:
        opened: list[nodes.Node] = []
        for node in body:
            opened += self._opened(node, scope)
        body[:] = opened

    def _opened(self, node: nodes.Node, scope: Mapping[str, str]) -> list[nodes.Node]:
        if isinstance(node, nodes.Output):
            node.nodes = [self._emptied(child) for child in node.nodes]
        elif isinstance(node, nodes.For):
            self._row(node, scope)
        elif isinstance(node, nodes.If) and holds_control([node]):
            if not _asks_for_variant(node, scope):
                return self._branches(node, scope)
            self._in_each(node, scope)
        return [node]

    def _emptied(self, child: nodes.Expr) -> nodes.Expr:
        if isinstance(child, nodes.TemplateData):
            self.depth += child.data.count("<w:sdt>") - child.data.count("</w:sdt>")
            if "<" in child.data or ">" in child.data:
                self.in_markup = child.data.rfind("<") > child.data.rfind(">")
            return child
        is_box = isinstance(child, nodes.Filter) and child.name == "box"
        return nodes.Const("", lineno=child.lineno) if self.depth and not is_box and not self.in_markup else child

    def _row(self, node: nodes.For, scope: Mapping[str, str]) -> None:
        path = list_path(node.iter, scope)
        if path and holds_control(node.body):
            inner = in_scope(node, scope)
            node.iter = nodes.Filter(node.iter, ONE_ROW, [nodes.Const(path)], [], None, None, lineno=node.lineno)
            node.iter.environment = node.environment
            self.open(node.body, inner)
            node.else_ = []

    def _branches(self, node: nodes.If, scope: Mapping[str, str]) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        before = self.depth
        for body in (node.body, *(other.body for other in node.elif_), node.else_):
            if not holds_control(body):
                continue
            if found and not is_block(body):
                found.append(_literal(str(escape(f" {self.either} ")), node.lineno))
            self.depth = before
            self.open(body, scope)
            found += body
        self.depth = before
        return found

    def _in_each(self, node: nodes.If, scope: Mapping[str, str]) -> None:
        before = self.depth
        for body in (node.body, *(other.body for other in node.elif_), node.else_):
            self.depth = before
            self.open(body, scope)
        self.depth = before


def _asks_for_variant(node: nodes.If, scope: Mapping[str, str]) -> bool:
    return any(
        asked.attr == "kind" and list_path(asked.node, scope) in _VARIANTS
        for asked in node.test.find_all(nodes.Getattr)
    )


def _literal(text: str, line: int) -> nodes.Output:
    return nodes.Output([nodes.TemplateData(text, lineno=line)], lineno=line)

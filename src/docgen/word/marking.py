"""What forms need of Jinja beyond printing: where rows begin and end, and which text stands in for a missing value.

Both are lost once a template is filled, so the tree of the template is changed before it runs: a loop over a list of
the case puts a mark before and after each row that holds a content control, and the words after `or` in a control
(`{{ d.population or "–" }}`) begin with a mark of their own. `docgen.word.controls.settle` takes the marks away. A
template without content controls is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from docgen.word.sandbox import RecordSandbox

NAMESPACE = "urn:docgen:rows"
STAND_IN = "\ufdd0\ufdd1"
"""Begins a text that stands in for a missing value. Unicode keeps these characters out of texts for good."""
ONE_ROW = "one_row"
"""Filter that gives the rows which a blank form has of a list."""
BOX_ON, BOX_OFF = "☒", "☐"

_BLOCKS = ("<w:p ", "<w:p>", "<w:tr ", "<w:tr>", "<w:tbl>", "<w:sdt>")


class MarkingEnvironment(RecordSandbox):
    """The sandbox, with templates marked as above."""

    either = "/"
    """The word between two ways of filling in the same, in a blank form."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return marked(self.changed(super()._parse(source, name, filename)))

    def changed(self, template: nodes.Template) -> nodes.Template:
        """The tree of a template as it is to be marked and run."""
        return template


def box(value: object, choice: str) -> str:
    """Filter `box`: a ticked or an empty box, for a list of choices or for a yes (`true`) or no (`false`)."""
    if isinstance(value, bool):
        return BOX_ON if str(value).lower() == choice else BOX_OFF
    return BOX_ON if isinstance(value, tuple) and choice in value else BOX_OFF


def marked(template: nodes.Template) -> nodes.Template:
    """The template with its marks; the same tree, changed."""
    if any("<w:sdt>" in data for data in texts_of(template.body)):
        _Marker().mark(template.body, {})
    return template


def texts_of(body: list[nodes.Node]) -> Iterator[str]:
    """The literal texts of some nodes, in their order."""
    for node in body:
        for data in node.find_all(nodes.TemplateData) if not isinstance(node, nodes.TemplateData) else (node,):
            yield data.data


def holds_control(body: list[nodes.Node]) -> bool:
    """Whether there is a content control among some nodes."""
    return any("<w:sdt>" in data for data in texts_of(body))


def is_block(body: list[nodes.Node]) -> bool:
    """Whether some nodes are whole paragraphs or rows, and not a stretch inside a paragraph."""
    first = next((data for data in texts_of(body) if data.strip()), "")
    return first.lstrip().startswith(_BLOCKS)


def list_path(expression: nodes.Node, scope: Mapping[str, str]) -> str:
    """Path of the list that a loop goes through, without numbers; empty when it is more than a path."""
    if isinstance(expression, nodes.Name):
        return scope.get(expression.name, expression.name)
    if isinstance(expression, nodes.Filter) and expression.name == ONE_ROW and expression.node is not None:
        return list_path(expression.node, scope)
    if isinstance(expression, nodes.Getattr):
        owner = list_path(expression.node, scope)
        return f"{owner}.{expression.attr}" if owner else ""
    return ""


def in_scope(loop: nodes.For, scope: Mapping[str, str]) -> Mapping[str, str]:
    """What the names of a loop stand for, with those of the loops around it."""
    path = list_path(loop.iter, scope)
    return {**scope, loop.target.name: path} if isinstance(loop.target, nodes.Name) else scope


@dataclass
class _Marker:
    depth: int = 0
    """How many controls are open at this point of the text."""

    def mark(self, body: list[nodes.Node], scope: Mapping[str, str]) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                node.nodes = [self._output(child) for child in node.nodes]
            elif isinstance(node, nodes.If):
                self._branches(node, scope)
            elif isinstance(node, nodes.For):
                self._loop(node, scope)

    def _output(self, child: nodes.Expr) -> nodes.Expr:
        if isinstance(child, nodes.TemplateData):
            self.depth += child.data.count("<w:sdt>") - child.data.count("</w:sdt>")
        elif self.depth and isinstance(child, nodes.Or) and isinstance(child.right, nodes.Const):
            child.right = nodes.Const(f"{STAND_IN}{child.right.value}", lineno=child.lineno)
        return child

    def _branches(self, node: nodes.If, scope: Mapping[str, str]) -> None:
        before = self.depth
        for body in (node.body, *(other.body for other in node.elif_), node.else_):
            self.depth = before
            self.mark(body, scope)
        self.depth = before

    def _loop(self, node: nodes.For, scope: Mapping[str, str]) -> None:
        path = list_path(node.iter, scope)
        block, before = bool(path) and holds_control(node.body) and is_block(node.body), self.depth
        self.mark(node.body, in_scope(node, scope))
        self.depth = before
        self.mark(node.else_, scope)
        self.depth = before
        if block:
            node.body.insert(0, _literal(f'<dg:start xmlns:dg="{NAMESPACE}" path="{path}"/>', node.lineno))
            node.body.append(_literal(f'<dg:end xmlns:dg="{NAMESPACE}"/>', node.lineno))


def _literal(text: str, line: int) -> nodes.Output:
    return nodes.Output([nodes.TemplateData(text, lineno=line)], lineno=line)

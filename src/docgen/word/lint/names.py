"""Which fields, filters and tests the tags name, against the case schema; loops are followed in Jinja's own tree."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import Environment, TemplateSyntaxError, nodes

from docgen.case.fields import BY_PATH
from docgen.findings import Finding
from docgen.word.environment import environment
from docgen.word.filters import Filters
from docgen.word.lint.blocks import Placed
from docgen.word.lint.said import said
from docgen.word.lint.shapes import ANY, LOOP, VALUE, Shape
from docgen.word.lint.tags import Tag

_FORBIDDEN = frozenset({"include", "import", "from", "extends", "macro", "call", "block"})
_SPECIAL = frozenset({"vm", "hm"})
_WITH_EXPRESSION = frozenset({"cellbg", "colspan"})
_SAME_LIST = frozenset({"list", "sort", "reverse", "unique", "selectattr", "rejectattr", "select", "reject", "batch"})
_ITEM = frozenset({"first", "last", "random", "min", "max"})
_OF_ITEM = frozenset({"selectattr", "rejectattr", "map", "sort", "groupby", "sum", "unique"})
_LABELS = frozenset({"label", "labels"})


@dataclass(frozen=True, slots=True)
class Used:
    """What the tags of a document use."""

    printed: frozenset[str]
    """Paths whose value is printed."""
    asked: frozenset[str]
    """Paths that only a condition or loop looks at."""
    lone: tuple[tuple[Tag, str], ...]
    """Tags that print one field and nothing else, with its path."""
    loops: tuple[tuple[Tag, Mapping[str, str]], ...]
    """For each tag, what the names of the loops around it stand for, as paths."""


@dataclass
class Reader:
    """Reads the tags of one part in their order, with what the names of loops stand for."""

    file: str
    context: Shape
    known_filters: frozenset[str] = frozenset()
    """Filters that exist besides docgen's, for templates of others."""
    scopes: list[dict[str, Shape]] = field(default_factory=list)
    printed: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    lone: list[tuple[Tag, str]] = field(default_factory=list)
    loops: list[tuple[Tag, Mapping[str, str]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _jinja: Environment = field(default_factory=environment)

    def read(self, placed: Sequence[Placed]) -> Used:
        """Read all tags; what is wrong is in `findings` afterwards."""
        for one in placed:
            if one.tag.opening != "{#":
                self._tag(one.tag)
                here = {name: shape.path for scope in self.scopes for name, shape in scope.items()}
                self.loops.append((one.tag, here))
        return Used(frozenset(self.printed), frozenset(self.asked), tuple(self.lone), tuple(self.loops))

    def _tag(self, tag: Tag) -> None:
        word = tag.keyword
        if word in _FORBIDDEN:
            self._say("DG-T207", tag, name=word)
        elif word.startswith("end") or word in _SPECIAL:
            if word == "endfor" and self.scopes:
                self.scopes.pop()
        elif tag.opening == "{{" or word in _WITH_EXPRESSION:
            self._expression(tag, tag.body if tag.opening == "{{" else tag.body.removeprefix(word))
        else:
            self._statement(tag, word)

    def _expression(self, tag: Tag, body: str) -> None:
        parsed = self._parsed(tag, f"{{{{ {body} }}}}")
        for output in parsed.body if parsed else ():
            for node in output.iter_child_nodes():
                shape = _Walk(self, tag, self.printed).shape(node)
                if shape.sort in ("record", "list"):
                    self._say("DG-T211", tag, name=shape.path or tag.body)
                if shape.path and isinstance(node, nodes.Name | nodes.Getattr | nodes.Filter | nodes.Or):
                    self.lone.append((tag, shape.path if not isinstance(node, nodes.Or) else ""))

    def _statement(self, tag: Tag, word: str) -> None:
        body = tag.body
        whole = {
            "if": f"{{% {body} %}}{{% endif %}}",
            "elif": f"{{% if true %}}{{% {body} %}}{{% endif %}}",
            "else": "",
            "for": f"{{% {body} %}}{{% endfor %}}",
            "with": f"{{% {body} %}}{{% endwith %}}",
            "filter": f"{{% {body} %}}{{% endfilter %}}",
            "autoescape": f"{{% {body} %}}{{% endautoescape %}}",
        }.get(word, f"{{% {body} %}}" + ("{% endset %}" if word == "set" and "=" not in body else ""))
        parsed = self._parsed(tag, whole)
        if word == "for":
            self.scopes.append(self._loop(tag, parsed) if parsed else {})
            return
        for node in parsed.body if parsed else ():
            self._conditions(tag, node)

    def _conditions(self, tag: Tag, node: nodes.Node) -> None:
        walk = _Walk(self, tag, self.asked)
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            scope = self.scopes[-1] if self.scopes else self._outermost()
            scope[node.target.name] = walk.shape(node.node)
            return
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Expr):
                walk.shape(child)
            elif isinstance(child, nodes.If):
                self._conditions(tag, child)

    def _outermost(self) -> dict[str, Shape]:
        self.scopes.append({})
        return self.scopes[-1]

    def _loop(self, tag: Tag, parsed: nodes.Template) -> dict[str, Shape]:
        loop = next(parsed.find_all(nodes.For))
        whole = _Walk(self, tag, self.asked).shape(loop.iter)
        item = whole.item
        if item is None:
            self._say("DG-T206", tag, name=whole.path or tag.body)
        names = [loop.target] if isinstance(loop.target, nodes.Name) else list(loop.target.find_all(nodes.Name))
        single = item if item is not None and isinstance(loop.target, nodes.Name) else ANY
        scope = {name.name: single for name in names if isinstance(name, nodes.Name)}
        if loop.test is not None:
            self.scopes.append(scope)
            _Walk(self, tag, self.asked).shape(loop.test)
            self.scopes.pop()
        return {**scope, "loop": LOOP}

    def _parsed(self, tag: Tag, source: str) -> nodes.Template | None:
        try:
            return self._jinja.parse(source)
        except TemplateSyntaxError as error:
            self._say("DG-T114", tag, problem=str(error.message))
            return None

    def named(self, name: str) -> Shape | None:
        """What a name stands for at this point."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return self.context.member(name)

    @property
    def names(self) -> tuple[str, ...]:
        """All names at this point."""
        return tuple(dict.fromkeys([*(name for scope in self.scopes for name in scope), *self.context.names]))

    def has_filter(self, name: str) -> bool:
        """Whether there is a filter of this name."""
        return name in self._jinja.filters or name in Filters.NAMES or name in self.known_filters

    @property
    def filters(self) -> tuple[str, ...]:
        """Names of the filters, docgen's own first."""
        return (*Filters.NAMES, *self._jinja.filters)

    @property
    def tests(self) -> tuple[str, ...]:
        """Names of the tests."""
        return tuple(self._jinja.tests)

    def _say(self, code: str, tag: Tag, **parameters: str) -> None:
        self.findings.append(said(code, self.file, tag.paragraph, tag.raw, **parameters))


@dataclass
class _Walk:
    """The shape of one expression; notes what it reads and says what it cannot know."""

    reader: Reader
    tag: Tag
    noted: set[str]

    def shape(self, node: nodes.Node) -> Shape:
        found = self._shape(node)
        if found.path:
            self.noted.add(found.path)
        return found

    def _shape(self, node: nodes.Node) -> Shape:
        match node:
            case nodes.Name():
                return self._named(node.name)
            case nodes.Getattr():
                return self._member(self._shape(node.node), node.attr, _written(node.node))
            case nodes.Getitem():
                return self._at(self._shape(node.node), node.arg)
            case nodes.Filter():
                return self._filtered(node)
            case nodes.Or() | nodes.And():
                left, right = self.shape(node.left), self.shape(node.right)
                return left if left.sort != "any" and right.sort != "any" else ANY
            case nodes.CondExpr():
                self.shape(node.test)
                first, second = self.shape(node.expr1), self.shape(node.expr2) if node.expr2 else ANY
                return first if first == second else ANY
            case nodes.Test():
                return self._tested(node)
            case nodes.List() | nodes.Tuple():
                for item in node.items:
                    self.shape(item)
                return Shape("list")
            case _:
                for child in node.iter_child_nodes():
                    self.shape(child)
                return VALUE if isinstance(node, nodes.Const | nodes.Compare | nodes.Not | nodes.Concat) else ANY

    def _named(self, name: str) -> Shape:
        found = self.reader.named(name)
        if found is None:
            self._unknown("", name, self.reader.names)
            return ANY
        return found

    def _member(self, owner: Shape, name: str, written: str = "…") -> Shape:
        if name.startswith("_"):
            self._say("DG-T208", name=name)
            return ANY
        found = owner.member(name)
        if found is None:
            self._unknown(owner.path or written, name, owner.names)
            return ANY
        return found

    def _at(self, owner: Shape, key: nodes.Node) -> Shape:
        if isinstance(key, nodes.Slice):
            return owner
        if isinstance(key, nodes.Const) and isinstance(key.value, str):
            return self._member(owner, key.value)
        self.shape(key)
        return owner.item or ANY

    def _filtered(self, node: nodes.Filter) -> Shape:
        name = node.name
        for argument in (*node.args, *(one.value for one in node.kwargs)):
            self.shape(argument)
        inner = self.shape(node.node) if node.node is not None else ANY
        if not self.reader.has_filter(name):
            self._say_near("DG-T203", name, self.reader.filters)
            return ANY
        if name in _LABELS:
            self._label(node)
        if name in _OF_ITEM and inner.sort == "list" and inner.item:
            self._attribute(node, inner.item)
        if name in _SAME_LIST:
            return inner if inner.sort == "list" else Shape("list")
        if name in _ITEM and inner.sort == "list":
            return inner.item or ANY
        if name in ("map", "labels", "groupby"):
            return Shape("list")
        # The filtered value is still that field: `{{ x|date }}` shows x.
        return Shape("value", inner.path, field=inner.field)

    def _attribute(self, node: nodes.Filter, item: Shape) -> None:
        named = [one.value for one in node.kwargs if one.key == "attribute"]
        if node.name in ("selectattr", "rejectattr", "groupby") and node.args:
            named.append(node.args[0])
        for name in named:
            if isinstance(name, nodes.Const) and isinstance(name.value, str):
                shape = item
                for step in name.value.split("."):
                    shape = self._member(shape, step)
                if shape.path:
                    self.noted.add(shape.path)

    def _label(self, node: nodes.Filter) -> None:
        path = node.args[0] if node.args else None
        if not isinstance(path, nodes.Const):
            return
        choices = tuple(one for one, described in BY_PATH.items() if described.choices)
        if not any(f".{one}".endswith(f".{path.value}") for one in choices):
            self._say_near("DG-T205", str(path.value), choices)

    def _tested(self, node: nodes.Test) -> Shape:
        if node.name not in self.reader.tests:
            self._say_near("DG-T204", node.name, self.reader.tests)
        for argument in node.args:
            self.shape(argument)
        # `x is defined` asks for the name itself; a name that no case has is still a mistake here.
        self.shape(node.node)
        return VALUE

    def _unknown(self, owner: str, name: str, known: Sequence[str]) -> None:
        prefix = f"{owner}." if owner else ""
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        elsewhere = [] if near else self._elsewhere(name)
        if near or elsewhere:
            self._say("DG-T201", name=prefix + name, near=prefix + near[0] if near else elsewhere[0])
        else:
            self._say("DG-T202", name=prefix + name, known=", ".join(sorted(known)) or "–")

    @staticmethod
    def _elsewhere(name: str) -> list[str]:
        return [path for path in BY_PATH if path.rpartition(".")[2] == name]

    def _say_near(self, code: str, name: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        self._say(code, name=name, near=near[0] if near else ", ".join(sorted(known)[:12]))

    def _say(self, code: str, **parameters: str) -> None:
        self.reader._say(code, self.tag, **parameters)


def _written(node: nodes.Node) -> str:
    """A name with its members as it is written; dots for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    return f"{_written(node.node)}.{node.attr}" if isinstance(node, nodes.Getattr) else "…"


def covers(paths: frozenset[str], wanted: str) -> bool:
    """Whether a path, or something inside it, is among some paths."""
    return any(path == wanted or path.startswith(f"{wanted}.") for path in paths)

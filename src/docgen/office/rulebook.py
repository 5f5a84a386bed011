"""The rule rows as a document that legal staff can read: `docs/rules.md`."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.office.condition import Condition
from docgen.office.rules import Citation, Rule, Rules, said
from docgen.office.wording import Wording

_CHECKED_BY = {
    "case": "`docgen check`, on the case file",
    "gate": "the gates of `docgen build`, `sign` and `publish`",
    "validation": "the validation of signatures",
    "source": "the reading of any file, before anything else",
    "template": "`docgen template lint`",
}
_SEVERITY = {
    "error": "error: no documents until it is mended",
    "gate": "gate: the step is not open yet",
    "warning": "warning: the DPO team decides",
    "info": "for information",
}
_OPERATORS = {
    "equals": "is",
    "in": "is one of",
    "not_in": "is none of",
    "before": "is not later than",
    "matches": "has the form",
}
_HEAD = """# The rules

Made from `templates/rules/` and `templates/wording/` by `python tools/rulebook.py`; change those, not this page.

Each rule says what it finds, what mends it, when it applies, and on what ground. **Awaiting legal confirmation** marks
rules for which no source has been read: they rest on general knowledge of the law or on the design of docgen. Rules
have days of validity where the law changed; a case is judged under the law of the day of its decision, or else of its
request.
"""


def rulebook(rules: Rules, wording: Wording, lang: str = "en") -> str:
    """The rules as Markdown, one section a row, in the order of their ids."""
    parts = [_HEAD, *(_section(rule, rules, wording, lang) for rule in rules.rows), _sources(rules, lang)]
    return "\n".join(parts)


def _section(rule: Rule, rules: Rules, wording: Wording, lang: str) -> str:
    sentence = wording.outline(rule.message or rule.id, lang)
    lines = [f"## {rule.id}", "", sentence.text, ""]
    if sentence.remedy:
        lines += [f"*{sentence.remedy}*", ""]
    lines += [f"- {line}" for line in _facts(rule)]
    lines += [f"- Ground: {_ground(citation, rules, lang)}" for citation in rule.citation]
    if rule.awaiting_legal_confirmation:
        lines.append("- **Awaiting legal confirmation**")
    return "\n".join([*lines, ""])


def _facts(rule: Rule) -> Iterator[str]:
    yield f"Severity: {_SEVERITY[rule.severity]}"
    yield f"Seen to by {_CHECKED_BY[rule.checked_by]}"
    if rule.offices:
        yield f"Offices: {', '.join(rule.offices)}"
    if rule.procedures:
        yield f"Procedures: {', '.join(rule.procedures)}"
    if rule.request_types:
        yield f"Types of request: {', '.join(rule.request_types)}"
    if rule.route != "any":
        yield "Requests that change an earlier contract" if rule.route == "change" else "Requests on their own"
    if rule.valid_from:
        yield f"In force from {rule.valid_from.isoformat()}"
    if rule.valid_until:
        yield f"In force until {rule.valid_until.isoformat()}"
    if rule.each:
        yield f"For each of `{rule.each}`"
    yield from (f"When {_in_words(condition)}" for condition in rule.when)
    yield from (f"Asks that {_in_words(condition)}" for condition in rule.require)
    if rule.predicate:
        yield f"Predicate: `{rule.predicate}`"
    if rule.values:
        yield f"Looks for these words: {', '.join(f'`{value}`' for value in rule.values)}"


def _in_words(condition: Condition) -> str:
    if condition.any_ is not None:
        return ", or ".join(_in_words(each) for each in condition.any_)
    said = condition.model_dump(by_alias=True, exclude_none=True, exclude={"path"})
    ((operator, value),) = said.items()
    if condition.path is None:
        return f"{operator} `{value}`"
    if operator in ("present", "absent"):
        return f"`{condition.path}` is {operator}"
    return f"`{condition.path}` {_OPERATORS.get(operator, operator)} {_listed(value)}"


def _listed(value: object) -> str:
    return ", ".join(f"`{each}`" for each in (value if isinstance(value, tuple) else (value,)))


def _ground(citation: Citation, rules: Rules, lang: str) -> str:
    source = rules.sources.get(citation.source)
    title = said(source.title, lang) if source else citation.source
    what = "; ".join(filter(None, [f"“{citation.quote}”" if citation.quote else "", said(citation.article, lang)]))
    return f"{what} [{citation.source}: {title}]"


def _sources(rules: Rules, lang: str) -> str:
    lines = ["## Sources", ""]
    for tag, source in sorted(rules.sources.items()):
        lines.append(f"- **{tag}** {said(source.title, lang)}" + (f", <{source.url}>" if source.url else ""))
    return "\n".join([*lines, ""])

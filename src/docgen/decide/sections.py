"""Which parts of a case file a procedure asks for: what its documents need, its steps look at, and its rules demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docgen.case.fields import BY_PATH
from docgen.case.inherit import INHERITED
from docgen.findings import Severity
from docgen.office.condition import Condition
from docgen.office.paths import parse, without_indexes
from docgen.office.profile import Office, Procedure
from docgen.office.rules import Rule, Rules


def needed_sections(office: Office, procedure: str, rules: Rules) -> tuple[str, ...]:
    """Names of the top-level fields, each once.

    Sections that only come up in the course of a case, such as remarks, belong to it. A procedure that stands on its
    own also gets those that only some cases need, such as linkage; one that changes an earlier contract takes those
    from there.

    Raises:
        KeyError: the office has no such procedure.
    """
    described = office.procedures[procedure]
    paths = [*_of_profile(office, described), *_of_rules(office, procedure, described, rules)]
    if described.changes_earlier:
        paths += ["base", "changes"]
    names = dict.fromkeys(str(parse(path)[0]) for path in paths if not path.startswith("."))
    return tuple(name for name in names if name not in office.unasked)


def needed_fields(office: Office, procedure: str, rules: Rules) -> frozenset[str]:
    """Paths, without indexes, of the fields that every case of a procedure must fill.

    What is needed only when something else is given does not count, nor what the office itself fills in later, nor what
    comes from an earlier case.

    Raises:
        KeyError: the office has no such procedure.
    """
    described = office.procedures[procedure]
    route = "change" if described.changes_earlier else "first"
    demanded = [
        (without_indexes(rule.each or ""), condition.path)
        for rule in rules.rows
        if _may_apply(rule, office.id, procedure, route) and rule.level is Severity.ERROR
        if not (rule.when or rule.request_types)
        for condition in rule.require
        if condition.path and "[" not in condition.path and _asks_for_a_value(condition)
    ]
    printed = (
        path
        for document in described.documents
        if not document.when and office.kinds[document.kind].filled_by == "applicant"
        for path in office.kinds[document.kind].requires
    )
    always = [*(path for each, path in demanded if not each), *printed, *_chosen_from_a_list(office, described)]
    taken_over = INHERITED if described.changes_earlier else ()
    paths = {
        around
        for path in always
        if not BY_PATH[path].default and path.partition(".")[0] not in taken_over
        for around in _with_its_blocks(path)
    }
    return frozenset(paths | {f"{each}{path}" for each, path in demanded if each in paths})


def _chosen_from_a_list(office: Office, procedure: Procedure) -> Iterator[str]:
    """What every case must choose because the office or the procedure limits it."""
    if procedure.request_types:
        yield "request_type"
    if not procedure.changes_earlier and office.recipients.categories:
        yield "applicant.recipient_category"
    if not procedure.changes_earlier and office.recipients.kinds:
        yield "applicant.kind"


def _asks_for_a_value(condition: Condition) -> bool:
    return condition.present is True or condition.equals is not None or condition.in_ is not None


def _with_its_blocks(path: str) -> Iterator[str]:
    steps = path.split(".")
    yield from (".".join(steps[:length]) for length in range(1, len(steps) + 1))


def _of_profile(office: Office, procedure: Procedure) -> Iterator[str]:
    for kind in procedure.kinds:
        yield from (*office.kinds[kind].requires, *office.kinds[kind].shows)
    conditions = [condition for document in procedure.documents for condition in (*document.when, *document.after)]
    conditions += [condition for step in procedure.steps for condition in (*step.when, *step.done)]
    conditions += [condition for gate in procedure.gates for condition in (*gate.when, *gate.needs)]
    conditions += [condition for deadline in procedure.deadlines for condition in deadline.needs]
    yield from _paths(conditions)
    yield from (deadline.start for deadline in procedure.deadlines)


def _of_rules(office: Office, name: str, procedure: Procedure, rules: Rules) -> Iterator[str]:
    route = "change" if procedure.changes_earlier else "first"
    for rule in rules.rows:
        if _may_apply(rule, office.id, name, route) and not (procedure.changes_earlier and rule.route == "any"):
            yield from _paths((*rule.require, *rule.when))


def _may_apply(rule: Rule, office: str, procedure: str, route: str) -> bool:
    offices, procedures = (
        not rule.offices or office in rule.offices,
        not rule.procedures or procedure in rule.procedures,
    )
    return offices and procedures and rule.route in ("any", route)


def _paths(conditions: Iterable[Condition]) -> Iterator[str]:
    for condition in conditions:
        if condition.path:
            yield condition.path
        yield from _paths(condition.any_ or ())

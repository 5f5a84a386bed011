"""`docgen status`: where each case stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.table import table
from docgen.cli.work import chosen, demo_trust_option, trust_option, workshop
from docgen.decide.deadlines import Clock
from docgen.decide.stage import Stage, StepState, stage
from docgen.dossier import files
from docgen.errors import CaseInvalid
from docgen.office.profile import in_language
from docgen.pipeline.renew import Archive, days_of, look
from docgen.pipeline.standing import Standing, stand
from docgen.pipeline.workshop import Workshop


@as_command("status", example="docgen status VSA-2026-001 --lang nl")
@click.argument("references", nargs=-1, metavar="[CASE]...")
@trust_option
@demo_trust_option
def command(desk: Desk, references: tuple[str, ...], demo_trust: bool) -> Outcome:
    """Where each CASE stands: step, whose turn, what is missing, next document, deadline. One CASE: step by step.

    Nothing of this is kept by hand: dates and decisions in the case file, files in its folders and valid signatures
    decide.
    """
    shop = workshop(desk, demo_trust=demo_trust)
    found: list[tuple[Standing, Stage]] = []
    unusable: list[str] = []
    archives: dict[str, list[Archive]] = {}
    selected = chosen(desk, references)
    for at, case in selected:
        try:
            standing = stand(shop.at(at.roots), case)
        except CaseInvalid:
            if len(selected) == 1:
                raise
            unusable.append(case)
            continue
        found.append(
            (standing, stage(standing.located, standing.office, standing.dossier, shop.today(standing.office)))
        )
        archives[case] = _archives(desk, shop.at(at.roots), standing)
    data = {
        "cases": [
            {**_data(desk, standing, reached), **_archive_data(archives[standing.case.id])}
            for standing, reached in found
        ],
        "unusable": unusable,
    }
    text = _steps(desk, *found[0]) if len(selected) == 1 else _overview(desk, found, unusable)
    due = [_archive_line(desk, one) for some in archives.values() for one in some if one.state in ("due", "run out")]
    return Outcome("\n".join([text, *due]), data)


def _archives(desk: Desk, shop: Workshop, standing: Standing) -> list[Archive]:
    """The archive timestamps of a case's originals."""
    days = days_of(standing.office, desk.settings.signing.renew_days)
    found = []
    for kind, report in standing.reports.items():
        document = standing.document(kind)
        content = files.read_if_there(shop.roots.signed(document))
        if content is not None and any(one.level == "B-LTA" for one in report.signatures):
            found.append(look(shop.roots.signed(document), content, shop.now, days, document))
    return found


def _archive_line(desk: Desk, one: Archive) -> str:
    day = desk.wording.date(one.expires.date(), desk.settings.lang) if one.expires else ""
    return desk.text(f"status.archive_{one.state.replace(' ', '_')}", document=one.document, day=day)


def _archive_data(archives: list[Archive]) -> Mapping[str, Any]:
    return {
        "archives": [
            {
                "kind": one.document.kind if one.document else "",
                "valid_until": one.expires.isoformat() if one.expires else None,
                "state": one.state,
            }
            for one in archives
        ]
    }


def _overview(desk: Desk, found: list[tuple[Standing, Stage]], unusable: list[str]) -> str:
    names = ("case", "applicant", "procedure", "step", "turn", "next_document", "deadline")
    rows = [_row(desk, standing, reached) for standing, reached in found]
    rows += [[case, "", "", desk.text("status.unusable"), "", "", ""] for case in unusable]
    return table([desk.text(f"column.{name}") for name in names], rows)


def _row(desk: Desk, standing: Standing, reached: Stage) -> list[str]:
    case, lang = standing.case, desk.settings.lang
    procedure = standing.office.procedure(case.procedure)
    step = in_language(reached.current.title, lang) if reached.current else desk.text(f"outcome.{reached.outcome}")
    document = reached.next_document
    return [
        case.id,
        (case.applicant.short_name or case.applicant.name) if case.applicant else "",
        in_language(procedure.title, lang) if procedure else case.procedure,
        step,
        desk.text(f"party.{reached.turn}") if reached.turn else "",
        in_language(standing.office.kinds[document].title, lang) if document else "",
        "; ".join(_clock(desk, clock) for clock in reached.deadlines if not clock.stopped),
    ]


def _clock(desk: Desk, clock: Clock) -> str:
    if clock.waits_for:
        return desk.text("status.waits", missing=", ".join(clock.waits_for))
    target, latest = (desk.wording.date(day, desk.settings.lang) for day in (clock.target, clock.latest))
    days, working = abs(clock.days_left), abs(clock.working_days_left)
    key = "status.overdue" if clock.overdue else "status.due"
    return desk.text(key, target=target, day=latest, days=days, working=working)


def _steps(desk: Desk, standing: Standing, reached: Stage) -> str:
    case, lang = standing.case, desk.settings.lang
    head = click.style(f"{case.id} — {case.title}", bold=True)
    rows = [_step_row(desk, step, reached) for step in reached.steps]
    names = ("done", "step", "turn", "date", "missing")
    lines = [head, table([desk.text(f"column.{name}") for name in names], rows), _now(desk, reached)]
    lines += [
        desk.text("status.clock", title=in_language(clock.title, lang), when=_clock(desk, clock))
        for clock in reached.deadlines
        if not clock.stopped
    ]
    doubts = show.as_text(desk.shown(standing.doubts), desk)
    return "\n".join([*lines, *_to_note_down(desk, reached), *_not_counted(desk, standing), *filter(None, [doubts])])


def _now(desk: Desk, reached: Stage) -> str:
    lang, current = desk.settings.lang, reached.current
    if current is None or reached.turn is None:
        return desk.text("status.outcome", outcome=desk.text(f"outcome.{reached.outcome}"))
    turn = desk.wording.label("party", reached.turn, lang)
    return desk.text("status.now", turn=turn, step=in_language(current.title, lang))


def _to_note_down(desk: Desk, reached: Stage) -> list[str]:
    """Fields of the case file on which the current step waits."""
    fields = [fact for fact in reached.missing if ":" not in fact]
    return [desk.text("status.note_down", fields=", ".join(fields))] if fields else []


def _not_counted(desk: Desk, standing: Standing) -> list[str]:
    """Signatures that are there and move nothing, because they are not valid or not trusted."""
    found = [f"signed:{one.kind}.{one.slot}" for one in standing.dossier.signed if not one.valid]
    return [desk.text("status.not_counted", signatures=", ".join(found))] if found else []


def _step_row(desk: Desk, step: StepState, reached: Stage) -> list[str]:
    lang = desk.settings.lang
    mark = "✓" if step.done else "→" if step == reached.current else "·"
    day = desk.wording.date(step.on, lang) if step.on else ""
    missing = desk.wording.conjoin([desk.wording.fact(fact, lang) for fact in step.missing], lang)
    return [mark, in_language(step.title, lang), desk.text(f"party.{step.turn}"), day, missing]


def _data(desk: Desk, standing: Standing, reached: Stage) -> Mapping[str, Any]:
    return {
        "case": standing.case.id,
        "office": standing.office.id,
        "procedure": standing.case.procedure,
        "outcome": reached.outcome,
        "step": reached.current.id if reached.current else None,
        "turn": reached.turn,
        "missing": reached.missing,
        "next_document": reached.next_document,
        "overdue": reached.overdue,
        "steps": [
            {"id": step.id, "done": step.done, "on": step.on, "turn": step.turn, "missing": step.missing}
            for step in reached.steps
        ],
        "deadlines": [
            {
                "id": clock.id,
                "start": clock.start,
                "target": clock.target,
                "latest": clock.latest,
                "days_left": clock.days_left,
                "working_days_left": clock.working_days_left,
                "overdue": clock.overdue,
                "running": not clock.stopped and not clock.waits_for,
                "waits_for": clock.waits_for,
                "stopped_on": clock.stopped_on,
                "kept": clock.kept,
            }
            for clock in reached.deadlines
        ],
        "signatures": [
            {"kind": slot.kind, "slot": slot.slot, "valid": slot.valid, "on": slot.signed_on}
            for slot in standing.dossier.signed
        ],
        "published": standing.dossier.published,
        "doubts": [one.as_json() for one in desk.shown(standing.doubts)],
    }

"""`docgen mail`: the draft of an e-mail. docgen never sends anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from docgen.cli import show
from docgen.cli.desk import Desk, Outcome, as_command
from docgen.cli.table import table
from docgen.cli.work import chosen, demo_trust_option, trust_option, workshop
from docgen.office.profile import in_language
from docgen.pipeline.mail import Drafted, Offer, draft_mail, offers
from docgen.pipeline.standing import stand


@as_command("mail", example="docgen mail VSA-2026-001 approved")
@click.argument("reference", metavar="CASE")
@click.argument("step", metavar="[STEP]", required=False)
@trust_option
@demo_trust_option
def command(desk: Desk, reference: str, step: str | None, demo_trust: bool) -> Outcome:
    """Draft the e-mail of a STEP of a CASE as out/<id>/mail/<step>.<lang>.eml, in the language of the case.

    Without STEP: which e-mails the case has, and which can be drafted now. Nothing is ever sent: open the file in a
    mail program, read it, and send it yourself. Refused (5) when it is not the e-mail's turn or an enclosure is not
    there. Who may change the texts finds them in templates/<office>/<lang>/mail/.
    """
    shop = workshop(desk, demo_trust=demo_trust)
    ((at, case),) = chosen(desk, (reference,))
    here = shop.at(at.roots)
    standing = stand(here, case)
    if step is None:
        return _listed(desk, case, offers(here, standing))
    drafted = draft_mail(here, standing, step)
    return Outcome(_told(desk, drafted), {"case": case, "step": step, **_data(drafted)})


def _listed(desk: Desk, case: str, found: tuple[Offer, ...]) -> Outcome:
    lang = desk.settings.lang
    headings = [desk.text(f"column.{name}") for name in ("step", "mail", "state", "why")]
    rows = [
        [
            offer.name,
            in_language(offer.step.title, lang),
            desk.text("mail.waits" if offer.findings else "mail.open"),
            " ".join(desk.say(finding).text for finding in offer.findings),
        ]
        for offer in found
    ]
    mails = [
        {
            "step": offer.name,
            "open": not offer.findings,
            "findings": [one.as_json() for one in show.shown(offer.findings, desk)],
        }
        for offer in found
    ]
    return Outcome(table(headings, rows), {"case": case, "mails": mails})


def _told(desk: Desk, drafted: Drafted) -> str:
    draft = drafted.draft
    names = ", ".join(one.name for one in draft.attached) or "–"
    lines = [
        desk.text("mail.to", to=", ".join(one.email for one in (draft.to, *draft.cc))),
        desk.text("mail.subject", subject=draft.subject),
        desk.text("mail.enclosures", names=names),
        desk.text("mail.drafted", path=str(drafted.path)),
    ]
    return "\n".join(lines)


def _data(drafted: Drafted) -> Mapping[str, Any]:
    draft = drafted.draft
    return {
        "path": str(drafted.path),
        "lang": draft.lang,
        "to": draft.to.email,
        "cc": [one.email for one in draft.cc],
        "subject": draft.subject,
        "enclosures": [one.name for one in draft.attached],
    }

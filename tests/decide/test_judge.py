"""Every rule row has cases that it finds, at the line to change, and cases that it leaves alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from small_cases import COMPLETE, REMOVED, TODAY, dossier, located, made, office, rules, signed

from docgen.decide.facts import Dossier
from docgen.decide.rules import judge
from docgen.findings import Finding, Severity
from docgen.office.rules import Rules


@dataclass(frozen=True)
class Example:
    """One change of a complete case, and where the rule must point."""

    rule: str
    case: str
    changes: dict[str, Any]
    path: str
    dossier: Dossier = field(default_factory=Dossier)


def an(rule: str, case: str, path: str, changes: dict[str, Any], at: Dossier | None = None) -> Example:
    return Example(rule, case, changes, path, at or Dossier())


DELEGATION = {
    "signer": {"name": "Dirk Dekaan"},
    "granted_by": {"name": "Rik Rector"},
    "start": "2026-01-01",
    "end": "2027-12-31",
    "proof": "volmacht.pdf",
}
NEW_PURPOSE = {"kind": "purpose", "text": "Meer.", "linked_to_original": True, "needed_for_original_project": True}
ART20 = {
    "legal_ground.art20_applies": True,
    "delivery": {"method": "beveiligd", "format": "csv"},
    "rights": {"contact": "dpo@voorbeeld.example", "limits": "AVG 89"},
}
"""What article 20 asks beside what a complete case says anyway."""
FILED_IN_TIME = Dossier(signed=signed("application.applicant", "security_declaration.security", on=date(2026, 10, 30)))
FINDS = (
    an("D-01", "vsa new", "purpose.kinds[0]", {"purpose.kinds": ["control"]}),
    an("D-01", "statbel new", "purpose.kinds", {"purpose.kinds": []}),
    an("D-01b", "statbel new", "purpose.independence_statement", {"purpose.kinds": ["policy_preparation"]}),
    an(
        "D-01b",
        "statbel new",
        "purpose.independence_statement",
        {"applicant.recipient_category": "private_institution"},
    ),
    an("D-01c", "statbel new", "purpose.description", {"purpose.description": "Dit dient voor fiscale controle."}),
    an("D-01c", "statbel extension", "changes[3].text", {"changes[3].text": "Ook voor de facturatie."}),
    an("D-02", "statbel new", "applicant.recipient_category", {"applicant.recipient_category": REMOVED}),
    an("D-02", "vsa new", "applicant.kind", {"applicant.kind": "company"}),
    an("D-02b", "statbel new", "applicant.recipient_category", {"applicant.recipient_category": "tax_administration"}),
    an(
        "D-02b",
        "vsa new",
        "partners[0].recipient_category",
        {"partners": [{"name": "Fiscus", "kind": "government", "recipient_category": "tax_administration"}]},
    ),
    an("D-02c", "statbel new", "applicant.belgium_is_member", {"applicant.kind": "international_organisation"}),
    an("D-02d", "statbel new", "applicant.recognition", {"applicant.kind": "research_institute"}),
    an("D-03", "statbel new", "applicant.recipient_category", {"applicant.recipient_category": "natural_person"}),
    an("D-03", "vsa new", "applicant.kind", {"applicant.kind": "individual"}),
    an("D-04", "statbel new", "applicant.kind", {"applicant.student": True, "applicant.kind": "study_service"}),
    an(
        "D-05", "statbel new", "purpose.why_public_data_insufficient", {"purpose.why_public_data_insufficient": REMOVED}
    ),
    an("D-05b", "vsa new", "purpose.why_public_data_insufficient", {"purpose.why_public_data_insufficient": REMOVED}),
    an("D-06", "statbel new", "purpose.publication_plan", {"purpose.publication_plan": REMOVED}),
    an("D-07", "statbel new", "output.only_global_and_anonymous", {"output.only_global_and_anonymous": False}),
    an("D-08", "statbel new", "datasets[1].variables[0].motivation", {"datasets[1].variables[0].motivation": REMOVED}),
    an("D-08", "statbel new", "datasets[1].variables", {"datasets[1].variables": []}),
    an("D-08b", "statbel new", "datasets[0].motivation", {"datasets[0].motivation": REMOVED}),
    an("D-08c", "statbel extension", "changes[1].add[0].motivation", {"changes[1].add[0].motivation": REMOVED}),
    an("D-08d", "statbel new", "datasets[0].kind", {"datasets[0].kind": REMOVED}),
    an("D-09", "statbel new", "datasets[1].raw", {"datasets[1].raw": True}),
    an("D-09b", "statbel new", "datasets[1].supplier_conditions", {"datasets[1].supplier_conditions": REMOVED}),
    an("D-09c", "vsa new", "datasets[0].source", {"datasets[0].source": "SILC"}),
    an("D-09c", "vsa new", "datasets[0].editions[0]", {"datasets[0].editions": ["golf 7"]}),
    an("D-10", "statbel new", "pseudonymised", {"pseudonymised": False}),
    an("D-10b", "statbel privileged", "inr.necessity", {"inr.necessity": REMOVED}),
    an(
        "D-11",
        "statbel new",
        "datasets[1].variables[1].name",
        {
            "datasets[1].variables[1]": {"name": "Naam", "motivation": "m"},
        },
    ),
    an("D-11", "statbel new", "datasets[1].variables[1].name", {"datasets[1].variables[1].direct_identifier": True}),
    an(
        "D-12",
        "statbel new",
        "datasets[1].variables[1].name",
        {
            "datasets[1].variables[1]": {"name": "geboortedatum", "motivation": "m"},
        },
    ),
    an(
        "D-12b",
        "statbel new",
        "datasets[1].variables[0].names[1]",
        {
            "datasets[1].variables[0].names": ["jaar", "gemeente"],
            "dpo_advice.conclusion": "favourable",
        },
    ),
    an("D-13", "statbel new", "linkage.third_parties[0].permission", {"linkage.third_parties[0].permission": REMOVED}),
    an("D-13b", "statbel new", "linkage.performed_by", {"linkage.performed_by": "researcher"}),
    an("D-13b", "statbel new", "linkage.pseudonym_key_holder", {"linkage.pseudonym_key_holder": REMOVED}),
    an("D-13e", "statbel new", "linkage.datasets[0]", {"linkage.datasets": ["Demografie"]}),
    an(
        "D-13c",
        "statbel new",
        "linkage.direct_identifiers_to_researcher",
        {
            "linkage.direct_identifiers_to_researcher": True,
        },
    ),
    an(
        "D-13d",
        "statbel new",
        "linkage.third_parties",
        {
            "datasets[2]": {"source": "facturen", "kind": "third_party"},
            "linkage.third_parties": [],
        },
    ),
    an("D-14", "statbel aggregated", "applicant.dpo.name", {"applicant.dpo": REMOVED}),
    an("D-14b", "statbel new", "applicant.security_adviser.name", {"applicant.security_adviser": REMOVED}),
    an("D-14c", "vsa new", "applicant.security_adviser.name", {"applicant.security_adviser": REMOVED}),
    an(
        "D-14d",
        "statbel new",
        "partners[0].dpo.name",
        {"partners": [{"name": "P", "recipient_category": "public_institution", "controller": {"name": "C"}}]},
    ),
    an("D-15", "statbel new", "security.server.location_country", {"security.server.location_country": "US"}),
    an("D-15", "vsa new", "security.server.location_country", {"security.server": REMOVED}),
    an("D-16", "statbel new", "access.categories", {"access.categories": []}),
    an("D-16", "vsa new", "access.project_researchers_only", {"access.project_researchers_only": False}),
    an("D-17", "statbel new", "applicant.controller.name", {"applicant.controller.name": "pia  projectleider"}),
    an("D-17", "statbel new", "applicant.controller.name", {"applicant.controller.name": "Pïa Projectleïder"}),
    an("D-17b", "vsa new", "applicant.controller.name", {"applicant.controller": REMOVED}),
    an("D-17c", "vsa new", "applicant.controller.function", {"applicant.controller.function": REMOVED}),
    an("D-18", "statbel new", "retention.until", {"retention.until": REMOVED}),
    an("D-18", "statbel aggregated", "retention.motivation", {"retention.motivation": REMOVED}),
    an("D-18b", "vsa simplified", "changes[0].motivation", {"changes[0].motivation": REMOVED}),
    an("D-18c", "statbel new", "retention.until", {"retention.until": "2026-11-23"}),
    an("D-18c", "statbel extension", "changes[0].until", {"changes[0].until": "2020-01-01"}),
    an("D-20", "statbel extension", "base.case", {"base.number": REMOVED}),
    an("D-20", "vsa simplified", "changes", {"changes": []}),
    an(
        "D-20b",
        "vsa simplified",
        "changes[1].kind",
        {
            "changes[1]": {"kind": "reference_periods", "add": [{"dataset": "SV-bevraging", "periods": ["2021"]}]},
        },
    ),
    an(
        "D-20b",
        "statbel extension",
        "changes[4].kind",
        {
            "changes[4]": {"kind": "identity", "new_name": "Nieuw", "succession_proof": "fusie.pdf"},
        },
    ),
    an("D-20c", "statbel extension", "base.valid_until", {"base.valid_until": "2026-01-01"}),
    an("D-20c", "statbel extension", "base.approved", {"base.approved": False}),
    an("D-20f", "vsa simplified", "base.document", {"base.document": "application"}),
    an("D-20g", "statbel extension", "base.approved", {"base.approved": REMOVED}),
    an(
        "D-21",
        "vsa simplified",
        "changes[1].needed_for_original_project",
        {
            "changes[1]": {"kind": "purpose", "text": "Meer.", "linked_to_original": True},
        },
    ),
    an("D-21b", "vsa simplified", "changes[1].succession_proof", {"changes[1]": {"kind": "identity", "new_name": "N"}}),
    an("D-21c", "statbel extension", "changes[3].motivation", {"changes[3].motivation": REMOVED}),
    an("D-21d", "statbel extension", "changes[2].add[0].periods", {"changes[2].add[0].periods": []}),
    an("D-24", "vsa new", "delegation.proof", {"delegation": {**DELEGATION, "proof": None}}),
    an(
        "D-24b",
        "vsa new",
        "delegation.granted_by.name",
        {
            "delegation": {**DELEGATION, "granted_by": {"name": "Piet Prof"}},
        },
    ),
    an("D-24b", "vsa new", "delegation.signer.name", {"delegation": {**DELEGATION, "signer": {"name": "Rik Rector"}}}),
    an(
        "D-24c", "vsa new", "delegation.signer.name", {"delegation": {**DELEGATION, "signer": {"name": "Dirk Deepeeo"}}}
    ),
    an("D-24c", "vsa new", "applicant.dpo.name", {"applicant.dpo.name": "Rik Rector"}),
    an("D-24c", "vsa new", "applicant.dpo.name", {"applicant.legal_representative": {"name": "Dirk Deepeeo"}}),
    an("D-24d", "vsa new", "delegation.end", {"delegation": {**DELEGATION, "end": "2026-11-22"}}),
    an(
        "D-24d",
        "vsa new",
        "delegation.start",
        {"delegation": {**DELEGATION, "start": "2026-11-24"}},
        dossier("protocol.applicant"),
    ),
    an(
        "D-29",
        "statbel new",
        "dates.complete",
        {
            "dates.received": "2026-11-01",
            "dates.complete": "2026-11-01",
            "applicant.security_adviser.name": "X",  # who signed
        },
        FILED_IN_TIME,
    ),
    an("D-30", "vsa new", "legal_ground.collection", {"legal_ground.collection": REMOVED}),
    an("D-30", "statbel new", "datasets", {"datasets": []}),
    an("D-24e", "statbel new", "delegation", {"delegation": DELEGATION}),
    an("D-24f", "statbel new", "applicant.security_adviser.name", {}, dossier("security_declaration.security")),
    an("D-30b", "statbel new", "rights.contact", {"legal_ground.art20_applies": True}),
    an(
        "D-31b",
        "statbel new",
        "dpo_advice.applicant_dpo_advice_on",
        {
            **ART20,
            "dpo_advice": {"conclusion": "favourable", "date": "2026-11-20"},
            "decision": {"outcome": "approved", "date": "2026-11-20"},
        },
    ),
    an("D-32", "vsa new", "applicant.kbo", {"applicant.kbo": "0431.150.351"}),
    an(
        "D-32",
        "vsa new",
        "partners[0].kbo",
        {
            "partners": [{"name": "P", "kind": "university", "kbo": "12", "receives_data": False}],
        },
    ),
    an(
        "D-32",
        "vsa simplified",
        "changes[1].kbo",
        {
            "changes[1]": {"kind": "identity", "new_name": "N", "succession_proof": "f.pdf", "kbo": "0431150351"},
        },
    ),
    an("D-32b", "vsa new", "applicant.kbo", {"applicant.kbo": REMOVED}),
    an("D-32c", "statbel new", "datasets[0].reference_periods[0]", {"datasets[0].reference_periods": ["2018-2004"]}),
    an("D-32c", "statbel extension", "changes[2].add[0].periods[0]", {"changes[2].add[0].periods": ["2019-2030"]}),
    an(
        "D-32d",
        "vsa new",
        "purpose.project_period.start",
        {
            "purpose.project_period": {"start": "2027-01-01", "end": "2026-01-01"},
        },
    ),
    an("D-32e", "vsa new", "dates.complete", {"dates.complete": "2026-01-30"}),
    an("D-32f", "vsa new", "documents.protocol.number", {"documents": {"protocol": {"number": "2026-1"}}}),
    an("D-34", "statbel privileged", "applicant.privileged_body", {"applicant.privileged_body": REMOVED}),
    an(
        "D-35",
        "vsa new",
        "decision.outcome",
        {
            "dpo_advice": {"conclusion": "unfavourable", "date": "2026-03-02"},
            "decision": {"outcome": "approved", "date": "2026-03-09"},
        },
    ),
    an("D-35b", "vsa new", "dpo_advice.conditions", {"dpo_advice": {"conclusion": "favourable_with_conditions"}}),
    an("D-36", "vsa new", "purpose.publication_plan", {"purpose.publication_plan": "TODO"}),
    an(
        "D-37",
        "statbel new",
        "legal_ground.communication",
        {
            "datasets[1].unit": "enterprise",
            "legal_ground.communication": "Verwerking van persoonsgegevens, AVG 6.1.e",
        },
    ),
    an("D-38", "statbel aggregated", "tables[0].risk.level", {"tables[0].risk.level": "increased"}),
    an("D-38", "statbel aggregated", "tables", {"tables": []}),
    an(
        "D-39",
        "statbel new",
        "security.breach_procedure.notify_authority_hours",
        {"security.breach_procedure": {"notify_authority_hours": 96}},
    ),
    an("D-01b", "statbel new", "purpose.independence_statement", {"applicant.kind": "company"}),
    an(
        "D-03",
        "statbel new",
        "applicant.recipient_category",
        {"applicant.recipient_category": "scientific_natural_person"},
    ),
    an("D-07", "statbel privileged", "output.only_global_and_anonymous", {"output.only_global_and_anonymous": REMOVED}),
    an("D-08c", "statbel extension", "changes[1].add", {"changes[1].add": []}),
    *(an("D-10", name, "pseudonymised", {"pseudonymised": False}) for name in COMPLETE if "privileged" not in name),
    an("D-10b", "statbel privileged", "inr.legal_task", {"inr": REMOVED}),
    an(
        "D-10b",
        "statbel privileged",
        "statistical_secrecy_acknowledged",
        {"statistical_secrecy_acknowledged": False},
    ),
    an("D-14b", "statbel privileged", "applicant.security_adviser.name", {"applicant.security_adviser": REMOVED}),
    an("D-14c", "vsa new", "applicant.dpo.name", {"applicant.dpo": REMOVED}),
    an(
        "D-14d",
        "statbel new",
        "partners[0].controller.name",
        {"partners": [{"name": "P", "recipient_category": "public_institution", "dpo": {"name": "D"}}]},
    ),
    an("D-16", "statbel privileged", "access.categories", {"access.categories": []}),
    an("D-18b", "vsa simplified", "changes[0].until", {"changes[0].until": REMOVED}),
    an("D-18b", "statbel extension", "changes[0].motivation", {"changes[0].motivation": REMOVED}),
    *(
        an("D-21", "vsa simplified", f"changes[1].{missing}", {"changes[1]": {**NEW_PURPOSE, missing: None}})
        for missing in ("text", "linked_to_original", "needed_for_original_project")
    ),
    an(
        "D-21b",
        "vsa simplified",
        "changes[1].new_name",
        {"changes[1]": {"kind": "identity", "succession_proof": "p.pdf"}},
    ),
    an("D-20h", "vsa simplified", "security.unchanged", {"security": {"server": {"location_country": "BE"}}}),
    an("D-21c", "statbel extension", "changes[3].text", {"changes[3].text": REMOVED}),
    an("D-21d", "statbel extension", "changes[2].add", {"changes[2].add": []}),
    *(
        an("D-30b", "statbel new", missing, {**ART20, missing: REMOVED})
        for missing in (
            "applicant.dpo.email",
            "purpose.description",
            "access.categories",
            "legal_ground.communication",
            "delivery.method",
            "delivery.format",
            "rights.contact",
            "rights.limits",
        )
    ),
    an("D-30b", "statbel new", "applicant.dpo.name", {**ART20, "applicant.dpo": REMOVED}),
    an(
        "D-32d",
        "vsa new",
        "delegation.start",
        {"delegation": {**DELEGATION, "start": "2027-12-31", "end": "2027-01-01"}},
    ),
    an("D-38", "statbel aggregated", "tables[0].dimensions", {"tables[0].dimensions": []}),
    an("D-38", "statbel aggregated", "tables[0].risk.reason", {"tables[0].risk.reason": REMOVED}),
    *(an("D-36", "vsa new", "title", {"title": f"Vertrouwen {left} 2026"}) for left in ("{{", "}}", "{%", "%}", "XXX")),
)
LEAVES_ALONE = (
    an("D-01", "vsa new", "", {"purpose.kinds": ["policy_preparation", "statistical"]}),
    an(
        "D-01b",
        "statbel new",
        "",
        {
            "purpose.kinds": ["policy_preparation"],
            "purpose.independence_statement": "Onafhankelijk en transparant.",
        },
    ),
    an("D-01c", "statbel new", "", {"purpose.description": "Controlegroep en controlevariabelen in het model."}),
    an("D-02", "statbel new", "", {"applicant.recipient_category": "private_institution"}),
    an("D-02b", "statbel new", "", {"applicant.recipient_category": "federal_administration"}),
    an(
        "D-02c",
        "statbel new",
        "",
        {
            "applicant.kind": "international_organisation",
            "applicant.belgium_is_member": True,
        },
    ),
    an(
        "D-02d",
        "statbel new",
        "",
        {
            "applicant.kind": "research_institute",
            "applicant.recognition": {"statute_reference": "art. 2", "publications": "20", "independence": "ja"},
        },
    ),
    an("D-03", "statbel new", "", {"applicant.kind": "study_service"}),
    an("D-04", "statbel new", "", {"applicant.student": True, "applicant.kind": "university_college"}),
    an("D-05", "statbel extension", "", {}),
    an("D-05b", "vsa simplified", "", {}),
    an("D-06", "statbel extension", "", {}),
    an("D-07", "statbel aggregated", "", {}),
    an("D-08", "statbel new", "", {"datasets[0].variables": [{"name": "lonen_klasse"}]}),
    an("D-08b", "statbel new", "", {"datasets[1].motivation": None}),
    an("D-08c", "statbel extension", "", {}),
    an("D-08d", "statbel new", "", {"datasets[0].kind": "administrative"}),
    an("D-09", "statbel new", "", {"datasets[1].raw": False}),
    an("D-09b", "statbel new", "", {"datasets[0].supplier_conditions": None}),
    an("D-09c", "vsa new", "", {"datasets[0].editions": ["SV0001", "SV0015"]}),
    an("D-10", "statbel privileged", "", {}),
    an("D-10b", "statbel privileged", "", {"pseudonymised": True, "inr.necessity": None}),
    an("D-11", "statbel new", "", {"datasets[1].variables[1].name": "naamgeving van de straat"}),
    an(
        "D-11",
        "statbel new",
        "",
        {
            "datasets[1].variables[1]": {"name": "adres", "motivation": "m", "generalisation": "provincie"},
        },
    ),
    an(
        "D-12",
        "statbel new",
        "",
        {
            "datasets[1].variables[1]": {"name": "geboortedatum", "motivation": "m", "generalisation": "leeftijd"},
        },
    ),
    an(
        "D-12",
        "statbel new",
        "",
        {
            "datasets[1].variables[1]": {"name": "Gemeente", "motivation": "m"},
            "datasets[1].generalisation": [{"of": "gemeente", "to": "arrondissement"}],
        },
    ),
    an(
        "D-12b",
        "statbel new",
        "",
        {
            "datasets[1].variables[0].names": ["jaar", "gemeente"],
            "dpo_advice": {"conclusion": "favourable", "accepted_raw": [{"variable": "Gemeente", "reason": "nodig"}]},
        },
    ),
    an("D-13", "statbel new", "", {"linkage.third_parties": []}),
    an("D-13b", "statbel new", "", {"linkage": REMOVED}),
    an("D-13e", "statbel new", "", {"linkage": REMOVED}),
    an(
        "D-13e",
        "statbel new",
        "",
        {"datasets[0].source": "SILC (Income and Living Conditions)", "linkage.datasets": ["SILC"]},
    ),
    an("D-13c", "statbel new", "", {"linkage.direct_identifiers_to_researcher": False}),
    an("D-13d", "statbel new", "", {"datasets[2]": {"source": "facturen", "kind": "third_party"}}),
    an("D-14", "statbel extension", "", {"applicant.dpo": REMOVED}),
    an("D-14b", "statbel aggregated", "", {"applicant.security_adviser": REMOVED}),
    an("D-14c", "statbel new", "", {"applicant.security_adviser": REMOVED}),
    an("D-14d", "statbel new", "", {"partners": [{"name": "P", "receives_data": False}]}),
    an("D-15", "statbel new", "", {"security.server.location_country": "NO"}),
    an("D-15", "vsa simplified", "", {"security": {"unchanged": True}}),
    an("D-16", "statbel aggregated", "", {"access": {"categories": []}}),
    an("D-17", "statbel new", "", {"applicant.legal_representative": {"name": "Bea Beheer"}}),
    an(
        "D-17b",
        "statbel new",
        "",
        {
            "applicant.controller": REMOVED,
            "applicant.legal_representative": {"name": "Bea Beheer"},
        },
    ),
    an("D-17c", "vsa new", "", {"applicant.controller.function": "voorzitter"}),
    an("D-18", "statbel new", "", {"retention.until": REMOVED, "retention.months": 60}),
    an("D-18b", "vsa simplified", "", {"changes[0].until": REMOVED, "changes[0].months": 12}),
    an(
        "D-18c",
        "vsa new",
        "",
        {
            "retention.until": "2026-06-30",
            "dpo_advice": {"conclusion": "favourable"},
            "decision": {"outcome": "approved", "date": "2026-03-01"},
        },
    ),
    an("D-20", "statbel extension", "", {"base.number": "2024/001"}),
    an(
        "D-20b",
        "vsa simplified",
        "",
        {
            "changes[1]": {"kind": "identity", "new_name": "Nieuw", "succession_proof": "fusie.pdf"},
        },
    ),
    an("D-20c", "statbel extension", "", {"base.valid_until": "2026-11-23"}),
    an("D-20f", "statbel extension", "", {"base.document": "contract_amendment"}),
    an("D-20g", "statbel extension", "", {"base.approved": True}),
    an("D-20h", "vsa simplified", "", {"security": {"unchanged": True}}),
    an("D-20h", "statbel extension", "", {"security": {"server": {"location_country": "BE"}}}),
    an("D-20h", "vsa new", "", {}),
    an(
        "D-21",
        "vsa simplified",
        "",
        {
            "changes[1]": {
                "kind": "purpose",
                "text": "Meer.",
                "linked_to_original": True,
                "needed_for_original_project": True,
            },
        },
    ),
    an(
        "D-21b",
        "vsa simplified",
        "",
        {"changes[1]": {"kind": "identity", "new_name": "N", "succession_proof": "p.pdf"}},
    ),
    an(
        "D-21c",
        "vsa simplified",
        "",
        {
            "changes[1]": {
                "kind": "purpose",
                "text": "Meer.",
                "linked_to_original": True,
                "needed_for_original_project": True,
            },
        },
    ),
    an("D-21d", "statbel extension", "", {"changes[2].add[0].periods": ["2019"]}),
    an("D-24", "vsa new", "", {"delegation": DELEGATION}),
    an(
        "D-24b",
        "vsa new",
        "",
        {
            "applicant.legal_representative": {"name": "Bea Beheer"},
            "delegation": {**DELEGATION, "granted_by": {"name": "Bea Beheer"}},
        },
    ),
    an("D-24c", "vsa new", "", {"delegation": DELEGATION}),
    an("D-24d", "vsa new", "", {"delegation": {**DELEGATION, "end": "2026-11-23"}}, dossier("protocol.applicant")),
    an("D-29", "statbel new", "", {"dates.received": "2026-11-01", "dates.complete": "2026-11-02"}, FILED_IN_TIME),
    an("D-29", "statbel new", "", {"dates.received": "2026-11-01", "dates.complete": "2026-11-01"}),
    an(
        "D-29",
        "statbel new",
        "",
        {"dates.received": "2026-01-01", "dates.complete": "2026-01-01"},
        Dossier(built={"contract": date(2026, 1, 20)}),
    ),
    an("D-24e", "vsa new", "", {"delegation": DELEGATION}),
    an(
        "D-24f",
        "statbel new",
        "",
        {"applicant.security_adviser.name": "x"},  # the certificate's name may hold more than the case's
        dossier("security_declaration.security"),
    ),
    an("D-30", "vsa new", "", {"datasets[0].editions": []}),
    an("D-30", "statbel new", "", {"applicant.controller": REMOVED}),  # D-17b says it already
    an(
        "D-30b",
        "statbel new",
        "",
        ART20,
    ),
    an("D-30b", "statbel new", "", {**ART20, "applicant.dpo": {"name": "D", "phone": "+32 2 123 45 67"}}),
    an(
        "D-30b",
        "statbel new",
        "",
        {"legal_ground.art20_applies": True, "dates": {"received": "2018-09-03", "complete": "2018-09-04"}},
    ),
    an("D-31b", "statbel new", "", {**ART20, "decision": {"outcome": "refused", "date": "2026-11-20"}}),
    an(
        "D-31b",
        "statbel new",
        "",
        {
            "legal_ground.art20_applies": False,
            "dpo_advice": {"conclusion": "favourable"},
            "decision": {"outcome": "approved", "date": "2026-11-20"},
        },
    ),
    an("D-32", "vsa new", "", {"applicant.kbo": "0999000228"}),
    an("D-32", "vsa new", "", {"applicant.kbo": "0403019261"}),
    an("D-32b", "vsa new", "", {"applicant.kbo": REMOVED, "applicant.address.country": "NL"}),
    an("D-32c", "statbel new", "", {"datasets[0].reference_periods": ["2026"]}),
    an("D-32d", "vsa new", "", {"purpose.project_period": {"start": "2026-01-01", "end": "2026-01-01"}}),
    an("D-32e", "vsa new", "", {"dates.complete": "2026-02-02"}),
    an("D-32f", "vsa new", "", {"documents": {"protocol": {"number": "VSA/2026/014"}}}),
    an("D-34", "statbel privileged", "", {"applicant.privileged_body": "nbb_statistics"}),
    an(
        "D-35",
        "vsa new",
        "",
        {
            "dpo_advice": {"conclusion": "unfavourable"},
            "decision": {"outcome": "refused", "date": "2026-03-09"},
        },
    ),
    an(
        "D-35b",
        "vsa new",
        "",
        {
            "dpo_advice": {"conclusion": "favourable_with_conditions"},
            "deliberation": {"date": "2026-02-20", "extra_measures": ["Enkel provincie."]},
        },
    ),
    an("D-36", "vsa new", "", {"purpose.publication_plan": "Todos los resultados."}),
    an(
        "D-37",
        "statbel new",
        "",
        {
            "datasets[1].unit": "enterprise",
            "legal_ground.communication": "Individuele gegevens (Statistiekwet); voor persoonsgegevens de AVG.",
        },
    ),
    an("D-38", "statbel aggregated", "", {"tables[0].risk.level": "none"}),
    an("D-39", "statbel new", "", {"security.breach_procedure": {"notify_authority_hours": 72}}),
    an("D-01b", "vsa new", "", {"purpose.kinds": ["policy_preparation"]}),
    an("D-02c", "vsa new", "", {"applicant.kind": "international_organisation"}),
    an("D-02d", "vsa new", "", {"applicant.kind": "research_institute"}),
    an("D-04", "statbel new", "", {"applicant.student": True, "applicant.kind": "university"}),
    an("D-05", "vsa new", "", {"purpose.why_public_data_insufficient": REMOVED}),
    an("D-05b", "statbel new", "", {"purpose.why_public_data_insufficient": REMOVED}),
    an("D-06", "vsa new", "", {"purpose.publication_plan": REMOVED}),
    an("D-10b", "statbel new", "", {"pseudonymised": False}),
    an("D-11", "statbel privileged", "", {"datasets[1].variables[1]": {"name": "naam", "motivation": "m"}}),
    an("D-12", "statbel privileged", "", {"datasets[1].variables[1]": {"name": "gemeente", "motivation": "m"}}),
    an(
        "D-12",
        "statbel new",
        "",
        {"datasets[1].variables[1]": {"name": "gemeente", "motivation": "m"}, "dpo_advice.conclusion": "favourable"},
    ),
    an(
        "D-12b",
        "statbel privileged",
        "",
        {"datasets[1].variables[1]": {"name": "gemeente", "motivation": "m"}, "dpo_advice.conclusion": "favourable"},
    ),
    an("D-12b", "statbel new", "", {"datasets[1].variables[1]": {"name": "gemeente", "motivation": "m"}}),
    an("D-14", "vsa new", "", {"applicant.dpo": REMOVED}),
    an("D-14b", "vsa new", "", {"applicant.security_adviser": REMOVED}),
    an("D-14c", "vsa simplified", "", {"applicant.dpo": REMOVED}),
    an("D-14d", "vsa simplified", "", {"partners": [{"name": "P", "kind": "university"}]}),
    an("D-17b", "statbel extension", "", {"applicant": REMOVED}),
    an("D-17c", "vsa new", "", {"applicant.controller": REMOVED}),
    *(an("D-20c", name, "", {"base": {"number": "1", "approved": False}}) for name in ("vsa new", "statbel new")),
    an("D-20f", "vsa new", "", {"base": {"number": "1", "document": "application"}}),
    an(
        "D-24",
        "vsa new",
        "",
        {"delegation": {**DELEGATION, "proof": None}, "documents": {"delegation_proof": {"number": "1"}}},
    ),
    an("D-32b", "vsa simplified", "", {"applicant.kbo": REMOVED}),
    an("D-32b", "vsa new", "", {"applicant.kbo": REMOVED, "applicant.kind": "individual"}),
    an("D-39", "statbel new", "", {"security.breach_procedure": {"description": "Per telefoon."}}),
)
WITH_BASE = {"D-20d", "D-20e"}
"""Judged against an earlier case; their examples stand below."""


def found(example: Example, row_of: Rules | None = None) -> tuple[Finding, ...]:
    case = made(example.case, example.changes)
    return judge(case, office(case.case.office), row_of or rules(), example.dossier, TODAY)


def label(example: Example) -> str:
    return f"{example.rule} {example.case} {example.path or 'ok'}"


@pytest.mark.parametrize("name", COMPLETE)
def test_a_complete_case_of_every_procedure_has_no_findings(name: str) -> None:
    case = made(name)
    assert judge(case, office(case.case.office), rules(), Dossier(), TODAY) == ()


@pytest.mark.parametrize("example", FINDS, ids=label)
def test_a_rule_finds_what_breaks_it_at_the_line_to_change(example: Example) -> None:
    findings = [finding for finding in found(example) if finding.code == example.rule]
    assert [finding.place.path for finding in findings if finding.place].count(example.path) == 1
    row = rules().rule(example.rule)
    assert row is not None
    assert {finding.severity for finding in findings} == {row.level}


@pytest.mark.parametrize("example", LEAVES_ALONE, ids=label)
def test_a_rule_leaves_alone_what_keeps_it(example: Example) -> None:
    assert example.rule not in {finding.code for finding in found(example)}


def test_every_row_checked_on_the_case_has_examples_of_both_kinds() -> None:
    checked = {row.id for row in rules().rows if row.checked_by == "case"} - WITH_BASE
    assert {example.rule for example in FINDS} == checked
    assert {example.rule for example in LEAVES_ALONE} == checked


def test_every_rule_has_an_example_that_breaks_just_it() -> None:
    alone = {example.rule for example in FINDS if {finding.code for finding in found(example)} == {example.rule}}
    assert alone == {example.rule for example in FINDS}


@pytest.mark.parametrize("example", FINDS, ids=label)
def test_without_its_row_nothing_finds_it(example: Example) -> None:
    rest = replace(rules(), rows=tuple(row for row in rules().rows if row.id != example.rule))
    assert example.rule not in {finding.code for finding in found(example, rest)}


EARLIER = {
    **COMPLETE["vsa new"],
    "id": "VSA-0",
    "dpo_advice": {"conclusion": "favourable", "date": "2026-03-01"},
    "decision": {"outcome": "approved", "date": "2026-03-02"},
}
LATER = {
    **{name: COMPLETE["vsa simplified"][name] for name in ("schema", "office", "procedure", "language", "title")},
    "id": "VSA-9",
    "base": {"case": "VSA-0", "document": "protocol", "signed_on": "2026-03-20", "addendum_no": 1},
    "changes": [{"kind": "extension", "until": "2030-12-31", "motivation": "Uitloop."}],
    "dates": {"received": "2026-10-01", "complete": "2026-10-02"},
}


def codes_with_base(values: dict[str, Any], base: dict[str, Any]) -> dict[str, str]:
    case = located(values, base=base)
    findings = judge(case, office("vsa"), rules(), Dossier(), TODAY)
    return {finding.code: finding.place.path for finding in findings if finding.place}


def test_a_change_that_changes_nothing_else_has_no_findings() -> None:
    assert codes_with_base(LATER, EARLIER) == {}


def test_anything_else_that_differs_from_the_earlier_case_is_found() -> None:
    widened = {**LATER, "access": {"categories": ["iedereen"]}}
    assert codes_with_base(widened, EARLIER) == {"D-20d": "access.categories[0]"}


def test_what_an_earlier_change_changed_is_not_held_against_the_next_one() -> None:
    second = {**LATER, "id": "VSA-10", "base": {**LATER["base"], "case": "VSA-9", "addendum_no": 2}}
    amended = {
        **LATER,
        "dpo_advice": {"conclusion": "favourable", "date": "2026-10-05"},
        "decision": {"outcome": "approved", "date": "2026-10-06"},
    }
    case = located(second, base=amended, earlier=EARLIER)
    assert judge(case, office("vsa"), rules(), Dossier(), TODAY) == ()


def test_variables_of_a_data_set_that_was_never_granted_are_found() -> None:
    added = {"kind": "variables", "add": [{"dataset": "SCV-survey", "name": "vrije tijd", "motivation": "m"}]}
    assert codes_with_base({**LATER, "changes": [added]}, EARLIER) == {"D-20e": "changes[0].add[0].dataset"}
    added["add"] = [{"dataset": "SV-bevraging", "name": "vrije tijd", "motivation": "m"}]
    assert codes_with_base({**LATER, "changes": [added]}, EARLIER) == {}


def test_a_raw_variable_that_the_earlier_advice_accepted_is_not_asked_again() -> None:
    raw = {"name": "gemeente", "motivation": "m"}
    granted = {**EARLIER, "datasets": [{**EARLIER["datasets"][0], "variables": [raw]}]}
    granted["dpo_advice"] = {**granted["dpo_advice"], "accepted_raw": [{"variable": "gemeente", "reason": "r"}]}
    assert codes_with_base(LATER, granted) == {}
    added = {"kind": "variables", "add": [{"dataset": "SV-bevraging", "name": "postcode", "motivation": "m"}]}
    assert codes_with_base({**LATER, "changes": [added]}, granted) == {"D-12": "changes[0].add[0].name"}


def test_a_change_of_a_refused_case_is_found() -> None:
    refused = {**EARLIER, "dpo_advice": {"conclusion": "unfavourable"}, "decision": {"outcome": "refused"}}
    assert codes_with_base(LATER, refused)["D-20c"] == "base.case"


def test_a_procedure_the_office_does_not_have_is_found_with_the_nearest_one() -> None:
    case = made("vsa new", {"procedure": "nieuw"})
    (finding,) = judge(case, office("vsa"), rules(), Dossier(), TODAY)
    assert finding.code == "DG-C201"
    assert finding.parameters["near"] == "new"


def test_a_language_and_a_request_type_of_another_office_are_found() -> None:
    assert "DG-C202" in {
        f.code for f in judge(made("vsa new", {"language": "fr"}), office("vsa"), rules(), Dossier(), TODAY)
    }
    case = made("statbel new", {"request_type": "extension"})
    assert "DG-C203" in {f.code for f in judge(case, office("statbel"), rules(), Dossier(), TODAY)}


def test_the_most_serious_finding_comes_first() -> None:
    case = made("statbel new", {"applicant.controller.function": REMOVED, "pseudonymised": False})
    severities = [finding.severity for finding in judge(case, office("statbel"), rules(), Dossier(), TODAY)]
    assert severities == sorted(severities, reverse=True)
    assert {Severity.ERROR, Severity.WARNING} <= set(severities)


def test_a_case_is_judged_under_the_law_of_its_day() -> None:
    row = rules().rule("D-06")
    assert row is not None
    rows = tuple(row for row in rules().rows if row.id != "D-06")
    later = replace(rules(), rows=(*rows, row.model_copy(update={"valid_from": date(2026, 11, 20)})))
    silent = {"purpose.publication_plan": REMOVED}
    old, new = made("statbel new", silent), made("statbel new", {**silent, "dates.complete": "2026-11-20"})
    assert "D-06" not in {finding.code for finding in judge(old, office("statbel"), later, Dossier(), TODAY)}
    assert "D-06" in {finding.code for finding in judge(new, office("statbel"), later, Dossier(), TODAY)}


def test_what_is_missing_inside_a_field_is_said_instead_of_the_field() -> None:
    case = made("statbel new", {"retention": REMOVED, "access": REMOVED})
    paths = {f.place.path: f.code for f in judge(case, office("statbel"), rules(), Dossier(), TODAY) if f.place}
    assert paths == {"retention.until": "D-18", "retention.motivation": "D-18", "access.categories": "D-16"}


def test_a_rule_cites_the_source_of_the_office_it_judges() -> None:
    row = rules().rule("D-07")
    both = rules().rule("D-01")
    assert row is not None
    assert both is not None
    statbel, vsa = rules().ground(row, "statbel"), rules().ground(row, "vsa")
    assert (statbel.by_analogy, statbel.awaiting_legal_confirmation) == (False, False)
    assert (vsa.by_analogy, vsa.awaiting_legal_confirmation) == (True, True)
    assert vsa.citations == row.citation
    assert [[one.source for one in rules().ground(both, name).citations] for name in ("statbel", "vsa")] == [
        ["S0"],
        ["S1"],
    ]


def test_findings_say_by_which_office_they_judge() -> None:
    case = made("statbel new", {"pseudonymised": False})
    (finding,) = judge(case, office("statbel"), rules(), Dossier(), TODAY)
    assert finding.parameters["office"] == "statbel"

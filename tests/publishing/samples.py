"""Made-up publications for tests of the register."""

from __future__ import annotations

from pathlib import Path

from docgen.documents import RegisterEntry, sha256
from docgen.office.wording import Wording, read_wording
from docgen.publishing.site import Publisher

TOP = Path(__file__).parents[2]
NASTY = 'Smith & Co <B.V.> "de Ætå" \u202eevitcepsrep'
LANGUAGES = ("nl", "fr", "en")

OFFICES = {
    "statbel": Publisher(
        names={"nl": "Statbel", "fr": "Statbel", "en": "Statbel"},
        kinds={
            "contract": {"nl": "Vertrouwelijkheidscontract", "fr": "Contrat de confidentialité", "en": "Contract"},
            "dpo_advice": {"nl": "DPO-advies", "fr": "Avis du DPD", "en": "DPO advice"},
        },
        mailbox="dpo@statbel.example",
    ),
    "vsa": Publisher(
        names={"nl": "Vlaamse Statistische Autoriteit", "en": "Flemish Statistical Authority"},
        kinds={
            "protocol": {"nl": "Protocol", "fr": "Protocole", "en": "Protocol"},
            "addendum": {"nl": "Addendum"},
        },
        mailbox="dpo@vsa.example",
    ),
}


def entry(case: str, kind: str, lang: str = "nl", **more: object) -> RegisterEntry:
    office = case.split("-")[0].lower()
    values: dict[str, object] = {
        "case": case,
        "kind": kind,
        "lang": lang,
        "office": office,
        "office_name": OFFICES[office].name(lang),
        "title": f"{OFFICES[office].kind(kind, lang)} over de mededeling van individuele gegevens",
        "project": "Betaalbaarheid van wonen en gezondheid van huishoudens",
        "applicant": "Voorbeelduniversiteit",
        "number": case[-8:].replace("-", "/"),
        "signed_on": "2026-02-03",
        "file": f"{case}.{kind}.{lang}.pdf",
        "pages": 7,
        "size": 182_345,
        "digest": sha256(f"{case}{kind}{lang}".encode()),
        "source_digest": sha256(f"source {case}{kind}{lang}".encode()),
        "signatories": (
            ("Verwerkingsverantwoordelijke van de aanvrager", "2026-01-28"),
            ("Directeur-generaal", "2026-02-03"),
        ),
        "summary": "Onderzoek naar de gevolgen van woonkosten voor de gezondheid van huishoudens met een laag inkomen.",
        "datasets": ("SILC 2004-2018", "Census 2011", "Demografische gegevens"),
        "retention": "Tot en met 31 december 2029, daarna worden de gegevens vernietigd.",
        "published_on": "2026-02-10",
    }
    return RegisterEntry(**{**values, **more})  # type: ignore[arg-type]


def entries() -> tuple[RegisterEntry, ...]:
    return (
        entry("STATBEL-2026-001", "contract"),
        entry(
            "STATBEL-2026-001",
            "dpo_advice",
            signed_on="2026-01-15",
            signatories=(("Directeur-generaal", "2026-01-15"),),
            pages=3,
            size=98_000,
        ),
        entry(
            "VSA-2026-001",
            "protocol",
            project="Levenstevredenheid en mantelzorg in Vlaanderen",
            applicant="Voorbeeldhogeschool",
            datasets=("SV-bevraging 2023-S1", "SV-bevraging 2024-S2"),
            signed_on="2026-03-12",
            signatories=(
                ("Verwerkingsverantwoordelijke van de aanvrager", "2026-03-02"),
                ("Hoofdstatisticus", "2026-03-12"),
            ),
        ),
        entry(
            "VSA-2025-014",
            "protocol",
            project="Vertrouwen in de overheid: een meerjarige vergelijking tussen steden en landelijke gemeenten",
            applicant=NASTY,
            signed_on="2025-06-30",
            published_on="2025-07-02",
        ),
        entry(
            "VSA-2025-014",
            "addendum",
            project="Vertrouwen in de overheid: een meerjarige vergelijking tussen steden en landelijke gemeenten",
            applicant=NASTY,
            signed_on="2025-11-05",
            published_on="2025-11-06",
            amends="2025/014",
        ),
        entry(
            "STATBEL-2025-008",
            "contract",
            "fr",
            project="Mobilité résidentielle et accès à l'emploi",
            applicant="Université Exemple",
            title="Contrat de confidentialité relatif à la communication de données",
            summary="Étude des effets de la mobilité résidentielle sur l'accès à l'emploi.",
            datasets=("Enquête sur les forces de travail 2019-2023",),
            retention="Jusqu'au 31 décembre 2028.",
            signed_on="2025-03-01",
            published_on="2025-03-04",
            withdrawn_on="2025-09-01",
            withdrawn_reason="Le projet a été arrêté par le demandeur.",
        ),
    )


def site_templates() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (TOP / "templates" / "site").iterdir()}


def wording() -> Wording:
    folder = TOP / "templates" / "wording"
    files = [*(folder / f"{lang}.yaml" for lang in LANGUAGES), folder / "parts/site.yaml", folder / "parts/audit.yaml"]
    return read_wording({str(path.relative_to(TOP)): path.read_bytes() for path in files})

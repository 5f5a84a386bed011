"""The words the builder itself puts into a template, by language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What is not in any source text: numbering, footers, headers of field and signature tables."""

    locale: str
    article: str
    annex: str
    page: str
    of: str
    field: str
    value: str
    signatory: str
    signature: str
    on_behalf_of: str
    number: str
    table_of: str
    signature_table: str
    review_notice: str
    """For the document's properties; `{office}` is the name of the office."""
    style_names: dict[str, str]
    """Names of our own styles, by role, as Word shows them."""


WORDS = {
    "nl": Words(
        locale="nl-BE",
        article="Artikel",
        annex="Bijlage",
        page="Pagina",
        of="van",
        field="Gegeven",
        value="Waarde",
        signatory="Ondertekenaar",
        signature="Elektronische handtekening",
        on_behalf_of="namens",
        number="nr.",
        table_of="Tabel bij “{title}”, met een kopregel op elke pagina.",
        signature_table="Een rij voor elke ondertekenaar, in de volgorde van ondertekening, met ruimte voor het "
        "zichtbare merk van de elektronische handtekening.",
        review_notice="Eerste versie, in afwachting van juridisch nazicht. Geen officiële tekst van {office}.",
        style_names={
            "lead": "Inleiding",
            "body_after": "Tekst na tabel",
            "closing": "Slotformule",
            "closing_after": "Slotformule na tabel",
            "clause": "Clausule",
            "clause_after": "Clausule na tabel",
            "letter": "Clausule letter",
            "heading_plain": "Kop zonder nummer",
            "annex": "Bijlage",
            "note": "Opmerking",
            "cell": "Tabeltekst",
            "cell_head": "Tabelkop",
            "cell_bullet": "Tabelopsomming",
            "check": "Keuzevak",
            "label": "Veldnaam",
            "party": "Ondertekenaar",
            "sign": "Handtekening",
            "letterhead": "Briefhoofd",
            "letterhead_line": "Briefhoofd regel",
            "instruction": "Sjabloonopdracht",
            "grid": "Gegevenstabel",
            "fields": "Veldtabel",
            "signatures": "Handtekeningtabel",
        },
    ),
    "fr": Words(
        locale="fr-BE",
        article="Article",
        annex="Annexe",
        page="Page",
        of="sur",
        field="Donnée",
        value="Valeur",
        signatory="Signataire",
        signature="Signature électronique",
        on_behalf_of="au nom de",
        number="n°",
        table_of="Tableau sous « {title} », avec une ligne d’en-tête sur chaque page.",
        signature_table="Une ligne par signataire, dans l’ordre de signature, avec un espace pour la marque visible de "
        "la signature électronique.",
        review_notice="Première version, en attente de relecture juridique. Texte non officiel de {office}.",
        style_names={
            "lead": "Introduction",
            "body_after": "Texte après tableau",
            "closing": "Formule finale",
            "closing_after": "Formule finale après tableau",
            "clause": "Clause",
            "clause_after": "Clause après tableau",
            "letter": "Clause lettre",
            "heading_plain": "Titre sans numéro",
            "annex": "Annexe",
            "note": "Remarque",
            "cell": "Texte de tableau",
            "cell_head": "En-tête de tableau",
            "cell_bullet": "Puce de tableau",
            "check": "Case à cocher",
            "label": "Nom de champ",
            "party": "Signataire",
            "sign": "Signature",
            "letterhead": "En-tête de l’office",
            "letterhead_line": "En-tête ligne",
            "instruction": "Instruction de modèle",
            "grid": "Tableau de données",
            "fields": "Tableau de champs",
            "signatures": "Tableau de signatures",
        },
    ),
}

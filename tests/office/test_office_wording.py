"""Wording: the same keys in three languages, a sentence for every code, and no sentence that nothing says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docgen.errors import ContentInvalid
from docgen.office.paths import all_fields, enumerations, without_indexes
from docgen.office.profile import read_office
from docgen.office.rules import read_rules
from docgen.office.wording import LANGUAGES, Wording, placeholders, read_wording

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"""["'](DG-[A-Z]\d{3}|D-\d{2}[a-z]?)["']""")


def contents(folder: str) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted((ROOT / "templates" / folder).rglob("*.yaml"))}


@pytest.fixture(scope="module")
def wording() -> Wording:
    return read_wording(contents("wording"))


def codes_in_source() -> set[str]:
    return {code for file in (ROOT / "src").rglob("*.py") for code in CODE.findall(file.read_text(encoding="utf-8"))}


def test_every_code_of_the_program_and_every_rule_has_a_sentence(wording: Wording) -> None:
    rows = {row.message or row.id for row in read_rules(contents("rules")).rows}
    assert codes_in_source() | rows <= wording.codes


def test_no_sentence_waits_for_a_code_that_nothing_uses(wording: Wording) -> None:
    rows = {row.message or row.id for row in read_rules(contents("rules")).rows}
    said = {code for code in wording.codes if CODE.fullmatch(f'"{code}"')}
    assert said <= codes_in_source() | rows


def test_the_three_languages_have_the_same_words_fields_and_labels(wording: Wording) -> None:
    for section in ("words", "fields", "labels"):
        keys = {lang: set(getattr(wording.languages[lang], section)) for lang in LANGUAGES}
        assert keys["nl"] == keys["fr"] == keys["en"], section
    for path in wording.languages["nl"].labels:
        assert set(wording.labels(path, "nl")) == set(wording.labels(path, "fr")) == set(wording.labels(path, "en")), (
            path
        )


def test_a_sentence_uses_the_same_parameters_in_every_language(wording: Wording) -> None:
    for code in wording.codes:
        rows = [wording.sentences[code, lang] for lang in LANGUAGES]
        used = {frozenset(placeholders(row.text) | placeholders(row.remedy or "")) for row in rows}
        assert len(used) == 1, code
        assert len({bool(row.remedy) for row in rows}) == 1, code


def test_every_field_has_a_name_and_no_name_is_for_nothing(wording: Wording) -> None:
    for lang in LANGUAGES:
        names = wording.languages[lang].fields
        ends = {path: [path.split(".", n)[-1] for n in range(path.count(".") + 1)] for path in all_fields()}
        used = {path: next((end for end in tails if end in names), None) for path, tails in ends.items()}
        assert [path for path, end in used.items() if end is None] == []
        assert set(names) <= {end for end in used.values() if end}


def test_every_value_of_every_enumeration_has_a_label(wording: Wording) -> None:
    for path, choices in enumerations().items():
        for lang in LANGUAGES:
            assert set(wording.labels(path, lang)) == set(choices), (path, lang)


def test_every_kind_and_slot_of_the_offices_has_a_label(wording: Wording) -> None:
    for name in ("vsa", "statbel"):
        office = read_office((ROOT / "templates" / name / "office.yaml").read_bytes(), name)
        assert set(office.kinds) <= set(wording.labels("document.kind", "nl"))
        assert {slot for kind in office.kinds.values() for slot in kind.slot_names} <= set(
            wording.labels("document.slot", "nl")
        )


def part(text: str) -> Wording:
    return read_wording({"parts/x.yaml": text.encode(), **contents("wording")})


def test_parameters_are_said_in_the_language_of_the_sentence() -> None:
    ours = part(
        "T-1:\n"
        "  nl: {text: 'Van {field|field} op {day|date}: {kinds|label:purpose.kinds}; {{ja}} {what|fact}'}\n"
        "  fr: {text: 'De {field|field} le {day|date}: {kinds|label:purpose.kinds}'}\n"
        "  en: {text: '{x|list}', remedy: '{y}'}\n"
    )
    words = {
        "field": "applicant.controller.email",
        "day": "2026-11-23",
        "kinds": "scientific, statistical",
        "what": "signed:protocol.applicant",
        "x": "a, b, c",
    }
    assert ours.say("T-1", "nl", words).text == (
        "Van e-mailadres op 23 november 2026: wetenschappelijk onderzoek en statistisch onderzoek; {ja} "
        "handtekening op “protocol” (aanvrager)"
    )
    assert ours.say("T-1", "fr", words).text == (
        "De adresse de courriel le 23 novembre 2026: recherche scientifique et recherche statistique"
    )
    assert ours.say("T-1", "en", words).text == "a, b and c"
    assert ours.say("T-1", "en", words).remedy == ""


def test_ways_of_handing_in_the_same_are_all_said(wording: Wording) -> None:
    said = wording.fact("received:delegation.proof|complete:delegation_proof", "en")
    assert said == "received file: proof of delegation, or all signatures on “proof of power of attorney”"


def test_a_value_is_never_taken_for_a_placeholder(wording: Wording) -> None:
    said = wording.say("D-36", "nl", {"value": "{field.__class__} {value}"}).text
    assert "{field.__class__} {value}" in said


def test_the_first_of_a_month_has_its_own_number_in_french(wording: Wording) -> None:
    said = [wording.date("2026-06-01", lang) for lang in LANGUAGES] + [wording.date("2026-06-11", "fr")]
    assert sorted(said) == ["1 June 2026", "1 juni 2026", "11 juin 2026", "1er juin 2026"]


def test_what_has_no_sentence_is_said_as_itself(wording: Wording) -> None:
    assert wording.say("DG-X999", "nl").text == "DG-X999"
    assert wording.label("purpose.kinds", "unheard_of", "fr") == "unheard_of"
    assert wording.field("nowhere.at_all", "en") == "at_all"


def test_indexes_are_no_part_of_a_field(wording: Wording) -> None:
    assert without_indexes("datasets[0].variables[12].motivation") == "datasets.variables.motivation"
    assert wording.field("datasets[0].kind", "nl") == "soort gegevens"
    assert wording.label("datasets[3].kind", "survey", "en") == "survey"
    assert wording.label("partners[0].kind", "university", "fr") == "université"


def test_one_code_in_two_files_and_a_language_too_few_are_refused() -> None:
    whole = "T-1: {nl: a, fr: b, en: c}\n"
    with pytest.raises(ContentInvalid) as twice:
        read_wording({"a.yaml": whole.encode(), "b.yaml": whole.encode()})
    assert [finding.code for finding in twice.value.findings] == ["DG-O106"]
    with pytest.raises(ContentInvalid) as missing:
        read_wording({"a.yaml": b"T-1: {nl: a, fr: b}\n"})
    assert [(finding.code, str(finding.place)) for finding in missing.value.findings] == [("DG-O104", "a.yaml:1:1")]


def test_values_to_choose_from_stand_with_their_names(wording: Wording) -> None:
    found = {"value": "onderzoek", "allowed": "scientific, statistical", "field": "purpose.kinds"}
    remedy = wording.say("DG-C122", "nl", found).remedy
    assert remedy == "Kies uit: scientific (wetenschappelijk onderzoek), statistical (statistisch onderzoek)."
    assert wording.say("DG-C122", "fr", {"allowed": "SILC", "field": "datasets.source"}).remedy.endswith(" : SILC.")


def test_an_outline_holds_no_english_words_in_other_languages(wording: Wording) -> None:
    assert wording.outline("DG-C120", "nl").text == "Het veld … is leeg."
    assert wording.outline("DG-C120", "en").text == "The field …name… is empty."


def test_french_has_the_apostrophe_of_print_however_it_was_typed() -> None:
    wording = read_wording(
        {
            "fr.yaml": 'words: {and: et}\nfields: {title: "titre de l\'étude"}\n'.encode(),
            "a.yaml": (
                b'X-1: {nl: "zo\'n", fr: {text: "L\'avis n\'est pas l\'{x}", remedy: "\'tel\' quel"}, en: "don\'t"}\n'
            ),
        }
    )
    assert wording.say("X-1", "fr", {"x": "d'or"}).text == "L’avis n’est pas l’d'or"
    assert wording.say("X-1", "fr").remedy == "'tel' quel"
    assert (wording.text("X-1", "nl"), wording.text("X-1", "en")) == ("zo'n", "don't")
    assert wording.field("title", "fr") == "titre de l’étude"


def test_no_french_sentence_of_the_project_mixes_its_apostrophes(wording: Wording) -> None:
    said = [row for (_, lang), row in wording.sentences.items() if lang == "fr"]
    words = [text for row in said for text in (row.text, row.remedy, row.more) if text]
    assert len(words) > 500
    assert [text for text in words if re.search(r"\w'\w", text)] == []

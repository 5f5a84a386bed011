"""The audit finds every planted leftover, passes a clean copy, and never calls a check passed that did not run."""

from __future__ import annotations

import functools
import io
import json
import time
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name, String

from docgen.documents import AuditReport, sha256
from docgen.publishing.audit import Limits, Pattern, Policy, audit, run
from docgen.publishing.audit.der import walk
from docgen.publishing.audit.evidence import Evidence
from docgen.publishing.audit.needles import secrets_of
from publishing import builders, plants
from publishing.plants import NUMBER, clean_copy, edited

LIMITS = Limits()


@functools.cache
def copy_of(base: bytes) -> bytes:
    return clean_copy(base)


def codes(report: AuditReport) -> set[str]:
    return {finding.code for finding in report.findings}


def failed(report: AuditReport) -> set[str]:
    return {name for name, outcome in report.checks if outcome != "passed"}


# --- what passes ------------------------------------------------------------------------------------------------------


def test_clean_copy_passes_against_its_signed_source(contract_pdf: bytes) -> None:
    signed, copy = builders.signed_pdf(contract_pdf), copy_of(contract_pdf)
    report = audit(copy, source=signed, private_values=["geheim@example.test"])
    assert report.ok, (report.checks, report.findings)
    assert report.digest == sha256(copy)
    assert report.source_digest == sha256(signed)
    assert report.needles > 100


def test_copy_with_object_streams_passes(contract_pdf: bytes) -> None:
    packed = edited(copy_of(contract_pdf), lambda pdf: None, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert audit(packed, source=builders.signed_pdf(contract_pdf)).ok


def test_pdf_from_elsewhere_is_audited_without_source(contract_pdf: bytes) -> None:
    report = audit(copy_of(contract_pdf), source=None)
    assert report.ok
    assert report.needles == 0
    assert "no_secrets_of_source" not in dict(report.checks)


def test_report_is_stable(contract_pdf: bytes) -> None:
    signed = builders.signed_pdf(contract_pdf)
    assert audit(signed, source=signed) == audit(signed, source=signed)


# --- the signed file itself -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("archive", [True, False])
def test_signed_file_fails_every_way(contract_pdf: bytes, archive: bool) -> None:
    signed = builders.signed_pdf(contract_pdf, archive=archive)
    report = audit(signed, source=signed)
    assert failed(report) >= {
        "one_revision",
        "no_forbidden_keys",
        "everything_in_use",
        "no_cryptography",
        "no_secrets_of_source",
        "names_only_on_pages",
        "national_numbers_absent",
    }


def test_signatures_are_found_without_the_source(contract_pdf: bytes) -> None:
    report = audit(builders.signed_pdf(contract_pdf), source=None)
    assert {"no_cryptography", "no_forbidden_keys", "national_numbers_absent"} <= failed(report)


def test_secrets_come_from_time_stamps_and_the_security_store_too(contract_pdf: bytes) -> None:
    short = secrets_of(builders.signed_pdf(contract_pdf, archive=False), LIMITS)
    long = secrets_of(builders.signed_pdf(contract_pdf), LIMITS)
    assert short.signatures == 2
    assert long.signatures == 3
    assert len(long.anywhere) > len(short.anywhere)
    forms = {needle.data for needle in long.anywhere if needle.is_text}
    assert NUMBER.encode() in forms


def test_ordinary_removal_leaks(contract_pdf: bytes) -> None:
    """Taking the form and the security store out, as common tools do, leaves the file full of certificates."""

    def naive(pdf: pikepdf.Pdf) -> None:
        for key in ("/AcroForm", "/DSS", "/Perms"):
            if key in pdf.Root:
                del pdf.Root[key]

    signed = builders.signed_pdf(contract_pdf)
    report = audit(edited(signed, naive), source=signed)
    assert {"no_secrets_of_source", "no_cryptography", "national_numbers_absent"} <= failed(report)


# --- one leftover at a time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", plants.NUMBERS)
def test_identity_number_of_a_signer_is_found(contract_pdf: bytes, way: str) -> None:
    leaking = plants.NUMBERS[way](copy_of(contract_pdf))
    report = audit(leaking, source=builders.signed_pdf(contract_pdf, archive=False))
    assert "DG-L201" in codes(report), (way, report.findings)
    assert not report.ok
    assert NUMBER not in repr(report)


READ_BY_PEOPLE = (
    "plain string",
    "dotted",
    "spaces",
    "dashes",
    "slashes",
    "dotted UTF-16",
    "alternative text",
    "named destination",
    "name",
    "font name",
    "object stream",
    "marked content",
    "kerned",
    "content comment",
    "unreferenced object",
    "unreferenced compressed stream",
    "comment between objects",
    "behind the end",
    "before the header",
    "trailer",
)


@pytest.mark.parametrize("way", READ_BY_PEOPLE)
def test_number_of_anyone_is_found_by_its_check_digits(contract_pdf: bytes, way: str) -> None:
    report = audit(plants.NUMBERS[way](copy_of(contract_pdf)), source=None)
    assert "DG-L301" in codes(report), (way, report.findings)


@pytest.mark.parametrize("place", [p for p in builders.PLACES if p != "image_tail"])
def test_private_value_is_found_in_every_hiding_place(contract_pdf: bytes, place: str) -> None:
    content = builders.planted(place, contract_pdf)
    report = audit(content, source=None, private_values=[builders.CANARY])
    assert "DG-L202" in codes(report), (place, report.findings)
    assert builders.CANARY not in repr(report)


def test_part_of_a_certificate_is_enough(contract_pdf: bytes) -> None:
    signed, copy = builders.signed_pdf(contract_pdf), copy_of(contract_pdf)
    der = builders.signatories()[0].certificate.dump()
    for part in (der[:90], der[200:300], der[-80:]):
        leaking = edited(copy, lambda pdf, part=part: pdf.Root.OutputIntents[0].__setattr__("Note", String(part)))
        assert "no_secrets_of_source" in failed(audit(leaking, source=signed))


@pytest.mark.parametrize("encode", [bytes, lambda der: der.hex().encode(), lambda der: plants.base64.encodebytes(der)])
def test_certificate_is_found_in_other_encodings(contract_pdf: bytes, encode: Callable[[bytes], bytes]) -> None:
    der = encode(builders.signatories()[0].certificate.dump())

    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OutputIntents[0].Note = pdf.make_stream(der)

    report = audit(edited(copy_of(contract_pdf), edit), source=builders.signed_pdf(contract_pdf))
    assert "no_secrets_of_source" in failed(report)


def test_fingerprint_of_a_certificate_is_found(contract_pdf: bytes) -> None:
    fingerprint = builders.signatories()[0].certificate.sha1.hex()

    def edit(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Outlines.First.Title = String(":".join(fingerprint[i : i + 2] for i in range(0, 40, 2)))

    report = audit(edited(copy_of(contract_pdf), edit), source=builders.signed_pdf(contract_pdf))
    assert "DG-L201" in codes(report)


def test_name_may_stand_on_a_page_but_nowhere_else(contract_pdf: bytes) -> None:
    signed = builders.signed_pdf(contract_pdf)
    name = builders.SIGNERS[1]

    def on_page(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Resources.Font["/FMark"] = builders.embedded_font(pdf)
        text = f"/Artifact BMC BT /FMark 9 Tf 60 60 Td {builders.encoded(name)} Tj ET EMC"
        pdf.pages[0].contents_add(f"\nq {text} Q\n".encode())
        pdf.Root.Outlines.First.Title = String(f"Handtekening {name}")

    visible = edited(copy_of(contract_pdf), on_page)
    assert audit(visible, source=signed).ok

    hidden = edited(visible, lambda pdf: pdf.Root.OutputIntents[0].__setattr__("Info", String(name)))
    assert failed(audit(hidden, source=signed)) == {"names_only_on_pages"}

    only_in_title = edited(
        copy_of(contract_pdf), lambda pdf: pdf.Root.Outlines.First.__setattr__("Title", String(name))
    )
    assert failed(audit(only_in_title, source=signed)) == {"names_only_on_pages"}


# --- how the file is built --------------------------------------------------------------------------------------------


def _updated(content: bytes) -> bytes:
    writer = builders.IncrementalPdfFileWriter(io.BytesIO(content))
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


STRUCTURE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "second revision": (_updated, "DG-L104"),
    "bytes behind the end": (lambda content: content + b"x", "DG-L103"),
    "second end mark": (lambda content: content + b"%%EOF\n", "DG-L102"),
    "bytes before the header": (lambda content: b"junk\n" + content, "DG-L105"),
    "words between objects": (lambda c: c.replace(b"startxref", b"hello\nstartxref"), "DG-L105"),
    "comment": (lambda c: c.replace(b"startxref", b"%hello\nstartxref"), "DG-L106"),
    "words behind the end mark": (lambda c: c.replace(b"%%EOF", b"%%EOF hello"), "DG-L103"),
    "object nothing refers to": (lambda c: c.replace(b"startxref", b"9999 0 obj null endobj\nstartxref"), "DG-L114"),
    "object outside the table": (lambda c: c.replace(b"startxref", b"9999 0 obj null endobj\nstartxref"), "DG-L116"),
    "object twice": (lambda c: c.replace(b"startxref", b"1 0 obj null endobj\nstartxref"), "DG-L115"),
    "unknown filter": (lambda c: c.replace(b"/FlateDecode", b"/FlateDecodf", 1), "DG-L107"),
    "encrypted": (
        lambda c: edited(
            c, lambda pdf: None, deterministic_id=False, encryption=pikepdf.Encryption(owner="o", user="")
        ),
        "DG-L110",
    ),
    "no PDF": (lambda c: b"hello", "DG-L001"),
    "cut off": (lambda c: c[: len(c) // 2], "DG-L102"),
}


@pytest.mark.parametrize("defect", STRUCTURE)
def test_defect_of_the_file_is_found(contract_pdf: bytes, defect: str) -> None:
    spoil, code = STRUCTURE[defect]
    report = audit(spoil(copy_of(contract_pdf)), source=None)
    assert code in codes(report), report.findings
    assert not report.ok


def _catalog(key: str) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: pdf.Root.__setitem__(key, Dictionary())


@pytest.mark.parametrize("key", ["/AcroForm", "/DSS", "/Perms", "/OpenAction", "/AA", "/AF", "/OCProperties"])
def test_forbidden_key_is_found(contract_pdf: bytes, key: str) -> None:
    for mode in (pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate):
        report = audit(edited(copy_of(contract_pdf), _catalog(key), object_stream_mode=mode), source=None)
        assert [dict(f.parameters)["key"] for f in report.findings if f.code == "DG-L111"] == [key]


def test_key_spelled_with_escapes_is_found(contract_pdf: bytes) -> None:
    spelled = copy_of(contract_pdf).replace(b"/MarkInfo", b"/#4AS    ", 1)
    assert "DG-L111" in codes(audit(spelled, source=None))


def test_metadata_of_a_page_and_info_are_found(contract_pdf: bytes) -> None:
    page = edited(
        copy_of(contract_pdf),
        lambda pdf: pdf.pages[0].obj.__setitem__(
            "/Metadata", pdf.make_stream(b"<x/>", Type=Name.Metadata, Subtype=Name.XML)
        ),
    )
    assert "DG-L113" in codes(audit(page, source=None))
    info = edited(copy_of(contract_pdf), lambda pdf: pdf.docinfo.__setitem__("/Author", "x"))
    assert "DG-L112" in codes(audit(info, source=None))


def test_author_in_xmp_is_found(contract_pdf: bytes) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:creator"] = ["Rik"]

    finding = next(f for f in audit(edited(copy_of(contract_pdf), edit), source=None).findings if f.code == "DG-L118")
    assert "creator" in finding.parameters["properties"]


@pytest.mark.parametrize(
    "segments", [((0xE1, b"Exif\x00\x00x"),), ((0xED, b"Photoshop"),), ((0xFE, b"x"),), ((0xE0, b"JFXX\x00"),)]
)
def test_metadata_of_a_picture_is_found(contract_pdf: bytes, segments: tuple[tuple[int, bytes], ...]) -> None:
    report = audit(_with_picture(contract_pdf, builders.jpeg(*segments)), source=None)
    assert "DG-L120" in codes(report)


def test_bytes_behind_a_picture_are_found_and_a_bare_picture_passes(contract_pdf: bytes) -> None:
    assert "DG-L120" in codes(audit(_with_picture(contract_pdf, builders.jpeg(tail=b"more")), source=None))
    assert audit(_with_picture(contract_pdf, builders.jpeg()), source=None).ok


def _with_picture(base: bytes, photo: bytes) -> bytes:
    def edit(pdf: pikepdf.Pdf) -> None:
        image = pdf.make_stream(photo, Type=Name.XObject, Subtype=Name.Image, Width=16, Height=16, BitsPerComponent=8)
        image.ColorSpace = Name.DeviceRGB
        image.write(photo, filter=Name.DCTDecode)
        pdf.pages[0].obj.Resources.XObject = Dictionary(Im0=image)

    return edited(copy_of(base), edit)


def test_bytes_behind_the_end_of_compressed_data_are_found(contract_pdf: bytes) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        data = plants.zlib.compress(b"harmless") + NUMBER.encode()
        stream = pdf.make_stream(b"")
        stream.write(data, filter=Name.FlateDecode)
        pdf.Root.OutputIntents[0].Note = stream

    report = audit(
        edited(copy_of(contract_pdf), edit, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none),
        source=builders.signed_pdf(contract_pdf, archive=False),
    )
    assert {"DG-L108", "DG-L201", "DG-L301"} <= codes(report)


PROGRAMS_OWN = ("font_descriptor", "output_intent_note", "private_tag_key", "unreferenced", "marked_point")


@pytest.mark.parametrize("place", PROGRAMS_OWN)
def test_note_of_a_program_is_found_without_knowing_what_it_says(contract_pdf: bytes, place: str) -> None:
    content = clean_copy(builders._edited(contract_pdf, builders._PLANTS[place]))
    report = audit(content, source=builders.signed_pdf(contract_pdf, archive=False))
    assert failed(report) - {"metadata_in_one_place"} == {"known_keys_only"}
    assert builders.CANARY not in repr(report)
    elsewhere = audit(content, source=None)
    assert "known_keys_only" not in failed(elsewhere)
    assert "DG-L121" in codes(elsewhere)


def test_invisible_text_is_shown_to_a_person(contract_pdf: bytes) -> None:
    report = audit(plants._in_content(b"BT 3 Tr (x) Tj ET")(copy_of(contract_pdf)), source=None)
    assert report.ok
    assert "DG-L122" in codes(report)


# --- patterns ---------------------------------------------------------------------------------------------------------


def _titled(base: bytes, words: str) -> bytes:
    return edited(copy_of(base), lambda pdf: pdf.Root.Outlines.First.__setattr__("Title", String(words)))


@pytest.mark.parametrize(
    "number", ["93051822361", "17.07.30-033.84", "98.47.28-997.65", "01 49 07 001 85", "8 5 . 0 7 . 3 0 - 0 3 3 . 2 8"]
)
def test_national_and_bis_numbers_are_found(contract_pdf: bytes, number: str) -> None:
    assert "DG-L301" in codes(audit(_titled(contract_pdf, f"Ref. {number}, zie"), source=None))


@pytest.mark.parametrize("number", ["12345678901", "73040102750", "0403.019.261", "2018 2019 2020 2021"])
def test_other_numbers_are_not(contract_pdf: bytes, number: str) -> None:
    assert audit(_titled(contract_pdf, f"Ref. {number}, zie"), source=None).ok


def test_digest_of_the_original_is_no_number(contract_pdf: bytes) -> None:
    """A copy prints the SHA-256 of its original, in which eleven digits may look like a number."""
    digest = f"ab{NUMBER}c" + "0a" * 25
    assert audit(_titled(contract_pdf, f"SHA-256: {digest}"), source=None).ok
    assert not audit(_titled(contract_pdf, f"SHA-256: {digest}a"), source=None).ok


def test_accounts_block_and_contacts_are_for_a_person_to_judge(contract_pdf: bytes) -> None:
    account = audit(_titled(contract_pdf, "BE68 5390 0754 7034 betalen"), source=None)
    assert failed(account) == {"accounts_absent"}
    contact = audit(_titled(contract_pdf, "rik@example.test, 02 555 12 34"), source=None)
    assert contact.ok
    assert {"DG-L303", "DG-L304"} <= codes(contact)
    strict = Policy(forbidden=frozenset(Pattern), public_values=("dpo@example.test",))
    assert failed(audit(_titled(contract_pdf, "rik@example.test"), source=None, policy=strict)) == {"contacts_known"}
    assert audit(_titled(contract_pdf, "dpo@example.test"), source=None, policy=strict).ok


@pytest.mark.parametrize("number", ["0999.000.129", "KBO 0999.000.228", "BE 0999.000.129", "0999000129"])
def test_an_enterprise_number_is_no_telephone_number(contract_pdf: bytes, number: str) -> None:
    assert "DG-L304" not in codes(audit(_titled(contract_pdf, f"Instelling ({number}), zetel"), source=None))


@pytest.mark.parametrize("number", ["0999.000.128", "02 555 12 34", "0470 12 34 60", "+32 470 12 34 60", "0470123465"])
def test_what_only_resembles_an_enterprise_number_is_still_shown_to_a_person(contract_pdf: bytes, number: str) -> None:
    assert "DG-L304" in codes(audit(_titled(contract_pdf, f"Bel {number}, elke dag"), source=None))


# --- what could not be checked ----------------------------------------------------------------------------------------


def test_check_that_raises_is_not_run_and_the_report_not_ok(
    contract_pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(evidence: Evidence) -> object:
        raise RuntimeError(f"secret {NUMBER}")

    monkeypatch.setattr(run, "STRUCTURE", (*run.STRUCTURE, run.Check("broken", broken)))  # type: ignore[arg-type]
    report = audit(copy_of(contract_pdf), source=None)
    assert dict(report.checks)["broken"] == "not run"
    assert not report.ok
    assert NUMBER not in repr(report)


def test_unreadable_source_is_not_run(contract_pdf: bytes) -> None:
    for source in (b"no PDF", builders.signed_pdf(contract_pdf)[:120000]):
        report = audit(copy_of(contract_pdf), source=source)
        assert dict(report.checks)["no_secrets_of_source"] == "not run", source[:8]
        assert not report.ok


def test_source_without_signatures_is_said(contract_pdf: bytes) -> None:
    report = audit(copy_of(contract_pdf), source=copy_of(contract_pdf))
    assert "DG-L206" in codes(report)
    assert report.ok


def test_short_private_value_is_refused(contract_pdf: bytes) -> None:
    assert failed(audit(copy_of(contract_pdf), source=None, private_values=["a.b"])) == {"no_private_values"}


@pytest.mark.parametrize(
    "limits", [Limits(file_bytes=10), Limits(stream_bytes=10), Limits(decoded_bytes=10), Limits(tokens=10)]
)
def test_limits_end_in_checks_that_did_not_run(contract_pdf: bytes, limits: Limits) -> None:
    report = audit(copy_of(contract_pdf), source=None, limits=limits)
    assert "not run" in dict(report.checks).values()
    assert not report.ok


def test_bomb_ends_quickly(contract_pdf: bytes) -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        stream = pdf.make_stream(b"")
        stream.write(plants.zlib.compress(bytes(200_000_000)), filter=Name.FlateDecode)
        pdf.Root.OutputIntents[0].Note = stream

    report = audit(edited(copy_of(contract_pdf), edit), source=None)
    assert dict(report.checks)["streams_decoded"] == "not run"


def test_crafted_bytes_do_not_make_it_slow() -> None:
    """Each of these took minutes in an earlier draft, by going over the same bytes again and again."""
    entries = b"\x30\x03\x02\x01\x05" * 40_000
    revocations = b"\x30\x84" + len(entries).to_bytes(4, "big") + entries
    started = time.monotonic()
    assert sum(1 for _ in walk(revocations)) == 80_001
    for content in (b"1 0 obj " + b"(" * 200_000, b"\x78\x9c" * 200_000, b"% " + b"12 " * 100_000):
        assert not audit(b"%PDF-1.7\n" + content, source=None).ok
    assert time.monotonic() - started < 30


# --- whatever comes ---------------------------------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_files_give_findings_and_never_an_exception(contract_pdf: bytes, data: st.DataObject) -> None:
    content = bytearray(copy_of(contract_pdf))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["set", "cut", "double", "insert"]))
        size = data.draw(st.integers(1, 200))
        if kind == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del content[at : at + size]
        elif kind == "double":
            content[at:at] = content[at : at + size]
        else:
            content[at:at] = data.draw(
                st.sampled_from([b"<<", b">>", b"(", b")", b"[", b"endobj ", b"stream\n", b"1 0 R ", b"/Prev 0 ", b"%"])
            )
        content = content or bytearray(b"x")
    report = audit(bytes(content), source=None)
    assert len(report.checks) == len(run.STRUCTURE) + 3
    json.dumps([dict(finding.parameters) for finding in report.findings])


@settings(max_examples=25)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_report(content: bytes) -> None:
    assert not audit(b"%PDF-1.7\n" + content, source=None).ok
    assert not audit(content, source=content).ok

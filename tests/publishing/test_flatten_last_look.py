"""The last look at a finished copy refuses what the allow-lists should never have let through."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from docgen.errors import PublicationRefused
from docgen.publishing.flatten import Limits, rewrite
from docgen.publishing.flatten.copying import words
from docgen.publishing.flatten.walk import require_clean
from publishing.test_flatten_refusals import document
from publishing.test_flatten_signed import policy

Plant = Callable[[pikepdf.Pdf], None]
Put = Callable[[pikepdf.Pdf, str, object], None]


@pytest.fixture(scope="module")
def finished() -> bytes:
    return rewrite(document(content="BT /F0 10 Tf 20 60 Td (AB) Tj ET"), policy()).content


def replanted(finished: bytes, plant: Plant) -> bytes:
    """The copy with something put into it, in the form in which flatten writes."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(finished)) as pdf:
        plant(pdf)
        pdf.save(
            out,
            force_version="1.7",
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            deterministic_id=True,
        )
    return out.getvalue()


def found_in(content: bytes) -> str:
    """What the finding says was found."""
    with pytest.raises(PublicationRefused) as refused:
        require_clean(content, "copy.pdf", Limits())
    (finding,) = refused.value.findings
    assert finding.code == "DG-F118"
    assert finding.place is not None
    assert finding.place.file == "copy.pdf"
    return str(finding.parameters["found"])


_KEYS = words(
    "AA AcroForm AF Alternates AP ByteRange Cert Collection ContactInfo DSS DV EF EmbeddedFiles FFilter FT Info"
    " JavaScript JS LastModified Legal Lock Measure OC OCProperties OpenAction OPI PZ Perms PieceInfo Popup Reason"
    " Rendition Requirements RichMedia SigFlags SpiderInfo SV SubFilter Thumb Threads TU VRI XFA XRefStm"
)
_TYPES = words("DocTimeStamp DSS EmbeddedFile Filespec OCG OCMD Sig SigRef TransformParams VRI")
_SUBTYPES = words("FileAttachment Movie PS RichMedia Screen Sound Widget 3D")
_ACTIONS = words("JavaScript Launch GoTo GoToR GoToE SubmitForm ImportData Named Rendition")


def on_catalog(pdf: pikepdf.Pdf, key: str, value: object) -> None:
    pdf.Root[key] = value


def on_page_deep_down(pdf: pikepdf.Pdf, key: str, value: object) -> None:
    pdf.pages[0].obj["/Planted"] = Dictionary(Rows=Array([0, Array([Dictionary({key: value})])]))


def on_object_of_its_own(pdf: pikepdf.Pdf, key: str, value: object) -> None:
    pdf.pages[0].obj["/Planted"] = pdf.make_indirect(Dictionary({key: value, "/Told": String("(x) >> /Lang 7 0 R")}))


def on_stream(pdf: pikepdf.Pdf, key: str, value: object) -> None:
    pdf.pages[0].Contents[key] = value


_PLACES = (on_catalog, on_page_deep_down, on_object_of_its_own, on_stream)


def test_a_copy_and_what_is_harmless_pass(finished: bytes) -> None:
    require_clean(finished, "copy.pdf", Limits())

    def plant(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Planted = Dictionary(
            A=String("/JavaScript (/OpenAction) \\ 5 0 R"), B=Name("/AAA"), AAB=String(b"\xff/")
        )
        pdf.Root.Link = Dictionary(Type=Name.Action, S=Name.URI, URI=String("https://example.org/"))

    require_clean(replanted(finished, plant), "copy.pdf", Limits())


@pytest.mark.parametrize("place", _PLACES)
@pytest.mark.parametrize("key", _KEYS)
def test_forbidden_keys(finished: bytes, key: str, place: Put) -> None:
    assert found_in(replanted(finished, lambda pdf: place(pdf, f"/{key}", 1))) == f"/{key}"


@pytest.mark.parametrize("place", _PLACES[1:3])
@pytest.mark.parametrize("name", _TYPES)
def test_forbidden_types(finished: bytes, name: str, place: Put) -> None:
    assert found_in(replanted(finished, lambda pdf: place(pdf, "/Type", Name(f"/{name}")))) == f"/{name}"


@pytest.mark.parametrize("place", _PLACES[1:])
@pytest.mark.parametrize("name", _SUBTYPES)
def test_forbidden_subtypes(finished: bytes, name: str, place: Put) -> None:
    assert found_in(replanted(finished, lambda pdf: place(pdf, "/Subtype", Name(f"/{name}")))) == f"/{name}"


@pytest.mark.parametrize("name", _ACTIONS)
def test_actions_other_than_links(finished: bytes, name: str) -> None:
    action = Dictionary(Type=Name.Action, S=Name(f"/{name}"))
    assert found_in(replanted(finished, lambda pdf: on_page_deep_down(pdf, "/Link", action))) == f"/{name}"


def test_a_stream_that_lies_in_another_file(finished: bytes) -> None:
    assert found_in(replanted(finished, lambda pdf: on_stream(pdf, "/F", String("x.bin")))) == "external file"


def test_a_key_that_is_written_otherwise(finished: bytes) -> None:
    planted = replanted(finished, lambda pdf: on_catalog(pdf, "/Qx", 1))
    assert planted.count(b"/Qx ") == 1
    assert found_in(planted.replace(b"/Qx ", b"/JS ")) == "/JS"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"%%EOF\n", b"%%EOF\nx"),
        (b"%%EOF\n", b"%%EOF\n%%EOF\n"),
        (b"%PDF-1.7\n", b"%PDF-1.7\n%x\n"),
        (b"endobj\n2 0 obj", b"endobj\n%x\n2 0 obj"),
        (b"\nendobj\nxref", b"\nendobj\n%x\nxref"),
        (b"\nendstream", b"x\nendstream"),
        (b"trailer << ", b"trailer << /Info 1 0 R "),
    ],
)
def test_bytes_that_belong_to_nothing(finished: bytes, old: bytes, new: bytes) -> None:
    assert old in finished
    found_in(finished.replace(old, new, 1))


def test_a_second_revision(finished: bytes) -> None:
    at = finished.rindex(b"startxref\n")
    before = int(finished[at:].split()[1])
    later = b"xref\n0 0\ntrailer << /Root 1 0 R /Size 2 /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (before, len(finished))
    found_in(finished + later)


def test_an_object_that_nothing_leads_to(finished: bytes) -> None:
    planted = replanted(finished, lambda pdf: on_object_of_its_own(pdf, "/Held", 1))
    assert planted.count(b"/Planted ") == 1
    reference = b" ".join(planted.split(b"/Planted ")[1].split()[:3])
    assert reference.endswith(b" 0 R")
    assert found_in(planted.replace(reference, b"0" * len(reference))) == "1 unreachable objects"

"""Signed PDFs to publish, and PDFs with a secret planted in one hiding place.

`signed_pdf(base)` signs a tagged PDF twice the way two eID holders would. `planted(name, base)` hides a canary in one
place before signing (or after, where the place is the file itself). Both work on the session fixture `contract_pdf`.
"""

from __future__ import annotations

import functools
import io
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
from asn1crypto import keys, x509
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as serial
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from fontTools import subset
from fontTools.misc import eexec
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

NATIONAL_NUMBER = "85.07.30-033.28"
"""A published test number with valid check digits; nobody's."""
NUMBER_OF_THE_OFFICE = "17.07.30-033.84"
CANARY = "CANARYXQ7"
"""What `planted` hides. Occurs nowhere else."""
SIGNERS = ("Rik Rector", "Hilde Hoofdstatisticus")
FONT = Path("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf")
CFF_FONT = Path("/usr/share/fonts/opentype/urw-base35/NimbusSans-Regular.otf")
TYPE1_FONT = Path("/usr/share/fonts/X11/Type1/NimbusSans-Regular.pfb")
SIGNED_AT = datetime(2026, 2, 3, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """A key and certificate as on an eID card: the subject holds the national number."""

    name: str
    key: keys.PrivateKeyInfo
    certificate: x509.Certificate


@functools.cache
def person(name: str, number: str, *, timestamps: bool = False) -> Person:
    key = rsa.generate_private_key(65537, 2048) if timestamps else ec.generate_private_key(ec.SECP256R1())
    surname, given = name.split()[-1], name.split()[0]
    subject = cx509.Name(
        [
            cx509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            cx509.NameAttribute(NameOID.COMMON_NAME, f"{name} (Signature)"),
            cx509.NameAttribute(NameOID.SURNAME, surname),
            cx509.NameAttribute(NameOID.GIVEN_NAME, given),
            cx509.NameAttribute(NameOID.SERIAL_NUMBER, re.sub(r"\D", "", number)),
        ]
    )
    usage = cx509.KeyUsage(True, True, False, False, False, False, False, False, False)
    builder = (
        cx509.CertificateBuilder(subject, subject, key.public_key(), cx509.random_serial_number())
        .not_valid_before(SIGNED_AT - timedelta(days=365))
        .not_valid_after(SIGNED_AT + timedelta(days=3650))
        .add_extension(usage, critical=True)
    )
    if timestamps:
        builder = builder.add_extension(cx509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(serial.Encoding.DER)
    private = key.private_bytes(serial.Encoding.DER, serial.PrivateFormat.PKCS8, serial.NoEncryption())
    return Person(name, keys.PrivateKeyInfo.load(private), x509.Certificate.load(certificate))


def signatories() -> tuple[Person, Person]:
    return person(SIGNERS[0], NATIONAL_NUMBER), person(SIGNERS[1], NUMBER_OF_THE_OFFICE)


def authority() -> Person:
    return person("Tijd Stempel", "0000", timestamps=True)


# --- the marks people see ---------------------------------------------------------------------------------------------


@functools.cache
def _latin_font() -> tuple[bytes, int, dict[str, tuple[int, int]]]:
    """A subset of Liberation Sans: its program, units per em, and glyph id and advance by character."""
    font = TTFont(FONT, recalcTimestamp=False)
    options = subset.Options(retain_gids=False, notdef_outline=True, layout_features=[])
    options.drop_tables += ["FFTM"]
    worker = subset.Subsetter(options)
    worker.populate(unicodes=range(0x20, 0x100))
    worker.subset(font)
    program = io.BytesIO()
    font.save(program)
    cmap, order = font.getBestCmap(), font.getReverseGlyphMap()
    glyphs = {chr(code): (order[name], font["hmtx"][name][0]) for code, name in cmap.items()}
    return program.getvalue(), font["head"].unitsPerEm, glyphs


def embedded_font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Liberation Sans as an embedded Identity-H font; encode text for it with `encoded`."""
    program, upem, glyphs = _latin_font()
    stream = pdf.make_stream(program)
    stream.Length1 = len(program)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/ABCDEF+LiberationSans"),
        Flags=4,
        FontBBox=Array([-544, -303, 1302, 980]),
        ItalicAngle=0,
        Ascent=905,
        Descent=-212,
        CapHeight=729,
        StemV=80,
        FontFile2=stream,
    )
    widths = Array([])
    for gid, advance in sorted(glyphs.values()):
        widths.append(gid)
        widths.append(Array([round(advance * 1000 / upem)]))
    meanings = {gid: char for char, (gid, _) in sorted(glyphs.items(), reverse=True)}  # a space, not a no-break space
    lines = "\n".join(f"<{gid:04x}> <{ord(char):04x}>" for gid, char in meanings.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Test def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(meanings)} beginbfchar\n{lines}\nendbfchar\nendcmap end end"
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/ABCDEF+LiberationSans"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        W=widths,
        CIDToGIDMap=Name.Identity,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/ABCDEF+LiberationSans"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(cmap.encode()),
        )
    )


def encoded(text: str) -> str:
    """A text as the hexadecimal string operand of `Tj` in `embedded_font`."""
    return "<" + "".join(f"{_latin_font()[2][char][0]:04x}" for char in text) + ">"


def mark(lines: tuple[str, ...], width: int = 190, height: int = 60) -> bytes:
    """A one-page PDF with the words of a visible signature."""
    pdf = pikepdf.new()
    shown = "".join(f"{encoded(line)} Tj T* " for line in lines)
    content = f"0.6 w 0.5 0.5 {width - 1} {height - 1} re S BT /F0 9 Tf 12 TL 8 {height - 18} Td {shown}ET"
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, width, height]),
        Resources=Dictionary(Font=Dictionary(F0=embedded_font(pdf))),
        Contents=pdf.make_stream(content.encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


# --- fields and signatures --------------------------------------------------------------------------------------------


def _edited(content: bytes, edit: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        edit(pdf)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return out.getvalue()


def _document_element(pdf: pikepdf.Pdf) -> pikepdf.Object:
    kids = pdf.Root.StructTreeRoot.K
    return kids[0] if isinstance(kids, Array) else kids


def tag_widgets(pdf: pikepdf.Pdf) -> None:
    """Gives the first signature field of the document a `/Form` element; the second stays untagged on purpose."""
    root = pdf.Root.StructTreeRoot
    nums = root.ParentTree.Nums
    key = max(int(nums[i]) for i in range(0, len(nums), 2)) + 1
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            if annotation.Subtype != Name.Widget or annotation.get("/T") != "sig_applicant":
                continue
            parent = _document_element(pdf)
            element = pdf.make_indirect(
                Dictionary(Type=Name.StructElem, S=Name.Form, P=parent, Pg=page.obj, Alt=String("Handtekening"))
            )
            element.K = Dictionary(Type=Name.OBJR, Obj=annotation, Pg=page.obj)
            parent.K.insert(len(parent.K) - 2, element)  # in the middle of the reading order, not at its end
            annotation.StructParent = key
            nums.append(key)
            nums.append(element)
            page.obj.Tabs = Name.S
            root.ParentTreeNextKey = key = key + 1


def with_fields(base: bytes) -> bytes:
    """Two empty signature fields on the last page, the first of them tagged."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    for name, box in (("sig_applicant", (90, 120, 280, 180)), ("sig_office", (320, 120, 510, 180))):
        spec = fields.SigFieldSpec(name, on_page=-1, box=box, readable_field_name=f"Handtekening {name}")
        fields.append_signature_field(writer, spec)
    out = io.BytesIO()
    writer.write(out)
    return _edited(out.getvalue(), tag_widgets)


def signed(content: bytes, field: str, who: Person, *, stamped: bool = False) -> bytes:
    """One more signature, with a visible mark, in a revision of its own."""
    store = SimpleCertificateStore()
    store.register(who.certificate)
    signer = signers.SimpleSigner(who.certificate, who.key, store)
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason="Akkoord",
        location="Brussel",
        name=who.name,
    )
    stamper = timestamper() if stamped else None
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:  # pyHanko reads the picture when it signs
        picture = Path(folder) / "mark.pdf"
        picture.write_bytes(mark((f"Ondertekend door {who.name}", "3 februari 2026", "Elektronische handtekening")))
        style = StaticStampStyle.from_pdf_file(str(picture), border_width=0, background_opacity=1)
        pdf_signer = signers.PdfSigner(meta, signer, stamp_style=style, timestamper=stamper)
        pdf_signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), existing_fields_only=True, output=out)
    return out.getvalue()


def timestamper() -> DummyTimeStamper:
    """A timestamp authority within this process."""
    who = authority()
    store = SimpleCertificateStore()
    store.register(who.certificate)
    return DummyTimeStamper(who.certificate, who.key, store, fixed_dt=SIGNED_AT)


def archived(content: bytes) -> bytes:
    """What a B-LTA file adds: a security store with the certificates, and a document timestamp without a mark."""
    out = io.BytesIO(content)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        cms = [bytes(field.V.Contents) for field in pdf.Root.AcroForm.Fields if "/V" in field]
    for contents, who in zip(cms, signatories(), strict=True):
        DocumentSecurityStore.add_dss(out, contents.hex().encode(), certs=[who.certificate, authority().certificate])
    writer = IncrementalPdfFileWriter(out)
    stamped = io.BytesIO()
    signers.PdfTimeStamper(timestamper()).timestamp_pdf(writer, "sha256", output=stamped)
    return stamped.getvalue()


@functools.cache
def signed_pdf(base: bytes, *, archive: bool = True) -> bytes:
    """A PDF with two visible signatures; with `archive` also a security store and a document timestamp."""
    first, second = signatories()
    content = signed(with_fields(base), "sig_applicant", first, stamped=archive)
    content = signed(content, "sig_office", second, stamped=archive)
    return archived(content) if archive else content


# --- hiding places ----------------------------------------------------------------------------------------------------


def _add_to_content(pdf: pikepdf.Pdf, content: str) -> None:
    page = pdf.pages[0]
    page.obj.Resources.Font["/FCanary"] = embedded_font(pdf)
    page.contents_add(f"\nq {content} Q\n".encode())


def _text(text: str, x: float, y: float, before: str = "", size: float = 10) -> str:
    return f"{before} BT /FCanary {size} Tf {x} {y} Td {encoded(text)} Tj ET"


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["notes.txt"] = pikepdf.AttachedFileSpec(pdf, CANARY.encode(), filename="notes.txt")


def _associated_file(pdf: pikepdf.Pdf) -> None:
    spec = Dictionary(Type=Name.Filespec, F=String(CANARY), UF=String(CANARY), AFRelationship=Name.Source)
    pdf.Root.AF = Array([pdf.make_indirect(spec)])


def _javascript(pdf: pikepdf.Pdf) -> None:
    action = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String(f'app.alert("{CANARY}")')))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), action])))


def _page_action(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String(CANARY)))


def _hidden_layer(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(CANARY)))
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array([group]), D=Dictionary(ON=Array([]), OFF=Array([group]), Order=Array([group]), Name=String("c"))
    )
    pdf.pages[0].obj.Resources.Properties = Dictionary(OC0=group)
    _add_to_content(pdf, f"/OC /OC0 BDC {_text(CANARY, 100, 100)} EMC")


def _content_comment(pdf: pikepdf.Pdf) -> None:
    _add_to_content(pdf, f"0 g % {CANARY}\n")


def _marked_point(pdf: pikepdf.Pdf) -> None:
    _add_to_content(pdf, f"/Span <</Note ({CANARY})>> DP /Artifact <</Secret ({CANARY})>> BDC EMC")


def _page_piece(pdf: pikepdf.Pdf) -> None:
    private = Dictionary(LastModified=String("D:20260101000000Z"), Private=String(CANARY))
    pdf.pages[0].obj.PieceInfo = Dictionary(App=private)


def _catalog_piece(pdf: pikepdf.Pdf) -> None:
    pdf.Root.PieceInfo = Dictionary(App=Dictionary(Private=pdf.make_stream(CANARY.encode())))


def _document_xmp(pdf: pikepdf.Pdf) -> None:
    packet = bytes(pdf.Root.Metadata.read_bytes())
    body = (
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights><rdf:Alt>'
        f'<rdf:li xml:lang="x-default">{CANARY}</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF>'
    )
    pdf.Root.Metadata = pdf.make_stream(packet.replace(b"</rdf:RDF>", body.encode()))
    pdf.Root.Metadata.Type, pdf.Root.Metadata.Subtype = Name.Metadata, Name.XML


def _document_info(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Author"] = CANARY


def _page_xmp(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Metadata = pdf.make_stream(CANARY.encode(), Type=Name.Metadata, Subtype=Name.XML)


def _thumbnail(pdf: pikepdf.Pdf) -> None:
    data = CANARY.encode().ljust(12, b" ")
    pdf.pages[0].obj.Thumb = pdf.make_stream(
        data, Width=2, Height=2, BitsPerComponent=8, ColorSpace=Name.DeviceRGB, Subtype=Name.Image
    )


def _unreferenced(pdf: pikepdf.Pdf) -> None:
    """An object that an unknown key of the catalog keeps alive, as writers drop what nothing refers to."""
    pdf.Root.VendorData = pdf.make_indirect(Dictionary(Note=String(CANARY)))


def _picture(pdf: pikepdf.Pdf, **more: pikepdf.Object) -> pikepdf.Object:
    image = pdf.make_stream(
        bytes(range(12)),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=2,
        Height=2,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB,
        **more,
    )
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im0=image)
    _add_to_content(pdf, "/Artifact BMC q 20 0 0 20 40 40 cm /Im0 Do Q EMC")
    return image


def _alternate_image(pdf: pikepdf.Pdf) -> None:
    hidden = pdf.make_stream(
        CANARY.encode().ljust(12, b" "),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=2,
        Height=2,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB,
    )
    _picture(pdf, Alternates=Array([Dictionary(Image=hidden, DefaultForPrinting=False)]))


def _image_xmp(pdf: pikepdf.Pdf) -> None:
    _picture(pdf, Metadata=pdf.make_stream(CANARY.encode(), Type=Name.Metadata, Subtype=Name.XML))


def _image_tail(pdf: pikepdf.Pdf) -> None:
    image = _picture(pdf)
    image.write(bytes(range(12)) + CANARY.encode())


def jpeg(*segments: tuple[int, bytes], tail: bytes = b"") -> bytes:
    """A small baseline JPEG with extra marker segments and bytes after its end."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 30, 30)).save(out, "JPEG")
    content = out.getvalue()
    extra = b"".join(b"\xff" + bytes([marker]) + (len(data) + 2).to_bytes(2, "big") + data for marker, data in segments)
    return content[:2] + extra + content[2:] + tail


def _jpeg_segments(pdf: pikepdf.Pdf) -> None:
    image = _picture(pdf)
    secret = CANARY.encode()
    photo = jpeg((0xE1, b"Exif\x00\x00" + secret), (0xED, secret), (0xFE, secret), tail=secret)
    image.write(photo, filter=Name.DCTDecode)
    image.Width = image.Height = 16


def _unused_xobject(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(f"% {CANARY}".encode(), Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]))
    pdf.pages[0].obj.Resources.XObject = Dictionary(Unused=form)


def _note(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0].obj
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([30, 700, 50, 720]), F=4, Contents=String(CANARY), T=String("x")
    )
    page.Annots = Array([pdf.make_indirect(note)])


def _launch_link(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=String(CANARY))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([30, 700, 50, 720]), A=action)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def _file_link(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String(f"file:///home/{CANARY}"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([30, 700, 50, 720]), A=action)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def _orphan_page(pdf: pikepdf.Pdf) -> None:
    """A page outside the page tree, which only a tag still knows."""
    hidden = pdf.make_indirect(
        Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 9, 9]), Contents=pdf.make_stream(CANARY.encode()))
    )
    parent = _document_element(pdf)
    parent.K.append(pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=parent, Pg=hidden, K=0)))


def _private_tag_key(pdf: pikepdf.Pdf) -> None:
    _document_element(pdf).VendorNote = String(CANARY)


def _widget_by_tag(pdf: pikepdf.Pdf) -> None:
    """A widget that no page shows and only the structure tree still refers to."""
    parent = _document_element(pdf)
    widget = pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, V=String(CANARY)))
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=parent, Pg=pdf.pages[0].obj))
    element.K = Dictionary(Type=Name.OBJR, Obj=widget)
    parent.K.append(element)


def _font_descriptor(pdf: pikepdf.Pdf) -> None:
    font = embedded_font(pdf)
    font.DescendantFonts[0].FontDescriptor.VendorKey = String(CANARY)
    font.DescendantFonts[0].FontDescriptor.FontFile2.Metadata = pdf.make_stream(CANARY.encode())
    pdf.pages[0].obj.Resources.Font["/FSecret"] = font
    _add_to_content(pdf, f"/Artifact BMC BT /FSecret 8 Tf 40 40 Td {encoded('o')} Tj ET EMC")


def _to_unicode_comment(pdf: pikepdf.Pdf) -> None:
    font = embedded_font(pdf)
    font.ToUnicode.write(bytes(font.ToUnicode.read_bytes()) + f"\n% {CANARY}".encode())
    pdf.pages[0].obj.Resources.Font["/FSecret"] = font
    _add_to_content(pdf, f"/Artifact BMC BT /FSecret 8 Tf 40 40 Td {encoded('o')} Tj ET EMC")


def _page_label(pdf: pikepdf.Pdf) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, P=String(f"{CANARY} of somebody "))]))


def _dangling_destination(pdf: pikepdf.Pdf) -> None:
    elsewhere = Dictionary(S=Name.GoToR, F=String(CANARY), D=Array([0, Name.Fit]))
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("x"), Dictionary(SD=elsewhere)])))


def _outline_action(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.A = Dictionary(S=Name.URI, URI=String(f"file:///{CANARY}"))


def _off_page(pdf: pikepdf.Pdf) -> None:
    _add_to_content(pdf, _text(CANARY, -900, 100))


def _render_mode_3(pdf: pikepdf.Pdf) -> None:
    _add_to_content(pdf, _text(CANARY, 100, 60, "3 Tr"))


def _white_on_white(pdf: pikepdf.Pdf) -> None:
    _add_to_content(pdf, _text(CANARY, 100, 60, "1 1 1 rg"))


def _tiny(pdf: pikepdf.Pdf) -> None:
    _add_to_content(pdf, _text(CANARY, 100, 60, size=0.2))


def _threads(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Threads = Array([pdf.make_indirect(Dictionary(I=Dictionary(Title=String(CANARY))))])


def _web_capture(pdf: pikepdf.Pdf) -> None:
    pdf.Root.SpiderInfo = Dictionary(V=1.0, C=Array([Dictionary(URL=String(CANARY))]))


def _output_intent_note(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].VendorNote = String(CANARY)


def _with_font(pdf: pikepdf.Pdf, font: pikepdf.Object, shown: str) -> None:
    """Shows a little text in a font, so that it is used."""
    fonts = pdf.pages[0].obj.Resources.Font
    fonts["/FSecret"] = pdf.make_indirect(font)
    _add_to_content(pdf, f"/Artifact BMC BT /FSecret 8 Tf 40 40 Td {shown} Tj ET EMC")


def _font_name(pdf: pikepdf.Pdf) -> None:
    font = embedded_font(pdf)
    name = Name(f"/ABCDEF+{CANARY}")
    descendant = font.DescendantFonts[0]
    font.BaseFont = descendant.BaseFont = descendant.FontDescriptor.FontName = name
    _with_font(pdf, font, encoded("o"))


def _class_name(pdf: pikepdf.Pdf) -> None:
    """The name of a class of elements, which the copy does not need."""
    pdf.Root.StructTreeRoot.ClassMap = Dictionary({f"/{CANARY}": Dictionary(O=Name.Layout, Placement=Name.Block)})
    _document_element(pdf).C = Name(f"/{CANARY}")


def _truetype_names(pdf: pikepdf.Pdf) -> None:
    font = embedded_font(pdf)
    stream = font.DescendantFonts[0].FontDescriptor.FontFile2
    program = TTFont(io.BytesIO(bytes(stream.read_bytes())))
    program["name"].setName(CANARY, 5, 3, 1, 0x409)
    out = io.BytesIO()
    program.save(out)
    stream.write(out.getvalue())
    _with_font(pdf, font, encoded("o"))


def simple_font(pdf: pikepdf.Pdf, **program: pikepdf.Object) -> Dictionary:
    """A font of one byte a code for a program with Latin letters."""
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/ABCDEF+Nimbus"), Flags=32, FontBBox=Array([-200, -250, 1100, 1000])
    )
    for key in ("ItalicAngle", "Ascent", "Descent", "CapHeight", "StemV"):
        descriptor[f"/{key}"] = {"Ascent": 900, "Descent": -200, "CapHeight": 700, "StemV": 80}.get(key, 0)
    for key, value in program.items():
        descriptor[f"/{key}"] = value
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name("/ABCDEF+Nimbus"),
        FirstChar=32,
        LastChar=126,
        Widths=Array([556] * 95),
        Encoding=Name.WinAnsiEncoding,
        FontDescriptor=pdf.make_indirect(descriptor),
    )


@functools.cache
def compact_program(secret: str = "") -> bytes:
    """A CFF program with Latin letters; a secret goes into its name and its notice."""
    font = TTFont(CFF_FONT)
    worker = subset.Subsetter(subset.Options())
    worker.populate(unicodes=range(32, 127))
    worker.subset(font)
    fonts = font["CFF "].cff
    if secret:
        fonts.fontNames = [secret]
        fonts[0].Notice = fonts[0].rawDict["Notice"] = secret
    return bytes(font["CFF "].compile(font))


def _compact_names(pdf: pikepdf.Pdf) -> None:
    program = pdf.make_stream(compact_program(CANARY), Subtype=Name.Type1C)
    _with_font(pdf, simple_font(pdf, FontFile3=program), "(o)")


def type1_program(secret: str = "", *, inside: bool = False) -> tuple[bytes, int, int]:
    """A Type 1 program and the lengths of its first two parts; a secret goes into its comments and its notice.

    With `inside`, it goes into a comment of the encrypted part.
    """
    content = TYPE1_FONT.read_bytes()
    parts, place = [], 0
    while content[place + 1] != 3:
        length = int.from_bytes(content[place + 2 : place + 6], "little")
        parts.append((content[place + 1], content[place + 6 : place + 6 + length]))
        place += 6 + length
    clear = b"".join(part for kind, part in parts[:1])
    hidden = b"".join(part for kind, part in parts if kind == 2)
    if secret and inside:
        private = bytes(eexec.decrypt(hidden, 55665)[0])
        hidden = bytes(eexec.encrypt(private[:4] + f"% {secret}\n".encode() + private[4:], 55665)[0])
    elif secret:
        head, rest = clear.split(b"\n", 1)
        clear = head + f"\n% {secret}\n/Copyright ({secret}) def\n".encode() + rest
    return clear + hidden + b"0" * 512 + b"\ncleartomark\n", len(clear), len(hidden)


def type1_stream(pdf: pikepdf.Pdf, secret: str = "", *, inside: bool = False) -> pikepdf.Object:
    content, clear, hidden = type1_program(secret, inside=inside)
    return pdf.make_stream(content, Length1=clear, Length2=hidden, Length3=len(content) - clear - hidden)


def _type1_names(pdf: pikepdf.Pdf) -> None:
    _with_font(pdf, simple_font(pdf, FontFile=type1_stream(pdf, CANARY)), "(o)")


def _type1_private(pdf: pikepdf.Pdf) -> None:
    _with_font(pdf, simple_font(pdf, FontFile=type1_stream(pdf, CANARY, inside=True)), "(o)")


def _glyph_name(pdf: pikepdf.Pdf) -> None:
    """The name of a glyph that no text shows."""
    font = simple_font(pdf, FontFile3=pdf.make_stream(compact_program(), Subtype=Name.Type1C))
    font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([111, Name.o, 200, Name(f"/{CANARY}")]))
    _with_font(pdf, font, "(o)")


def _element_identifier(pdf: pikepdf.Pdf) -> None:
    _document_element(pdf).ID = String(CANARY)


def _element_title(pdf: pikepdf.Pdf) -> None:
    _document_element(pdf).T = String(CANARY)


def _destination_name(pdf: pikepdf.Pdf) -> None:
    place = Array([pdf.pages[0].obj, Name.Fit])
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String(CANARY), place])))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([30, 700, 50, 720]), Dest=String(CANARY))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def _layer_name(pdf: pikepdf.Pdf) -> None:
    """The name of a layer that is shown."""
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(CANARY)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(ON=Array([group]), OFF=Array([])))
    pdf.pages[0].obj.Resources.Properties = Dictionary(OC0=group)
    _add_to_content(pdf, "/OC /OC0 BDC /Artifact BMC 10 10 5 5 re f EMC EMC")


def _resource_name(pdf: pikepdf.Pdf) -> None:
    _picture(pdf)
    forms = pdf.pages[0].obj.Resources.XObject
    forms[f"/{CANARY}"] = forms.Im0
    _add_to_content(pdf, f"/Artifact BMC q 5 0 0 5 60 40 cm /{CANARY} Do Q EMC")


def _alternative_text(pdf: pikepdf.Pdf) -> None:
    _document_element(pdf).Alt = String(f"van {CANARY} zelf")


def _actual_text(pdf: pikepdf.Pdf) -> None:
    _document_element(pdf).ActualText = String(f"van {CANARY} zelf")


def _actual_text_of_content(pdf: pikepdf.Pdf) -> None:
    _add_to_content(pdf, f"/Artifact BMC /Span <</ActualText (van {CANARY} zelf)>> BDC 1 1 2 2 re f EMC EMC")


def _expansion(pdf: pikepdf.Pdf) -> None:
    _document_element(pdf).E = String(f"van {CANARY} zelf")


def _outline_title(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.Title = String(f"van {CANARY} zelf")


def _link_words(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://example.org/"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([30, 700, 50, 720]), A=action)
    link.Contents = String(f"van {CANARY} zelf")
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def _link_address(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String(f"https://example.org/{CANARY}"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([30, 700, 50, 720]), A=action)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


_PLANTS: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "alternate_image": _alternate_image,
    "associated_file": _associated_file,
    "attachment": _attachment,
    "catalog_piece": _catalog_piece,
    "content_comment": _content_comment,
    "dangling_destination": _dangling_destination,
    "document_info": _document_info,
    "document_xmp": _document_xmp,
    "file_link": _file_link,
    "font_descriptor": _font_descriptor,
    "hidden_layer": _hidden_layer,
    "image_tail": _image_tail,
    "image_xmp": _image_xmp,
    "javascript": _javascript,
    "jpeg_segments": _jpeg_segments,
    "launch_link": _launch_link,
    "marked_point": _marked_point,
    "note": _note,
    "off_page": _off_page,
    "orphan_page": _orphan_page,
    "outline_action": _outline_action,
    "output_intent_note": _output_intent_note,
    "page_action": _page_action,
    "page_label": _page_label,
    "page_piece": _page_piece,
    "page_xmp": _page_xmp,
    "private_tag_key": _private_tag_key,
    "render_mode_3": _render_mode_3,
    "threads": _threads,
    "thumbnail": _thumbnail,
    "tiny": _tiny,
    "to_unicode_comment": _to_unicode_comment,
    "unreferenced": _unreferenced,
    "unused_xobject": _unused_xobject,
    "web_capture": _web_capture,
    "actual_text": _actual_text,
    "actual_text_of_content": _actual_text_of_content,
    "alternative_text": _alternative_text,
    "class_name": _class_name,
    "compact_names": _compact_names,
    "destination_name": _destination_name,
    "element_identifier": _element_identifier,
    "element_title": _element_title,
    "expansion": _expansion,
    "font_name": _font_name,
    "glyph_name": _glyph_name,
    "layer_name": _layer_name,
    "link_address": _link_address,
    "link_words": _link_words,
    "outline_title": _outline_title,
    "resource_name": _resource_name,
    "truetype_names": _truetype_names,
    "type1_names": _type1_names,
    "type1_private": _type1_private,
    "white_on_white": _white_on_white,
    "widget_by_tag": _widget_by_tag,
}
_IN_THE_FILE = (
    *("trailing_bytes", "before_header", "between_revisions", "earlier_revision"),
    *("nowhere_referenced", "object_stream", "timestamp_widget", "dss", "vri"),
)
PLACES = (*_PLANTS, *_IN_THE_FILE)
"""Every hiding place `planted` knows."""
SAID_ALOUD = (
    *("actual_text", "actual_text_of_content", "alternative_text", "expansion", "link_address", "link_words"),
    "outline_title",
)
"""Places that readers use: what stands there goes when it is declared as not public."""
INVISIBLE_TEXT = ("render_mode_3", "white_on_white", "off_page", "tiny")
"""Places a policy decides on: refuse, keep or drop."""


@functools.cache
def planted(place: str, base: bytes) -> bytes:
    """A PDF that hides `CANARY` in the named place; where the place allows it, signed twice afterwards."""
    if place in _IN_THE_FILE:
        return _in_the_file(place, base)
    return _signed_twice(with_fields(_edited(base, _PLANTS[place])))


def _signed_twice(content: bytes) -> bytes:
    first, second = signatories()
    return signed(signed(content, "sig_applicant", first), "sig_office", second)


def _covered(content: bytes) -> bytes:
    """The canary in one revision, and a revision after it that takes it away."""
    for key in (True, False):
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        reference, _ = writer.find_page_for_modification(0)
        page = reference.get_object()
        if key:
            page["/VendorNote"] = pdf_string(CANARY)
        else:
            del page["/VendorNote"]
        writer.mark_update(reference)
        out = io.BytesIO()
        writer.write(out)
        content = out.getvalue()
    return content


def _later(content: bytes, add: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """A revision after the last signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    add(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _object_without_reference(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.DictionaryObject({generic.pdf_name("/Note"): pdf_string(CANARY)}))


def _in_dss(writer: IncrementalPdfFileWriter) -> None:
    store = writer.root["/DSS"]
    certificate = generic.StreamObject(stream_data=CANARY.encode())
    store["/Certs"].append(writer.add_object(certificate))
    writer.update_container(store)


def _in_vri(writer: IncrementalPdfFileWriter) -> None:
    store = writer.root["/DSS"]
    entry = generic.DictionaryObject({generic.pdf_name("/TU"): pdf_string(CANARY)})
    store["/VRI"] = generic.DictionaryObject({generic.pdf_name("/" + "A" * 40): writer.add_object(entry)})
    writer.update_container(store)


def _in_a_timestamp_widget(writer: IncrementalPdfFileWriter) -> None:
    """In a widget without extent, as document timestamps have."""
    rectangle = generic.ArrayObject([generic.NumberObject(0)] * 4)
    widget = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Widget"),
            generic.pdf_name("/FT"): generic.pdf_name("/Sig"),
            generic.pdf_name("/T"): pdf_string(CANARY),
            generic.pdf_name("/Rect"): rectangle,
            generic.pdf_name("/F"): generic.NumberObject(132),
        }
    )
    reference, _ = writer.find_page_for_modification(0)
    page = reference.get_object()
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(widget)])
    writer.mark_update(reference)


_LATER = {
    "nowhere_referenced": _object_without_reference,
    "dss": _in_dss,
    "vri": _in_vri,
    "timestamp_widget": _in_a_timestamp_widget,
}


def _hidden_in_an_object_stream(base: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(base)) as pdf:
        pdf.Root.VendorData = pdf.make_indirect(Dictionary(Note=String(CANARY)))
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _in_the_file(place: str, base: bytes) -> bytes:
    comment = b"\n% " + CANARY.encode() + b"\n"
    if place == "earlier_revision":
        return _signed_twice(_covered(with_fields(base)))
    if place == "between_revisions":
        return _signed_twice(with_fields(base) + comment)
    if place in _LATER:
        return _later(signed_pdf(base, archive=True), _LATER[place])
    if place == "object_stream":
        return _hidden_in_an_object_stream(base)
    content = signed_pdf(base, archive=False)
    return content + comment if place == "trailing_bytes" else comment.lstrip() + content


def text_of(content: bytes) -> str:
    """Every decoded stream, string and name of a PDF, run together; for quick searches in tests."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        parts = [repr(pdf.trailer)]
        for item in pdf.objects:
            parts.append(item.unparse(resolved=True).decode("latin-1") if not isinstance(item, pikepdf.Stream) else "")
            if isinstance(item, pikepdf.Stream):
                parts.append(repr(dict(item.items())))
                parts.append(_decoded(item))
    return "\n".join(parts)


def _decoded(stream: pikepdf.Stream) -> str:
    try:
        return bytes(stream.read_bytes()).decode("latin-1")
    except pikepdf.PdfError:
        return bytes(stream.read_raw_bytes()).decode("latin-1")

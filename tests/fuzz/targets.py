"""What fuzzing calls: each target takes any bytes, and ends in an exception when something is wrong.

A finding is any exception but a refusal, a difference between the two readers of content, or a canary that comes
through.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from docgen.errors import PublicationRefused
from docgen.publishing.audit import audit
from docgen.publishing.audit.limits import Limits as AuditLimits
from docgen.publishing.flatten import FlattenPolicy, Limits, rewrite
from docgen.publishing.flatten.cff import bare_cff
from docgen.publishing.flatten.lexing import Marked, Shown, careful, pieces_of, quick, spread
from docgen.publishing.flatten.sfnt import bare
from docgen.publishing.flatten.type1 import bare_type1

CANARY = b"CANARYXQ7"
POLICY = FlattenPolicy(
    title="t",
    lang="nl",
    producer="fuzz",
    created=datetime(2026, 1, 1, tzinfo=UTC),
    redact=("geheim",),
    limits=Limits(bytes=200_000, stream=2_000_000, work=20_000, depth=30),
)


def sample(content: bytes) -> bytes:
    """A tagged page with a font, a form, a picture, a layer, a field, and a canary where it must not pass."""
    pdf = pikepdf.new()
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, FirstChar=65, Widths=Array([500] * 9)
    )
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(CANARY)))
    look = pdf.make_stream(b"0 g 1 1 5 5 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    image = pdf.make_stream(b"xyz", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    image.BitsPerComponent, image.ColorSpace = 8, Name.DeviceRGB
    field = pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String(CANARY), Rect=Array([9, 9, 50, 50]))
    )
    field.AP, field.V = Dictionary(N=look), Dictionary(Type=Name.Sig, Contents=String(CANARY))
    resources = Dictionary(
        Font=Dictionary(F0=font),
        XObject=Dictionary(X0=look, X1=image),
        Properties=Dictionary(L0=layer),
        ExtGState=Dictionary(G0=Dictionary(ca=0.5, BM=Name.Multiply)),
        ColorSpace=Dictionary(C0=Array([Name.ICCBased, pdf.make_stream(b"p", N=3)])),
    )
    page = pdf.make_indirect(Dictionary(Type=Name.Page, MediaBox=Array([0, 0, 200, 200]), Resources=resources))
    page.Contents, page.Annots, page.PieceInfo = pdf.make_stream(content), Array([field]), Dictionary(A=String(CANARY))
    pdf.pages.append(pikepdf.Page(page))
    page = pdf.pages[0].obj
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    top = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=tree))
    kid = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=top, Pg=page, K=0, Secret=String(CANARY)))
    form = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=top, Pg=page))
    form.K, top.K, tree.K = Dictionary(Type=Name.OBJR, Obj=field), Array([kid, form]), Array([top])
    pdf.Root.StructTreeRoot, pdf.Root.AcroForm = tree, Dictionary(Fields=Array([field]))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, static_id=True)
    return out.getvalue()


def check(content: bytes) -> None:
    """Flattens, and looks for what must not come through."""
    try:
        copy = rewrite(content, POLICY)
    except PublicationRefused:
        return
    with pikepdf.open(io.BytesIO(copy.content)) as pdf:
        held = copy.content + b"".join(bytes(o.read_bytes()) for o in pdf.objects if isinstance(o, pikepdf.Stream))
    for word in (CANARY, b"/ByteRange", b"/Widget", b"/OCG"):
        if word in held and word not in b"".join(_shown(content)):
            raise AssertionError(word)


def _shown(content: bytes) -> list[bytes]:
    """What the page itself says, where even a canary may stand."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [bytes(page.obj.Contents.read_bytes()) for page in pdf.pages if "/Contents" in page.obj]


def on_content(data: bytes) -> None:
    on_lexing(data)
    check(sample(b"/P <</MCID 0>> BDC BT /F0 9 Tf 20 100 Td (geheim) Tj ET EMC\n" + data))


def on_lexing(data: bytes) -> None:
    found = quick(data)
    if found is not None:
        pdf = pikepdf.new()
        other = careful(pdf.make_stream(data))
        assert [*map(plain, spread(found))] == [*map(plain, other)], data


def plain(instruction: tuple[bytes, bytes, object]) -> object:
    operator, raw, value = instruction
    if isinstance(value, Shown):
        return operator, value.codes, round(value.shift, 6), list(pieces_of(raw, value))
    if isinstance(value, Marked):
        properties = value.properties
        if isinstance(properties, Dictionary) and value.mark is None and set(properties.keys()) == {"/MCID"}:
            return operator, value.tag, int(properties.MCID), None
        return operator, value.tag, value.mark, None if properties is None else properties.unparse()
    return operator, [float(word) for word in raw.replace(b"[", b" ").replace(b"]", b" ").split()], value


def on_audit(data: bytes) -> None:
    """The audit comes to a report whatever it is given, and never passes the canary."""
    limits = AuditLimits(file_bytes=200_000, stream_bytes=2_000_000, decoded_bytes=4_000_000, tokens=100_000)
    report = audit(data, source=None, private_values=[CANARY.decode()], limits=limits)
    assert not (report.ok and CANARY in data), "a canary passed the audit"


def on_font(data: bytes) -> None:
    """A font program is made anew or refused."""
    for work in (bare, bare_cff, lambda program: bare_type1(program, len(program) // 2, len(program))):
        with contextlib.suppress(ValueError):
            work(data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "content": on_content,
    "lexing": on_lexing,
    "file": check,
    "audit": on_audit,
    "font": on_font,
}

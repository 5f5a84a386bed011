"""More hiding places, each in an unsigned PDF: what a standard has a key for, and what only bytes can hold.

`PLANTS` change the open PDF; `BYTES` change the file that was written. Each hides `builders.CANARY` and nothing else.
"""

from __future__ import annotations

import io
import re
import zlib
from base64 import a85encode
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from publishing import builders
from publishing.builders import CANARY, encoded

SECRET = String(CANARY)
SECRET_NAME = Name(f"/{CANARY}")
SHOWN = "/Artifact BMC q %s Q EMC"


def planted(place: str, base: bytes) -> bytes:
    """The PDF with the canary in one place; streams keep the filters they were given."""
    with pikepdf.open(io.BytesIO(base)) as pdf:
        if place in PLANTS:
            PLANTS[place](pdf)
        out = io.BytesIO()
        pdf.save(
            out,
            static_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return BYTES[place](out.getvalue()) if place in BYTES else out.getvalue()


# --- keys of pages and of the catalog ---------------------------------------------------------------------------------


def in_page(key: str, value: Callable[[pikepdf.Pdf], object]) -> Callable[[pikepdf.Pdf], None]:
    def plant(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj[key] = value(pdf)

    return plant


def in_catalog(key: str, value: Callable[[pikepdf.Pdf], object]) -> Callable[[pikepdf.Pdf], None]:
    def plant(pdf: pikepdf.Pdf) -> None:
        pdf.Root[key] = value(pdf)

    return plant


def bead(pdf: pikepdf.Pdf) -> object:
    one = pdf.make_indirect(Dictionary(Type=Name.Bead, P=pdf.pages[0].obj, R=Array([0, 0, 9, 9]), Note=SECRET))
    one.N = one.V = one
    return Array([one])


def viewport(pdf: pikepdf.Pdf) -> object:
    number = Dictionary(Type=Name.NumberFormat, U=SECRET, C=1)
    measure = Dictionary(Type=Name.Measure, Subtype=Name.RL, R=SECRET, X=Array([number]), D=Array([number]))
    return Array([Dictionary(Type=Name.Viewport, BBox=Array([0, 0, 9, 9]), Name=SECRET, Measure=measure)])


def page_group(pdf: pikepdf.Pdf) -> object:
    return Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceRGB, Note=SECRET)


def attachment(pdf: pikepdf.Pdf) -> Dictionary:
    inside = pdf.make_stream(CANARY.encode(), Type=Name.EmbeddedFile)
    return pdf.make_indirect(Dictionary(Type=Name.Filespec, F=String("a"), EF=Dictionary(F=inside)))


# --- structure --------------------------------------------------------------------------------------------------------


def of_document(change: Callable[[pikepdf.Pdf, pikepdf.Object], None]) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: change(pdf, builders._document_element(pdf))


def user_properties(pdf: pikepdf.Pdf, element: pikepdf.Object) -> None:
    one = Dictionary(N=SECRET, V=SECRET, F=SECRET)
    element.A = Dictionary(O=Name.UserProperties, P=Array([one]))


def class_with_user_properties(pdf: pikepdf.Pdf, element: pikepdf.Object) -> None:
    held = Dictionary(O=Name.UserProperties, P=Array([Dictionary(N=String("x"), V=SECRET)]))
    pdf.Root.StructTreeRoot.ClassMap = Dictionary(c=held)
    element.C = Name.c


def language(pdf: pikepdf.Pdf, element: pikepdf.Object) -> None:
    element.Lang = String(f"nl-x-{CANARY}")


def attribute_values(pdf: pikepdf.Pdf, element: pikepdf.Object) -> None:
    element.A = Dictionary({"/O": Name.Layout, "/Placement": SECRET_NAME, f"/{CANARY}": 1})


def table_summary(pdf: pikepdf.Pdf, element: pikepdf.Object) -> None:
    element.A = Dictionary(O=Name.Table, Summary=SECRET)


def own_type(pdf: pikepdf.Pdf, element: pikepdf.Object) -> None:
    root = pdf.Root.StructTreeRoot
    roles = root.get("/RoleMap", Dictionary())
    roles[f"/{CANARY}"] = Name.P
    root.RoleMap = roles
    first = element.K[0]
    first.S = SECRET_NAME


def unused_role(pdf: pikepdf.Pdf, element: pikepdf.Object) -> None:
    roles = pdf.Root.StructTreeRoot.get("/RoleMap", Dictionary())
    roles[f"/{CANARY}"] = Name.P
    pdf.Root.StructTreeRoot.RoleMap = roles


def namespace(pdf: pikepdf.Pdf, element: pikepdf.Object) -> None:
    space = pdf.make_indirect(Dictionary(Type=Name.Namespace, NS=SECRET))
    pdf.Root.StructTreeRoot.Namespaces = Array([space])
    element.NS = space


def pronunciation(pdf: pikepdf.Pdf, element: pikepdf.Object) -> None:
    element.Phoneme = SECRET
    pdf.Root.StructTreeRoot.PronunciationLexicon = Array([attachment(pdf)])


# --- content ----------------------------------------------------------------------------------------------------------


def content(text: str) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: builders._add_to_content(pdf, text)


def property_list(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.Properties = Dictionary({f"/{CANARY}": Dictionary(Note=SECRET)})
    builders._add_to_content(pdf, f"/Span /{CANARY} BDC 0 0 1 rg EMC")


def layer_usage(pdf: pikepdf.Pdf) -> None:
    builders._layer_name(pdf)
    group = pdf.Root.OCProperties.OCGs[0]
    group.Name = String("laag")
    group.Usage = Dictionary(CreatorInfo=Dictionary(Creator=SECRET, Subtype=Name.Artwork))
    group.Intent = SECRET_NAME
    pdf.Root.OCProperties.D.Creator = SECRET


def form(pdf: pikepdf.Pdf, inside: bytes = b"0 0 5 5 re f", **keys: object) -> pikepdf.Object:
    made = pdf.make_stream(inside, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    for key, value in keys.items():
        made[f"/{key}"] = value
    pdf.pages[0].obj.Resources.XObject = Dictionary(X0=made)
    builders._add_to_content(pdf, SHOWN % "1 0 0 1 40 40 cm /X0 Do")
    return made


def form_metadata(pdf: pikepdf.Pdf) -> None:
    packet = pdf.make_stream(CANARY.encode(), Type=Name.Metadata, Subtype=Name.XML)
    form(
        pdf, Metadata=packet, Name=SECRET_NAME, LastModified=SECRET, OPI=Dictionary(F=SECRET), Ref=Dictionary(F=SECRET)
    )


def form_piece(pdf: pikepdf.Pdf) -> None:
    form(pdf, PieceInfo=Dictionary(App=Dictionary(Private=SECRET)), AF=Array([attachment(pdf)]))


def postscript(pdf: pikepdf.Pdf) -> None:
    made = form(pdf, CANARY.encode())
    made.Subtype = Name.PS


def resource(category: str, value: Callable[[pikepdf.Pdf], object], use: str) -> Callable[[pikepdf.Pdf], None]:
    def plant(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Resources[category] = Dictionary(R0=value(pdf))
        builders._add_to_content(pdf, SHOWN % use)

    return plant


def function(pdf: pikepdf.Pdf, code: bytes) -> pikepdf.Object:
    return pdf.make_stream(code, FunctionType=4, Domain=Array([0, 1]), Range=Array([0, 1, 0, 1, 0, 1]))


def sampled(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Two samples and what follows them."""
    return pdf.make_stream(
        bytes(6) + CANARY.encode(),
        FunctionType=0, Domain=Array([0, 1]), Range=Array([0, 1, 0, 1, 0, 1]), Size=Array([2]), BitsPerSample=8,
    )  # fmt: skip


def shading(colours: Callable[[pikepdf.Pdf], object]) -> Callable[[pikepdf.Pdf], None]:
    def made(pdf: pikepdf.Pdf) -> object:
        return Dictionary(
            ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([0, 0, 9, 9]), Function=colours(pdf), Note=SECRET
        )

    return resource("/Shading", made, "0 0 9 9 re W n /R0 sh")


def mesh(pdf: pikepdf.Pdf) -> object:
    corner = bytes([0, 0, 0, 9, 9, 9])
    return pdf.make_stream(
        corner * 3 + CANARY.encode(),
        ShadingType=4, ColorSpace=Name.DeviceRGB, BitsPerCoordinate=8, BitsPerComponent=8, BitsPerFlag=8,
        Decode=Array([0, 9, 0, 9, 0, 1, 0, 1, 0, 1]),
    )  # fmt: skip


def pattern(pdf: pikepdf.Pdf) -> object:
    tile = pdf.make_stream(f"0 g 0 0 2 2 re f % {CANARY}".encode())
    keys = Dictionary(
        Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=Array([0, 0, 4, 4]), XStep=4, YStep=4,
        Resources=Dictionary(), Note=SECRET, Metadata=pdf.make_stream(CANARY.encode()),
    )  # fmt: skip
    for key, value in keys.items():
        tile[key] = value
    return tile


def soft_mask(pdf: pikepdf.Pdf) -> object:
    group = pdf.make_stream(f"1 g 0 0 9 9 re f % {CANARY}".encode())
    group.Type, group.Subtype, group.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    group.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray, Note=SECRET)
    return Dictionary(Type=Name.ExtGState, SMask=Dictionary(S=Name.Luminosity, G=group, Note=SECRET))


def halftone(pdf: pikepdf.Pdf) -> object:
    tone = Dictionary(Type=Name.Halftone, HalftoneType=1, HalftoneName=SECRET, Frequency=60, Angle=45)
    tone.SpotFunction = Name.Round
    return Dictionary(Type=Name.ExtGState, HT=tone)


def transfer(pdf: pikepdf.Pdf) -> object:
    return Dictionary(Type=Name.ExtGState, TR=function(pdf, f"{{ % {CANARY}\n }}".encode()))


def separation(pdf: pikepdf.Pdf) -> object:
    return Array([Name.Separation, SECRET_NAME, Name.DeviceRGB, function(pdf, b"{ dup dup }")])


def calculator_comment(pdf: pikepdf.Pdf) -> object:
    code = f"{{ dup dup % {CANARY}\n }}".encode()
    return Array([Name.Separation, Name.Spot, Name.DeviceRGB, function(pdf, code)])


def device_n(pdf: pikepdf.Pdf) -> object:
    inner = Array([Name.Separation, SECRET_NAME, Name.DeviceRGB, function(pdf, b"{ dup dup }")])
    attributes = Dictionary(
        Subtype=Name.NChannel,
        Colorants=Dictionary({f"/{CANARY}": inner}),
        MixingHints=Dictionary(Solidities=Dictionary({f"/{CANARY}": 1})),
    )
    return Array([Name.DeviceN, Array([Name.Spot]), Name.DeviceRGB, function(pdf, b"{ dup dup }"), attributes])


def profile_with(pdf: pikepdf.Pdf) -> bytes:
    """A colour profile with one more tag, a copyright of our making."""
    old = bytes(pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes())
    text = b"text\0\0\0\0" + CANARY.encode() + b"\0"
    text += bytes(-len(text) % 4)
    count = int.from_bytes(old[128:132])
    table = [old[132 + 12 * at : 144 + 12 * at] for at in range(count)]
    moved = [tag[:4] + (int.from_bytes(tag[4:8]) + 12).to_bytes(4) + tag[8:] for tag in table if tag[:4] != b"targ"]
    end = len(old) + 12 * (len(moved) + 1 - count)
    shift = 12 * (len(moved) + 1 - count) - 12
    moved = [tag[:4] + (int.from_bytes(tag[4:8]) + shift).to_bytes(4) + tag[8:] for tag in moved]
    tags = [*moved, b"targ" + end.to_bytes(4) + len(text).to_bytes(4)]
    made = old[:128] + len(tags).to_bytes(4) + b"".join(tags) + old[132 + 12 * count :] + text
    return len(made).to_bytes(4) + made[4:]


def profile_text(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile.write(profile_with(pdf))


def profile_tail(pdf: pikepdf.Pdf) -> None:
    profile = pdf.Root.OutputIntents[0].DestOutputProfile
    profile.write(bytes(profile.read_bytes()) + CANARY.encode())


def profile_of_picture(pdf: pikepdf.Pdf) -> None:
    space = pdf.make_stream(profile_with(pdf), N=3)
    builders._picture(pdf).ColorSpace = Array([Name.ICCBased, space])


def lookup_tail(pdf: pikepdf.Pdf) -> None:
    """Colours of a palette that has more of them than may be named."""
    image = builders._picture(pdf)
    image.ColorSpace = Array([Name.Indexed, Name.DeviceRGB, 1, String(b"\0\0\0\1\1\1" + CANARY.encode())])
    image.write(bytes(4))


# --- pictures ---------------------------------------------------------------------------------------------------------


def jpx_box(pdf: pikepdf.Pdf) -> None:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (9, 99, 200)).save(out, "JPEG2000")
    held = out.getvalue()
    note = b"xml " + f"<x>{CANARY}</x>".encode()
    at = held.index(b"jp2c") - 4
    image = builders._picture(pdf)
    image.write(held[:at] + (len(note) + 4).to_bytes(4) + note + held[at:], filter=Name.JPXDecode)
    image.Width = image.Height = 16


def inline_tail(pdf: pikepdf.Pdf) -> None:
    """More data than an inline image of one pixel needs."""
    builders._add_to_content(pdf, SHOWN % f"BI /W 1 /H 1 /BPC 8 /CS /G ID a{CANARY} EI")


def inline_key(pdf: pikepdf.Pdf) -> None:
    builders._add_to_content(pdf, SHOWN % f"BI /W 1 /H 1 /BPC 8 /CS /G /Note ({CANARY}) ID a EI")


def filtered(data: bytes, *names: Name, parameters: Dictionary | None = None) -> Callable[[pikepdf.Pdf], None]:
    """A picture of 2 by 2 pixels in colour whose data are packed so."""

    def plant(pdf: pikepdf.Pdf) -> None:
        image = builders._picture(pdf)
        image.write(data, filter=Array(names), decode_parms=None if parameters is None else Array([parameters]))

    return plant


PIXELS = bytes(range(12))
ROWS = b"\0" + PIXELS[:6] + b"\0" + PIXELS[6:]
PREDICTOR = Dictionary(Predictor=15, Colors=3, BitsPerComponent=8, Columns=2)

# --- fonts and metadata -----------------------------------------------------------------------------------------------


def with_font(change: Callable[[pikepdf.Pdf, pikepdf.Object], None]) -> Callable[[pikepdf.Pdf], None]:
    def plant(pdf: pikepdf.Pdf) -> None:
        font = builders.embedded_font(pdf)
        change(pdf, font)
        builders._with_font(pdf, font, encoded("o"))

    return plant


def font_metadata(pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    font.Metadata = pdf.make_stream(CANARY.encode(), Type=Name.Metadata, Subtype=Name.XML)
    font.PieceInfo = Dictionary(App=Dictionary(Private=SECRET))
    font.Name = SECRET_NAME


def cmap_name(pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    font.ToUnicode.write(bytes(font.ToUnicode.read_bytes()).replace(b"/Test", f"/{CANARY}".encode()))
    font.ToUnicode.CMapName = SECRET_NAME


def cmap_of_nothing(pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    """What a code means that no text uses."""
    line = f"1 beginbfchar <fffe> <{CANARY.encode('utf-16-be').hex()}> endbfchar endcmap"
    font.ToUnicode.write(bytes(font.ToUnicode.read_bytes()).replace(b"endcmap", line.encode()))


def cid_system(pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    font.DescendantFonts[0].CIDSystemInfo = Dictionary(Registry=SECRET, Ordering=SECRET, Supplement=0)


def descriptor_strings(pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
    descriptor = font.DescendantFonts[0].FontDescriptor
    descriptor.FontFamily = descriptor.CharSet = SECRET
    descriptor.Lang, descriptor.Style = SECRET_NAME, Dictionary(Panose=SECRET)
    descriptor.CIDSet = pdf.make_stream(CANARY.encode())


def glyph_that_is_shown(pdf: pikepdf.Pdf) -> None:
    font = builders.simple_font(pdf, FontFile3=pdf.make_stream(builders.compact_program(), Subtype=Name.Type1C))
    font.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([111, SECRET_NAME]))
    builders._with_font(pdf, font, "(o)")


def history(pdf: pikepdf.Pdf) -> None:
    body = (
        '<rdf:Description rdf:about="" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
        'xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"><xmpMM:History><rdf:Seq>'
        f'<rdf:li stEvt:action="saved" stEvt:softwareAgent="{CANARY}"/></rdf:Seq></xmpMM:History></rdf:Description>'
    )
    stream = pdf.Root.Metadata
    stream.write(bytes(stream.read_bytes()).replace(b"</rdf:RDF>", f"{body}</rdf:RDF>".encode()))


def packet_padding(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata.write(bytes(pdf.Root.Metadata.read_bytes()) + f"<!-- {CANARY} -->".encode())


def info_key(pdf: pikepdf.Pdf) -> None:
    pdf.trailer.Info = pdf.make_indirect(Dictionary({"/Vendor": SECRET, f"/{CANARY}": String("x")}))


# --- annotations and navigation ---------------------------------------------------------------------------------------


def annotated(subtype: str, **keys: object) -> Callable[[pikepdf.Pdf], None]:
    def plant(pdf: pikepdf.Pdf) -> None:
        one = Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), Rect=Array([30, 700, 50, 720]), **keys)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(one)])

    return plant


WEB = Dictionary(S=Name.URI, URI=String("https://example.org/"))


def next_action() -> Dictionary:
    return Dictionary(S=Name.URI, URI=String("https://example.org/"), Next=Dictionary(S=Name.JavaScript, JS=SECRET))


def outline_of(**keys: object) -> Callable[[pikepdf.Pdf], None]:
    def plant(pdf: pikepdf.Pdf) -> None:
        for key, value in keys.items():
            pdf.Root.Outlines.First[f"/{key}"] = value

    return plant


PLANTS: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "page_separation": in_page("/SeparationInfo", lambda _: Dictionary(DeviceColorant=SECRET_NAME)),
    "page_modified": in_page("/LastModified", lambda _: SECRET),
    "page_transition": in_page("/Trans", lambda _: Dictionary(Type=Name.Trans, S=SECRET_NAME, Note=SECRET)),
    "page_viewport": in_page("/VP", viewport),
    "page_beads": in_page("/B", bead),
    "page_identifier": in_page("/ID", lambda _: SECRET),
    "page_group": in_page("/Group", page_group),
    "page_file": in_page("/AF", lambda pdf: Array([attachment(pdf)])),
    "page_box_colours": in_page("/BoxColorInfo", lambda _: Dictionary(CropBox=Dictionary(S=SECRET_NAME))),
    "page_steps": in_page(
        "/PresSteps", lambda _: Dictionary(Type=Name.NavNode, NA=Dictionary(S=Name.JavaScript, JS=SECRET))
    ),
    "page_template": in_page("/TemplateInstantiated", lambda _: SECRET_NAME),
    "catalog_collection": in_catalog(
        "/Collection", lambda _: Dictionary(D=SECRET, Schema=Dictionary({f"/{CANARY}": SECRET}))
    ),
    "catalog_legal": in_catalog("/Legal", lambda _: Dictionary(Attestation=SECRET)),
    "catalog_base": in_catalog("/URI", lambda _: Dictionary(Base=SECRET)),
    "catalog_requirements": in_catalog(
        "/Requirements", lambda _: Array([Dictionary(S=Name.EnableJavaScripts, RH=SECRET)])
    ),
    "catalog_extensions": in_catalog(
        "/Extensions", lambda _: Dictionary({f"/{CANARY}": Dictionary(BaseVersion=Name("/1.7"))})
    ),
    "catalog_parts": in_catalog("/DPartRoot", lambda _: Dictionary(NodeNameList=Array([SECRET_NAME]))),
    "catalog_permissions": in_catalog("/Perms", lambda _: Dictionary(UR3=Dictionary(Reason=SECRET))),
    "catalog_language": in_catalog("/Lang", lambda _: SECRET),
    "catalog_version": in_catalog("/Version", lambda _: SECRET_NAME),
    "catalog_destinations": in_catalog(
        "/Dests", lambda pdf: Dictionary({f"/{CANARY}": Array([pdf.pages[0].obj, Name.Fit])})
    ),
    "catalog_preferences": in_catalog("/ViewerPreferences", lambda _: Dictionary(DisplayDocTitle=True, Note=SECRET)),
    "catalog_names": in_catalog(
        "/Names", lambda pdf: Dictionary(URLS=Dictionary(Names=Array([SECRET, Dictionary(S=SECRET)])))
    ),
    "catalog_marks": in_catalog("/MarkInfo", lambda _: Dictionary(Marked=True, Note=SECRET)),
    "user_properties": of_document(user_properties),
    "user_properties_of_class": of_document(class_with_user_properties),
    "element_language": of_document(language),
    "element_file": of_document(lambda pdf, element: setattr(element, "AF", Array([attachment(pdf)]))),
    "attribute_values": of_document(attribute_values),
    "table_summary": of_document(table_summary),
    "own_type": of_document(own_type),
    "unused_role": of_document(unused_role),
    "namespace": of_document(namespace),
    "pronunciation": of_document(pronunciation),
    "property_list": property_list,
    "content_tag": content(f"/{CANARY} BMC 0 0 1 rg EMC"),
    "content_tag_of_shown": content(f"/Artifact BMC /{CANARY} BMC 0 0 5 5 re f EMC EMC"),
    "content_language": content(f"/Artifact BMC /Span <</Lang (nl-x-{CANARY})>> BDC 0 0 5 5 re f EMC EMC"),
    "content_artifact": content(f"/Artifact <</Type /{CANARY} /Owner ({CANARY})>> BDC 0 0 5 5 re f EMC"),
    "content_unknown_operator": content(f"BX ({CANARY}) Zz EX"),
    "content_intent": content(f"/{CANARY} ri"),
    "layer_usage": layer_usage,
    "form_metadata": form_metadata,
    "form_piece": form_piece,
    "postscript": postscript,
    "shading_function": shading(lambda pdf: function(pdf, f"{{ dup dup % {CANARY}\n }}".encode())),
    "shading_samples": shading(sampled),
    "shading_mesh": resource("/Shading", mesh, "0 0 9 9 re W n /R0 sh"),
    "pattern": resource("/Pattern", pattern, "/Pattern cs /R0 scn 0 0 9 9 re f"),
    "soft_mask": resource("/ExtGState", soft_mask, "/R0 gs 0 0 9 9 re f"),
    "halftone": resource("/ExtGState", halftone, "/R0 gs 0 0 9 9 re f"),
    "transfer": resource("/ExtGState", transfer, "/R0 gs 0 0 9 9 re f"),
    "separation": resource("/ColorSpace", separation, "/R0 cs 1 scn 0 0 9 9 re f"),
    "calculator_comment": resource("/ColorSpace", calculator_comment, "/R0 cs 1 scn 0 0 9 9 re f"),
    "device_n": resource("/ColorSpace", device_n, "/R0 cs 1 scn 0 0 9 9 re f"),
    "profile_text": profile_text,
    "profile_tail": profile_tail,
    "profile_of_picture": profile_of_picture,
    "lookup_tail": lookup_tail,
    "jpx_box": jpx_box,
    "inline_tail": inline_tail,
    "inline_key": inline_key,
    "flate_tail": filtered(zlib.compress(PIXELS) + CANARY.encode(), Name.FlateDecode),
    "predictor_tail": filtered(zlib.compress(ROWS + CANARY.encode()[:4]), Name.FlateDecode, parameters=PREDICTOR),
    "decode_parameters": filtered(
        zlib.compress(PIXELS), Name.FlateDecode, parameters=Dictionary(Predictor=1, Note=SECRET)
    ),
    "base85_tail": filtered(a85encode(PIXELS) + b"~>" + CANARY.encode(), Name.ASCII85Decode),
    "hexadecimal_tail": filtered(PIXELS.hex().encode() + b">" + CANARY.encode(), Name.ASCIIHexDecode),
    "run_length_tail": filtered(b"\x0b" + PIXELS + b"\x80" + CANARY.encode(), Name.RunLengthDecode),
    "font_metadata": with_font(font_metadata),
    "cmap_name": with_font(cmap_name),
    "cmap_of_nothing": with_font(cmap_of_nothing),
    "cid_system": with_font(cid_system),
    "descriptor_strings": with_font(descriptor_strings),
    "glyph_that_is_shown": glyph_that_is_shown,
    "history": history,
    "packet_padding": packet_padding,
    "info_key": info_key,
    "trailer_key": lambda pdf: pdf.trailer.__setitem__("/Vendor", SECRET),
    "annotation_name": annotated("Link", A=WEB, NM=SECRET, T=SECRET, M=SECRET),
    "next_action": annotated("Link", A=next_action()),
    "previous_action": annotated("Link", A=WEB, PA=Dictionary(S=Name.URI, URI=SECRET)),
    "rich_media": annotated("RichMedia", RichMediaContent=Dictionary(Assets=SECRET)),
    "three_dimensions": annotated("3D", **{"3DD": SECRET}, Contents=SECRET),
    "sound": annotated("Sound", Sound=SECRET),
    "screen": annotated("Screen", T=SECRET, A=Dictionary(S=Name.Rendition, JS=SECRET)),
    "file_pin": annotated("FileAttachment", Contents=SECRET, FS=Dictionary(Type=Name.Filespec, F=SECRET)),
    "popup": annotated("Popup", Contents=SECRET),
    "redact_mark": annotated("Redact", OverlayText=SECRET),
    "watermark": annotated("Watermark", Contents=SECRET),
    "projection": annotated("Projection", Contents=SECRET),
    "outline_element": outline_of(SE=Dictionary(T=SECRET), Note=SECRET),
}

# --- bytes ------------------------------------------------------------------------------------------------------------


def behind_the_data(file: bytes) -> bytes:
    """Between the end of a stream's data and `endstream`; offsets of later objects are mended by a reader or not."""
    at = file.index(b"\nendstream")
    return shifted(file, at, b"\n" + CANARY.encode())


def between_objects(file: bytes) -> bytes:
    return shifted(file, file.index(b"endobj\n") + len(b"endobj\n"), f"% {CANARY}\n".encode())


def within_an_object(file: bytes) -> bytes:
    return shifted(file, file.index(b"<<", file.index(b" obj")) + 2, f" % {CANARY}\n".encode())


def behind_the_header(file: bytes) -> bytes:
    return shifted(file, file.index(b"\n") + 1, f"%{CANARY}\n".encode())


def shifted(file: bytes, at: int, more: bytes) -> bytes:
    """With more bytes in one place, and a table of objects that knows."""
    new = file[:at] + more + file[at:]

    def entry(match: re.Match[bytes]) -> bytes:
        offset = int(match.group(1))
        return b"%010d %s n" % (offset + (len(more) if offset >= at else 0), match.group(2))

    head, table = (
        new[: new.rindex(b"xref\n", 0, new.rindex(b"startxref"))],
        new[new.rindex(b"xref\n", 0, new.rindex(b"startxref")) :],
    )
    table = re.sub(rb"(\d{10}) (\d{5}) n", entry, table)
    return with_start(head, table)


def with_start(head: bytes, table: bytes) -> bytes:
    return head + re.sub(rb"startxref\n\d+", b"startxref\n%d" % len(head), table)


def parts(file: bytes) -> tuple[bytes, bytes]:
    at = file.rindex(b"xref\n", 0, file.rindex(b"startxref"))
    return file[:at], file[at:]


def free_entry(file: bytes) -> bytes:
    """An object that lies in the file and that the table calls free."""
    head, table = parts(file)
    size = int(re.search(rb"xref\n0 (\d+)", table)[1])  # type: ignore[index]
    head += b"%d 0 obj\n(%s)\nendobj\n" % (size, CANARY.encode())
    table = table.replace(b"xref\n0 %d\n" % size, b"xref\n0 %d\n" % (size + 1)).replace(
        b"trailer", b"0000000000 00001 f \ntrailer"
    )
    return with_start(head, table.replace(b"/Size %d" % size, b"/Size %d" % (size + 1)))


def old_generation(file: bytes) -> bytes:
    """An object twice, the first time with the generation that counts no more."""
    at = file.index(b"1 0 obj")
    return shifted(file, at, b"1 9 obj\n(%s)\nendobj\n" % CANARY.encode())


def free_entry_text(file: bytes) -> bytes:
    """Bytes in the table itself: the offset of a free entry means nothing."""
    digits = int.from_bytes(CANARY.encode()[:4]) % 10_000_000_000
    head, table = parts(file)
    table = table.replace(b"0000000000 65535 f", b"%010d 65535 f" % digits)
    return with_start(head, table.replace(b"trailer", f"% {CANARY}\ntrailer".encode()))


def hybrid(file: bytes) -> bytes:
    """A second table, in a stream, that old readers do not look at."""
    head, table = parts(file)
    row = b"\x01" + len(head).to_bytes(4) + b"\0"
    stream = b"<</Type/XRef/Size 9999/Index[9998 1]/W[1 4 1]/Length %d/Note(%s)>>\nstream\n%s\nendstream" % (
        len(row), CANARY.encode(), row)  # fmt: skip
    new = head + b"9998 0 obj\n" + stream + b"\nendobj\n"
    return with_start(new, table.replace(b"trailer <<", b"trailer << /XRefStm %d" % len(head)))


def identifiers(file: bytes) -> bytes:
    head, table = parts(file)
    return head + re.sub(rb"/ID \[.*?\]", b"/ID [(%s) (%s)]" % (CANARY.encode(), CANARY.encode()), table)


BYTES: dict[str, Callable[[bytes], bytes]] = {
    "behind_the_data": behind_the_data,
    "between_objects": between_objects,
    "within_an_object": within_an_object,
    "behind_the_header": behind_the_header,
    "free_entry": free_entry,
    "free_entry_text": free_entry_text,
    "old_generation": old_generation,
    "hybrid_table": hybrid,
    "identifiers": identifiers,
}
PLACES = (*PLANTS, *BYTES)

"""Data of other formats within a PDF: what draws stays the same to the byte that draws, what is damaged is refused."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops, ImageCms

from docgen.errors import PublicationRefused
from docgen.publishing.flatten import rewrite
from publishing.test_flatten_refusals import document, page_of
from publishing.test_flatten_signed import pictures_of, policy


def noise(mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((40, 30), 60).convert(mode)


def saved(form: str, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    noise(mode).save(out, form, **options)  # type: ignore[arg-type]
    return out.getvalue()


def shown(data: bytes, **keys: object) -> bytes:
    """A page with one picture of 40 by 30 pixels."""

    def edit(pdf: pikepdf.Pdf) -> None:
        image = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Width=40, Height=30, BitsPerComponent=8)
        for key, value in keys.items():
            image[f"/{key}"] = value
        page_of(pdf).Resources.XObject["/X"] = image

    return document(edit, content="160 0 0 120 20 20 cm /X Do")


def jpx(mode: str = "RGB", **options: object) -> bytes:
    colours = Name.DeviceGray if mode == "L" else Name.DeviceRGB
    return shown(saved("JPEG2000", mode, **options), Filter=Name.JPXDecode, ColorSpace=colours)


def photo(mode: str = "RGB", **options: object) -> bytes:
    spaces = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}
    return shown(saved("JPEG", mode, **options), Filter=Name.DCTDecode, ColorSpace=spaces[mode])


def fax(**parameters: object) -> bytes:
    picture = Image.effect_noise((40, 30), 200).convert("1")
    out = io.BytesIO()
    picture.save(out, "TIFF", compression="group4")
    with Image.open(out) as written:
        (at,), (size,) = written.tag_v2[273], written.tag_v2[279]  # type: ignore[attr-defined]
    data = out.getvalue()[at : at + size]
    told = Dictionary(K=-1, Columns=40, Rows=30, **parameters)
    keys = {"Filter": Name.CCITTFaxDecode, "DecodeParms": told, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 1}
    return shown(data, **keys)


def with_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    def edit(pdf: pikepdf.Pdf) -> None:
        page_of(pdf).Resources.ColorSpace = Dictionary(C=Array([Name.ICCBased, pdf.make_stream(profile, N=3)]))

    return document(edit, content="/C cs .2 .5 .9 sc 20 20 90 90 re f")


def with_mesh(kind: int, data: bytes) -> bytes:
    def edit(pdf: pikepdf.Pdf) -> None:
        mesh = pdf.make_stream(
            data, ShadingType=kind, ColorSpace=Name.DeviceRGB, BitsPerCoordinate=8, BitsPerComponent=8, BitsPerFlag=8,
            Decode=Array([0, 200, 0, 200, 0, 1, 0, 1, 0, 1]),
        )  # fmt: skip
        page_of(pdf).Resources.Shading = Dictionary(S=mesh)

    return document(edit, content="/S sh")


CORNERS = ((20, 20, 255, 0, 0), (220, 30, 0, 255, 0), (90, 230, 0, 0, 255))
WHOLE: dict[str, Callable[[], bytes]] = {
    "jpx": jpx,
    "jpx_grey": lambda: jpx("L"),
    "jpx_tiles": lambda: jpx(tile_size=(16, 16)),
    "jpx_lossy": lambda: jpx(irreversible=True, quality_layers=[20, 5], progression="RPCL"),
    "jpeg": photo,
    "jpeg_progressive": lambda: photo(progressive=True),
    "jpeg_restarts": lambda: photo(restart_marker_blocks=2),
    "jpeg_inks": lambda: photo("CMYK"),
    "fax": fax,
    "fax_inverted": lambda: fax(BlackIs1=True),
    "profile": with_profile,
    "mesh": lambda: with_mesh(4, b"".join(bytes((0, *corner)) for corner in CORNERS)),
    "patch": lambda: with_mesh(
        6, bytes((0, *(20, 20) * 3, *(20, 220) * 3, *(220, 220) * 3, *(220, 20) * 3)) + bytes(range(12))
    ),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_what_is_made_anew_draws_the_same(kind: str, tmp_path: Path) -> None:
    content = WHOLE[kind]()
    copy = rewrite(content, policy()).content
    before, after = pictures_of(content, tmp_path)[0], pictures_of(copy, tmp_path)[0]
    assert before.getcolors() is None or len(before.getcolors()) > 1  # something is drawn
    assert not ImageChops.difference(before, after).getbbox()
    assert streams(rewrite(copy, policy()).content) == streams(copy)


def streams(content: bytes) -> set[bytes]:
    """The data of pictures, profiles and meshes."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        held = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        return {
            bytes(one.read_raw_bytes() if "/Width" in one else one.read_bytes())
            for one in held
            if not {"/Width", "/N", "/ShadingType"}.isdisjoint(one.keys())
        }


CHANGES = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["jpx", "jpx_tiles", "jpeg", "jpeg_progressive", "fax", "profile", "mesh", "patch"]), CHANGES)
def test_damaged_data_are_refused_or_clean(kind: str, changes: list[tuple[int, int]]) -> None:
    content = WHOLE[kind]()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        (one,) = (
            one for one in pdf.objects
            if isinstance(one, pikepdf.Stream) and not {"/Width", "/N", "/ShadingType"}.isdisjoint(one.keys())
        )  # fmt: skip
        data = bytearray(one.read_raw_bytes() if "/Width" in one else one.read_bytes())
        for place, value in changes:
            data[place % len(data)] = value
        if "/Width" in one:
            one.write(bytes(data), filter=one.Filter, decode_parms=one.get("/DecodeParms"))
        else:
            one.write(bytes(data))
        out = io.BytesIO()
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    with contextlib.suppress(PublicationRefused):
        copy = rewrite(out.getvalue(), policy()).content
        assert streams(rewrite(copy, policy()).content) == streams(copy)

"""Images: only the picture itself passes, without metadata, thumbnails, alternates, or bytes behind its end."""

from __future__ import annotations

from typing import Any

from pikepdf import Array, Dictionary, Name, Stream

from docgen.publishing.flatten.allowlists import FAX_PARAMETERS, IMAGE, NUMBERS
from docgen.publishing.flatten.copying import Copier, copied_keys
from docgen.publishing.flatten.fax import cleaned_fax
from docgen.publishing.flatten.job import Job, spot_of
from docgen.publishing.flatten.jpeg import cleaned_jpeg
from docgen.publishing.flatten.jpeg2000 import cleaned_jpeg2000
from docgen.publishing.flatten.spaces import components_of
from docgen.publishing.flatten.streams import parameters_of, partly_decoded


class Images:
    """The images of the document, each copied once."""

    def __init__(self, copier: Copier) -> None:
        self._copier = copier
        self._copies: dict[tuple[int, int], Stream] = {}

    def of(self, source: Stream, spot: str, depth: int = 0) -> Stream:
        """The copy of an image, with its soft or hard mask.

        Raises:
            PublicationRefused: `DG-F109` for a filter that is not understood, `DG-F116` for data that are not what
                the image says they are.
        """
        if source.objgen not in self._copies:
            self._copier.job.check_depth(depth, spot)
            self._copies[source.objgen] = self._copied(source, spot_of(source, spot), depth)
        return self._copies[source.objgen]

    def _copied(self, source: Stream, spot: str, depth: int) -> Stream:
        copier, job = self._copier, self._copier.job
        followed = ("/SMask", "/Mask")
        entries = copied_keys({k: v for k, v in source.items() if k not in followed}, IMAGE, copier, spot, depth)
        for key in followed:
            mask = source.get(key)
            if isinstance(mask, Stream):
                entries[key] = self.of(mask, spot, depth + 1)
            elif isinstance(mask, Array):
                entries[key] = copier.copy(mask, NUMBERS, spot)
        data, codec = partly_decoded(source, job, spot)
        made = job.target.make_stream(b"")
        if codec is None:
            made.write(exact(data, entries, job, spot))
        elif codec == "/CCITTFaxDecode":
            self._write_fax(made, data, source, spot)
        else:
            clean = cleaned_jpeg if codec == "/DCTDecode" else cleaned_jpeg2000
            made.write(clean(data, job, spot), filter=Name(codec), decode_parms=_transform(source, codec))
        for key, value in entries.items():
            made[key] = value
        return made

    def _write_fax(self, made: Stream, data: bytes, source: Stream, spot: str) -> None:
        parameters = parameters_of(source)[-1]
        told = Dictionary() if parameters is None else self._copier.copy(parameters, FAX_PARAMETERS, spot)
        size = (int(source.Width), int(source.Height))
        clean = cleaned_fax(data, told, size, self._copier.job, spot)
        kept = Dictionary(K=-1, Columns=size[0], Rows=size[1], BlackIs1=bool(told.get("/BlackIs1", False)))
        made.write(clean, filter=Name("/CCITTFaxDecode"), decode_parms=kept)


def _transform(source: Stream, codec: str) -> Dictionary | None:
    parameters = parameters_of(source)[-1]
    if codec == "/DCTDecode" and isinstance(parameters, Dictionary) and "/ColorTransform" in parameters:
        return Dictionary(ColorTransform=int(parameters.ColorTransform))
    return None


def exact(data: bytes, entries: dict[str, Any], job: Job, spot: str) -> bytes:
    """The samples of an image and not one byte more.

    Raises:
        PublicationRefused: `DG-F116` when there are fewer, `DG-F106` when their number cannot be known.
    """
    bits = 1 if entries.get("/ImageMask") else int(entries.get("/BitsPerComponent", 8))
    width, height = int(entries.get("/Width", 0)), int(entries.get("/Height", 0))
    components = 1 if entries.get("/ImageMask") else components_of(entries.get("/ColorSpace"), job, spot)
    needed = (width * components * bits + 7) // 8 * height
    if len(data) < needed:
        job.refuse("DG-F116", spot, reason="short")
    if len(data) > needed:
        job.drop("bytes behind an image", len(data) - needed)
    return data[:needed]

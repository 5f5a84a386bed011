"""Reading dictionaries of the source in one go, as plain Python values.

Each look into an object of qpdf costs as much as some ten lines of Python; the structure tree has thousands of small
dictionaries, all of which are read whole. Values are those of qpdf's JSON, version 2: names begin with a slash,
strings with `u:` or `b:`, references are `12 0 R`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

_HOLDERS = (Dictionary, Array)


class Natives:
    """The dictionaries and arrays of a document as plain values."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        written = {
            "{} {} R".format(*held.objgen): held.to_json(dereference=True)
            for held in pdf.objects
            if isinstance(held, _HOLDERS)
        }
        texts = [*dict.fromkeys(written.values())]  # attributes of tags say the same over and over
        values = json.loads((b"[" + b",".join(texts) + b"]").decode(), parse_float=Decimal)
        by_text = dict(zip(texts, values, strict=True))
        self._values: dict[str, Any] = {reference: by_text[text] for reference, text in written.items()}

    def plain(self, value: Any) -> Any:
        """A plain value, or what it refers to; nothing for a stream."""
        if not isinstance(value, str):
            return value
        found = self._values.get(value)  # first, since nearly all that is asked for is a reference
        if found is None and not is_reference(value):
            return value
        return found


def plain_value(held: Any) -> Any:
    """A dictionary of pikepdf as a plain value."""
    return json.loads(held.to_json(dereference=True).decode(), parse_float=Decimal)


def reference_to(held: Any) -> str:
    """How others refer to an indirect object; empty for a direct one."""
    number, generation = held.objgen
    return f"{number} {generation} R" if number else ""


def is_reference(value: Any) -> bool:
    """Whether a plain value stands for an indirect object."""
    return isinstance(value, str) and value[-2:] == " R" and value[0].isdigit()


def resolved(pdf: pikepdf.Pdf, reference: str) -> Any:
    """The object of pikepdf that a reference means."""
    number, generation, _ = reference.split()
    return pdf.get_object(int(number), int(generation))


def is_name(value: Any) -> bool:
    """Whether a plain value is a name."""
    return isinstance(value, str) and value[:1] == "/"


def string_of(value: Any) -> String | None:
    """The string that a plain value stands for, if it does."""
    if isinstance(value, str) and value[:2] == "u:":
        return String(value[2:])
    if isinstance(value, str) and value[:2] == "b:":
        return String(bytes.fromhex(value[2:]))
    return None


def held_of(pdf: pikepdf.Pdf, value: Any) -> Any:
    """What pikepdf has for a plain value."""
    if is_reference(value):
        return resolved(pdf, value)
    if isinstance(value, dict):
        return Dictionary({key: held_of(pdf, entry) for key, entry in value.items() if is_name(key)})
    if isinstance(value, list):
        return Array([held_of(pdf, member) for member in value])
    if is_name(value):
        return Name(value)
    return string_of(value) if isinstance(value, str) else value

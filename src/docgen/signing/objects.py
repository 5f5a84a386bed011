"""PDF objects in pyHanko's model. Its constructors carry no types: these do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

_untyped: Any = generic


def integer(value: int) -> generic.PdfObject:
    """An integer."""
    made: generic.PdfObject = _untyped.NumberObject(value)
    return made


def real(value: float) -> generic.PdfObject:
    """A number with two decimals, as exact as marks need."""
    made: generic.PdfObject = _untyped.FloatObject(f"{value:.2f}")
    return made


def reals(values: Iterable[float]) -> generic.ArrayObject:
    """An array of numbers."""
    return generic.ArrayObject([real(value) for value in values])


def dictionary(**entries: generic.PdfObject) -> generic.DictionaryObject:
    """A dictionary; the keys are written without their slash."""
    made: generic.DictionaryObject = _untyped.DictionaryObject(
        {pdf_name(f"/{name}"): value for name, value in entries.items()}
    )
    return made


def compressed(content: bytes, **entries: generic.PdfObject) -> generic.StreamObject:
    """A deflated stream."""
    stream = generic.StreamObject(dictionary(**entries), stream_data=content)
    squeeze: Any = stream.compress
    squeeze()
    return stream

"""Filling a plain text template, as strictly and safely as a Word template.

Same fields, same filters, same sandbox; only nothing is escaped, because nothing here is markup.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment, TemplateSyntaxError
from jinja2.exceptions import TemplateError

from docgen.errors import ContentInvalid, DocgenError, RenderFailed
from docgen.findings import Place
from docgen.word.environment import UnknownName, environment
from docgen.word.filters import Filters, Words
from docgen.word.locate import line_of
from docgen.word.record import EmptyField, as_template_value

_TAG = re.compile(r"\{%.*?%\}")


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A text with tags."""

    file: str
    """Path as the user knows it, for messages."""
    text: str
    first_line: int = 1
    """Line of the file on which the text begins."""


def fill(template: TextTemplate, values: Mapping[str, object], lang: str, words: Words) -> str:
    """The text with its tags filled in.

    Args:
        template: the text. A line with nothing but a `{% … %}` leaves no empty line behind.
        values: plain values by field name; see `docgen.word.record`.
        lang: language in which dates and lists are written.
        words: wording for the filters.

    Raises:
        ContentInvalid: the text has a tag that cannot be right for any case.
        RenderFailed: this case and this text do not fit, for example an empty field is printed.
    """
    jinja = environment()
    jinja.filters.update(Filters(words, lang).as_mapping())
    plain: Environment = jinja.overlay(
        autoescape=False, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    context = {name: as_template_value(value, name) for name, value in values.items()}
    try:
        return plain.from_string(_with_its_line_breaks(template.text)).render(context)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise _explained(error, template, context) from error


def _with_its_line_breaks(text: str) -> str:
    # Jinja would also take the line break after a tag that ends a line of words, and run two lines together.
    return "\n".join(_kept(line) for line in text.split("\n"))


def _kept(line: str) -> str:
    has_words = bool(_TAG.sub("", line).strip())
    plain_end = line.endswith("%}") and line[-3:-2] not in ("-", "+")
    return f"{line[:-2]}+%}}" if has_words and plain_end else line


def _explained(error: Exception, template: TextTemplate, context: Mapping[str, object]) -> DocgenError:
    line = getattr(error, "lineno", None) or line_of(error.__traceback__) or 1
    lines = template.text.splitlines()
    words = lines[line - 1].strip() if line <= len(lines) else ""
    place = Place(template.file, line + template.first_line - 1, 1, words=words)
    match error:
        case UnknownName():
            return _unknown_name(error, place, context)
        case EmptyField():
            return RenderFailed.because("DG-M106", place, name=error.path)
        case TemplateSyntaxError():
            return ContentInvalid.because("DG-M107", place, words=words, problem=error.message)
        case _:
            return RenderFailed.because("DG-M108", place, words=words, problem=error)


def _unknown_name(error: UnknownName, place: Place, context: Mapping[str, object]) -> DocgenError:
    known = tuple(context) if error.at_top else error.owner_names
    near = difflib.get_close_matches(error.name, known, n=1, cutoff=0.6)
    prefix = f"{error.owner_path}." if error.owner_path else ""
    if near:
        return ContentInvalid.because("DG-M104", place, name=prefix + error.name, near=prefix + near[0])
    return ContentInvalid.because("DG-M105", place, name=prefix + error.name, known=", ".join(sorted(known)))

"""Filling the HTML templates that web and legal staff own: strict, escaped, and without reach beyond plain values."""

from __future__ import annotations

from collections.abc import Mapping

from babel.numbers import format_decimal
from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docgen.errors import ContentInvalid
from docgen.findings import Place
from docgen.office.wording import Wording


def page(templates: Mapping[str, str], name: str, lang: str, wording: Wording, values: Mapping[str, object]) -> bytes:
    """One filled HTML page in UTF-8.

    Templates call `say("key", name=value)` for sentences and use the filters `day`, `number` and `kilobytes`, which
    follow the language. Raises `ContentInvalid` (DG-R101) for a template that is missing, has a wrong tag or names
    something that is not there.
    """
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        day=lambda value: wording.date(value, lang),
        number=lambda value: format_decimal(value, locale=lang),
        kilobytes=lambda value: format_decimal(max(1, round(value / 1024)), locale=lang),
    )
    environment.globals.update(say=lambda key, **parameters: wording.text(key, lang, **parameters), lang=lang)
    try:
        return environment.get_template(name).render(values).encode("utf-8")
    except TemplateError as error:
        place = Place(f"templates/site/{name}", getattr(error, "lineno", None) or 0)
        raise ContentInvalid.because("DG-R101", place, template=name, problem=error.message or "") from error

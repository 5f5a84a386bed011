"""The sandbox of templates, quick for the one kind of value that templates look into."""

from __future__ import annotations

from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from docgen.word.record import Record, field_of


class RecordSandbox(ImmutableSandboxedEnvironment):
    """Jinja's immutable sandbox. A field of a `Record` needs none of its checks: a record has nothing but fields."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja's, with the same result."""
        if type(obj) is not Record or attribute.startswith("_"):
            return super().getattr(obj, attribute)
        try:
            return field_of(obj, attribute)
        except KeyError:
            return self.undefined(obj=obj, name=attribute)

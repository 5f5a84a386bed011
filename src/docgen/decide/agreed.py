"""What holds of a request once the changes that it asks are agreed."""

from __future__ import annotations

from docgen.case.model import Case, PurposeChange, RetentionChange
from docgen.case.parts import Retention


def term(case: Case) -> Retention | RetentionChange | None:
    """How long the data may be kept: what a change says last, else what the request, or the earlier one, says."""
    longer = [one for one in case.changes if isinstance(one, RetentionChange) and (one.until or one.months)]
    return longer[-1] if longer else case.retention


def purposes(case: Case) -> tuple[str, ...]:
    """What the data are for: the purpose of the project, then each that a change adds."""
    first = case.purpose.description if case.purpose else None
    added = (one.text for one in case.changes if isinstance(one, PurposeChange))
    return tuple(text for text in (first, *added) if text)

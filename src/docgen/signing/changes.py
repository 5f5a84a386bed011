"""What may change behind a signature: pyHanko's difference analysis, with closer looks of our own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, PdfObject, StreamObject
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign import diff_analysis
from pyhanko.sign.diff_analysis import (
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.rules_api import ReferenceUpdate

from docgen.signing.metadata import same_but_dates


class _SameMetadata(MetadataUpdateRule):
    """Metadata may be dated anew; title, author and claims of conformance stay what was signed."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        before, after = (_resolved(revision, revision.root, "/Metadata") for revision in (old, new))
        if isinstance(before, StreamObject) and isinstance(after, StreamObject):
            if not same_but_dates(before.data, after.data):
                raise SuspiciousModification("The metadata says something else")
        elif before is not None or after is not None:
            raise SuspiciousModification("Metadata came or went")
        return super().apply(old, new)


class _SameInformation(DocInfoRule):
    """The document information may be dated anew, and no more."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        before, after = (_told(revision) for revision in (old, new))
        if before != after:
            raise SuspiciousModification("The document information says something else")
        return super().apply(old, new)


def _told(revision: HistoricalResolver) -> dict[str, PdfObject]:
    information = _resolved(revision, revision.trailer_view, "/Info")
    if not isinstance(information, DictionaryObject):
        return {}
    return {str(key): value for key, value in information.items() if key not in ("/ModDate", "/Producer")}


def _resolved(revision: HistoricalResolver, dictionary: DictionaryObject, key: str) -> PdfObject | None:
    """What a reference leads to in its revision; that of the trailer would otherwise lead to the latest one."""
    reference = dictionary.get_value_as_reference(key, optional=True)
    value: PdfObject | None = None if reference is None else revision(reference)
    return value


_PROOFS = ModificationLevel.LTA_UPDATES

_metadata: Any = _SameMetadata
_untyped: Any = diff_analysis
POLICY = StandardDiffPolicy(
    global_rules=[
        _untyped.CatalogModificationRule(),
        _SameInformation().as_qualified(_PROOFS),
        XrefStreamRule().as_qualified(_PROOFS),
        ObjectStreamRule().as_qualified(_PROOFS),
        DSSCompareRule().as_qualified(_PROOFS),
        _metadata().as_qualified(_PROOFS),
    ],
    form_rule=FormUpdatingRule(
        field_rules=[_untyped.SigFieldCreationRule(), SigFieldModificationRule(), GenericFieldModificationRule()]
    ),
)
"""pyHanko's default policy, with its rules on metadata replaced."""

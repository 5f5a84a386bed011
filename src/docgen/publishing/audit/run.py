"""The audit: every check on one file, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from docgen.documents import AuditReport, sha256
from docgen.findings import Finding
from docgen.publishing.audit import contents, patterns, structure, vocabulary
from docgen.publishing.audit.evidence import Evidence
from docgen.publishing.audit.limits import LimitExceeded, Limits, Unreadable
from docgen.publishing.audit.needles import SourceUnreadable
from docgen.publishing.audit.outcome import found
from docgen.publishing.audit.patterns import Policy

_EVERYBODY = Policy()
_ORDINARY = Limits()


@dataclass(frozen=True, slots=True)
class Check:
    """One named question about a file. Its sentence has the key `audit.check.<name>`."""

    name: str
    ask: Callable[[Evidence], Iterator[Finding]]


STRUCTURE: tuple[Check, ...] = (
    Check("readable", structure.readable),
    Check("one_revision", structure.one_revision),
    Check("every_byte_accounted", structure.every_byte_accounted),
    Check("streams_decoded", structure.streams_decoded),
    Check("not_encrypted", structure.not_encrypted),
    Check("no_forbidden_keys", structure.no_forbidden_keys),
    Check("known_keys_only", vocabulary.known_keys_only),
    Check("everything_in_use", structure.everything_in_use),
    Check("metadata_in_one_place", structure.metadata_in_one_place),
    Check("public_metadata", contents.public_metadata),
    Check("pictures_bare", contents.pictures_bare),
    Check("pages_rendered", contents.pages_rendered),
    Check("text_visible", contents.text_visible),
    Check("no_cryptography", contents.no_cryptography),
)
SOURCE: tuple[Check, ...] = (
    Check("no_secrets_of_source", contents.no_secrets_of_source),
    Check("names_only_on_pages", contents.names_only_on_pages),
)
PRIVATE: tuple[Check, ...] = (Check("no_private_values", contents.no_private_values),)


def audit(
    content: bytes,
    *,
    source: bytes | None,
    private_values: Sequence[str] = (),
    policy: Policy = _EVERYBODY,
    limits: Limits = _ORDINARY,
) -> AuditReport:
    """What is left in a PDF of the signatures of its source and of personal data.

    `source` is the signed original; without one (a PDF from elsewhere) the checks that compare with it are not on the
    list, and the report says so by their absence. `private_values` are texts of at least four letters or digits that
    must not occur anywhere. Findings name spots and sorts, never what was found.

    Never raises for what a file holds: a check that fails to run is `not run`, and the report is then not `ok`. Does
    not read pictures (no text recognition), and does not promise an end within a time for a crafted file: start it in a
    process with a deadline when files come from outside.
    """
    checks = (*STRUCTURE, *_patterns(policy), *(SOURCE if source is not None else ()))
    checks += PRIVATE if private_values else ()
    with closing(Evidence(content, source, private_values, limits)) as evidence:
        return _report(content, source, checks, evidence)


def _report(content: bytes, source: bytes | None, checks: Sequence[Check], evidence: Evidence) -> AuditReport:
    outcomes = [(check.name, *_outcome(check, evidence)) for check in checks]
    return AuditReport(
        digest=sha256(content),
        checks=tuple((name, outcome) for name, outcome, _ in outcomes),
        findings=tuple(finding for _, _, findings in outcomes for finding in findings),
        needles=_needles(evidence),
        source_digest=sha256(source) if source is not None else "",
    )


def unfinished(content: bytes, *, source: bytes | None, reason: str) -> AuditReport:
    """The report on a file of which the audit did not come to an end, stopped by whoever ran it: it is not `ok`.

    `reason` says in short what happened (`> 300 s`); it is repeated in the finding DG-L002.
    """
    return AuditReport(
        digest=sha256(content),
        checks=(("ended", "not run"),),
        findings=(found("DG-L002", reason=reason),),
        needles=0,
        source_digest=sha256(source) if source is not None else "",
    )


def _needles(evidence: Evidence) -> int:
    """How many secrets were looked for; none when they could not be drawn, which the checks then say."""
    if evidence.source is None:
        return 0
    try:
        return len(evidence.secrets)
    except Exception:
        return 0


def _patterns(policy: Policy) -> tuple[Check, ...]:
    return (
        Check("national_numbers_absent", partial(patterns.national_numbers_absent, policy=policy)),
        Check("accounts_absent", partial(patterns.accounts_absent, policy=policy)),
        Check("contacts_known", partial(patterns.contacts_known, policy=policy)),
    )


def _outcome(check: Check, evidence: Evidence) -> tuple[str, tuple[Finding, ...]]:
    try:
        findings = tuple(check.ask(evidence))
    except Exception as error:  # Whatever a hostile file brings about, the answer is: this was not checked.
        return "not run", (_not_run(check, error),)
    return ("failed" if any(finding.blocks for finding in findings) else "passed"), findings


def _not_run(check: Check, error: Exception) -> Finding:
    """Only our own exceptions are quoted: the words of others may hold what stands in the file."""
    quoted = isinstance(error, LimitExceeded | SourceUnreadable | Unreadable)
    return found("DG-L001", check=check.name, reason=str(error) if quoted else type(error).__name__)

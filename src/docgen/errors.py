"""The exception tree and the exit codes.

    DocgenError                        exit
    ├── UsageError                        2   wrong use of a command
    ├── CaseInvalid                       3   a case file cannot be used as it is
    ├── ContentInvalid                    4   a template, office profile, rule row or wording is wrong
    ├── RuleRefused                       5   well-formed, but a rule or gate says no
    ├── ToolFailed                        6   an outside tool is missing, failed or took too long
    │   └── ToolMissing
    ├── RenderFailed                      7   a template could not be filled
    ├── SigningFailed                     8   a signature could not be made
    ├── ValidationFailed                  9   a signed document does not hold
    ├── PublicationRefused               10   not publishable, or a leak was found
    └── BatchIncomplete                  11   some of a batch failed

Exceptions carry findings (code, place, parameters) and nothing else; they never print, log or translate. Anything
outside this tree that reaches the edge is a bug (70). Interrupted by the user: 130.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import ClassVar, Self

from docgen.findings import Finding, Place, Severity


class ExitCode(IntEnum):
    """What the process tells scripts. Part of the contract: documented, distinct, never reused."""

    DONE = 0
    WRONG_USE = 2
    CASE_INVALID = 3
    CONTENT_INVALID = 4
    RULE_REFUSES = 5
    TOOL_FAILED = 6
    RENDERING_FAILED = 7
    SIGNING_FAILED = 8
    VALIDATION_FAILED = 9
    PUBLICATION_REFUSED = 10
    BATCH_INCOMPLETE = 11
    BUG = 70
    INTERRUPTED = 130


class DocgenError(Exception):
    """Root of everything docgen raises on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__(" ".join(finding.code for finding in self.findings))

    @classmethod
    def because(cls, code: str, place: Place | None = None, /, **parameters: object) -> Self:
        """An error of this class with one finding; parameters become the words of its sentence."""
        words = {name: str(value) for name, value in parameters.items()}
        return cls([Finding(code, Severity.ERROR, place, words)])

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Finding, ...]]]:
        # By itself an exception crosses to another process with its words only, and those are not what it carries.
        return type(self), (self.findings,)

    def __str__(self) -> str:
        return "; ".join(
            f"{finding.code} {dict(finding.parameters)}" + (f" at {finding.place}" if finding.place else "")
            for finding in self.findings
        )


class UsageError(DocgenError):
    """A command was called in a way that cannot work."""

    exit_code = ExitCode.WRONG_USE


class CaseInvalid(DocgenError):
    """A case file cannot be used as it is; every finding has its line and column."""

    exit_code = ExitCode.CASE_INVALID


class ContentInvalid(DocgenError):
    """What legal staff own is wrong: an office profile, a template, a rule row, a wording file."""

    exit_code = ExitCode.CONTENT_INVALID


class RuleRefused(DocgenError):
    """The facts are well-formed, and a rule or gate of the procedure says no."""

    exit_code = ExitCode.RULE_REFUSES


class ToolFailed(DocgenError):
    """An outside tool failed or took too long; trying again may help."""

    exit_code = ExitCode.TOOL_FAILED


class ToolMissing(ToolFailed):
    """An outside tool is not installed; the finding says what to install."""


class RenderFailed(DocgenError):
    """A template could not be filled; the finding names template, part, paragraph and its words."""

    exit_code = ExitCode.RENDERING_FAILED


class SigningFailed(DocgenError):
    """A signature could not be made; nothing was written."""

    exit_code = ExitCode.SIGNING_FAILED


class ValidationFailed(DocgenError):
    """A signed document is not what it should be."""

    exit_code = ExitCode.VALIDATION_FAILED


class PublicationRefused(DocgenError):
    """Not publishable, or something that must stay private was found. Never retried automatically."""

    exit_code = ExitCode.PUBLICATION_REFUSED


class BatchIncomplete(DocgenError):
    """Some members of a batch failed; the others are done."""

    exit_code = ExitCode.BATCH_INCOMPLETE

"""What the recipes need from outside, handed in by the edge once a run."""

from __future__ import annotations

import importlib
import threading
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.documents import ExpectedSignature, SignedPdf, ValidationReport, sha256
from docgen.dossier import content
from docgen.dossier.roots import Roots
from docgen.office.profile import Office
from docgen.office.rules import Rules
from docgen.office.wording import Wording
from docgen.pipeline.guarded import Runner, here
from docgen.signing.trust import Trust

if TYPE_CHECKING:
    from docgen.word.compiled import CompiledTemplate
    from docgen.word.render import Template


def _of_stage(module: str, name: str) -> Any:
    """A stage's function, loaded at first use.

    Most cases have nothing signed and many commands print nothing; the libraries behind these two stages take longer
    to load than a hundred cases take to be checked.
    """
    return getattr(importlib.import_module(f"docgen.{module}"), name)


class Judge:
    """Validation that remembers within one run: the same bytes, expectations and moment get the same judgement."""

    def __init__(self, trust: Trust, now: datetime) -> None:
        self._trust = trust
        self._now = now
        self._reports: dict[tuple[str, tuple[ExpectedSignature, ...]], ValidationReport] = {}

    def __call__(self, signed: SignedPdf, expected: tuple[ExpectedSignature, ...]) -> ValidationReport:
        """The report of `docgen.signing.validate` on a document."""
        key = (signed.digest, expected)
        if key not in self._reports:
            validate = _of_stage("signing.validate", "validate")
            self._reports[key] = validate(signed, trust=self._trust, expected=expected, now=self._now)
        return self._reports[key]


class Offices:
    """Office profiles that are read once within one run, unless their file changes in the meantime."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[tuple[Path, str], Office] = {}

    def __call__(self, roots: Roots, name: str, rules: Rules) -> Office:
        """See `docgen.dossier.content.lawful_office`."""
        file = roots.templates / name / "office.yaml"
        key = (file, content.office_digest(roots, name) if file.is_file() else "")
        with self._lock:
            if key not in self._read:
                self._read[key] = content.lawful_office(roots, name, rules)
            return self._read[key]


class Compiled:
    """Word templates that are compiled once within one run; for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._templates: dict[str, CompiledTemplate] = {}

    def __call__(self, template: Template) -> CompiledTemplate:
        """The template compiled, by its content: a template that changes in mid-run is another one.

        Raises:
            RenderFailed: it is no Word file, or holds what docgen does not open; found before it is unpacked.
        """
        digest = sha256(template.content)
        with self._lock:
            if digest not in self._templates:
                _of_stage("pdf.package", "require_harmless")(template.content, name=template.file)
                self._templates[digest] = _of_stage("word.compiled", "compile_template")(template)
            return self._templates[digest]


@dataclass(frozen=True, slots=True)
class Workshop:
    """Folders, content, the moment, and whose signatures count."""

    roots: Roots
    wording: Wording
    rules: Rules
    now: datetime
    """Aware; the one moment of the whole run."""
    trust: Trust
    judge: Judge
    compiled: Compiled = field(default_factory=Compiled)
    offices: Offices = field(default_factory=Offices)
    run: Runner = here
    """Where files from elsewhere are judged."""

    @classmethod
    def equipped(cls, roots: Roots, wording: Wording, rules: Rules, now: datetime, trust: Trust) -> Workshop:
        """A workshop with a judge of its own."""
        return cls(roots, wording, rules, now, trust, Judge(trust, now))

    def trusting(self, trust: Trust) -> Workshop:
        """The same workshop with other trust anchors."""
        return replace(self, trust=trust, judge=Judge(trust, self.now))

    def judging(self, run: Runner) -> Workshop:
        """The same workshop, where files from elsewhere are judged by `run`."""
        return replace(self, run=run)

    def at(self, roots: Roots) -> Workshop:
        """The same workshop over other folders, for a case given by its path."""
        return replace(self, roots=roots)

    def office(self, name: str) -> Office:
        """The profile of an office.

        Raises:
            ContentInvalid: it cannot be used.
        """
        return self.offices(self.roots, name, self.rules)

    def today(self, office: Office) -> date:
        """The calendar day at the office."""
        return office.day(self.now)


def language_tag(lang: str, office: Office) -> str:
    """BCP 47 tag of a document: its language as written in the office's country, `nl-BE`."""
    return f"{lang}-{office.address.country}"

"""What becomes of a filled document: printed, signed by everybody with demo keys, judged, and copied for the public.

Each is made once in a run of the tests, and kept as files, so that tests of several rooms can look at the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from docgen.decide.signatories import expected_signatures, placements
from docgen.documents import Pdf, SignablePdf, SignedPdf
from docgen.office.profile import in_language
from docgen.pdf.convert import Converter
from docgen.pipeline.copy_policy import copy_policy
from docgen.pipeline.demo_keys import demo_key
from docgen.pipeline.recipe import pages
from docgen.pipeline.workshop import language_tag
from docgen.publishing.flatten import FlattenPolicy, rewrite
from docgen.signing.demo_pki import DemoPki
from docgen.signing.fields import prepare
from docgen.signing.mark import MarkWords, compose
from docgen.signing.sign import SigningOrder, sign
from docgen.signing.trust import Trust, trust_from
from docgen.signing.validate import validate
from docgen.xmp import Metadata
from once import made_once
from specimens import Specimen, filled, office, template_name, wording

MOMENT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Output:
    """One document at each stage of its life; a stage is made when it is first asked for."""

    one: Specimen
    folder: Path
    """Shared by all processes of a run."""
    converter: Converter

    @property
    def name(self) -> str:
        """`statbel/nl/contract`."""
        return template_name(self.one.path)

    @cached_property
    def printed(self) -> bytes:
        """As it comes out of the press, without fields."""
        lang = language_tag(self.one.id.lang, office(self.one.case.office))

        def make() -> bytes:
            document = filled(self.one)
            metadata = Metadata(document.title, lang, "docgen", MOMENT)
            return pages(document, converter=self.converter, metadata=metadata).content

        return made_once(self._file("printed"), make)

    @cached_property
    def signable(self) -> bytes:
        """With its empty fields, or as it was printed when nobody signs it."""
        one = self.one
        slots = placements(one.case, office(one.case.office), one.id.kind, one.id.lang, wording())
        if not slots:
            return self.printed
        return made_once(self._file("signable"), lambda: prepare(Pdf(one.id, self.printed, ""), slots).content)

    @cached_property
    def signed(self) -> SignedPdf:
        """With every slot filled in, in order."""
        return SignedPdf(self.one.id, made_once(self._file("signed"), self._sign))

    @cached_property
    def policy(self) -> FlattenPolicy:
        """How its publication copy is made."""
        own, case = office(self.one.case.office), self.one.case
        expected = expected_signatures(case, own, self.one.id.kind)
        report = validate(self.signed, trust=self._trust, expected=expected, now=MOMENT)
        assert report.ok, report.findings
        return copy_policy(self.signed, report, case, own, wording())

    @cached_property
    def copy(self) -> bytes:
        """What the public sees of it, or would if it were published."""
        return made_once(self._file("copy"), lambda: rewrite(self.signed.content, self.policy).content)

    def _file(self, stage: str) -> Path:
        return self.folder / f"{self.name.replace('/', '.')}.{self.one.case.id}.{stage}.pdf"

    @property
    def _pki(self) -> DemoPki:
        return DemoPki.open(self._file("pki").with_suffix(""))

    @property
    def _trust(self) -> Trust:
        return trust_from([self._pki.root_certificate])

    def _sign(self) -> bytes:
        pki = self._pki
        own, case, lang = office(self.one.case.office), self.one.case, self.one.id.lang
        words = MarkWords(wording().text("mark.signed", lang), wording().text("mark.on_behalf_of", lang, name="{name}"))
        expected = expected_signatures(case, own, self.one.id.kind)
        moment = MOMENT.astimezone(ZoneInfo(own.time_zone))
        document: SignablePdf | SignedPdf = SignablePdf(self.one.id, self.signable, tuple(one.slot for one in expected))
        for slot in expected:
            key = demo_key(pki, slot)
            role = in_language(own.roles[slot.roles[0]].title, lang)
            mark = compose(words, name=key.holder, role=role, moment=moment)
            document = sign(document, SigningOrder(slot.slot, mark, moment), key)
        return document.content

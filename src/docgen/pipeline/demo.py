"""The sample run: copies of the sample cases, taken as far as their procedures allow, in a workspace of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from docgen.decide.plan import gate
from docgen.dossier import cases, files
from docgen.dossier.roots import Roots
from docgen.pdf.convert import Converter
from docgen.pdf.inspect import page_count
from docgen.pipeline.build import Built, build
from docgen.pipeline.demo_keys import demo_key, open_demo_pki
from docgen.pipeline.publish import Published, publish_case, update_site
from docgen.pipeline.sign import KeyFor, sign_slot
from docgen.pipeline.standing import Standing, stand
from docgen.pipeline.workshop import Workshop
from docgen.signing.trust import trust_from

Tell = Callable[[str], None]
Make = Callable[[Workshop, str], tuple[Built, ...]]

_SETTINGS = """# Written by `docgen demo`; start docgen in this folder to look around in the sample run.
templates = "{templates}"
cases = "cases"
out = "out"
trust = ["pki/root.cert.pem"]
demo_pki = "pki"
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One document of the sample run, as the closing table shows it."""

    case: str
    document: str
    pages: int
    signatures: int
    slots: int
    valid: bool | None
    """`None` when nothing is signed."""
    audit: str
    """`passed`, `failed`, or empty for what is not published."""
    path: Path


def demo(shop: Workshop, *, converter: Converter, tell: Tell, jobs: int = 1) -> tuple[Row, ...]:
    """Run the whole way on copies of all cases; what was done before is not done again.

    Args:
        shop: the real folders; nothing in them is changed.
        converter: the engine for PDFs.
        tell: is told each thing that was done.
        jobs: how many documents of a case at once.

    Raises:
        DocgenError: whatever stage refuses.
    """
    workspace = shop.roots.out / "demo"
    roots = Roots(shop.roots.templates, workspace / "cases", workspace / "out")
    pki = open_demo_pki(workspace / "pki")
    ours = shop.at(roots).trusting(trust_from([pki.root_certificate]))
    _lay_out(shop, workspace, roots)

    names = cases.known(roots)
    for case in names:
        _as_far_as_it_goes(ours, case, partial(build, converter=converter, jobs=jobs), partial(demo_key, pki), tell)
    if update_site(ours, roots.site):
        tell(f"site {roots.site / 'index.html'}")
    return tuple(row for case in names for row in _rows(ours, case))


def _lay_out(shop: Workshop, workspace: Path, roots: Roots) -> None:
    for case in cases.known(shop.roots):
        sample = files.read(shop.roots.case_file(case))
        if files.read_if_there(roots.case_file(case)) != sample:
            files.write(roots.case_file(case), sample)
    settings = _SETTINGS.format(templates=shop.roots.templates.resolve().as_posix())
    if files.read_if_there(workspace / "docgen.toml") != settings.encode():
        files.write(workspace / "docgen.toml", settings.encode())


def _as_far_as_it_goes(shop: Workshop, case: str, make: Make, key_for: KeyFor, tell: Tell) -> None:
    # A signature may open the next document (the contract after the signed advice), so this goes round until still.
    while True:
        built = [one for one in make(shop, case) if one.state == "built"]
        for one in built:
            tell(f"built {one.id}")
        signed = _sign_one(shop, case, key_for)
        if signed:
            tell(f"signed {signed}")
        if not built and not signed:
            break
    for published in publish_case(shop, case):
        _tell_published(published, tell)


def _tell_published(published: Published, tell: Tell) -> None:
    if published.error is not None:
        raise published.error
    if published.state == "published":
        tell(f"published {published.id}")


def _sign_one(shop: Workshop, case: str, key_for: KeyFor) -> str:
    standing = stand(shop, case)
    for kind, slot in _open_slots(shop, standing):
        sign_slot(shop, case, kind, slot, key_for)
        return f"{standing.document(kind)} {slot}"
    return ""


def _open_slots(shop: Workshop, standing: Standing) -> Iterator[tuple[str, str]]:
    done = {(slot.kind, slot.slot) for slot in standing.dossier.signed}
    procedure = standing.office.procedure(standing.case.procedure)
    for kind in procedure.kinds if procedure else ():
        if not shop.roots.pdf(standing.document(kind)).is_file():
            continue
        for slot in standing.office.kinds[kind].slot_names:
            if (kind, slot) in done:
                continue
            if not gate("sign", kind, standing.located, standing.office, standing.dossier, slot):
                yield kind, slot
            break


def _rows(shop: Workshop, case: str) -> Iterator[Row]:
    standing = stand(shop, case)
    for kind, described in standing.office.kinds.items():
        document = standing.document(kind)
        pdf = shop.roots.pdf(document)
        if not pdf.is_file():
            continue
        report = standing.reports.get(kind)
        made = sum(1 for signature in report.signatures if signature.slot) if report else 0
        public = shop.roots.public(document)
        audited = "passed" if shop.roots.audit(document).is_file() else ""
        path = public if audited else shop.roots.signed(document) if report else pdf
        yield Row(
            case,
            document.stem,
            page_count(files.read(pdf)),
            made,
            len(described.slots),
            report.ok if report else None,
            audited,
            path,
        )

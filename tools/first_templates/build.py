"""Builds the first edition of the Word templates from their source texts.

    .venv/bin/python tools/first_templates/build.py [--into templates] [OFFICE[/LANG[/KIND]]…]

From then on the Word files in `templates/` are what counts: legal staff edit them in Word, and building again would
undo their work. So a template that is there already is left alone, unless `--overwrite` is given.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import body
import boxes
import controls
import house
import package
import source
import spacing
import styles
from words import WORDS

from docgen.dossier import content
from docgen.dossier.roots import Roots
from docgen.office.profile import Office
from docgen.office.wording import Wording

HERE = Path(__file__).parent
ROOTS = Roots(HERE.parent.parent / "templates", Path("cases"), Path("out"))
CLAUSES = HERE / "clauses"
LAWFUL_PURPOSES = ("scientific", "statistical", "policy_preparation")
"""The purposes for which individual data are there at all (rule D-01)."""


def template(path: Path) -> bytes:
    """The Word template that a source text describes; the same bytes at every call.

    Raises:
        source.SourceError: when the source text is not of the form.
    """
    words = WORDS[path.parent.name]
    text = source.read(path, CLAUSES, (words.field, words.value))
    look = house.read(path.parent.parent / "style.yaml")
    fields: tuple[controls.Control, ...] = ()
    if form := is_form(path):
        office = content.office(ROOTS, path.parents[1].name)
        text, fields = controls.with_controls(text, _form_words(path.parent.name, content.wording(ROOTS), office))
    text = replace(text, blocks=spacing.under_tables(text.blocks))
    document = package.empty_document(
        styles.styles_xml(look, words, text.numbering, form=form),
        styles.numbering_xml(words, text.numbering),
        styles.settings_xml(words),
    )
    body.fill(document, text, words)
    boxes.insert(document.element, fields)
    package.set_properties(
        document,
        title=text.title,
        subject=text.subject,
        author="",
        language=words.locale,
        category=text.kind,
        comments=words.review_notice.format(office=look.office),
    )
    return package.as_bytes(document)


def is_form(path: Path) -> bool:
    """Whether the applicant fills in this document, by the profile of its office."""
    described = content.office(ROOTS, path.parent.parent.name).kinds.get(path.stem)
    return described is not None and described.filled_by == "applicant"


def _form_words(lang: str, wording: Wording, office: Office) -> controls.FormWords:
    help = content.field_help(ROOTS)
    return controls.FormWords(
        locale=WORDS[lang].locale,
        title=lambda path: help.fields[path, lang].title,
        labels=lambda path: wording.labels(path, lang),
        offered=_offered(office),
        yes=wording.text("filter.yes", lang),
        no=wording.text("filter.no", lang),
        conjunction=wording.text("and", lang),
    )


def _offered(office: Office) -> dict[str, tuple[str, ...]]:
    """What an applicant may choose; a case file knows more, so that what is refused can be said."""
    kinds, categories = office.recipients.kinds, office.recipients.categories
    named = {"applicant.kind": kinds, "applicant.recipient_category": categories}
    return {path: values for path, values in named.items() if values} | {"purpose.kinds": LAWFUL_PURPOSES}


def sources(wanted: Sequence[str]) -> Iterator[Path]:
    """The source texts of which `office/lang/kind` begins with one of the wanted names; all when none is named."""
    for path in sorted(HERE.glob("*/*/*.md")):
        name = path.relative_to(HERE).with_suffix("").as_posix()
        if path.parent.parent != CLAUSES and (not wanted or any(f"{name}/".startswith(f"{w}/") for w in wanted)):
            yield path


def main(arguments: Sequence[str]) -> int:
    """Build the templates and say which."""
    parser = argparse.ArgumentParser(description="Build the first edition of the Word templates.")
    parser.add_argument("wanted", nargs="*", metavar="OFFICE[/LANG[/KIND]]", help="default: all")
    parser.add_argument("--into", type=Path, default=HERE.parent.parent / "templates", help="default: templates/")
    parser.add_argument("--overwrite", action="store_true", help="replace templates that are there already")
    options = parser.parse_args(arguments)
    for path in sources(options.wanted):
        target = options.into / path.relative_to(HERE).with_suffix(".docx")
        if target.exists() and not options.overwrite:
            print(f"{target}: is there already, left alone (--overwrite replaces it)", file=sys.stderr)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(template(path))
        print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

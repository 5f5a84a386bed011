"""The documentation: every command and option that it names exists, in the guides also documents, slots and endings."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from docgen.cli.main import docgen
from docgen.dossier import content, letters
from docgen.dossier.roots import Roots
from docgen.errors import ExitCode

ROOT = Path(__file__).parents[2]
ROOTS = Roots(ROOT / "templates", ROOT / "cases", ROOT / "out")
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
OFFICES = ("vsa", "statbel")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DPO = [guide for guide in GUIDES if guide.stem.startswith("dpo.")]


def commands(text: str) -> set[str]:
    """Every `docgen …` between backquotes or at the start of a line of an example."""
    between = re.split(r"(?m)^ *```.*$", text)
    alone = [line.strip() for block in between[1::2] for line in block.splitlines()]
    quoted = [words for part in between[::2] for words in re.findall(r"`(docgen [^`\n]+)`", part)]
    return {words for words in [*quoted, *alone] if words.startswith("docgen ")}


def understood(words: str) -> click.Command:
    """The command that a line names, when it has every option that the line gives it."""
    group: click.Command = docgen
    _, *rest = shlex.split(words.replace("<", "").replace(">", ""), comments=True)
    while isinstance(group, click.Group) and rest and not rest[0].startswith("-"):
        found = group.get_command(click.Context(group), rest.pop(0))
        assert found is not None, words
        group = found
    known = {name for parameter in group.params for name in (*parameter.opts, *parameter.secondary_opts)}
    asked = {word.partition("=")[0] for word in rest if word.startswith("-") and len(word) > 1}
    assert asked <= known | {"--help", "-h", "--version"}, words
    return group


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists_with_its_options(page: Path) -> None:
    named = commands(page.read_text("utf-8"))
    assert named or page not in (PAGES[0], *GUIDES)
    for words in named:
        understood(words)


@pytest.mark.parametrize("guide", DPO, ids=lambda guide: guide.name)
def test_the_guide_of_the_dpo_team_names_procedures_documents_slots_and_emails_that_exist(guide: Path) -> None:
    offices = {name: content.office(ROOTS, name) for name in OFFICES}
    slots = {(kind, slot) for one in offices.values() for kind in one.kinds for slot in one.kinds[kind].slot_names}
    mails = {step for one in offices.values() for step in letters.mail(ROOTS, one, content.rules(ROOTS)).steps}
    for words in (shlex.split(words) for words in commands(guide.read_text("utf-8"))):
        if words[1] == "new":
            assert words[3] in offices[words[2]].procedures, words
        if words[1] == "sign" and "--slot" in words:
            assert (words[3], words[words.index("--slot") + 1]) in slots, words
        if words[1] == "mail" and len(words) > 3 and words[3].islower():
            assert words[3] in mails, words


@pytest.mark.parametrize("guide", DPO, ids=lambda guide: guide.name)
def test_the_guide_of_the_dpo_team_explains_every_ending_and_names_rules_that_exist(guide: Path) -> None:
    text = guide.read_text("utf-8")
    endings = {int(number) for number in re.findall(r"(?m)^\| (\d+) \|", text)}
    assert endings == {code.value for code in ExitCode}
    known = content.wording(ROOTS).codes
    assert set(re.findall(r"\bD-\d\d[a-z]?\b|\bDG-[A-Z]\d{3}\b", text)) <= known


@pytest.mark.parametrize("office", OFFICES)
def test_every_procedure_and_every_email_of_an_office_is_in_both_guides(office: str) -> None:
    profile = content.office(ROOTS, office)
    for guide in DPO:
        text = guide.read_text("utf-8")
        assert [name for name in profile.procedures if f"`{name}`" not in text] == []
    assert len(DPO) == 2

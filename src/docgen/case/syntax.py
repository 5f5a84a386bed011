"""What a YAML parser's complaint means for somebody who writes a case file: a code of ours and the best place."""

from __future__ import annotations

import re

import yaml

# Words that the complaints of PyYAML and of libyaml share, the most telling first.
_CODES = (
    ("escape", "DG-C158"),
    ("alias", "DG-C105"),
    ("anchor", "DG-C105"),
    ("scanning a tag", "DG-C112"),
    ("directive", "DG-C113"),
    ("another document", "DG-C109"),
    ("document start", "DG-C109"),
    ("mapping values are not allowed", "DG-C153"),
    ("unexpected end of stream", "DG-C154"),
    ("could not find expected ':'", "DG-C155"),
    ("flow sequence", "DG-C156"),
    ("flow mapping", "DG-C156"),
    ("block scalar", "DG-C159"),
    ("cannot start any token", "DG-C152"),
    ("block mapping", "DG-C157"),
    ("block collection", "DG-C157"),
)
# For these the beginning of the unfinished thing helps more than the spot where the parser gave up.
_SHOW_BEGINNING = {"DG-C105", "DG-C112", "DG-C154", "DG-C155", "DG-C156", "DG-C158", "DG-C159"}


def explained(error: yaml.MarkedYAMLError, text: str) -> tuple[str, int]:
    """The finding's code for a defect of syntax, and the index in the text where it is best shown.

    Any complaint that no row knows is `DG-C103`: something here is not YAML.
    """
    mark = error.problem_mark or error.context_mark
    index = min(int(mark.index), len(text)) if mark else 0
    quote = _unclosed_quote(text, index)
    if quote is not None:
        return "DG-C154", quote
    if _after_apostrophe(text, index):
        return "DG-C160", index
    if _in_indentation(text, index) or "tab character" in str(error.problem):
        return "DG-C151", index
    complaint = f"{error.problem} {error.context}"
    code = next((code for words, code in _CODES if words in complaint), "DG-C103")
    if code in _SHOW_BEGINNING and error.context_mark:
        return code, min(int(error.context_mark.index), len(text))
    return code, index


# A value that begins with a quote, up to the end of its line; what closes it again is an unescaped quote.
_OPENS = re.compile(r"""^[ ]*(?:-[ ]+)?(?:[\w-]+:[ ]+)?(?P<text>"(?:[^"\\\n]|\\.)*|'(?:[^'\n]|'')*)$""", re.MULTILINE)
_NEXT_FIELD = re.compile(r"[ ]*(?:-[ ]+)?[a-z_]\w*:(?:[ ]|$)|[ ]*#|[ ]*-[ ]", re.MULTILINE)
_SINGLE_QUOTED = re.compile(r"^[ ]*(?:-[ ]+)?(?:[\w-]+:[ ]+)?'(?:[^'\n]|'')*'(?=\S)", re.MULTILINE)


def _unclosed_quote(text: str, end: int) -> int | None:
    """Where a quote opens before the spot `end` and its line and the next field both begin without closing it.

    YAML reads on to the next quote, often far below in a comment, and complains there.
    """
    for match in _OPENS.finditer(text, 0, max(text.find("\n", end), end)):
        after = match.end() + 1
        if after <= end and _NEXT_FIELD.match(text, after):
            return match.start("text")
    return None


def _after_apostrophe(text: str, index: int) -> bool:
    """Whether a text in single quotes ended at an apostrophe: `'l'emploi'`."""
    start = text.rfind("\n", 0, index) + 1
    match = _SINGLE_QUOTED.match(text, start)
    return match is not None and match.end() <= index <= match.end() + 1 and text[match.end()].isalpha()


def _in_indentation(text: str, index: int) -> bool:
    before = text[max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1 : index + 1]
    return "\t" in before and not before.strip(" \t")

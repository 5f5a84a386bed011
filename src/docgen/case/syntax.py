"""What a YAML parser's complaint means for somebody who writes a case file: a code of ours and the best place."""

from __future__ import annotations

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
    if _in_indentation(text, index) or "tab character" in str(error.problem):
        return "DG-C151", index
    complaint = f"{error.problem} {error.context}"
    code = next((code for words, code in _CODES if words in complaint), "DG-C103")
    if code in _SHOW_BEGINNING and error.context_mark:
        return code, min(int(error.context_mark.index), len(text))
    return code, index


def _in_indentation(text: str, index: int) -> bool:
    before = text[max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1 : index + 1]
    return "\t" in before and not before.strip(" \t")

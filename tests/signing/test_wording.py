"""Every code of this room has its sentences, with the parameters the code gives, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

import docgen.signing

SOURCES = "\n".join(path.read_text("utf-8") for path in Path(docgen.signing.__file__).parent.glob("*.py"))
FILE = Path(__file__).parents[2] / "templates" / "wording" / "parts" / "signing.yaml"
PART = {code: said for code, said in yaml.safe_load(FILE.read_text("utf-8")).items() if code.startswith("DG-")}


def test_every_code_is_worded_and_every_sentence_has_a_code() -> None:
    assert set(re.findall(r"DG-[SV]\d{3}", SOURCES)) == set(PART)


def test_three_languages_with_the_same_places() -> None:
    for code, sentences in PART.items():
        assert set(sentences) == {"nl", "fr", "en"}, code
        places = {
            lang: set(re.findall(r"\{(\w+)\}", said["text"] + said["remedy"])) for lang, said in sentences.items()
        }
        assert places["nl"] == places["fr"] == places["en"], code
        assert all(said["text"].strip() and said["remedy"].strip() for said in sentences.values()), code


def given_parameters() -> Iterator[tuple[str, set[str]]]:
    """Every call that makes a finding of a code, and the names of the parameters it gives."""
    for node in ast.walk(ast.parse(SOURCES.replace("from __future__ import annotations", ""))):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        code, names = node.args[0].value, {keyword.arg for keyword in node.keywords}
        if not re.fullmatch(r"DG-[SV]\d{3}", str(code)) or None in names:
            continue
        for argument in node.args:
            if isinstance(argument, ast.Dict):
                names |= {key.value for key in argument.keys if isinstance(key, ast.Constant)}
        own = {"problem"} if isinstance(node.func, ast.Name) and node.func.id == "guarded" else set()
        yield code, {name for name in names if name} | own


def test_every_place_is_filled() -> None:
    seen = list(given_parameters())
    assert len(seen) > 50
    for code, names in seen:
        said = PART[code]["nl"]
        assert set(re.findall(r"\{(\w+)\}", said["text"] + said["remedy"])) <= names, code

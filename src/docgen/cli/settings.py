"""Where docgen works and how it speaks: options, then the environment, then `docgen.toml`, then what is usual."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from docgen.cli.cluster_settings import ClusterSettings, cluster_settings
from docgen.cli.signing_settings import SigningSettings, signing_settings
from docgen.dossier.roots import Roots
from docgen.errors import UsageError
from docgen.findings import Place

Format = Literal["text", "json", "sarif"]
CONFIG_NAME = "docgen.toml"
_LANGUAGES = ("nl", "fr", "en")
_TEXTS = {"templates", "cases", "out", "lang", "demo_pki", "site_url"}
_KEYS = {*_TEXTS, "trust", "signing", "cache_megabytes", "cluster", "trusted_list"}
USUAL_CACHE = 1024
"""Megabytes of documents that were made before; some ten thousand contracts."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line; `None` where nothing was."""

    templates: Path | None = None
    cases: Path | None = None
    out: Path | None = None
    lang: str | None = None
    trust: tuple[Path, ...] = ()
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class TrustedListSettings:
    """The table `[trusted_list]`: which signatures are qualified."""

    source: str = ""
    """Path or address of the list; empty when nobody asks."""
    signers: tuple[Path, ...] = ()
    """Certificates of the list's operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a command has to know about its surroundings."""

    roots: Roots
    lang: str
    """Language of sentences on the terminal."""
    trust: tuple[Path, ...]
    """Certificates (PEM or DER) that chains may end in."""
    demo_pki: Path
    """Folder of the throw-away PKI."""
    signing: SigningSettings = field(default_factory=SigningSettings)
    site_url: str = ""
    """Where the register stands on the web; empty when not said."""
    cache_megabytes: int = USUAL_CACHE
    """At most so much is kept under `out/.cache/documents`; with 0, nothing."""
    cluster: ClusterSettings = field(default_factory=ClusterSettings)
    trusted_list: TrustedListSettings = TrustedListSettings()


def settings(options: Options, environment: Mapping[str, str], folder: Path) -> Settings:
    """The settings that hold for a run started in a folder.

    Raises:
        UsageError: the configuration cannot be read, or names something unknown.
    """
    config_file = _config_file(options, environment, folder)
    config = _read(config_file) if config_file else {}
    base = config_file.parent if config_file else folder

    roots = _roots(options, environment, lambda name: _shortest(base / config.get(name, name), folder))
    trust = options.trust or tuple(_shortest(base / name, folder) for name in config.get("trust", ()))
    pki = config.get("demo_pki")
    lang = options.lang or environment.get("DOCGEN_LANG") or config.get("lang") or _locale(environment)
    if lang not in _LANGUAGES:
        raise UsageError.because("DG-X103", name="lang", value=lang, known=", ".join(_LANGUAGES))
    signing = signing_settings(config.get("signing", {}), str(config_file))
    site_url = environment.get("DOCGEN_SITE_URL") or config.get("site_url", "")
    if site_url and not site_url.startswith(("https://", "http://")):
        raise UsageError.because("DG-X103", name="site_url", value=site_url, known="https://…")
    own_pki = _shortest(base / pki, folder) if pki else roots.demo_pki
    cluster = cluster_settings(config.get("cluster", {}), base, str(config_file))
    listed = _trusted_list(config.get("trusted_list", {}), base, folder, Place(str(config_file)))
    cache = _cache(config, config_file)
    return Settings(roots, lang, trust, own_pki, signing, site_url, cache, cluster, listed)


def usual(options: Options, environment: Mapping[str, str]) -> Settings:
    """What holds where the settings themselves cannot be used: enough to say so in words. Reads no file."""
    roots = _roots(options, environment, Path)
    asked = options.lang or environment.get("DOCGEN_LANG")
    lang = asked if asked in _LANGUAGES else _locale(environment)
    return Settings(roots, lang, (), roots.demo_pki)


def _roots(options: Options, environment: Mapping[str, str], otherwise: Callable[[str], Path]) -> Roots:
    def path(name: str, given: Path | None) -> Path:
        named = environment.get(f"DOCGEN_{name.upper()}")
        return given or (Path(named) if named else otherwise(name))

    return Roots(path("templates", options.templates), path("cases", options.cases), path("out", options.out))


def _trusted_list(table: object, base: Path, folder: Path, place: Place) -> TrustedListSettings:
    if not isinstance(table, dict) or not set(table) <= {"source", "signers"}:
        raise UsageError.because("DG-X103", place, name="trusted_list", value=str(table), known="source, signers")
    source, signers = table.get("source", ""), table.get("signers", [])
    if not isinstance(source, str):
        raise UsageError.because("DG-X103", place, name="trusted_list.source", value=str(source), known="https://…")
    if not _are_texts(signers) or (source and not signers):
        # Without them anyone could publish a list.
        raise UsageError.because("DG-X103", place, name="trusted_list.signers", value=str(signers), known='["….pem"]')
    if source and not source.lower().startswith(("http://", "https://")):
        source = str(_shortest(base / source, folder))
    return TrustedListSettings(source, tuple(_shortest(base / each, folder) for each in signers))


def _cache(config: Mapping[str, Any], file: Path | None) -> int:
    wanted = config.get("cache_megabytes", USUAL_CACHE)
    if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 0:
        raise UsageError.because(
            "DG-X103", Place(str(file)), name="cache_megabytes", value=str(wanted), known="0, 1024"
        )
    return wanted


def _config_file(options: Options, environment: Mapping[str, str], folder: Path) -> Path | None:
    named = options.config or (Path(environment["DOCGEN_CONFIG"]) if environment.get("DOCGEN_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise UsageError.because("DG-X101", Place(str(named)))
        return named
    usual = folder / CONFIG_NAME
    return usual if usual.is_file() else None


def _read(file: Path) -> Mapping[str, Any]:
    try:
        config = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError.because("DG-X102", Place(str(file)), problem=str(error)) from error
    for key in config:
        if key not in _KEYS:
            raise UsageError.because("DG-X103", Place(str(file)), name=key, value="", known=", ".join(sorted(_KEYS)))
    for key in _TEXTS & set(config):
        if not isinstance(config[key], str):
            raise UsageError.because("DG-X103", Place(str(file)), name=key, value=str(config[key]), known='"…"')
    if not _are_texts(config.get("trust", [])):
        raise UsageError.because(
            "DG-X103", Place(str(file)), name="trust", value=str(config["trust"]), known='["….pem"]'
        )
    return config


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _shortest(path: Path, folder: Path) -> Path:
    """Relative to where the user stands when it lies below, so that messages read like what was typed."""
    try:
        return path.relative_to(folder)
    except ValueError:
        return path


def _locale(environment: Mapping[str, str]) -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return value[:2] if value[:2] in _LANGUAGES else "en"
    return "en"

"""The results of `run.py` as one picture (SVG): how many times as fast as the base of its group each way is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

_WIDTH, _LABELS, _ROW, _BAR = 860, 380, 22, 14
_COLOUR = "#0b5394"


def plot(results: Mapping[str, Any]) -> str:
    """Bars in groups, each with its number; readable without colour."""
    groups = list(_groups(results, ""))
    highest = max((row["times_as_fast"] for _, rows in groups for row in rows.values()), default=1.0)
    height = sum((len(rows) + 2) * _ROW for _, rows in groups) + 2 * _ROW
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'role="img" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">',
        "<title>docgen: times as fast as the first way of each group</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    at = _ROW
    for name, rows in groups:
        lines.append(f'<text x="8" y="{at + 12}" font-weight="bold">{escape(name)}</text>')
        at += _ROW
        for way, row in rows.items():
            long = max(1.0, (_WIDTH - _LABELS - 150) * row["times_as_fast"] / highest)
            words = f"{row['times_as_fast']:.2f} x, {row['median_ms']:.0f} ms"
            lines += [
                f'<text x="20" y="{at + 12}">{escape(way)}</text>',
                f'<rect x="{_LABELS}" y="{at + 2}" width="{long:.1f}" height="{_BAR}" fill="{_COLOUR}"/>',
                f'<text x="{_LABELS + long + 6:.1f}" y="{at + 13}">{words}</text>',
            ]
            at += _ROW
        at += _ROW
    return "\n".join([*lines, "</svg>", ""])


def _groups(results: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping of ways to figures, wherever it stands."""
    rows = {key: value for key, value in results.items() if isinstance(value, dict) and "times_as_fast" in value}
    if rows:
        yield name, rows
    for key, value in results.items():
        if isinstance(value, dict) and key not in rows:
            yield from _groups(value, f"{name}: {key}" if name else str(key))

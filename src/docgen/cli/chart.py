"""A bar chart as SVG that reads without colour and without eyes.

Every kind of bar has its own pattern, every bar its number above it, and the whole count stands in the description
(WCAG 2.1, 1.1.1 and 1.4.1). The same chart gives the same bytes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

FONT = "DejaVu Sans Condensed"

_BAR, _GAP, _PLOT = 34, 28, 260
"""Width of a bar, space between groups, height of the plot."""
_LEFT, _RIGHT, _TOP, _LINE = 52, 16, 56, 22
_NAME = 20
"""Longest line of a group's name, in characters."""
_INK = "#222222"
# Dark enough against white, and far apart for people who see colours differently.
_COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#134f5c", "#7f6000")
_MARKS = (
    "",
    '<path d="M-2 2 2-2M0 8 8 0M6 10 10 6" stroke="#ffffff" stroke-width="2.2"/>',
    '<circle cx="4" cy="4" r="2" fill="#ffffff"/>',
    '<path d="M0 4H8" stroke="#ffffff" stroke-width="2.4"/>',
    '<path d="M4 0V8" stroke="#ffffff" stroke-width="2.4"/>',
    '<path d="M0 4H8M4 0V8" stroke="#ffffff" stroke-width="1.6"/>',
)


@dataclass(frozen=True, slots=True)
class Series:
    """The bars of one kind, one for each group."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn."""

    title: str
    description: str
    """The whole content in words, for who cannot see the bars."""
    lang: str
    groups: tuple[str, ...]
    series: tuple[Series, ...]


def svg(chart: Chart) -> str:
    """The chart as an SVG document, with title, description and role for screen readers."""
    width, height = _size(chart)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="title description" lang={quoteattr(chart.lang)} '
        f'font-family="\'{FONT}\', Verdana, sans-serif" font-size="14" fill="{_INK}">',
        f'<title id="title">{escape(chart.title)}</title>',
        f'<desc id="description">{escape(chart.description)}</desc>',
        "<defs>",
        *(_pattern(number) for number in range(len(chart.series))),
        "</defs>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        '<g aria-hidden="true">',
        f'<text x="{_LEFT - 36}" y="28" font-size="18" font-weight="bold">{escape(chart.title)}</text>',
        *_axis(chart, width),
        *_bars(chart, width),
        *_legend(chart),
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def ticks(highest: int) -> tuple[int, ...]:
    """Values of the grid lines: whole, evenly spaced, from zero to at least the highest value."""
    steps = (base * 10**power for power in range(9) for base in (1, 2, 5))
    step = next(step for step in steps if step * 5 >= highest)
    return tuple(range(0, step * (-(-max(highest, 1) // step) + 1), step))


def _size(chart: Chart) -> tuple[int, int]:
    plot = _LEFT + len(chart.groups) * _narrowest(chart)
    words = max(len(text) for text in (chart.title, *(one.name for one in chart.series), ""))
    height = _under(chart) + 12 + _LINE * len(chart.series)
    return max(plot, _LEFT + words * 8) + _RIGHT, height


def _narrowest(chart: Chart) -> int:
    bars = _BAR * max(len(chart.series), 1)
    names = max((len(line) for name in chart.groups for line in _lines(name)), default=0) * 8
    return max(bars, names) + _GAP


def _lines(name: str) -> list[str]:
    return textwrap.wrap(name, _NAME) or [""]


def _under(chart: Chart) -> int:
    """Where the legend begins, below the names of the groups."""
    return _TOP + _PLOT + _LINE * (max((len(_lines(name)) for name in chart.groups), default=0) + 1)


def _y(value: int, top: int) -> float:
    return round(_TOP + _PLOT - _PLOT * value / top, 2)


def _highest(chart: Chart) -> int:
    return max((value for one in chart.series for value in one.values), default=0)


def _axis(chart: Chart, width: int) -> Iterator[str]:
    marks = ticks(_highest(chart))
    for value in marks:
        y = _y(value, marks[-1])
        stroke = _INK if value == 0 else "#cccccc"
        yield f'<path d="M{_LEFT} {y}H{width - _RIGHT}" stroke="{stroke}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 5}" text-anchor="end">{value}</text>'


def _bars(chart: Chart, width: int) -> Iterator[str]:
    top = ticks(_highest(chart))[-1]
    for position, name in enumerate(chart.groups):
        middle = round(_LEFT + (position + 0.5) * (width - _LEFT - _RIGHT) / len(chart.groups))
        left = middle - _BAR * len(chart.series) / 2
        for number, one in enumerate(chart.series):
            yield from _bar(number, left + number * _BAR, one.values[position], top)
        for line, words in enumerate(_lines(name), 1):
            yield f'<text x="{middle}" y="{_TOP + _PLOT + line * _LINE}" text-anchor="middle">{escape(words)}</text>'


def _bar(number: int, x: float, value: int, top: int) -> Iterator[str]:
    y = _y(value, top)
    height = round(_TOP + _PLOT - y, 2)
    yield f'<rect x="{x + 3}" y="{y}" width="{_BAR - 6}" height="{height}" fill="url(#kind{number})" stroke="{_INK}"/>'
    # A white edge keeps the number readable where it stands on a grid line.
    edge = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'
    yield f'<text x="{x + _BAR / 2}" y="{y - 5}" text-anchor="middle" {edge}>{value}</text>'


def _legend(chart: Chart) -> Sequence[str]:
    start = _under(chart)
    lines = []
    for number, one in enumerate(chart.series):
        y = start + number * _LINE
        lines.append(f'<rect x="{_LEFT}" y="{y}" width="30" height="16" fill="url(#kind{number})" stroke="{_INK}"/>')
        lines.append(f'<text x="{_LEFT + 38}" y="{y + 13}">{escape(one.name)}</text>')
    return lines


def _pattern(number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    # After six kinds the patterns meet other colours, so that no two of 36 kinds look alike.
    mark = _MARKS[(number + number // len(_COLOURS)) % len(_MARKS)]
    return (
        f'<pattern id="kind{number}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{colour}"/>{mark}</pattern>'
    )

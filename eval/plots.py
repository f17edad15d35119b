"""Plots as inline SVG: bars with intervals, and curves; nothing but text, colours by CSS."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 420, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 12, 40
_ROW = 24
_NAMES = 150


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bar chart: its name, its length from 0 to `most`, its interval if it has one, what is said of it."""

    name: str
    value: float
    said: str
    low: float = math.nan
    high: float = math.nan


def bars(title: str, rows: Sequence[Bar], most: float = 1.0) -> str:
    """Return horizontal bars, one a row, with whiskers where there is an interval."""
    width = _WIDTH - _NAMES - 90
    parts = []
    for number, row in enumerate(rows):
        y = number * _ROW + 4
        length = width * row.value / most if most and not math.isnan(row.value) else 0
        parts.append(f'<text class="name" x="{_NAMES - 8}" y="{y + 13}" text-anchor="end">{escape(row.name)}</text>')
        parts.append(f'<rect class="bar" x="{_NAMES}" y="{y}" width="{length:.1f}" height="{_ROW - 8}"/>')
        if not math.isnan(row.low):
            x1, x2 = (_NAMES + width * value / most for value in (row.low, row.high))
            middle = y + (_ROW - 8) / 2
            parts.append(f'<path class="whisker" d="M{x1:.1f} {middle}H{x2:.1f}"/>')
        parts.append(f'<text x="{_NAMES + width + 8}" y="{y + 13}">{escape(row.said)}</text>')
    return _svg(title, "".join(parts), len(rows) * _ROW + 8)


def curve(
    title: str,
    points: Sequence[tuple[float, float]],
    across: str,
    up: str,
    *,
    diagonal: bool = False,
    dots: bool = False,
) -> str:
    """Return a line through points from 0 to 1 on both axes; `diagonal`: where both are equal is drawn too."""
    places = [(_x(x), _y(y)) for x, y in points if not (math.isnan(x) or math.isnan(y))]
    parts = [_axes(across, up)]
    if diagonal:
        parts.append(f'<path class="guide" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>')
    if places:
        parts.append('<path class="line" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) + '"/>')
    if dots:
        parts += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
    return _svg(title, "".join(parts), _HEIGHT)


def _axes(across: str, up: str) -> str:
    parts = []
    for step in range(6):
        share = step / 5
        parts.append(f'<path class="grid" d="M{_x(0)} {_y(share):.1f}H{_x(1)}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{_y(share) + 4:.1f}" text-anchor="end">{share:.1f}</text>')
        parts.append(f'<text x="{_x(share):.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{share:.1f}</text>')
    parts.append(
        f'<text x="{(_x(0) + _x(1)) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(across)}</text>'
        f'<text transform="translate(12 {(_y(0) + _y(1)) / 2}) rotate(-90)" text-anchor="middle">{escape(up)}</text>'
    )
    return "".join(parts)


def _x(value: float) -> float:
    return _LEFT + value * (_WIDTH - _LEFT - _RIGHT)


def _y(value: float) -> float:
    return _HEIGHT - _BOTTOM - value * (_HEIGHT - _TOP - _BOTTOM)


def _svg(title: str, inner: str, height: float) -> str:
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">{inner}</svg>'
        f"<figcaption>{escape(title)}</figcaption></figure>"
    )

"""A few lines that write SVG: short numbers, escaped text, no ids, no style attributes (the page's policy forbids them)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["circle", "coordinate", "cross", "group", "line", "path", "polygon", "svg", "text"]

Point = tuple[float, float]


def coordinate(x: float) -> str:
    """A coordinate with one decimal at most, so that pictures stay small and the same everywhere.

    >>> coordinate(12.0), coordinate(0.04), coordinate(-0.04), coordinate(3.14159)
    ('12', '0', '0', '3.1')
    """
    shown = f"{x:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def path(points: Sequence[Point], css: str) -> str:
    """A line through points; nothing where there are fewer than two."""
    return f'<path class="{css}" d="M{_joined(points)}"/>' if len(points) > 1 else ""


def polygon(points: Sequence[Point], css: str) -> str:
    """A closed area; nothing where there are fewer than three points."""
    return f'<path class="{css}" d="M{_joined(points)}Z"/>' if len(points) > 2 else ""


def _joined(points: Iterable[Point]) -> str:
    return "L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """A straight line."""
    return path([(x1, y1), (x2, y2)], css)


def circle(x: float, y: float, r: float, css: str, row: int | None = None) -> str:
    """A mark; `row` is the sample it stands for, which the script lights up."""
    return f'<circle class="{css}"{_row(row)} cx="{coordinate(x)}" cy="{coordinate(y)}" r="{coordinate(r)}"/>'


def cross(x: float, y: float, r: float, css: str, row: int | None = None) -> str:
    """A mark crossed out."""
    a, b, c, d = (coordinate(v) for v in (x - r, x + r, y - r, y + r))
    return f'<path class="{css}"{_row(row)} d="M{a} {c}L{b} {d}M{a} {d}L{b} {c}"/>'


def _row(row: int | None) -> str:
    return "" if row is None else f' data-i="{row}"'


def text(x: float, y: float, words: str, css: str = "") -> str:
    """Words at a place; where they start, middle or end there is the class's matter."""
    named = f' class="{css}"' if css else ""
    return f'<text{named} x="{coordinate(x)}" y="{coordinate(y)}">{escape(words)}</text>'


def group(css: str, parts: Iterable[str]) -> str:
    """Parts that share a class."""
    return f'<g class="{css}">{"".join(parts)}</g>'


def svg(width: float, height: float, label: str, parts: Iterable[str], css: str = "") -> str:
    """One picture, with the words that stand for it where it cannot be seen."""
    box = f"0 0 {coordinate(width)} {coordinate(height)}"
    named = f' class="{css}"' if css else ""
    return f'<svg{named} viewBox="{box}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'

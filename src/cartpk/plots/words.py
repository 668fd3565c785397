"""Text on figures: plain, never markup, measured before it is set, and readable whatever an id is made of."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from itertools import accumulate, takewhile
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.text import Text

from cartpk.language import listed, say
from cartpk.plots.colours import INK
from cartpk.plots.fonts import BEFORE_CHINESE, FontFiles, files_for, in_a_fallback
from cartpk.rounding import grouped, significant

__all__ = [
    "DPI", "SMALL", "SMALLEST", "axis_number", "clauses", "number", "plain", "put", "shorten", "width_of", "wrap",
]  # fmt: skip

SMALLEST = 7.0
"""Points; no text is smaller at print size."""
SMALL = 7.5
DPI = 170
"""Pixels an inch of a PNG."""
_CLOSING = frozenset("，。、；：？！）］｝〕】》〉」』”’％,.;:?!)]}%…")
_OPENING = frozenset("（［｛〔【《〈「『“‘([{第")
_LEAST = {True: 0.5, False: 0.2}
"""What a unit of a line takes at least, as a share of the letters' height: a letter of East Asia, and any other."""
_LARGE = 120.0
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def font(bold: bool = False, text: str = "") -> FontProperties:
    """DejaVu Sans as it comes with matplotlib, the same letters on every machine; what it has not, from installed fonts."""
    return _font((_file(bold), *files_for(_missing(text), bold)))


@lru_cache(maxsize=64)
def _font(files: tuple[str, ...]) -> FontProperties:
    return FontFiles(*files) if len(files) > 1 else FontProperties(fname=files[0])


def _missing(text: str) -> str:
    """The letters of a text that DejaVu Sans does not have."""
    return "" if text.isascii() else "".join(sorted({c for c in text if ord(c) not in _letters()}))


def _file(bold: bool) -> str:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return str(Path(matplotlib.get_data_path(), "fonts", "ttf", name))


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """The code points that both weights can draw."""
    regular, bold = (get_font(_file(b)).get_charmap() for b in (False, True))
    return frozenset(regular) & frozenset(bold)


def _visible(letter: str) -> str:
    code = ord(letter)
    if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} and (
        code in _letters() or in_a_fallback(letter)
    ):
        return letter
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    r"""`text` as it can be drawn: control marks, and letters that no font here has, as visible escapes.

    >>> plain("S\n01")
    'S\\x0a01'
    """
    return "".join(map(_visible, text))


def shorten(text: str, limit: int) -> str:
    """At most `limit` letters, the middle of a longer text as an ellipsis.

    >>> shorten("subject-0001-of-site-17", 11)
    'subje…te-17'
    """
    if len(text) <= limit:
        return text
    head = limit // 2
    return f"{text[:head]}…{text[len(text) - (limit - 1 - head) :]}"


@lru_cache(maxsize=8192)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a line of (plain) text is at most, in inches, in any format."""
    face = get_font([_file(bold), *files_for(_missing(text), bold)])
    face.set_size(_LARGE, 72)
    face.set_text(text, 0.0)
    vector = float(face.get_width_height()[0]) / 64 / 72 * size / _LARGE
    properties = font(bold, text).copy()
    properties.set_size(size)
    pixels = float(_renderer().get_text_width_height_descent(text, properties, ismath=False)[0])
    return max(vector, pixels / DPI)


@lru_cache(maxsize=1)
def _renderer() -> Any:
    """What says how wide letters are that are rounded to pixels."""
    return RendererAgg(8, 8, DPI)  # type: ignore[no-untyped-call]


def fit(text: str, size: float, width: float, bold: bool = False) -> str:
    """`text` made plain and shortened in its middle until it is no wider than `width` inches."""
    text = plain(text)
    limit = len(text)
    while limit > 3 and width_of(shorten(text, limit), size, bold) > width:
        limit -= max(1, limit // 20)
    return shorten(text, limit)


def wrap(text: str, size: float, width: float) -> list[str]:
    """`text` made plain, in lines no wider than `width` inches; a word that is wider is broken.

    Chinese, Japanese and Korean text is broken anywhere, but no line begins with closing punctuation or ends with
    opening punctuation.
    """
    units = [("" if k else " ", unit) for word in plain(text).split(" ") for k, unit in enumerate(_units(word))]
    lines: list[str] = []
    while units:
        n = _how_many(units, size, width)
        if not n:  # the first is wider than a line
            *full, rest = _pieces(units[0][1], size, width)
            lines += full
            units[:1] = [("", rest)] if rest else []
            continue
        lines.append(_joined(units[:n]))
        units = units[n:]
    return lines


def _how_many(units: Sequence[tuple[str, str]], size: float, width: float) -> int:
    """How many of the first units fit on one line."""
    widths = accumulate(_LEAST[_east_asian(unit[:1] or " ")] for _, unit in units)
    most = sum(1 for _ in takewhile(lambda least: least * size <= width * 72, widths))
    return bisect_right(range(1, max(1, most) + 1), width, key=lambda n: width_of(_joined(units[:n]), size))


def _joined(units: Sequence[tuple[str, str]]) -> str:
    """Units with what stands between them, but not before the first."""
    line = ""
    for between, unit in units:
        line += between + unit if line else unit
    return line


def _units(word: str) -> Iterator[str]:
    """What of a word stands together on a line: all of it, but where letters of East Asia let a line end."""
    start = 0
    for k in range(1, len(word)):
        before, after = word[k - 1], word[k]
        if _may_part(before, after):
            yield word[start:k]
            start = k
    yield word[start:]


def _may_part(before: str, after: str) -> bool:
    if before in _OPENING or after in _CLOSING or before in "0123456789":  # a number stays with what it counts
        return False
    return _east_asian(before) or _east_asian(after)


def _east_asian(letter: str) -> bool:
    return ord(letter) > BEFORE_CHINESE and unicodedata.east_asian_width(letter) in "WF"


def _pieces(word: str, size: float, width: float) -> list[str]:
    pieces, start = [], 0
    while width_of(word[start:], size) > width:
        stop = start + 1
        while width_of(word[start : stop + 1], size) <= width:
            stop += 1
        while stop > start + 1 and word[stop] in _CLOSING and _east_asian(word[stop]):
            stop -= 1
        pieces.append(word[start:stop])
        start = stop
    return [*pieces, word[start:]]


def put(
    on: Axes | Figure,
    x: float,
    y: float,
    text: str,
    *,
    size: float = SMALLEST,
    colour: str = INK,
    bold: bool = False,
    ha: str = "left",
    va: str = "baseline",
    **more: Any,
) -> Text:
    """Set text that is only text: no TeX, no markup, in the house's font."""
    return on.text(
        x, y, text, fontproperties=font(bold, text), fontsize=size, color=colour, ha=ha, va=va, parse_math=False,
        usetex=False, zorder=more.pop("zorder", 8), **more,
    )  # fmt: skip


def number(value: float, digits: int = 3) -> str:
    """A number for people: three significant figures, rounded half away from zero, thousands a narrow space apart.

    >>> number(3150.5), number(0.04567), number(2.5e9)
    ('3150', '0.0457', '2.50×10⁹')
    """
    if not math.isfinite(value):
        return "–"
    text = significant(value, digits)
    if "E" in text:
        mantissa, power = text.split("E")
        return f"{mantissa}×{decade(int(power))}"
    return grouped(text)


def axis_number(value: float) -> str:
    """A tick's label: as short as it is exact; powers as 10³.

    >>> axis_number(2500.0), axis_number(0.5), axis_number(3e7)
    ('2500', '0.5', '3×10⁷')
    """
    if value != 0 and not 1e-3 <= abs(value) < 1e7:
        return _power(value)
    return grouped(f"{value:.10g}").replace("-", "−")


def short_number(value: float) -> str:
    """A number in the fewest signs: doses as 3×10⁶.

    >>> short_number(3e6), short_number(2.5), short_number(150.0)
    ('3×10⁶', '2.5', '150')
    """
    return axis_number(value) if not value or 1e-3 <= abs(value) < 1e4 else _power(value)


def _power(value: float) -> str:
    mantissa, power = f"{value:.12e}".split("e")
    lead = f"{float(mantissa):.12g}"
    return f"{'' if lead == '1' else lead + '×'}{decade(int(power))}"


def decade(power: int) -> str:
    """10³, not 1e+03.

    >>> decade(-2)
    '10⁻²'
    """
    return f"10{str(power).translate(_SUPERSCRIPTS)}"


def day(value: float) -> str:
    """A day as people write it, to the hour or so: ``9``, ``13.96``, ``−7``."""
    return f"{value:.6g}".replace("-", "−")


def days(values: Iterable[float]) -> str:
    """Days in a sentence: ``14``, ``14 and 21``, ``14, 21 and 28``."""
    return listed([day(v) for v in values])


def clauses(texts: Sequence[str]) -> str:
    """Texts after one another with commas, some of which may be lists themselves."""
    return reduce(lambda left, right: say("{left}, {right}", left=left, right=right), texts)

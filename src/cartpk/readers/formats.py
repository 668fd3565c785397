"""How a workbook shows what a cell stores: number formats, dates, and text that cannot be seen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from cartpk.readers.damage import DamageError

__all__ = ["Style", "date_of", "styles_of"]

_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    41: "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)", 43: "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
} | dict.fromkeys((*range(14, 18), *range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd") \
  | dict.fromkeys((*range(18, 22), *range(32, 36)), "h:mm:ss") | {22: "yyyy-mm-dd h:mm"} \
  | dict.fromkeys((*range(5, 9), 42, 44), '"currency"0')  # fmt: skip
"""The formats that files name by number alone; 27 to 36 and 50 to 58 are dates of Chinese and Japanese Excel."""
_UNSEEN = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS = re.compile(r"\[(?![hms]+\])[^\]]*\]", re.IGNORECASE)
_COLOUR = r"\[(?:Red|Blue|Green|Black|Magenta|Cyan|White|Yellow|Color ?[0-9]+)\]"
_AS_STORED = re.compile(rf"(?:{_COLOUR}|_.|\*.|\\[() -]|\"-\"|[#0?,.+\-() ]|[eE][+-]|General|@)+", re.IGNORECASE)
_TEXT_AS_STORED = re.compile(rf"(?:{_COLOUR}|_.|\*.|@|General)+", re.IGNORECASE)
_SCALED = re.compile(r"[#0?],+(?![#0?,])")
_ZEROS = re.compile(r"0{2,}")
_PLACES = re.compile(r"0\.(0+)")
_SHORT = 1e11
"""From here on General shows a whole number in scientific notation."""
_WHITE = frozenset(("FFFFFFFF", "00FFFFFF", "theme 0", "indexed 1", "indexed 9"))


@dataclass(frozen=True)
class Style:
    """How a cell is shown: its number format, struck through or not, white on white or not."""

    format: str = "General"
    struck: bool = False
    white: bool = False

    @cached_property
    def bare(self) -> str:
        """The first section of the format without literals and colours."""
        return _BRACKETS.sub("", _UNSEEN.sub("", self.format.split(";")[0]))

    @cached_property
    def is_date(self) -> bool:
        """Whether numbers are shown as dates or times."""
        return re.search("[dmyhs]", self.bare.replace("General", ""), re.IGNORECASE) is not None

    @cached_property
    def has_hours(self) -> bool:
        """Whether a date is shown with its time of day."""
        return re.search("[hs]", self.bare, re.IGNORECASE) is not None

    def shows(self, value: float) -> bool:
        """Whether a number is shown as what is stored, up to its decimals, by the section of the format that is for it."""
        return self._faithful[0 if value > 0 else 1 if value < 0 else 2]

    @cached_property
    def _faithful(self) -> tuple[bool, bool, bool]:
        """Whether positive numbers, negative ones and 0 are shown as what is stored."""
        sections = self.format.split(";")
        as_stored = [_AS_STORED.fullmatch(s) is not None and not _SCALED.search(s) for s in sections]
        if "[<" in self.format or "[>" in self.format or "[=" in self.format:
            return (False,) * 3
        negative = as_stored[0] if len(sections) == 1 else as_stored[1] and re.search(r"[-(]", sections[1]) is not None
        return as_stored[0], negative, as_stored[2 if len(sections) > 2 else 0]

    @cached_property
    def hides_text(self) -> bool:
        """Whether a text is shown as another one, or not at all."""
        sections = self.format.split(";")
        if len(sections) < 4:
            return "@" in _UNSEEN.sub("", sections[-1]) and not _TEXT_AS_STORED.fullmatch(sections[-1])
        return not _TEXT_AS_STORED.fullmatch(sections[3])

    @property
    def pads(self) -> bool:
        """Whether whole numbers get leading zeros: 7 is shown as 007."""
        return _ZEROS.fullmatch(self.format) is not None

    @property
    def zeros(self) -> bool:
        """Whether zeros may stand before a number, among other things."""
        return _ZEROS.search(self.format.split(";")[0].split(".")[0]) is not None

    def name(self, value: float) -> str | None:
        """The text that a number is shown as, where a name is stored as one; None where that is not plain."""
        if not float(value).is_integer() or value < 0:
            return repr(float(value)) if self.format == "General" else None
        digits = str(int(value))
        if self.format in ("General", "@"):
            return digits if value < _SHORT else None
        if self.pads:
            return digits.zfill(len(self.format))
        if self.format == "#,##0":
            return f"{int(value):,}"
        places = _PLACES.fullmatch(self.format)
        return digits if self.format in ("0", "#") else f"{digits}.{places[1]}" if places else None


def date_of(serial: float, style: Style, from_1904: bool) -> str:
    """A day number as ISO 8601: with the time of day where it has one or its format shows one; a time alone before day 1.

    >>> date_of(45359.0, Style("yyyy-mm-dd"), False), date_of(45359.5, Style("yyyy-mm-dd"), False)
    ('2024-03-08', '2024-03-08T12:00:00')
    """
    if "[" in style.bare:
        return str(dt.timedelta(milliseconds=round(serial * 86_400_000)))
    after_leap = serial >= 60 or from_1904  # Excel's 1900 has a 29th of February
    origin = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30 if after_leap else 31)
    moment = origin + dt.timedelta(milliseconds=round(serial * 86_400_000))
    if 0 <= serial < 1 and not from_1904:
        return moment.time().isoformat()
    if serial < 0 or (60 <= serial < 61 and not from_1904):
        raise ValueError("a date lies before the first day, or on the 29th of February 1900, which was none")
    whole = moment.time() == dt.time(0)
    return moment.date().isoformat() if whole and not style.has_hours else moment.isoformat()


def styles_of(sheet: Element) -> tuple[Style, ...]:
    """The styles of cells, by number, of the part that defines them."""
    if sheet.tag != "styleSheet":
        raise DamageError("the part of styles is something else")
    formats = {int(f.get("numFmtId", "")): f.get("formatCode", "") for f in sheet.iterfind("numFmts/numFmt")}
    fonts = [(_on(f.iterfind("strike")), _colour(f.find("color"))) for f in sheet.iterfind("fonts/font")]
    fills = [_fill(f.find("patternFill")) for f in sheet.iterfind("fills/fill")]
    found = []
    for cell in sheet.iterfind("cellXfs/xf"):
        number = int(cell.get("numFmtId", "0"))
        struck, colour = fonts[int(cell.get("fontId", "0"))] if fonts else (False, "")
        fill = fills[int(cell.get("fillId", "0"))] if fills else "none"
        shown = formats.get(number) or _BUILT_IN.get(number)
        if shown is None:
            raise DamageError(f"number format {number} is not defined")
        found.append(
            Style(
                shown.replace("G/通用格式", "General"), struck, colour in _WHITE and (fill == "none" or fill in _WHITE)
            )
        )
    return tuple(found) or (Style(),)


def _on(marks: Iterable[Element]) -> bool:
    return any(m.get("val", "1") in ("1", "true") for m in marks)


def _colour(colour: Element | None) -> str:
    """A colour by one name; blank where it is tinted or left to the program."""
    if colour is None or colour.get("tint", "0").strip("0.-") or colour.get("auto"):
        return ""
    if (rgb := colour.get("rgb")) is not None:
        return rgb.upper()
    return f"theme {colour.get('theme')}" if colour.get("theme") is not None else f"indexed {colour.get('indexed')}"


def _fill(pattern: Element | None) -> str:
    """The colour of a solid fill; ``none`` where there is none, blank where it is a pattern or a gradient."""
    if pattern is None:
        return ""
    kind = pattern.get("patternType", "none")
    return "none" if kind == "none" else _colour(pattern.find("fgColor")) if kind == "solid" else ""

"""How what stands in the CSV files is shown: statistics, values with their letters, names of groups and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agreement.grids import Row
from agreement.rounded import decimals, three_figures, three_or_more
from agreement.written import Level, Line, Written
from cartpk.reasons import Flag, Reason

Rows = list[Row]
Cells = tuple[str | None, ...]
"""A row of the page; None is a picture."""
Table = list[Cells]

WORDS = {
    "N": "N", "n": "n", "geo_n": "n above 0", "mean": "Mean", "sd": "SD", "cv_pct": "CV%", "geo_mean": "Geometric mean",
    "geo_cv_pct": "Geometric CV%", "median": "Median", "q1": "Q1", "q3": "Q3", "min": "Min", "max": "Max",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a table must show: what is said over the columns, their headings, the rows, the letters of its footnotes."""

    above: Row
    heads: Row
    rows: Rows
    letters: Mapping[str, str] = field(default_factory=dict)


def pretty(unit: str) -> str:
    """A unit as people write it."""
    return unit.replace("/uL", "/µL").replace("/ug", "/µg").replace("*", "·")


def with_unit(text: str, unit: str) -> str:
    return f"{text} ({pretty(unit)})" if unit else text


def group_text(level: Level) -> str:
    return ", ".join(value for _, value in level) or "Total"


def spoken(name: str) -> str:
    return name.replace("_", " ")


def statistic(line: Line, counts: bool = False) -> str:
    """How a statistic of a summary stands in a table, or its word."""
    if not line["value"]:
        assert line["reason"] in ("NE", "NC")
        return line["reason"]
    if line["statistic"] in ("N", "n", "geo_n", "n_subjects", "n_quantifiable") or (
        counts and float(line["value"]).is_integer()
    ):
        return decimals(line["value"], 0)
    if line["statistic"] in ("cv_pct", "geo_cv_pct", "pct_quantifiable"):
        return decimals(line["value"], 1)
    return three_figures(line["value"])


def sentence_of(name: str) -> str:
    """The sentence of a reason or a flag."""
    return Reason[name].sentence if name in Reason.__members__ else Flag[name].sentence


class Letters:
    """The letters of footnotes, by the reason or flag they stand for, in order of first use."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def of(self, line: Line) -> str:
        """The letters of a value's flags or of the reason there is none, with a space before."""
        names = line["reason"].split(";") if line["reason"] else line["flags"].split(";") if line["flags"] else []
        letters = [self.known.setdefault(name, "abcdefghijklmnopqrstuvwxyz"[len(self.known)]) for name in names]
        return f" {','.join(letters)}" if letters else ""


def listed(line: Line, counts: bool, letters: Letters | None = None) -> str:
    """A value of a subject with its letters, or the dash."""
    mark = letters.of(line) if letters else ""
    if not line["value"]:
        return f"–{mark}"
    return (decimals(line["value"], 0) if counts else three_or_more(line["value"])) + mark


def number_in(w: Written, assay: str, level: Level) -> str:
    """The subjects of a group, as its heading says."""
    return f"(N={w.summary['nca', assay, level, 'cmax', 'N']['value']})"

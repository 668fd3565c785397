"""The answer: Cmax, Tmax and the area to M3 by dose level, one panel an assay, beside the curves of all subjects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cartpk.analysis import Analysis
from cartpk.grouping import TOTAL, Group, group_profiles
from cartpk.language import say
from cartpk.report.numbers import DASH, aligned, numeral, unit_words
from cartpk.report.words import fill
from cartpk.summary import STATISTICS, Cell, Stratum, Summary, Visit
from cartpk.units import area_unit

__all__ = ["Answer", "Block", "Column", "Line", "Membership", "answer", "answer_terms", "main_grouping", "statistic"]

GEOMETRIC = ("n", "geo_mean", "geo_cv_pct", "median", "min", "max")
TIMES = ("n", "median", "min", "max")
_WORDS = {
    **STATISTICS,
    "cv_pct": "CV %",
    "geo_cv_pct": "Geometric CV %",
    "n_quantifiable": "n ≥ LLOQ",
    "pct_quantifiable": "% ≥ LLOQ",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One group: its heading, how many subjects, the colour of its dose (-1: none), its place among the memberships."""

    text: str
    n: int
    level: int
    group: int


@dataclass(frozen=True, slots=True)
class Line:
    """One statistic over the groups."""

    label: str
    cells: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The statistics of one parameter; `k` is its place among the page's parameters."""

    name: str
    unit: str
    k: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One assay's panel."""

    name: str
    unit: str
    sentence: Markup
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    picture: Markup


@dataclass(slots=True)
class Membership:
    """The profiles behind each column of the page's summaries, in the order they are met."""

    groups: list[tuple[str, list[int]]]

    def add(self, title: str, members: list[int]) -> int:
        """Keep a group; its place."""
        self.groups.append((title, members))
        return len(self.groups) - 1


def main_grouping(analysis: Analysis) -> tuple[str, ...]:
    """The dose level where the summaries are by it, else their first grouping, else none."""
    groupings = analysis.summary.groupings
    if ("dose_level",) in groupings:
        return ("dose_level",)
    return groupings[0] if groupings else ()


def answer_terms(analysis: Analysis) -> tuple[str, ...]:
    """Cmax, Tmax and the area to M3 (to the last horizon where none is called so)."""
    horizons = list(analysis.results.rules.horizons)
    name = "0_m3" if "0_m3" in horizons else horizons[-1] if horizons else ""
    return ("cmax", "tmax", *([f"auc_{name}"] if name else []))


def statistic(cell: Cell | None, name: str, kind: str) -> str:
    """One statistic as text: rounded once, its word (NE, NC) where it cannot be given."""
    if cell is None or name not in cell.values:
        return DASH
    return cell.text(name, kind == "count") or DASH


def find(summary: Summary, row: str | Visit, group: Group, stratum: Stratum) -> Cell | None:
    """A cell of the summary, None where nobody of the group has the assay."""
    try:
        return summary.find(row, group, stratum)
    except KeyError:
        return None


def answer(
    analysis: Analysis,
    stratum: Stratum,
    members: list[int],
    name: str,
    picture: Markup,
    levels: Sequence[str],
    membership: Membership,
) -> Answer:
    """The panel of one stratum."""
    columns, groups = columns_of(analysis, stratum, members, name, main_grouping(analysis), levels, membership)
    order = list(analysis.results.terms)
    drafts: list[tuple[str, str, int, list[str]]] = []
    texts: list[list[str]] = []
    for parameter in answer_terms(analysis):
        term = analysis.results.terms[parameter]
        cells = [find(analysis.summary, parameter, group, stratum) for group in groups]
        names = list(TIMES if term.average == "time" else GEOMETRIC)
        if any(c and c.values.get("geo_n") != c.values.get("n") for c in cells) and "geo_mean" in names:
            names.insert(1, "geo_n")
        texts += [[statistic(c, s, term.unit_kind) for c in cells] for s in names]
        unit = unit_words(analysis.results.unit(parameter, members[0]))
        drafts.append((say(term.symbol), unit, order.index(parameter), names))
    rows = iter(aligned(texts))
    blocks = tuple(
        Block(title, unit, k, tuple(Line(_word(s), next(rows)) for s in names)) for title, unit, k, names in drafts
    )
    return Answer(name, unit_words(stratum.unit), _sentence(analysis, stratum, members), columns, blocks, picture)


def _word(name: str) -> str:
    return say("n above 0") if name == "geo_n" else say(_WORDS[name])


def columns_of(
    analysis: Analysis,
    stratum: Stratum,
    members: list[int],
    name: str,
    by: tuple[str, ...],
    levels: Sequence[str],
    membership: Membership,
) -> tuple[tuple[Column, ...], tuple[Group, ...]]:
    """The groups of a stratum as columns, Total last."""
    grouping = group_profiles(analysis.profiles, by)
    columns, groups = [], []
    for code, group in enumerate(grouping.groups):
        mine = members if group == TOTAL else [i for i in members if grouping.code[i] == code]
        if not mine:
            continue
        level = -1 if group == TOTAL else _level(group, by, levels)
        subjects = _subjects(analysis, group, stratum)
        place = membership.add(say("{assay}: {group}", assay=name, group=group.text), mine)
        columns.append(Column(group.text, subjects, level, place))
        groups.append(group)
    return tuple(columns), tuple(groups)


def _subjects(analysis: Analysis, group: Group, stratum: Stratum) -> int:
    """The subjects of a group whose samples are not all excluded: N of the summary."""
    return int(analysis.summary.find("cmax", group, stratum, "nca").values["N"])


def _level(group: Group, by: tuple[str, ...], levels: Sequence[str]) -> int:
    """The place of a group's dose level, that after the last where it has none, -1 where the group is not by dose."""
    if "dose_level" not in by or not levels:
        return -1
    level = group.levels[by.index("dose_level")]
    return levels.index(level) if level in levels else len(levels)


def _sentence(analysis: Analysis, stratum: Stratum, members: list[int]) -> Markup:
    """The answer of one assay in words."""
    results = analysis.results
    unit = unit_words(stratum.unit)
    seen = sum(1 for i in members if results.values["tlast"][i] == results.values["tlast"][i])
    everybody = _subjects(analysis, TOTAL, stratum)
    parts = [fill(say("{n} of {all} subjects had a quantifiable sample."), n=seen, all=everybody)]
    names = answer_terms(analysis)
    cells = [find(analysis.summary, n, TOTAL, stratum) for n in names]
    if cells[0] is not None:
        parts.append(fill(say("Cmax: {middle}."), middle=_middle(cells[0], unit)))
    if cells[1] is not None and not math.isnan(cells[1].values["median"]):
        low, mid, high = (numeral(statistic(cells[1], s, "day")) for s in ("min", "median", "max"))
        words = say("Tmax: median day {median} (range {low} to {high}).")
        parts.append(fill(words, median=mid, low=low, high=high))
    if len(cells) > 2 and cells[2] is not None:
        term = results.terms[names[2]]
        n = int(cells[2].values["n"])
        words = say("{area}: {middle}.") if n == everybody else say("{area}, known in {n} of {all}: {middle}.")
        middle = _middle(cells[2], unit_words(area_unit(stratum.unit)))
        parts.append(fill(words, area=say(term.symbol), n=n, all=everybody, middle=middle))
    return Markup(say(" ")).join(parts)


def _middle(cell: Cell, unit: str) -> Markup:
    """The geometric mean with its CV, or the median where that cannot be given."""
    if not math.isnan(cell.values["geo_mean"]):
        cv = statistic(cell, "geo_cv_pct", "")
        n, m = int(cell.values["geo_n"]), int(cell.values["n"])
        words = (
            say("geometric mean {mean} {unit} (geometric CV {cv} %)")
            if n == m
            else say("geometric mean {mean} {unit} (geometric CV {cv} %, {n} subjects above 0)")
        )
        return fill(words, mean=numeral(statistic(cell, "geo_mean", "")), unit=unit, cv=cv, n=n)
    if math.isnan(cell.values["median"]):
        return Markup(say("not known in any subject"))
    return fill(say("median {median} {unit}"), median=numeral(statistic(cell, "median", "")), unit=unit)

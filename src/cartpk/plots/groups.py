"""Who is drawn where: dose levels with their colours, groups, panels, and the profiles of a subject."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.grouping import MISSING, By, Group, columns_of, group_profiles, levels_in_order, matrix_words, spoken
from cartpk.labels import Labels, natural_key
from cartpk.language import say
from cartpk.plots.colours import GREY, INK, NEUTRAL, dose_colours
from cartpk.plots.words import short_number
from cartpk.profiles import Profiles
from cartpk.results import Results

__all__ = [
    "Doses",
    "Groups",
    "Panel",
    "default_by",
    "doses_of",
    "group_colour",
    "groups_of",
    "infusion_text",
    "matching",
    "panels_of",
    "subject_profiles",
    "titled",
]

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Doses:
    """The dose levels from low to high, each with its `name` in a key; `code` is each profile's, -1 where none is known."""

    heading: str
    levels: tuple[str, ...]
    names: tuple[str, ...]
    code: Codes
    shown: tuple[int, ...] | None = None

    def colour(self, i: int) -> str:
        """The colour of profile i."""
        return self.colour_of(int(self.code[i]))

    def colour_of(self, code: int) -> str:
        """The colour of a level: grey for -1, where others have one."""
        if not self.levels:
            return NEUTRAL
        return GREY if code < 0 else dose_colours(len(self.levels))[code]

    def text(self, i: int) -> str:
        """The dose of profile i in words, "" where none is known."""
        code = int(self.code[i])
        if code < 0:
            return ""
        name, headings = self.names[code], {self.heading, say(self.heading)}
        says_it = any(name.casefold().startswith(heading.casefold()) for heading in headings)
        return name if says_it else say(_WITH_HEADING[self.heading], level=name)

    def of(self, panels: Sequence[Panel]) -> Doses:
        """The same, of the profiles in some panels alone: the key names levels that somebody there has."""
        members = np.concatenate([panel.members for panel in panels])
        return replace(self, shown=tuple(np.unique(self.code[members]).tolist()))

    def key(self) -> list[tuple[str, str]]:
        """Name and colour of each level that is shown; those without a dose level are grey, where others have one."""
        there = range(len(self.levels)) if self.shown is None else self.shown
        named = [(self.names[k], self.colour_of(k)) for k in there if k >= 0]
        return [*named, (say(MISSING), GREY)] if named and -1 in there else named


_WITH_HEADING = {"Dose": "Dose {level}", "Dose level": "Dose level {level}"}


def doses_of(profiles: Profiles) -> Doses:
    """Dose levels by the column `dose_level`, else the doses given where they are few."""
    given = _doses_in_words(profiles)
    labels = profiles.covariates.get("dose_level")
    if labels is None:
        size = {text: dose for text, dose in zip(given, profiles.dose.tolist(), strict=True) if text}
        levels = tuple(sorted(size, key=lambda text: (size[text], text))) if len(size) <= 7 else ()
        return Doses("Dose", levels, levels, _codes(levels, given))
    levels = tuple(t for t in levels_in_order(profiles, "dose_level") if t != MISSING)
    code = _codes(levels, labels.texts())
    names = []
    for k, level in enumerate(levels):
        doses = {given[i] for i in np.flatnonzero(code == k).tolist()}
        dose = doses.pop() if len(doses) == 1 else ""
        names.append(say("{name} ({unit})", name=level, unit=dose) if dose and dose != level else level)
    return Doses("Dose level", levels, tuple(names), code)


def _doses_in_words(profiles: Profiles) -> list[str]:
    """The dose of each profile, as ``3×10⁶ cells/kg``; "" where none is given."""
    return [
        "" if math.isnan(dose) else f"{short_number(dose)} {unit}".strip()
        for dose, unit in zip(profiles.dose.tolist(), profiles.dose_unit.texts(), strict=True)
    ]


def _codes(levels: tuple[str, ...], texts: list[str]) -> Codes:
    place = {text: i for i, text in enumerate(levels)}
    return np.array([place.get(text, -1) for text in texts], np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Groups in their order; `code` is each profile's. `by_dose`: they are the dose levels, so colour tells them."""

    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    code: Codes
    by_dose: bool

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def labels(self) -> tuple[str, ...]:
        """How each is named on a figure: by its levels, everybody where there is one group."""
        return tuple(group.text if group.by else say("All subjects") for group in self.groups)

    @property
    def words(self) -> str:
        """``by dose level``, or "" where there is one group."""
        columns = say(" and ").join(map(spoken, self.columns))
        return say(" by {columns}", columns=columns) if columns else ""


def groups_of(profiles: Profiles, by: By) -> Groups:
    """The groups of a covariate, or of several joined by a comma, in the order of the summary; None: all in one.

    Raises:
        UsageError: there is no such column; the message names those there are.
    """
    names = columns_of(by, profiles.covariates)
    found = group_profiles(profiles, names)
    groups = found.groups[:-1] if names else found.groups
    return Groups(names, groups, found.code, names == ("dose_level",))


def group_colour(groups: Groups, g: int, doses: Doses) -> str:
    """The colour of a group's own line: that of its dose level, else ink."""
    if not groups.by_dose:
        return INK
    (level,) = groups.groups[g].levels
    return doses.colour_of(doses.levels.index(level) if level in doses.levels else -1)


def default_by(profiles: Profiles) -> str | None:
    """By dose level where there is such a column, else one group."""
    return "dose_level" if "dose_level" in profiles.covariates else None


def infusion_text(profiles: Profiles, infusion: int, form: str = "Infusion {n}") -> str:
    """Which infusion, where some subject has more than one; else ""."""
    return say(form, n=infusion) if int(profiles.keys.infusion.max(initial=1)) > 1 else ""


def titled(title: str, profiles: Profiles, infusion: int) -> str:
    """A title with the infusion it is of, where some subject has more than one."""
    return title + infusion_text(profiles, infusion, ", infusion {n}")


class Panel(NamedTuple):
    """What shares a panel: an assay in a matrix, with its unit; `members` are its profiles."""

    assay: str
    matrix: str
    unit: str
    members: Codes
    title: str


def panels_of(
    profiles: Profiles,
    *,
    infusion: int,
    assay: str | None = None,
    matrix: str | None = None,
    among: Codes | None = None,
) -> list[Panel]:
    """A panel for each assay and matrix of an infusion, in order.

    Raises:
        UsageError: nothing is left to draw; the message names what there is.
    """
    keys = profiles.keys
    index = np.arange(len(profiles)) if among is None else among
    wanted = index[keys.infusion[index] == infusion]
    wanted = wanted[_is(keys.assay, wanted, assay) & _is(keys.matrix, wanted, matrix)]
    if not len(wanted):
        raise UsageError(_nothing(profiles, index, infusion, assay, matrix))
    kinds = sorted({(int(keys.assay.codes[i]), int(keys.matrix.codes[i])) for i in wanted.tolist()})
    matrices = {m for _, m in kinds}
    found = []
    for a, m in kinds:
        rows = wanted[(keys.assay.codes[wanted] == a) & (keys.matrix.codes[wanted] == m)]
        name, place = keys.assay.levels[a], keys.matrix.levels[m]
        shown = place if len(matrices) > 1 or place.upper() != "BLOOD" else ""
        title = " · ".join(t for t in (name, matrix_words(shown) if shown.isupper() else shown) if t)
        found.append(Panel(name, place, profiles.unit[int(rows[0])], rows, title))
    return found


def _is(labels: Labels, index: Codes, text: str | None) -> NDArray[np.bool_]:
    if text is None:
        return np.ones(len(index), bool)
    code = labels.levels.index(text) if text in labels.levels else -1
    same: NDArray[np.bool_] = labels.codes[index] == code
    return same


def _nothing(profiles: Profiles, index: Codes, infusion: int, assay: str | None, matrix: str | None) -> str:
    asked = (
        f"infusion {infusion}" + (f", assay {assay!r}" if assay else "") + (f", matrix {matrix!r}" if matrix else "")
    )
    there = sorted({profiles.keys[i][1:] for i in index.tolist()})
    known = "; ".join(f"assay {a!r} in {m}, infusion {n}" for a, m, n in there) or "no profile at all"
    return f"nothing to draw for {asked}; there is: {known}"


def subject_profiles(profiles: Profiles, subject_id: str) -> Codes:
    """The profiles of a subject.

    Raises:
        UsageError: no such subject; the message names near ones.
    """
    levels = profiles.keys.subject.levels
    code = levels.index(subject_id) if subject_id in levels else -1
    index = np.flatnonzero(profiles.keys.subject.codes == code) if code >= 0 else np.empty(0, np.int64)
    if len(index):
        return index
    known = sorted({levels[c] for c in profiles.keys.subject.codes.tolist()}, key=natural_key)
    near = get_close_matches(str(subject_id), known, n=3, cutoff=0.5)
    hint = f"near it: {', '.join(map(repr, near))}" if near else f"the first are {', '.join(map(repr, known[:3]))}"
    raise UsageError(f"no subject {subject_id!r} among {len(known)} subjects; {hint}")


def matching(profiles: Profiles, results: Results, among: Codes | None = None) -> Codes:
    """For each profile (or those `among` them) its entry in `results`, -1 where it has none.

    Raises:
        UsageError: a profile of the same key has other samples, so the numbers are not of this curve.
    """
    theirs = results.profiles
    if theirs is profiles:
        return np.arange(len(profiles))
    place = {key: i for i, key in enumerate(theirs.keys)}
    found = np.full(len(profiles), -1, np.int64)
    for i in range(len(profiles)) if among is None else among.tolist():
        found[i] = place.get(profiles.keys[i], -1)
        if found[i] < 0:
            continue
        one, other = profiles[i], theirs[int(found[i])]
        if not np.array_equal(one.time, other.time) or not np.array_equal(one.conc, other.conc, equal_nan=True):
            raise UsageError(
                f"the results are of other samples than the profile of {profiles.keys[i].subject_id!r}: compute them on these profiles"
            )
    return found

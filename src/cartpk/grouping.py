"""Whom a summary pools: `Group`, the columns they come from, and the order people expect of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cartpk.descriptive import describe
from cartpk.errors import UsageError
from cartpk.labels import Labels, natural_key
from cartpk.language import say
from cartpk.profiles import Profiles

__all__ = [
    "MISSING",
    "TOTAL",
    "By",
    "Group",
    "Grouping",
    "Layout",
    "Stratum",
    "columns_of",
    "group_profiles",
    "levels_in_order",
    "matrix_words",
    "spoken",
]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
By = str | Sequence[str] | None

MISSING = "(missing)"
"""The group of the subjects whose covariate is blank."""

_COLUMNS = {
    "dose_level": "dose level", "dose": "dose", "dose_unit": "dose unit", "indication": "indication", "cohort": "cohort",
    "sex": "sex", "age": "age", "weight": "weight", "response": "response", "lot": "lot",
}  # fmt: skip
"""The covariates that cartpk knows, in words; those of others are data."""
_MATRICES = {"BLOOD": "blood", "BONE MARROW": "bone marrow", "PLASMA": "plasma", "SERUM": "serum"}
"""What is measured in, by the names of the controlled terminology, in words; other names are data."""
_TOTAL_WORD = "Total"
_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)(?:\s*[x×*]\s*10\^?([0-9]+))?")


class Group(NamedTuple):
    """A group: the columns it is made by and its level of each; no columns: everybody."""

    by: tuple[str, ...]
    levels: tuple[str, ...]

    @property
    def text(self) -> str:
        """How a table heads it, in the language in force: levels are the data's words, a missing one and the total ours."""
        if not self.by:
            return say(_TOTAL_WORD)
        return say(", ").join(say(level) if level == MISSING else level for level in self.levels)

    def under(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Its level in each of `columns`; ``Total`` in those it is not made by."""
        levels = dict(zip(self.by, self.levels, strict=True))
        return tuple(levels.get(name, _TOTAL_WORD) for name in columns)


TOTAL = Group((), ())
"""Everybody."""


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """The groups of some profiles, `TOTAL` last; `code` is the group of each profile."""

    by: tuple[str, ...]
    groups: tuple[Group, ...]
    code: NDArray[np.int64]


def columns_of(
    by: str | Sequence[str] | None, covariates: Mapping[str, Labels], taken: Sequence[str] = ()
) -> tuple[str, ...]:
    """The columns that `by` names: ``None``, ``"a"``, ``"a,b"`` or ``("a", "b")``.

    Raises:
        UsageError: a column that is not a covariate, is named twice, or has a name in `taken`; all of them.
    """  # fmt: skip
    if by is None:
        return ()
    if isinstance(by, str):
        names = (by,) if by in covariates else tuple(part.strip() for part in by.split(","))
    else:
        names = tuple(by)
    problems = [_unknown(name, covariates) for name in dict.fromkeys(names) if name not in covariates]
    problems += [f"{name!r} is named twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    problems += [f"{name!r} is a column of the summary itself: rename yours" for name in names if name in taken]
    if problems:
        raise UsageError("cannot group: " + "; ".join(problems))
    return names


def _unknown(name: str, covariates: Mapping[str, Labels]) -> str:
    if not covariates:
        return f"there is no covariate, so none named {name!r}"
    near = get_close_matches(name, covariates, n=3)
    hint = f"near it: {', '.join(near)}" if near else f"there are: {', '.join(covariates)}"
    return f"there is no covariate {name!r}; {hint}"


def group_profiles(profiles: Profiles, names: Sequence[str]) -> Grouping:
    """The groups that columns make of profiles; combinations that nobody has are left out."""
    ranks, texts = [], []
    for name in names:
        order = _ordered(profiles, name)
        place = {level: rank for rank, level in enumerate(order)}
        labels = profiles.covariates[name]
        rank_of_level = np.array([place.get(t if t.strip() else "", -1) for t in labels.levels], np.int64)
        ranks.append(rank_of_level[labels.codes])
        texts.append(_shown(order))
    if not names:
        return Grouping((), (TOTAL,), np.zeros(len(profiles), np.int64))
    found, code = np.unique(np.stack(ranks, axis=1), axis=0, return_inverse=True)
    groups = [Group(tuple(names), tuple(t[r] for t, r in zip(texts, row, strict=True))) for row in found.tolist()]
    return Grouping(tuple(names), (*groups, TOTAL), code.reshape(-1).astype(np.int64))


def spoken(column: str) -> str:
    """A grouping column as a heading says it.

    >>> spoken("dose_level"), spoken("study_site")
    ('dose level', 'study site')
    """
    return say(_COLUMNS[column]) if column in _COLUMNS else column.replace("_", " ")


def matrix_words(matrix: str) -> str:
    """What is measured in, as a heading says it.

    >>> matrix_words("BONE MARROW")
    'bone marrow'
    """
    return say(_MATRICES[matrix]) if matrix in _MATRICES else matrix.lower()


def levels_in_order(profiles: Profiles, name: str) -> tuple[str, ...]:
    """The levels of a covariate that some profile has, as shown and as people expect them; blank ones last, as `MISSING`.

    Levels of ``dose_level`` stand by dose where each has one; levels that all begin with a number stand by it
    (``1e6 cells/kg`` before ``3e6 cells/kg`` before ``1e7 cells/kg``); others in natural order.
    """
    return _shown(_ordered(profiles, name))


def _ordered(profiles: Profiles, name: str) -> tuple[str, ...]:
    """The levels in order as they stand in the data, a last "" for all blank ones."""
    labels = profiles.covariates[name]
    used = [labels.levels[c] for c in np.unique(labels.codes).tolist()]
    levels = [t for t in used if t.strip()]
    doses = _dose_of_levels(profiles, labels) if name == "dose_level" else {}
    numbers = {t: n for t in levels if (n := _leading_number(t)) is not None}
    size = next((sizes for sizes in (doses, numbers) if levels and all(t in sizes for t in levels)), {})
    levels.sort(key=lambda t: (size.get(t, 0.0), natural_key(t)))
    return (*levels, *([""] if len(levels) < len(used) else []))


def _shown(order: Sequence[str]) -> tuple[str, ...]:
    """Levels as shown: one that is spelled ``Total`` or ``(missing)`` is put in quotes, so that it is not taken for ours."""
    return tuple(MISSING if not t else f'"{t}"' if t in (_TOTAL_WORD, MISSING) else t for t in order)


def _dose_of_levels(profiles: Profiles, labels: Labels) -> dict[str, float]:
    """The smallest dose of each level, where there is one and one unit of dose."""
    given = ~np.isnan(profiles.dose)
    if len(np.unique(profiles.dose_unit.codes[given])) > 1:
        return {}
    doses: dict[str, float] = {}
    for code, dose in zip(labels.codes[given].tolist(), profiles.dose[given].tolist(), strict=True):
        level = labels.levels[code]
        doses[level] = min(dose, doses.get(level, dose))
    return doses


def _leading_number(text: str) -> float | None:
    found = _NUMBER.match(unicodedata.normalize("NFKC", text))
    if found is None:
        return None
    return float(f"{found[1]}e{int(found[2])}") if found[2] and "e" not in found[1].lower() else float(found[1])


class Stratum(NamedTuple):
    """What is never pooled: assay, matrix, course and unit."""

    assay: str
    matrix: str
    infusion: int
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where each value goes: row (parameter or visit) x stratum x group, the last group being everybody."""

    strata: tuple[Stratum, ...]
    stratum: Codes  # of each profile
    grouping: Grouping
    subjects: Codes  # (strata, groups): how many, but for those that are excluded altogether
    min_n: int

    @classmethod
    def of(cls, profiles: Profiles, by: By, min_n: int, taken: Sequence[str] = ()) -> Layout:
        """The layout of some profiles; no grouping column may have a name in `taken`."""
        if min_n < 1:
            raise UsageError(f"min_n is {min_n}; it must be at least 1")
        grouping = group_profiles(profiles, columns_of(by, profiles.covariates, taken))
        keys = profiles.keys
        columns = np.stack([keys.assay.codes, keys.matrix.codes, keys.infusion, profiles.unit.codes], axis=1)
        found, stratum = np.unique(columns, axis=0, return_inverse=True)
        strata = tuple(
            Stratum(keys.assay.levels[a], keys.matrix.levels[m], i, profiles.unit.levels[u])
            for a, m, i, u in found.tolist()
        )
        layout = cls(strata, stratum.reshape(-1), grouping, np.empty(0, np.int64), min_n)
        kept = np.flatnonzero(np.logical_or.reduceat(profiles.excluded < 0, profiles.offsets[:-1]))
        whose = np.stack([keys.subject.codes, layout.stratum, grouping.code])[:, kept]
        once = kept[np.unique(whose, axis=1, return_index=True)[1]]
        return replace(layout, subjects=layout.count(np.zeros(len(once), np.int64), once, 1)[0])

    @property
    def groupings(self) -> tuple[tuple[str, ...], ...]:
        """The grouping, where there is one."""
        return (self.grouping.by,) if self.grouping.by else ()

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(stratum, group) where there is a profile."""
        i = np.arange(len(self.stratum))
        return [(s, g) for s, g in np.argwhere(self.count(np.zeros_like(i), i, 1)[0] > 0).tolist()]

    def places(self, row: Codes, profile: Codes, n_rows: int) -> tuple[Codes, tuple[int, int, int]]:
        """The flat place of each value, first in its group and then (where there are groups) in the total."""
        shape = (n_rows, len(self.strata), len(self.grouping.groups))
        everybody = np.full(len(row), shape[2] - 1)
        groups = [self.grouping.code[profile], everybody] if self.grouping.by else [everybody]
        return np.concatenate([np.ravel_multi_index((row, self.stratum[profile], g), shape) for g in groups]), shape

    def count(self, row: Codes, profile: Codes, n_rows: int) -> Codes:
        """How many values there are in each place, shape (rows, strata, groups)."""
        place, shape = self.places(row, profile, n_rows)
        return np.bincount(place, minlength=int(np.prod(shape))).reshape(shape)

    def describe(
        self, values: Floats, row: Codes, profile: Codes, n_rows: int, logarithmic: NDArray[np.bool_] | None = None
    ) -> dict[str, Floats]:
        """Statistics of each place, shape (rows, strata, groups)."""
        place, shape = self.places(row, profile, n_rows)
        times = len(place) // len(row) if len(row) else 1
        marks = None if logarithmic is None else np.tile(logarithmic, times)
        found = describe(np.tile(values, times), place, int(np.prod(shape)), self.min_n, marks)
        return {name: column.reshape(shape) for name, column in found.items()}

    def dose_units(self, profiles: Profiles) -> dict[tuple[int, int], list[str]]:
        """The units of the doses given to the subjects of each (stratum, group)."""
        units = profiles.dose_unit
        row, profile = units.codes.astype(np.int64), np.arange(len(profiles))
        given = ~np.isnan(profiles.dose)
        counts = self.count(row[given], profile[given], len(units.levels))
        return {(s, g): [units.levels[u] for u in np.flatnonzero(counts[:, s, g])] for s, g in self.pairs}

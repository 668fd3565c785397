"""What things are called on the page: assays, subjects' numbers, lists of who."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cartpk.language import say
from cartpk.profiles import Profiles
from cartpk.report.palette import Doses
from cartpk.summary import Stratum
from cartpk.tables.words import matrix_words

__all__ = ["Subject", "Subjects", "Who", "assay_name", "listed", "strata_of"]

MOST = 12
"""Names in a list before the rest are counted."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject: the number that is its address on the page, its id to the letter, its dose level, its profiles."""

    number: int
    id: str
    level: int
    dose_level: str
    profiles: tuple[int, ...]

    @property
    def anchor(self) -> str:
        """Its address: by number, never by id."""
        return f"s-{self.number:04d}"


@dataclass(frozen=True, slots=True)
class Subjects:
    """All subjects, by dose and then by id; `of_profile` is the place of each profile's subject."""

    items: tuple[Subject, ...]
    of_profile: tuple[int, ...]

    @classmethod
    def of(cls, profiles: Profiles, doses: Doses) -> Subjects:
        """Subjects of some profiles."""
        codes = profiles.keys.subject.codes
        level = {int(c): doses.of_profile[i] for i, c in reversed(list(enumerate(codes)))}
        order = sorted(level, key=lambda c: (level[c], c))
        place = {c: n for n, c in enumerate(order)}
        items = tuple(
            Subject(
                n + 1,
                profiles.keys.subject.levels[c],
                level[c],
                doses.name(level[c]),
                tuple(np.flatnonzero(codes == c).tolist()),
            )
            for n, c in enumerate(order)
        )
        return cls(items, tuple(place[int(c)] for c in codes))

    def __getitem__(self, profile: int) -> Subject:
        """The subject of a profile."""
        return self.items[self.of_profile[profile]]


def strata_of(profiles: Profiles) -> list[tuple[Stratum, list[int]]]:
    """What is never pooled, and its profiles."""
    found: dict[Stratum, list[int]] = {}
    for i in range(len(profiles)):
        key = profiles.keys[i]
        found.setdefault(Stratum(key.assay, key.matrix, key.infusion, profiles.unit[i]), []).append(i)
    keys = profiles.keys
    place = {name: n for n, name in enumerate(keys.assay.levels)}
    where = {name: n for n, name in enumerate(keys.matrix.levels)}
    return sorted(found.items(), key=lambda item: (place[item[0].assay], where[item[0].matrix], *item[0][2:]))


def assay_name(assay: str, matrix: str, infusion: int, profiles: Profiles) -> str:
    """The assay, with its matrix where there are several and its infusion where there is more than one."""
    matrices = len(np.unique(profiles.keys.matrix.codes)) > 1
    infusions = bool(np.any(profiles.keys.infusion > 1))
    name = assay or say("assay not named")
    more = [matrix_words(matrix)] if matrices else []
    more += [say("infusion {n}", n=infusion)] if infusions else []
    for words in more:
        name = say("{assay}, {more}", assay=name, more=words)
    return name


@dataclass(frozen=True, slots=True)
class Who:
    """One subject in a list, with the assays (or parameters) that are meant."""

    subject: Subject
    words: str


def listed(subjects: Subjects, profiles: Profiles, some: Iterable[int]) -> tuple[Sequence[Who], int]:
    """Whose profiles they are, at most `MOST` subjects, and how many more there are."""
    assays: dict[int, list[str]] = {}
    for i in sorted(some):
        key = profiles.keys[i]
        assays.setdefault(subjects.of_profile[i], []).append(assay_name(key.assay, key.matrix, key.infusion, profiles))
    names = [Who(subjects.items[place], say(", ").join(dict.fromkeys(assays[place]))) for place in sorted(assays)]
    return names[:MOST], max(0, len(names) - MOST)

"""What is computed on: `Profiles`, all of them end to end on flat arrays.

A profile is subject x assay x matrix x infusion. There is no class for one
profile: one is a short many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cartpk.arrays import Arrays
from cartpk.errors import ProfilesError
from cartpk.findings import Findings
from cartpk.labels import Labels
from cartpk.samples import Samples, Status

__all__ = ["Keys", "ProfileKey", "Profiles", "profile"]

Floats = NDArray[np.float64]


class ProfileKey(NamedTuple):
    """Whose profile it is."""

    subject_id: str
    assay: str
    matrix: str
    infusion: int


@dataclass(frozen=True, slots=True, eq=False)
class Keys(Sequence[ProfileKey]):
    """The keys of all profiles, held as columns."""

    subject: Labels
    assay: Labels
    matrix: Labels
    infusion: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.infusion)

    def __getitem__(self, i: int) -> ProfileKey:  # type: ignore[override]
        return ProfileKey(self.subject[i], self.assay[i], self.matrix[i], int(self.infusion[i]))

    def take(self, profiles: NDArray[np.int64] | slice) -> Keys:
        """The keys of some profiles."""
        return Keys(
            self.subject.take(profiles),
            self.assay.take(profiles),
            self.matrix.take(profiles),
            self.infusion[profiles],
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Profiles:
    """Profiles on flat arrays; profile i owns rows `offsets[i]:offsets[i+1]`, sorted by time, never none.

    Row arrays (length n, read-only):
        time: days after the profile's own infusion.
        conc: value in the profile's unit; NaN where the sample is BLQ or has no result.
        blq: below the limit of quantification.
        lloq: limit of quantification, NaN where none is known.
        missing: the sample has no result.
        excluded: index into `exclusion_reasons`, -1 where the sample is not excluded.
        sample: row of the `Samples` (or of the arrays given) that this row came from.
        record: that row as an editor shows it; `file` indexes `files`.
        time_nominal: planned time, NaN where not given; `visit`: name of the visit.
    Profile arrays (length p):
        offsets (p + 1), keys, unit, dose (NaN where none), dose_unit, ended_by_infusion (a later infusion
        of the subject ends the course), covariates (column -> Labels).
    """

    time: Floats
    conc: Floats
    blq: NDArray[np.bool_]
    lloq: Floats
    missing: NDArray[np.bool_]
    excluded: NDArray[np.int32]
    sample: NDArray[np.int64]
    record: NDArray[np.int64]
    file: NDArray[np.int32]
    time_nominal: Floats
    visit: Labels
    offsets: NDArray[np.int64]
    keys: Keys
    unit: Labels
    dose: Floats
    dose_unit: Labels
    ended_by_infusion: NDArray[np.bool_]
    covariates: Mapping[str, Labels] = field(default_factory=dict)
    exclusion_reasons: tuple[str, ...] = ()
    files: tuple[str, ...] = ("",)

    ROWS = ("time", "conc", "blq", "lloq", "missing", "excluded", "sample", "record", "file", "time_nominal")

    def __post_init__(self) -> None:
        for name in (*self.ROWS, "offsets", "dose", "ended_by_infusion"):
            getattr(self, name).flags.writeable = False

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Rows that have a result and are not excluded."""
        return ~self.missing & (self.excluded < 0)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def n_rows(self) -> int:
        """Rows of all profiles together."""
        return int(self.offsets[-1])

    def __getitem__(self, index: int | slice) -> Profiles:
        """Some neighbouring profiles, as Profiles again; an index gives the one profile."""
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                raise ProfilesError("profiles[a:b:step] takes neighbours only: leave the step out")
            stop = max(start, stop)
        else:
            start = range(len(self))[index]
            stop = start + 1
        rows = slice(int(self.offsets[start]), int(self.offsets[stop]))
        some = slice(start, stop)
        return Profiles(
            **{name: getattr(self, name)[rows] for name in self.ROWS},
            visit=self.visit.take(rows),
            offsets=self.offsets[start : stop + 1] - self.offsets[start],
            keys=self.keys.take(some),
            unit=self.unit.take(some),
            dose=self.dose[some],
            dose_unit=self.dose_unit.take(some),
            ended_by_infusion=self.ended_by_infusion[some],
            covariates={name: labels.take(some) for name, labels in self.covariates.items()},
            exclusion_reasons=self.exclusion_reasons,
            files=self.files,
        )

    def __iter__(self) -> Iterator[Profiles]:
        return (self[i] for i in range(len(self)))

    def block_bounds(self, rows: int = 100_000) -> list[tuple[int, int]]:
        """(first, last + 1) profiles of blocks of about `rows` rows: what fits the cache."""
        if not len(self):
            return []
        cuts = np.searchsorted(self.offsets, np.arange(rows, self.n_rows + rows, rows), side="left")
        edges = np.unique(np.clip(np.concatenate([[0], cuts]), 0, len(self)))
        return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))

    def blocks(self, rows: int = 100_000) -> Iterator[Profiles]:
        """The profiles in blocks of about `rows` rows."""
        return (self[a:b] for a, b in self.block_bounds(rows))

    def measured_only(self) -> MeasuredProfiles | None:
        """The profiles without rows that are missing or excluded; None where no row is measured."""
        measured = self.measured
        if measured.all():
            return MeasuredProfiles(self, np.arange(len(self)), np.arange(self.n_rows))
        rows = np.flatnonzero(measured)
        if not len(rows):
            return None
        counts = np.add.reduceat(measured, self.offsets[:-1], dtype=np.int64)
        index = np.flatnonzero(counts)
        some = Profiles(
            **{name: getattr(self, name)[rows] for name in self.ROWS},
            visit=self.visit.take(rows),
            offsets=np.concatenate([[0], np.cumsum(counts[index])]),
            keys=self.keys.take(index),
            unit=self.unit.take(index),
            dose=self.dose[index],
            dose_unit=self.dose_unit.take(index),
            ended_by_infusion=self.ended_by_infusion[index],
            exclusion_reasons=self.exclusion_reasons,
            files=self.files,
        )
        return MeasuredProfiles(some, index, rows)

    @classmethod
    def from_samples(cls, samples: Samples, findings: Findings | None = None) -> Profiles:
        """Profiles of checked samples, sorted by subject, assay, matrix, infusion and time.

        Samples with errors raise `SamplesError`; `findings` spares a second check where
        the caller has made one. A row that gives again the result, unit and limit of another
        of its course and time (12.5 and 12.50 are one result) is counted once; missing and
        excluded rows stay, marked.
        """
        from cartpk.checks import check

        (check(samples) if findings is None else findings).raise_for_errors()
        courses = samples.courses()
        ledger = samples.ledger(courses)
        kept = ledger.status[courses.rows] != Status.DUPLICATE
        rows = courses.rows[kept]
        offsets = np.concatenate([[0], np.cumsum(kept)])[courses.offsets]
        first = rows[offsets[:-1]]
        keys = Keys(
            samples.subject.take(first),
            samples.assay.take(first),
            samples.matrix.take(first),
            samples.infusion[first],
        )
        covariates = {n: _first_given(c, rows, offsets) for n, c in samples.covariates.items()}
        last = np.zeros(len(samples.subject.levels), np.int32)
        np.maximum.at(last, keys.subject.codes, keys.infusion)
        blq = samples.blq[rows]
        missing = ledger.status[rows] == Status.MISSING
        return cls(
            time=samples.time[rows],
            conc=np.where(blq, np.nan, samples.value[rows]),
            blq=blq,
            lloq=samples.lloq[rows],
            missing=missing | np.isnan(np.where(blq, 0.0, samples.value[rows])),
            excluded=ledger.exclusion[rows],
            sample=rows,
            record=samples.record[rows],
            file=samples.file[rows],
            time_nominal=samples.time_nominal[rows],
            visit=samples.visit.take(rows),
            offsets=offsets,
            keys=keys,
            unit=_units(samples, keys.assay, rows, offsets),
            dose=_dose(covariates.get("dose"), len(first)),
            dose_unit=covariates.get("dose_unit") or Labels.constant("", len(first)),
            ended_by_infusion=keys.infusion < last[keys.subject.codes],
            covariates=covariates,
            exclusion_reasons=tuple(e.reason for e in samples.exclusions),
            files=tuple(s.name for s in samples.sources),
        )

    @classmethod
    def from_arrays(
        cls,
        time: ArrayLike,
        conc: ArrayLike,
        offsets: ArrayLike,
        blq: ArrayLike | None = None,
        lloq: ArrayLike | None = None,
        *,
        keys: Keys | None = None,
        unit: str = "",
        dose: ArrayLike | None = None,
        dose_unit: str = "",
    ) -> Profiles:
        """Profiles of what never was a file.

        Args:
            time: days after infusion, shape (n,); rows of a profile may stand in any order.
            conc: values, shape (n,); NaN where a sample has no result (or where `blq` holds).
            offsets: shape (p + 1,), from 0 to n; no profile is empty.
            blq: shape (n,), True below the limit; a value under `lloq` is below it in any case.
            lloq: limit, one number or shape (n,).
            keys: whose profiles they are; else they are numbered from 1.
            unit, dose, dose_unit: the unit of `conc`; one dose or shape (p,).

        Raises:
            ProfilesError: lengths, offsets, times or values that cannot be; all faults at once.
        """
        given = Arrays.of(time, conc, offsets, blq, lloq, dose)
        t, c, cut, below, limit = given.time, given.conc, given.offsets, given.blq, given.lloq
        n, p = len(t), len(cut) - 1
        sample = np.arange(n)
        if n > 1 and np.any((np.diff(t) < 0) & ~_starts(cut, n)[1:]):
            sample = np.lexsort((t, np.repeat(np.arange(p), np.diff(cut))))
            t, c, below, limit = t[sample], c[sample], below[sample], limit[sample]
        twice = np.flatnonzero((np.diff(t) == 0) & ~_starts(cut, n)[1:]) if n else np.empty(0, int)
        if len(twice):
            i = int(np.searchsorted(cut, twice[0], side="right"))
            raise ProfilesError(f"profile {i} has two samples at time {t[twice[0]]:g}: keep one of them")
        below |= c < limit
        number = Labels(np.arange(p, dtype=np.int32), tuple(map(str, range(1, p + 1))))
        blank = Labels.constant("", p)
        return cls(
            time=t,
            conc=np.where(below, np.nan, c),
            blq=below,
            lloq=limit,
            missing=np.isnan(c) & ~below,
            excluded=np.full(n, -1, np.int32),
            sample=sample,
            record=sample.copy(),
            file=np.zeros(n, np.int32),
            time_nominal=np.full(n, np.nan),
            visit=Labels.constant("", n),
            offsets=cut,
            keys=keys or Keys(number, blank, Labels.constant("BLOOD", p), np.ones(p, np.int32)),
            unit=Labels.constant(unit, p),
            dose=given.dose,
            dose_unit=Labels.constant(dose_unit, p),
            ended_by_infusion=np.zeros(p, bool),
        )

    def __repr__(self) -> str:
        n = len(self)
        lines = [f"Profiles: {n} profiles, {self.n_rows} samples"]
        for i in range(min(n, 8)):
            k, a, b = self.keys[i], self.offsets[i], self.offsets[i + 1]
            lines.append(
                f"  {k.subject_id} {k.assay} {k.matrix} infusion {k.infusion}: {b - a} samples, "
                f"day {self.time[a]:g} to {self.time[b - 1]:g}, {int(self.blq[a:b].sum())} BLQ"
            )
        return "\n".join([*lines, *([f"  ... and {n - 8} more"] if n > 8 else [])])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredProfiles:
    """Profiles whose rows are all measured, and where they stand in those they were taken from.

    `index` is the profile, `rows` the row there.
    """

    profiles: Profiles
    index: NDArray[np.int64]
    rows: NDArray[np.int64]


def profile(
    time: ArrayLike,
    conc: ArrayLike,
    blq: ArrayLike | None = None,
    lloq: ArrayLike | None = None,
    *,
    subject_id: str = "1",
    assay: str = "",
    unit: str = "",
    dose: float | None = None,
) -> Profiles:
    """One profile, for a notebook.

    >>> profile(time=[0, 7, 10, 14, 28], conc=[0, 900, 4200, 1300, 160])
    Profiles: 1 profiles, 5 samples
      1  BLOOD infusion 1: 5 samples, day 0 to 28, 0 BLQ
    """
    keys = Keys(
        Labels.constant(subject_id, 1), Labels.constant(assay, 1), Labels.constant("BLOOD", 1), np.ones(1, np.int32)
    )
    n = int(np.size(np.asarray(time, object)))
    return Profiles.from_arrays(time, conc, [0, n], blq, lloq, keys=keys, unit=unit, dose=dose)


def _starts(offsets: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    starts = np.zeros(n, bool)
    starts[offsets[:-1]] = True
    return starts


def _first_given(labels: Labels, rows: NDArray[np.int64], offsets: NDArray[np.int64]) -> Labels:
    """The first text of each profile that is not blank (a blank where all are)."""
    codes = labels.codes[rows]
    blank = np.fromiter((not t.strip() for t in labels.levels), bool, len(labels.levels))
    place = np.where(blank[codes], len(codes), np.arange(len(codes)))
    first = np.minimum.reduceat(place, offsets[:-1]) if len(codes) else np.empty(0, np.int64)
    first = np.where(first < len(codes), first, offsets[:-1])
    return Labels(codes[first], labels.levels)


def _units(samples: Samples, assay: Labels, rows: NDArray[np.int64], offsets: NDArray[np.int64]) -> Labels:
    """The unit of each profile: the first given in it, else its assay's (the checks refuse an assay with two)."""
    unit = _first_given(samples.unit, rows, offsets)
    blank_level = np.fromiter((not t.strip() for t in unit.levels), bool, len(unit.levels))
    given = np.flatnonzero(~blank_level[samples.unit.codes])[::-1]
    of_assay = np.full(len(samples.assay.levels), -1, np.int32)
    of_assay[samples.assay.codes[given]] = samples.unit.codes[given]
    found = of_assay[assay.codes]
    return Labels(np.where(blank_level[unit.codes] & (found >= 0), found, unit.codes), unit.levels)


def _dose(labels: Labels | None, n: int) -> Floats:
    """The dose as a number, NaN where none is given; the reader has refused what is not a number."""
    if labels is None:
        return np.full(n, np.nan)
    levels = np.array([float(t) if t.strip() else np.nan for t in labels.levels], np.float64)
    dose: Floats = levels[labels.codes]
    return np.where(dose > 0, dose, np.nan)

"""What the laboratory reported, one row a sample, nothing derived: `Samples`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartpk.findings import Findings
from cartpk.labels import Labels

__all__ = ["Assay", "Courses", "Exclusion", "Labels", "Ledger", "Samples", "Source", "State", "Status"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows came from: name of the file (no folder), its hash, who read it and how.

    `path` is the path as given, for the manifest; `notes` are sentences of what the reader
    found out by itself (encoding, delimiter, headers). `layout` is ``wide`` where the table had one column a visit,
    whose header is then the visit's name.
    """

    name: str
    path: str = ""
    sha256: str = ""
    size: int = 0
    reader: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    layout: str = "long"
    rows: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)  # ours -> theirs
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assay:
    """How a number was made. `lloq` holds the distinct limits met, ascending."""

    name: str
    matrix: str
    unit: str
    lloq: tuple[float, ...]
    n_samples: int


class State(IntEnum):
    """How a reported value was understood."""

    NUMBER = 0
    BLQ = 1  # the laboratory says so in text
    MISSING = 2  # blank or not done
    UNREADABLE = 3  # an error finding tells why


class Status(IntEnum):
    """What became of a row."""

    USED = 0
    MISSING = 1
    EXCLUDED = 2
    DUPLICATE = 3

    @property
    def word(self) -> str:
        """The word in the listing."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Samples left out by the plan, always with a reason; what is None matches everything.

    One sample by `time` (days) or `row` (as an editor shows it), or a subject's assay, or a whole subject or assay.
    """

    reason: str
    subject_id: str | None = None
    assay: str | None = None
    matrix: str | None = None
    infusion: int | None = None
    time: float | None = None
    row: int | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """What became of each row: rows read = rows used + rows set aside, each of those with its reason."""

    status: NDArray[np.int8]
    exclusion: NDArray[np.int32]  # index into Samples.exclusions, -1 where none
    kept: IntArray  # for a duplicate the row (index) that counts in its place, else -1

    def counts(self) -> dict[str, int]:
        """Rows by status; the values add up to the rows read."""
        return {s.word: int(np.count_nonzero(self.status == s)) for s in Status}


@dataclass(frozen=True, slots=True, eq=False)
class Courses:
    """Rows sorted by subject, assay, matrix, infusion and time; course i is `rows[offsets[i]:offsets[i+1]]`.

    Rows without a subject or a time stand in none; errors name them.
    """

    rows: IntArray
    offsets: IntArray

    def __len__(self) -> int:
        return len(self.offsets) - 1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Samples:
    """Rows as the laboratory reported them.

    Attributes (arrays have one entry a row and are read-only):
        sources: the files; `file[i]` indexes them and `record[i]` is the row as an editor shows it (header = 1).
        subject, assay, matrix, unit, visit: `Labels`; `unit` holds names of `cartpk.units.UNITS` where recognised, else the text received.
        infusion: the course, 1 for the first infusion.
        time: days after that infusion, NaN where the cell is not a number (an error tells); `time_nominal` likewise, NaN where not given.
        reported: the text of the value as received.
        value: the number, NaN where `state` is not `State.NUMBER`.
        state: `State` of each row's value.
        lloq: limit of quantification, NaN where none is known.
        covariates: column -> Labels, of the columns that describe a subject (dose among them, as text).
        extra: column -> Labels, of whatever else the file has; their levels are in no order, since every row may have its own.
        exclusions: what the plan leaves out.
        findings: what the reader found.
        conversions: sentences (phrases) on units converted because the plan says so.
        unit_reported: `unit` before those conversions; None where there were none.
    """

    sources: tuple[Source, ...]
    file: NDArray[np.int32]
    record: IntArray
    subject: Labels
    assay: Labels
    matrix: Labels
    unit: Labels
    infusion: NDArray[np.int32]
    time: FloatArray
    time_nominal: FloatArray
    visit: Labels
    reported: NDArray[np.object_]
    value: FloatArray
    state: NDArray[np.int8]
    lloq: FloatArray
    covariates: Mapping[str, Labels] = field(default_factory=dict)
    extra: Mapping[str, Labels] = field(default_factory=dict)
    exclusions: tuple[Exclusion, ...] = ()
    findings: Findings = field(default_factory=Findings)
    conversions: tuple[str, ...] = ()
    unit_reported: Labels | None = None

    def __post_init__(self) -> None:
        n = len(self.record)
        for name in ("file", "record", "infusion", "time", "time_nominal", "reported", "value", "state", "lloq"):
            array = getattr(self, name)
            if len(array) != n:
                raise ValueError(f"Samples.{name} has {len(array)} rows, not {n}")
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.record)

    @property
    def blq(self) -> NDArray[np.bool_]:
        """Rows below the limit of quantification: so in text, or a number below the row's LLOQ."""
        below: NDArray[np.bool_] = (self.state == State.NUMBER) & (self.value < self.lloq)
        below |= self.state == State.BLQ
        return below

    @property
    def assays(self) -> tuple[Assay, ...]:
        """The assays met, each with its matrix, unit and limits."""
        key = np.stack([self.assay.codes, self.matrix.codes, self.unit.codes], axis=1)
        found, inverse, counts = np.unique(key, axis=0, return_inverse=True, return_counts=True)
        inverse = inverse.ravel()
        return tuple(
            Assay(
                self.assay.levels[a],
                self.matrix.levels[m],
                self.unit.levels[u],
                tuple(float(x) for x in np.unique(self.lloq[(inverse == i) & ~np.isnan(self.lloq)])),
                int(counts[i]),
            )
            for i, (a, m, u) in enumerate(found)
        )

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects that have a row, in natural order; a blank id is nobody."""
        return tuple(t for c in np.unique(self.subject.codes) if (t := self.subject.levels[c]).strip())

    def excluding(self, exclusions: Iterable[Exclusion]) -> Samples:
        """The same samples with (other) exclusions."""
        return replace(self, exclusions=tuple(exclusions))

    def courses(self) -> Courses:
        """The rows sorted into courses; asks first whether they are in order already."""
        placed = np.flatnonzero(~np.isnan(self.time) & (self.infusion > 0) & self._has_subject())
        keys: list[NDArray[Any]] = [
            column[placed] for column in (self.subject.codes, self.assay.codes, self.matrix.codes, self.infusion)
        ]
        time = self.time[placed]
        if not _in_order([*keys, time]):
            order = np.lexsort((placed, time, *keys[::-1]))
            placed, keys = placed[order], [k[order] for k in keys]
        new = np.zeros(len(placed), bool)
        if len(placed):
            new[0] = True
            for k in keys:
                new[1:] |= k[1:] != k[:-1]
        return Courses(placed, np.append(np.flatnonzero(new), len(placed)).astype(np.int64))

    def _has_subject(self) -> NDArray[np.bool_]:
        named = np.fromiter((bool(t.strip()) for t in self.subject.levels), bool, len(self.subject.levels))
        return named[self.subject.codes] if len(named) else np.zeros(len(self), bool)

    def ledger(self, courses: Courses | None = None) -> Ledger:
        """What becomes of each row: missing, excluded, an identical repetition of a row, or used."""
        status = np.where(self.state == State.MISSING, Status.MISSING, Status.USED).astype(np.int8)
        exclusion = self._exclusion_of_rows()
        status[exclusion >= 0] = Status.EXCLUDED
        courses = self.courses() if courses is None else courses
        kept = np.full(len(self), -1, np.int64)
        for row, first in self._repetitions(courses, status):
            status[row], kept[row] = Status.DUPLICATE, first
        return Ledger(status, exclusion, kept)

    def _repetitions(self, courses: Courses, status: NDArray[np.int8]) -> list[tuple[int, int]]:
        """(row, row kept) for rows that give the result again that a row of the same course and time gives.

        Rows without a result and excluded rows are not compared; 12.5 and 12.50 are one result.
        """
        first_of: dict[tuple[object, ...], int] = {}
        repetitions, here = [], -1
        for course_time, row in self.rows_at_one_time(courses):
            if course_time != here:
                first_of, here = {}, course_time
            if status[row] in (Status.EXCLUDED, Status.MISSING):
                continue
            first = first_of.setdefault(self._said(row), row)
            if first != row:
                repetitions.append((row, first))
        return repetitions

    def _said(self, row: int) -> tuple[object, ...]:
        """What a row says: its result, unit and limit."""
        state, lloq = int(self.state[row]), float(self.lloq[row])
        result = float(self.value[row]) if state == State.NUMBER else None
        text = str(self.reported[row]) if state == State.UNREADABLE else ""
        return state, result, text, int(self.unit.codes[row]), None if np.isnan(lloq) else lloq

    def rows_at_one_time(self, courses: Courses) -> Iterator[tuple[int, int]]:
        """(number of the group, row) of all rows that share course and time with another, group by group."""
        rows = courses.rows
        same = np.zeros(len(rows), bool)
        same[1:] = self.time[rows[1:]] == self.time[rows[:-1]]
        same[courses.offsets[:-1][courses.offsets[:-1] < len(rows)]] = False
        group = np.cumsum(~same)
        several = np.flatnonzero(same | np.append(same[1:], False))
        return zip(group[several].tolist(), rows[several].tolist(), strict=True)

    def _exclusion_of_rows(self) -> NDArray[np.int32]:
        """For each row the first exclusion that covers it, or -1."""
        found = np.full(len(self), -1, np.int32)
        by_row = self._excluded_by_row()
        for i, exclusion in enumerate(self.exclusions):
            if i not in by_row:
                found[(found < 0) & self.covered_by(exclusion)] = i
        for i, rows in by_row.items():
            before = (found[rows] < 0) | (found[rows] > i)
            found[rows[before]] = i
        return found

    def _excluded_by_row(self) -> dict[int, IntArray]:
        """Exclusions that name a row of a file and nothing else, of which there may be many, with their rows."""
        names = {source.name: k for k, source in enumerate(self.sources)}
        wanted: dict[tuple[int, int], list[int]] = {}
        for i, e in enumerate(self.exclusions):
            others = (e.subject_id, e.assay, e.matrix, e.infusion, e.time)
            if e.row is not None and e.file in names and all(o is None for o in others):
                wanted.setdefault((names[e.file], e.row), []).append(i)
        records = np.unique(np.array([record for _, record in wanted], np.int64))
        rows: dict[int, list[int]] = {i: [] for numbers in wanted.values() for i in numbers}
        for row in np.flatnonzero(np.isin(self.record, records)).tolist():
            for i in wanted.get((int(self.file[row]), int(self.record[row])), ()):
                rows[i].append(row)
        return {i: np.array(found, np.int64) for i, found in rows.items()}

    def covered_by(self, exclusion: Exclusion) -> NDArray[np.bool_]:
        """The rows that an exclusion means."""
        covered = np.ones(len(self), bool)
        for name in ("subject_id", "assay", "matrix"):
            text = getattr(exclusion, name)
            if text is not None:
                labels: Labels = getattr(self, name.removesuffix("_id"))
                covered &= labels.codes == (labels.levels.index(text) if text in labels.levels else -1)
        if exclusion.infusion is not None:
            covered &= self.infusion == exclusion.infusion
        if exclusion.time is not None:
            covered &= self.time == exclusion.time
        if exclusion.row is not None:
            covered &= self.record == exclusion.row
        if exclusion.file is not None:
            names = np.array([s.name == exclusion.file for s in self.sources])
            covered &= names[self.file]
        return covered

    def __repr__(self) -> str:
        files = ", ".join(s.name for s in self.sources)
        assays = "; ".join(f"{a.name} ({a.unit}, {a.matrix}, {a.n_samples} samples)" for a in self.assays)
        return f"Samples: {len(self)} rows of {len(self.subjects)} subjects from {files}\n  {assays}"

    def _repr_html_(self) -> str:
        head = "<tr><th>assay</th><th>matrix</th><th>unit</th><th>LLOQ</th><th>samples</th></tr>"
        rows = "".join(
            f"<tr><td>{escape(a.name)}</td><td>{escape(a.matrix)}</td><td>{escape(a.unit)}</td>"
            f"<td>{', '.join(f'{x:g}' for x in a.lloq)}</td><td>{a.n_samples}</td></tr>"
            for a in self.assays
        )
        files = escape(", ".join(s.name for s in self.sources))
        return (
            f"<p>Samples: {len(self)} rows of {len(self.subjects)} subjects from {files}</p><table>{head}{rows}</table>"
        )


def _in_order(keys: Sequence[NDArray[Any]]) -> bool:
    """Whether rows are in lexicographic order of `keys` already."""
    n = len(keys[0])
    if n < 2:
        return True
    undecided = np.ones(n - 1, bool)
    for key in keys:
        if np.any(undecided & (key[1:] < key[:-1])):
            return False
        undecided &= key[1:] == key[:-1]
    return True

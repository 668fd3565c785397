"""What the rows of all files together show: dates and visits that contradict each other, assays that the plan names in vain."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.checks.visits import named_day
from cartpk.findings import Finding, quoted
from cartpk.input_rules import InputRules
from cartpk.language import phrase
from cartpk.readers.cells import fold
from cartpk.readers.isodates import iso_moments
from cartpk.readers.visits import counted_from_zero, visit_day
from cartpk.rulebook import finding
from cartpk.samples import Samples, Source

__all__ = ["told_of_whole"]

DAY = 86_400.0
_ROUNDED = 1e-6
"""Of a day: what days written with a few decimals may lack."""


def told_of_whole(samples: Samples, rules: InputRules) -> list[Finding]:
    """Everything that is found here; nothing where there are no rows."""
    if not len(samples):
        return []
    infusion = _Dates.of(samples, "infusion_datetime")
    found = [*_two_infusions(samples, infusion), *_unused_assays(samples, rules), *_misnamed_visits(samples, rules)]
    return [*found, *_contradicted_times(samples, _Dates.of(samples, "datetime"), infusion)]


@dataclass(frozen=True, slots=True, eq=False)
class _Dates:
    """A column of date-times over all files: text, seconds (NaN where none), has a time of day, has a zone."""

    texts: NDArray[np.object_]
    seconds: NDArray[np.float64]
    timed: NDArray[np.bool_]
    zoned: NDArray[np.bool_]

    @classmethod
    def of(cls, samples: Samples, name: str) -> _Dates:
        """The dates that each file gives under its own header; none where a file has no such column."""
        n = len(samples)
        dates = cls(np.full(n, "", object), np.full(n, np.nan), np.zeros(n, bool), np.zeros(n, bool))
        for file, source in enumerate(samples.sources):
            labels = samples.extra.get(source.columns.get(name, "").strip())
            rows = np.flatnonzero(samples.file == file)
            if labels is None or not len(rows):
                continue
            moments, codes = iso_moments(labels.levels), labels.codes[rows]
            dates.texts[rows] = np.array((*labels.levels, ""), object)[codes]
            dates.seconds[rows] = moments.seconds[codes]
            dates.timed[rows] = moments.timed[codes]
            dates.zoned[rows] = moments.zoned[codes]
        return dates

    def same(self, a: int, b: int) -> bool:
        """Whether two rows can mean one moment: the same, or within a day where they are not equally precise."""
        alike = self.timed[a] == self.timed[b] and self.zoned[a] == self.zoned[b]
        gap = abs(float(self.seconds[a] - self.seconds[b]))
        return gap == 0 if alike else gap < DAY


def _two_infusions(samples: Samples, dates: _Dates) -> Iterator[Finding]:
    """E-INFUSION-DATE, one for each subject, infusion and date that is not the most frequent one, at its first row."""
    of_infusion: dict[tuple[str, int], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in _of_several(samples, dates).tolist():
        if (who := samples.subject[row]).strip():
            of_infusion[who, int(samples.infusion[row])][str(dates.texts[row])].append(row)
    for (who, number), rows_of in of_infusion.items():
        counts = Counter({text: len(rows) for text, rows in rows_of.items()})
        main = rows_of[counts.most_common(1)[0][0]][0]
        for text, rows in rows_of.items():
            if not dates.same(rows[0], main):
                more = f" ({len(rows)} rows)" if len(rows) > 1 else ""
                message = (
                    f"Infusion {number} of subject {quoted(who)} was at {quoted(text)} here{more} and at "
                    f"{quoted(str(dates.texts[main]))} in {_place(samples, main, rows[0])} ({counts[str(dates.texts[main])]} rows)."
                )
                yield _at(samples, "E-INFUSION-DATE", rows[0], "infusion_datetime", text, message)


def _of_several(samples: Samples, dates: _Dates) -> NDArray[np.int64]:
    """Rows of the infusions whose dates are not all one number of seconds."""
    rows = np.flatnonzero(~np.isnan(dates.seconds) & (samples.infusion > 0))
    key = samples.subject.codes[rows].astype(np.int64) << 32 | samples.infusion[rows]
    infusion = np.unique(key, return_inverse=True)[1].reshape(-1)
    low, high = np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
    np.minimum.at(low, infusion, dates.seconds[rows])
    np.maximum.at(high, infusion, dates.seconds[rows])
    several: NDArray[np.int64] = rows[(low != high)[infusion]]
    return several


def _contradicted_times(samples: Samples, sample: _Dates, infusion: _Dates) -> Iterator[Finding]:
    """E-TIME-CONTRADICTS, one for each subject and file, at its first row."""
    given = np.array(["time" in source.columns for source in samples.sources])[samples.file]
    days = (sample.seconds - infusion.seconds) / DAY
    comparable = (sample.timed == infusion.timed) & (sample.zoned == infusion.zoned)
    apart = np.abs(samples.time - days)  # NaN where there is nothing to compare
    tolerance = np.where(comparable, 1.0, 2.0) - _ROUNDED
    wrong = np.flatnonzero(given & (apart >= tolerance))
    first: dict[tuple[int, int], list[int]] = {}
    for row in wrong.tolist():
        first.setdefault((int(samples.subject.codes[row]), int(samples.file[row])), []).append(row)
    for rows in first.values():
        row = rows[0]
        more = f" So it is with {len(rows) - 1} more of this subject." if len(rows) > 1 else ""
        message = (
            f"The time is day {samples.time[row]:.10g}, and from {quoted(str(infusion.texts[row]))} to "
            f"{quoted(str(sample.texts[row]))} it is {days[row]:.10g} days.{more}"
        )
        yield _at(samples, "E-TIME-CONTRADICTS", row, "time", f"{samples.time[row]:.15g}", message)


def _unused_assays(samples: Samples, rules: InputRules) -> Iterator[Finding]:
    """N-ASSAY-UNUSED for each limit or unit of an assay that no row has; W-ASSAY-UNUSED where one is spelled nearly so."""
    have = [samples.assay.levels[code] for code in np.unique(samples.assay.codes).tolist()]
    folded = {fold(name).replace(" ", ""): name for name in have}
    for key, by_assay in (("lloq", rules.lloq), ("units", rules.units)):
        for name in by_assay:
            if name in have:
                continue
            near = difflib.get_close_matches(fold(name).replace(" ", ""), folded, 1, 0.75)
            known = near and near[0] != fold(name) and {fold(name), near[0]} <= _KNOWN
            hint = quoted(folded[near[0]]) if near and not known else ""
            message = phrase(
                "[input] {key} names the assay {assay}, and the data have {have}; {near} is near it."
                if hint
                else "[input] {key} names the assay {assay}, and the data have {have}.",
                key=key, assay=quoted(name), have=tuple(map(quoted, have)), near=hint,
            )  # fmt: skip
            yield finding("W-ASSAY-UNUSED" if hint else "N-ASSAY-UNUSED", message, value=name)


_KNOWN = frozenset(("flow", "qpcr", "dpcr", "ddpcr", "rtqpcr", "facs"))
"""Names of assays that are near each other and never meant for each other."""


def _misnamed_visits(samples: Samples, rules: InputRules) -> Iterator[Finding]:
    """W-VISIT-NOMINAL, one for each visit and planned day, at its first row; nothing where all lie equally far."""
    by_plan = {fold(name) for name in rules.visits}
    levels = ["" if fold(name) in by_plan else name for name in samples.visit.levels]
    days = [counted_from_zero(visit_day(name)[0], name, rules) for name in levels]
    most = [
        1.0 if named_day(name) == named_day(name) else 7 + 0.25 * day for name, day in zip(levels, days, strict=True)
    ]
    day, allowed = (np.array((*of_levels, np.nan), np.float64)[samples.visit.codes] for of_levels in (days, most))
    gap = samples.time_nominal - day
    known = np.flatnonzero(~np.isnan(gap))
    if len(np.unique(day[known])) >= 3 and len(np.unique(gap[known])) == 1:
        return  # a study whose days begin elsewhere
    wrong = known[np.abs(gap[known]) > allowed[known]]
    pairs = np.stack([samples.visit.codes[wrong].astype(np.float64), samples.time_nominal[wrong]])
    for row in wrong[np.sort(np.unique(pairs, axis=1, return_index=True)[1])].tolist():
        message = phrase(
            "The visit {visit} has the planned day {day}.",
            visit=quoted(samples.visit[row]), day=f"{samples.time_nominal[row]:.10g}",
        )  # fmt: skip
        yield _at(samples, "W-VISIT-NOMINAL", row, "time_nominal", f"{samples.time_nominal[row]:.15g}", message)


def _place(samples: Samples, row: int, seen_from: int) -> str:
    """How a message about another row names this one."""
    source: Source = samples.sources[samples.file[row]]
    here = samples.file[row] == samples.file[seen_from]
    return f"row {samples.record[row]}" if here else f"row {samples.record[row]} of {quoted(source.name)}"


def _at(samples: Samples, rule: str, row: int, name: str, value: str, message: str) -> Finding:
    """A finding at a row, in the column that it has in its file."""
    source = samples.sources[samples.file[row]]
    return finding(
        rule,
        message,
        file=source.name,
        row=int(samples.record[row]),
        column=source.columns.get(name, name),
        subject_id=samples.subject[row],
        value=value,
    )

"""What every data set is made from, worked out once: the rows in their order, each with its domain and sequence number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartpk.cdisc.analytes import Analyte, analytes_of
from cartpk.cdisc.vocabulary import said
from cartpk.cdisc_rules import CdiscRules
from cartpk.errors import RulesError
from cartpk.labels import Labels
from cartpk.ragged import owner_of
from cartpk.results import Results
from cartpk.samples import Ledger, Samples

__all__ = ["Material", "gather"]

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The nouns, and where their rows go.

    Attributes:
        samples, ledger, results: of one analysis; `rules`: of the data sets; `study`: STUDYID.
        rows: rows of `samples`, sorted by subject, assay, matrix, course and time.
        course: for each of `rows` the profile it belongs to.
        analyte: for each profile what was measured.
        subject: for each level of `samples.subject` its USUBJID.
        domain, seq: for each row of `samples` (not of `rows`) where it goes, and its number within subject and domain.
        parameter_seq: PPSEQ, one a profile and parameter, shape (p, number of terms).
        visit_number: VISITNUM of each row of `samples`, NaN where it has no visit.
    """

    samples: Samples
    ledger: Ledger
    results: Results
    rules: CdiscRules
    study: str
    rows: Rows
    course: Rows
    analyte: tuple[Analyte, ...]
    subject: tuple[str, ...]
    domain: NDArray[np.object_]
    seq: Rows
    parameter_seq: Rows
    visit_number: NDArray[np.float64]

    def usubjid(self, labels: Labels) -> list[str]:
        """USUBJID of each of some subjects."""
        return [self.subject[code] for code in labels.codes.tolist()]

    def said(self, labels: Labels | Sequence[str], column: str) -> list[str]:
        """Texts of one of our columns, as the plan wants them said."""
        return said(labels, self.rules.values.get(column, {}))

    def rows_in(self, domain: str) -> NDArray[np.bool_]:
        """Which of `rows` go to a domain."""
        inside: NDArray[np.bool_] = self.domain[self.rows] == domain
        return inside


def gather(samples: Samples, ledger: Ledger, results: Results, rules: CdiscRules, study: str) -> Material:
    """Put the rows of an analysis in order.

    Raises:
        RulesError: there is no study, or two subjects or assays would become one.
    """
    problems = [] if study else ["STUDYID is not known; give study in [report] or studyid in [cdisc] of the plan"]
    if not study.isascii():
        problems.append(f"STUDYID {study!r} is not ASCII; give studyid in [cdisc] of the plan")
    subject = tuple(said(samples.subject.levels, rules.values.get("subject_id", {})))
    if len(set(subject)) < len(subject):
        twice = sorted(text for text, n in Counter(subject).items() if n > 1)
        problems.append(
            f"subject_id: several become {', '.join(map(repr, twice))}; give each its own in [cdisc.values]"
        )
    if problems:
        raise RulesError("\n".join(problems))
    analytes = analytes_of(samples, rules)
    courses = samples.courses()
    keys = results.profiles.keys
    analyte = tuple(analytes[keys.assay[i], keys.matrix[i]] for i in range(len(keys)))
    course = owner_of(courses.offsets)
    domain = np.full(len(samples), "", object)
    domain[courses.rows] = np.array([a.domain for a in analyte], object)[course]
    terms = len(results.terms)
    of_profile = keys.subject.codes.astype(np.int64)
    return Material(
        samples=samples,
        ledger=ledger,
        results=results,
        rules=rules,
        study=study,
        rows=courses.rows,
        course=course,
        analyte=analyte,
        subject=subject,
        domain=domain,
        seq=_numbered(samples.subject.codes, domain, courses.rows),
        parameter_seq=(_place(of_profile)[:, None] * terms + np.arange(1, terms + 1)[None, :]),
        visit_number=_visit_numbers(samples),
    )


def _numbered(subject: NDArray[np.int32], domain: NDArray[np.object_], rows: Rows) -> Rows:
    """1, 2, ... within subject and domain, in the order of `rows`; one number a row of the samples."""
    seq = np.zeros(len(subject), np.int64)
    for name in sorted({str(d) for d in domain[rows].tolist()}):
        some = rows[domain[rows] == name]
        seq[some] = _place(subject[some].astype(np.int64)) + 1
    return seq


def _place(sorted_codes: Rows) -> Rows:
    """0, 1, ... within runs of equal codes, which stand together."""
    n = len(sorted_codes)
    starts = np.flatnonzero(np.append(True, sorted_codes[1:] != sorted_codes[:-1])) if n else np.empty(0, np.int64)
    lengths = np.diff(np.append(starts, n))
    place: Rows = np.arange(n) - np.repeat(starts, lengths)
    return place


def _visit_numbers(samples: Samples) -> NDArray[np.float64]:
    """1, 2, ... by the first planned (else actual) day of each visit; NaN for rows without one."""
    days = np.where(np.isnan(samples.time_nominal), samples.time, samples.time_nominal)
    first = np.full(len(samples.visit.levels), np.inf)
    np.minimum.at(first, samples.visit.codes, days)
    named = [k for k, text in enumerate(samples.visit.levels) if text.strip() and np.isfinite(first[k])]
    number = np.full(len(samples.visit.levels), np.nan)
    for n, k in enumerate(sorted(named, key=lambda k: (first[k], k)), start=1):
        number[k] = n
    found: NDArray[np.float64] = number[samples.visit.codes] if len(number) else np.full(len(samples), np.nan)
    return found

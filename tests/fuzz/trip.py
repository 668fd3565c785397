"""What must hold of any file: it is read or refused by name, no row is lost, and whatever passes the checks can be computed on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import currently_in_test_context, event

import cartpk as ck
from cartpk.errors import CartpkError, SamplesError, UsageError
from cartpk.input_rules import InputRules
from cartpk.profiles import Profiles
from cartpk.reasons import Flag, Reason
from cartpk.results import Results
from cartpk.rulebook import RULEBOOK
from cartpk.samples import Exclusion, Samples, State, Status

__all__ = ["assert_computed", "assert_ledger", "trip"]

Rules = InputRules | None


def trip(
    paths: Sequence[Path], rules: Rules = None, exclusions: Sequence[Exclusion] = (), how: ck.NcaRules | None = None
) -> Samples | None:
    """Read, check, compute; the samples, or None where the files were refused as a whole.

    Any exception that is not of cartpk's tree goes through, and so does one of the data itself: those are findings.
    """
    try:
        samples = ck.read(*paths, rules=rules, exclusions=exclusions)
    except UsageError as error:
        assert_message(error)
        _noted("refused as a whole")
        return None
    assert_ledger(samples)
    findings = ck.check(samples, how) if how else ck.check(samples)
    assert_findings(samples, findings)
    assert_nothing_forgotten(samples, findings)
    try:
        profiles = Profiles.from_samples(samples, findings)
    except SamplesError as error:
        assert findings.errors
        assert_message(error)
        _noted("errors in the data" if len(samples) else "no row understood")
        return samples
    assert not findings.errors
    try:
        results = ck.nca(profiles, how or ck.NcaRules())
    except UsageError as error:  # a rule that names what is not there
        assert_message(error)
        return samples
    assert_computed(samples, results)
    _noted("computed" if len(results) else "nothing to compute")
    return samples


def _noted(what: str) -> None:
    """Count how examples end, for ``--hypothesis-show-statistics``."""
    if currently_in_test_context():
        event(what)


def assert_message(error: CartpkError) -> None:
    """An error says something, and nothing that a terminal would act on."""
    assert str(error).strip()
    assert all(line.isprintable() for line in str(error).splitlines()), repr(str(error))


def assert_findings(samples: Samples, findings: ck.Findings) -> None:
    """Each finding is of the book, prints on one line, and its row is one of the file."""
    names = {source.name for source in samples.sources} | {""}
    for finding in findings:
        assert finding.rule in RULEBOOK
        assert finding.severity == RULEBOOK[finding.rule].severity
        assert finding.message.strip()
        assert str(finding).isprintable(), repr(str(finding))
        assert finding.file in names
        assert finding.row is None or finding.row >= 1


def assert_nothing_forgotten(samples: Samples, findings: ck.Findings) -> None:
    """What the reader found is told in the end, but for the value of a row that is left out."""
    excluded = samples.ledger().status == Status.EXCLUDED
    left_out = {(samples.sources[samples.file[i]].name, int(samples.record[i])) for i in np.flatnonzero(excluded)}
    told = set(findings)
    assert all(f in told or (f.file, f.row) in left_out for f in samples.findings)


def assert_ledger(samples: Samples) -> None:
    """Every row that was read is used, missing, excluded or a repetition, or an error names it; nothing was made up."""
    n = len(samples)
    ledger = samples.ledger()
    counts = ledger.counts()
    assert sum(counts.values()) == n
    assert set(np.unique(ledger.status)) <= set(Status)
    assert ((ledger.exclusion >= 0) == (ledger.status == Status.EXCLUDED)).all()
    assert ((ledger.kept >= 0) == (ledger.status == Status.DUPLICATE)).all()
    assert (samples.record >= 1).all()
    assert len(samples.sources) >= 1
    assert sum(source.rows for source in samples.sources) >= n or n == 0
    _assert_values(samples)
    _assert_rows_with_faults(samples)


def _assert_values(samples: Samples) -> None:
    """A row has a number exactly where its state says so; no infinity, and a limit above 0."""
    number = samples.state == State.NUMBER
    assert (np.isfinite(samples.value) == number).all()
    assert not np.isinf(samples.time).any()
    assert not np.isinf(samples.time_nominal).any()
    assert not np.isinf(samples.lloq).any()
    assert all(isinstance(text, str) for text in samples.reported)


def _assert_rows_with_faults(samples: Samples) -> None:
    """A row without a time, a subject or a readable result has an error that stands at it (or at its file)."""
    errors = samples.findings.errors
    told = {(f.file, f.row) for f in errors}
    whole = {f.file for f in errors if f.row is None or f.rule.startswith(("E-XLSX", "E-XPT", "E-PARQUET", "E-CELL"))}
    names = [source.name for source in samples.sources]
    subject = np.array([not samples.subject[i].strip() for i in range(len(samples))], bool)
    lost = np.isnan(samples.time) | subject | (samples.state == State.UNREADABLE) | (samples.infusion < 1)
    for row in np.flatnonzero(lost).tolist():
        file = names[samples.file[row]]
        assert (file, int(samples.record[row])) in told or file in whole, (file, int(samples.record[row]))


def assert_computed(samples: Samples, results: Results) -> None:
    """Each parameter of each profile is a finite number, or has a reason and no flag; its rows are rows of the input."""
    assert results.values.keys() == results.terms.keys() == results.reasons.keys()
    records = set(samples.record.tolist())
    for name, values in results.values.items():
        assert not np.isinf(values).any(), name
        assert (np.isnan(values) == (results.reasons[name] != Reason.NONE)).all(), name
        for i in np.flatnonzero(np.isnan(values)).tolist():
            assert results.flag(name, i) is Flag.NONE, name
            assert results.reason(name, i).sentence
        for rows in results.records(name):
            assert records.issuperset(rows.tolist()), name
    used = {key.subject_id for key in results.profiles.keys}
    assert used <= set(samples.subjects)

"""SDTM PC (or CP) and ADaM ADPC/ADNCA -> a `Sheet` that the layout of one row a sample understands.

Nothing is chosen between two reports of one result: where the original result, the standard text and the standard
number contradict each other, that is an error with record and variable. Only then are columns derived.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cartpk.findings import quoted
from cartpk.input_rules import InputRules
from cartpk.language import phrase
from cartpk.readers.agreement import contradiction
from cartpk.readers.aliases import folded_header
from cartpk.readers.cells import numbers_of
from cartpk.readers.companions import Companions
from cartpk.readers.isodates import days_of_duration
from cartpk.readers.reported import reported_of
from cartpk.readers.sheet import Column, Sheet, is_blank
from cartpk.readers.standard import Prepared, StandardTable
from cartpk.readers.typed import text_of_number
from cartpk.samples import Exclusion, State

__all__ = ["Prepared", "prepared"]

Bools = NDArray[np.bool_]
MOST_REASONS = 9


def prepared(sheet: Sheet, file: str, rules: InputRules, beside: Companions) -> Prepared:
    """A sheet that is SDTM PC or CP, or ADaM ADPC or ADNCA, worked out; any other as it is."""
    table = StandardTable(sheet, file, rules)
    for prefix in ("PC", "CP"):
        if table.has(f"{prefix}TESTCD") and any(table.has(f"{prefix}{n}") for n in ("STRESN", "STRESC", "ORRES")):
            return _sdtm(table, prefix, beside)
    if table.has("PARAMCD") and table.has("AVAL"):
        return _adam(table)
    return Prepared(sheet, rules)


# --- SDTM ----------------------------------------------------------------------------------------------------------


def _sdtm(table: StandardTable, prefix: str, beside: Companions) -> Prepared:
    """PC or CP: status, results, planned and actual times, and what DM and EX say of the subjects."""
    table.notes.append(phrase("Understood as SDTM {domain}.", domain=prefix))
    orres, stresc, stresn = (f"{prefix}{n}" for n in ("ORRES", "STRESC", "STRESN"))
    _status(table, prefix)
    if table.has(stresn) or table.has(stresc):
        units = (f"{prefix}ORRESU", f"{prefix}STRESU")
        results_agree(table, stresc, stresn, f"{prefix}LLOQ", ())
        if table.has(orres):
            results_agree(table, orres, stresc if table.has(stresc) else stresn, f"{prefix}LLOQ", units)
        if table.has(orres) and not table.has(stresc):
            _original_words(table, orres, units)
    else:
        table.means("value", orres)
        table.means("unit", f"{prefix}ORRESU")
        table.notes.append(
            phrase(
                "There is no standard result, so the original one ({columns}) is taken.",
                columns=f"{orres}, {prefix}ORRESU",
            )
        )
    _elapsed(table, prefix)
    _study_days(table, f"{prefix}DY")
    beside.join(table, prefix)
    _one_time_reference(table, prefix)
    return table.done()


def _status(table: StandardTable, prefix: str) -> None:
    """PCSTAT: blank or NOT DONE, and no result beside NOT DONE."""
    name = f"{prefix}STAT"
    if not table.has(name):
        return
    status = table.column(name)
    done = status.where(map(is_blank, status.texts))
    not_done = status.where([t.strip().upper() == "NOT DONE" for t in status.texts])
    message = "The completion status is neither blank nor NOT DONE."
    table.tell("E-CDISC-CONTRADICTS", np.flatnonzero(~done & ~not_done).tolist(), name, message)
    for result in (f"{prefix}{n}" for n in ("ORRES", "STRESC", "STRESN")):
        cells = table.column(result)
        said = reported_of(cells.texts, table.rules.decimal, table.rules.blq_words).state != State.MISSING
        rows = np.flatnonzero(not_done & cells.where(said.tolist()))
        table.tell("E-CDISC-CONTRADICTS", rows.tolist(), result, f"{name} says NOT DONE, and there is a result.")


def results_agree(table: StandardTable, first: str, second: str, lloq: str, units: tuple[str, ...]) -> None:
    """Tell where two forms of a result contradict; a number beside a text below the limit is set aside where it is below the limit too."""
    if not table.has(first) or not table.has(second):
        return
    a, b = table.column(first), table.column(second)
    decimal, words = table.rules.decimal, table.rules.blq_words
    x, y = (reported_of(c.texts, decimal, words) for c in (a, b))
    value, number = x.value[a.codes], y.value[b.codes]
    same_unit = _same_units(table, units)
    below = x.state[a.codes] == State.BLQ
    limits = numbers_of(table.column(lloq).texts, decimal).value[table.column(lloq).codes]
    limits = np.where(np.isnan(limits), x.limit[a.codes], limits)
    limits = np.where(same_unit, limits, np.nan)
    imputed = below & ((number < limits) | (number == 0)) & (y.state[b.codes] == State.NUMBER)
    if units and _is_number_column(y.state):
        imputed = np.zeros_like(imputed)  # there is no standard text that could take the number's place
    silent = below & (y.state[b.codes] == State.MISSING) & _is_number_column(y.state)
    rounded_away = (y.state[b.codes] == State.BLQ) & (value < limits)
    both_missing = (x.state[a.codes] == State.MISSING) & (y.state[b.codes] == State.MISSING)
    agree = ((value == number) & same_unit) | imputed | silent | rounded_away | both_missing
    agree |= (x.state[a.codes] == State.UNREADABLE) | (y.state[b.codes] == State.UNREADABLE)
    _tell_contradictions(table, np.flatnonzero(~agree), first, second, units)
    if imputed.any() and not units:
        _set_aside(table, second, imputed, first)


def _original_words(table: StandardTable, orres: str, units: tuple[str, ...]) -> None:
    """Where there is no standard text, results below the limit are those of the original text; its limits need the same unit."""
    table.means("value_text", orres)
    column = table.column(orres)
    said = reported_of(column.texts, table.rules.decimal, table.rules.blq_words)
    stray = ~np.isnan(said.limit)[column.codes] & ~_same_units(table, units)
    message = "The limit is in the original unit, the numbers are in the standard one, and there is no standard text."
    table.tell("E-CDISC-CONTRADICTS", np.flatnonzero(stray).tolist(), orres, message)


def _is_number_column(states: NDArray[np.int8]) -> bool:
    """Whether a column holds numbers and blanks alone, so that a text below the limit has no place in it."""
    return not np.isin(states, (State.BLQ, State.UNREADABLE)).any()


def _same_units(table: StandardTable, units: tuple[str, ...]) -> Bools:
    """Rows whose two results are in one unit."""
    if not units or not all(map(table.has, units)):
        return np.ones(len(table.sheet), bool)
    a, b = (table.column(u) for u in units)
    places = {text: k for k, text in enumerate(b.texts)}
    same: Bools = np.array([places.get(t, -1) for t in a.texts], np.int32)[a.codes] == b.codes
    return same


def _tell_contradictions(
    table: StandardTable, rows: NDArray[np.intp], first: str, second: str, units: tuple[str, ...]
) -> None:
    """Compare text with text, each distinct pair once."""
    a, b = table.column(first), table.column(second)
    u, v = (table.column(n) for n in (units or ("", "")))
    known: dict[tuple[str, str, str, str], str] = {}
    for row in rows.tolist():
        key = (a[row], b[row], u[row], v[row])
        if key not in known:
            known[key] = contradiction(key[0], key[1], table.rules.decimal, table.rules.blq_words, (key[2], key[3]))
        if known[key]:
            message = f"{table.header(first)} is {quoted(key[0])} and {table.header(second)} is {quoted(key[1])}: {known[key]}."
            table.tell("E-CDISC-CONTRADICTS", [row], second, message)


def _set_aside(table: StandardTable, name: str, rows: Bools, text: str) -> None:
    """Blank numbers that stand for a result below the limit, so that its text counts."""
    column = table.column(name)
    blank = next((k for k, t in enumerate(column.texts) if t == ""), len(column.texts))
    texts = column.texts if blank < len(column.texts) else (*column.texts, "")
    table.put(name, Column(np.where(rows, np.int32(blank), column.codes), texts))
    n = int(rows.sum())
    message = phrase(
        "Beside {n} result below the limit in {column} there is a number, which is not used."
        if n == 1
        else "Beside {n} results below the limit in {column} there is a number, which is not used.",
        n=n, column=table.header(text),
    )  # fmt: skip
    table.note("N-CDISC-BLQ-NUMBER", name, message)


def _elapsed(table: StandardTable, prefix: str) -> None:
    """PCELTM, a duration, as planned days; a time that the plan takes from there likewise."""
    name = f"{prefix}ELTM"
    if not table.has(name):
        return
    column = table.column(name)
    days = [days_of_duration(t) for t in column.texts]
    bad = column.where([d != d and not is_blank(t) for d, t in zip(days, column.texts, strict=True)])
    message = "A duration is expected as P14D or PT12H (ISO 8601; months and years have no fixed length)."
    table.tell("E-TIME-DURATION", np.flatnonzero(bad).tolist(), name, message)
    decimal = table.rules.decimal
    texts = [text_of_number(d, decimal) if d == d else "" for d in days]
    table.put(name, _merged(column.codes, texts))
    if table.place("NFRLT") < 0:
        table.means("time_nominal", name)


def _merged(codes: NDArray[np.int32], texts: Sequence[str]) -> Column:
    """A column whose texts may repeat, with distinct ones."""
    seen: dict[str, int] = {}
    new = np.array([seen.setdefault(t, len(seen)) for t in texts], np.int32)
    return Column(new[codes] if len(new) else codes, tuple(seen))


def _one_time_reference(table: StandardTable, prefix: str) -> None:
    """Elapsed times that the plan takes for the time count from --TPTREF; of two references in a subject there are two courses."""
    name = f"{prefix}TPTREF"
    elapsed = any(_names(table, "time", f"{prefix}{n}") for n in ("ELTM", "TPTNUM"))
    if not elapsed or not table.has(name) or table.has("infusion") or "infusion" in table.rules.columns:
        return
    subject, reference = table.column("USUBJID"), table.column(name)
    first: dict[str, str] = {}
    told: set[str] = set()
    for row in np.flatnonzero(reference.where([not is_blank(t) for t in reference.texts])).tolist():
        who = subject[row]
        if first.setdefault(who, reference[row]) != reference[row] and who not in told:
            told.add(who)
            message = f"{table.header(name)} is {quoted(first[who])} and {quoted(reference[row])}, and the times count from both."
            table.tell("E-CDISC-REFERENCE", [row], name, message)


def _study_days(table: StandardTable, name: str) -> None:
    """--DY and ADY have no day 0: day 1 is the first, the day before is -1."""
    if not table.has(name):
        return
    column = table.column(name)
    days = numbers_of(column.texts, table.rules.decimal).value
    table.tell("E-CDISC-DAY-ZERO", np.flatnonzero(column.where((days == 0).tolist())).tolist(), name, "")
    taken = [ours for ours in ("time", "time_nominal") if _names(table, ours, name)]
    if taken and table.rules.infusion_day == 0:
        decimal = table.rules.decimal
        moved = [text_of_number(d - 1 if d > 0 else d, decimal) if d == d and d else t for d, t in zip(days.tolist(), column.texts, strict=True)]  # fmt: skip
        table.put(name, _merged(column.codes, moved))
        table.notes.append(phrase("{column} has no day 0, so its days from 1 on lose one.", column=table.header(name)))


def _names(table: StandardTable, ours: str, theirs: str) -> bool:
    """Whether the plan takes a column of ours from one of theirs."""
    return folded_header(table.rules.columns.get(ours, "")) == folded_header(theirs)


# --- ADaM ----------------------------------------------------------------------------------------------------------


def _adam(table: StandardTable) -> Prepared:
    """ADPC or ADNCA: results, references of time, and the rows that flags leave out."""
    table.notes.append(phrase("Understood as ADaM, one record a parameter and time (ADPC, ADNCA)."))
    results_agree(table, "AVALC", "AVAL", "ALLOQ", ())
    _study_days(table, "ADY")
    _one_reference(table)
    return table.done([*_flagged(table), *_derived(table)])


def _one_reference(table: StandardTable) -> None:
    """AFRLT counts from the first dose; where ARRLT differs there is another, and the times are of two courses."""
    if not (table.has("AFRLT") and table.has("ARRLT")) or {"time", "infusion"} & table.rules.columns.keys():
        return
    decimal = table.rules.decimal
    first, own = (table.column(n) for n in ("AFRLT", "ARRLT"))
    a, b = numbers_of(first.texts, decimal).value[first.codes], numbers_of(own.texts, decimal).value[own.codes]
    differ = np.flatnonzero(np.abs(a - b) > 1e-6)
    seen: set[str] = set()
    subject = table.column("USUBJID")
    for row in differ.tolist():
        if subject[row] not in seen:
            seen.add(subject[row])
            message = "ARRLT is not AFRLT, so there is more than one dose, and the times count from different ones."
            table.tell("E-CDISC-REFERENCE", [row], "ARRLT", message)


def _flagged(table: StandardTable) -> Iterator[Exclusion]:
    """The records that NCAXFL leaves out, each with its reasons."""
    name = "NCAXFL"
    if not table.has(name):
        return
    flag = table.column(name)
    rows = np.flatnonzero(flag.where([t.strip().upper() == "Y" for t in flag.texts])).tolist()
    odd = flag.where([t.strip().upper() not in ("", "Y", "N") for t in flag.texts])
    table.tell("E-CDISC-FLAG", np.flatnonzero(odd).tolist(), name, "")
    reasons = [n for n in ("NCAXRS", *(f"NCA{i}XRS" for i in range(1, MOST_REASONS + 1))) if table.has(n)]
    columns = [table.column(n) for n in reasons]
    for row in rows:
        said = "; ".join(text for c in columns if (text := c[row].strip()))
        record = int(table.sheet.record[row])
        yield Exclusion(reason=said or phrase("{flag} is Y in the file", flag=name), row=record, file=table.file)
        message = phrase(
            "The record is left out as {flag} says: {reason}." if said else "The record is left out as {flag} says.",
            flag=name, reason=said,
        )  # fmt: skip
        table.tell("W-CDISC-EXCLUDED", [row], name, message)


def _derived(table: StandardTable) -> Iterator[Exclusion]:
    """Records that are no samples but made from others (DTYPE)."""
    if not table.has("DTYPE"):
        return
    kind = table.column("DTYPE")
    for row in np.flatnonzero(kind.where([not is_blank(t) for t in kind.texts])).tolist():
        said = phrase("a derived record (DTYPE is {kind})", kind=kind[row].strip())
        yield Exclusion(reason=said, row=int(table.sheet.record[row]), file=table.file)
        table.tell("W-CDISC-EXCLUDED", [row], "DTYPE", phrase("The record is left out: it is {what}.", what=said))

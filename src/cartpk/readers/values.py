"""How much: value, state and limit of each row."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from cartpk.findings import quoted
from cartpk.labels import Labels
from cartpk.language import phrase
from cartpk.readers.reported import Reported, reported_of
from cartpk.readers.sheet import Column
from cartpk.readers.two_forms import is_no_number, texts_that_count
from cartpk.readers.work import Bools, Floats, Work, number_sentence
from cartpk.rulebook import RULEBOOK

__all__ = ["reported", "values"]


def reported(work: Work, assay: Labels) -> Column:
    """The text of each result; where the number is blank or stands for BLQ, the character result beside it."""
    value = work.column("value") or Column(np.zeros(len(work.sheet), np.int32), ("",))
    words = work.column("value_text")
    if words is None:
        return value
    taken = texts_that_count(work, value, words, assay)
    if not taken.any():
        return value
    blank = int(np.count_nonzero(taken & value.where(map(is_no_number, value.texts))))
    if blank:
        message = phrase(
            "Where {header} is blank, the result is taken from here ({n} rows).",
            header=quoted(work.header("value")),
            n=blank,
        )
        work.tell_once("N-COLUMN-ALIAS", message, "value_text")
    texts = {text: k for k, text in enumerate(value.texts)}
    codes = np.array([texts.setdefault(text, len(texts)) for text in words.texts], np.int32)
    return Column(np.where(taken, codes[words.codes], value.codes), tuple(texts))


def values(work: Work, column: Column, assay: Labels) -> tuple[Floats, NDArray[np.int8], Floats]:
    """Value, state and limit of each row: the limit of the LLOQ column, else of the text, else of the plan."""
    said = reported_of(column.texts, work.rules.decimal, work.rules.blq_words)
    _tell_faults(work, column, said)
    value, state, limit = said.value[column.codes], said.state[column.codes], said.limit[column.codes]
    _warn_of_thousands(work, column, value, assay)
    lloq, _ = work.numbers("lloq")
    work.tell("E-LLOQ-NOT-POSITIVE", lloq <= 0, "lloq")
    lloq = np.where(lloq <= 0, np.nan, lloq)
    both = ~np.isnan(lloq) & ~np.isnan(limit)
    message = f"The limit in the text is not the one in the column {quoted(work.header('lloq'))}."
    _tell_results(work, "E-LLOQ-CONTRADICTS", both & (lloq != limit), column, message)
    from_text = np.isnan(lloq) & ~np.isnan(limit)
    _note_limits(work, from_text, column, assay)
    lloq = np.where(from_text, limit, lloq)
    by_plan = np.array([work.rules.lloq.get(name, np.nan) for name in (*assay.levels, "")], np.float64)
    return value, state, np.where(np.isnan(lloq), by_plan[assay.codes], lloq)


def _tell_faults(work: Work, column: Column, said: Reported) -> None:
    """The results that are neither a number, nor below the limit, nor missing."""
    for rule in sorted({fault for fault in said.fault if fault}):
        sentence = RULEBOOK[rule].sentence
        if rule == "E-BLQ-WORD":
            sentence = "The text is neither a number nor a word known to mean below the limit of quantification."
        elif rule.startswith("E-NUMBER"):
            sentence = number_sentence(rule, work.rules)
        _tell_results(work, rule, column.where([fault == rule for fault in said.fault]), column, sentence)


def _warn_of_thousands(work: Work, column: Column, value: Floats, assay: Labels) -> None:
    """Warn of each assay whose numbers read as well with thousands separators: 1.250 is 1.25 here, and 1250 elsewhere."""
    sign = work.rules.decimal
    grouped = re.compile(rf"[+-]?[1-9][0-9]{{0,2}}{re.escape(sign)}[0-9]{{3}}")
    if not work.sheet.delimiter:
        return  # the numbers of a workbook are stored, not written
    for code, name in enumerate(assay.levels):
        rows = np.flatnonzero((assay.codes == code) & ~np.isnan(value))
        if not len(rows) or value[rows].max() >= 1000:
            continue
        signed = (row for row in rows.tolist() if sign in column[row])
        first = next(signed, None)
        if first is not None and all(grouped.fullmatch(column[row].strip()) for row in (first, *signed)):
            message = phrase(
                "All numbers of {assay} with a decimal sign have three digits after it; they are read as decimals.",
                assay=quoted(name),
            )
            work.tell_once("W-NUMBER-THOUSANDS", message, "value", row=first, value=column[first])


def _tell_results(work: Work, rule: str, rows: Bools, column: Column, sentence: str) -> None:
    """One finding for each of `rows`, on the result as reported, in the column that it came from."""
    value = work.column("value")
    own = rows if value is None else rows & (column.codes == value.codes)
    work.tell(rule, own, "value", sentence, column)
    work.tell(rule, rows & ~own, "value_text", sentence, column)


def _note_limits(work: Work, rows: Bools, column: Column, assay: Labels) -> None:
    """One note for each limit of each assay that is known from the text of results alone, at its first row."""
    at = np.flatnonzero(rows)
    if not len(at):
        return
    pairs, first, count = np.unique(
        np.stack([assay.codes[at], column.codes[at]], axis=1), axis=0, return_index=True, return_counts=True
    )
    for (a, k), i, n in zip(pairs.tolist(), first.tolist(), count.tolist(), strict=True):
        message = phrase(
            "The limit of {assay} is taken from the text {text} ({rows}).",
            assay=quoted(assay.levels[a]) if assay.levels[a] else phrase("the assay"),
            text=quoted(column.texts[k]),
            rows=phrase("{n} row" if n == 1 else "{n} rows", n=n),
        )
        work.tell_once("N-LLOQ-FROM-TEXT", message, "value", row=int(at[i]), value=column.texts[k])

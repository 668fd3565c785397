"""A result as a number and, beside it, as a text (AVAL and AVALC): they must be one result, and the text says what is below the limit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cartpk.findings import quoted
from cartpk.labels import Labels
from cartpk.language import phrase
from cartpk.readers.agreement import contradiction
from cartpk.readers.cells import numbers_of
from cartpk.readers.reported import Reported, reported_of
from cartpk.readers.sheet import Column, is_blank
from cartpk.readers.work import Bools, Floats, Work
from cartpk.samples import State

__all__ = ["is_no_number", "texts_that_count"]


def texts_that_count(work: Work, value: Column, words: Column, assay: Labels) -> Bools:
    """Rows whose text counts: the number is blank, or stands for a result below the limit; contradictions are told."""
    given = words.where([not is_blank(t) for t in words.texts])
    blank = value.where(map(is_no_number, value.texts))
    numbers, texts = (reported_of(c.texts, work.rules.decimal, work.rules.blq_words) for c in (value, words))
    number, below = numbers.value[value.codes], texts.state[words.codes] == State.BLQ
    limit = _limits(work, texts, words, assay)
    stands_for_blq = given & below & ((number == 0) | (number < limit))
    _tell(work, given & ~blank & ~stands_for_blq, (value, numbers), (words, texts), limit)
    if stands_for_blq.any():
        n = int(stands_for_blq.sum())
        message = phrase(
            "Beside {n} result below the limit in {column} there is a number, which is not used."
            if n == 1
            else "Beside {n} results below the limit in {column} there is a number, which is not used.",
            n=n, column=quoted(work.header("value_text")),
        )  # fmt: skip
        work.tell_once("N-CDISC-BLQ-NUMBER", message, "value")
    counted: Bools = given & (blank | stands_for_blq)
    return counted


def is_no_number(text: str) -> bool:
    """Whether the number is blank, or the point that stands for a missing one."""
    return is_blank(text) or text.strip() == "."


def _limits(work: Work, texts: Reported, words: Column, assay: Labels) -> Floats:
    """The limit of each row: of the LLOQ column, else of the text, else of the plan."""
    column = work.column("lloq")
    own = np.full(len(work.sheet), np.nan)
    if column is not None:
        own = numbers_of(column.texts, work.rules.decimal).value[column.codes]
    by_plan = np.array([work.rules.lloq.get(name, np.nan) for name in (*assay.levels, "")], np.float64)[assay.codes]
    said: NDArray[np.float64] = texts.limit[words.codes]
    return np.where(~np.isnan(own), own, np.where(~np.isnan(said), said, by_plan))


def _tell(
    work: Work, rows: Bools, first: tuple[Column, Reported], second: tuple[Column, Reported], limit: Floats
) -> None:
    """E-CDISC-CONTRADICTS for each row whose two forms are two results; each distinct pair is compared once."""
    (value, numbers), (words, texts) = first, second
    told = {(f.row, f.column) for f in work.findings if f.rule == "E-CDISC-CONTRADICTS"}
    known: dict[tuple[int, int], str] = {}
    for row in np.flatnonzero(rows & _differ(value, words)).tolist():
        pair = int(value.codes[row]), int(words.codes[row])
        number, text = value.texts[pair[0]], words.texts[pair[1]]
        if pair not in known:
            above = texts.fault[pair[1]] == "E-VALUE-ULOQ"
            said = contradiction(text, number, work.rules.decimal, work.rules.blq_words)
            known[pair] = "the text is above the upper limit" if above else said
        rounded_away = texts.value[pair[1]] < limit[row] and numbers.state[pair[0]] == State.BLQ
        if not known[pair] or rounded_away or (int(work.sheet.record[row]), work.header("value")) in told:
            continue
        here = np.zeros(len(work.sheet), bool)
        here[row] = True
        message = f"{quoted(work.header('value'))} is {quoted(number)} and {quoted(work.header('value_text'))} is {quoted(text)}: {known[pair]}."
        work.tell("E-CDISC-CONTRADICTS", here, "value", message)


def _differ(value: Column, words: Column) -> Bools:
    """Rows whose two cells are not the same letters."""
    places = {text.strip(): k for k, text in enumerate(value.texts)}
    same = np.array([places.get(text.strip(), -1) for text in words.texts], np.int32)[words.codes] == value.codes
    differ: Bools = ~same
    return differ

"""Every cell of every table and listing, in every format and language, is the rounding of the number in the CSV files where it belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from agreement.cells import agree
from agreement.grids import READERS, Grid, xlsx_grid
from agreement.shown import Wanted, sentence_of
from agreement.wanted_listings import listings
from agreement.wanted_tables import tables
from agreement.written import Written
from cartpk.language import say, speaking


@pytest.fixture(scope="module")
def wanted(written: Written) -> dict[str, Wanted]:
    """What every table and listing must show, by name."""
    return {name: make() for name, make in {**tables(written), **listings(written)}.items()}


def compared(found: Grid, wanted: Wanted, written: Written, name: str) -> int:
    """How many cells were compared: all there are."""
    assert (len(found.rows), len(found.heads)) == (len(wanted.rows), len(wanted.heads)), name
    pairs = [
        (shown, said)
        for row, right in zip((found.above, found.heads, *found.rows), (wanted.above, wanted.heads, *wanted.rows), strict=True)
        for shown, said in zip(row, right, strict=True)
    ]  # fmt: skip
    assert [pair for pair in pairs if not agree(*pair, written.language)] == [], name
    return len(pairs) - 2 * len(wanted.heads)


@pytest.mark.parametrize("suffix", READERS)
def test_every_cell_of_every_table_and_listing_is_that_of_the_csv_files(
    written: Written, wanted: Mapping[str, Wanted], suffix: str
) -> None:
    there = {path.stem for path in (written.folder / "tables").glob(f"[tl]-*.{suffix}")}
    assert there == set(wanted)
    cells = 0
    for name, right in wanted.items():
        found = READERS[suffix](written.folder / "tables" / f"{name}.{suffix}")
        n = compared(found, right, written, name)
        assert n == len(right.rows) * len(right.heads) > 20, name
        assert lacking(found.notes, right, written.language) == [], name
        cells += n
    assert cells > 50_000


def lacking(notes: str, wanted: Wanted, language: str) -> list[str]:
    """The letters whose footnote does not say what they mean."""
    with speaking(language):
        wanted_notes = {letter: (say(sentence_of(name)), name) for name, letter in wanted.letters.items()}
    return [
        letter
        for letter, (sentence, name) in wanted_notes.items()
        if not re.search(rf"(?<!\w){letter} +{re.escape(sentence)} ?[(（]{name}[)）]", notes)
    ]


def test_a_wrong_number_is_found(written: Written, wanted: Mapping[str, Wanted]) -> None:
    """The comparison itself: one digit of one cell."""
    found = xlsx_grid(written.folder / "tables" / "t-14-2-2-1-pkpt02.xlsx")
    place = next((r, c) for r, row in enumerate(found.rows) for c, text in enumerate(row) if "." in text and c)
    row = list(found.rows[place[0]])
    row[place[1]] = row[place[1]].replace(".", "1.")
    rows = (*found.rows[: place[0]], tuple(row), *found.rows[place[0] + 1 :])
    with pytest.raises(AssertionError, match="t-14-2-2-1"):
        compared(replace(found, rows=rows), wanted["t-14-2-2-1-pkpt02"], written, "t-14-2-2-1")

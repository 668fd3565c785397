"""Wide sheets: one column a visit, read by blocks that fit the table or do not, and drafted by `init`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartpk.draft import draft
from cartpk.errors import RulesError, UsageError
from cartpk.input_rules import InputRules, WideBlock
from cartpk.plan import Plan
from cartpk.readers.sheet import is_blank

from .amount import share
from .damage import Draw, pick
from .study import ODD_TEXTS, USUAL
from .trip import assert_message, trip

VISITS = (
    "D0",
    "D3",
    "D7",
    "Day 14 ± 2",
    "W4",
    "M1",
    "M3",
    "第28天",
    "flow D0",
    "flow D7",
    "Screening",
    "D-1",
    "7",
    "90",
    "V1",
    "D07",
)
LINES = tuple(t for t in ODD_TEXTS if not set(t) & set('\n\r",\0\x0b\x1c\x85\u2028'))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wide") / "wide.csv"


@dataclass(frozen=True)
class Wide:
    """A wide table."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    blocks: tuple[WideBlock, ...]

    def write(self, place: Path) -> None:
        text = "".join(",".join(cells) + "\n" for cells in (self.header, *self.rows))
        place.write_text(text, encoding="utf-8", newline="")


@st.composite
def wides(draw: Draw) -> Wide:
    """A table with a row a subject, and blocks that name some of its visits, now and then one that is not there."""
    fixed = draw(st.lists(st.sampled_from(("unit", "assay", "lloq", "sex", "dose", "note")), max_size=4, unique=True))
    visits = draw(st.lists(st.sampled_from(VISITS), min_size=1, max_size=6, unique=draw(st.integers(1, 9)) > 1))
    header = ("subject_id", *fixed, *visits)
    if draw(st.integers(1, 9)) == 1:
        header = tuple(draw(st.permutations(header)))
    share_odd = draw(st.sampled_from((6, 40, 1000)))
    rows = [
        tuple(pick(draw, USUAL.get(n, USUAL["value"] if n in VISITS else ("x",)), LINES, share_odd) for n in header)
        for _ in range(draw(st.integers(0, 5)))
    ]
    return Wide(header, tuple(rows), tuple(draw(blocks(visits))))


@st.composite
def blocks(draw: Draw, visits: list[str]) -> list[WideBlock]:
    """One or two blocks over the visits."""
    named = list(dict.fromkeys(visits))
    if draw(st.integers(1, 8)) == 1:
        named.append("D99")
    cut = draw(st.integers(0, len(named)))
    parts = [part for part in (named[:cut], named[cut:]) if part]
    found = []
    for k, part in enumerate(parts):
        days = {name: float(draw(st.sampled_from((-14, 0, 3, 7, 14, 28, 90)))) for name in part}
        assay, unit, lloq = draw(st.sampled_from(((f"a{k}", "cells/uL", 1.0), (None, None, None), ("qpcr", "copies/ug gDNA", 50.0))))  # fmt: skip
        found.append(WideBlock(visits=days, assay=assay, unit=unit, lloq=lloq))
    return found


@share(0.6)
@given(wides())
def test_each_cell_of_a_visit_is_a_sample_or_told(place: Path, wide: Wide) -> None:
    wide.write(place)
    samples = trip([place], InputRules(wide=wide.blocks))
    if samples is None or not len(samples):
        return
    visits = [name for block in wide.blocks for name in block.visits]
    told = {f.row for f in samples.findings.errors if f.rule.startswith("E-ROW-")}
    cells = {(int(r), v): t for r, v, t in zip(samples.record, samples.visit.texts(), samples.reported, strict=True)}
    assert len(cells) == len(samples)
    for record, row in enumerate(wide.rows, 2):
        of_header = dict(zip(wide.header, row, strict=True))
        for visit in visits:
            if record in told or all(map(is_blank, row)):
                assert (record, visit) not in cells
            else:
                assert cells[record, visit] == of_header[visit]


@share(0.4)
@given(wides())
def test_the_drafted_plan_is_a_plan_and_reads_the_table(place: Path, wide: Wide) -> None:
    wide.write(place)
    try:
        text = draft(place)
    except UsageError as error:
        assert_message(error)
        return
    plan = Plan.from_text(text)
    try:
        trip([place], plan.input)
    except RulesError as error:
        assert_message(error)

"""Parquet: typed cells, none of them coerced; records are numbered from 1."""

import datetime as dt
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from cartpk.errors import MissingExtraError
from cartpk.readers import read
from cartpk.samples import Samples

from .conftest import told

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

Read = Callable[..., Samples]
COLUMNS = {
    "subject_id": ["001", "NA", "NA"],
    "time": [0.0, 7.5, 14.0],
    "value": [1.5, 0.1, None],
    "unit": ["cells/uL"] * 3,
    "lloq": [1, 1, 1],
}


@pytest.fixture
def read_table(tmp_path: Path) -> Read:
    def reading(**changes: object) -> Samples:
        path = tmp_path / "counts.parquet"
        columns = {name: c for name, c in {**COLUMNS, **changes}.items() if c is not None}
        pq.write_table(pa.table(columns), path)
        return read(path)

    return reading


def test_typed_cells_come_to_the_bit_and_ids_to_the_letter(read_table: Read) -> None:
    samples = read_table()
    assert told(samples) == []
    assert samples.subject.texts() == ["001", "NA", "NA"]
    np.testing.assert_array_equal(samples.value, [1.5, 0.1, np.nan])
    assert samples.record.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "cells", "message"),
    [
        ("value", [True, False, True], "true and false"),
        ("subject_id", [True, False, True], "true and false"),
        ("time", [dt.date(2024, 3, 1)] * 3, "dates or times"),
        ("subject_id", [1.0, 1.5, 2.0], "fraction"),
        ("value", [[1.0], [2.0], None], "not text, numbers or dates"),
        ("unit", [b"cells/uL"] * 3, "not text, numbers or dates"),
    ],
)
def test_a_type_that_cannot_stand_in_its_column_is_refused_by_name(
    read_table: Read, name: str, cells: list[object], message: str
) -> None:
    found = [f for f in read_table(**{name: cells}).findings if f.rule == "E-CELL-TYPE"]
    assert [(f.column, f.row) for f in found] == [(name, None)]
    assert message in found[0].message


def test_texts_in_a_column_of_results_are_read_like_texts(read_table: Read) -> None:
    samples = read_table(value=["<1", "12.5", "1,5"])
    assert told(samples) == [("E-NUMBER-DECIMAL-COMMA", 3, "value", "1,5")]
    assert samples.value.tolist()[1] == 12.5


def test_nan_is_no_result_and_infinity_neither_and_null_is_missing(read_table: Read) -> None:
    samples = read_table(value=pa.array([float("nan"), float("inf"), None], from_pandas=False))
    assert [(r, row) for r, row, _, _ in told(samples)] == [("E-NUMBER-NOT-FINITE", 1), ("E-NUMBER-NOT-FINITE", 2)]


def test_categories_decimals_whole_ids_and_small_floats_are_what_they_show(read_table: Read) -> None:
    samples = read_table(
        subject_id=pa.array([1, 2, 2]),
        unit=pa.array(["cells/uL"] * 3).dictionary_encode(),
        value=pa.array([Decimal("1.50"), Decimal("2.25"), None]),
        lloq=pa.array([0.5, 0.5, 0.5], pa.float32()),
    )
    assert told(samples) == []
    assert samples.subject.texts() == ["1", "2", "2"]
    assert samples.value.tolist()[:2] == [1.5, 2.25]
    assert samples.lloq.tolist() == [0.5] * 3


def test_date_times_with_the_infusion_become_days(read_table: Read) -> None:
    start = dt.datetime(2024, 3, 1, 8, tzinfo=dt.UTC)
    at = [start, start + dt.timedelta(hours=36), start + dt.timedelta(days=14)]
    samples = read_table(time=None, datetime=at, infusion_datetime=[start] * 3)
    assert told(samples) == []
    assert samples.time.tolist() == [0.0, 1.5, 14.0]
    naive = [start.replace(tzinfo=None)] * 3
    assert {r for r, *_ in told(read_table(time=None, datetime=at, infusion_datetime=naive))} == {"E-DATE-ZONE"}


@pytest.mark.parametrize("data", [b"PAR1", b"not parquet", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_a_damaged_file_is_an_error_and_no_traceback(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "counts.parquet"
    path.write_bytes(data)
    assert [r for r, *_ in told(read(path))] == ["E-PARQUET-UNREADABLE"]


def test_each_cut_of_a_file_is_an_error(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.parquet", tmp_path / "cut.parquet"
    pq.write_table(pa.table(COLUMNS), whole)
    data = whole.read_bytes()
    for end in range(1, len(data), 97):
        path.write_bytes(data[:end])
        assert [r for r, *_ in told(read(path))] == ["E-PARQUET-UNREADABLE"]


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table(COLUMNS), tmp_path / "counts.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"cartpk\[parquet\]"):
        read(tmp_path / "counts.parquet")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and nothing else PAR1")
    (error,) = read(tmp_path / "x.parquet").findings.errors
    assert (error.file, error.row, error.column) == ("x.parquet", None, "")


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_dates_may_be_texts_of_any_kind(read_table: Read, kind: str) -> None:
    if not hasattr(pa, kind):
        pytest.skip(f"this pyarrow has no {kind}")
    texts = pa.array(["2024-03-01T08:00", "2024-03-08T08:00", "2024-03-15T08:00"], getattr(pa, kind)())
    infusion = pa.array(["2024-03-01T08:00"] * 3, getattr(pa, kind)())
    samples = read_table(time=None, datetime=texts, infusion_datetime=infusion)
    assert told(samples) == []
    assert samples.time.tolist() == [0.0, 7.0, 14.0]


def test_numbers_where_dates_belong_are_refused_by_their_type(read_table: Read) -> None:
    samples = read_table(time=None, datetime=[1, 2, 3], infusion_datetime=["2024-03-01"] * 3)
    (error, *_) = [f for f in samples.findings.errors if f.rule == "E-CELL-TYPE"]
    assert error.column == "datetime"
    assert error.message.startswith("The column is of the type int64, where dates belong.")

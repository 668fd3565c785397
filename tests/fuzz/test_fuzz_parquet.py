"""Parquet: columns of any type, and damaged bytes."""

from __future__ import annotations

import datetime as dt
import decimal
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartpk.samples import State

from .amount import share
from .damage import Draw, damaged
from .study import ODD_TEXTS, Table, tables
from .trip import trip

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

DAYS = st.dates(dt.date(1970, 1, 1), dt.date(2100, 1, 1))
MOMENTS = st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2100, 1, 1))
KINDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "float64": (pa.float64(), st.floats()),
    "float32": (pa.float32(), st.floats(width=32)),
    "int64": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "uint8": (pa.uint8(), st.integers(0, 255)),
    "bool": (pa.bool_(), st.booleans()),
    "date": (pa.date32(), DAYS),
    "moment": (pa.timestamp("us"), MOMENTS),
    "moment in Shanghai": (pa.timestamp("us", "Asia/Shanghai"), MOMENTS),
    "time": (pa.time64("us"), st.times()),
    "duration": (pa.duration("us"), st.timedeltas(dt.timedelta(0), dt.timedelta(900))),
    "decimal": (pa.decimal128(20, 4), st.decimals(-9999, 9999, places=4).map(lambda d: decimal.Decimal(d))),
    "bytes": (pa.binary(), st.binary(max_size=8)),
    "list": (pa.list_(pa.int64()), st.lists(st.integers(0, 9), max_size=3)),
    "record": (pa.struct([("a", pa.int64())]), st.fixed_dictionaries({"a": st.integers(0, 9)})),
    "null": (pa.null(), st.none()),
    "text": (pa.string(), st.sampled_from(ODD_TEXTS)),
    "category": (pa.dictionary(pa.int8(), pa.string()), st.sampled_from(ODD_TEXTS)),
    "large text": (pa.large_string(), st.sampled_from(ODD_TEXTS)),
    "view": (pa.string_view(), st.sampled_from(ODD_TEXTS)) if hasattr(pa, "string_view") else (pa.string(), st.just("x")),
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parquet") / "counts.parquet"


@st.composite
def columns(draw: Draw) -> tuple[Table, dict[str, Any]]:
    """A study's table of text, some of its columns in the place of which stands one of any type."""
    table: Table = draw(tables(most_rows=8))
    n = len(table.rows)
    cells: dict[str, Any] = {}
    odd = draw(st.integers(0, 2))
    for i, name in enumerate(table.header):
        if odd and draw(st.integers(1, 3)) == 1:
            kind, one = KINDS[draw(st.sampled_from(sorted(KINDS)))]
            values = draw(st.lists(st.one_of(one, st.none()), min_size=n, max_size=n))
            cells[name] = pa.array(values, kind)
        else:
            cells[name] = pa.array([row[i] for row in table.rows], pa.string())
    return table, cells


@share(0.6)
@given(columns())
def test_a_column_of_any_type_is_read_to_the_value_or_told(place: Path, made: tuple[Table, dict[str, Any]]) -> None:
    _, cells = made
    pq.write_table(pa.table(cells), place)
    samples = trip([place])
    if samples is None or not len(samples):
        return
    header = samples.sources[0].columns
    values = cells[header["value"]].to_pylist()
    told = {f.row for f in samples.findings.errors}
    for i, record in enumerate(samples.record.tolist()):
        given_ = values[record - 1]
        if isinstance(given_, str):
            assert samples.reported[i] == given_ or "value_text" in header
        elif isinstance(given_, float | int | decimal.Decimal) and samples.state[i] == State.NUMBER:
            assert np.isclose(samples.value[i], float(given_), rtol=1e-15) or samples.value[i] == given_
        elif given_ is not None:
            assert samples.state[i] != State.NUMBER or record in told or any(f.row is None for f in samples.findings.errors)  # fmt: skip


def _good(**options: Any) -> bytes:
    out = io.BytesIO()
    table = {
        "subject_id": ["S1"] * 6, "time": [0.0, 3.0, 7.0, 14.0, 28.0, 90.0], "value": ["BLQ", "60", "900", "80", "55", "BLQ"],
        "unit": ["copies/ug gDNA"] * 6, "lloq": [50] * 6,
    }  # fmt: skip
    pq.write_table(pa.table(table), out, **options)
    return out.getvalue()


FILES = [_good(), _good(compression="none", use_dictionary=False), _good(compression="gzip", data_page_version="2.0")]


@share(0.6)
@given(damaged(FILES, [b"PAR1", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"value", b"BLQ"], most=4))
def test_damaged_bytes_are_read_or_told(place: Path, data: bytes) -> None:
    place.write_bytes(data)
    trip([place])

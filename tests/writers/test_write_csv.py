"""CSV: the same text for a value everywhere, letters kept, nothing invented."""

import csv
import io
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartpk.writers.csv import encode, text_of, write

HOSTILE = [
    "../../x",
    "=cmd()",
    "<script>",
    "{\\rtf",
    "$x$",
    "_S01",
    "x" * 300,
    "CON",
    'a"b',
    "a,b",
    "a\nb",
    "a\rb",
    " a ",
    "001",
    "NA",
    "",
]


def test_numbers_are_the_shortest_text_that_gives_them_back():
    frame = pd.DataFrame(
        {"a": [0.1, 14.0, 1e-05, 1e22, np.nan, -0.0], "b": np.arange(6, dtype=np.int32), "c": [True, False] * 3}
    )
    assert encode(frame).decode() == (
        "a,b,c\n0.1,0,true\n14,1,false\n1e-05,2,true\n1e+22,3,false\n,4,true\n0,5,false\n"
    )


def test_mixed_columns_keep_each_value_and_none_is_empty():
    frame = pd.DataFrame({"row": pd.Series([3, None, np.int64(4), np.float64(0.5), pd.NA, "x"], dtype=object)})
    assert encode(frame).decode() == "row\n3\n\n4\n0.5\n\nx\n"


@given(st.floats(allow_nan=False))
def test_a_number_comes_back_to_the_last_bit(value):
    assert float(text_of(value)) == value
    assert not text_of(value).endswith(".0")


def test_texts_keep_their_letters():
    content = encode(pd.DataFrame({"subject_id": HOSTILE, "n": range(len(HOSTILE))})).decode()
    back = list(csv.reader(io.StringIO(content, newline="")))
    assert [row[0] for row in back[1:]] == HOSTILE
    assert "\r\n" not in content


def test_a_file_has_no_byte_order_mark_whatever_its_letters():
    frame = pd.DataFrame({"subject_id": ["患者-01"], "unit": ["cells/µL"]})

    assert encode(frame) == "subject_id,unit\n患者-01,cells/µL\n".encode()


def test_a_frame_without_rows_is_its_header():
    assert encode(pd.DataFrame(columns=["a", "b"])) == b"a,b\n"


def test_what_has_no_text_of_its_own_is_refused_with_its_column():
    with pytest.raises(TypeError, match=r"column 'when': .*Timestamp"):
        encode(pd.DataFrame({"when": [pd.Timestamp("2026-01-01")]}))


def test_a_file_holds_the_bytes_and_its_numbers_come_back_the_same(tmp_path: Path):
    frame = pd.DataFrame({"subject_id": ["001", "NA"], "value": [1 / 3, math.pi * 1e300]})
    write(frame, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes() == encode(frame)
    back = pd.read_csv(tmp_path / "x.csv", dtype=str, keep_default_na=False)
    assert back["subject_id"].tolist() == ["001", "NA"]
    assert [float(text) for text in back["value"]] == frame["value"].tolist()

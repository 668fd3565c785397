"""Transport files: read back by two readers and byte by byte, the same each time, and what they cannot hold refused."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from cdisc_cases import made_of, two_assays
from hypothesis import given, settings
from hypothesis import strategies as st

from cartpk.cdisc import Dataset, Variable
from cartpk.cdisc_rules import CdiscRules
from cartpk.errors import OutputError
from cartpk.writers.xpt import check, encode, write


def data_set(
    columns: dict[str, Sequence[Any]], name: str = "XX", label: str = "A label", **variables: Variable
) -> Dataset:
    """A data set of texts and numbers (a column whose first value is no text)."""
    kinds = {n: "Char" if len(v) and isinstance(v[0], str) else "Num" for n, v in columns.items()}
    made = tuple(variables.get(n, Variable(n, f"Label of {n}"[:40], kinds[n])) for n in columns)  # type: ignore[arg-type]
    return Dataset(name=name, label=label, structure="", keys=(), variables=made, columns=columns)


def read_back(dataset: Dataset, tmp_path: Path) -> tuple[pd.DataFrame, Any]:
    path = tmp_path / "x.xpt"
    write(dataset, path)
    return pyreadstat.read_xport(str(path))


def plain_rows(content: bytes) -> tuple[list[str], list[tuple[Any, ...]]]:
    """A reader of our own: names, and rows of texts and IBM numbers, from the bytes alone."""
    n = int(content[560 + 54 : 560 + 58])
    stars = [content[640 + 140 * k : 780 + 140 * k] for k in range(n)]
    shapes = [(struct.unpack(">hhh", s[:6])[0], struct.unpack(">h", s[4:6])[0], struct.unpack(">i", s[84:88])[0]) for s in stars]  # fmt: skip
    start = 640 + math.ceil(140 * n / 80) * 80 + 80
    width = sum(length for _, length, _ in shapes)
    body = content[start:]
    rows = []
    while len(body) >= width and body[:width].strip(b" "):
        rows.append(tuple(ibm(body[p : p + w]) if kind == 1 else body[p : p + w].decode("ascii").rstrip(" ") for kind, w, p in shapes))  # fmt: skip
        body = body[width:]
    return [s[8:16].decode("ascii").strip() for s in stars], rows


def ibm(raw: bytes) -> float:
    if raw[0:1] in (b".", b"_") and not any(raw[1:]):
        return math.nan
    mantissa = int.from_bytes(raw[1:], "big")
    return math.copysign(mantissa * 16.0 ** ((raw[0] & 127) - 64 - 14), -1 if raw[0] & 128 else 1) if mantissa else 0.0


@pytest.mark.parametrize("flow_domain", ["PC", "CP"])
def test_every_data_set_comes_back_cell_by_cell(tmp_path: Path, flow_domain: str) -> None:
    data = made_of(two_assays(), CdiscRules(flow_domain=flow_domain))

    assert set(data) >= {"PC", "PP", "RELREC", "ADNCA", "ADPC", "ADPP", "SUPPPP"}
    for dataset in data.values():
        frame, meta = read_back(dataset, tmp_path)
        assert (meta.table_name, meta.file_label) == (dataset.name, dataset.label)
        assert meta.column_names == [v.name for v in dataset.variables]
        assert meta.column_labels == [v.label for v in dataset.variables]
        names, rows = plain_rows((tmp_path / "x.xpt").read_bytes())
        assert names == meta.column_names
        assert len(rows) == len(frame) == len(dataset)
        for k, v in enumerate(dataset.variables):
            expected = list(dataset.columns[v.name])
            for got in (frame[v.name].tolist(), [row[k] for row in rows]):
                if v.kind == "Num":
                    np.testing.assert_array_equal(got, np.asarray(expected, float))
                else:
                    assert got == expected


def test_pandas_reads_the_texts_and_the_numbers_that_it_can(tmp_path: Path) -> None:
    dataset = made_of(two_assays())["PP"]
    write(dataset, tmp_path / "pp.xpt")
    frame = pd.read_sas(tmp_path / "pp.xpt", format="xport", encoding="ascii")

    assert list(frame.columns) == [v.name for v in dataset.variables]
    assert frame["PPTESTCD"].tolist() == list(dataset.columns["PPTESTCD"])
    ours = np.asarray(dataset.columns["PPSTRESN"], float)
    different = ~np.isclose(frame["PPSTRESN"], ours, rtol=1e-14, atol=1e-70, equal_nan=True)
    assert not different.any()


def test_the_same_data_set_gives_the_same_bytes_without_a_clock(tmp_path: Path) -> None:
    first = encode(made_of(two_assays())["PP"])

    assert encode(made_of(two_assays())["PP"]) == first
    assert re.findall(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d", first) == [b"01JAN60:00:00:00"] * 4
    assert first[:48] == b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
    assert len(first) % 80 == 0


numbers = st.floats(-9e73, 9e73, allow_nan=False).filter(lambda x: x == 0 or abs(x) >= 1e-78)


@settings(max_examples=40)
@given(st.lists(numbers, min_size=1, max_size=30))
def test_a_number_comes_back_to_the_last_bit(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    dataset = data_set({"X": np.array(values)})
    frame, _ = read_back(dataset, tmp_path_factory.mktemp("n"))

    assert frame["X"].tolist() == values
    assert [row[0] for row in plain_rows(encode(dataset))[1]] == values


def test_zero_and_missing_stay_what_they_are(tmp_path: Path) -> None:
    frame, _ = read_back(data_set({"X": np.array([0.0, np.nan, -0.0, 1.0, 0.0])}), tmp_path)

    np.testing.assert_array_equal(frame["X"], [0.0, np.nan, 0.0, 1.0, 0.0])


def test_rows_at_the_end_that_are_nearly_blank_stay(tmp_path: Path) -> None:
    dataset = data_set({"A": ["x", "", ""], "B": np.array([1.0, np.nan, np.nan])})
    frame, _ = read_back(dataset, tmp_path)

    assert frame["A"].tolist() == ["x", "", ""]


@pytest.mark.parametrize(
    ("dataset", "problem"),
    [
        (data_set({"A": ["x", ""], "B": ["", " "]}), "XX.B: ' ': ends with a blank, which would be lost"),
        (data_set({"A": ["x", ""]}), "XX: row 2 is blank throughout, and would be lost"),
        (data_set({"LONGNAME9": ["x"]}), "XX.LONGNAME9: is no name of a variable (at most 8 capital letters, digits and _)"),
        (data_set({"lower": ["x"]}), "XX.lower: is no name of a variable (at most 8 capital letters, digits and _)"),
        (data_set({"A": ["x"]}, A=Variable("A", "L" * 41)), f"XX.A: the label {'L' * 41!r} is not plain ASCII of at most 40 letters"),
        (data_set({"A": ["x"]}, A=Variable("A", "µ")), "XX.A: the label 'µ' is not plain ASCII of at most 40 letters"),
        (data_set({"A": ["x" * 201]}), f"XX.A: '{'x' * 59}…': has 201 letters; a transport file holds 200"),
        (data_set({"A": ["b", "é", "µ", "中", "文"]}), "XX.A: 'µ', 'é', '中' and 1 more: is not ASCII, which is all that a transport file holds"),
        (data_set({"A": ["a\nb"]}), r"XX.A: 'a\nb': has a line break or a control character"),
        (data_set({"A": ["a "]}), "XX.A: 'a ': ends with a blank, which would be lost"),
        (data_set({"A": np.array([1.0, 1e75])}), "XX.A: 1e+75 in row 2 is 1e+74 or more, which a transport file cannot hold"),
        (data_set({"A": np.array([-np.inf])}), "XX.A: -inf in row 1 is 1e+74 or more, which a transport file cannot hold"),
        (data_set({"A": np.array([1e-79])}), "XX.A: 1e-79 in row 1 is nearer to 0 than 1e-78, which a transport file cannot hold"),
        (data_set({"A": ["x"]}, name="TOOLONGNAME"), "'TOOLONGNAME': is no name of a data set (at most 8 capital letters and digits)"),
        (data_set({"A": ["x"]}, label="数据"), "XX: the label '数据' is not plain ASCII of at most 40 letters"),
        (data_set({"A": np.array([])}), "XX: has no rows; leave it out"),
    ],
)  # fmt: skip
def test_what_the_format_cannot_hold_is_refused(dataset: Dataset, problem: str, tmp_path: Path) -> None:
    assert problem in check(dataset)
    with pytest.raises(OutputError):
        write(dataset, tmp_path / "x.xpt")
    assert not (tmp_path / "x.xpt").exists()


def test_all_faults_are_told_at_once_with_the_remedy() -> None:
    disease = Variable("INDIC", "Indication", column="indication")
    site = Variable("SITE NAME", "site name", column="site name")
    found = check(
        data_set({"INDIC": ["系统性红斑狼疮", 'a"é'], "SITE NAME": ["1", "2"]}, INDIC=disease, **{"SITE NAME": site})
    )

    assert found == (
        "XX.INDIC: 'a\"é', '系统性红斑狼疮': is not ASCII, which is all that a transport file holds; "
        'say what shall stand for it in the plan: [cdisc.values] indication = { "a\\"é" = "...", "系统性红斑狼疮" = "..." }',
        "XX.SITE NAME: is no name of a variable (at most 8 capital letters, digits and _); "
        'give it one in the plan: [cdisc.names] "site name" = "..."',
    )


def test_the_longest_text_and_label_are_held(tmp_path: Path) -> None:
    dataset = data_set({"A": ["x" * 200, ""], "N2345678": np.array([1.0, 2.0])}, A=Variable("A", "L" * 40))
    frame, meta = read_back(dataset, tmp_path)

    assert check(dataset) == ()
    assert frame["A"].tolist() == ["x" * 200, ""]
    assert meta.column_labels[0] == "L" * 40


@pytest.mark.parametrize("subject", ["../../x", "=cmd()", "<script>", "{\\rtf", "$x$", "_S01", "x" * 200, "CON", "001", "NA", "None", "."])  # fmt: skip
def test_hostile_ids_stay_text(tmp_path: Path, subject: str) -> None:
    frame, _ = read_back(data_set({"USUBJID": [subject, "S1"]}), tmp_path)

    assert frame["USUBJID"].tolist() == [subject, "S1"]

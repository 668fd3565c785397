"""One table by every door: the same bits in every column of parameters.csv but `records` and `source`."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest

from cartpk.input_rules import InputRules, WideBlock
from cartpk.nca import nca
from cartpk.profiles import Profiles
from cartpk.readers import read

DAYS = (0, 1, 3, 7, 10, 14, 21, 28, 60, 90)
SUBJECTS = {"001": (0.9, "F"), "002": (1.3, "M"), "NA": (0.01, "M")}
TEXTS = ("subject_id", "assay", "unit", "value", "sex", "dose_unit")
STANDARD = {
    "subject_id": "USUBJID", "time": "AFRLT", "assay": "PARAMCD", "unit": "AVALU", "lloq": "ALLOQ", "dose": "DOSEA",
    "dose_unit": "DOSEU", "sex": "SEX",
}  # fmt: skip


def table() -> pd.DataFrame:
    """Three subjects by two assays, values of 15 digits (what a workbook keeps), one subject never quantifiable, days planned and taken."""
    rows = []
    for subject, (size, sex) in SUBJECTS.items():
        for assay, unit, lloq, scale in (("flow", "cells/uL", 1.0, 0.013), ("qpcr", "copies/ug gDNA", 50.0, 1.0)):
            for day in DAYS:
                value = float(f"{size * scale * 9000.0 / 7 * float(np.exp(-abs(day - 10) / 9)) * (day > 0):.15g}")
                said = "BLQ" if value < lloq else repr(value)
                rows.append((subject, float(day), assay, said, unit, lloq, 1e6, "cells/kg", sex))
    return pd.DataFrame(rows, columns=["subject_id", "time", "assay", "value", "unit", "lloq", "dose", "dose_unit", "sex"])  # fmt: skip


def as_number(texts: pd.Series) -> pd.Series:
    """Exactly; pandas' own way is off by a bit now and then."""
    return texts.map(lambda t: np.nan if t == "BLQ" else float(t)).astype(float)


def as_csv(path: Path, encoding: str = "utf-8", end: str = "\n", cut: str = ",") -> Path:
    frame = table()
    frame["dose"] = "1000000"
    path.write_bytes(frame.to_csv(index=False, lineterminator=end, sep=cut).encode(encoding))
    return path


def as_xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    frame = table()
    sheet.append(list(frame))
    for row in frame.itertuples(index=False):
        sheet.append([float(c) if name == "value" and c != "BLQ" else c for name, c in zip(frame, row, strict=True)])
    book.save(path)
    return path


def as_parquet(path: Path, numbers: bool) -> Path:
    pytest.importorskip("pyarrow")
    frame = table()
    if numbers:
        frame["value_text"] = frame["value"].where(frame["value"] == "BLQ", "")
        frame["value"] = as_number(frame["value"])
    frame.to_parquet(path, index=False)
    return path


def as_xpt(path: Path) -> Path:
    """As ADaM has it: the number, and the text beside it."""
    frame = table().rename(columns=STANDARD)
    frame["AVALC"] = frame["value"].where(frame["value"] == "BLQ", "")
    frame["AVAL"] = as_number(frame.pop("value"))
    frame["AVALC"] = frame["AVALC"].where(frame["AVAL"].isna(), frame["AVAL"].map(repr))
    pyreadstat.write_xport(frame, str(path), file_format_version=5, table_name="ADPC")
    return path


def as_wide(path: Path) -> Path:
    """A sheet an assay, one column a visit."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for assay, rows in table().groupby("assay"):
        sheet = book.create_sheet(str(assay))
        sheet.append(["subject_id", "lloq", "dose", "dose_unit", "sex", *(f"Day {d}" for d in DAYS)])
        for subject, of_subject in rows.groupby("subject_id", sort=False):
            first = of_subject.iloc[0]
            cells = [v if v == "BLQ" else float(v) for v in of_subject["value"]]
            sheet.append([subject, float(first["lloq"]), 1000000, first["dose_unit"], first["sex"], *cells])
    book.save(path)
    return path


WIDE = InputRules(
    wide=tuple(
        WideBlock(visits={f"Day {d}": float(d) for d in DAYS}, assay=assay, unit=unit, sheet=assay)
        for assay, unit in (("flow", "cells/uL"), ("qpcr", "copies/ug gDNA"))
    )
)


def parameters(path: Path, rules: InputRules | None = None) -> bytes:
    samples = read(path, rules=rules)
    assert [str(f) for f in samples.findings.errors] == []
    frame = nca(Profiles.from_samples(samples)).to_long().drop(columns=["records", "source"])
    for name in frame.select_dtypes("float"):
        frame[name] = frame[name].map(float.hex)
    return frame.to_csv(index=False).encode()


DOORS: dict[str, Callable[[Path], Path]] = {
    "crlf.csv": lambda p: as_csv(p, end="\r\n"),
    "bom.csv": lambda p: as_csv(p, "utf-8-sig"),
    "utf-16.csv": lambda p: as_csv(p, "utf-16"),
    "gb18030.csv": lambda p: as_csv(p, "gb18030"),
    "semicolon.csv": lambda p: as_csv(p, cut=";"),
    "tab.tsv": lambda p: as_csv(p, cut="\t"),
    "sheet.xlsx": as_xlsx,
    "texts.parquet": lambda p: as_parquet(p, numbers=False),
    "numbers.parquet": lambda p: as_parquet(p, numbers=True),
    "adpc.xpt": as_xpt,
    "wide.xlsx": as_wide,
}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return parameters(as_csv(tmp_path_factory.mktemp("door") / "lf.csv"))


@pytest.mark.parametrize("door", DOORS)
def test_each_door_gives_the_same_bits(door: str, expected: bytes, tmp_path: Path) -> None:
    path = DOORS[door](tmp_path / door)
    assert parameters(path, WIDE if door == "wide.xlsx" else None) == expected


def test_the_comparison_would_see_the_last_bit(expected: bytes, tmp_path: Path) -> None:
    path = as_csv(tmp_path / "other.csv")
    text = path.read_text(encoding="utf-8")
    value = table()["value"][4]
    other = repr(float(np.nextafter(float(value), 1e9)))
    path.write_text(text.replace(value, other, 1), encoding="utf-8")
    assert parameters(path) != expected
    assert len(pd.read_csv(io.BytesIO(expected))) > 100


def test_the_packages_own_adpc_reads_back_to_the_same_bits(tmp_path: Path) -> None:
    from cartpk.analyze import analyze
    from cartpk.plan import Plan, ReportRules

    path = as_csv(tmp_path / "counts.csv")
    plan = Plan(report=ReportRules(study="X1", formats=("xpt",), figures="none"))
    out = analyze(path, plan=plan, out=tmp_path / "run").out
    there, back = (nca(Profiles.from_samples(read(p))) for p in (path, out / "cdisc" / "adpc.xpt"))
    assert len(there) == len(back) == 6
    for name in there.terms:
        np.testing.assert_array_equal(there[name], back[name])

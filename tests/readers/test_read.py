import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cartpk.errors import InputError
from cartpk.readers import read
from cartpk.samples import Exclusion, Samples

from .conftest import HEADER, told

FLOW = "subject_id,time,value,unit,site,dose\nS2,0,1,cells/uL,A,1e6\nS1,7,2,cells/uL,A,1e6\n"
PCR = "subject_id,time,value,unit,cohort\nS1,7,200,copies/ug,C1\nS10,x,BLQ,copies/ug,C1\n"


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "flow.csv", tmp_path / "pcr.tsv"
    paths[0].write_text(FLOW, encoding="utf-8")
    paths[1].write_text(PCR.replace(",", "\t"), encoding="utf-8")
    return paths


def test_a_source_carries_its_hash_and_rows(two: tuple[Path, Path]) -> None:
    (source,) = read(two[0]).sources
    assert source.name == "flow.csv"
    assert source.path == str(two[0])
    assert source.sha256 == hashlib.sha256(two[0].read_bytes()).hexdigest()
    assert (source.size, source.rows, source.reader, source.delimiter) == (two[0].stat().st_size, 2, "text", ",")
    assert source.columns["subject_id"] == "subject_id"


def test_several_files_are_read_end_to_end(two: tuple[Path, Path]) -> None:
    samples = read(*two)
    assert [s.name for s in samples.sources] == ["flow.csv", "pcr.tsv"]
    assert samples.file.tolist() == [0, 0, 1, 1]
    assert samples.record.tolist() == [2, 3, 2, 3]
    assert samples.subject.texts() == ["S2", "S1", "S1", "S10"]
    assert samples.subject.levels == ("S1", "S2", "S10")
    assert samples.assay.texts() == ["flow", "flow", "pcr", "pcr"]
    assert samples.covariates["dose"].texts() == ["1e6", "1e6", "", ""]
    assert samples.covariates["cohort"].texts() == ["", "", "C1", "C1"]
    assert samples.extra["site"].texts() == ["A", "A", "", ""]
    np.testing.assert_array_equal(samples.time, [0, 7, 7, np.nan])
    assert [(f.file, f.row, f.rule) for f in samples.findings] == [("pcr.tsv", 3, "E-NUMBER-NOT-A-NUMBER")]


def test_one_file_that_cannot_be_understood_leaves_the_others_readable(two: tuple[Path, Path], tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"")
    samples = read(two[0], bad, two[1])
    assert samples.file.tolist() == [0, 0, 2, 2]
    assert [(f.file, f.rule) for f in samples.findings] == [
        ("bad.csv", "E-FILE-EMPTY"),
        ("pcr.tsv", "E-NUMBER-NOT-A-NUMBER"),
    ]


def test_files_of_one_name_are_told_apart_by_folder_and_one_file_twice_is_refused(tmp_path: Path) -> None:
    paths = [tmp_path / site / "counts.csv" for site in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(FLOW, encoding="utf-8")
    assert [s.name for s in read(*paths).sources] == ["a/counts.csv", "b/counts.csv"]
    with pytest.raises(InputError, match="twice"):
        read(paths[0], paths[0])


def test_exclusions_ride_along(two: tuple[Path, Path]) -> None:
    exclusion = Exclusion("clotted", subject_id="S1")
    assert read(two[0], exclusions=(exclusion,)).exclusions == (exclusion,)
    assert read(two[0]).exclusions == ()


@pytest.mark.parametrize("name", ["counts.sas7bdat", "counts.xlsm", "counts.csv.gz", "counts"])
def test_a_kind_that_is_not_read_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match="not read in this version"):
        read(tmp_path / name)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv: cannot be opened"):
        read(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=r"folder\.csv: cannot be opened"):
        read(tmp_path / "folder.csv")


def test_the_end_of_a_name_counts_whatever_its_case(read_bytes: Callable[..., Samples]) -> None:
    assert told(read_bytes(HEADER + "S1,0,1,%,\n", name="COUNTS.CSV")) == []


def test_reading_text_loads_no_heavy_library(two: tuple[Path, Path]) -> None:
    code = f"import sys, cartpk; cartpk.read({str(two[0])!r}); print([m for m in ('pandas', 'scipy', 'matplotlib', 'openpyxl', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_file_from_which_no_row_can_be_made_gives_empty_columns(read_bytes: Callable[..., Samples]) -> None:
    samples = read_bytes(b"")
    for name in ("subject", "assay", "matrix", "unit", "visit", "record", "time", "value", "state", "lloq", "reported"):
        assert len(getattr(samples, name)) == 0, name
    assert samples.subjects == ()
    assert samples.assays == ()

"""SAS transport files: what pyreadstat reads is held against the bytes."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from cartpk.input_rules import InputRules
from cartpk.readers import read
from cartpk.samples import Samples

from .conftest import told

FRAME = pd.DataFrame(
    {
        "USUBJID": ["001", "001", "NA", "NA"],
        "AFRLT": [0.0, 7.25, 0.0, 1e-9],
        "AVAL": [np.nan, 0.1, 0.0, 12345.678],
        "AVALC": ["BLQ", "0.1", "0", "12345.678"],
        "AVALU": ["copies/ug gDNA"] * 4,
        "ALLOQ": [50.0, np.nan, np.nan, np.nan],
    }
)
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writing(frame: pd.DataFrame = FRAME, version: int = 5, change: Callable[[bytes], bytes] = bytes, **options: object) -> Path:  # fmt: skip
        path = tmp_path / "adpc.xpt"
        pyreadstat.write_xport(frame, str(path), file_format_version=version, table_name="ADPC", **options)
        path.write_bytes(change(path.read_bytes()))
        return path

    return writing


def broken(samples: Samples) -> str:
    assert len(samples) == 0
    ((finding),) = samples.findings.errors
    assert finding.rule == "E-XPT-UNREADABLE"
    return finding.message


@pytest.mark.parametrize("version", [5, 8])
def test_numbers_zeros_and_ids_come_to_the_bit_and_the_letter(write: Write, version: int) -> None:
    samples = read(write(version=version))
    assert told(samples) == []
    assert samples.time.tolist() == [0.0, 7.25, 0.0, 1e-9]
    np.testing.assert_array_equal(samples.value, [np.nan, 0.1, 0.0, 12345.678])
    assert samples.subject.texts() == ["001", "001", "NA", "NA"]
    assert samples.record.tolist() == [1, 2, 3, 4]
    assert samples.sources[0].sheet == "ADPC"


@pytest.mark.parametrize("cut", [1, 79, 80, 81, 160])
@pytest.mark.parametrize("version", [5, 8])
def test_a_file_that_is_cut_short_is_refused(write: Write, version: int, cut: int) -> None:
    assert "cut short" in broken(read(write(version=version, change=lambda data: data[:-cut])))


def test_each_length_of_a_cut_file_is_refused_or_is_a_file_of_whole_records(write: Write, tmp_path: Path) -> None:
    whole = write(pd.concat([FRAME] * 20)).read_bytes()
    length, start = 7 * 0 + sum((3, 8, 8, 9, 14, 8)), whole.index(b"HEADER RECORD*******OBS") + 80
    unseen = []
    for end in range(start + 80, len(whole), 80):
        path = tmp_path / "cut.xpt"
        path.write_bytes(whole[:end])
        if not read(path).findings.errors:
            unseen.append((end - start) % length)
    assert set(unseen) <= {0}


def test_version_8_states_its_records_and_they_are_counted(write: Write) -> None:
    path = write(pd.concat([FRAME] * 8), version=8)
    data = path.read_bytes()
    at = data.index(b"OBSV8   ") + 28
    path.write_bytes(data[:at] + data[at : at + 32].replace(b"32", b"33") + data[at + 32 :])
    assert "its header states 33 records, and 32 are there" in broken(read(path))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"**COMPRESSED** **COMPRESSED** " + b"x" * 400, "CPORT"),
        (b"subject_id,time\nS1,0\n", "not a SAS transport file"),
        (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!" + b"0" * 30 + b"  ", "its header has no end"),
    ],
)
def test_other_files_are_refused_by_what_they_are(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "x.xpt"
    path.write_bytes(data)
    assert message in broken(read(path))


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.xpt").write_bytes(b"")
    assert told(read(tmp_path / "x.xpt")) == [("E-FILE-EMPTY", None, "", "")]


def test_two_data_sets_in_one_file_are_not_chosen_from(write: Write) -> None:
    def doubled(data: bytes) -> bytes:
        return data + data[data.index(b"HEADER RECORD*******MEMBER") :]

    assert "more than one data set" in broken(read(write(change=doubled)))


def test_text_that_is_not_utf_8_is_gb18030_or_named(write: Write) -> None:
    frame = FRAME.assign(SITE="xxxx")
    chinese = "北医".encode("gb18030")
    path = write(frame, change=lambda data: data.replace(b"xxxx", chinese))
    samples = read(path)
    assert samples.extra["SITE"].levels == ("北医",)
    assert samples.sources[0].encoding == "gb18030"
    path = write(frame, change=lambda data: data.replace(b"xxxx", b"\xffxx\xff", 1))
    assert told(read(path)) == [("E-FILE-ENCODING", 1, "SITE", "0xFF")]
    assert read(path, rules=InputRules(encoding="latin-1")).extra["SITE"][0] == "ÿxxÿ"


def test_text_after_a_zero_byte_is_not_lost(write: Write) -> None:
    path = write(change=lambda data: data.replace(b"12345.678", b"123\x005.678"))
    assert [(f.rule, f.row, f.column) for f in read(path).findings.errors] == [("E-XPT-UNREADABLE", 4, "AVALC")]


def test_ids_that_are_fractions_are_refused_and_whole_numbers_are_text(write: Write) -> None:
    assert read(write(FRAME.assign(USUBJID=[1.0, 1.0, 20.0, 20.0]))).subject.texts() == ["1", "1", "20", "20"]
    assert told(read(write(FRAME.assign(USUBJID=[1.0, 1.5, 20.0, 20.0])))) == [("E-CELL-TYPE", 2, "USUBJID", "1.5")]


def test_sas_date_times_become_days(write: Write) -> None:
    seconds = 2_000_000_000.0
    frame = FRAME.drop(columns="AFRLT").assign(ADTM=[seconds, seconds + 86_400, seconds, seconds + 43_200], TRTSDTM=seconds)  # fmt: skip
    samples = read(write(frame, variable_format={"ADTM": "DATETIME20.", "TRTSDTM": "DATETIME20."}))
    assert told(samples) == []
    assert samples.time.tolist() == [0.0, 1.0, 0.0, 0.5]


def test_blank_rows_at_the_end_are_no_rows_and_do_not_trip(write: Write) -> None:
    frame = pd.concat([FRAME[["USUBJID", "AVALC"]], pd.DataFrame({"USUBJID": [""] * 30, "AVALC": [""] * 30})])
    samples = read(write(frame.assign(X="")))
    assert {f.rule for f in samples.findings.errors} == {"E-COLUMN-MISSING"}


def test_a_number_beyond_the_format_is_an_error_and_not_infinity(write: Write) -> None:
    largest = b"\x7f" + b"\xff" * 7
    number = struct.pack(">d", 0.0)
    assert len(largest) == len(number)
    path = write(FRAME.assign(AVAL=[777.0, 0.1, 0.0, 1.0], AVALC=""), change=lambda d: d.replace(_ibm(777), largest, 1))
    samples = read(path)
    assert [(f.rule, f.row) for f in samples.findings.errors] in ([("E-NUMBER-NOT-FINITE", 1)], [])
    assert not np.isinf(samples.value).any()


def _ibm(whole: int) -> bytes:
    """A whole number below 4096 as an IBM double."""
    return bytes([0x43]) + (whole << 44).to_bytes(7, "big")


def test_ids_that_sas_shows_with_leading_zeros_are_told_in_words(write: Write) -> None:
    frame = FRAME.assign(USUBJID=[1.0, 1.0, 2.0, 2.0])
    path = write(frame, variable_format={"USUBJID": "Z3."})
    (error, *_) = [f for f in read(path).findings.errors if f.rule == "E-CELL-TYPE"]
    assert (error.column, error.row) == ("USUBJID", None)
    assert error.message.startswith(
        "The ids are numbers that SAS shows with leading zeros, which the numbers do not have."
    )

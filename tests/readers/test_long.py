from collections.abc import Callable

import numpy as np
import pytest

from cartpk.samples import Samples

from .conftest import HEADER, told

Read = Callable[..., Samples]


def test_every_row_is_in_the_ledger(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + "S1,0,1,%,\n\nS1,1,,%,\nS1,2,3,%,\nS1,2,3,%,\n,,,,\n")
    counts = samples.ledger().counts()
    assert counts == {"used": 2, "missing": 1, "excluded": 0, "duplicate": 1}
    assert sum(counts.values()) == samples.sources[0].rows == 4


def test_a_row_without_a_subject_is_told(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + "S1,0,1,%,\n,1,2,%,\n  ,2,3,%,\n")
    assert told(samples) == [("E-SUBJECT-BLANK", 3, "subject_id", ""), ("E-SUBJECT-BLANK", 4, "subject_id", "  ")]


def test_extra_columns_are_kept_under_their_headers(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit,Comment , Site\nS1,0,1,%,ok,\nS1,1,1,%,,B\n")
    assert {name: column.texts() for name, column in samples.extra.items()} == {
        "Comment": ["ok", ""],
        "Site": ["", "B"],
    }


def test_a_dose_is_a_number(read_bytes: Read) -> None:
    samples = read_bytes(
        'subject_id,time,value,unit,dose\nS1,0,1,%,1e6\nS2,0,1,%,"1,000,000"\nS3,0,1,%,NA\nS4,0,1,%,\n'
    )
    assert told(samples) == [("E-NUMBER-THOUSANDS", 3, "dose", "1,000,000")]
    assert samples.covariates["dose"].texts() == ["1e6", "", "", ""]


def test_other_covariates_are_text(read_bytes: Read) -> None:
    samples = read_bytes("subject_id,time,value,unit,age,weight,sex\nS1,0,1,%,45 y,NA,F\n")
    assert {n: c[0] for n, c in samples.covariates.items()} == {"sex": "F", "age": "45 y", "weight": "NA"}
    assert not told(samples)


def test_all_findings_come_at_once(read_bytes: Read) -> None:
    text = "subject_id,time,value,unit\n,x,LOW,ng/mL\nS1,1\nS1,2,3,%,4\n"
    rules = sorted(f.rule for f in read_bytes(text).findings.errors)
    assert rules == [
        "E-BLQ-WORD",
        "E-NUMBER-NOT-A-NUMBER",
        "E-ROW-RAGGED",
        "E-ROW-RAGGED",
        "E-SUBJECT-BLANK",
        "E-UNIT-UNKNOWN",
    ]


def test_rows_may_stand_in_any_order_and_are_left_so(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + "S2,7,1,%,\nS1,0,2,%,\nS2,0,3,%,\n")
    assert samples.subject.texts() == ["S2", "S1", "S2"]
    assert samples.record.tolist() == [2, 3, 4]


def test_arrays_cannot_be_changed(read_bytes: Read) -> None:
    samples = read_bytes(HEADER + "S1,0,1,%,\n")
    with pytest.raises(ValueError, match="read-only"):
        samples.value[0] = np.float64(2)

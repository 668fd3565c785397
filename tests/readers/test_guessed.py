"""Bytes that are not UTF-8 are tried as GB18030, and what that made of them is shown."""

from collections.abc import Callable

import pytest

from cartpk.samples import Samples

from .conftest import HEADER

Read = Callable[..., Samples]
CHINESE = "受试者编号,天,结果,单位,定量下限\n玥喆,7,900,copies/ug gDNA,50\n"


def encodings(samples: Samples) -> list[tuple[str, int | None, str, str]]:
    return [(f.rule, f.row, f.column, f.value) for f in samples.findings if "ENCODING" in f.rule]


def rows(*names: str) -> str:
    return HEADER + "".join(f"{name},7,5,cells/uL,1\n" for name in names)


def test_an_id_that_the_guess_changes_is_a_warning_that_shows_it(read_bytes: Read) -> None:
    samples = read_bytes(rows("S1", "Müller").encode("latin-1"))
    assert samples.subject[1] == "M黮ler"
    assert encodings(samples) == [
        ("W-FILE-ENCODING", 3, "subject_id", "M黮ler"),
        ("N-FILE-ENCODING", 3, "subject_id", "M黮ler"),
    ]
    assert not encodings(read_bytes(rows("Müller").encode("latin-1"), encoding="latin-1"))


@pytest.mark.parametrize(
    ("text", "encoding", "column"),
    [
        (HEADER.replace("\n", ",assay\n") + "S1,7,5,cells/uL,1,Zählung\n", "latin-1", "assay"),
        (HEADER.replace("\n", ",Größe\n") + "S1,7,5,cells/uL,1,x\n", "cp1252", ""),
        (rows("Петров", "Иванов"), "cp1251", "subject_id"),
        (rows("Ångström"), "latin-1", "subject_id"),
    ],
    ids=["assay", "header", "Cyrillic", "two accents"],
)
def test_names_in_other_encodings_are_warned_of(read_bytes: Read, text: str, encoding: str, column: str) -> None:
    found = encodings(read_bytes(text.encode(encoding)))
    assert [f[0] for f in found] == ["W-FILE-ENCODING", "N-FILE-ENCODING"]
    assert found[0][2] == column


@pytest.mark.parametrize(
    "text",
    [CHINESE, rows("患者一", "张伟"), rows("S1").replace("cells/uL", "cells/µL") + "王芳,8,5,cells/uL,1\n"],
    ids=["headers", "ids", "names"],
)
def test_an_honest_chinese_file_has_a_note_and_no_warning(read_bytes: Read, text: str) -> None:
    assert [f[0] for f in encodings(read_bytes(text.encode("gb18030")))] == ["N-FILE-ENCODING"]


def test_what_is_told_by_a_mark_or_is_utf_8_is_no_guess(read_bytes: Read) -> None:
    assert not encodings(read_bytes(b"\x84\x31\x95\x33" + CHINESE.encode("gb18030")))
    assert not encodings(read_bytes(CHINESE.encode()))
    assert not encodings(read_bytes(CHINESE.encode("gb18030"), encoding="gb18030"))

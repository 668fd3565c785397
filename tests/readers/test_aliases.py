from collections.abc import Callable
from pathlib import Path

import pytest

from cartpk.errors import RulesError
from cartpk.input_rules import InputRules
from cartpk.readers.aliases import ALIASES, COVARIATES, NUMBERS, folded_header, recognise
from cartpk.readers.cells import MISSING_WORDS
from cartpk.readers.reported import BLQ_WORDS, LIMIT_WORDS, ULOQ_WORDS
from cartpk.samples import Samples
from cartpk.units import UNITS

from .conftest import told

DOCS = Path(__file__).parents[2] / "docs" / "input.md"


def test_each_name_belongs_to_one_column_of_ours() -> None:
    names = [folded_header(n) for groups in ALIASES.values() for group in groups for n in group]
    assert len(names) == len(set(names))


def test_our_own_name_ranks_first() -> None:
    assert all(groups[0] == (ours,) for ours, groups in ALIASES.items())
    assert set(COVARIATES) | set(NUMBERS) <= ALIASES.keys()


def test_the_page_on_input_lists_every_word_and_unit() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for word in (*BLQ_WORDS, *LIMIT_WORDS, *ULOQ_WORDS, *MISSING_WORDS):
        assert f"`{word}`" in page
    for unit in UNITS.values():
        assert f"| `{unit.name}` | {', '.join(f'`{s}`' for s in unit.spellings)} |" in page


def test_the_page_on_input_lists_every_name() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for ours, groups in ALIASES.items():
        row = f"| `{ours}` | " + " > ".join(" = ".join(f"`{n}`" for n in group) for group in groups[1:]) + " |"
        assert row in page, f"docs/input.md lacks the row\n{row}"


@pytest.mark.parametrize(
    "header", ["SUBJECT_ID", "Subject ID", "subject-id", " subject_id ", "ＵＳＵＢＪＩＤ", "受试者编号"]
)
def test_headers_are_recognised_whatever_their_case_and_width(header: str) -> None:
    assert recognise([header, "time", "value", "unit"], InputRules(), "f.csv", 1).columns["subject_id"] == 0


def test_the_best_rank_wins_with_a_note_and_the_other_is_kept(read_bytes: Callable[..., Samples]) -> None:
    samples = read_bytes("SUBJID,USUBJID,day,AVAL,unit\n01,X-01,7,5,cells/uL\n")
    assert samples.subjects == ("X-01",)
    assert samples.extra["SUBJID"].texts() == ["01"]
    assert told(samples, "note") == [
        ("N-COLUMN-ALIAS", 1, "AVAL", ""),
        ("N-COLUMN-ALIAS", 1, "USUBJID", ""),
        ("N-COLUMN-ALIAS", 1, "day", ""),
    ]
    assert "SUBJID" in samples.findings[1].message


def test_a_file_with_our_names_gets_no_note(read_bytes: Callable[..., Samples]) -> None:
    assert len(read_bytes("subject_id,time,value,unit\nS1,7,5,cells/uL\n").findings) == 0


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("subject_id,time,value,AVALU,PCSTRESU", "PCSTRESU"),
        ("subject_id,time,value,unit,unit", "unit"),
        ("subject_id,time,value,unit,Unit", "Unit"),
        ("subject_id,time,value,unit,comment,comment", "comment"),
    ],
)
def test_two_columns_of_equal_rank_are_an_error(read_bytes: Callable[..., Samples], header: str, column: str) -> None:
    cells = ["S1", "7", "5", "cells/uL", "cells/uL", "x"][: header.count(",") + 1]
    assert told(read_bytes(f"{header}\n{','.join(cells)}\n")) == [("E-COLUMN-DOUBLED", 1, column, "")]


def test_the_plan_names_columns(read_bytes: Callable[..., Samples]) -> None:
    text = "who,when,value,value2,unit\nS1,7,5,6,cells/uL\n"
    samples = read_bytes(text, columns={"subject_id": "who", "time": "When", "value": "value2"})
    assert (samples.subjects, samples.time.tolist(), samples.value.tolist()) == (("S1",), [7.0], [6.0])
    assert samples.extra["value"].texts() == ["5"]
    assert not told(samples)


def test_a_column_that_the_plan_names_and_the_file_lacks_is_an_error(read_bytes: Callable[..., Samples]) -> None:
    samples = read_bytes(
        "subject_id,time,value,unit\nS1,7,5,cells/uL\n", columns={"time": "jour"}, covariates=("site",)
    )
    assert told(samples) == [("E-COLUMN-MISSING", 1, "jour", ""), ("E-COLUMN-MISSING", 1, "site", "")]


def test_a_plan_cannot_name_a_column_that_is_none_of_ours(read_bytes: Callable[..., Samples]) -> None:
    with pytest.raises(RulesError, match="did you mean subject_id"):
        read_bytes("subject_id,time,value,unit\n", columns={"subject": "x"})


def test_covariates_are_the_known_ones_and_those_that_the_plan_names(read_bytes: Callable[..., Samples]) -> None:
    text = "subject_id,time,value,unit,dose_group,site,disease,note\nS1,7,5,cells/uL,DL1,A,SLE,x\n"
    plain = read_bytes(text)
    assert {n: c[0] for n, c in plain.covariates.items()} == {"dose_level": "DL1", "indication": "SLE"}
    assert {n: c[0] for n, c in plain.extra.items()} == {"site": "A", "note": "x"}
    named = read_bytes(text, covariates=("site", "disease"))
    assert {n: c[0] for n, c in named.covariates.items()} == {"dose_level": "DL1", "site": "A", "disease": "SLE"}
    assert list(named.extra) == ["note"]


def test_a_known_covariate_that_the_plan_wants_and_the_file_lacks_is_an_error(
    read_bytes: Callable[..., Samples],
) -> None:
    samples = read_bytes("subject_id,time,value,unit\nS1,7,5,cells/uL\n", covariates=("dose_level",))
    assert told(samples) == [("E-COLUMN-MISSING", 1, "dose_level", "")]


@pytest.mark.parametrize("missing", ["subject_id", "time", "value", "unit"])
def test_a_missing_column_is_named_and_no_row_is_made(read_bytes: Callable[..., Samples], missing: str) -> None:
    names = [n for n in ("subject_id", "time", "value", "unit") if n != missing]
    cells = {"subject_id": "S1", "time": "7", "value": "5", "unit": "cells/uL"}
    samples = read_bytes(",".join(names) + "\n" + ",".join(cells[n] for n in names) + "\n")
    assert told(samples) == [("E-COLUMN-MISSING", 1, missing, "")]
    assert len(samples) == 0


def test_all_missing_columns_are_told_with_the_faults_of_the_others(read_bytes: Callable[..., Samples]) -> None:
    samples = read_bytes("subject_id,time,values\n,x,5\n")
    assert told(samples) == [
        ("E-COLUMN-MISSING", 1, "unit", ""),
        ("E-COLUMN-MISSING", 1, "value", ""),
        ("E-NUMBER-NOT-A-NUMBER", 2, "time", "x"),
        ("E-SUBJECT-BLANK", 2, "subject_id", ""),
    ]
    assert '"values" is near' in samples.findings[1].message


@pytest.mark.parametrize(
    "header",
    [
        "subject_id,D0,D7,D14",
        "subject_id,Day 0,Day 7,Day 14",
        "subject_id,unit,0,7,14.5,28",
        "受试者编号,第0天,第7天,第14天",
    ],
)
def test_one_column_a_visit_is_told_as_such(read_bytes: Callable[..., Samples], header: str) -> None:
    samples = read_bytes(header + "\n" + ",".join("%" if h == "unit" else "5" for h in header.split(",")) + "\n")
    assert [f.rule for f in samples.findings.errors] == ["E-FILE-WIDE"]
    assert len(samples) == 0


def test_a_cdisc_extract_is_understood(read_bytes: Callable[..., Samples]) -> None:
    text = (
        "STUDYID,USUBJID,PARAMCD,AFRLT,NFRLT,AVAL,AVALC,AVALU,ALLOQ,AVISIT,PCSPEC\n"
        "X,X-01,qpcr,0,0,,<50,copies/ug,50,BASELINE,BLOOD\n"
        "X,X-01,qpcr,7.1,7,1200,1200,copies/ug,50,WEEK 1,BLOOD\n"
        "X,X-01,qpcr,14,14,,,copies/ug,50,WEEK 2,BLOOD\n"
    )
    samples = read_bytes(text)
    assert not told(samples)
    assert samples.reported.tolist() == ["<50", "1200", ""]
    assert samples.state.tolist() == [1, 0, 2]
    assert samples.time.tolist() == [0.0, 7.1, 14.0]
    assert samples.visit.texts() == ["BASELINE", "WEEK 1", "WEEK 2"]
    assert list(samples.extra) == ["STUDYID", "AVALC"]


def test_a_column_of_the_plan_is_taken_to_the_letter_before_one_that_is_like_it(
    read_bytes: Callable[..., Samples],
) -> None:
    text = "subject_id,time,Result_2,result_2,unit\nS1,0,1,2,%\n"
    assert read_bytes(text, columns={"value": "result_2"}).value.tolist() == [2.0]
    assert read_bytes(text, columns={"value": "Result_2"}).value.tolist() == [1.0]

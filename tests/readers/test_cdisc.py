"""SDTM PC with DM and EX beside it, ADaM ADPC and ADNCA."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cartpk.checks import check
from cartpk.input_rules import InputRules
from cartpk.readers import read
from cartpk.samples import Samples, Status

from .conftest import told

PC = {
    "DOMAIN": "PC", "USUBJID": "X-001", "PCTESTCD": "QPCR", "PCORRES": "900", "PCORRESU": "copies/ug", "PCSTRESC": "900",
    "PCSTRESN": "900", "PCSTRESU": "copies/ug", "PCSTAT": "", "PCSPEC": "BLOOD", "PCLLOQ": "50", "PCDTC": "2024-03-08T08:00",
    "PCRFTDTC": "2024-03-01T08:00", "PCELTM": "P7D",
}  # fmt: skip
ADPC = {"USUBJID": "X-001", "PARAMCD": "QPCR", "AVAL": "900", "AVALC": "900", "AVALU": "copies/ug", "ALLOQ": "50", "AFRLT": "7", "NFRLT": "7"}  # fmt: skip
DM = {"DOMAIN": "DM", "USUBJID": "X-001", "RFSTDTC": "2024-02-20", "RFXSTDTC": "2024-03-01T08:00", "ARM": "DL1", "ACTARM": "DL2", "SEX": "F", "AGE": "41"}  # fmt: skip
EX = {"DOMAIN": "EX", "USUBJID": "X-001", "EXTRT": "UWD-CD19", "EXDOSE": "1000000", "EXDOSU": "cells/kg", "EXSTDTC": "2024-03-01T08:00"}  # fmt: skip
Row = dict[str, str]
Files = Callable[..., Samples]


@pytest.fixture
def read_files(tmp_path: Path) -> Files:
    """Read tables given as name=[rows], in that order; the first rows' keys are the headers."""

    def reading(rules: InputRules | None = None, **tables: list[Row]) -> Samples:
        paths = []
        for name, rows in tables.items():
            path = tmp_path / f"{name}.csv"
            lines = [",".join(rows[0]), *(",".join(row.get(k, "") for k in rows[0]) for row in rows)]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            paths.append(path)
        return read(*paths, rules=rules)

    return reading


def without(row: Row, *names: str) -> Row:
    return {k: v for k, v in row.items() if k not in names}


def rules_of(samples: Samples) -> list[str]:
    return sorted({f.rule for f in samples.findings.errors})


def test_pc_gives_actual_and_planned_days_results_and_limits(read_files: Files) -> None:
    blq = PC | {"PCORRES": "BLQ", "PCSTRESC": "<50", "PCSTRESN": "", "PCDTC": "2024-03-02T20:00", "PCELTM": "P1D"}
    samples = read_files(pc=[blq, PC])
    assert told(samples) == []
    assert samples.time.tolist() == [1.5, 7.0]
    assert samples.time_nominal.tolist() == [1.0, 7.0]
    assert samples.blq.tolist() == [True, False]
    assert samples.assay.levels == ("QPCR",)
    assert samples.lloq.tolist() == [50.0, 50.0]


def test_not_done_is_missing_and_a_result_beside_it_is_an_error(read_files: Files) -> None:
    gone = PC | {"PCORRES": "", "PCSTRESC": "", "PCSTRESN": "", "PCSTAT": "NOT DONE"}
    assert told(read_files(pc=[PC, gone])) == []
    found = told(read_files(pc=[PC, PC | {"PCSTAT": "NOT DONE", "PCELTM": "P8D"}]))
    assert [(r, row, c) for r, row, c, _ in found] == [
        ("E-CDISC-CONTRADICTS", 3, c) for c in ("PCORRES", "PCSTRESC", "PCSTRESN")
    ]
    assert rules_of(read_files(pc=[PC | {"PCSTAT": "LOST"}])) == ["E-CDISC-CONTRADICTS"]


@pytest.mark.parametrize(
    "change",
    [
        {"PCORRES": "90"},
        {"PCSTRESC": "9000"},
        {"PCSTRESN": "90"},
        {"PCORRES": "<50"},
        {"PCSTRESC": "<50"},
        {"PCORRES": "<50", "PCSTRESC": "<50"},
        {"PCSTRESC": "", "PCSTRESN": ""},
        {"PCORRES": ""},
        {"PCORRES": "900", "PCORRESU": "copies/mL", "PCSTRESU": "copies/mL", "PCSTRESC": "9"},
    ],
)
def test_results_that_contradict_each_other_are_never_chosen_from(read_files: Files, change: Row) -> None:
    samples = read_files(pc=[PC | change])
    assert rules_of(samples) == ["E-CDISC-CONTRADICTS"]
    assert {(f.row, f.subject_id) for f in samples.findings.errors} == {(2, "X-001")}


@pytest.mark.parametrize(
    "change",
    [
        {"PCORRES": "900.0"},
        {"PCORRES": "900.04", "PCSTRESC": "900", "PCSTRESN": "900"},
        {"PCORRES": "0.9", "PCORRESU": "cells/uL", "PCSTRESU": "cells/mL"},
        {"PCORRES": "30", "PCSTRESC": "<50", "PCSTRESN": ""},
        {"PCORRES": "BLQ", "PCSTRESC": "<50", "PCSTRESN": "0"},
        {"PCORRES": "BLQ", "PCSTRESC": "BLQ", "PCSTRESN": "25"},
    ],
)
def test_one_result_in_two_forms_agrees(read_files: Files, change: Row) -> None:
    samples = read_files(pc=[PC | change])
    assert told(samples) == []
    assert samples.blq[0] == ("BLQ" in change.values() or "<50" in change.values())


def test_a_zero_beside_a_blq_text_is_below_the_limit_and_not_a_measured_zero(read_files: Files) -> None:
    row = without(PC, "PCLLOQ") | {"PCORRES": "<50", "PCSTRESC": "<50", "PCSTRESN": "0"}
    samples = read_files(pc=[row])
    assert told(samples) == []
    assert (samples.blq.tolist(), samples.lloq.tolist()) == ([True], [50.0])
    assert [f.rule for f in samples.findings if f.rule.startswith("N-CDISC")] == ["N-CDISC-BLQ-NUMBER"]


def test_without_a_standard_text_the_original_words_count(read_files: Files) -> None:
    low = without(PC, "PCSTRESC") | {"PCORRES": "BLQ", "PCSTRESN": "", "PCELTM": "P1D"}
    samples = read_files(pc=[low, without(PC, "PCSTRESC")])
    assert told(samples) == []
    assert samples.blq.tolist() == [True, False]
    other = without(low, "PCLLOQ") | {"PCORRES": "<0.05", "PCORRESU": "copies/cell"}
    assert rules_of(read_files(pc=[other])) == ["E-CDISC-CONTRADICTS"]


def test_without_standard_results_the_original_ones_are_taken(read_files: Files) -> None:
    samples = read_files(pc=[without(PC, "PCSTRESC", "PCSTRESN", "PCSTRESU")])
    assert told(samples) == []
    assert (samples.value.tolist(), samples.unit.levels) == ([900.0], ("copies/ug gDNA",))


def test_dm_and_ex_beside_give_arm_sex_dose_and_the_infusion(read_files: Files) -> None:
    samples = read_files(pc=[without(PC, "PCRFTDTC")], dm=[DM], ex=[EX])
    assert told(samples) == []
    assert samples.time.tolist() == [7.0]
    assert {n: c[0] for n, c in samples.covariates.items()} == {
        "dose": "1000000", "dose_unit": "cells/kg", "dose_level": "DL2", "sex": "F", "age": "41",
    }  # fmt: skip
    assert [s.name for s in samples.sources] == ["pc.csv", "dm.csv", "ex.csv"]
    assert samples.file.tolist() == [0]


def test_the_first_exposure_of_dm_is_the_infusion_only_where_the_plan_says_so(read_files: Files) -> None:
    bare = [without(PC, "PCRFTDTC")]
    assert told(read_files(pc=bare, dm=[DM])) == [("E-COLUMN-MISSING", 1, "time", "")]
    samples = read_files(InputRules(columns={"infusion_datetime": "RFXSTDTC"}), pc=bare, dm=[DM])
    assert told(samples) == []
    assert samples.time.tolist() == [7.0]


def test_subjects_without_a_record_and_records_twice_are_errors(read_files: Files) -> None:
    stranger = PC | {"USUBJID": "X-002"}
    found = told(read_files(pc=[PC, stranger], dm=[DM], ex=[EX]))
    assert found == [("E-CDISC-LINK", 3, "USUBJID", "X-002")] * 2
    assert told(read_files(pc=[PC], dm=[DM, DM])) == [("E-CDISC-LINK", 3, "USUBJID", "X-001")]
    assert told(read_files(pc=[PC], ex=[EX, EX | {"EXTRT": "FLUDARABINE"}]))[0][:3] == ("E-CDISC-LINK", 3, "EXTRT")


def test_a_second_infusion_is_counted_by_its_reference(read_files: Files) -> None:
    second = EX | {"EXSTDTC": "2024-06-01T09:00", "EXDOSE": "3000000"}
    late = PC | {"PCRFTDTC": "2024-06-01T09:00", "PCDTC": "2024-06-08T09:00"}
    samples = read_files(pc=[late, PC], ex=[second, EX])
    assert told(samples) == []
    assert samples.infusion.tolist() == [2, 1]
    assert samples.time.tolist() == [7.0, 7.0]
    assert [samples.covariates["dose"][i] for i in (0, 1)] == ["3000000", "1000000"]
    assert read_files(pc=[late, PC]).infusion.tolist() == [2, 1]
    bare = [without(late, "PCRFTDTC"), without(PC, "PCRFTDTC")]
    assert told(read_files(pc=bare, ex=[second, EX])) == [("E-CDISC-REFERENCE", 2, "USUBJID", "X-001")]
    odd = PC | {"PCRFTDTC": "2024-03-02T08:00"}
    assert "E-CDISC-CONTRADICTS" in rules_of(read_files(pc=[odd], ex=[EX]))


def test_dm_without_samples_is_a_table_that_lacks_what_samples_need(read_files: Files) -> None:
    assert rules_of(read_files(dm=[DM])) == ["E-COLUMN-MISSING"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"PCDTC": "2024-03"}, "E-DATE-PARTIAL"),
        ({"PCDTC": "2024-03-08"}, "E-TIME-DATE"),
        ({"PCDTC": "2024-03-08T08:00Z"}, "E-DATE-ZONE"),
        ({"PCRFTDTC": "2024---01"}, "E-DATE-PARTIAL"),
        ({"PCELTM": "P1M"}, "E-TIME-DURATION"),
        ({"PCDTC": ""}, "E-TIME-BLANK"),
    ],
)
def test_dates_that_cannot_be_used_are_told_with_record_and_variable(read_files: Files, change: Row, rule: str) -> None:
    found = told(read_files(pc=[PC, PC | change]))
    assert [(r, row, c) for r, row, c, _ in found] == [(rule, 3, next(iter(change)))]


def test_zones_on_both_sides_are_compared_exactly(read_files: Files) -> None:
    row = PC | {"PCDTC": "2024-03-08T08:00+08:00", "PCRFTDTC": "2024-03-01T00:00Z"}
    assert read_files(pc=[row]).time.tolist() == [7.0]


def test_study_days_have_no_day_0(read_files: Files) -> None:
    bare = without(PC, "PCDTC", "PCRFTDTC", "PCELTM")
    days = [bare | {"PCDY": d} for d in ("-1", "1", "8")]
    assert rules_of(read_files(pc=days)) == ["E-COLUMN-MISSING"]
    by_plan = InputRules(columns={"time": "PCDY"})
    assert read_files(by_plan, pc=days).time.tolist() == [-1.0, 0.0, 7.0]
    assert rules_of(read_files(by_plan, pc=[bare | {"PCDY": "0"}])) == ["E-CDISC-DAY-ZERO"]


def test_planned_times_stand_for_actual_ones_only_where_the_plan_says_so(read_files: Files) -> None:
    bare = without(PC, "PCDTC", "PCRFTDTC")
    assert rules_of(read_files(pc=[bare])) == ["E-COLUMN-MISSING"]
    samples = read_files(InputRules(columns={"time": "PCELTM"}), pc=[bare | {"PCELTM": "P14DT12H"}])
    assert told(samples) == []
    assert samples.time.tolist() == [14.5]


def test_flow_counts_in_cp_are_read_like_pc(read_files: Files) -> None:
    row = {k.replace("PC", "CP", 1) if k.startswith("PC") else k: v for k, v in PC.items()} | {"CPTESTCD": "CART"}
    row |= {"CPORRESU": "cells/uL", "CPSTRESU": "cells/uL"}
    samples = read_files(cp=[row])
    assert told(samples) == []
    assert (samples.time.tolist(), samples.value.tolist(), samples.assay.levels) == ([7.0], [900.0], ("CART",))


def test_adpc_gives_actual_and_nominal_days(read_files: Files) -> None:
    samples = read_files(
        adpc=[ADPC | {"AFRLT": "7.1"}, ADPC | {"AVAL": "", "AVALC": "BLQ", "AFRLT": "1", "NFRLT": "1"}]
    )
    assert told(samples) == []
    assert samples.time.tolist() == [7.1, 1.0]
    assert samples.time_nominal.tolist() == [7.0, 1.0]
    assert samples.blq.tolist() == [False, True]


def test_flags_leave_records_out_with_their_reasons(read_files: Files) -> None:
    more = {"NCAXFL": "", "NCA1XRS": "", "NCA2XRS": "", "DTYPE": ""}
    samples = read_files(
        adpc=[
            ADPC | more,
            ADPC | more | {"AFRLT": "14", "NCAXFL": "Y", "NCA1XRS": "clotted", "NCA2XRS": "late"},
            ADPC | more | {"AFRLT": "21", "DTYPE": "COPY"},
        ]
    )
    assert told(samples) == []
    assert samples.ledger().status.tolist() == [Status.USED, Status.EXCLUDED, Status.EXCLUDED]
    assert [e.reason for e in samples.exclusions] == ["clotted; late", "a derived record (DTYPE is COPY)"]
    found = check(samples)
    assert [f.row for f in found if f.rule == "W-CDISC-EXCLUDED"] == [3, 4]
    assert not [f for f in found if f.rule == "W-EXCLUSION-UNUSED"]


def test_times_from_two_doses_are_refused(read_files: Files) -> None:
    rows = [ADPC | {"ARRLT": "7"}, ADPC | {"AFRLT": "100", "ARRLT": "10"}]
    assert told(read_files(adpc=rows)) == [("E-CDISC-REFERENCE", 3, "ARRLT", "10")]


def test_times_in_hours_are_refused_by_their_unit(read_files: Files) -> None:
    findings = check(read_files(adpc=[ADPC | {"FRLTU": "HOURS"}]))
    assert [f.rule for f in findings.errors] == ["E-TIME-UNIT"]


def test_a_record_left_out_without_a_reason_says_which_flag_did_it(read_files: Files) -> None:
    samples = read_files(adpc=[ADPC | {"NCAXFL": ""}, ADPC | {"NCAXFL": "Y", "AFRLT": "14"}])
    (told_of,) = [f for f in samples.findings if f.rule == "W-CDISC-EXCLUDED"]
    assert told_of.message.startswith("The record is left out as NCAXFL says. ")
    assert [e.reason for e in samples.exclusions] == ["NCAXFL is Y in the file"]


def test_no_number_is_said_to_be_set_aside_where_none_is(read_files: Files) -> None:
    samples = read_files(adpc=[ADPC, ADPC | {"AFRLT": "14", "AVAL": "", "AVALC": "<50"}])
    assert told(samples) == []
    assert not [f for f in samples.findings if f.rule == "N-CDISC-BLQ-NUMBER"]


def test_a_blank_beside_a_text_below_the_limit_contradicts_it_where_the_column_holds_words_too(
    read_files: Files,
) -> None:
    words = [
        PC | {"PCSTRESN": "BLQ", "PCSTRESC": "<50", "PCORRES": "<50"},
        PC | {"PCSTRESN": "", "PCSTRESC": "<50", "PCORRES": "<50", "PCELTM": "P8D", "PCDTC": "2024-03-09T08:00"},
    ]
    numbers = [PC, words[1]]
    assert told(read_files(pc=numbers)) == []
    assert [(f[0], f[1]) for f in told(read_files(pc=words))] == [("E-CDISC-CONTRADICTS", 3)]


def test_two_records_of_a_subject_in_dm_are_told_at_the_second(read_files: Files) -> None:
    samples = read_files(pc=[PC], dm=[DM, DM | {"SEX": "M"}])
    (error,) = samples.findings.errors
    assert (error.rule, error.file, error.row, error.column) == ("E-CDISC-LINK", "dm.csv", 3, "USUBJID")
    assert (error.subject_id, error.value) == ("X-001", "X-001")
    assert error.message.startswith('Subject "X-001" has two records in DM. ')

import cartpk as ck
from cartpk.samples import Exclusion

HEAD = "subject_id,time,value,unit,assay,lloq,visit\n"
ROW = "S01,7,500,copies/ug gDNA,qpcr,50,Day 7\n"


def test_a_row_that_says_the_same_again_is_a_warning_that_names_the_first(found):
    (fault,) = found("W-ROW-REPEATED", HEAD + ROW + "S01,14,9,copies/ug gDNA,qpcr,50,Day 14\n" + ROW)
    assert (fault.severity, fault.row, fault.value) == ("warning", 4, "500")
    assert "row 2" in fault.message


def test_the_same_number_written_otherwise_is_the_same_result(found):
    text = HEAD + ROW + ROW.replace("500", "5.00e2")
    assert len(found("W-ROW-REPEATED", text)) == 1
    assert not found("E-ROW-CONTRADICTS", text)


def test_different_results_at_one_time_are_an_error_that_names_both_rows(found):
    (fault,) = found("E-ROW-CONTRADICTS", HEAD + ROW + ROW.replace("500", "310"))
    assert (fault.severity, fault.row, fault.value) == ("error", 3, "310")
    assert "row 2" in fault.message
    assert '"500"' in fault.message


def test_three_results_at_one_time_give_two_errors_and_each_repetition_a_warning(found):
    text = HEAD + ROW + ROW.replace("500", "310") + ROW + ROW.replace("500", "320")
    assert [f.row for f in found("E-ROW-CONTRADICTS", text)] == [3, 5]
    assert [f.row for f in found("W-ROW-REPEATED", text)] == [4]


def test_the_message_says_where_the_visits_differ(found):
    (fault,) = found("W-ROW-REPEATED", HEAD + ROW + ROW.replace("Day 7", "Unscheduled"))
    assert '"Unscheduled" here, "Day 7" there' in fault.message


def test_another_limit_with_the_same_number_contradicts(found):
    (fault,) = found("E-ROW-CONTRADICTS", HEAD + ROW + ROW.replace(",50,", ",25,"))
    assert "LLOQ 25" in fault.message
    assert "LLOQ 50" in fault.message


def test_another_assay_infusion_or_subject_at_the_same_time_is_no_repetition(found):
    text = HEAD + ROW + ROW.replace("qpcr", "ddpcr") + ROW.replace("S01", "S02")
    assert not found("W-ROW-REPEATED", text)
    assert not found("E-ROW-CONTRADICTS", text)


def test_a_row_without_a_result_is_compared_with_none(found):
    text = HEAD + ROW + ROW.replace("500", "")
    assert not found("W-ROW-REPEATED", text)
    assert not found("E-ROW-CONTRADICTS", text)


def test_excluding_one_of_two_results_settles_it(found):
    text = HEAD + ROW + ROW.replace("500", "310")
    assert not found("E-ROW-CONTRADICTS", text, exclusions=[Exclusion("wrong tube", row=2)])


def test_a_row_of_another_file_is_named_with_its_file(tmp_path):
    for name, value in (("one.csv", "500"), ("two.csv", "310")):
        (tmp_path / name).write_text(HEAD + ROW.replace("500", value), encoding="utf-8", newline="")
    findings = ck.check(ck.read(tmp_path / "one.csv", tmp_path / "two.csv"))
    (fault,) = [f for f in findings if f.rule == "E-ROW-CONTRADICTS"]
    assert (fault.file, fault.row) == ("two.csv", 2)
    assert 'row 2 of "one.csv"' in fault.message

import pytest
from factories import HEADER, course, samples_from
from hypothesis import given
from hypothesis import strategies as st

from cartpk.labels import Labels, natural_key
from cartpk.samples import Exclusion, Status

ROW = "S01,7,500,copies/ug gDNA,50\n"


def statuses(text: str, *exclusions: Exclusion) -> list[str]:
    ledger = samples_from(HEADER + text, exclusions=exclusions).ledger()
    return [Status(s).word for s in ledger.status.tolist()]


def test_ids_sort_as_people_sort_them():
    assert sorted(["S10", "S2", "S1", "NA", "001", "S02"], key=natural_key)[:2] == ["001", "NA"]
    assert Labels.of(["S10", "S2", "S10", "S1"]).levels == ("S1", "S2", "S10")


@given(st.lists(st.text(max_size=5), max_size=12))
def test_labels_give_back_every_text(texts):
    labels = Labels.of(texts)
    assert labels.texts() == texts
    assert len(set(labels.levels)) == len(labels.levels)


def test_rows_read_are_rows_used_and_rows_set_aside():
    text = ROW + ROW + "S01,9,,copies/ug gDNA,50\n" + "S01,14,900,copies/ug gDNA,50\n"
    samples = samples_from(HEADER + text, exclusions=[Exclusion("clotted", time=14)])
    assert samples.ledger().counts() == {"used": 1, "missing": 1, "excluded": 1, "duplicate": 1}
    assert sum(samples.ledger().counts().values()) == len(samples)


def test_a_repetition_points_to_the_row_that_counts():
    assert samples_from(HEADER + ROW + ROW).ledger().kept.tolist() == [-1, 0]


@pytest.mark.parametrize("again", ["500.0", "5e2", "0500"])
def test_one_number_written_twice_is_one_result(again):
    assert statuses(ROW + ROW.replace("500", again)) == ["used", "duplicate"]


def test_blq_with_one_limit_is_one_result_however_it_is_written():
    assert statuses(ROW.replace("500", "BLQ") + ROW.replace("500", "<50")) == ["used", "duplicate"]


@pytest.mark.parametrize("other", [ROW.replace("500", "501"), ROW.replace(",50\n", ",25\n"), ROW.replace(",7,", ",8,")])
def test_another_result_limit_or_time_is_no_repetition(other):
    assert statuses(ROW + other) == ["used", "used"]


def test_where_the_first_of_two_is_excluded_the_second_counts():
    assert statuses(ROW + ROW, Exclusion("wrong tube", row=2)) == ["excluded", "used"]


def test_an_exclusion_matches_by_everything_it_says():
    samples = samples_from(HEADER + course("S01") + course("S02"))
    assert samples.covered_by(Exclusion("x")).all()
    assert samples.covered_by(Exclusion("x", subject_id="S02")).sum() == 11
    assert samples.covered_by(Exclusion("x", subject_id="S02", time=7)).sum() == 1
    assert samples.covered_by(Exclusion("x", subject_id="S02", row=2)).sum() == 0
    assert samples.covered_by(Exclusion("x", file="other.csv")).sum() == 0
    assert samples.covered_by(Exclusion("x", subject_id="nobody")).sum() == 0


def test_courses_sort_rows_by_whom_what_and_when():
    text = "S02,7,1,cells/uL,\nS01,14,1,cells/uL,\nS01,7,1,cells/uL,\nS01,7,2,copies/mL,\n,7,1,cells/uL,\nS01,,1,cells/uL,\n"
    courses = samples_from(HEADER + text).courses()
    assert courses.rows.tolist() == [2, 1, 3, 0]
    assert courses.offsets.tolist() == [0, 2, 3, 4]
    assert len(courses) == 3


def test_no_rows_have_no_courses():
    courses = samples_from(HEADER).courses()
    assert len(courses) == 0
    assert samples_from(HEADER).ledger().counts() == {"used": 0, "missing": 0, "excluded": 0, "duplicate": 0}


def test_arrays_are_read_only():
    samples = samples_from(HEADER + course())
    with pytest.raises(ValueError, match="read-only"):
        samples.value[0] = 1.0

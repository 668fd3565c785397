import numpy as np
from factories import samples_from

from cartpk.checks import check

HEAD = "subject_id,time,visit,time_nominal,value,unit,lloq,assay\n"
VISITS = (("Day 0", 0, "BLQ"), ("Day 7", 7, 900), ("Day 14", 14, 4200), ("Day 28", 28, 150), ("Day 90", 90, "BLQ"))


def study(change=lambda s, name, day: [(name, day, day)], subjects=3, assay="qpcr") -> str:
    """Subjects on a plan; `change` gives the (visit, planned day, time) of the samples in the place of one."""
    return "".join(
        f"S{s},{time},{visit},{planned},{value},copies/ug gDNA,50,{assay}\n"
        for s in range(1, subjects + 1)
        for name, day, value in VISITS
        for visit, planned, time in change(s, name, day)
    )


def rules_on_visits(text: str) -> list[str]:
    return [f.rule for f in check(samples_from(HEAD + text)) if "VISIT" in f.rule]


def test_a_plan_without_faults_passes():
    assert rules_on_visits(study()) == []
    assert rules_on_visits(study(lambda s, name, day: [(name, "", day)])) == []
    assert rules_on_visits(study(lambda s, name, day: [("", day, day)])) == []


def test_one_visit_spelled_two_ways_is_a_warning(found):
    text = study(lambda s, name, day: [("day7" if (s, day) == (3, 7) else name, day, day)])
    (fault,) = found("W-VISIT-ALIKE", HEAD + text)
    assert (fault.row, fault.value) == (13, "day7")


def test_a_planned_day_that_some_rows_of_a_visit_lack_is_a_warning(found):
    text = study(lambda s, name, day: [(name, "" if (s, day) == (3, 7) else day, day)])
    (fault,) = found("W-VISIT-UNEVEN", HEAD + text)
    assert (fault.row, fault.column) == (13, "time_nominal")
    assert "7 in row 3 and none in 1 row" in fault.message


def test_a_name_that_some_rows_of_a_planned_day_lack_is_a_warning(found):
    text = study(lambda s, name, day: [("" if day == 7 and s > 1 else name, day, day)])
    (fault,) = found("W-VISIT-UNEVEN", HEAD + text)
    assert (fault.row, fault.column) == (8, "visit")
    assert '"Day 7" in row 3 and has no name in 2 rows' in fault.message


def test_another_assay_may_have_no_names():
    text = study() + study(lambda s, name, day: [("", day, day)], assay="ddpcr")
    assert rules_on_visits(text) == []


def test_two_samples_of_a_subject_at_a_visit_are_a_warning_once_a_visit(found):
    text = study(lambda s, name, day: [(name, day, day), (name, day, day + 0.5)] if day == 7 else [(name, day, day)])
    (fault,) = found("W-VISIT-TWICE", HEAD + text)
    assert (fault.row, fault.value) == (4, "Day 7")
    assert "3 subjects have more than one" in fault.message


def test_visits_apart_by_name_or_planned_day_are_two():
    by_name = study(lambda s, n, d: [("Pre-dose", 0, -0.1), ("Day 0", 0, 0.1)] if d == 0 else [(n, d, d)])
    by_day = study(lambda s, n, d: [("Day 0", 0, -0.1), ("Day 0", 0.1, 0.1)] if d == 0 else [(n, d, d)])
    assert rules_on_visits(by_name) == rules_on_visits(by_day) == []


def test_unscheduled_samples_belong_to_no_visit():
    text = study(lambda s, n, d: [(n, d, d), ("Unscheduled", "", d + 1), ("Unscheduled", "", d + 2)])
    assert rules_on_visits(text) == []


def test_neither_visit_nor_planned_day_is_a_warning_where_times_are_each_subjects_own(found):
    text = study(lambda s, name, day: [("", "", day + s / 10 if day else 0)])
    (fault,) = found("W-VISIT-MISSING", HEAD + text)
    assert "15 rows" in fault.message
    assert "12 of them" in fault.message
    assert found(
        "W-VISIT-MISSING", HEAD + study(lambda s, name, day: [("", "", day + s / 10 if 0 < day < 20 else day)])
    )
    assert not found(
        "W-VISIT-MISSING", HEAD + study(lambda s, name, day: [("", "", day + s / 10 if day == 7 else day)])
    )
    assert not found("W-VISIT-MISSING", HEAD + study(lambda s, name, day: [("", "", day)]))
    assert not found("W-VISIT-MISSING", HEAD + study(lambda s, name, day: [("", "", day + s / 10)], subjects=2))


def test_simulated_studies_with_windows_and_visits_have_no_finding_on_visits():
    """60 studies, visits named or planned or both, within windows and with unscheduled samples."""
    rng = np.random.default_rng(3)
    for i in range(60):

        def change(s, name, day, i=i):
            time = day + (round(float(rng.uniform(-0.2, 0.2)), 3) if day else 0)
            planned = [(name if i % 3 else "", day if i % 3 != 1 else "", time)]
            return [*planned, ("UNSCHEDULED 1.1", "", time + 0.7)] if rng.random() < 0.1 else planned

        assert rules_on_visits(study(change, subjects=5)) == []


def test_a_planned_day_twice_is_named_as_such_where_the_visit_has_no_name(found):
    text = study(
        lambda s, name, day: [("", day, day), ("", day, day + 0.5)] if (s, day) == (2, 14) else [("", day, day)]
    )
    (fault,) = found("W-VISIT-TWICE", HEAD + text)
    assert fault.message.startswith(
        '1 subject has more than one sample of "qpcr" at planned day 14; here the one of day 14.5 is the second. '
    )

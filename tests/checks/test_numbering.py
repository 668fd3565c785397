import pytest

DAYS = (0, 1, 3, 7, 10, 14, 21, 28, 42, 56, 90)
VALUES = ("BLQ", "BLQ", 60, 900, 5000, 2000, 500, 150, 80, 60, "BLQ")
HEAD = "subject_id,time,value,unit,lloq,visit,time_nominal\n"


def subject(name: str, times, visits=(), nominal=()) -> str:
    lines = []
    for i, (time, value) in enumerate(zip(times, VALUES, strict=True)):
        visit, planned = (visits[i] if visits else ""), (nominal[i] if nominal else "")
        lines.append(f"{name},{time:g},{value},copies/ug gDNA,50,{visit},{planned}\n")
    return "".join(lines)


PLUS_ONE = tuple(t + 1 for t in DAYS)
NAMED = [f"Day {d}" for d in DAYS]
NAMED_FROM_1 = [f"Day {d + 1}" for d in DAYS]


def test_a_predose_sample_on_day_1_is_an_error(found):
    visits = ["Pre-dose", *NAMED[1:]]
    text = HEAD + subject("S01", DAYS, visits) + subject("S02", PLUS_ONE, visits)
    (fault,) = found("E-TIME-DAY-ONE", text)
    assert (fault.severity, fault.subject_id, fault.row, fault.value) == ("error", "S02", 13, "1")


def test_a_whole_file_with_predose_samples_on_day_1_is_an_error_for_each_subject(found):
    visits = ["Pre-dose", *NAMED_FROM_1[1:]]
    text = HEAD + subject("S01", PLUS_ONE, visits) + subject("S02", PLUS_ONE, visits)
    assert [f.subject_id for f in found("E-TIME-DAY-ONE", text)] == ["S01", "S02"]


def test_the_minority_that_counts_otherwise_is_named(found):
    text = (
        HEAD
        + subject("S01", DAYS, NAMED_FROM_1)
        + subject("S02", DAYS, NAMED_FROM_1)
        + subject("S03", PLUS_ONE, NAMED_FROM_1)
    )
    (fault,) = found("E-TIME-DAY-ONE", text)
    assert fault.subject_id == "S03"
    assert "2 other subjects" in fault.message
    assert "infusion_day" in fault.message


def test_planned_times_tell_it_too(found):
    nominal = DAYS
    text = HEAD + subject("S01", DAYS, nominal=nominal) + subject("S02", PLUS_ONE, nominal=nominal)
    (fault,) = found("E-TIME-DAY-ONE", text)
    assert fault.subject_id == "S02"


def test_day_0_at_time_1_is_an_error_even_where_all_subjects_agree(found):
    text = HEAD + subject("S01", PLUS_ONE, NAMED) + subject("S02", PLUS_ONE, NAMED)
    assert len(found("E-TIME-DAY-ONE", text)) == 2


@pytest.mark.parametrize("visits", [NAMED, NAMED_FROM_1, ["Day 1 pre-dose", *NAMED_FROM_1[1:]]])
def test_one_way_of_counting_for_all_is_no_error(found, visits):
    assert not found("E-TIME-DAY-ONE", HEAD + subject("S01", DAYS, visits) + subject("S02", DAYS, visits))


def test_planned_days_without_visits_show_a_subject_that_is_one_off_throughout(found):
    text = HEAD + "".join(subject(f"S{i:02d}", DAYS) for i in range(1, 5)) + subject("S09", PLUS_ONE)
    (fault,) = found("E-TIME-DAY-ONE", text)
    assert (fault.subject_id, fault.value) == ("S09", "1")
    assert fault.message.startswith(
        'The times of subject "S09" are those of the other subjects plus 1, so its day of infusion is counted as 1. '
    )


def test_a_visit_or_two_a_day_late_is_no_numbering(found):
    late = (0, 1, 3, 8, 11, 15, 22, 29, 43, 57, 91)
    for visits, nominal in ((NAMED, ()), ((), DAYS), ((), ())):
        text = (
            HEAD
            + "".join(subject(f"S{i:02d}", DAYS, visits, nominal) for i in range(1, 5))
            + subject("S09", late, visits, nominal)
        )
        assert not found("E-TIME-DAY-ONE", text)


def test_a_predose_sample_drawn_the_day_before_is_no_numbering(found):
    before = (-1, *DAYS[1:])
    text = HEAD + subject("S01", DAYS, NAMED) + subject("S02", before, NAMED)
    assert not found("E-TIME-DAY-ONE", text)


def test_a_file_that_counts_from_1_throughout_is_a_warning(found):
    text = HEAD + "".join(subject(f"S{i:02d}", PLUS_ONE) for i in range(1, 5))
    (fault,) = found("W-TIME-DAY-ONE", text)
    assert (fault.severity, fault.row) == ("warning", None)
    assert "8, 15, 22, 29" in fault.message
    assert not found("E-TIME-DAY-ONE", text)


def test_a_file_that_counts_from_0_has_no_warning(found):
    assert not found("W-TIME-DAY-ONE", HEAD + "".join(subject(f"S{i:02d}", DAYS) for i in range(1, 5)))


def few(name: str, times, nominal) -> str:
    return "".join(f"{name},{t:g},900,copies/ug gDNA,50,,{n:g}\n" for t, n in zip(times, nominal, strict=True))


def test_where_nobody_counts_otherwise_the_sentence_ends_with_the_days(found):
    (fault, _) = found("E-TIME-DAY-ONE", HEAD + subject("S01", PLUS_ONE, NAMED) + subject("S02", PLUS_ONE, NAMED))
    assert fault.message.startswith(
        'For subject "S01" the visit named Day 0 stands at time 1, and its other days of the first two weeks likewise. '
    ), fault.message


@pytest.mark.parametrize(
    ("times", "nominal", "accused"),
    [
        ((1, 2, 4), (0, 1, 3), True),  # three rows are enough
        ((1, 2), (0, 1), False),  # two are not
        ((1, 8, 15, 22), (0, 7, 14, 21), True),  # day 14 belongs to the first two weeks
        ((1, 8, 22, 29), (0, 7, 21, 28), False),  # day 21 does not
        ((1, 3, 8, 10), (0, 3, 8, 10), False),  # fewer than half of the rows share the shift
        ((1, 2, 8, 10), (0, 1, 8, 10), True),  # half of them do
        ((1.6, 2.6, 4.6), (0, 1, 3), False),  # neither a day nor two
        ((1.4, 2.4, 4.4), (0, 1, 3), True),
        ((1, 1, 3), (0, 1, 3), False),  # day 0 and day 1 do not agree
    ],
)
def test_a_shift_needs_three_rows_of_two_weeks_half_of_which_share_it(found, times, nominal, accused):
    faults = found("E-TIME-DAY-ONE", HEAD + few("S01", times, nominal))
    assert [f.subject_id for f in faults] == (["S01"] if accused else [])

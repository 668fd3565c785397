"""Terminal points chosen by hand: which profile, which rows, and what is refused."""

import numpy as np
import pytest

import cartpk as ck
from cartpk.nca.chosen import chosen_points
from cartpk.reasons import Flag
from cartpk.samples import Exclusion

HEADER = "subject_id,assay,matrix,infusion,time,value,unit,lloq\n"
DAYS = (-1, 0, 7, 14, 21, 28, 42)
VALUES = (60, 0, 9000, 4000, 900, 500, 300)


def course(subject="S1", assay="qpcr", matrix="BLOOD", infusion=1, days=DAYS, values=VALUES):
    return "".join(
        f"{subject},{assay},{matrix},{infusion},{t},{v},copies/ug gDNA,50\n" for t, v in zip(days, values, strict=True)
    )


@pytest.fixture
def profiles(read_text):
    def made(*courses, **kwargs):
        return ck.Profiles.from_samples(read_text(HEADER + "".join(courses), **kwargs))

    return made


def rules(*points, **more):
    return ck.NcaRules(lambda_z_points=points, **more)


def by_hand(times=(14, 28, 42), **kwargs):
    return ck.LambdaZPoints("S1", "qpcr", times=times, reason="by hand", **kwargs)


def test_without_rules_nothing_is_chosen(profiles):
    found = chosen_points(profiles(course(), course("S2")), ck.NcaRules())

    assert not np.concatenate([found.take, found.drop, found.taken, found.by_hand]).any()


def test_the_rows_of_the_profile_that_is_named_are_marked_and_no_other(profiles):
    three = profiles(course("S0"), course("S1"), course("S2"))
    found = chosen_points(three, rules(by_hand()))

    assert np.flatnonzero(found.take).tolist() == [7 + 3, 7 + 5, 7 + 6]
    assert not found.drop.any()
    assert found.taken.tolist() == found.by_hand.tolist() == [False, True, False]


def test_dropped_rows_touch_the_line_and_take_none(profiles):
    points = ck.LambdaZPoints("S1", "qpcr", drop_times=(21,), reason="haemolysed")
    found = chosen_points(profiles(course("S0"), course()), rules(points))

    assert np.flatnonzero(found.drop).tolist() == [7 + 4]
    assert not found.take.any()
    assert (found.taken.tolist(), found.by_hand.tolist()) == ([False, False], [False, True])


@pytest.mark.parametrize(
    ("others", "points", "at"),
    [
        ((course(infusion=2),), by_hand(infusion=1), 0),
        ((course(infusion=2),), by_hand(infusion=2), 1),
        ((course(matrix="MARROW"),), by_hand(matrix="BLOOD"), 0),
        ((course(matrix="MARROW"),), by_hand(matrix="MARROW"), 1),
        ((course("S0", infusion=2), course("S2", infusion=2)), by_hand(infusion=1), 1),
    ],
)
def test_infusion_and_matrix_tell_profiles_of_one_subject_and_assay_apart(profiles, others, points, at):
    found = chosen_points(profiles(course(), *others), rules(points))

    assert np.flatnonzero(found.by_hand).tolist() == [at]
    assert np.flatnonzero(found.take).tolist() == [7 * at + k for k in (3, 5, 6)]


@pytest.mark.parametrize(
    ("others", "points", "message"),
    [
        ((course(infusion=2),), by_hand(), "more than one profile: name infusion and matrix"),
        ((course(matrix="MARROW"),), by_hand(infusion=1), "more than one profile: name infusion and matrix"),
        ((), by_hand(infusion=2), "no profile has this name"),
        ((), by_hand(matrix="MARROW"), "no profile has this name"),
        ((course("S2", assay="ddpcr"),), ck.LambdaZPoints("S1", "ddpcr", times=(14, 28, 42), reason="x"), "no profile has this name"),
        ((course("S2", assay="other"),), ck.LambdaZPoints("S3", "qpcr", times=(14, 28, 42), reason="x"), "no profile has this name"),
    ],
)  # fmt: skip
def test_a_name_of_no_profile_or_several_is_refused(profiles, others, points, message):
    with pytest.raises(ck.UsageError) as error:
        chosen_points(profiles(course(), *others), rules(points))

    who = f"lambda_z_points for subject {points.subject_id!r}, assay {points.assay!r}"
    assert str(error.value) == f"{who}: {message}"


@pytest.mark.parametrize(
    ("time", "there"),
    [(-1, "14, 21, 28, 42"), (0, "14, 21, 28, 42"), (7, "14, 21, 28, 42"), (42.5, "14, 21, 28, 42")],
)
def test_a_time_at_or_before_the_peak_or_without_a_sample_is_refused_with_those_that_are_there(profiles, time, there):
    with pytest.raises(ck.UsageError) as error:
        chosen_points(profiles(course("S0"), course(), course("S2")), rules(by_hand(times=(14, 28, time))))

    assert str(error.value) == (
        "lambda_z_points for subject 'S1', assay 'qpcr': "
        f"no quantifiable sample after the peak at time {time:g} (there are: {there})"
    )


def test_where_nothing_is_quantifiable_after_the_peak_the_message_says_none(profiles):
    with pytest.raises(ck.UsageError, match=r"at time 14 \(there are: none\)"):
        chosen_points(profiles(course(days=(0, 7, 14), values=(0, 900, 10))), rules(by_hand(times=(14, 21, 28))))


def test_a_sample_before_day_one_can_be_chosen_where_the_peak_is_earlier(profiles):
    days, values = (0.25, 0.5, 0.75, 1), (9000, 800, 300, 90)
    found = chosen_points(profiles(course(days=days, values=values)), rules(by_hand(times=(0.5, 0.75, 1))))

    assert np.flatnonzero(found.take).tolist() == [1, 2, 3]


def test_a_result_at_the_limit_of_one_can_be_chosen(profiles):
    text = course(values=(60, 0, 9000, 4000, 3, 2, 1)).replace("copies/ug gDNA,50", "copies/ug gDNA,1")
    found = chosen_points(profiles(text), rules(by_hand(times=(21, 28, 42))))

    assert np.flatnonzero(found.take).tolist() == [4, 5, 6]


def test_a_measured_zero_cannot_be_chosen(profiles):
    text = course(values=(60, 0, 9000, 4000, 900, 0, 300)).replace("copies/ug gDNA,50", "copies/ug gDNA,")
    with pytest.raises(ck.UsageError, match=r"at time 28 \(there are: 14, 21, 42\)"):
        chosen_points(profiles(text), rules(by_hand()))


def test_an_excluded_sample_cannot_be_chosen_and_is_no_peak(read_text):
    samples = read_text(HEADER + course()).excluding(
        [Exclusion("clotted", time=7.0), Exclusion("haemolysed", time=28.0)]
    )
    with pytest.raises(ck.UsageError, match=r"at time 28 \(there are: 21, 42\)"):
        chosen_points(ck.Profiles.from_samples(samples), rules(by_hand(times=(21, 28, 42))))


def test_the_peak_is_that_of_the_window_its_last_day_included(profiles):
    days, values = (7, 21, 28, 35, 42, 60), (9000, 9500, 900, 500, 300, 9900)
    one = profiles(course(days=days, values=values))

    with pytest.raises(ck.UsageError, match=r"at time 21 \(there are: 28, 35, 42, 60\)"):
        chosen_points(one, rules(by_hand(times=(21, 28, 35)), peak_window=21))
    found = chosen_points(one, rules(by_hand(times=(21, 28, 35)), peak_window=20.9))
    assert np.flatnonzero(found.take).tolist() == [1, 2, 3]


def test_all_faults_of_all_points_come_at_once(profiles):
    with pytest.raises(ck.UsageError) as error:
        chosen_points(profiles(course()), rules(by_hand(times=(13, 14, 15)), by_hand(infusion=3)))

    assert str(error.value).count("lambda_z_points for subject 'S1', assay 'qpcr': no ") == 3
    assert str(error.value).endswith("\nlambda_z_points for subject 'S1', assay 'qpcr': no profile has this name")
    assert [line.split(": ", 1)[1][:24] for line in str(error.value).splitlines()] == [
        "no quantifiable sample a",
        "no quantifiable sample a",
        "no profile has this name",
    ]


def test_a_chosen_line_is_flagged_in_its_own_profile_alone(profiles):
    results = ck.nca(profiles(course("S0"), course(), course("S2")), rules(by_hand()))

    flagged = [Flag.LAMBDA_Z_POINTS_CHOSEN in results.flag("lambda_z", i) for i in range(3)]
    assert flagged == [False, True, False]
    assert results["lambda_z_n"][1] == 3
    assert results.records("lambda_z")[1].tolist() == [12, 14, 15]

import numpy as np
import pytest
from factories import HEADER, course, samples_from

from cartpk.checks import check
from cartpk.nca import nca
from cartpk.profiles import Profiles
from cartpk.reasons import Flag, Reason
from cartpk.rules import NcaRules
from cartpk.samples import Exclusion


def lines(*pairs: tuple[float, object], subject="S01", lloq=50) -> str:
    return HEADER + course(subject, [t for t, _ in pairs], [v for _, v in pairs], lloq=lloq)


def test_a_course_without_a_sample_after_the_infusion_is_a_warning(found):
    (fault,) = found("W-COURSE-NO-SAMPLE", lines((-7, "BLQ"), (0, "BLQ")) + course("S02"))
    assert (fault.severity, fault.subject_id, fault.row) == ("warning", "S01", 2)
    assert "no sample after the infusion" in fault.message


def test_a_course_whose_later_samples_have_no_result_says_so(found):
    (fault,) = found("W-COURSE-NO-SAMPLE", lines((0, "BLQ"), (7, ""), (14, "")))
    assert "2 samples without a result" in fault.message


def test_a_course_that_the_plan_excludes_has_no_such_warning(found):
    text = lines((0, "BLQ"), (7, 500))
    assert not found("W-COURSE-NO-SAMPLE", text, exclusions=[Exclusion("withdrawn", subject_id="S01")])


def test_a_quantifiable_sample_at_or_before_the_infusion_is_a_warning(found):
    faults = found("W-COURSE-PRE-INFUSION", lines((-7, 80), (-1, "BLQ"), (0, 60), (7, 500)))
    assert [(f.row, f.value) for f in faults] == [(2, "80"), (4, "60")]
    assert not found("W-COURSE-PRE-INFUSION", lines((0, 30), (7, 500)))


def test_a_higher_value_after_the_peak_window_is_a_warning(found):
    text = lines((7, 500), (90, 60), (120, 501), (150, 700), (180, 700))
    (fault,) = found("W-COURSE-LATE-PEAK", text)
    assert (fault.row, fault.value) == (5, "700")
    assert "700 on day 150" in fault.message
    assert "Cmax, 500" in fault.message
    assert not found("W-COURSE-LATE-PEAK", text, rules=NcaRules(peak_window=200))
    assert not found("W-COURSE-LATE-PEAK", lines((7, 500), (120, 500)))


def test_a_course_quantifiable_only_after_the_window_is_told(found):
    (fault,) = found("W-COURSE-LATE-PEAK", lines((7, "BLQ"), (28, "BLQ"), (120, 300)))
    assert "nothing before it is" in fault.message


def test_each_blq_between_quantifiable_results_is_a_warning(found):
    faults = found("W-COURSE-EMBEDDED-BLQ", lines((0, "BLQ"), (7, 500), (10, "BLQ"), (14, 30), (21, 300), (28, "BLQ")))
    assert [f.row for f in faults] == [4, 5]


def test_a_blq_between_quantifiable_samples_before_and_after_the_infusion_is_not_embedded(found):
    assert not found("W-COURSE-EMBEDDED-BLQ", lines((-7, 80), (0, "BLQ"), (7, 500)))


def horizon(found, *pairs, rules=None, **options):
    faults = found("W-COURSE-HORIZON", lines(*pairs), rules=rules, **options)
    return {f.message.split("the horizon ")[1].split(" ")[0]: f.message for f in faults}


def test_a_quantifiable_end_before_the_window_says_day_horizon_and_that_the_area_is_missing(found):
    said = horizon(found, (7, 500), (14, 900), (60, 80))
    assert list(said) == ["0_m3"]
    assert "was followed to day 60, and the horizon 0_m3 ends on day 90: the area to it is missing" in said["0_m3"]


def test_an_end_inside_the_visit_window_is_no_warning(found):
    assert horizon(found, (7, 500), (28, 900), (83, 80)) == {}
    assert list(horizon(found, (7, 500), (28, 900), (82.9, 80))) == ["0_m3"]


def test_a_blq_end_says_that_the_area_is_assumed_0(found):
    assert "assumed to be 0" in horizon(found, (7, 500), (28, 900), (60, "BLQ"))["0_m3"]


def test_a_subject_never_quantifiable_must_be_followed_to_the_window(found):
    assert horizon(found, (7, "BLQ"), (28, "BLQ"), (85, "BLQ")) == {}
    assert "is missing." in horizon(found, (7, "BLQ"), (28, "BLQ"), (60, "BLQ"))["0_m3"]


def test_under_extrapolation_the_area_is_extrapolated(found):
    said = horizon(found, (7, 500), (28, 900), (85, 80), rules=NcaRules(end_rule="extrapolate"))
    assert "extrapolated" in said["0_m3"]


def test_only_the_horizons_of_the_rules_are_judged(found):
    said = horizon(found, (7, 500), (28, 900), (90, 80), rules=NcaRules(horizons={"0_m6": 180}))
    assert list(said) == ["0_m6"]


def test_a_missing_last_result_does_not_reach(found):
    assert "day 60" in horizon(found, (7, 500), (60, 80), (90, ""))["0_m3"]


def test_a_later_infusion_ends_the_course(found):
    text = "subject_id,time,value,unit,infusion\n" + "".join(f"S01,{t},500,cells/uL,1\n" for t in (1, 7, 20))
    text += "".join(f"S01,{t},500,cells/uL,2\n" for t in (1, 28, 90))
    faults = found("W-COURSE-HORIZON", text)
    assert len(faults) == 2
    assert all("a further infusion ended the course" in f.message for f in faults)


@pytest.mark.parametrize("end_rule", ["observed", "extrapolate"])
def test_warnings_agree_with_what_the_analysis_then_says(end_rule):
    """300 random courses: a warning stands where the area is missing or extrapolated, or assumed 0 over more than the visit window."""
    rng = np.random.default_rng(3)
    text, ends = HEADER, {}
    for i in range(300):
        n = int(rng.integers(1, 9))
        times = np.sort(rng.choice([-5, 0, 1, 7, 14, 26, 28, 40, 60, 82, 84, 88, 90, 100, 200], n, replace=False))
        values = rng.choice(["BLQ", "", "20", "80", "600"], n, p=[0.3, 0.1, 0.1, 0.25, 0.25])
        text += course(f"S{i:03d}", times, values)
        ends[f"S{i:03d}"] = max((t for t, v in zip(times, values, strict=True) if v), default=0)
    samples, rules = samples_from(text), NcaRules(end_rule=end_rule)
    findings = check(samples, rules)
    frame = nca(Profiles.from_samples(samples, findings), rules).to_long()
    nothing = {Reason.NO_SAMPLE_AFTER_INFUSION.name, Reason.NO_MEASURED_SAMPLE.name}
    for name, days in rules.horizons.items():
        rows = frame[frame["parameter"] == f"auc_{name}"]
        expected, without_sample = set(), set()
        for subject, reason, flags in zip(rows["subject_id"], rows["reason"], rows["flags"], strict=True):
            early = ends[subject] < days - rules.window_of(name)
            assumed = Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE.name in flags and early
            if reason in nothing:
                without_sample.add(subject)
            elif reason or assumed or Flag.EXTRAPOLATED.name in flags:
                expected.add(subject)
        warned = {f.subject_id for f in findings if f.rule == "W-COURSE-HORIZON" and f"horizon {name} " in f.message}
        assert warned == expected
        assert without_sample == {f.subject_id for f in findings if f.rule == "W-COURSE-NO-SAMPLE"}


def test_a_blq_end_inside_the_visit_window_is_no_warning(found):
    assert horizon(found, (7, 500), (28, 900), (85, "BLQ")) == {}


@pytest.mark.parametrize(
    ("blank", "words"),
    [
        (0, "has no sample after the infusion"),
        (1, "has 1 sample without a result after the infusion"),
        (2, "has 2 samples without a result after the infusion"),
    ],
)
def test_a_course_without_a_result_says_whether_it_has_samples(found, blank, words):
    text = HEADER + course("S01", times=(0, *range(7, 7 + blank)), values=("BLQ", *[""] * blank))
    (fault,) = found("W-COURSE-NO-SAMPLE", text)
    assert (fault.row, fault.column, fault.subject_id) == (2, "time", "S01")
    assert fault.message.startswith(f'Subject "S01" by "pcr" {words}. ')


def test_a_dip_in_the_first_course_of_a_file_that_begins_quantifiable_is_seen(found):
    text = HEADER + course("S01", times=(1, 7, 14, 28), values=(900, "BLQ", 800, 70))
    (fault,) = found("W-COURSE-EMBEDDED-BLQ", text)
    assert (fault.row, fault.value) == (3, "BLQ")

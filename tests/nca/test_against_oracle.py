"""`cartpk.nca` against the slow exact analysis of `tests/oracle.py`: value, reason, flags and records, profile by profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Answer, Sample, analyse

import cartpk as ck
from cartpk.labels import Labels
from cartpk.nca import nca
from cartpk.profiles import Keys, Profiles
from cartpk.reasons import Flag, Reason
from cartpk.results import Results
from cartpk.rules import AUC_METHODS, BLQ_POSITIONS, BLQ_PRESETS, BlqRule, LambdaZPoints, NcaRules

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "counts.csv"
HORIZONS = {"0_28": 28.0, "0_m3": 90.0, "0_x": 10.25}
AREAS = ("auc_last", "auc_all", "auc_0_28", "auc_0_m3", "auc_0_x")


@dataclass(frozen=True)
class Course:
    samples: tuple[Sample, ...]
    dose: float | None = None
    ended: bool = False


def profiles_of(courses: Sequence[Course]) -> Profiles:
    flat = [s for course in courses for s in course.samples]
    nan, n = float("nan"), len(courses)
    profiles = Profiles.from_arrays(
        time=[s.time for s in flat],
        conc=[nan if s.conc is None else s.conc for s in flat],
        offsets=np.concatenate([[0], np.cumsum([len(c.samples) for c in courses])]),
        blq=[s.blq for s in flat],
        lloq=[nan if s.lloq is None else s.lloq for s in flat],
        dose=[nan if c.dose is None else c.dose for c in courses],
        keys=Keys(
            Labels.of([f"S{i:02d}" for i in range(n)]),
            Labels.constant("qpcr", n),
            Labels.constant("BLOOD", n),
            np.ones(n, np.int32),
        ),
    )
    return replace(
        profiles,
        excluded=np.where([s.excluded for s in flat], 0, -1).astype(np.int32),
        exclusion_reasons=("clotted",),
        ended_by_infusion=np.array([c.ended for c in courses]),
    )


def is_below(sample: Sample) -> bool:
    return sample.blq or (sample.conc is not None and sample.lloq is not None and sample.conc < sample.lloq)


def as_known(course: Course) -> list[Sample]:
    """A number under its limit is BLQ, and a BLQ sample has no number."""
    return [replace(s, blq=True, conc=None) if is_below(s) else s for s in course.samples]


def differences(courses: Sequence[Course], rules: NcaRules) -> list[str]:
    """Every difference in words: an empty list is what is wished."""
    results = nca(profiles_of(courses), rules)
    found = []
    for i, course in enumerate(courses):
        chosen = next((p for p in rules.lambda_z_points if p.subject_id == f"S{i:02d}"), None)
        expected = analyse(as_known(course), rules, dose=course.dose, ended_by_infusion=course.ended, chosen=chosen)
        assert set(expected) == set(results.terms)
        found += [f"profile {i} {name}: {d}" for name in results.terms for d in judge(results, name, i, expected)]
    return found


def judge(results: Results, name: str, i: int, expected: Mapping[str, Answer]) -> list[str]:
    answer = expected[name]
    value, reason, flags = float(results[name][i]), results.reason(name, i), results.flag(name, i)
    if answer.value is None or np.isnan(value) or reason is not Reason.NONE:
        same = answer.value is None and np.isnan(value) and reason is answer.reason
        wanted = answer.reason.name if answer.value is None else float(answer.value)
        return [] if same else [f"{value} {reason.name}, not {wanted}"]
    wrong = []
    relative, absolute = (1e-12, 0.0) if name in AREAS else (1e-9, 1e-11)
    if abs(value - answer.value) > relative * abs(answer.value) + absolute:
        wrong.append(f"{value!r}, not {float(answer.value)!r}")
    if flags != answer.flags:
        wrong.append(f"flags {flags.text or 'none'}, not {answer.flags.text or 'none'}")
    rows = tuple((results.rows_of(name, i) - int(results.profiles.offsets[i])).tolist())
    if rows != answer.rows:
        wrong.append(f"rows {rows}, not {answer.rows}")
    return wrong


def course(text: str, lloq: float | None = 50.0, *, dose: float | None = None, ended: bool = False) -> Course:
    """Samples from ``day:value ...``; ``<`` is BLQ, ``?`` has no result, a trailing ``!`` is excluded by the plan."""
    samples = []
    for word in text.split():
        time, _, value = word.rstrip("!").partition(":")
        number = None if value in ("<", "?") else float(value)
        samples.append(Sample(float(time), number, value == "<", lloq, word.endswith("!")))
    return Course(tuple(samples), dose, ended)


MESSY = {
    "one sample": course("7:500"),
    "one sample below the limit": course("7:<"),
    "one sample at the horizon": course("28:500"),
    "only before the infusion": course("-7:100 0:<"),
    "no result at all": course("0:? 7:?"),
    "every result excluded": course("0:<! 7:500! 14:?"),
    "everything excluded": course("0:<! 7:500!"),
    "never quantifiable, followed to day 90": course("0:< 7:< 14:< 90:<"),
    "never quantifiable, followed to day 85": course("0:< 7:< 14:< 85:<"),
    "never quantifiable, followed to day 14": course("0:< 7:< 14:<"),
    "quantifiable before the infusion and never after": course("-3:400 7:< 28:< 90:<"),
    "quantifiable before the infusion": course("-3:400 0:80 7:900 14:300 28:60 90:<"),
    "pre-infusion value 30 days before": course("-30:400 7:900 14:300 28:<"),
    "pre-infusion value too old": course("-30.5:400 7:900 14:300 28:<"),
    "quantifiable only after the window": course("0:< 28:< 91:500 120:300 150:100 180:<"),
    "a late peak": course("0:< 7:900 14:300 28:60 100:2000 120:900 150:400 180:60"),
    "a late value that ties": course("0:< 7:900 14:300 28:60 100:900 120:200"),
    "tied peaks": course("0:< 7:900 10:900 14:100 21:900 28:60 42:<"),
    "a tied peak at the end": course("0:< 7:900 10:800 14:900"),
    "the peak at the end": course("0:< 7:100 10:500 14:900"),
    "zeros that are no BLQ": course("0:0 3:0 7:900 10:0 14:300 21:100 28:0 42:0 56:0", lloq=None),
    "zeros alone": course("0:0 7:0 14:0", lloq=None),
    "zero, then BLQ": Course(
        tuple(
            Sample(t, c, c is None, None if c == 0 else 50.0)
            for t, c in ((0, None), (7, 900.0), (14, 0.0), (28, None), (42, None))
        )
    ),
    "embedded BLQ at the horizon": course("0:< 7:900 14:300 28:< 42:200 90:< 100:70"),
    "last sample exactly at the horizon": course("0:< 7:900 14:300 28:200"),
    "last sample exactly at the visit window's edge": course("0:< 7:900 14:300 25:200"),
    "last sample just before the visit window": course("0:< 7:900 14:300 24.75:200"),
    "missing result at the horizon": course("0:< 7:900 14:300 28:? 42:60"),
    "missing results after the last one": course("0:< 7:900 14:300 90:?"),
    "excluded peak": course("0:< 7:900 10:90000! 14:300 21:120 28:60 42:<"),
    "ended by a further infusion": course("0:< 7:900 14:300 21:120 60:70", ended=True),
    "ended inside the visit window": course("0:< 7:900 14:300 21:120 27:70", ended=True),
    "ended with a value below the limit": course("0:< 7:900 14:300 21:<", ended=True),
    "a dose": course("0:< 7:900 14:300 21:120 28:60 90:<", dose=3e6),
    "a flat tail": course("0:< 7:900 14:100 21:100 28:100 42:100"),
    "a tail that ends flat": course("0:< 7:900 14:400 21:100 28:100 42:100"),
    "a level line through moving points": course("0:< 7:900 14:200 21:100 28:200"),
    "a rising tail": course("0:< 7:900 14:100 21:200 28:400 42:500"),
    "falling, then rising": course("0:< 7:90000 14:9000 21:900 28:90 42:100 56:120"),
    "two points after the peak": course("0:< 7:900 14:300 28:100 42:<"),
    "an exact exponential": course("0:< 7:8192 14:4096 21:2048 28:1024 35:512 42:256"),
    "two re-expansions": course("0:< 7:9000 14:400 21:900 28:200 42:1000 56:800 70:100 90:60"),
    "re-expansion from below the limit": course("0:< 7:9000 14:400 21:< 28:110 42:60 56:<"),
    "re-expansion from a zero": course("0:0 7:9000 14:400 21:0 28:110 42:60 56:20", lloq=None),
    "equal values on the way down": course("0:< 7:9000 10:5000 14:5000 21:200 28:60"),
    "six decades": course("0:0 1:0.01 7:1000000 14:3 21:0.02 28:1000 42:0.5 90:0.01", lloq=None),
    "far from any horizon": course("200:500 300:100 400:60 500:55"),
}
RULES = {
    "defaults": NcaRules(horizons=HORIZONS),
    "logs down": NcaRules(horizons=HORIZONS, auc_method="lin-up-log-down", blq="half-lloq"),
    "logs after the peak, to infinity": NcaRules(
        horizons=HORIZONS, auc_method="lin-log", blq="missing", end_rule="extrapolate"
    ),
    "strict": NcaRules(
        horizons=HORIZONS, blq="all-zero", gate="missing", end_rule="extrapolate", lambda_z_min_points=4
    ),
    "narrow": NcaRules(horizons=HORIZONS, peak_window=12, visit_window=1, reexpansion_fold=1.25),
}


def with_limits(courses: Sequence[Course], rules: NcaRules) -> list[Course]:
    """A BLQ sample gets a limit where the rules put the limit in its place."""
    if not any(rule in ("lloq", "lloq/2") for rule in rules.blq_rules.values()):
        return list(courses)
    return [
        replace(c, samples=tuple(replace(s, lloq=s.lloq or 50.0) if s.blq else s for s in c.samples)) for c in courses
    ]


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES.keys())
@pytest.mark.parametrize("name", MESSY)
def test_a_messy_profile_is_what_the_oracle_says(name: str, rules: NcaRules) -> None:
    assert differences(with_limits([MESSY[name]], rules), rules) == []


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES.keys())
def test_all_messy_profiles_at_once_are_what_the_oracle_says(rules: NcaRules) -> None:
    assert differences(with_limits(list(MESSY.values()), rules), rules) == []


@pytest.mark.parametrize("method", AUC_METHODS)
@pytest.mark.parametrize("preset", BLQ_PRESETS)
@pytest.mark.parametrize("m3", [84.0, 90.0, 91.0])
def test_every_method_and_preset_and_m3_is_what_the_oracle_says(method: str, preset: str, m3: float) -> None:
    rules = NcaRules(auc_method=method, blq=preset, horizons={"0_28": 28.0, "0_m3": m3})  # type: ignore[arg-type]
    subjects = [
        course("-14:< 0:< 3:60 5:900 7:8000 10:20000 14:9000 21:1500 28:< 42:200 56:< 84:< 91:<"),
        course("-14:< 3:< 5:70 7:900 10:4000 14:3000 21:800 28:150 42:80 56:60 88:55"),
    ]
    assert differences(with_limits(subjects, rules), rules) == []


LINE = course("0:< 7:90000 14:20000 21:9000 28:900 42:100 56:90 70:80")


@pytest.mark.parametrize(
    "points",
    [
        LambdaZPoints("S00", "qpcr", times=(14, 21, 28), reason="first phase"),
        LambdaZPoints("S00", "qpcr", times=(14, 28, 70), reason="spread"),
        LambdaZPoints("S00", "qpcr", drop_times=(70,), reason="haemolysed"),
        LambdaZPoints("S00", "qpcr", drop_times=(42, 56), reason="haemolysed"),
    ],
)
def test_points_chosen_by_hand_are_what_the_oracle_says(points: LambdaZPoints) -> None:
    rules = NcaRules(lambda_z_points=(points,), horizons=HORIZONS)
    assert differences([LINE], rules) == []
    assert nca(profiles_of([LINE]), rules).flag("lambda_z", 0) & Flag.LAMBDA_Z_POINTS_CHOSEN


def courses_of(profiles: Profiles) -> list[Course]:
    """The courses of a study as it was read."""
    found = []
    for one in profiles:
        known = zip(one.time.tolist(), one.conc.tolist(), one.blq.tolist(), one.lloq.tolist(), strict=True)
        samples = (Sample(t, None if c != c else c, b, None if q != q else q) for t, c, b, q in known)
        dose = float(one.dose[0])
        found.append(Course(tuple(samples), None if dose != dose else dose, bool(one.ended_by_infusion[0])))
    return found


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES.keys())
def test_the_sample_study_is_what_the_oracle_says(rules: NcaRules) -> None:
    profiles = Profiles.from_samples(ck.read(SAMPLE))
    assert len(profiles) == 18
    assert differences(courses_of(profiles), rules) == []


TIMES = (-40, -30, -29, -7, -1, 0, 0.5, 1, 3, 5, 7, 10, 10.25, 12, 14, 17, 21, 25, 27, 28, 30, 42, 56, 82, 83, 84, 89, 90,
         91, 97, 120, 180)  # fmt: skip
ROUND = st.sampled_from([25.0, 50.0, 60.0, 100.0, 200.0, 400.0, 1000.0, 3000.0, 9000.0])
PRINTED = st.integers(30, 100_000).map(float)
WIDE = st.integers(1, 10**8).map(lambda n: n / 100)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    times = sorted(draw(st.lists(st.sampled_from(TIMES), min_size=1, max_size=14, unique=True)))
    numbers = draw(st.sampled_from([ROUND, PRINTED, WIDE]))
    samples = []
    for time in times:
        kind = draw(st.sampled_from("nnnnnnbbz?" if time > 0 else "bbbbbbnz?"))
        lloq = draw(st.sampled_from([50.0, 50.0, 25.0, None])) if kind in "nb" else None
        conc = draw(numbers) if kind == "n" else 0.0 if kind == "z" else None
        samples.append(Sample(float(time), conc, kind == "b", lloq, draw(st.integers(0, 29)) == 0))
    return Course(tuple(samples), draw(st.sampled_from([None, 1e6])), draw(st.integers(0, 5)) == 0)


def blq_rules() -> st.SearchStrategy[str | Mapping[str, BlqRule]]:
    rule: st.SearchStrategy[BlqRule] = st.sampled_from([0.0, 10.0, "lloq", "lloq/2", "missing"])
    return st.one_of(st.sampled_from(list(BLQ_PRESETS)), st.fixed_dictionaries(dict.fromkeys(BLQ_POSITIONS, rule)))


def any_rules() -> st.SearchStrategy[NcaRules]:
    return st.builds(
        NcaRules,
        auc_method=st.sampled_from(AUC_METHODS),
        blq=blq_rules(),
        horizons=st.just(HORIZONS),
        peak_window=st.sampled_from([None, None, 30.0, 12.0]),
        visit_window=st.sampled_from([None, None, 0.0, 10.0]),
        end_rule=st.sampled_from(["observed", "extrapolate"]),
        gate=st.sampled_from(["flag", "flag", "missing"]),
        lambda_z_min_points=st.sampled_from([3, 3, 4]),
        reexpansion_fold=st.sampled_from([2.0, 2.0, 1.5]),
    )


@settings(max_examples=300)
@given(subjects=st.lists(courses(), min_size=1, max_size=3), rules=any_rules())
def test_any_profiles_under_any_rules_are_what_the_oracle_says(subjects: list[Course], rules: NcaRules) -> None:
    assert differences(with_limits(subjects, rules), rules) == []

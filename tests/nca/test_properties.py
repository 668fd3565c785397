"""What must hold for any profile."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import cartpk as ck
from cartpk.reasons import Reason
from cartpk.rules import AUC_METHODS, BLQ_PRESETS

LLOQ = 50.0
DAYS = [-28, -1, 0, 1, 3, 5, 7, 10, 12, 14, 21, 28, 42, 56, 84, 90, 91, 180, 330]


@st.composite
def course(draw):
    """Times and values of one profile, messy as they come."""
    quantifiable = st.one_of(st.just(0.0), st.floats(1.0, 1e6))
    time = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=14, unique=True))
    return sorted(time), [draw(quantifiable) for _ in time]


def rules(draw_from):
    return st.builds(
        ck.NcaRules,
        auc_method=st.sampled_from(AUC_METHODS),
        blq=st.sampled_from(sorted(BLQ_PRESETS)),
        end_rule=st.sampled_from(["observed", "extrapolate"]),
        gate=st.sampled_from(["flag", "missing"]),
        **draw_from,
    )


def many(courses, lloq=LLOQ):
    offsets = np.concatenate([[0], np.cumsum([len(t) for t, _ in courses])])
    time = np.concatenate([t for t, _ in courses])
    return ck.Profiles.from_arrays(time, np.concatenate([c for _, c in courses]), offsets, lloq=lloq)


def assert_same(one, other, names=None):
    for name in names or one.terms:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)
        np.testing.assert_array_equal(one.reasons[name], other.reasons[name], err_msg=name)


@given(st.lists(course(), min_size=1, max_size=12), rules({}))
def test_one_by_one_gives_the_same_bits_as_all_at_once(courses, how):
    together = ck.nca(many(courses), how)

    for i, each in enumerate(courses):
        alone = ck.nca(many([each]), how)
        for name in together.terms:
            np.testing.assert_array_equal(alone[name], together[name][i : i + 1], err_msg=name)
            assert alone.reason(name, 0) is together.reason(name, i), name
            assert alone.flag(name, 0) == together.flag(name, i), name
            assert len(alone.records(name)[0]) == len(together.records(name)[i]), name


@given(course(), rules({}))
def test_a_missing_value_always_has_a_reason_and_a_value_never(one, how):
    r = ck.nca(many([one]), how)

    for name in r.terms:
        assert np.isnan(r[name][0]) == (r.reason(name, 0) is not Reason.NONE), name
        assert not np.isinf(r[name][0]), name
        if np.isnan(r[name][0]):
            assert not r.flag(name, 0), name
            assert not len(r.records(name)[0]), name


@given(course(), rules({}), st.integers(-6, 9))
def test_values_times_a_power_of_two_scale_to_the_bit(one, how, power):
    time, conc = one
    factor = 2.0**power
    a = ck.nca(many([(time, conc)]), how)
    b = ck.nca(many([(time, [c * factor for c in conc])], LLOQ * factor), how)

    for name, term in a.terms.items():
        scale = factor if term.unit_kind in ("conc", "area") else 1.0
        np.testing.assert_array_equal(a[name] * scale, b[name], err_msg=name)
        np.testing.assert_array_equal(a.reasons[name], b.reasons[name], err_msg=name)


@given(course(), st.sampled_from(AUC_METHODS))
def test_hours_instead_of_days_multiply_times_and_areas_by_24(one, method):
    time, conc = one
    if any(t / 24 > -30 and t < -1 for t in time):  # the 30 days before the infusion do not scale
        time = [abs(t) for t in time]
    time, conc = zip(*sorted(dict(zip(time, conc, strict=True)).items()), strict=True)
    days = ck.nca(many([(time, conc)]), ck.NcaRules(auc_method=method, horizons={"0_m1": 28, "0_m3": 90}))
    hours = ck.nca(
        many([([t * 24 for t in time], conc)]),
        ck.NcaRules(
            auc_method=method, horizons={"0_m1": 28 * 24, "0_m3": 90 * 24}, visit_window={"0_m1": 2.8 * 24, "0_m3": 168}
        ),
    )

    for name, term in days.terms.items():
        if name in ("lambda_z_n", "n_peaks") or not np.isnan(days[name][0] + hours[name][0]):
            scale = {"day": 24.0, "area": 24.0, "per day": 1 / 24}.get(term.unit_kind, 1.0)
            scale = 24.0 if name in ("half_life", "doubling_time", "contraction_half_life") else scale
            np.testing.assert_allclose(hours[name], days[name] * scale, rtol=1e-7, atol=1e-9, err_msg=name)


@given(course(), st.randoms(use_true_random=False), rules({}))
def test_shuffled_rows_give_the_same(one, random, how):
    time, conc = one
    order = list(range(len(time)))
    random.shuffle(order)
    a = ck.nca(many([one]), how)
    b = ck.nca(many([([time[i] for i in order], [conc[i] for i in order])]), how)

    assert_same(a, b)


@given(course(), st.floats(0.01, 0.99))
def test_a_point_added_on_the_line_moves_no_linear_area(one, share):
    time, conc = one
    after = [i for i in range(1, len(time)) if time[i - 1] >= 0 and min(conc[i - 1 : i + 1]) >= LLOQ]
    if not after:
        return
    i = after[len(after) // 2]
    t = time[i - 1] + share * (time[i] - time[i - 1])
    c = conc[i - 1] + share * (conc[i] - conc[i - 1])
    if t in time or c < LLOQ:
        return
    a = ck.nca(many([one]))
    b = ck.nca(many([([*time[:i], t, *time[i:]], [*conc[:i], c, *conc[i:]])]))

    for name in ("auc_last", "auc_all", "auc_0_28", "auc_0_m3"):
        np.testing.assert_allclose(b[name], a[name], rtol=1e-11, err_msg=name)


@given(course(), rules({"horizons": st.just({"0_84": 84, "0_m3": 90, "0_91": 91, "0_180": 180})}))
def test_a_longer_horizon_never_has_a_smaller_area(one, how):
    r = ck.nca(many([one]), how)

    reached = [r[f"auc_{h}"][0] for h in ("0_84", "0_m3", "0_91", "0_180") if not np.isnan(r[f"auc_{h}"][0])]
    assert all(b >= a * (1 - 1e-12) for a, b in pairwise(reached))


@given(course(), st.sampled_from(AUC_METHODS), st.integers(1, 89))
def test_areas_add_up_over_a_cut(one, method, cut):
    """0..90 = 0..cut + cut..90, the second worked from the first run's own segments."""
    horizons = {"0_cut": cut, "0_m3": 90}
    r = ck.nca(many([one]), ck.NcaRules(auc_method=method, horizons=horizons, visit_window=0, peak_window=400))
    time, conc = one
    first, whole = r["auc_0_cut"][0], r["auc_0_m3"][0]
    if np.isnan(first) or np.isnan(whole) or cut in time:
        return
    after = [t for t in time if t > cut]
    before = [i for i, t in enumerate(time) if 0 < t < cut]
    if not after or not before or min(conc[before[-1] : before[-1] + 2]) < LLOQ:
        return
    if conc[before[-1]] != conc[before[-1] + 1] and method != "linear":
        return
    c = np.interp(cut, time, conc)
    added = ck.nca(
        many(
            [
                (
                    [*time[: before[-1] + 1], cut, *time[before[-1] + 1 :]],
                    [*conc[: before[-1] + 1], c, *conc[before[-1] + 1 :]],
                )
            ]
        ),
        ck.NcaRules(auc_method=method, horizons=horizons, visit_window=0, peak_window=400),
    )

    np.testing.assert_allclose(added["auc_0_cut"][0], first, rtol=1e-11)
    np.testing.assert_allclose(added["auc_0_m3"][0], whole, rtol=1e-11)


@given(st.floats(0.005, 2.0), st.floats(100, 1e6), st.integers(4, 9))
def test_lambda_z_comes_back_from_an_exponential(rate, start, n):
    time = np.linspace(10, 10 + 3 / rate, n)
    r = ck.nca(
        ck.profile(time=[0, *time], conc=[0, *(start * np.exp(-rate * (time - 10)))]), ck.NcaRules(peak_window=1e4)
    )

    np.testing.assert_allclose(r["lambda_z"][0], rate, rtol=1e-9)


@given(st.lists(course(), min_size=1, max_size=5))
def test_excluded_and_missing_rows_count_as_if_they_were_not_there(courses):
    """A row without a result, put between any two, changes no value."""
    plain = ck.nca(many(courses))
    holed = ck.nca(many([([*t, 999.0], [*c, np.nan]) for t, c in courses]))

    for name in plain.terms:
        np.testing.assert_array_equal(plain[name], holed[name], err_msg=name)

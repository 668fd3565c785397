"""A realistic CAR-T study with a known truth: `simulate` makes a `Study`, which writes itself as an input file.

The curves are expansion-contraction curves (flat until a lag, exponential growth
to the peak, two-phase decline), some with a second peak; the numbers are those of
published allogeneic and autoimmune CAR-T studies. Nothing here is a patient.

The same seed gives the same bytes everywhere: only uniform numbers are drawn
(`numpy.random.PCG64`; normal ones are made from pairs of them, so no version of
numpy changes the stream), and every number is rounded to what a laboratory
prints. Each subject takes `DRAWS` numbers in turn, in the order of `design.Draws`; so
a larger study begins with the subjects of a smaller one with the same seed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartpk.errors import UsageError
from cartpk.simulate.curves import Curves
from cartpk.simulate.design import (
    ALPHA,
    ALPHA2,
    ARCHETYPES,
    ASSAYS,
    CHANGE_DAY,
    DAYS,
    DECIMALS,
    DOSES,
    DRAWS,
    ENROL_EVERY,
    LLOQ,
    LLOQ_NEW_QPCR,
    LN_SD_CMAX,
    LN_SD_NOISE,
    LN_SD_RATIO,
    P_MISSING,
    P_WORD,
    RHO,
    RHO2,
    RISE2,
    SEED,
    TMAX2,
    USE,
    WINDOW,
)
from cartpk.simulate.modelled import ModelStudy, simulate_model
from cartpk.simulate.normal import normal
from cartpk.simulate.study import Study

__all__ = ["ARCHETYPES", "DRAWS", "SEED", "Curves", "ModelStudy", "Study", "simulate", "simulate_model"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def simulate(subjects: int = 9, seed: int = SEED, *, dose_slope: float = 0.0, noise: float = 1.0) -> Study:
    """A study of `subjects` subjects, both assays, three dose levels, five diseases.

    Every nine subjects hold the nine courses of `ARCHETYPES`; dose levels follow one another three by three.
    The qPCR laboratory changes its method on the study's day 98 (a subject is enrolled every 14 days, nine by
    nine), and its LLOQ falls from 50 to 25 copies/ug.

    Args:
        subjects: how many, 1 or more.
        seed: 0 or more; the same seed gives the same study.
        dose_slope: true slope of ln Cmax on ln dose (0: exposure does not depend on dose).
        noise: factor on the assay noise (log SD 0.25 for qPCR, 0.35 for flow); 0 for none.

    Raises:
        UsageError: a number that cannot be.

    >>> simulate(9, seed=7)
    Study: 9 simulated subjects, 246 samples, seed 7
    """
    _refuse_bad_numbers(subjects, seed, dose_slope, noise)
    nines = -(-subjects // 9)
    drawn = np.random.Generator(np.random.PCG64(seed)).random((nines * 9, DRAWS))
    place = np.argsort(drawn[:, 0].reshape(nines, 9), axis=1, kind="stable").ravel()[:subjects]
    drawn = drawn[:subjects]
    one = drawn[:, : USE.subject]
    per_visit = drawn[:, USE.subject : USE.subject + 2 * len(DAYS)].reshape(subjects, len(DAYS), USE.visit)
    per_sample = drawn[:, USE.subject + 2 * len(DAYS) :].reshape(subjects, len(ASSAYS), len(DAYS), USE.sample)
    dose = np.array([float(d) for d, _ in DOSES])[np.arange(subjects) // 3 % 3]
    curves = _curves(one, place, (dose / float(DOSES[1][0])) ** dose_slope)
    ratio = _of(place, "flow_ratio") * np.exp(LN_SD_RATIO * normal(one[:, 13], one[:, 14]))
    sex = (one[:, 15] < 0.25).astype(np.int64)
    return Study(
        seed=seed,
        archetype=place,
        curves=curves,
        ratio=ratio,
        sex=sex,
        age=22 + np.floor(one[:, 16] * 44).astype(np.int64),
        weight=(450 + 130 * sex + np.floor(one[:, 17] * 300)) / 10,
        responder=(one[:, 18] < 0.85) & (curves.cmax > 500),
        **_samples(curves, ratio, _of(place, "last_visit"), per_visit, per_sample, noise),
    )


def _refuse_bad_numbers(subjects: int, seed: int, dose_slope: float, noise: float) -> None:
    problems = []
    if subjects < 1:
        problems.append(f"subjects is {subjects}: give 1 or more")
    if seed < 0:
        problems.append(f"seed is {seed}: give 0 or more")
    if not -5 <= dose_slope <= 5:
        problems.append(f"dose_slope is {dose_slope}, not between -5 and 5")
    if not 0 <= noise <= 10:
        problems.append(f"noise is {noise}, not between 0 and 10")
    if problems:
        raise UsageError("; ".join(problems))


def _of(place: Codes, name: str) -> Floats:
    """One number of each subject's archetype."""
    values: Floats = np.array([getattr(a, name) for a in ARCHETYPES], np.float64)[place]
    return values


def _between(u: Floats, low_high: tuple[float, float] | Floats) -> Floats:
    """Uniform between two limits, the same for all (a pair) or one's own (shape (n, 2))."""
    limits = np.broadcast_to(np.asarray(low_high, np.float64), (len(u), 2))
    between: Floats = limits[:, 0] + u * (limits[:, 1] - limits[:, 0])
    return between


def _curves(u: Floats, place: Codes, by_dose: Floats) -> Curves:
    spread = np.clip(normal(u[:, 1], u[:, 2]), -3.0, 3.0)
    weak = _of(place, "median_cmax") < 500
    cmax = _of(place, "median_cmax") * np.exp(np.where(weak, 0.15, LN_SD_CMAX) * spread) * by_dose
    tmax2 = _between(u[:, 10], TMAX2)
    return Curves(
        tlag=_between(u[:, 3], _of(place, "tlag")),
        tmax=_between(u[:, 4], _of(place, "tmax")),
        cmax=cmax,
        rho=_between(u[:, 5], RHO),
        alpha=_between(u[:, 6], ALPHA),
        fb=np.exp(_between(u[:, 7], np.log(_of(place, "fb")))),
        beta=_between(u[:, 8], _of(place, "beta")),
        tlag2=tmax2 - RISE2,
        tmax2=tmax2,
        cmax2=cmax * _between(u[:, 9], _of(place, "second")),
        rho2=_between(u[:, 11], RHO2),
        alpha2=_between(u[:, 12], ALPHA2),
    )


def _samples(
    curves: Curves, ratio: Floats, last_visit: Floats, per_visit: Floats, per_sample: Floats, noise: float
) -> dict[str, Any]:
    """The sample arrays of `Study`."""
    n, shape = len(ratio), per_sample.shape[:3]
    parts = np.floor(per_visit * (WINDOW + 1)[:, None]).astype(np.int64)
    time = DAYS + parts[:, :, 0] - parts[:, :, 1]
    true = curves.over_visits().value(time.astype(np.float64))
    true = np.stack([true * ratio[:, None], true], axis=1)
    error = noise * LN_SD_NOISE[:, None] * normal(per_sample[..., 0], per_sample[..., 1])
    value = _rounded(true * np.exp(error))
    lloq = np.broadcast_to(LLOQ[:, None], shape).copy()
    later = ENROL_EVERY * (np.arange(n) % 9)[:, None] + time >= CHANGE_DAY
    lloq[:, 1][later] = LLOQ_NEW_QPCR
    value[(per_sample[..., 2] < P_MISSING) & (DAYS > 0)] = np.nan
    taken = np.broadcast_to((last_visit[:, None] >= DAYS)[:, None, :], shape)
    subject, assay, visit = (np.broadcast_to(index, shape)[taken] for index in np.ogrid[:n, : shape[1], : shape[2]])
    flat = value[taken], lloq[taken]
    return {
        "subject": subject,
        "assay": assay,
        "visit": visit,
        "time": time[subject, visit],
        "value": flat[0],
        "lloq": flat[1],
        "blq": flat[0] < flat[1],
        "word": per_sample[..., 3][taken] < P_WORD,
    }


def _rounded(value: Floats) -> Floats:
    """Values as the two laboratories print them: cells to 0.1, copies whole."""
    for assay, decimals in enumerate(DECIMALS):
        value[:, assay] = np.rint(value[:, assay] * 10**decimals) / 10**decimals
    return value

"""The core alone: Profiles from arrays, then every noncompartmental parameter, one core, no file."""

from __future__ import annotations

import time
import tracemalloc
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cartpk.nca import nca
from cartpk.profiles import Profiles
from cartpk.results import Results
from cartpk.simulate import simulate

GIB = 2**30


@cache
def arrays(n_profiles: int) -> dict[str, Any]:
    """Simulated courses of 11 to 14 samples, both assays, 18,000 different ones repeated until there are enough."""
    study = simulate(min(-(-n_profiles // 2), 9_000), seed=5)
    new = np.flatnonzero((np.diff(study.subject) != 0) | (np.diff(study.assay) != 0)) + 1
    lengths = np.diff(np.concatenate([[0], new, [len(study.subject)]]))
    times = -(-n_profiles // len(lengths))
    lengths = np.tile(lengths, times)[:n_profiles]
    n = int(lengths.sum())
    columns = {
        "time": study.time.astype(float),
        "conc": np.where(study.blq, np.nan, study.value),
        "blq": study.blq,
        "lloq": study.lloq,
    }
    tiled = {name: np.tile(column, times)[:n] for name, column in columns.items()}
    return {**tiled, "offsets": np.concatenate([[0], np.cumsum(lengths)])}


def profiles_of(n_profiles: int) -> Profiles:
    return Profiles.from_arrays(**arrays(n_profiles))


SIZES = [1, 1_000, 100_000, pytest.param(1_000_000, marks=pytest.mark.full)]


@pytest.mark.parametrize("n_profiles", SIZES)
def test_nca(benchmark: Any, n_profiles: int) -> None:
    profiles = profiles_of(n_profiles)
    results = benchmark.pedantic(nca, args=(profiles,), rounds=3 if n_profiles > 10_000 else 20, warmup_rounds=1)
    benchmark.extra_info["profiles_per_second"] = n_profiles / benchmark.stats.stats.min
    assert len(results) == n_profiles


@pytest.mark.parametrize("n_profiles", SIZES)
def test_profiles_from_arrays(benchmark: Any, n_profiles: int) -> None:
    columns = arrays(n_profiles)
    made = benchmark.pedantic(
        lambda: Profiles.from_arrays(**columns), rounds=3 if n_profiles > 10_000 else 20, warmup_rounds=1
    )
    assert len(made) == n_profiles


def one_by_pandas(frame: pd.DataFrame) -> pd.Series[float]:
    """A dozen parameters of one profile as one would write them: the yardstick, not a second implementation."""
    time_, conc, blq = frame["time"].to_numpy(), frame["conc"].to_numpy(), frame["blq"].to_numpy()
    used = (time_ >= 0) & ~(np.isnan(conc) & ~blq)
    t, c = time_[used], np.where(blq, 0.0, conc)[used]
    seen = np.flatnonzero(c > 0)
    if len(seen):  # below the limit between two values: left out
        kept = (c > 0) | (np.arange(len(c)) < seen[0]) | (np.arange(len(c)) > seen[-1])
        t, c = t[kept], c[kept]
        seen = np.flatnonzero(c > 0)
    if not len(seen):
        return pd.Series({"cmax": 0.0, "tmax": np.nan, "tlast": np.nan, "auc_last": 0.0, "lambda_z": np.nan})
    peak, last = int(np.argmax(c)), int(seen[-1])
    areas = np.cumsum(np.diff(t) * (c[1:] + c[:-1]) / 2)
    best, slope = -np.inf, np.nan
    tail = seen[seen > peak]
    for k in range(3, len(tail) + 1):
        rows = tail[-k:]
        y = np.log(c[rows])
        b, a = np.polyfit(t[rows], y, 1)
        total = float(np.sum((y - y.mean()) ** 2))
        r2adj = 1 - (float(np.sum((y - a - b * t[rows]) ** 2)) / total if total else 1) * (k - 1) / (k - 2)
        if r2adj > best - 1e-4:
            best, slope = max(best, r2adj), b
    auc_last = areas[last - 1] if last else 0.0
    return pd.Series({"cmax": c[peak], "tmax": t[peak], "tlast": t[last], "auc_last": auc_last, "lambda_z": -slope})


def by_groupby(n_profiles: int) -> pd.DataFrame:
    columns = dict(arrays(n_profiles))
    offsets = columns.pop("offsets")
    frame = pd.DataFrame({**columns, "profile": np.repeat(np.arange(n_profiles), np.diff(offsets))})
    return pd.DataFrame(frame.groupby("profile")[["time", "conc", "blq"]].apply(one_by_pandas))


def test_groupby_beside_it(benchmark: Any) -> None:
    """The same 1,000 profiles, five parameters instead of all of them, and the same Cmax and AUClast come out."""
    frame = benchmark.pedantic(by_groupby, args=(1_000,), rounds=2, warmup_rounds=0)
    results = nca(profiles_of(1_000))
    assert np.array_equal(frame["cmax"].to_numpy(), results["cmax"])
    assert frame["auc_last"].to_numpy() == pytest.approx(results["auc_last"], rel=1e-12)


def best_of(profiles: Profiles, rounds: int = 3) -> float:
    """Seconds of processor time, which other programs on the machine move least."""
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        nca(profiles)
        seconds.append(time.process_time() - start)
    return min(seconds)


def peak_memory(profiles: Profiles) -> tuple[int, Results]:
    """Bytes beyond the data at the highest moment, the results among them."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    results = nca(profiles)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak - before, results


@pytest.mark.full
def test_the_promises_are_held() -> None:
    """200,000 profiles/s on one core, 2 GiB beyond the data, growth linear, one profile in 2 ms."""
    million, tenth, one = profiles_of(1_000_000), profiles_of(100_000), profiles_of(1)
    nca(one)
    seconds, seconds_tenth, seconds_one = best_of(million), best_of(tenth), best_of(one, 50)
    memory, results = peak_memory(million)
    print(
        f"\n{million.n_rows} samples, {len(results.terms)} parameters: {seconds:.2f} s, {1e6 / seconds:,.0f} profiles/s, "
        f"growth from 1e5 {seconds / seconds_tenth:.1f}, {memory / GIB:.2f} GiB, one profile {1e3 * seconds_one:.2f} ms"
    )
    assert 1e6 / seconds >= 200_000
    assert memory < 2 * GIB
    assert seconds / seconds_tenth <= 12
    assert seconds_one < 2e-3

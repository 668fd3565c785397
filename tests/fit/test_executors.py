"""The same bits wherever the work is done."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import cartpk as ck
from cartpk.errors import MachineError
from cartpk.fit.executors import processes
from cartpk.fit_rules import ParameterRule
from cartpk.labels import Labels
from cartpk.models import MODELS
from cartpk.reasons import Reason


def cohort(n: int = 19) -> ck.Profiles:
    """Profiles of which the second is below the limit throughout."""
    times = np.array([1.0, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 90])
    truth = MODELS["exponential"].log_curve(times, cmax=20000.0, tmax=9.4, rho=0.8, alpha=0.2)
    conc = np.exp(truth + 0.3 * np.random.default_rng(0).standard_normal((n, 13)))
    conc[1] = 1.0
    return ck.Profiles.from_arrays(np.tile(times, n), conc.ravel(), np.arange(n + 1) * 13, lloq=50.0)


def bits(fits: ck.Results) -> Mapping[str, tuple[bytes, bytes]]:
    return {name: (fits[name].tobytes(), fits.reasons[name].tobytes()) for name in fits.terms}


@pytest.fixture(scope="module")
def here() -> ck.Results:
    return ck.fit(cohort(), "exponential")


def test_threads_give_the_same_bits(here: ck.Results) -> None:
    with ThreadPoolExecutor(3) as executor:
        assert bits(ck.fit(cohort(), "exponential", executor=executor)) == bits(here)


def test_processes_give_the_same_bits_and_reasons_come_back(here: ck.Results) -> None:
    with processes(2) as executor:
        fits = ck.fit(cohort(), "exponential", executor=executor)
    assert bits(fits) == bits(here)
    assert fits.reason("cmax", 1) is Reason.NO_QUANTIFIABLE_SAMPLE


def test_one_job_works_here_and_none_is_refused() -> None:
    with processes(1) as executor:
        assert executor is None
    with pytest.raises(ck.UsageError, match="jobs is 0: give 1 or more"), processes(0):
        pass


def test_dask_gives_the_same_bits(here: ck.Results) -> None:
    distributed = pytest.importorskip("distributed", reason='dask is not installed: pip install "cartpk[dask]"')
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        fits = ck.fit(cohort(), "exponential", executor=client.get_executor(pure=False))
    assert bits(fits) == bits(here)


def test_work_goes_out_in_chunks() -> None:
    sizes: list[int] = []

    class Counting(ThreadPoolExecutor):
        def submit(self, function, task, /, *more, **named) -> Future:  # type: ignore[override]
            sizes.append(task.size)
            return super().submit(function, task, *more, **named)

    with Counting(1) as executor:
        ck.fit(cohort(), "exponential", executor=executor)
    assert sizes == [8, 8, 3]


def failing(time, cmax, tmax, rho, alpha):
    """A curve that has no number for a profile of twelve samples."""
    if len(time) == 12:
        raise FloatingPointError("no number here")
    return MODELS["exponential"].log_curve(time, cmax, tmax, rho, alpha)


def test_trouble_in_one_profile_is_its_reason_and_the_others_are_fitted() -> None:
    some = cohort(3)
    model = replace(MODELS["exponential"], log_curve=failing, derived=())
    profiles = ck.Profiles.from_arrays(some.time[:-1], some.conc[:-1], [0, 13, 26, 38], some.blq[:-1], 50.0)
    fits = ck.fit(profiles, model)
    assert fits.reason("cmax", 2) is Reason.NOT_CONVERGED
    assert fits["cmax"][0] > 0
    with processes(2) as executor:
        assert bits(ck.fit(profiles, model, executor=executor)) == bits(fits)


def test_a_model_that_cannot_travel_says_what_to_do() -> None:
    model = replace(MODELS["exponential"], guess=lambda data: {"cmax": 1.0})
    with (
        processes(2) as executor,
        pytest.raises(ck.UsageError, match="functions of model exponential at the top of a file"),
    ):
        ck.fit(cohort(2), model, executor=executor)


def test_what_is_shared_is_one_number_in_a_group_and_better_known() -> None:
    times = np.array([1.0, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 90, 180, 270])
    truth = {"foldx": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.2, "fb": 0.02, "beta": 0.01}
    log_value = MODELS["stein"].log_curve(times, **truth)
    conc = np.exp(log_value + 0.2 * np.random.default_rng(3).standard_normal((4, 15)))
    profiles = ck.Profiles.from_arrays(np.tile(times, 4), conc.ravel(), np.arange(5) * 15, lloq=5.0)
    profiles = replace(profiles, covariates={"dose_level": Labels.of(["low", "low", "high", "high"])})
    rules = ck.FitRules(parameters={"stein": {"beta": ParameterRule(shared="dose_level")}}, starts=2)
    alone, together = ck.fit(profiles, "stein"), ck.fit(profiles, "stein", rules)
    beta = together["beta"]
    assert beta[0] == beta[1]
    assert beta[2] == beta[3] != beta[0]
    assert (together["beta_se"] < alone["beta_se"]).all()
    for group in (slice(0, 2), slice(2, 4)):  # the joint likelihood: no value of beta common to both is better
        total = sum(f.deviance for f in together.fitted[group])
        for shift in (0.97, 1.03):
            held = ck.FitRules(parameters={"stein": {"beta": ParameterRule(fixed=float(beta[group][0]) * shift)}})
            assert sum(f.deviance for f in ck.fit(profiles[group], "stein", held).fitted) > total
    with ThreadPoolExecutor(2) as executor:
        assert bits(ck.fit(profiles, "stein", rules, executor=executor)) == bits(together)


def test_a_process_that_ends_by_itself_is_told() -> None:
    message = (
        "one of 2 processes ended by itself: it was killed, or there was not enough memory for it; give fewer --jobs"
    )

    def ends() -> None:
        with processes(2, script=False) as pool:
            assert pool is not None
            pool.submit(os._exit, 1).result()

    with pytest.raises(MachineError, match=message):
        ends()


def test_an_interruption_does_not_wait_for_work() -> None:
    def interrupted() -> None:
        with processes(2, script=False) as pool:
            assert pool is not None
            pool.submit(os.getpid).result()
            for _ in range(4):
                pool.submit(time.sleep, 600)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()


@pytest.mark.skipif(os.name == "nt", reason="processes are asked after otherwise there")
def test_workers_end_with_a_parent_that_is_killed() -> None:
    code = (
        "import os, signal, time\n"
        "from cartpk.fit.executors import processes\n"
        "if __name__ == '__main__':\n"
        "    with processes(2, script=False) as pool:\n"
        "        print(pool.submit(os.getpid).result(), flush=True)\n"
        "        pool.submit(time.sleep, 600)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    worker = int(done.stdout)
    for _ in range(600):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("a worker outlived its parent")

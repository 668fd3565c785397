"""How often the 95 % intervals of a fit hold the truth, in simulated subjects; prints the table of docs/models.md.

    python benchmarks/fit_coverage.py [SUBJECTS] [--jobs N]

Each subject has its own truth: Cmax log-normal about 20,000 (log SD 0.5), Tmax normal about day 9.3 (SD 1), growth
log-normal about 0.8 /d and decline about 0.2 /d (log SD 0.2 each). Noise is log-normal, the limit 50.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from concurrent.futures import Executor

import numpy as np

from cartpk.fit import fit
from cartpk.fit.executors import processes
from cartpk.simulate import ModelStudy, simulate_model

DENSE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 21, 24, 28, 32, 36, 42, 49, 56, 90)
VISITS = (1, 3, 5, 7, 9, 11, 14, 17, 21, 28, 42, 56, 90)
TYPICAL = {"cmax": 20_000.0, "tmax": 9.3, "rho": 0.8, "alpha": 0.2}
SPREAD = {"cmax": 0.5, "tmax": 1.0, "rho": 0.2, "alpha": 0.2}
STEIN = {"foldx": 3900.0, "tmax": 9.3, "cmax": 24000.0, "alpha": 0.16, "fb": 0.0079, "beta": 0.0032}


def study_of(subjects: int, days: tuple[int, ...], noise: float, seed: int) -> ModelStudy:
    """Exponential curves."""
    return simulate_model("exponential", TYPICAL, subjects, seed, spread=SPREAD, days=days, noise=noise)


def table(subjects: int, executor: Executor | None = None) -> list[str]:
    """The lines of the table."""
    lines = ["| samples | log SD | BLQ | Cmax | Tmax | ρ | α | fits |", "|---|---|---|---|---|---|---|---|"]
    for days, noise, seed in ((DENSE, 0.3, 1), (VISITS, 0.3, 2), (VISITS, 0.56, 3)):
        study = study_of(subjects, days, noise, seed)
        fits = fit(study.profiles, "exponential", executor=executor)
        cells = []
        for name in TYPICAL:
            low, high, truth = fits[f"{name}_lower"], fits[f"{name}_upper"], study.parameters[name]
            given = np.isfinite(low)
            share, n = float(np.mean(((low <= truth) & (truth <= high))[given])), int(given.sum())
            cells.append(f"{100 * share:.1f} % ± {100 * math.sqrt(share * (1 - share) / n):.1f}")
        blq = 100 * study.profiles.blq.mean()
        given = int(np.isfinite(fits["cmax"]).sum())
        lines.append(f"| {len(days)} | {noise} | {blq:.0f} % | {' | '.join(cells)} | {given} of {subjects} |")
    return lines


def beta_reasons(subjects: int, executor: Executor | None = None) -> Counter[str]:
    """What is said of β of `stein` with 13 samples to day 90; "" where it is given."""
    study = simulate_model("stein", STEIN, subjects, 4, days=VISITS, noise=0.56)
    fits = fit(study.profiles, "stein", executor=executor)
    names = (fits.reason("beta", i).name for i in range(subjects))
    return Counter("" if name == "NONE" else name for name in names)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("subjects", nargs="?", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    with processes(asked.jobs) as executor:
        print("\n".join(table(asked.subjects, executor)))
        reasons = beta_reasons(asked.subjects, executor)
    said = ", ".join(f"{name or 'given'} {n}" for name, n in reasons.most_common())
    missing = 100 * (1 - reasons[""] / asked.subjects)
    print(f"\nβ of stein, 13 samples to day 90, log SD 0.56: not given in {missing:.1f} % ({said})")


if __name__ == "__main__":
    main()

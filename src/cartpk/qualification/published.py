"""Answers of other programs: WinNonlin for Theoph, PKNCA for nine CAR-T subjects."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from cartpk.nca import nca
from cartpk.profiles import Profiles
from cartpk.qualification.compare import Compared, number, printed, text
from cartpk.qualification.shipped import path_of, rows_of
from cartpk.readers import read
from cartpk.reasons import Reason
from cartpk.results import Results
from cartpk.rules import AucMethod, NcaRules

__all__ = ["ENDS_EARLY", "SILENT", "pknca", "winnonlin"]

METHODS: tuple[AucMethod, ...] = ("linear", "lin-up-log-down")

OBSERVED = frozenset({"cmax", "tmax", "tfirst", "tlast", "clast", "lambda_z_n", "lambda_z_lower", "lambda_z_upper"})
"""Values, times and counts of samples: they are read, not computed, so they must be the same."""

REGRESSED = frozenset(
    {"lambda_z", "r2", "r2adj", "half_life", "span", "clast_pred",
     "auc_inf_obs", "auc_inf_pred", "auc_pct_extrap_obs", "auc_pct_extrap_pred"}
)  # fmt: skip
"""What a regression has a part in."""

SILENT = frozenset({("CK-0002", "auc_0_m3"), ("CK-0008", "auc_0_m3"), ("CK-0009", "auc_0_28")})
"""Where PKNCA gives no area to a horizon that lies between two results below the limit; it is the area to the first."""

ENDS_EARLY = frozenset({("CK-0006", "auc_0_m3")})
"""Where PKNCA gives the area to the last sample, day 56, for the area to day 90; cartpk gives its reason."""


def winnonlin() -> Iterator[Compared]:
    """Theoph's twelve subjects by two trapezoid rules, as arrays."""
    profiles = _theoph()
    for method in METHODS:
        yield from _beside_winnonlin(nca(profiles, NcaRules(auc_method=method)), method)


def _beside_winnonlin(results: Results, method: AucMethod) -> Iterator[Compared]:
    for i, row in enumerate(rows_of(f"theoph_winnonlin_{method}.csv")):
        item = f"{method}, subject {row.pop('subject_id')}"
        for name, expected in row.items():
            found = float(results[name][i])
            exact = name in OBSERVED
            yield number(item, name, float(expected), found, 0.0) if exact else printed(item, name, expected, found)


def _theoph() -> Profiles:
    """Profiles by the arrays' door, in the file's order of subjects."""
    rows = rows_of("theoph.csv")
    sizes = [len(list(group)) for _, group in groupby(rows, key=lambda row: row["subject_id"])]
    return Profiles.from_arrays(
        time=[float(row["time"]) for row in rows],
        conc=[float(row["value"]) for row in rows],
        offsets=np.concatenate([[0], np.cumsum(sizes)]),
    )


def pknca() -> Iterator[Compared]:
    """Nine CAR-T subjects by two trapezoid rules, from the file."""
    with path_of("cart_9.csv") as path:
        profiles = Profiles.from_samples(read(path))
    for method in METHODS:
        yield from _beside_pknca(profiles, method)


def _beside_pknca(profiles: Profiles, method: AucMethod) -> Iterator[Compared]:
    found = {
        "": nca(profiles, NcaRules(auc_method=method)),
        "_extrapolated": nca(profiles, NcaRules(auc_method=method, end_rule="extrapolate")),
    }
    subjects = [key.subject_id for key in profiles.keys]
    for row in rows_of(f"cart_9_pknca_{method}.csv"):
        subject = row.pop("subject_id")
        i = subjects.index(subject)
        for name, expected in row.items():
            ours = name.removesuffix("_extrapolated")
            yield from _one_beside_pknca(found[name[len(ours) :]], i, f"{method}, {subject}", (subject, name), expected)


def _one_beside_pknca(results: Results, i: int, item: str, key: tuple[str, str], expected: str) -> Iterator[Compared]:
    """A number of PKNCA, or one of the differences that are meant."""
    name = key[1]
    ours = name.removesuffix("_extrapolated")
    value = float(results[ours][i])
    if key in SILENT:
        first_below = float(results["auc_all"][i])
        yield text(item, f"{name} of PKNCA", "", expected)
        yield number(item, f"{name}, the area to the first result below the limit", first_below, value, 0.0)
    elif key in ENDS_EARLY:
        reason = results.reason(ours, i).name
        yield text(item, f"{name}, no number", "nan", str(value))
        yield text(item, f"{name}, the reason", Reason.SAMPLING_ENDS_BEFORE_HORIZON.name, reason)
        yield number(item, f"{name}, to the last sample", float(expected), float(results["auc_last"][i]), 1e-12)
    else:
        yield number(item, name, float(expected or math.nan), value, _tolerance(ours))


def _tolerance(name: str) -> float:
    if name in OBSERVED:
        return 0.0
    return 1e-10 if name in REGRESSED else 1e-12

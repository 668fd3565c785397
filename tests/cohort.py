"""A small study on arrays, for tests of summaries and tables: two assays, two dose levels, hostile names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from cartpk.labels import Labels
from cartpk.profiles import Keys, Profiles

TIMES = (0.0, 7.0, 14.0, 28.0, 90.0)


def cohort(
    values: Mapping[str, Sequence[Sequence[float]]] | None = None,
    *,
    covariates: Mapping[str, Sequence[str]] | None = None,
    subjects: Sequence[str] | None = None,
    times: Sequence[float] = TIMES,
    lloq: float = 50.0,
    dose: Sequence[float] | None = None,
    dose_unit: Sequence[str] | None = None,
) -> Profiles:
    """Profiles of subjects S1, S2, ... by assay; a value under the limit is BLQ, NaN has no result."""
    values = values or {
        "qpcr": [
            [0, 900, 4000, 400, 0],
            [0, 700, 2000, 200, 60],
            [0, 500, 8000, 800, 0],
            [0, 0, 1000, 100, 0],
            [0, 0, 0, 0, 0],
        ]
    }
    n = len(next(iter(values.values())))
    subjects = subjects or [f"S{k + 1}" for k in range(n)]
    assays = [(s, a, row) for k, s in enumerate(subjects) for a, rows in values.items() for row in [rows[k]]]
    p = len(assays)
    of_subject = [subjects.index(s) for s, _, _ in assays]
    keys = Keys(
        Labels.of([s for s, _, _ in assays]),
        Labels.of([a for _, a, _ in assays]),
        Labels.constant("BLOOD", p),
        np.ones(p, np.int32),
    )
    base = Profiles.from_arrays(
        list(times) * p,
        np.concatenate([np.asarray(row, float) for _, _, row in assays]),
        np.arange(p + 1) * len(times),
        lloq=lloq,
        keys=keys,
        unit="copies/ug gDNA",
        dose=None if dose is None else [dose[k] for k in of_subject],
    )
    units = Labels.constant("", p) if dose_unit is None else Labels.of([dose_unit[k] for k in of_subject])
    return replace(
        base,
        covariates={name: Labels.of([texts[k] for k in of_subject]) for name, texts in (covariates or {}).items()},
        dose_unit=units,
        time_nominal=base.time.copy(),
    )

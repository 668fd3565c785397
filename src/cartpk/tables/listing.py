"""Every input row as analysed: the frame behind ``concentrations.csv`` and the listing of concentrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartpk.nca.blq import substitute
from cartpk.profiles import Profiles
from cartpk.rounding import exact
from cartpk.rules import BLQ_POSITIONS, NcaRules
from cartpk.samples import Ledger, Samples, Status

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_analysed"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


def as_analysed(
    samples: Samples, profiles: Profiles, rules: NcaRules | None = None, ledger: Ledger | None = None
) -> pd.DataFrame:
    """One row an input row, in the order of the input, with what became of it.

    Args:
        samples: what was read; `profiles`: made from them.
        rules: of the analysis; they say what stands for a result below the limit.
        ledger: of the samples, where the caller has it.

    Returns:
        The columns of ``concentrations.csv``. `value` is the number reported (after a conversion that the plan asks
        for), `position` that of a result below the limit, `value_used` what entered the areas (NaN: nothing),
        `status` used, missing, excluded or duplicate, `reason` why a row did not enter or was replaced.
    """
    import pandas as pd

    rules = NcaRules() if rules is None else rules
    ledger = samples.ledger() if ledger is None else ledger
    n = len(samples)
    position, used = np.full(n, -1, np.int64), np.full(n, np.nan)
    position[profiles.sample], used[profiles.sample] = substitute(profiles, rules)
    names = [source.name for source in samples.sources]
    return pd.DataFrame(
        {
            "source": [names[f] for f in samples.file.tolist()],
            "record": samples.record,
            "subject_id": samples.subject.texts(),
            "assay": samples.assay.texts(),
            "matrix": samples.matrix.texts(),
            "infusion": samples.infusion,
            "time": samples.time,
            "time_nominal": samples.time_nominal,
            "visit": samples.visit.texts(),
            "reported": [str(t) for t in samples.reported.tolist()],
            "value": samples.value,
            "unit": samples.unit.texts(),
            "lloq": samples.lloq,
            "blq": samples.blq,
            "position": [BLQ_POSITIONS[k] if k >= 0 else "" for k in position.tolist()],
            "value_used": used,
            "status": [Status(k).word for k in ledger.status.tolist()],
            "reason": _reasons(samples, ledger, position, used, rules),
        }
    )


def _reasons(samples: Samples, ledger: Ledger, position: Codes, used: Floats, rules: NcaRules) -> list[str]:
    """Why a row did not enter as reported; "" where it did."""
    reasons = [""] * len(samples)
    several = len(samples.sources) > 1
    for i in np.flatnonzero(ledger.status == Status.MISSING).tolist():
        reasons[i] = "no result"
    for i in np.flatnonzero(ledger.status == Status.EXCLUDED).tolist():
        reasons[i] = samples.exclusions[int(ledger.exclusion[i])].reason
    for i in np.flatnonzero(ledger.status == Status.DUPLICATE).tolist():
        kept = int(ledger.kept[i])
        file = f"{samples.sources[int(samples.file[kept])].name} " if several else ""
        reasons[i] = f"repeats {file}row {int(samples.record[kept])}"
    for i in np.flatnonzero(position >= 0).tolist():
        name = BLQ_POSITIONS[int(position[i])]
        where = name.replace("_", " ")
        taken = _taken(float(used[i]), rules.blq_rules[name])
        why = f" of areas by the rule for {where} results" if taken == "left out" else ""
        reasons[i] = f"below the limit, {where}: {taken}{why}"
    return reasons


def _taken(used: float, rule: object) -> str:
    """What stands for a result below the limit, in words; a profile that is never quantifiable is 0 under every rule."""
    if np.isnan(used):
        return "left out"
    if used and rule in ("lloq", "lloq/2"):
        return "taken as the LLOQ" if rule == "lloq" else "taken as LLOQ/2"
    return f"taken as {exact(used)}"

"""Every input row as analysed: the frame behind ``concentrations.csv`` and the listing of concentrations."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartpk.language import Phrase, phrase
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
            "reason": pd.Series(_reasons(samples, ledger, position, used, rules), dtype=object),
        }
    )


def _reasons(samples: Samples, ledger: Ledger, position: Codes, used: Floats, rules: NcaRules) -> list[str]:
    """Why a row did not enter as reported, phrases of ours or a reason of the plan; "" where it did."""
    reasons = [""] * len(samples)
    below = lru_cache(maxsize=None)(_below)
    several = len(samples.sources) > 1
    for i in np.flatnonzero(ledger.status == Status.MISSING).tolist():
        reasons[i] = _NO_RESULT
    for i in np.flatnonzero(ledger.status == Status.EXCLUDED).tolist():
        reasons[i] = samples.exclusions[int(ledger.exclusion[i])].reason
    for i in np.flatnonzero(ledger.status == Status.DUPLICATE).tolist():
        kept = int(ledger.kept[i])
        row = int(samples.record[kept])
        file = samples.sources[int(samples.file[kept])].name
        reasons[i] = (
            phrase("repeats {file} row {row}", file=file, row=row) if several else phrase("repeats row {row}", row=row)
        )
    for i in np.flatnonzero(position >= 0).tolist():
        name = BLQ_POSITIONS[int(position[i])]
        reasons[i] = below(name, rules.blq_rules[name], None if np.isnan(used[i]) else float(used[i]))
    return reasons


_NO_RESULT = phrase("no result")
_WHERE = {
    "pre_infusion": "pre infusion", "before_first": "before first", "embedded": "embedded",
    "first_trailing": "first trailing", "later_trailing": "later trailing",
}  # fmt: skip


def _below(position: str, rule: object, used: float | None) -> Phrase:
    """What stands for a result below the limit, in words; a profile that is never quantifiable is 0 under every rule."""
    where = phrase(_WHERE[position])
    if used is None:
        return phrase("below the limit, {where}: left out of areas by the rule for {where} results", where=where)
    if used and rule == "lloq":
        return phrase("below the limit, {where}: taken as the LLOQ", where=where)
    if used and rule == "lloq/2":
        return phrase("below the limit, {where}: taken as LLOQ/2", where=where)
    return phrase("below the limit, {where}: taken as {value}", where=where, value=exact(used))

"""How much the rules move AUC0-M3: every trapezoid x BLQ preset x day that people call month 3."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartpk.nca.analysis import nca
from cartpk.profiles import Profiles
from cartpk.reasons import Reason
from cartpk.rules import AUC_METHODS, BLQ_PRESETS, AucMethod, NcaRules

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["M3_DAYS", "Sensitivity", "sensitivity"]

M3_DAYS = (84.0, 90.0, 91.0)
"""What different studies call month 3."""


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """AUC0-M3 under each setting: `area` and `reason` are (settings, profiles); `settings` are (method, blq, days)."""

    profiles: Profiles
    settings: tuple[tuple[AucMethod, str, float], ...]
    area: NDArray[np.float64]
    reason: NDArray[np.uint8]

    def to_frame(self) -> pd.DataFrame:
        """One row a profile and setting, with the columns of sensitivity.csv."""
        import pandas as pd

        p, keys = len(self.profiles), self.profiles.keys
        which = np.repeat(np.arange(p), len(self.settings))
        methods, presets, days = zip(*self.settings, strict=True)
        return pd.DataFrame(
            {
                "subject_id": keys.subject.take(which).texts(),
                "assay": keys.assay.take(which).texts(),
                "matrix": keys.matrix.take(which).texts(),
                "infusion": keys.infusion[which],
                "auc_method": list(methods) * p,
                "blq": list(presets) * p,
                "m3_days": list(days) * p,
                "auc_0_m3": self.area.T.ravel(),
                "reason": [Reason(r).name if r else "" for r in self.reason.T.ravel().tolist()],
            }
        )


def sensitivity(profiles: Profiles, rules: NcaRules | None = None) -> Sensitivity:
    """AUC0-M3 of every profile under each trapezoid, each BLQ preset (and the rule in force), M3 on day 84, 90, 91 (and the day in force)."""
    rules = NcaRules() if rules is None else rules
    presets = list(BLQ_PRESETS) if isinstance(rules.blq, str) else [*BLQ_PRESETS, rules.blq_name]
    days = tuple(sorted({*M3_DAYS, rules.horizons.get("0_m3", 90.0)}))
    names = {f"0_m3_{i}": d for i, d in enumerate(days)}
    window = rules.window_of("0_m3") if "0_m3" in rules.horizons else 7.0
    settings, area, reason = [], [], []
    for method, preset in product(AUC_METHODS, presets):
        changed = replace(
            rules,
            auc_method=method,
            blq=rules.blq if preset == "custom" else preset,
            horizons=names,
            visit_window=dict.fromkeys(names, window),
            peak_window=rules.peak_window_days,
        )
        results = nca(profiles, changed)
        for name, day in names.items():
            settings.append((method, preset, day))
            area.append(results.values[f"auc_{name}"])
            reason.append(results.reasons[f"auc_{name}"])
    return Sensitivity(profiles, tuple(settings), np.array(area), np.array(reason))

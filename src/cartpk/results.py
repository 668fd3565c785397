"""For each profile and parameter a value or a `Reason`, its flags, and the rows it was made from: `Results`.

Noncompartmental analysis and model fits give the same noun.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cartpk.profiles import Profiles
from cartpk.reasons import Flag, Reason
from cartpk.rounding import at_least
from cartpk.rules import NcaRules
from cartpk.terms import Term, unit_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Results", "RowSet"]

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

LONG_COLUMNS = (
    "parameter", "label", "value", "unit", "reason", "flags", "pptestcd", "interval_start", "interval_end",
    "n_records", "records", "source",
)  # fmt: skip
KEY_COLUMNS = ("subject_id", "assay", "matrix", "infusion")


@dataclass(frozen=True, slots=True, eq=False)
class RowSet:
    """The rows of each profile a parameter is made from: `first..last`, both included (-1: none), where `only` holds."""

    first: NDArray[np.signedinteger]
    last: NDArray[np.signedinteger]
    only: NDArray[np.bool_] | None = None

    def of(self, i: int) -> Rows:
        """The flat rows of profile i."""
        if self.first[i] < 0 or self.last[i] < 0:
            return np.empty(0, np.int64)
        rows = np.arange(self.first[i], self.last[i] + 1)
        return rows if self.only is None else rows[self.only[rows]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Results:
    """What an analysis found, one entry a profile and parameter.

    Attributes:
        profiles: what it was computed on; `rules`: how.
        terms: name -> Term, in the order of outputs.
        values: name -> float64 (p,), NaN where missing.
        reasons: name -> uint8 (p,) of `Reason`, `Reason.NONE` where there is a value.
        flags: name -> uint32 (p,) of `Flag`; a name that is absent has none.
        rows: name of a row set -> RowSet; `Term.rows` names it (`to_HORIZON` for a horizon's).
        model: "" for noncompartmental analysis, else the model's name.
    """

    profiles: Profiles
    rules: NcaRules
    terms: Mapping[str, Term]
    values: Mapping[str, Floats]
    reasons: Mapping[str, NDArray[np.uint8]]
    flags: Mapping[str, NDArray[np.uint32]]
    rows: Mapping[str, RowSet]
    model: str = ""

    def __len__(self) -> int:
        return len(self.profiles)

    def __getitem__(self, name: str) -> Floats:
        """One parameter, shape (p,), NaN where missing."""
        try:
            return self.values[name]
        except KeyError:
            raise KeyError(self._unknown(name)) from None

    def _unknown(self, name: str) -> str:
        from difflib import get_close_matches

        near = get_close_matches(name, self.values, n=3)
        return f"no parameter {name!r}" + (f"; near it: {', '.join(near)}" if near else "")

    def reason(self, name: str, i: int) -> Reason:
        """Why the value of profile i is missing; `Reason.NONE` where it is not."""
        return Reason(int(self.reasons[name][i]))

    def flag(self, name: str, i: int) -> Flag:
        """The flags of the value of profile i."""
        flags = self.flags.get(name)
        return Flag.NONE if flags is None else Flag(int(flags[i]))

    def row_set(self, name: str) -> RowSet:
        """The rows a parameter is made from."""
        term = self.terms[name]
        return self.rows[f"to_{term.horizon}" if term.horizon else term.rows]

    def rows_of(self, name: str, i: int) -> Rows:
        """Flat rows of `profiles` that the value of profile i was made from; empty where it is missing."""
        return self.row_set(name).of(i) if not np.isnan(self.values[name][i]) else np.empty(0, np.int64)

    def records(self, name: str) -> list[Rows]:
        """For each profile the input rows its value was made from, as an editor shows them (header = 1)."""
        if name not in self.values:
            raise KeyError(self._unknown(name))
        return [self.profiles.record[self.rows_of(name, i)] for i in range(len(self))]

    def unit(self, name: str, i: int) -> str:
        """The unit of a parameter of profile i."""
        return unit_of(self.terms[name].unit_kind, self.profiles.unit[i], self.profiles.dose_unit[i])

    def interval(self, name: str, i: int) -> tuple[float, float]:
        """From and to which day an area reaches; NaN for what is not an area over a known interval."""
        term = self.terms[name]
        if term.horizon:
            return 0.0, self.rules.horizons[term.horizon]
        if name == "auc_last":
            return 0.0, float(self.values["tlast"][i])
        if name == "auc_all":
            last = self.rows["all"].last[i]
            return 0.0, float(self.profiles.time[last]) if last >= 0 else np.nan
        return np.nan, np.nan

    def to_frame(self) -> pd.DataFrame:
        """One row a profile: its key, its covariates, a column a parameter."""
        import pandas as pd

        return pd.DataFrame({**self._key_columns(), **{n: self.values[n] for n in self.terms}})

    def _key_columns(self) -> dict[str, Any]:
        keys = self.profiles.keys
        return {
            "subject_id": keys.subject.texts(),
            "assay": keys.assay.texts(),
            "matrix": keys.matrix.texts(),
            "infusion": keys.infusion,
            **{name: labels.texts() for name, labels in self.profiles.covariates.items()},
        }

    def to_long(self, names: Iterable[str] | None = None) -> pd.DataFrame:
        """One row a profile and parameter: value, unit, reason, flags and the input rows it was made from."""
        import pandas as pd

        names = tuple(self.terms if names is None else names)
        keys = pd.DataFrame(self._key_columns())
        keys = keys.loc[keys.index.repeat(len(names))].reset_index(drop=True)
        cells = [self._long_row(name, i) for i in range(len(self)) for name in names]
        return pd.concat([keys, pd.DataFrame(cells, columns=list(LONG_COLUMNS))], axis=1)

    def _long_row(self, name: str, i: int) -> tuple[Any, ...]:
        term, rows = self.terms[name], self.rows_of(name, i)
        start, end = self.interval(name, i)
        reason = self.reason(name, i)
        return (
            name, term.label, float(self.values[name][i]), self.unit(name, i),
            reason.name if reason else "", self.flag(name, i).text, term.pptestcd, start, end,
            len(rows), self._record_text(rows), self._source_text(i),
        )  # fmt: skip

    def _record_text(self, rows: Rows) -> str:
        p = self.profiles
        if len(p.files) == 1:
            return " ".join(map(str, p.record[rows].tolist()))
        return " ".join(f"{p.files[f]}:{r}" for f, r in zip(p.file[rows], p.record[rows], strict=True))

    def _source_text(self, i: int) -> str:
        a, b = self.profiles.offsets[i], self.profiles.offsets[i + 1]
        return " ".join(self.profiles.files[f] for f in np.unique(self.profiles.file[a:b]))

    def _shown(self) -> list[str]:
        areas = [f"auc_{h}" for h in self.rules.horizons]
        return [n for n in ("cmax", "tmax", *areas, "half_life", "tlast") if n in self.values]

    def __repr__(self) -> str:
        names = self._shown()
        of = f" of model {self.model}" if self.model else ""
        lines = [f"Results{of}: {len(self)} profiles, {len(self.terms)} parameters"]
        for i in range(min(len(self), 12)):
            key = self.profiles.keys[i]
            cells = (f"{n} {self.values[n][i]:.6g}" for n in names if not np.isnan(self.values[n][i]))
            lines.append(f"  {key.subject_id} {key.assay}: " + ", ".join(cells))
        return "\n".join([*lines, *([f"  ... and {len(self) - 12} more"] if len(self) > 12 else [])])

    def _repr_html_(self) -> str:
        names = self._shown()
        head = "".join(f"<th>{escape(t)}</th>" for t in ("subject", "assay", *(self.terms[n].symbol for n in names)))
        body = "".join(
            f"<tr><td>{escape(self.profiles.keys[i].subject_id)}</td><td>{escape(self.profiles.keys[i].assay)}</td>"
            + "".join(self._cell(n, i) for n in names)
            + "</tr>"
            for i in range(min(len(self), 50))
        )
        rest = f"<p>and {len(self) - 50} more profiles</p>" if len(self) > 50 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"

    def _cell(self, name: str, i: int) -> str:
        value, unit = self.values[name][i], self.unit(name, i)
        if np.isnan(value):
            return f'<td title="{escape(self.reason(name, i).sentence)}">–</td>'
        return f'<td title="{escape(f"{unit} {self.flag(name, i).text}".strip())}">{at_least(value)}</td>'

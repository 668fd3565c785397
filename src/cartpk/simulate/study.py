"""A simulated study and its files: `Study`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cartpk.disk import write_together, write_whole
from cartpk.simulate.curves import Curves
from cartpk.simulate.design import (
    ARCHETYPES,
    ASSAYS,
    COLUMNS,
    COMMENTS,
    DAYS,
    DECIMALS,
    DOSES,
    INDICATIONS,
    LLOQ,
    TRUTH_COLUMNS,
    UNITS,
    VISITS,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Study", "pair", "with_head"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Study:
    """A simulated study: what a laboratory would report, and the truth behind it.

    Subject arrays (n,): `archetype` (index into ARCHETYPES), `curves` (in copies/ug), `ratio` (cells/uL per
    copies/ug), `sex`, `age`, `weight`, `response`. Sample arrays, sorted by subject, assay (flow, then qpcr) and
    time: `subject`, `assay`, `visit` (indices), `time` (days), `value` (rounded; NaN: no result), `lloq`, `blq`,
    `word` (whether BLQ stands as a word).
    """

    seed: int
    archetype: Codes
    curves: Curves
    ratio: Floats
    sex: Codes
    age: Codes
    weight: Floats
    responder: NDArray[np.bool_]
    subject: Codes
    assay: Codes
    visit: Codes
    time: Codes
    value: Floats
    lloq: Floats
    blq: NDArray[np.bool_]
    word: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.archetype)

    @property
    def subject_ids(self) -> list[str]:
        """``S01``, ``S02``, ...: as many digits as the last one needs, at least two."""
        width = max(2, len(str(len(self))))
        return [f"S{i:0{width}d}" for i in range(1, len(self) + 1)]

    def truth_of(self, assay: str) -> Curves:
        """The true curves as one assay measures them."""
        return self.curves.scaled(self.ratio) if assay == "flow" else self.curves

    @property
    def truth(self) -> pd.DataFrame:
        """One row a subject and assay: archetype, the curve's parameters, the day it falls below the first LLOQ, exact areas."""
        import pandas as pd

        return pd.concat([pd.DataFrame(self._truth_columns(i)) for i in range(2)]).sort_index(
            kind="stable", ignore_index=True
        )

    def _truth_columns(self, i: int) -> dict[str, list[str] | str | Floats]:
        curves = self.truth_of(ASSAYS[i])
        two = curves.cmax2 > 0
        columns: dict[str, list[str] | str | Floats] = {
            "subject_id": self.subject_ids,
            "assay": ASSAYS[i],
            "unit": UNITS[i],
            "archetype": [ARCHETYPES[a].name for a in self.archetype.tolist()],
        }
        for name in TRUTH_COLUMNS[4:16]:
            values = getattr(curves, name)
            columns[name] = np.where(two, values, np.nan) if name.endswith("2") else values
        columns["t_below_lloq"] = curves.last_above(float(LLOQ[i]))
        columns["auc_0_28"], columns["auc_0_m3"] = curves.area(28.0), curves.area(90.0)
        return columns

    def truth_to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the truth, numbers to six significant digits (blank: there is none)."""
        return write_whole(path, self._truth_lines())

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the samples in the long format, one row a sample."""
        return write_whole(path, with_head(COLUMNS, self._lines()))

    def write(self, path: str | os.PathLike[str], refuse: Callable[[], None] | None = None) -> tuple[Path, Path]:
        """Write the samples to `path` and the truth to ``<stem>_truth.csv`` beside it: both, or neither.

        `refuse`, if given, looks at the places just before and raises what speaks against them.
        """
        samples, truth = pair(path)
        write_together({samples: with_head(COLUMNS, self._lines()), truth: self._truth_lines()}, refuse)
        return samples, truth

    def _truth_lines(self) -> Iterator[str]:
        frame = self.truth
        texts = [_texts(frame[name].tolist()) for name in TRUTH_COLUMNS]
        return with_head(TRUTH_COLUMNS, (f"{','.join(row)}\n" for row in zip(*texts, strict=True)))

    def _lines(self, rows: int = 100_000) -> Iterator[str]:
        heads, tails = self.subject_ids, self._tails()
        visits = [f"{name},{day}" for name, day in zip(VISITS, DAYS.tolist(), strict=True)]
        for start in range(0, len(self.subject), rows):
            some = slice(start, start + rows)
            for s, v, t, a, value, lloq, blq, word in zip(
                *(getattr(self, name)[some].tolist()
                  for name in ("subject", "visit", "time", "assay", "value", "lloq", "blq", "word")),
                strict=True,
            ):  # fmt: skip
                missing = value != value
                text = "" if missing else ("BLQ" if word else f"<{lloq:g}") if blq else f"{value:.{DECIMALS[a]}f}"
                comment = COMMENTS[a] if missing else ""
                yield f"{heads[s]},{visits[v]},{t},{ASSAYS[a]},{text},{UNITS[a]},{lloq:g},{tails[s]},{comment}\n"

    def _tails(self) -> list[str]:
        """What is the same on all rows of a subject."""
        return [
            f"{DOSES[i // 3 % 3][0]},cells/kg,{DOSES[i // 3 % 3][1]},{INDICATIONS[i % 9]},{'FM'[sex]},{age},{weight:.1f},"
            f"{'responder' if response else 'non-responder'}"
            for i, (sex, age, weight, response) in enumerate(
                zip(self.sex.tolist(), self.age.tolist(), self.weight.tolist(), self.responder.tolist(), strict=True)
            )
        ]

    def __repr__(self) -> str:
        return f"Study: {len(self)} simulated subjects, {len(self.subject)} samples, seed {self.seed}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>"


def _texts(values: list[str] | list[float]) -> list[str]:
    return [v if isinstance(v, str) else "" if v != v else f"{v:.6g}" for v in values]


def with_head(columns: tuple[str, ...], lines: Iterable[str]) -> Iterator[str]:
    """The lines of a table under the names of its columns."""
    yield ",".join(columns) + "\n"
    yield from lines


def pair(path: str | os.PathLike[str]) -> tuple[Path, Path]:
    """Where the samples of a study go, and its truth."""
    samples = Path(path)
    return samples, samples.with_name(f"{samples.stem}_truth.csv")

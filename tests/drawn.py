"""What tests of figures share: small studies on arrays, and what is drawn on some axes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from cartpk.labels import Labels
from cartpk.profiles import Keys, Profiles

TIMES = (0.0, 1.0, 3.0, 7.0, 10.0, 14.0, 21.0, 28.0, 42.0, 60.0, 88.0, 95.0)
VALUES = (0.0, 0.0, 60.0, 900.0, 5000.0, 2000.0, 500.0, 150.0, 80.0, 70.0, 60.0, 0.0)
HOSTILE = (
    "../../x", "=cmd()", "<script>", "{\\rtf", "$x$", "_S01", "A" * 300, "CON", "S\n01\x01", "受试者01", "😀 x",
    "\u202eabc", "$\\frac{", "100%", "\udc80", " ",
)  # fmt: skip
UNITS = {"qpcr": "copies/ug gDNA", "flow": "cells/uL", "ddpcr": "copies/ug gDNA"}


def study(
    subjects: Sequence[str] = ("S1", "S2"),
    assays: Sequence[str] = ("qpcr",),
    *,
    times: Sequence[float] = TIMES,
    values: Sequence[float] | Mapping[str, Sequence[float]] = VALUES,
    lloq: float | Sequence[float] = 50.0,
    infusions: Sequence[int] = (1,),
    covariates: Mapping[str, Sequence[str]] | None = None,
    dose: Sequence[float] | None = None,
) -> Profiles:
    """Profiles of every subject, assay and infusion; values under the limit are BLQ, NaN has no result."""
    keyed = [(s, a, i) for s in subjects for a in assays for i in infusions]
    rows = [values[s] if isinstance(values, Mapping) else values for s, _, _ in keyed]
    whose = [subjects.index(s) for s, _, _ in keyed]
    n = len(times)
    keys = Keys(
        Labels.of([s for s, _, _ in keyed]),
        Labels.of([a for _, a, _ in keyed]),
        Labels.constant("BLOOD", len(keyed)),
        np.array([i for _, _, i in keyed], np.int32),
    )
    limit = np.tile(np.broadcast_to(np.asarray(lloq, np.float64), n), len(keyed))
    base = Profiles.from_arrays(
        np.tile(times, len(keyed)), np.concatenate(rows), np.arange(len(keyed) + 1) * n, lloq=limit, keys=keys,
        dose=None if dose is None else [dose[k] for k in whose], dose_unit="cells/kg" if dose else "",
    )  # fmt: skip
    labels = {name: Labels.of([texts[k] for k in whose]) for name, texts in (covariates or {}).items()}
    units = Labels.of([UNITS.get(a, "") for _, a, _ in keyed])
    return replace(base, unit=units, covariates=labels)


def excluding(profiles: Profiles, *times: float, reason: str = "clotted sample") -> Profiles:
    """The same profiles without their samples at some times (all without any), as the plan would leave them out."""
    out = np.isin(profiles.time, times) if times else np.ones(profiles.n_rows, bool)
    return replace(profiles, excluded=np.where(out, 0, -1).astype(np.int32), exclusion_reasons=(reason,))


def lines(axes: Axes, label: str) -> list[Line2D]:
    """The lines (or symbols) drawn under a name."""
    return [line for line in axes.lines if line.get_label() == label]


def places(axes: Axes, label: str) -> list[tuple[float, float]]:
    """(day, value) of the symbols drawn under a name."""
    return [(float(x), float(y)) for line in lines(axes, label) for x, y in zip(*line.get_data(), strict=True)]


def texts(on: Axes | Figure) -> list[str]:
    """The words set on axes or a page."""
    return [t.get_text() for t in on.texts]


def words(on: Axes | Figure) -> str:
    """The words set on axes or a page, as one line."""
    return " ".join(" ".join(texts(on)).split())


SYMBOLS = {
    "Cmax", "Tmax", "AUC0", "M3", "LLOQ", "BLQ", "CAR", "T", "AICc", "t", "n", "R", "ln", "NCA", "ID", "cartpk", "alpha", "cmax",
    "cells", "µL", "copies", "µg", "gDNA", "kg",
}  # fmt: skip
"""What stays Latin on a Chinese figure: symbols, units, names of rules."""


def pages_texts(figure: Figure) -> list[str]:
    """Every text that is drawn anywhere on a page."""
    return [t for text in figure.findobj(Text) if (t := text.get_text())]


def latin(texts: Iterable[str], data: Iterable[str]) -> set[tuple[str, str]]:
    """The words in Latin letters (each with its text) that are neither symbols nor `data`."""
    known = SYMBOLS | set(data)
    found = ((word, text) for text in texts for word in re.findall(r"[A-Za-zµ][A-Za-zµ0-9]*", text))
    return {(word, text) for word, text in found if word not in known}


def numbers(texts: Iterable[str]) -> Counter[str]:
    """Every number in some texts."""
    return Counter(n for text in texts for n in re.findall(r"\d[\d.\u202f]*(?<!\.)", text))

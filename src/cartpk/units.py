"""The few units of the field: a closed table of spellings, and nothing guessed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from cartpk.language import say

__all__ = ["LARGEST", "SMALLEST", "UNITS", "Unit", "area_unit", "conversion", "find_unit", "pretty"]

SMALLEST, LARGEST = 1e-30, 1e30
"""No assay measures beyond: a value outside is a slip, and areas of such would not be finite."""

UnitKind = Literal["cells", "copies", "percent"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its name in files, how people read it, what it counts, its spellings.

    `scale` relates units of one `family`: value in the family's base = value * scale.
    """

    name: str
    pretty: str
    kind: UnitKind
    family: str
    scale: float
    spellings: tuple[str, ...]


UNITS = {
    unit.name: unit
    for unit in (
        Unit("cells/uL", "cells/µL", "cells", "cells per volume", 1.0,
             ("cells/ul", "cell/ul", "cells per ul", "cells/microl", "cells/mcl", "cells/mm3", "cells/mm^3", "/ul", "个/ul", "细胞/ul")),
        Unit("cells/mL", "cells/mL", "cells", "cells per volume", 1e-3,
             ("cells/ml", "cell/ml", "cells per ml", "/ml", "个/ml", "细胞/ml")),
        Unit("10^6/L", "10⁶/L", "cells", "cells per volume", 1.0,
             ("10^6/l", "10**6/l", "106/l", "x10^6/l", "*10^6/l", "1e6/l", "10^6 cells/l", "×10^6/l", "×106/l", "x106/l")),
        Unit("copies/ug gDNA", "copies/µg gDNA", "copies", "copies per DNA", 1.0,
             ("copies/ug gdna", "copies/ug", "copies/ug dna", "copy/ug", "copies/microg", "copies/mcg", "copies/µg genomic dna",
              "copies/ug genomic dna", "copies per ug gdna", "copies per ug", "vcn/ug", "拷贝/ug", "拷贝数/ug", "copies/ugdna", "copies/uggdna")),
        Unit("copies/mL", "copies/mL", "copies", "copies per volume", 1.0,
             ("copies/ml", "copy/ml", "copies per ml", "拷贝/ml")),
        Unit("copies/cell", "copies/cell", "copies", "copies per cell", 1.0,
             ("copies/cell", "copy/cell", "copies per cell", "拷贝/细胞")),
        Unit("%", "%", "percent", "percent", 1.0, ("%", "percent", "pct", "％")),
    )
}  # fmt: skip
"""Every unit cartpk knows, by its name in files."""


def _folded(text: str) -> str:
    """One form for the spellings met in the wild: NFKC makes both micro signs one letter."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("μ", "u").lower().split())


_BY_SPELLING = {_folded(s): unit.name for unit in UNITS.values() for s in (unit.name, *unit.spellings)}


def find_unit(text: str) -> Unit | None:
    """The unit that `text` spells, or None: nothing is guessed.

    >>> find_unit("Copies/μg gDNA").name
    'copies/ug gDNA'
    >>> find_unit("ng/mL") is None
    True
    """
    name = _BY_SPELLING.get(_folded(text))
    return None if name is None else UNITS[name]


def conversion(source: Unit, target: Unit) -> float | None:
    """The factor from `source` to `target`, or None where one cannot become the other."""
    return None if source.family != target.family else source.scale / target.scale


def pretty(unit: str) -> str:
    """A unit (or a unit made of one, such as an area's) as people read it.

    >>> pretty("day*copies/ug gDNA")
    'day·copies/µg gDNA'
    """
    unit = unit.replace("10^6/L", "10⁶/L").replace("/uL", "/µL").replace("/ug", "/µg").replace("*", "·")
    return re.sub("/dose$", f"/{say('dose')}", re.sub(r"\bday\b", say("day"), unit))


def area_unit(unit: str) -> str:
    """The unit of an area under a curve in `unit` over days."""
    return f"day*{unit}" if unit else "day"

"""A CDISC data set as a value: its variables in order, each with label, type and origin, and its rows as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Column", "Columns", "Dataset", "Origin", "Values", "Variable", "made"]

Origin = Literal["Assigned", "Collected", "Derived", "Predecessor"]
Values = Sequence[Any] | NDArray[Any]
"""Of one variable: texts, or float64 with NaN where there is none."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable.

    Attributes:
        name, label: as the standard has them, or ours where `sponsor` holds.
        kind: ``Char`` or ``Num``.
        origin, derivation: where the value comes from, in words.
        codelist: the controlled terminology it follows, ``""`` where there is none.
        column: our column that a plan's ``[cdisc.values]`` speaks of, ``""`` where a value is not the data's own text.
        format: how a number is shown (SAS), ``""`` for the default.
        sponsor: whether the variable is ours and not the standard's.
    """

    name: str
    label: str
    kind: Literal["Char", "Num"] = "Char"
    origin: Origin = "Derived"
    derivation: str = ""
    codelist: str = ""
    column: str = ""
    format: str = ""
    sponsor: bool = False


Column = tuple[Variable, Values]
Columns = list[Column]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Dataset:
    """One data set.

    Attributes:
        name, label: such as ``PC`` and ``Pharmacokinetics Concentrations``.
        structure: what one row stands for.
        keys: the variables that tell rows apart.
        variables: in the order of the file.
        columns: name of a variable -> its values, texts or float64 with NaN where there is none.
    """

    name: str
    label: str
    structure: str
    keys: tuple[str, ...]
    variables: tuple[Variable, ...]
    columns: Mapping[str, Values]

    def __post_init__(self) -> None:
        names = [variable.name for variable in self.variables]
        if len(set(names)) != len(names) or set(names) != set(self.columns):
            raise ValueError(f"{self.name}: variables {names} and columns {list(self.columns)} are not the same")
        if len({len(column) for column in self.columns.values()}) > 1:
            raise ValueError(f"{self.name}: columns of different length")
        if unknown := set(self.keys) - set(names):
            raise ValueError(f"{self.name}: keys {sorted(unknown)} are no variables")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def length(self, name: str) -> int:
        """How many bytes a value of a variable takes: 8 for a number, the longest text's (at least 1) for a text."""
        variable = next(v for v in self.variables if v.name == name)
        if variable.kind == "Num":
            return 8
        return max((len(text.encode("utf-8")) for text in set(self.columns[name])), default=1) or 1

    def to_frame(self) -> pd.DataFrame:
        """The rows as a frame, columns in the order of the variables."""
        import pandas as pd

        kinds = {"Char": object, "Num": np.float64}
        return pd.DataFrame({v.name: pd.Series(self.columns[v.name], dtype=kinds[v.kind]) for v in self.variables})

    def __repr__(self) -> str:
        return f"Dataset {self.name} ({self.label}): {len(self)} rows, {len(self.variables)} variables"


def made(
    name: str,
    label: str,
    structure: str,
    keys: Sequence[str],
    columns: Sequence[Column],
) -> Dataset:
    """A data set of variables beside their values."""
    return Dataset(
        name=name,
        label=label,
        structure=structure,
        keys=tuple(keys),
        variables=tuple(variable for variable, _ in columns),
        columns={variable.name: values for variable, values in columns},
    )

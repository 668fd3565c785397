"""A run with everything on, as written: its CSV files by their keys, its tables and its page."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cartpk.terms import Term

Line = Mapping[str, str]
Level = tuple[tuple[str, str], ...]

ASSAYS = ("flow", "qpcr")


def lines_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Written:
    """The folder of a run, its language, what it is grouped by and what it was asked for.

    `terms` are those of the parameters, `fit_terms` those of each model that was asked for: what they are called and
    how they are averaged; the numbers come from the CSV files alone.
    """

    folder: Path
    language: str
    groupings: tuple[tuple[str, ...], ...]
    terms: Mapping[str, Term]
    fit_terms: Mapping[str, Mapping[str, Term]]

    def csv(self, name: str) -> list[dict[str, str]]:
        """The rows of one of the files."""
        return lines_of(self.folder / f"{name}.csv")

    @cached_property
    def concentrations(self) -> list[dict[str, str]]:
        return self.csv("concentrations")

    @cached_property
    def parameters(self) -> dict[tuple[str, str, str], Line]:
        """By assay, subject and parameter."""
        return {(r["assay"], r["subject_id"], r["parameter"]): r for r in self.csv("parameters")}

    @cached_property
    def fits(self) -> dict[tuple[str, str, str, str], Line]:
        """By model, assay, subject and parameter."""
        return {(r["model"], r["assay"], r["subject_id"], r["parameter"]): r for r in self.csv("fits")}

    @cached_property
    def models(self) -> dict[tuple[str, str, str], Line]:
        """By assay, subject and model."""
        return {(r["assay"], r["subject_id"], r["model"]): r for r in self.csv("models")}

    @cached_property
    def summary(self) -> dict[tuple[str, str, Level, str, str], Line]:
        """By source, assay, levels of the group, parameter and statistic."""
        return {(r["source"], r["assay"], _levels(r), r["parameter"], r["statistic"]): r for r in self.csv("summary")}

    @cached_property
    def visits(self) -> dict[tuple[str, Level, str, str], Line]:
        """By assay, levels of the group, visit and statistic."""
        return {(r["assay"], _levels(r), r["visit"], r["statistic"]): r for r in self.csv("summary_concentrations")}

    @cached_property
    def subjects(self) -> list[str]:
        """In the order of the parameters."""
        return list(dict.fromkeys(subject for _, subject, _ in self.parameters))

    def groups(self, assay: str, by: Sequence[str]) -> list[Level]:
        """The groups of one grouping that have a subject, the total last."""
        found = dict.fromkeys(level for s, a, level, _, _ in self.summary if s == "nca" and a == assay and _names(level) == tuple(by))  # fmt: skip
        return [*found, ()] if by else [()]

    def told(self, assay: str, subject: str, name: str) -> str:
        """A value of a subject, "" where there is none."""
        return self.parameters[assay, subject, name]["value"]


_COLUMNS = ("dose_level", "sex", "indication")


def _levels(row: Line) -> Level:
    return tuple((name, row[name]) for name in _COLUMNS if row.get(name, "Total") != "Total")


def _names(level: Level) -> tuple[str, ...]:
    return tuple(name for name, _ in level)

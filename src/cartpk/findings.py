"""What a reader or a check found: one finding a fault, all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from html import escape
from typing import Literal, overload

from cartpk.errors import SamplesError

__all__ = ["Finding", "Findings", "Severity", "quoted", "visible"]

Severity = Literal["error", "warning", "note"]
_ORDER = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault or remark, with its place.

    Attributes:
        severity: ``error`` stops a run, ``warning`` is in the report, ``note`` says what was understood.
        rule: the stable id of the rule, a key of `cartpk.rulebook.RULEBOOK`.
        file: name of the input file, without its folder.
        row: row as an editor shows it (header = 1); None where the finding is not of one row.
        column: the header as it stands in the file, or a cell address in a workbook.
        subject_id: the subject, where there is one.
        value: the text as received.
        message: what was expected and what would be right, one sentence or two.
    """

    severity: Severity
    rule: str
    file: str
    row: int | None
    column: str
    subject_id: str
    value: str
    message: str

    def __str__(self) -> str:
        place = visible(self.file) if self.row is None else f"{visible(self.file)}:{self.row}"
        column = f" column {quoted(self.column)}" if self.column else ""
        value = f" value {quoted(self.value)}" if self.value else ""
        before = f"{place}: " if place else ""  # a finding on the plan is of no file
        return f"{before}{self.severity} {self.rule}{column}{value}: {self.message}"


def visible(text: str) -> str:
    """`text` on one line, with what a terminal would act on written out."""
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def quoted(text: str, most: int = 80) -> str:
    """`text` in quotes on one line, cut to `most` characters, with what a terminal would act on written out.

    >>> print(quoted("S01\\u200b"))
    "S01\\u200b"
    """
    clean = visible(text)
    return f'"{clean if len(clean) <= most else clean[: most - 1] + "…"}"'


class Findings(Sequence[Finding]):
    """An immutable list of findings, in order of file, row and rule within each severity."""

    __slots__ = ("_items",)
    COLUMNS = tuple(f.name for f in fields(Finding))

    def __init__(self, items: Iterable[Finding] = ()) -> None:
        self._items = tuple(sorted(items, key=lambda f: (_ORDER[f.severity], f.file, f.row or 0, f.rule, f.column)))

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Findings: ...
    def __getitem__(self, index: int | slice) -> Finding | Findings:
        return Findings(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._items)

    def __add__(self, other: Iterable[Finding]) -> Findings:
        return Findings((*self._items, *other))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Findings) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

    @property
    def errors(self) -> Findings:
        """Those that stop a run."""
        return Findings(f for f in self._items if f.severity == "error")

    @property
    def warnings(self) -> Findings:
        """Those a reader of the report should know."""
        return Findings(f for f in self._items if f.severity == "warning")

    def counts(self) -> dict[str, int]:
        """How many findings of each rule, most severe rules first."""
        return dict(Counter(f.rule for f in self._items))

    def raise_for_errors(self) -> None:
        """Raise one `SamplesError` that lists every error, if there is any."""
        if self.errors:
            raise SamplesError(self)

    def __repr__(self) -> str:
        n = Counter(f.severity for f in self._items)
        head = f"Findings: {n['error']} errors, {n['warning']} warnings, {n['note']} notes"
        return "\n".join([head, *(f"  {f}" for f in self._items[:20]), *self._rest()])

    def _rest(self) -> list[str]:
        return [f"  ... and {len(self) - 20} more"] if len(self) > 20 else []

    def _repr_html_(self) -> str:
        names = ("severity", "rule", "file", "row", "column", "subject_id", "value", "message")
        head = "".join(f"<th>{name}</th>" for name in names)
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{escape('' if (v := getattr(f, n)) is None else str(v))}</td>" for n in names)
            + "</tr>"
            for f in self._items[:50]
        )
        rest = f"<p>and {len(self) - 50} more</p>" if len(self) > 50 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{rest}"

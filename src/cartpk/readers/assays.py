"""What was measured: units by their names, assays as written, conversions that the plan asks for."""

from __future__ import annotations

import numpy as np

from cartpk.findings import quoted
from cartpk.labels import Labels
from cartpk.language import phrase
from cartpk.readers.sheet import Column, is_blank
from cartpk.readers.work import Bools, Floats, Work
from cartpk.units import UNITS, Unit, conversion, find_unit

__all__ = ["assays", "converted", "units"]

_USUAL_ASSAY = {"cells": "flow", "percent": "flow", "copies": "pcr"}


def units(work: Work) -> Column:
    """The unit of each row by its name; the text as received where it is not known, nothing where it is blank."""
    column = work.column("unit") or Column(np.zeros(len(work.sheet), np.int32), ("",))
    known = [find_unit(t) for t in column.texts]
    hint = ""
    if work.rules.encoding is None and work.sheet.encoding == "gb18030":
        hint = " The file was taken for GB18030; if it is not, name its encoding in the plan."
    unknown = column.where([u is None and not is_blank(t) for u, t in zip(known, column.texts, strict=True)])
    work.tell("E-UNIT-UNKNOWN", unknown, "unit", lambda t: f"The unit {quoted(t)} is not one that cartpk knows.{hint}")
    names = [u.name if u else ("" if is_blank(t) else t) for u, t in zip(known, column.texts, strict=True)]
    return Column(column.codes, tuple(names))


def assays(work: Work, unit: Column) -> Labels:
    """The assay as written; where the file names none, `flow` for cells and `pcr` for copies."""
    column = work.column("assay")
    if column is not None:
        blank = column.where(map(is_blank, column.texts))
        if not blank.all():
            work.tell("E-ASSAY-MISSING", blank, "assay", "The assay of this row is not given.")
            return column.labels()
    names = [_USUAL_ASSAY[UNITS[t].kind] if t in UNITS else "" for t in unit.texts]
    used = {unit.texts[c] for c in np.unique(unit.codes).tolist()} - {""}
    if len(used) > 1:
        message = f"There is more than one unit ({', '.join(sorted(used))}), so the assay of each row must be given."
        work.tell_once("E-ASSAY-MISSING", message, "assay")
    usual = {name for name, t in zip(names, unit.texts, strict=True) if t in used and name}
    if len(usual) == 1:  # a row without a result may have no unit
        names = [name or next(iter(usual)) for name in names]
    return Column(unit.codes, tuple(names)).labels()


def converted(work: Work, value: Floats, lloq: Floats, unit: Column, assay: Labels) -> tuple[Floats, Floats, Labels]:
    """Values, limits and units, each assay in the unit that the plan wants for it."""
    codes, names = unit.codes.copy(), list(unit.texts)
    for name, wanted in work.rules.units.items():
        target = find_unit(wanted)
        if target is None or name not in assay.levels:
            continue  # an assay of another file, or of none, which is refused where all files are known
        of_assay = assay.codes == assay.levels.index(name)
        for k, text in enumerate(unit.texts):
            rows = of_assay & (unit.codes == k)
            if text not in UNITS or text == target.name or not rows.any():
                continue
            factor = _factor(work, UNITS[text], target, rows, name)
            if factor is not None:
                value, lloq = np.where(rows, value * factor, value), np.where(rows, lloq * factor, lloq)
                codes[rows] = len(names)
                names.append(target.name)
    return value, lloq, Column(codes, tuple(names)).labels()


def _factor(work: Work, source: Unit, target: Unit, rows: Bools, assay: str) -> float | None:
    """The factor of a conversion, which is told; None, an error told too, where there is none."""
    factor = conversion(source, target)
    if factor is None:
        work.tell("E-UNIT-ASSAY", rows, "unit", f"{source.name} cannot be converted to {target.name}, as the plan wants for {assay}.")  # fmt: skip
        return None
    said = {"assay": assay, "n": int(rows.sum()), "given": source.name, "wanted": target.name, "factor": f"{factor:g}"}
    told = "{file}: {assay}: {n} results and their limits were converted from {given} to {wanted} (times {factor})."
    work.conversions.append(phrase(told, file=work.source.name, **said))
    sentence = phrase("{assay}: {n} results and their limits were converted from {given} to {wanted} (times {factor}).", **said)  # fmt: skip
    work.tell_once("N-UNIT-CONVERTED", sentence, "unit", row=int(np.argmax(rows)))
    return factor

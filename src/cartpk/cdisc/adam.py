"""ADaM: ADNCA (what the analysis was computed on), ADPC (what concentrations are summarised from), ADPP (parameters)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cartpk.cdisc.dataset import Column, Columns, Dataset, Variable, made
from cartpk.cdisc.material import Material
from cartpk.cdisc.sdtm import STUDYID, USUBJID, parameters, standard_result
from cartpk.cdisc.vocabulary import FLAGS, number_text, parameter_name, reference, said
from cartpk.errors import RulesError
from cartpk.labels import Labels
from cartpk.samples import Status

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["concentrations_for_nca", "concentrations_for_summary", "parameters_for_analysis"]

_KNOWN = {
    "sex": ("SEX", "Sex", False),
    "age": ("AGE", "Age", False),
    "weight": ("WTBL", "Baseline Weight", False),
    "cohort": ("COHORT", "Subject Cohort", False),
    "dose_unit": ("DOSEU", "Treatment Dose Units", False),
    "dose_level": ("DOSELVL", "Dose Level", True),
    "indication": ("INDIC", "Indication", True),
    "response": ("RESPONSE", "Response", True),
    "lot": ("LOT", "Product Lot", True),
}
_NUMBERS = ("age", "weight")


def concentrations_for_nca(material: Material, listing: pd.DataFrame) -> Dataset:
    """ADNCA: every input row, with the value that entered the areas, and why one did not.

    Args:
        material: the rows in their order.
        listing: of `cartpk.tables.as_analysed`, one row an input row.
    """
    rows = material.rows
    entered = listing["value_used"].to_numpy(np.float64)
    reason = listing["reason"].tolist()
    blq = material.samples.blq
    left_out = np.isnan(entered)
    value = np.where(left_out & ~blq, material.samples.value, entered)
    rule = [text if below and not out else "" for text, below, out in zip(reason, blq, left_out, strict=True)]
    flags: Columns = [
        (Variable("BLQRULE", "Rule Applied to Result Below LLOQ", derivation="What stands for the result in the areas", sponsor=True), _taken(rule, rows)),
        (Variable("NCAXFL", "PK NCA Exclusion Flag", derivation="Y where the row did not enter the areas"), ["Y" if left_out[r] else "" for r in rows.tolist()]),
        (Variable("NCA1XRS", "Reason 1 for PK NCA Exclusion", derivation="Why not", column="reason"), _taken(material.said([t if out else "" for t, out in zip(reason, left_out, strict=True)], "reason"), rows)),
    ]  # fmt: skip
    derivation = "The value used in areas; the result itself where the row was excluded"
    return made(
        "ADNCA",
        "PK NCA Analysis Data",
        "One record per subject per parameter per timepoint",
        ("STUDYID", "USUBJID", "PARAMCD", "ATPTREF", "ARRLT", "SRCDOM", "SRCSEQ"),
        _rows_of_analysis(material, "ADNCA", value, derivation, flags),
    )


def concentrations_for_summary(material: Material, listing: pd.DataFrame) -> Dataset:
    """ADPC: every input row, with the value that the summaries by visit are made of (below the limit: 0)."""
    rows, blq = material.rows, material.samples.blq
    out = material.ledger.status != Status.USED
    value = np.where(blq, 0.0, material.samples.value)
    reason = [text if left else "" for text, left in zip(listing["reason"].tolist(), out, strict=True)]
    flags: Columns = [
        (Variable("PKSUMXF", "PK Summary Exclusion Flag", derivation="Y where the row does not enter the summaries"), ["Y" if out[r] else "" for r in rows.tolist()]),
        (Variable("PKSUMXRS", "Reason for PK Summary Exclusion", derivation="Why not", column="reason", sponsor=True), _taken(material.said(reason, "reason"), rows)),
    ]  # fmt: skip
    return made(
        "ADPC",
        "PK Concentrations Analysis Data",
        "One record per subject per parameter per timepoint",
        ("STUDYID", "USUBJID", "PARAMCD", "ATPTREF", "ARRLT", "SRCDOM", "SRCSEQ"),
        _rows_of_analysis(material, "ADPC", value, "The result; 0 below the limit of quantification", flags),
    )


def _taken(texts: Sequence[str], rows: np.ndarray[Any, np.dtype[np.int64]]) -> list[str]:
    return [texts[r] for r in rows.tolist()]


def _rows_of_analysis(
    material: Material, name: str, value: np.ndarray[Any, Any], derivation: str, flags: Columns
) -> Columns:
    """The variables that ADNCA and ADPC share, their own flags at the end."""
    samples, rows, course = material.samples, material.rows, material.course
    n = len(rows)
    analytes = [material.analyte[i] for i in course.tolist()]
    standard, _ = standard_result(material)
    first = samples.infusion[rows] == 1
    actual, planned = samples.time[rows], samples.time_nominal[rows]
    known = ~np.isnan(value[rows])
    from_first = "ARRLT and NRRLT of the first course; null after it, since its times count from their own infusion"
    return _after_covariates(material, name, course, material.usubjid(samples.subject.take(rows)), [
        (Variable("PARAM", "Parameter", derivation="The analyte, its specimen and unit"), [a.param for a in analytes]),
        (Variable("PARAMCD", "Parameter Code", derivation="One a PARAM", origin="Assigned"), [a.paramcd for a in analytes]),
        (Variable("AVAL", "Analysis Value", "Num", derivation=derivation), value[rows]),
        (Variable("AVALU", "Analysis Value Unit", origin="Predecessor", derivation="--STRESU"), [a.unit if ok else "" for a, ok in zip(analytes, known, strict=True)]),
        (Variable("PCSTRESC", "Character Result/Finding in Std Format", origin="Predecessor", derivation="--STRESC"), _taken(standard, rows)),
        (Variable("PCSPEC", "Specimen Material Type", origin="Predecessor", derivation="--SPEC", column="matrix"), [a.spec for a in analytes]),
        (Variable("ALLOQ", "Analysis Lower Limit of Quantitation", "Num", origin="Predecessor", derivation="--LLOQ"), samples.lloq[rows]),
        (Variable("BLQFL", "Below LLOQ Flag", derivation="Y where the result is below the limit of quantification", sponsor=True), ["Y" if b else "" for b in samples.blq[rows]]),
        (Variable("AVISIT", "Analysis Visit", origin="Predecessor", derivation="VISIT", column="visit"), material.said(samples.visit.take(rows), "visit")),
        (Variable("AVISITN", "Analysis Visit (N)", "Num", origin="Predecessor", derivation="VISITNUM"), material.visit_number[rows]),
        (Variable("ATPT", "Analysis Timepoint", origin="Predecessor", derivation="--TPT"), [f"DAY {number_text(d)}" if d == d else "" for d in planned.tolist()]),
        (Variable("ATPTN", "Analysis Timepoint (N)", "Num", origin="Predecessor", derivation="--TPTNUM"), planned),
        (Variable("ATPTREF", "Analysis Timepoint Reference", origin="Predecessor", derivation="--TPTREF"), [reference(k) for k in samples.infusion[rows].tolist()]),
        (Variable("AFRLT", "Act. Rel. Time from Analyte First Dose", "Num", derivation=from_first), np.where(first, actual, np.nan)),
        (Variable("NFRLT", "Nom. Rel. Time from Analyte First Dose", "Num", derivation=from_first), np.where(first, planned, np.nan)),
        (Variable("FRLTU", "Rel. Time from First Dose Unit", origin="Assigned"), ["DAYS"] * n),
        (Variable("ARRLT", "Actual Rel. Time from Ref. Dose", "Num", derivation="time: days after the infusion of ATPTREF"), actual),
        (Variable("NRRLT", "Nominal Rel. Time from Ref. Dose", "Num", derivation="time_nominal: days after the infusion of ATPTREF"), planned),
        (Variable("RRLTU", "Rel. Time from Ref. Dose Unit", origin="Assigned"), ["DAYS"] * n),
        *flags,
        *_source([a.domain for a in analytes], material.seq[rows]),
    ])  # fmt: skip


def _source(domains: Sequence[str], seq: np.ndarray[Any, Any]) -> Columns:
    """The record that a row comes from."""
    return [
        (Variable("SRCDOM", "Source Data", origin="Assigned", derivation="The domain"), list(domains)),
        (Variable("SRCVAR", "Source Variable", origin="Assigned"), [f"{d}STRESN" for d in domains]),
        (Variable("SRCSEQ", "Source Sequence Number", "Num", origin="Predecessor", derivation="--SEQ"), seq.astype(np.float64)),
    ]  # fmt: skip


def _after_covariates(
    material: Material, name: str, course: np.ndarray[Any, Any], subjects: Sequence[str], own: Columns
) -> Columns:
    """Study, subject, what describes the subject, and then the variables of the data set itself."""
    head: Columns = [(STUDYID, [material.study] * len(subjects)), (USUBJID, subjects)]
    described = _covariates(material, course)
    taken = {variable.name for variable, _ in (*head, *own)}
    for variable, _ in described:
        if variable.name in taken:
            raise RulesError(f"{name}: the column {variable.column!r} would become a second {variable.name}; give it another name in [cdisc.names]")  # fmt: skip
        taken.add(variable.name)
    return [*head, *described, *own]


def _covariates(material: Material, course: np.ndarray[Any, Any]) -> Columns:
    """What describes the subject, one variable a column; dose and its unit first."""
    profiles = material.results.profiles
    dose = "dose, of the course"
    columns: Columns = [(Variable("DOSEA", "Actual Treatment Dose", "Num", "Collected", dose), profiles.dose[course])]
    for column, labels in {"dose_unit": profiles.dose_unit, **profiles.covariates}.items():
        if column == "dose":
            continue
        name, label, sponsor = _KNOWN.get(column, (column.upper(), column, True))
        name = material.rules.names.get(column, name)
        label = label if label.isascii() and len(label) <= 40 else name
        texts = said(labels.take(course), material.rules.values.get(column, {}))
        if column in _NUMBERS and _are_numbers(labels):
            numbers = np.array([float(t) if t.strip() else np.nan for t in texts], np.float64)
            columns.append((Variable(name, label, "Num", "Collected", column, column=column, sponsor=sponsor), numbers))
        else:
            columns.append((Variable(name, label, "Char", "Collected", column, column=column, sponsor=sponsor), texts))
    return columns


def _are_numbers(labels: Labels) -> bool:
    try:
        return all(np.isfinite(float(text)) for text in labels.levels if text.strip())
    except ValueError:
        return False


def parameters_for_analysis(material: Material) -> Dataset:
    """ADPP: the parameters with the subject's description and a variable for each flag."""
    results = material.results
    p, t = len(results), len(results.terms)
    of_profile = np.repeat(np.arange(p), t)
    pp = parameters(material)
    held = [results.flag(name, i) for i in range(p) for name in results.terms]
    names = _parameter_names(material)
    flags: Columns = [
        (Variable(name, label, derivation=flag.sentence, sponsor=True), ["Y" if flag in h else "" for h in held])
        for flag, (name, label) in FLAGS.items()
    ]

    def copied(name: str, label: str, kind: Any = "Char", source: str = "", column: str = "") -> Column:
        source = source or name
        return Variable(name, label, kind, "Predecessor", f"PP.{source}", column=column), pp.columns[source]

    columns = _after_covariates(material, "ADPP", of_profile, list(pp.columns["USUBJID"]), [
        copied("PARCAT1", "Parameter Category 1", source="PPCAT"),
        copied("PPSPEC", "Specimen Material Type", column="matrix"),
        copied("ATPTREF", "Analysis Timepoint Reference", source="PPTPTREF"),
        (Variable("PARAM", "Parameter", derivation="PPTEST, for areas with their days"), [text for _, text in names] * p),
        (Variable("PARAMCD", "Parameter Code", derivation="PPTESTCD; areas to several horizons are numbered", origin="Assigned"), [code for code, _ in names] * p),
        (Variable("PARAMN", "Parameter (N)", "Num", origin="Assigned"), np.tile(np.arange(1.0, t + 1), p)),
        copied("AVAL", "Analysis Value", "Num", source="PPSTRESN"),
        copied("AVALU", "Analysis Value Unit", source="PPSTRESU", column="dose_unit"),
        *(copied(v.name, v.label) for v in pp.variables if v.name in ("PPTESTCD", "PPSTAT", "PPREASND", "PPANMETH", "PPSTINT", "PPENINT")),
        *flags,
        *_source(["PP"] * (p * t), material.parameter_seq.ravel()),
    ])  # fmt: skip
    keys = ("STUDYID", "USUBJID", "PARCAT1", "PPSPEC", "ATPTREF", "PARAMCD")
    return made(
        "ADPP", "PK Parameters Analysis Data", "One record per subject per parameter per profile", keys, columns
    )


def _parameter_names(material: Material) -> list[tuple[str, str]]:
    """PARAMCD and PARAM of each term: one pair a parameter, the horizons' numbered in the order of the plan."""
    horizons = {name: n for n, name in enumerate(material.results.rules.horizons, start=1)}
    names = []
    for term in material.results.terms.values():
        code, text = term.pptestcd, parameter_name(term)
        if term.horizon:
            days = material.results.rules.horizons[term.horizon]
            number = str(horizons[term.horizon])
            stem = code if len(code + number) <= 8 else code.replace("INT", "I")
            code, text = f"{stem}{number}", f"{text}, Day 0 to Day {number_text(float(days))}"
        names.append((code, text))
    return names

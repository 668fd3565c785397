"""SDTM: PC and CP from the input rows, PP from the parameters, their supplemental qualifiers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any

import numpy as np

from cartpk.cdisc.dataset import Column, Dataset, Values, Variable, made
from cartpk.cdisc.material import Material
from cartpk.cdisc.vocabulary import FLAGS, METHODS, NOT_DONE, duration, number_text, parameter_name, reference
from cartpk.reasons import Flag
from cartpk.samples import State
from cartpk.terms import unit_of

__all__ = ["DOMAIN_LABELS", "concentrations", "elapsed_times", "flags_of_parameters", "parameters", "standard_result"]

DOMAIN_LABELS = {
    "PC": "Pharmacokinetics Concentrations",
    "CP": "Cell Phenotype Findings",
    "PP": "Pharmacokinetics Parameters",
}
_CP_LABELS = {
    "TESTCD": "Test or Examination Short Name",
    "TEST": "Name of Measurement, Test or Examination",
    "CAT": "Category",
    "STRESC": "Result or Finding in Standard Format",
    "REASND": "Reason Not Done",
    "SPEC": "Specimen Type",
    "DTC": "Date/Time of Collection",
    "DY": "Study Day of Visit/Collection/Exam",
}
"""Labels that CP words otherwise than PC."""

STUDYID = Variable("STUDYID", "Study Identifier", origin="Assigned", derivation="The plan: studyid of [cdisc], else study of [report]")  # fmt: skip
USUBJID = Variable("USUBJID", "Unique Subject Identifier", origin="Collected", derivation="subject_id, to the letter", column="subject_id")  # fmt: skip
_RDOMAIN = Variable("RDOMAIN", "Related Domain Abbreviation", origin="Assigned", derivation="The domain of the related record")  # fmt: skip


def standard_result(material: Material) -> tuple[list[str], np.ndarray[Any, np.dtype[np.float64]]]:
    """The result of each row of the samples in standard form, as text and as a number.

    Below the limit: ``<`` and the limit (``BLQ`` where none is known), and no number.
    """
    samples = material.samples
    blq = samples.blq
    number = np.where(blq | (samples.state != State.NUMBER), np.nan, samples.value)
    texts = [number_text(value) for value in number.tolist()]
    limits = samples.lloq.tolist()
    for row in np.flatnonzero(blq).tolist():
        texts[row] = f"<{number_text(limits[row])}" if limits[row] == limits[row] else "BLQ"
    return texts, number


def concentrations(material: Material, domain: str) -> Dataset:
    """One row an input row: what the laboratory reported, in standard form beside it (PC, or CP for flow counts)."""
    samples, rows = material.samples, material.rows[material.rows_in(domain)]
    course = material.course[material.rows_in(domain)]
    n = len(rows)
    missing = samples.state[rows] == State.MISSING
    reported = [str(t).strip() for t in samples.reported[rows].tolist()]
    standard, number = standard_result(material)
    result = ["" if gone else text for text, gone in zip(material.said(reported, "reported"), missing, strict=True)]
    unit_given = samples.unit if samples.unit_reported is None else samples.unit_reported
    analytes = [material.analyte[i] for i in course.tolist()]

    def var(name: str, label: str, values: Values, derivation: str = "", **more: Any) -> Column:
        wording = _CP_LABELS.get(name, label) if domain == "CP" else label
        return Variable(f"{domain}{name}", wording, derivation=derivation, **more), values

    def with_result(texts: Sequence[str]) -> list[str]:
        return ["" if gone else text for text, gone in zip(texts, missing, strict=True)]

    columns = [
        (STUDYID, [material.study] * n),
        (Variable("DOMAIN", "Domain Abbreviation", origin="Assigned"), [domain] * n),
        (USUBJID, material.usubjid(samples.subject.take(rows))),
        var("SEQ", "Sequence Number", material.seq[rows].astype(np.float64), "1, 2, ... within subject, by assay, matrix, course and time", kind="Num"),
        var("SPID", "Sponsor-Defined Identifier", _places(material, rows), _spid(material), origin="Assigned"),
        var("TESTCD", "Pharmacokinetic Test Short Name", [a.testcd for a in analytes], "The assay's name as a short name", origin="Assigned", codelist=f"{domain}TESTCD"),
        var("TEST", "Pharmacokinetic Test Name", [a.test for a in analytes], "What the unit counts, and the assay", origin="Assigned"),
        var("CAT", "Test Category", ["ANALYTE" if domain == "PC" else "IMMUNOPHENOTYPING"] * n, origin="Assigned"),
        var("ORRES", "Result or Finding in Original Units", result, "As reported; null where there is no result", origin="Collected", column="reported"),
        var("ORRESU", "Original Units", with_result(unit_given.take(rows).texts()), "The unit reported", origin="Collected", codelist="UNIT"),
        var("STRESC", "Character Result/Finding in Std Format", [standard[r] for r in rows.tolist()], f"The number; below the limit: < and {domain}LLOQ, or BLQ where no limit is known"),
        var("STRESN", "Numeric Result/Finding in Standard Units", number[rows], f"{domain}STRESC as a number; null below the limit of quantification", kind="Num"),
        var("STRESU", "Standard Units", with_result(samples.unit.take(rows).texts()), "The unit of the analysis", codelist="UNIT"),
        var("STAT", "Completion Status", [NOT_DONE[0] if gone else "" for gone in missing], "NOT DONE where there is no result", codelist="NOT DONE (C66789)"),
        var("REASND", "Reason Test Not Done", [t if gone else "" for t, gone in zip(material.said(reported, "reported"), missing, strict=True)], "What was reported in place of a result", origin="Collected", column="reported"),
        var("NAM", "Vendor Name", [""] * n, "Not in the input; null", origin="Assigned"),
        var("SPEC", "Specimen Material Type", [a.spec for a in analytes], "matrix, in capitals", origin="Collected", codelist="SPECTYPE (C78734)", column="matrix"),
        var("METHOD", "Method of Test or Examination", [a.method for a in analytes], "From the assay's name where it says the method", origin="Assigned", codelist="METHOD (C85492)"),
        var("LLOQ", "Lower Limit of Quantitation", samples.lloq[rows], f"lloq, in the unit of {domain}STRESU", kind="Num", origin="Collected"),
        (Variable("VISITNUM", "Visit Number", "Num", derivation="Visits numbered by their first planned (else actual) day"), material.visit_number[rows]),
        (Variable("VISIT", "Visit Name", origin="Collected", derivation="visit", column="visit"), material.said(samples.visit.take(rows), "visit")),
        var("DTC", "Date/Time of Specimen Collection", [""] * n, f"Times are relative to the infusion, without dates; null (see {domain}ELTM, SUPP{domain})", origin="Collected"),
        var("DY", "Actual Study Day of Specimen Collection", np.full(n, np.nan), f"Null, as {domain}DTC is", kind="Num"),
        var("TPT", "Planned Time Point Name", [f"DAY {number_text(d)}" if d == d else "" for d in samples.time_nominal[rows].tolist()], "DAY and time_nominal", origin="Assigned"),
        var("TPTNUM", "Planned Time Point Number", samples.time_nominal[rows], "time_nominal, days after the infusion", kind="Num", origin="Assigned"),
        var("ELTM", "Planned Elapsed Time from Time Point Ref", [duration(d) for d in samples.time_nominal[rows].tolist()], "time_nominal as ISO 8601 duration", origin="Assigned", codelist="ISO 8601"),
        var("TPTREF", "Time Point Reference", [reference(k) for k in samples.infusion[rows].tolist()], "The infusion that times count from", origin="Assigned"),
    ]  # fmt: skip
    if domain == "CP":
        columns.insert(7, (Variable("CPMRKSTR", "Marker String", origin="Assigned", derivation="Not in the input; null"), [""] * n))  # fmt: skip
    keys = ("STUDYID", "USUBJID", f"{domain}TESTCD", f"{domain}SPEC", f"{domain}TPTREF", f"{domain}SPID")
    return made(domain, DOMAIN_LABELS[domain], "One record per result reported per analyte per subject", keys, columns)


def _places(material: Material, rows: Any) -> list[str]:
    samples = material.samples
    records = samples.record[rows].tolist()
    if len(samples.sources) == 1:
        return [str(r) for r in records]
    return [f"{f + 1}:{r}" for f, r in zip(samples.file[rows].tolist(), records, strict=True)]


def _spid(material: Material) -> str:
    names = [source.name for source in material.samples.sources]
    if len(names) == 1:
        return f"Row of {names[0]} as an editor shows it (header = 1)"
    files = ", ".join(f"{k}: {name}" for k, name in enumerate(names, start=1))
    return f"Number of the file ({files}) and its row as an editor shows it (header = 1)"


def elapsed_times(material: Material, domain: str) -> Dataset:
    """SUPPPC or SUPPCP: the actual time of each sample, which has no variable of its own without dates."""
    rows = material.rows[material.rows_in(domain)]
    days = material.samples.time[rows].tolist()
    return _supplemental(
        material,
        domain,
        f"{domain}SEQ",
        material.usubjid(material.samples.subject.take(rows)),
        material.seq[rows].tolist(),
        [("AELTM", "Actual Elapsed Time from Reference")] * len(rows),
        [duration(d) for d in days],
        origin="Collected",
        derivation="time as ISO 8601 duration after the infusion",
    )


def _supplemental(
    material: Material, domain: str, id_variable: str, subjects: Sequence[str], ids: Sequence[int],
    names: Sequence[tuple[str, str]], values: Sequence[str], origin: str, derivation: str,
) -> Dataset:  # fmt: skip
    n = len(ids)
    return made(
        f"SUPP{domain}",
        f"Supplemental Qualifiers for {domain}",
        "One record per supplemental qualifier per related record",
        ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM"),
        [
            (STUDYID, [material.study] * n),
            (_RDOMAIN, [domain] * n),
            (USUBJID, subjects),
            (Variable("IDVAR", "Identifying Variable", origin="Assigned"), [id_variable] * n),
            (Variable("IDVARVAL", "Identifying Variable Value", origin="Assigned", derivation=id_variable), [str(i) for i in ids]),
            (Variable("QNAM", "Qualifier Variable Name", origin="Assigned", codelist="QNAM", sponsor=True), [q for q, _ in names]),
            (Variable("QLABEL", "Qualifier Variable Label", origin="Assigned", sponsor=True), [label for _, label in names]),
            (Variable("QVAL", "Data Value", derivation=derivation), values),
            (Variable("QORIG", "Origin", origin="Assigned"), [origin] * n),
            (Variable("QEVAL", "Evaluator", origin="Assigned", derivation="Null"), [""] * n),
        ],
    )  # fmt: skip


def parameters(material: Material) -> Dataset:
    """PP: one row a profile and parameter, with its value or why there is none."""
    results, keys = material.results, material.results.profiles.keys
    names, p, t = list(results.terms), len(results), len(results.terms)
    terms = [results.terms[name] for name in names]
    values = np.column_stack([results.values[name] for name in names]).ravel() if p else np.empty(0)
    units = _units(material)
    there = ~np.isnan(values)
    text = [number_text(v) for v in values.tolist()]
    said_units = [u if ok else "" for u, ok in zip(units, there, strict=True)]
    reasons = ["" if ok else results.reason(name, i).sentence for (i, name), ok in zip(_pairs(p, names), there, strict=True)]  # fmt: skip
    method = METHODS[results.rules.auc_method][0]
    ends = [results.rules.horizons[term.horizon] if term.horizon else np.nan for term in terms]
    analytes = material.analyte

    def var(name: str, label: str, values: Values, derivation: str = "", **more: Any) -> Column:
        return Variable(f"PP{name}", label, derivation=derivation, **more), values

    def each(texts: Sequence[Any]) -> list[Any]:
        return list(texts) * p

    def by_profile(texts: Sequence[Any]) -> list[Any]:
        return [text for text in texts for _ in range(t)]

    columns = [
        (STUDYID, [material.study] * (p * t)),
        (Variable("DOMAIN", "Domain Abbreviation", origin="Assigned"), ["PP"] * (p * t)),
        (USUBJID, by_profile(material.usubjid(keys.subject))),
        var("SEQ", "Sequence Number", material.parameter_seq.ravel().astype(np.float64), "1, 2, ... within subject, by assay, matrix, course and parameter", kind="Num"),
        var("TESTCD", "Parameter Short Name", each([term.pptestcd for term in terms]), origin="Assigned", codelist="PKPARMCD (C85839)"),
        var("TEST", "Parameter Name", each([parameter_name(term) for term in terms]), origin="Assigned", codelist="PKPARM (C85493)"),
        var("CAT", "Parameter Category", by_profile([a.test for a in analytes]), "The analyte: PCTEST or CPTEST of the records used", origin="Assigned"),
        var("SCAT", "Parameter Subcategory", ["NON-COMPARTMENTAL"] * (p * t), origin="Assigned"),
        var("ORRES", "Result or Finding in Original Units", text, "The value with all its digits"),
        var("ORRESU", "Original Units", said_units, "From the assay's unit, days and the dose's unit; null for counts and ratios", codelist="PKUNIT (C85494)", column="dose_unit"),
        var("STRESC", "Character Result/Finding in Std Format", text, "PPORRES"),
        var("STRESN", "Numeric Result/Finding in Standard Units", values, "The value, in full precision", kind="Num"),
        var("STRESU", "Standard Units", said_units, "PPORRESU", codelist="PKUNIT (C85494)", column="dose_unit"),
        var("STAT", "Completion Status", ["" if ok else NOT_DONE[0] for ok in there], "NOT DONE where there is no value", codelist="NOT DONE (C66789)"),
        var("REASND", "Reason Parameter Not Calculated", reasons, "The sentence of the reason"),
        var("SPEC", "Specimen Material Type", by_profile([a.spec for a in analytes]), "matrix, in capitals", origin="Predecessor", codelist="SPECTYPE (C78734)", column="matrix"),
        var("ANMETH", "Analysis Method", each([method if term.name.startswith("auc_") else "" for term in terms]), "The trapezoidal rule, for areas and their shares", origin="Assigned", codelist="PKANMET (C172330)"),
        var("TPTREF", "Time Point Reference", by_profile([reference(k) for k in keys.infusion.tolist()]), "The infusion that times count from", origin="Assigned"),
        var("RFTDTC", "Date/Time of Reference Point", [""] * (p * t), "Times are relative to the infusion, without dates; null", origin="Collected"),
        var("STINT", "Planned Start of Assessment Interval", each(["P0D" if end == end else "" for end in ends]), "P0D for areas to a horizon", origin="Assigned", codelist="ISO 8601"),
        var("ENINT", "Planned End of Assessment Interval", each([duration(end) for end in ends]), "The horizon's days", origin="Assigned", codelist="ISO 8601"),
    ]  # fmt: skip
    keys_of_pp = ("STUDYID", "USUBJID", "PPCAT", "PPSPEC", "PPTPTREF", "PPTESTCD", "PPENINT")
    return made("PP", DOMAIN_LABELS["PP"], "One record per parameter per profile per subject", keys_of_pp, columns)


def _units(material: Material) -> list[str]:
    """The unit of each profile and parameter, the dose's as the plan wants it said."""
    profiles, terms = material.results.profiles, material.results.terms.values()
    doses = material.said(profiles.dose_unit, "dose_unit")
    return [unit_of(term.unit_kind, profiles.unit[i], doses[i]) for i in range(len(profiles)) for term in terms]


def _pairs(p: int, names: Sequence[str]) -> list[tuple[int, str]]:
    return [(i, name) for i in range(p) for name in names]


def flags_of_parameters(material: Material) -> Dataset:
    """SUPPPP: one row a parameter and flag."""
    results = material.results
    subjects = material.usubjid(results.profiles.keys.subject)
    found: list[tuple[str, int, Flag]] = []
    for i in range(len(results)):
        for k, name in enumerate(results.terms):
            held = results.flag(name, i)
            if held:
                seq = int(material.parameter_seq[i, k])
                found += [(subjects[i], seq, flag) for flag in compress(FLAGS, [f in held for f in FLAGS])]
    return _supplemental(
        material,
        "PP",
        "PPSEQ",
        [subject for subject, _, _ in found],
        [seq for _, seq, _ in found],
        [FLAGS[flag] for _, _, flag in found],
        ["Y"] * len(found),
        origin="Derived",
        derivation="Y; what each flag means stands in the list QNAM",
    )

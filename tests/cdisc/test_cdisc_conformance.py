"""What the implementation guides ask of the structure: names, labels, order, keys, codes, and what may stand beside what.

Written from SDTMIG 3.4 and the ADaMIG for NCA 1.0; docs/cdisc.md says what a rule engine found besides.
"""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

import pytest
from cdisc_cases import made_of, rows_of, two_assays

import cartpk as ck
from cartpk.cdisc import Dataset
from cartpk.cdisc_rules import CdiscRules
from cartpk.terms import TERMS

PC = """STUDYID:Study Identifier DOMAIN:Domain Abbreviation USUBJID:Unique Subject Identifier PCSEQ:Sequence Number
PCGRPID:Group ID PCREFID:Reference ID PCSPID:Sponsor-Defined Identifier PCTESTCD:Pharmacokinetic Test Short Name
PCTEST:Pharmacokinetic Test Name PCCAT:Test Category PCSCAT:Test Subcategory PCORRES:Result or Finding in Original Units
PCORRESU:Original Units PCSTRESC:Character Result/Finding in Std Format PCSTRESN:Numeric Result/Finding in Standard Units
PCSTRESU:Standard Units PCSTAT:Completion Status PCREASND:Reason Test Not Done PCNAM:Vendor Name PCSPEC:Specimen Material Type
PCSPCCND:Specimen Condition PCMETHOD:Method of Test or Examination PCFAST:Fasting Status PCDRVFL:Derived Flag
PCLLOQ:Lower Limit of Quantitation PCULOQ:Upper Limit of Quantitation VISITNUM:Visit Number VISIT:Visit Name
VISITDY:Planned Study Day of Visit TAETORD:Planned Order of Element within Arm EPOCH:Epoch PCDTC:Date/Time of Specimen Collection
PCENDTC:End Date/Time of Specimen Collection PCDY:Actual Study Day of Specimen Collection PCENDY:Study Day of End of Observation
PCTPT:Planned Time Point Name PCTPTNUM:Planned Time Point Number PCELTM:Planned Elapsed Time from Time Point Ref
PCTPTREF:Time Point Reference PCRFTDTC:Date/Time of Reference Point"""
PP = """STUDYID:Study Identifier DOMAIN:Domain Abbreviation USUBJID:Unique Subject Identifier PPSEQ:Sequence Number PPGRPID:Group ID
PPTESTCD:Parameter Short Name PPTEST:Parameter Name PPCAT:Parameter Category PPSCAT:Parameter Subcategory
PPORRES:Result or Finding in Original Units PPORRESU:Original Units PPSTRESC:Character Result/Finding in Std Format
PPSTRESN:Numeric Result/Finding in Standard Units PPSTRESU:Standard Units PPSTAT:Completion Status
PPREASND:Reason Parameter Not Calculated PPSPEC:Specimen Material Type PPANMETH:Analysis Method
TAETORD:Planned Order of Element within Arm EPOCH:Epoch PPDTC:Date/Time of Parameter Calculations
PPDY:Study Day of Parameter Calculations PPTPTREF:Time Point Reference PPRFTDTC:Date/Time of Reference Point
PPSTINT:Planned Start of Assessment Interval PPENINT:Planned End of Assessment Interval"""
CP = """STUDYID:Study Identifier DOMAIN:Domain Abbreviation USUBJID:Unique Subject Identifier CPSEQ:Sequence Number
CPSPID:Sponsor-Defined Identifier CPTESTCD:Test or Examination Short Name CPTEST:Name of Measurement, Test or Examination
CPMRKSTR:Marker String CPCAT:Category CPORRES:Result or Finding in Original Units CPORRESU:Original Units
CPSTRESC:Result or Finding in Standard Format CPSTRESN:Numeric Result/Finding in Standard Units CPSTRESU:Standard Units
CPSTAT:Completion Status CPREASND:Reason Not Done CPNAM:Vendor Name CPSPEC:Specimen Type CPMETHOD:Method of Test or Examination
CPLLOQ:Lower Limit of Quantitation VISITNUM:Visit Number VISIT:Visit Name CPDTC:Date/Time of Collection
CPDY:Study Day of Visit/Collection/Exam CPTPT:Planned Time Point Name CPTPTNUM:Planned Time Point Number CPELTM:Planned Elapsed Time from Time Point Ref
CPTPTREF:Time Point Reference"""
RELREC = """STUDYID:Study Identifier RDOMAIN:Related Domain Abbreviation USUBJID:Unique Subject Identifier
IDVAR:Identifying Variable IDVARVAL:Identifying Variable Value RELTYPE:Relationship Type RELID:Relationship Identifier"""
SUPP = """STUDYID:Study Identifier RDOMAIN:Related Domain Abbreviation USUBJID:Unique Subject Identifier
IDVAR:Identifying Variable IDVARVAL:Identifying Variable Value QNAM:Qualifier Variable Name QLABEL:Qualifier Variable Label
QVAL:Data Value QORIG:Origin QEVAL:Evaluator"""
ADNCA = """STUDYID:Study Identifier USUBJID:Unique Subject Identifier DOSEA:Actual Treatment Dose DOSEU:Treatment Dose Units SEX:Sex AGE:Age
PARAM:Parameter PARAMCD:Parameter Code AVAL:Analysis Value AVALU:Analysis Value Unit PCSTRESC:Character Result/Finding in Std Format
PCSPEC:Specimen Material Type ALLOQ:Analysis Lower Limit of Quantitation AVISIT:Analysis Visit AVISITN:Analysis Visit (N)
ATPT:Analysis Timepoint ATPTN:Analysis Timepoint (N) AFRLT:Act. Rel. Time from Analyte First Dose
NFRLT:Nom. Rel. Time from Analyte First Dose FRLTU:Rel. Time from First Dose Unit ARRLT:Actual Rel. Time from Ref. Dose
NRRLT:Nominal Rel. Time from Ref. Dose RRLTU:Rel. Time from Ref. Dose Unit NCAXFL:PK NCA Exclusion Flag"""
TERMINOLOGY = """CMAX:C70918:Max Conc TMAX:C70919:Time of CMAX Observation CLST:C85655:Last Nonzero Conc TLST:C85822:Time of Last Nonzero Conc
TLAG:C85824:Time Until First Nonzero Conc AUCLST:C85565:AUC to Last Nonzero Conc AUCALL:C85564:AUC All AUCINT:C85566:AUC from T1 to T2
AUCINTD:C92313:AUC from T1 to T2 Norm by Dose AUCIFO:C85761:AUC Infinity Obs AUCIFP:C85785:AUC Infinity Pred
AUCPEO:C85764:AUC %Extrapolation Obs AUCPEP:C85788:AUC %Extrapolation Pred CMAXD:C85698:Max Conc Norm by Dose LAMZ:C85652:Lambda z
LAMZHL:C85818:Half-Life Lambda z LAMZNPT:C85816:Number of Points for Lambda z LAMZLL:C85653:Lambda z Lower Limit
LAMZUL:C85654:Lambda z Upper Limit LAMZSPN:C135492:Lambda z Span R2:C85542:R Squared R2ADJ:C85553:R Squared Adjusted"""
"""Short name, C-code and name in the codelists C85839 and C85493 of 2025-09-26."""
REQUIRED = {
    "PC": "STUDYID DOMAIN USUBJID PCSEQ PCTESTCD PCTEST",
    "CP": "STUDYID DOMAIN USUBJID CPSEQ CPTESTCD CPTEST",
    "PP": "STUDYID DOMAIN USUBJID PPSEQ PPTESTCD PPTEST",
    "RELREC": "STUDYID RDOMAIN IDVAR IDVARVAL RELID",
    "ADNCA": "STUDYID USUBJID PARAM PARAMCD FRLTU RRLTU",
    "ADPC": "STUDYID USUBJID PARAM PARAMCD FRLTU RRLTU",
    "ADPP": "STUDYID USUBJID PARAM PARAMCD",
}
EXPECTED = {
    "PC": "PCORRES PCORRESU PCSTRESC PCSTRESN PCSTRESU PCNAM PCSPEC PCLLOQ VISITNUM PCDTC",
    "CP": "CPMRKSTR CPORRES CPSTRESC CPDTC",
    "PP": "PPCAT PPORRES PPORRESU PPSTRESC PPSTRESN PPSTRESU PPSPEC PPRFTDTC",
}
SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "counts.csv"
NAMES = ("PC", "CP", "SUPPPC", "SUPPCP", "PP", "SUPPPP", "RELREC", "ADNCA", "ADPC", "ADPP")


def spelled(text: str) -> dict[str, str]:
    """Variable -> label of a list above."""
    return {m[1]: m[2].strip() for m in re.finditer(r"([A-Z]{2,8}):(.*?)(?=\s[A-Z]{2,8}:|$)", text.replace("\n", " "))}


@cache
def data() -> dict[str, Dataset]:
    """The sample study with its flow counts in CP, and a small one with them in PC, under ``.PC``."""
    study = ck.read(SAMPLE)
    rules = CdiscRules(flow_domain="CP", values={"indication": {"Sjögren's disease": "SJOGREN"}})
    return {**made_of(study, rules), **{f"{k}.PC": d for k, d in made_of(two_assays()).items()}}


def all_of(name: str) -> list[Dataset]:
    return [d for key, d in data().items() if key.split(".")[0] == name]


@pytest.mark.parametrize(
    ("name", "spec"),
    [("PC", PC), ("PP", PP), ("CP", CP), ("RELREC", RELREC), ("SUPPPC", SUPP), ("SUPPCP", SUPP), ("SUPPPP", SUPP), ("ADNCA", ADNCA)],
)  # fmt: skip
def test_variables_have_the_labels_and_the_order_of_the_guide(name: str, spec: str) -> None:
    known = spelled(spec)
    for dataset in all_of(name):
        ours = {v.name: v.label for v in dataset.variables if v.name in known}
        assert ours == {n: known[n] for n in ours}
        if name != "ADNCA":
            assert list(ours) == [n for n in known if n in ours], "the order is that of the guide"
            assert set(ours) == {v.name for v in dataset.variables}, "and nothing else stands there"


def test_standard_parameters_have_the_names_and_codes_of_the_terminology() -> None:
    released = set(re.findall(r"([A-Z0-9]+):(C\d+):(.*?)(?=\s[A-Z0-9]+:C|$)", TERMINOLOGY.replace("\n", " ")))

    assert len(released) == 22
    assert {(t.pptestcd, t.c_code, t.pptest) for t in TERMS.values() if not t.sponsor_defined} == released


@pytest.mark.parametrize("name", NAMES)
def test_names_labels_and_texts_fit_a_transport_file(name: str) -> None:
    for dataset in all_of(name):
        for v in dataset.variables:
            assert re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", v.name)
            assert 0 < len(v.label) <= 40
            assert 1 <= dataset.length(v.name) <= 200


@pytest.mark.parametrize("name", [n for n in NAMES if n in REQUIRED])
def test_required_variables_are_filled_and_expected_ones_there(name: str) -> None:
    for dataset in all_of(name):
        names = {v.name for v in dataset.variables}
        assert set(EXPECTED.get(name, "").split()) <= names
        for variable in REQUIRED[name].split():
            assert all(x != "" and x == x for x in dataset.columns[variable]), variable


@pytest.mark.parametrize("name", NAMES)
def test_keys_tell_all_rows_apart(name: str) -> None:
    for dataset in all_of(name):
        keys = list(zip(*(dataset.columns[k] for k in dataset.keys), strict=True))
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", ["PC", "CP", "PP"])
def test_sequence_numbers_are_whole_and_unique_within_the_subject(name: str) -> None:
    for dataset in all_of(name):
        pairs = [(r["USUBJID"], r[f"{name}SEQ"]) for r in rows_of(dataset)]
        assert len(set(pairs)) == len(pairs)
        assert all(seq == int(seq) > 0 for _, seq in pairs)


@pytest.mark.parametrize("name", ["PC", "CP", "PP"])
def test_result_status_and_units_do_not_contradict_each_other(name: str) -> None:
    for dataset in all_of(name):
        for r in rows_of(dataset):
            done = r[f"{name}STAT"] == ""
            assert done or r[f"{name}STAT"] == "NOT DONE"
            assert bool(r[f"{name}ORRES"]) == bool(r[f"{name}STRESC"]) == done
            assert done or (r[f"{name}ORRESU"] == r[f"{name}STRESU"] == "" and math.isnan(r[f"{name}STRESN"]))
            assert not (done and r[f"{name}REASND"])
            assert math.isnan(r[f"{name}STRESN"]) or float(r[f"{name}STRESC"]) == r[f"{name}STRESN"]
            assert math.isnan(r[f"{name}STRESN"]) or re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", r[f"{name}STRESC"])
            assert r["DOMAIN"] == name
            assert re.fullmatch(r"[A-Z_][A-Z0-9_]{0,7}", r[f"{name}TESTCD"])
            assert len(r[f"{name}TEST"]) <= 40


@pytest.mark.parametrize("name", ["PC", "CP", "PP"])
def test_test_codes_and_names_go_one_to_one(name: str) -> None:
    for dataset in all_of(name):
        pairs = {(r[f"{name}TESTCD"], r[f"{name}TEST"]) for r in rows_of(dataset)}
        assert len({c for c, _ in pairs}) == len({t for _, t in pairs}) == len(pairs)


def test_durations_are_iso_8601() -> None:
    iso = re.compile(r"-?P\d+(\.\d+)?D|")
    for d in data().values():
        for v in (v.name for v in d.variables if v.name in ("PCELTM", "CPELTM", "PPSTINT", "PPENINT")):
            assert all(iso.fullmatch(text) for text in d.columns[v])


def test_an_interval_has_both_ends_or_none() -> None:
    for dataset in all_of("PP"):
        assert all(bool(r["PPSTINT"]) == bool(r["PPENINT"]) for r in rows_of(dataset))
        assert {r["PPTESTCD"] for r in rows_of(dataset) if r["PPENINT"]} == {"AUCINT", "AUCINTPI", "AUCINTPE", "AUCINTD"}  # fmt: skip


def test_the_category_of_a_parameter_is_the_name_of_a_test() -> None:
    for suffix in ("", ".PC"):
        tests = {r[f"{d}TEST"] for d in ("PC", "CP") if d + suffix in data() for r in rows_of(data()[d + suffix])}
        assert {r["PPCAT"] for r in rows_of(data()["PP" + suffix])} == tests


@pytest.mark.parametrize("name", ["SUPPPC", "SUPPCP", "SUPPPP", "RELREC"])
def test_what_points_at_a_record_finds_one(name: str) -> None:
    for suffix in ("", ".PC"):
        if name + suffix not in data():
            continue
        there = {(d, r["USUBJID"], f"{r[f'{d}SEQ']:g}") for d in ("PC", "CP", "PP") if d + suffix in data() for r in rows_of(data()[d + suffix])}  # fmt: skip
        rows = rows_of(data()[name + suffix])
        assert {(r["RDOMAIN"], r["USUBJID"], r["IDVARVAL"]) for r in rows} <= there


def test_supplemental_qualifiers_have_one_label_a_name() -> None:
    for name in ("SUPPPC", "SUPPCP", "SUPPPP"):
        for dataset in all_of(name):
            pairs = {(r["QNAM"], r["QLABEL"]) for r in rows_of(dataset)}
            assert len({q for q, _ in pairs}) == len(pairs)
            assert all(r["QVAL"] for r in rows_of(dataset))


@pytest.mark.parametrize("name", ["ADNCA", "ADPC", "ADPP"])
def test_flags_are_y_or_null_and_excluded_rows_stay(name: str) -> None:
    for dataset in all_of(name):
        flags = [v.name for v in dataset.variables if v.name.endswith("FL") or v.name == "PKSUMXF"]
        assert all(set(dataset.columns[f]) <= {"", "Y"} for f in flags)
    if name != "ADPP":
        assert len(data()[f"{name}.PC"]) == len(two_assays())

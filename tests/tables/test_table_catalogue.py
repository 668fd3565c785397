"""All tables of an analysis: numbers, names of files, and hostile data through to the workbook."""

from io import BytesIO

import openpyxl
import pytest

import cartpk as ck
from cartpk.nca.sensitivity import sensitivity
from cartpk.reasons import Flag, Reason
from cartpk.summary import summarize, summarize_concentrations
from cartpk.tables import catalogue, index
from cartpk.tables.sensitivity import sensitivity as sensitivity_table
from cartpk.tables.table import shown
from cartpk.tables.words import Marks, _letter
from cartpk.writers.xlsx import encode

HOSTILE = ["../../x", "=cmd()", "<script>", "{\\rtf", "$x$", "_S01", "x" * 300, "CON", "Total", ""]


@pytest.fixture(scope="module")
def analysis(tmp_path_factory):
    rows = ["subject_id,time,value,unit,lloq,assay,dose_level"]
    for k, name in enumerate(HOSTILE):
        for assay, unit in (("flow", "cells/uL"), ("qpcr", "copies/ug gDNA")):
            rows += [
                f"{name or 'S10'},{t},{v},{unit},50,{assay},{name}"
                for t, v in ((0, "<50"), (7, 900 + k), (14, 4000), (28, "<50"))[: 3 if name == "CON" else 4]
            ]
    path = tmp_path_factory.mktemp("data") / "counts.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    samples = ck.read(path)
    return samples, ck.nca(ck.Profiles.from_samples(samples))


def tables_of(analysis):
    samples, results = analysis
    profiles = results.profiles
    return catalogue(
        samples,
        results,
        summarize(results, "dose_level"),
        summarize_concentrations(profiles, "dose_level"),
        sensitivity(profiles, results.rules).to_frame(),
        population="PK set",
    )


def test_tables_are_numbered_and_named_by_number_alone(analysis):
    tables = tables_of(analysis)
    frame = index(tables)
    assert frame["number"].tolist() == [
        "14.2.1.1", "14.2.1.2", "14.2.2.1", "14.2.2.2", "14.2.3.1", "14.2.3.2", "14.2.4.1", "14.2.4.2", "14.2.5.1", "14.2.5.2",
        "14.2.8.1", "14.2.8.2", "16.2.1.1", "16.2.1.2", "16.2.2.1", "16.2.2.2", "16.2.3.1", "16.2.3.2", "16.2.4.1", "16.2.4.2",
        "16.2.5", "16.2.6", "16.2.7.1", "16.2.7.2",
    ]  # fmt: skip
    assert frame["file"][0] == "t-14-2-1-1-pkct01.xlsx"
    assert frame["file"].is_unique
    assert set("".join(frame["file"])) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert frame["subtitle"][1] == "PK set; qpcr in blood, copies/µg gDNA"


def test_hostile_ids_and_levels_come_through_as_text_and_no_cell_is_a_formula(analysis):
    seen = set()
    for table in tables_of(analysis):
        book = openpyxl.load_workbook(BytesIO(encode(table)))
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                assert cell.value is None or cell.data_type in ("s", "n")
                seen.add(cell.value)
        book.close()
    assert {name for name in HOSTILE if name} <= seen
    assert {'"Total"\n(N=1)', "(missing)\n(N=1)", "Total\n(N=10)"} <= seen


def test_every_subject_stands_in_the_listings(analysis):
    for table in tables_of(analysis):
        if table.kind == "Listing" and table.id not in ("leftout", "assumptions"):
            assert {row.cells[0] for row in table.rows} == {name or "S10" for name in HOSTILE}


def test_sensitivity_shows_each_rule_and_the_day_of_m3(analysis):
    _, results = analysis
    frame = sensitivity(results.profiles, results.rules).to_frame()
    stratum = summarize(results).strata[0]
    table = sensitivity_table(frame, stratum, results.rules)
    assert [c.heading for c in table.columns] == [
        "Subject",
        "Trapezoid",
        "cartpk",
        "all-zero",
        "half-lloq",
        "missing",
        "day 84",
        "day 91",
    ]
    assert len(table.rows) == 3 * len(HOSTILE)
    subject, method, *areas = (shown(cell) for cell in table.rows[0].cells)
    one = frame[(frame["subject_id"] == subject) & (frame["assay"] == stratum.assay) & (frame["auc_method"] == method)]
    expected = one[(one["blq"] == "cartpk") & (one["m3_days"] == 90)]["auc_0_m3"].item()
    assert float(areas[0]) == pytest.approx(expected, rel=1e-3)
    ends_early = next(row.cells for row in table.rows if row.cells[0] == "CON")
    assert set(ends_early[2:]) == {"– a"}
    assert table.footnotes[0] == "The analysis uses: linear, rule cartpk, M3 = day 90."
    assert any("SAMPLING_ENDS_BEFORE_HORIZON" in note for note in table.footnotes)


def test_marks_are_given_in_order_of_first_use():
    marks = Marks()
    assert marks.of(Flag.INTERPOLATED | Flag.EXTRAPOLATED) == "a,b"
    assert marks.of(Flag.EXTRAPOLATED) == "b"
    assert marks.of(Flag.INTERPOLATED, Reason.NO_DOSE) == "c"
    assert marks.of(Flag.NONE) == ""
    assert marks.notes()[2] == "c  No dose is given. (NO_DOSE)"
    assert [_letter(i) for i in (0, 25, 26, 27, 51, 52)] == ["a", "z", "aa", "ab", "az", "ba"]

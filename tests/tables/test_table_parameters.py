"""Tables and listings of parameters: statistics rounded once, gaps with their words, flags with their marks."""

import pytest
from cohort import cohort

import cartpk as ck
from cartpk.summary import summarize
from cartpk.tables.parameters import all_statistics, by_group, end_points, every_parameter, individual
from cartpk.tables.table import Number, shown

LEVELS = {"dose_level": ["1e6", "1e6", "1e6", "3e6", "3e6"], "sex": ["M", "F", "F", "M", "M"]}


@pytest.fixture(scope="module")
def results():
    return ck.nca(cohort(covariates=LEVELS))


def texts(table):
    return [[shown(cell) for cell in row.cells] for row in table.rows]


def block(table, symbol):
    """The rows under a parameter's heading, by their first cell."""
    rows = texts(table)
    start = next(i for i, row in enumerate(rows) if row[0].startswith(symbol))
    end = next((i for i in range(start + 1, len(rows)) if table.rows[i].kind == "heading"), len(rows))
    return {row[0]: row[1:] for row in rows[start + 1 : end]}


def test_statistics_stand_in_rows_and_groups_in_columns_with_their_subjects(results):
    summary = summarize(results, "dose_level")
    table = by_group(summary, summary.strata[0], ("dose_level",), population="PK set")
    assert [c.heading for c in table.columns] == ["Parameter", "1e6\n(N=3)", "3e6\n(N=2)", "Total\n(N=5)"]
    assert [(s.heading, s.first, s.last) for s in table.spanners] == [("dose level", 1, 2)]
    assert (table.title, table.subtitle) == (
        "Cellular kinetic parameters by dose level",
        "PK set; qpcr in blood, copies/µg gDNA",
    )
    cmax = block(table, "Cmax (copies/µg gDNA)")  # 4000, 2000, 8000 | 1000, 0
    assert list(cmax) == [
        "n", "n above 0", "Geometric mean", "Geometric CV%", "Mean", "SD", "CV%", "Median", "Q1", "Q3", "Min", "Max",
    ]  # fmt: skip
    assert cmax["n"] == ["3", "2", "5"]
    assert cmax["n above 0"] == ["3", "1", "4"]
    assert cmax["Geometric mean"] == ["4000", "NE", "2830"]
    # logarithms ln 2 apart, SD ln 2 of three and ln 2 sqrt(5/3) of four: 100 sqrt(exp(SD²) - 1)
    assert cmax["Geometric CV%"] == ["78.5", "NE", "110.8"]
    assert cmax["Mean"] == ["4670", "NE", "3000"]
    assert cmax["CV%"][0] == "65.5"
    assert cmax["Max"] == ["8000", "1000", "8000"]


def test_times_lead_with_median_and_range(results):
    summary = summarize(results)
    tmax = block(by_group(summary, summary.strata[0]), "Tmax (day)")
    assert list(tmax)[:4] == ["n", "Median", "Min", "Max"]
    assert tmax["Median"] == ["14.0"]
    assert "Geometric mean" not in tmax


def test_a_parameter_that_nobody_has_shows_its_zero_alone(results):
    summary = summarize(results)
    assert block(by_group(summary, summary.strata[0], names=("late_peak",)), "Late peak") == {"n": ["0"]}


def test_crossed_groups_have_the_outer_level_above_them(results):
    summary = summarize(results, "dose_level,sex")
    table = by_group(summary, summary.strata[0], ("dose_level", "sex"))
    assert [c.heading for c in table.columns][1:] == ["F\n(N=2)", "M\n(N=1)", "M\n(N=2)", "Total\n(N=5)"]
    assert [s.heading for s in table.spanners] == ["dose level 1e6, sex", "dose level 3e6, sex"]


def test_words_and_rules_are_explained_where_they_occur(results):
    summary = summarize(results, "dose_level")
    notes = by_group(summary, summary.strata[0], ("dose_level",), notes=results.rules.sentences()).footnotes
    assert any(note.startswith("NE: not estimable; with fewer than 3 values") for note in notes)
    assert not any(note.startswith("NC") for note in notes)
    assert set(results.rules.sentences()) <= set(notes)


def test_every_parameter_has_a_row_a_group(results):
    summary = summarize(results, "dose_level")
    table = all_statistics(summary, summary.strata[0], ("dose_level",))
    assert len(table.rows) == 3 * len(results.terms)
    assert texts(table)[0][:5] == ["Cmax (copies/µg gDNA)", "1e6", "3", "3", "4670"]
    assert texts(table)[2][:4] == ["", "Total", "5", "5"]


def test_end_points_are_few_for_an_analysis_and_all_for_what_has_none(results):
    assert end_points(results) == ("cmax", "tmax", "auc_0_28", "auc_0_m3", "auc_last", "clast", "tlast", "half_life")
    assert end_points(summarize(results)) == end_points(results)


def test_a_listing_marks_flags_and_gaps_and_keeps_full_precision(results):
    stratum = summarize(results).strata[0]
    table = individual(results, stratum, ("dose_level",))
    first = table.rows[0].cells
    assert first[:2] == ("S1", "1e6")
    area = first[4]
    assert isinstance(area, Number)
    assert area.value == results["auc_0_28"][0]
    never = dict(zip((c.heading.split("\n")[0] for c in table.columns), texts(table)[4], strict=True))
    assert never["Cmax"].startswith("0 ")
    assert never["Tmax"].startswith("– ")
    letters = {note.split("  ")[0]: note for note in table.footnotes if "  " in note}
    assert "NEVER_QUANTIFIABLE" in letters[never["Cmax"].split()[-1]]
    assert (
        "No sample after the infusion was quantifiable. (NO_QUANTIFIABLE_SAMPLE)" in letters[never["Tmax"].split()[-1]]
    )


def test_the_long_listing_tells_reason_flags_and_input_rows(results):
    stratum = summarize(results).strata[0]
    table = every_parameter(results, stratum)
    assert len(table.rows) == 5 * len(results.terms)
    rows = {(row[0], row[1]): row for row in texts(table)}
    assert rows["S1", "Cmax"][3:] == ["4000", "copies/µg gDNA", "", "2"]
    assert rows["S1", "AUClast"][6] == "0-3"
    assert rows["S5", "Tmax"][3:] == ["–", "day", "No sample after the infusion was quantifiable.", ""]
    assert rows["S5", "Cmax"][5] == "NEVER_QUANTIFIABLE"
    assert rows["S1", "Peaks"][3] == "1"
    assert any(note.startswith("NEVER_QUANTIFIABLE: ") for note in table.footnotes)

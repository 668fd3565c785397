"""Listings of who and what was analysed, left out and assumed; terminal lines; dose and sampling."""

import pytest
from factories import HEADER, course, samples_from

import cartpk as ck
from cartpk.rules import LambdaZPoints, NcaRules
from cartpk.samples import Exclusion
from cartpk.summary import summarize
from cartpk.tables.listing import as_analysed
from cartpk.tables.sampling import dose_and_sampling
from cartpk.tables.subjects import assumptions, left_out, population_listing
from cartpk.tables.table import shown
from cartpk.tables.terminal import terminal_lines

POINTS = LambdaZPoints("S01", "pcr", times=(21, 28, 42), reason="last phase")


@pytest.fixture(scope="module")
def analysis():
    text = HEADER + course("S01") + course("S02") + course("S03", times=(0, 7), values=("BLQ", 500))
    text += "S01,35,,copies/ug gDNA,50\n"
    samples = samples_from(
        text,
        exclusions=(
            Exclusion("clotted", subject_id="S01", time=14),
            Exclusion("withdrew", subject_id="S02"),
        ),
    )
    rules = NcaRules(lambda_z_points=(POINTS,), gate="missing", lambda_z_span_min=50)
    return samples, ck.nca(ck.Profiles.from_samples(samples), rules)


def texts(table):
    return [[shown(cell) for cell in row.cells] for row in table.rows]


def test_everything_left_out_is_listed_with_its_reason(analysis):
    samples, results = analysis
    found = texts(left_out(results, as_analysed(samples, results.profiles, results.rules)))
    assert [row[1] for row in found if row[0] == "Subject"] == ["S02"]
    records = {(row[1], row[5]): row[8:10] for row in found if row[0] == "Record"}
    assert records["S01", "14"] == ["excluded", "clotted"]
    assert records["S01", "35"] == ["missing", "no result"]
    assert records["S02", "0"] == ["excluded", "withdrew"]
    assert len(records) == 13
    removed = [row[6] for row in found if row[0] == "Parameter"]
    assert "λz" in removed
    assert "t½" in removed


def test_where_nothing_is_left_out_the_listing_says_so():
    samples = samples_from(HEADER + course())
    results = ck.nca(ck.Profiles.from_samples(samples))
    found = texts(left_out(results, as_analysed(samples, results.profiles, results.rules)))
    assert [row[0] for row in found] == ["Nothing was left out."]


def test_the_population_names_everybody_and_why_somebody_is_not_analysed(analysis):
    _, results = analysis
    found = {row[0]: row for row in texts(population_listing(results))}
    assert list(found) == ["S01", "S02", "S03"]
    assert found["S01"][6:11] == ["12", "10", "6", "90", "yes"]
    assert found["S02"][10:] == ["no", "All samples of this profile were excluded by the plan."]


def test_assumptions_name_flag_subject_and_values(analysis):
    _, results = analysis
    (stratum,) = summarize(results).strata
    found = {(row[0], row[2]): row[1::2] for row in texts(assumptions(results, stratum))}
    assert set(found) == {("ONE_INTERVAL_DOMINATES", "S01"), ("ONE_INTERVAL_DOMINATES", "S03")}
    assert found["ONE_INTERVAL_DOMINATES", "S03"] == [
        "More than half of the area lies between two neighbouring samples.",
        "AUClast; AUCall",
    ]


def test_a_terminal_line_lists_its_points_and_who_chose_them():
    samples = samples_from(HEADER + course("S01") + course("S02"))
    results = ck.nca(ck.Profiles.from_samples(samples), NcaRules(lambda_z_points=(POINTS,)))
    (stratum,) = summarize(results).strata
    found = {row[0]: row for row in texts(terminal_lines(results, stratum))}
    assert found["S01"][-2:] == ["21, 28, 42", "chosen: last phase"]
    assert found["S02"][-1] == ""
    used = results.profiles.time[results.rows_of("lambda_z", 1)].tolist()
    assert found["S02"][-2] == ", ".join(f"{t:g}" for t in used)


def test_dose_and_sampling_counts_what_each_subject_gave(analysis):
    _, results = analysis
    (stratum,) = summarize(results).strata
    table = dose_and_sampling(results.profiles, stratum)
    blocks, name = {}, ""
    for row in texts(table):
        name = row[0] if row[1] == "" else name
        blocks.setdefault(name, {})[row[0]] = row[1]
    assert blocks["Samples of a subject"] == {
        "Samples of a subject": "",
        "n": "3",
        "Median": "11",
        "Min": "2",
        "Max": "12",
    }
    assert blocks["Excluded samples"]["Max"] == "11"
    assert blocks["Samples without a result"]["Max"] == "1"
    assert "Dose" not in blocks

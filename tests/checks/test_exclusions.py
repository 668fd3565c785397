import pytest
from factories import samples_from

from cartpk.checks import check
from cartpk.rulebook import finding
from cartpk.samples import Exclusion

TEXT = "subject_id,time,value,unit,assay\nS01,7,500,copies/ug gDNA,qpcr\nS01,13.9,600,copies/ug gDNA,qpcr\nS02,7,5?,copies/ug gDNA,qpcr\n"


@pytest.mark.parametrize(
    ("exclusion", "words"),
    [
        (Exclusion("clotted", subject_id="S1"), 'there is no subject "S1"'),
        (Exclusion("clotted", subject_id="S01", assay="flow"), 'there is no assay "flow"'),
        (Exclusion("clotted", subject_id="S01", time=14), "times near it are 13.9"),
        (Exclusion("clotted", subject_id="S01", time=28), "the nearest time is 13.9"),
        (Exclusion("clotted", subject_id="S01", time=13.9000000001), "time 13.9000000001"),
        (Exclusion("clotted", subject_id="S01", time=13.9000000001), "times near it are 13.9."),
        (Exclusion("clotted", subject_id="S01", assay="qpcr", time=7.3), "times near it are 7."),
        (Exclusion("clotted", row=99), "row 99"),
        (Exclusion("clotted", subject_id="S01", infusion=2), "infusion 2"),
        (Exclusion("clotted", file="other.csv"), '"other.csv"'),
    ],
)
def test_an_exclusion_that_matches_no_row_is_a_warning_that_says_what_there_is(found, exclusion, words):
    (fault,) = found("W-EXCLUSION-UNUSED", TEXT, exclusions=[exclusion])
    assert fault.severity == "warning"
    assert words in fault.message
    assert '"clotted"' in fault.message


def test_an_exclusion_covered_by_an_earlier_one_is_used(found):
    both = [Exclusion("withdrawn", subject_id="S01"), Exclusion("clotted", subject_id="S01", time=7)]
    assert not found("W-EXCLUSION-UNUSED", TEXT, exclusions=both)


def test_what_the_reader_found_of_an_excluded_value_is_no_error_and_the_rest_stays():
    said = [
        finding("E-NUMBER-NOT-A-NUMBER", file="counts.csv", row=4, column="value", subject_id="S02", value="5?"),
        finding("E-VALUE-ULOQ", file="counts.csv", row=2, column="value", subject_id="S01", value=">900"),
        finding("E-TIME-BLANK", file="counts.csv", row=4, column="time", subject_id="S02"),
    ]
    findings = check(samples_from(TEXT, findings=said, exclusions=[Exclusion("hemolysed", subject_id="S02")]))
    assert [(f.rule, f.row) for f in findings.errors] == [("E-VALUE-ULOQ", 2), ("E-TIME-BLANK", 4)]


@pytest.mark.parametrize(
    ("exclusion", "sentence"),
    [
        (
            Exclusion("clotted", subject_id="S01", assay="qpcr", matrix="BLOOD", infusion=2, time=7, row=2, file="counts.csv"),
            'subject "S01", assay "qpcr", matrix "BLOOD", infusion 2, time 7, row 2, file "counts.csv" (reason: "clotted") matches no row.',
        ),
        (Exclusion("clotted", matrix="MARROW"), 'matrix "MARROW" (reason: "clotted") matches no row: there is no matrix "MARROW".'),
        (
            Exclusion("clotted", assay="flow", time=9),
            'assay "flow", time 9 (reason: "clotted") matches no row: times are matched to the last digit, and times near it are 8, 10.',
        ),
        (
            Exclusion("clotted", subject_id="S02", infusion=1, time=9),
            'subject "S02", infusion 1, time 9 (reason: "clotted") matches no row: times are matched to the last digit, and the nearest time is 7.',
        ),
        (
            Exclusion("clotted", subject_id="S01", assay="qpcr", time=9),
            'subject "S01", assay "qpcr", time 9 (reason: "clotted") matches no row: times are matched to the last digit, and the nearest time is 7.',
        ),
    ],
)  # fmt: skip
def test_the_warning_names_all_that_the_exclusion_names_and_looks_for_times_there_alone(found, exclusion, sentence):
    text = (
        "subject_id,time,value,unit,assay\nS01,7,500,copies/ug gDNA,qpcr\nS01,8,60,cells/uL,flow\n"
        "S03,10,70,cells/uL,flow\nS02,7,600,copies/ug gDNA,qpcr\n"
    )
    (fault,) = found("W-EXCLUSION-UNUSED", text, exclusions=[exclusion])
    assert fault.message.startswith(f"The exclusion of {sentence}"), fault.message

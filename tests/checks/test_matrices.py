import pytest
from factories import samples_from

from cartpk.checks import check

HEAD = "subject_id,time,value,unit,lloq,assay,matrix\n"
COURSE = ((0, "BLQ"), (7, 900), (10, 4200), (14, 1300), (28, 160), (56, 80), (90, "BLQ"))


def lines(matrices, course=COURSE, subject="S01", assay="qpcr") -> str:
    """A course whose samples bear these matrices in turn."""
    return "".join(
        f"{subject},{t},{v},copies/ug gDNA,50,{assay},{matrices[i % len(matrices)]}\n"
        for i, (t, v) in enumerate(course)
    )


@pytest.mark.parametrize(
    "other", ["Blood", "BLOOD ", "ＢＬＯＯＤ", "BL\u200bOOD", "WHOLE BLOOD", "Peripheral blood", "外周血"]
)
def test_a_course_under_two_names_of_blood_is_an_error(found, other):
    (fault,) = found("E-MATRIX-ALIKE", HEAD + lines(["BLOOD", "BLOOD", other]))
    assert (fault.row, fault.column, fault.value) == (4, "matrix", other)
    assert '"BLOOD"' in fault.message


def test_two_words_for_blood_in_two_assays_cut_no_course(found):
    text = HEAD + lines(["BLOOD"]) + lines(["WHOLE BLOOD"], assay="ddpcr")
    assert not found("E-MATRIX-ALIKE", text)


def test_a_matrix_that_looks_misspelt_is_a_warning(found):
    (fault,) = found("W-MATRIX-TYPO", HEAD + lines(["BLOOD"] * 6 + ["BLOD"]))
    assert (fault.row, fault.value) == (8, "BLOD")


def test_matrices_that_never_meet_are_a_warning_once_for_all_subjects(found):
    text = HEAD + lines(["BLOOD", "PBMC"]) + lines(["BLOOD", "PBMC"], subject="S02")
    (fault,) = found("W-MATRIX-SPLIT", text)
    assert (fault.severity, fault.row, fault.value) == ("warning", 3, "PBMC")
    assert "So it is with 1 more" in fault.message


def test_marrow_on_days_of_blood_is_two_courses(found):
    text = HEAD + lines(["BLOOD"]) + lines(["BONE MARROW"], ((28.2, 900), (90.1, "BLQ")))
    findings = check(samples_from(text))
    assert not [f for f in findings if "MATRIX" in f.rule]

import pytest

HEAD = "subject_id,time,value,unit,assay\n"


def rows(subject: str, n: int, assay: str = "flow", start: int = 1) -> str:
    return "".join(f"{subject},{day},5,cells/uL,{assay}\n" for day in range(start, start + n))


@pytest.mark.parametrize(
    "alike",
    ["s01", "S01 ", "S 01", "S01\u200b", "\ufeffS01", "S01\u00a0", "Ｓ０１", "Ѕ01", "S\u00ad01"],
)
def test_ids_that_look_the_same_are_an_error_at_the_rarer(found, alike):
    (fault,) = found("E-SUBJECT-ALIKE", HEAD + rows("S01", 4) + rows(alike, 2, start=9))
    assert (fault.severity, fault.row, fault.column, fault.value) == ("error", 6, "subject_id", alike)
    assert "row 2" in fault.message


def test_the_message_shows_what_cannot_be_seen(found):
    (fault,) = found("E-SUBJECT-ALIKE", HEAD + rows("S01", 4) + rows("S01\u200b", 1))
    assert "\\u200b" in fault.message
    assert "U+200B" in fault.message
    assert "\u200b" not in str(fault)


def test_dashes_of_all_kinds_are_one(found):
    (fault,) = found("E-SUBJECT-ALIKE", HEAD + rows("101-007", 4) + rows("101\u2011007", 1))
    assert "U+2011" in fault.message


@pytest.mark.parametrize("other", ["S02", "S10", "S011", "S1", "T01", "001", "NA", "S-01"])
def test_ids_that_can_be_told_apart_are_no_error(found, other):
    assert not found("E-SUBJECT-ALIKE", HEAD + rows("S01", 4) + rows(other, 4))


def test_assays_that_look_the_same_are_an_error(found):
    (fault,) = found("E-ASSAY-ALIKE", HEAD + rows("S01", 4, "flow") + rows("S02", 2, "Flow"))
    assert (fault.row, fault.column, fault.value) == (6, "assay", "Flow")


@pytest.mark.parametrize(
    "typo",
    [
        "CART-OO1",
        "CART-0O1",
        "CART-00l",
        "CART-00I",
        "CRAT-001",
        "CAR-001",
        "CARRT-001",
        "CAXT-001",
        "CART_001",
        "CART001",
        "CART-1",
    ],
)
def test_a_misspelt_id_is_a_warning_that_names_the_other(found, typo):
    (fault,) = found("W-SUBJECT-TYPO", HEAD + rows("CART-001", 8) + rows("CART-002", 8) + rows(typo, 1))
    assert (fault.severity, fault.row, fault.value) == ("warning", 18, typo)
    assert '"CART-001" (8 rows)' in fault.message


@pytest.mark.parametrize("few", [1, 2])
@pytest.mark.parametrize(
    "ids",
    [
        [f"S{i:02d}" for i in range(1, 30)],
        [str(i) for i in range(1, 30)],
        [f"{site}-{i:03d}" for site in (1, 10, 101) for i in range(1, 12)],
        [f"{site}{i:03d}" for site in "ABC" for i in range(1, 5)],
        [f"{arm}-{i}" for arm in ("CARTA", "CARTB") for i in range(1, 5)],
        ["1-11", "11-1", "111", "10-1", "1-01x"],
        ["S01A", "S01B", "S01C"],
    ],
)
def test_numbered_ids_never_look_misspelt(found, ids, few):
    """Every second id has few rows: other digits, sites and arms are other people."""
    text = HEAD + "".join(rows(name, few if i % 2 else 8) for i, name in enumerate(ids))
    assert found("W-SUBJECT-TYPO", text) == []


def test_a_short_course_beside_another_short_one_is_not_compared(found):
    assert not found("W-SUBJECT-TYPO", HEAD + rows("CART-001", 2) + rows("CRAT-001", 1))


def test_a_misspelt_assay_is_a_warning(found):
    (fault,) = found("W-ASSAY-TYPO", HEAD + rows("S01", 12, "flow") + rows("S02", 1, "flwo"))
    assert (fault.row, fault.column, fault.value) == (14, "assay", "flwo")
    assert '"flow" (12 rows)' in fault.message


@pytest.mark.parametrize(("one", "other"), [("qpcr", "dpcr"), ("qpcr", "pcr"), ("panel-1", "panel-2"), ("CD3", "CD4")])
def test_known_assays_and_numbered_ones_are_not_misspelt(found, one, other):
    assert not found("W-ASSAY-TYPO", HEAD + rows("S01", 12, one) + rows("S02", 1, other))


@pytest.mark.parametrize("hostile", ["=cmd()", "+1", "-S01", "@SUM(A1)"])
def test_an_id_like_a_formula_is_noted_once(found, hostile):
    (note,) = found("N-SUBJECT-FORMULA", HEAD + rows("S01", 2) + rows(hostile, 3))
    assert (note.severity, note.row, note.value) == ("note", 4, hostile)


def test_hostile_ids_pass_as_text(found):
    hostile = ["../../x", "<script>", r"{\rtf", "$x$", "_S01", "x" * 300, "CON", "NA", "001"]
    text = HEAD + "".join(rows(name, n) for name, n in zip(hostile, (8, 1, 8, 1, 8, 1, 8, 1, 8), strict=True))
    assert found("W-SUBJECT-TYPO", text) == []
    assert found("E-SUBJECT-ALIKE", text) == []


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        ("s01", "the case differs"),
        ("S 01", "the spaces differ"),
        ("S01\u200b", "the characters differ (U+200B in one of them only)"),
        (
            "\uff33\uff10\uff11\u200b\u2060",
            "the characters differ (U+FF33, U+FF10, U+FF11, U+200B, U+2060 in one of them only)",
        ),
        ("\u200b\u200c\u200d\u2060S01\u00ad\ufeff", "the characters differ (U+200B, U+200C, U+200D, U+2060, U+00AD in one of them only)"),
    ],
)  # fmt: skip
def test_the_message_says_what_tells_them_apart(found, other, difference):
    (fault,) = found("E-SUBJECT-ALIKE", HEAD + rows("S01", 4) + rows(other, 2))
    assert f"in row 2, but {difference}. " in fault.message, fault.message


@pytest.mark.parametrize("minus", ["\u2212", "\u2013", "\u2010", "\uff0d"])
def test_a_minus_sign_and_dashes_are_one(found, minus):
    (fault,) = found("E-SUBJECT-ALIKE", HEAD + rows("S-1", 4) + rows(f"S{minus}1", 2))
    assert fault.value == f"S{minus}1"


@pytest.mark.parametrize(("one", "typo", "seen"), [("abc", "abd", True), ("abc", "acb", True), ("ab", "ac", False)])
def test_words_of_three_letters_are_compared_and_of_two_are_not(found, one, typo, seen):
    assert bool(found("W-ASSAY-TYPO", HEAD + rows("S01", 12, one) + rows("S02", 1, typo))) == seen

import numpy as np
import pytest

from cartpk.checks.spelling import fold, misspellings


def rare(few: int, many: int) -> bool:
    return few <= 2 and many >= 6


def near(names: dict[str, int]) -> dict[str, str]:
    texts = list(names)
    return {texts[m.rare]: texts[m.frequent] for m in misspellings(texts, list(names.values()), rare)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("S01", "s01"),
        ("Ａ１", "a1"),
        ("a b", "ab"),
        ("x\u200dy", "xy"),
        ("１０１", "101"),
        ("A–1", "a-1"),
        ("СВ", "CB"),
    ],
)
def test_folding_takes_away_what_the_eye_does_not_see(one, other):
    assert fold(one) == fold(other)


def test_folding_keeps_what_the_eye_sees():
    texts = ["S01", "S02", "S-01", "S_01", "受试者1", "受试者2", "é", "e"]
    assert len({fold(t) for t in texts}) == len(texts)


def test_the_most_frequent_neighbour_is_named():
    assert near({"SITE-01": 7, "SITTE-01": 9, "SITTE-02": 9, "SITXE-01": 1}) == {"SITXE-01": "SITTE-01"}


def test_a_lost_leading_zero_is_near_and_another_number_is_not():
    assert near({"P-007": 9, "P-7": 1, "P-70": 1, "P-0071": 1}) == {"P-7": "P-007"}


def test_two_edits_are_not_near():
    assert near({"ALPHA-01": 9, "ALBHO-01": 1, "APLHX-01": 1}) == {}


def test_a_word_of_two_letters_is_not_edited():
    assert near({"AB-01": 9, "AC-01": 1}) == {}


def test_many_names_meet_under_shared_keys():
    """60,000 ids, half of them rare, and one slip: comparing all with all would not end."""
    rng = np.random.default_rng(5)
    names = {f"SUBJ-{i:06d}": int(n) for i, n in enumerate(rng.choice([1, 12], 60_000))}
    names["SUBJ-000777"] = 12
    names["SBUJ-000777"] = 1
    assert near(names) == {"SBUJ-000777": "SUBJ-000777"}

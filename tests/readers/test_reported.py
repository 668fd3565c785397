import math

import pytest

from cartpk.readers.reported import BLQ_WORDS, LIMIT_WORDS, ULOQ_WORDS, reported_of
from cartpk.samples import State


def one(text: str, decimal: str = ".", words: tuple[str, ...] = ()) -> tuple[State, float, float, str]:
    said = reported_of([text], decimal, words)  # type: ignore[arg-type]
    return State(int(said.state[0])), float(said.value[0]), float(said.limit[0]), said.fault[0]


@pytest.mark.parametrize(
    "word", [*BLQ_WORDS, "blq", " Bql ", "Not  Detected", "ｂｌｑ", *(f"<{w}" for w in LIMIT_WORDS), "< lloq", "＜LLOQ"]
)
def test_words_of_laboratories_mean_below_the_limit(word: str) -> None:
    state, value, limit, fault = one(word)
    assert (state, fault) == (State.BLQ, "")
    assert math.isnan(value)
    assert math.isnan(limit)


@pytest.mark.parametrize(
    ("text", "limit"),
    [("<50", 50.0), ("< 50", 50.0), (" <0.5 ", 0.5), ("＜50", 50.0), ("<1e2", 100.0), ("BLQ (<50)", 50.0), ("BLQ<50", 50.0), ("未检出（＜50）", 50.0)],
)  # fmt: skip
def test_a_text_may_name_its_limit(text: str, limit: float) -> None:
    state, value, found, fault = one(text)
    assert (state, found, fault) == (State.BLQ, limit, "")
    assert math.isnan(value)


def test_the_limit_in_a_text_follows_the_decimal_sign_of_the_plan() -> None:
    assert one("<0,5", ",")[2] == 0.5
    assert one("<0,5")[3] == "E-NUMBER-DECIMAL-COMMA"


@pytest.mark.parametrize("text", ["", " ", ".", "NA", "n/a", "Not Done", "NR", "未检测"])
def test_a_blank_or_not_done_is_missing_and_nothing_else(text: str) -> None:
    assert one(text)[0] is State.MISSING


@pytest.mark.parametrize("text", [">1000", "> ULOQ", "＞1000", "≥1000", *ULOQ_WORDS])
def test_above_the_upper_limit_is_a_fault_of_its_own(text: str) -> None:
    assert one(text)[::3] == (State.UNREADABLE, "E-VALUE-ULOQ")


@pytest.mark.parametrize("text", ["LOW", "pending", "LLOQ", "-", "<", "<x", "<=", "None", "trace", "检测中"])
def test_a_word_that_is_not_known_is_not_guessed(text: str) -> None:
    assert one(text)[::3] == (State.UNREADABLE, "E-BLQ-WORD")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("<1,000", "E-NUMBER-THOUSANDS"),
        ("<５０", "E-NUMBER-FOREIGN-DIGITS"),
        ("<1e400", "E-NUMBER-OUT-OF-RANGE"),
        ("<1e-31", "E-NUMBER-OUT-OF-RANGE"),
        ("1e31", "E-NUMBER-OUT-OF-RANGE"),
        ("<0", "E-LLOQ-NOT-POSITIVE"),
        ("<-5", "E-LLOQ-NOT-POSITIVE"),
        ("12.5*", "E-NUMBER-NOT-A-NUMBER"),
        ("50 copies", "E-NUMBER-NOT-A-NUMBER"),
        ("<=50", "E-NUMBER-NOT-A-NUMBER"),
        ("1,000", "E-NUMBER-THOUSANDS"),
        ("NaN", "E-NUMBER-NOT-FINITE"),
    ],
)
def test_numbers_that_are_none_say_why(text: str, rule: str) -> None:
    assert one(text)[::3] == (State.UNREADABLE, rule)


def test_the_plan_may_add_words() -> None:
    assert one("LOW", words=("low",))[0] is State.BLQ
    assert one("LOW (<50)", words=("low",))[2] == 50.0
    assert one("NA", words=("na",))[0] is State.BLQ


def test_a_measured_zero_is_a_number() -> None:
    assert one("0")[:2] == (State.NUMBER, 0.0)

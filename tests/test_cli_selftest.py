"""`cartpk selftest` as it is typed: statuses, streams, places."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import cartpk.qualification
from cartpk.cli import run
from cartpk.cli.terminal import width_of
from cartpk.qualification import CASES
from cartpk.qualification.case import Case, NotRunError
from cartpk.qualification.compare import Compared, number, text

Call = Callable[..., tuple[int, str, str]]


def case(name: str, *compared: Compared) -> Case:
    return Case(name, name, "a source", "a tolerance", (), lambda: iter(compared))


def stop() -> list[Compared]:
    raise NotRunError("pyarrow is not installed (the extra cartpk[parquet])")


GOOD = case("good", number("S1", "cmax", 2.0, 2.0 + 2e-13, 1e-12), number("S1", "tmax", 7.0, 7.0, 0.0))
BAD = case("bad", *(number(f"S{i}", "cmax", 2.0, 3.0, 1e-12) for i in range(60)), text("S1", "a flag", "A", "B"))
LATER = Case("later", "later", "", "", (), lambda: iter(stop()))


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command line with a few cases in place of all; gives status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def carry_out(*args: str, cases: tuple[Case, ...] = (GOOD, LATER)) -> tuple[int, str, str]:
        monkeypatch.setattr(cartpk.qualification, "CASES", cases)
        status = run(["selftest", *args])
        out, err = capsys.readouterr()
        return status, out, err

    return carry_out


def test_it_prints_each_case_the_result_and_where_the_record_is(call: Call) -> None:
    status, out, err = call()
    assert (status, err) == (0, "")
    assert out == (
        "case   within tolerance  largest deviation  result\n"
        "--------------------------------------------------\n"
        "good   2 of 2 numbers    1.0e-13            passed\n"
        "later  –                 –                  not run\n"
        "\n"
        "Not run: later: pyarrow is not installed (the extra cartpk[parquet])\n"
        "PASSED: 2 of 2 comparisons in 2 cases.\n"
        f"Record: {Path('reports/selftest/qualification.html')}\n"
    ).replace("-" * 50, "-" * 51)
    assert Path("reports/selftest/qualification.html").exists()


def test_a_deviation_is_status_1_each_named_and_the_record_is_written(call: Call) -> None:
    status, out, err = call("-o", "record", cases=(GOOD, BAD))
    assert status == 1
    lines = err.splitlines()
    assert lines[0] == "cartpk: deviation: bad: S0 cmax: expected 2.0, found 3.0, apart 1, allowed 2e-12"
    assert lines[-1] == "the first 50 of 61 deviations; numbers.csv and --json give all of them"
    assert len(lines) == 51
    assert "FAILED: 2 of 63 comparisons in 2 cases.\n" in out
    assert "FAILED" in Path("record/qualification.html").read_text(encoding="utf-8")


def test_json_is_one_strict_object_with_every_deviation(call: Call) -> None:
    status, out, _ = call("--json", cases=(GOOD, BAD, LATER))
    (line,) = out.splitlines()
    told = json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert {"status", "findings", "counts", "out", "parameters"} <= set(told)
    assert (told["status"], status) == (1, 1)
    assert told["out"] == str(Path("reports/selftest"))
    assert len(told["deviations"]) == 61
    assert told["not_run"] == ["later: pyarrow is not installed (the extra cartpk[parquet])"]
    assert [(c["case"], c["result"]) for c in told["cases"]] == [("good", "passed"), ("bad", "FAILED"), ("later", "not run")]  # fmt: skip
    assert told["counts"]["cases_failed"] == 1


def test_quiet_says_deviations_only(call: Call) -> None:
    assert call("--quiet") == (0, "", "")
    status, out, err = call("--quiet", "--replace", cases=(BAD,))
    assert (status, out) == (1, "")
    assert err.startswith("cartpk: deviation: bad: ")


def test_a_record_that_is_there_is_wrong_use_until_it_is_to_be_replaced(call: Call) -> None:
    assert call("--date", "2026-11-22")[0] == 0
    status, out, err = call("--date", "2026-11-23")
    assert (status, out) == (2, "")
    assert err == (
        f"cartpk: error: {Path('reports/selftest')}: holds a record of cartpk selftest already; "
        "give another --out, or --replace it\n"
    )
    assert json.loads(Path("reports/selftest/run.json").read_text(encoding="utf-8"))["date"] == "2026-11-22"
    assert call("--date", "2026-11-23", "--replace")[0] == 0
    assert json.loads(Path("reports/selftest/run.json").read_text(encoding="utf-8"))["date"] == "2026-11-23"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--date", "yesterday"], "the date is 'yesterday', not a day such as 2026-11-23"),
        (["-o", "record.html"], "record.html: the record is a folder"),
        (["-o", ""], ": is "),
        (["-o", "/"], "is not a place"),
        (["-o", "bad\0name"], "is not the name of a folder"),
        (["counts.csv"], "Got unexpected extra argument"),
        (["--models"], "No such option"),
    ],
)
def test_wrong_use_ends_with_2_and_one_clear_line(call: Call, args: list[str], message: str) -> None:
    status, out, err = call(*args)
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith("cartpk: error: ")
    assert message in err.splitlines()[-1]
    assert list(Path.cwd().iterdir()) == []


def test_the_answers_of_every_case_fit_80_columns(call: Call) -> None:
    cases = tuple(case(c.name, number("S1", "x", 1.0, 1.0 + 1e-12, 1.0)) for c in CASES)
    _, out, _ = call(cases=cases)
    assert max(map(width_of, out.splitlines())) <= 80


def test_verify_says_what_to_do_with_a_record_and_compares_two(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("-o", "one")[0] == call("-o", "two")[0] == 0
    assert run(["verify", "one"]) == 2
    assert "one: holds a record of cartpk selftest: run that again" in capsys.readouterr().err
    assert run(["verify", "one", "--against", "two"]) == 0
    call("-o", "three", cases=(BAD,))
    assert run(["verify", "one", "--against", "three"]) == 1

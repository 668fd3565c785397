"""A selftest from beginning to end: the record, what a fault in the numbers does to it, and where it may be written."""

from __future__ import annotations

import csv
import importlib
import io
import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cartpk.qualification as qualification
from cartpk.errors import OutputError, UsageError
from cartpk.qualification import CASES, Record, conduct, selftest, worked
from cartpk.qualification.case import Case, NotRunError
from cartpk.qualification.compare import Compared, number, text
from cartpk.readers import read
from cartpk.runfolder import changes_in, fingerprint, read_manifest

QUICK = ("winnonlin", "pknca", "published-profiles", "worked-profiles", "statistics", "models", "refused")


def cases(*names: str) -> list[Case]:
    return [case for case in CASES if case.name in names]


def case_of(*compared: Compared, name: str = "one") -> Case:
    return Case(name, "One case", "a source", "a tolerance", ("statistics.toml",), lambda: iter(compared))


GOOD = case_of(number("S1", "cmax", 2.0, 2.0 + 1e-13, 1e-12))
BAD = case_of(number("S1", "cmax", 2.0, 3.0, 1e-12), text("S1", "tmax, the reason", "EXCLUDED", "NONE"), name="two")


def stop() -> Iterator[Compared]:
    raise NotRunError("pyarrow is not installed")


NOT_RUN = Case("three", "Another", "a source", "a tolerance", (), stop)


def failed(record: Record) -> set[str]:
    return {outcome.case.name for outcome in record.outcomes if outcome.result == "FAILED"}


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


def test_the_quick_cases_pass_and_the_record_holds_every_comparison(tmp_path: Path) -> None:
    record = selftest(tmp_path / "record", cases=cases(*QUICK), command="cartpk selftest")
    assert (record.passed, record.status, record.deviations, record.not_run) == (True, 0, (), ())
    assert names(tmp_path) == ["record", "record/numbers.csv", "record/qualification.html", "record/run.json"]
    with (tmp_path / "record" / "numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == record.counts["compared"] == record.counts["passed"] == 1085
    assert {row["passed"] for row in rows} == {"true"}
    lambda_z = next(r for r in rows if (r["item"], r["quantity"]) == ("linear, subject 1", "lambda_z"))
    assert (lambda_z["case"], lambda_z["expected"]) == ("winnonlin", "0.048456997")
    assert float(lambda_z["tolerance"]) == pytest.approx(5e-10, rel=1e-6)
    assert abs(float(lambda_z["found"]) - 0.048456997) == float(lambda_z["deviation"]) <= 5e-10


def test_the_manifest_says_what_ran_where_and_on_what(tmp_path: Path) -> None:
    record = selftest(tmp_path / "record", cases=cases("winnonlin", "refused"), date="2026-11-23", command="cartpk selftest")  # fmt: skip
    manifest = read_manifest(tmp_path / "record")
    facts: Any = manifest.facts
    assert manifest.whole
    assert (manifest.kind, facts["result"], facts["date"]) == ("qualification", "passed", "2026-11-23")
    assert {"cartpk", "python", "numpy", "scipy", "pandas", "matplotlib", "lmfit"} <= set(facts["versions"])
    assert facts["package"]["files"] > 200
    assert re.fullmatch("[0-9a-f]{64}", facts["package"]["sha256"])
    assert [entry["file"] for entry in facts["inputs"]] == [
        "theoph.csv", "theoph_winnonlin_linear.csv", "theoph_winnonlin_lin-up-log-down.csv", "refused.csv",
        "refused_expected.csv",
    ]  # fmt: skip
    theoph = Path(qualification.__file__).with_name("reference") / "theoph.csv"
    assert facts["inputs"][0]["sha256"] == fingerprint(theoph)
    (winnonlin, refused) = facts["cases"]
    assert (winnonlin["case"], winnonlin["compared"], winnonlin["passed"]) == ("winnonlin", 408, 408)
    assert 1e-12 < winnonlin["largest_relative_deviation"] < 1e-8
    assert 0 < winnonlin["largest_share_of_tolerance"] < 1
    assert refused["largest_relative_deviation"] == 0
    assert not changes_in(record.out, manifest)


def test_the_same_test_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the same package: its own hash is held, since somebody may be writing in a source tree meanwhile."""
    monkeypatch.setattr(importlib.import_module("cartpk.qualification.record"), "digest", lambda: ("0" * 64, 300))
    for name in ("one", "two"):
        selftest(tmp_path / name, cases=[*cases(*QUICK), BAD, NOT_RUN])
    for file in ("numbers.csv", "qualification.html", "run.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_a_failure_is_recorded_and_named(tmp_path: Path) -> None:
    record = selftest(tmp_path / "record", cases=[GOOD, BAD, NOT_RUN])
    assert (record.passed, record.status) == (False, 1)
    assert record.deviations == (
        "two: S1 cmax: expected 2.0, found 3.0, apart 1, allowed 2e-12",
        "two: S1 tmax, the reason: expected EXCLUDED, found NONE",
    )
    assert record.counts == {
        "cases": 3, "cases_passed": 1, "cases_failed": 1, "cases_not_run": 1, "compared": 3, "passed": 1
    }  # fmt: skip
    page = record.page.read_text(encoding="utf-8")
    assert "FAILED" in page
    assert "two: S1 cmax: expected 2.0, found 3.0" in page
    assert "pyarrow is not installed" in page
    facts: Any = read_manifest(record.out).facts
    assert facts["result"] == "FAILED"
    assert [case["result"] for case in facts["cases"]] == ["passed", "FAILED", "not run"]
    assert facts["cases"][1]["deviations"] == [d.removeprefix("two: ") for d in record.deviations]


def test_numbers_that_are_none_keep_the_manifest_strict(tmp_path: Path) -> None:
    nothing = case_of(number("S1", "cmax", 2.0, math.nan, 1e-12), number("S1", "tmax", 0.0, 1.0, 0.0))
    record = selftest(tmp_path / "record", cases=[nothing])
    assert not record.passed
    case = json.loads((tmp_path / "record" / "run.json").read_text(encoding="utf-8"))["cases"][0]
    assert case["largest_relative_deviation"] is None
    assert case["largest_share_of_tolerance"] is None
    assert len(case["deviations"]) == 2


def test_nothing_but_cases_that_are_not_run_is_no_pass(tmp_path: Path) -> None:
    assert not selftest(tmp_path / "record", cases=[NOT_RUN]).passed


def wrong_by_a_millionth(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **kwargs: function(*args, **kwargs) * (1 + 1e-6)


def test_a_fault_in_logarithmic_areas_fails_every_case_that_has_them_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = importlib.import_module("cartpk.nca.area")
    monkeypatch.setattr(area, "_log_area", wrong_by_a_millionth(area._log_area))
    record = selftest(tmp_path / "record", cases=cases(*QUICK))
    assert failed(record) == {"winnonlin", "pknca", "published-profiles", "worked-profiles"}
    logarithmic = ("lin-up-log-down", "halving every ten days", "TcellNCA", "PKNCA documentation")
    assert [d for d in record.deviations if not any(word in d for word in logarithmic)] == []
    assert record.deviations[0].startswith("winnonlin: lin-up-log-down, subject 1 auc_last: expected 147.2347485, ")


def test_a_fault_in_the_terminal_slope_alone_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = importlib.import_module("cartpk.nca.analysis")
    terminal = analysis.terminal

    def tampered(course: Any, chosen: Any, rules: Any, out: Any) -> Any:
        line = terminal(course, chosen, rules, out)
        out.values["half_life"] = out.values["half_life"] * (1 + 1e-9)
        return line

    monkeypatch.setattr(analysis, "terminal", tampered)
    record = selftest(tmp_path / "record", cases=cases("pknca", "worked-profiles", "statistics"))
    assert failed(record) == {"pknca", "worked-profiles"}
    assert {d.split(":")[1].split()[-1] for d in record.deviations if d.startswith("pknca")} == {"half_life"}


def test_a_fault_in_statistics_fails_their_case_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    describe = worked.describe

    def population(*args: Any) -> dict[str, Any]:
        found = describe(*args)
        return {**found, "sd": found["sd"] * np.sqrt(1 - 1 / found["n"])}

    monkeypatch.setattr(worked, "describe", population)
    record = selftest(tmp_path / "record", cases=cases(*QUICK))
    assert failed(record) == {"statistics"}
    assert {d.split(":")[1].split()[-1] for d in record.deviations} == {"sd"}


def test_a_reader_that_drops_a_row_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cartpk.qualification import doors

    def forgetful(path: Path) -> Any:
        if path.suffix == ".xlsx":
            text = path.with_suffix(".csv")
            rows = doors.rows_of("cart_9.csv")
            doors.DOORS["crlf-bom.csv"]([*rows[:8], *rows[9:]], text)
            return read(text)
        return read(path)

    monkeypatch.setattr(doors, "read", forgetful)
    record = selftest(tmp_path / "record", cases=cases("doors"))
    assert [d.split(": expected")[0] for d in record.deviations] == ["doors: CK-0001 every parameter, from table.xlsx"]


def test_a_run_that_is_not_the_same_twice_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter("12")

    def with_a_clock(path: Path, out: Path, **rules: Any) -> None:
        out.mkdir()
        (out / "same.csv").write_text("1\n", encoding="utf-8")
        (out / "report.html").write_text(next(times), encoding="utf-8")

    monkeypatch.setattr(conduct, "analyze", with_a_clock)
    record = selftest(tmp_path / "record", cases=cases("reproducible"))
    assert [d.split(": expected")[0] for d in record.deviations] == ["reproducible: report.html"]
    assert len(record.outcomes[0].compared) == 3


def test_bad_data_that_are_analysed_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(path: Path, out: Path, **rules: Any) -> None:
        out.mkdir(parents=True)

    monkeypatch.setattr(conduct, "analyze", careless)
    deviations = selftest(tmp_path / "record", cases=cases("refused")).deviations
    assert len(deviations) == 8
    assert "refused: row 3 value E-VALUE-NEGATIVE: expected an error, found no error" in deviations
    assert "refused: refused.csv what was written: expected nothing, found reports" in deviations


def test_a_broken_library_fails_its_cases_and_the_record_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ImportError("libopenblas.so: cannot open")

    monkeypatch.setattr(worked, "fit", broken)
    record = selftest(tmp_path / "record", cases=cases("fits", "statistics"))
    assert record.deviations == ("fits: stopped: ImportError: libopenblas.so: cannot open",)
    assert record.page.exists()


def test_a_record_that_is_there_is_kept_unless_asked(tmp_path: Path) -> None:
    selftest(tmp_path / "record", cases=[GOOD])
    before = (tmp_path / "record" / "run.json").read_bytes()
    with pytest.raises(OutputError, match=r"record: holds a record of cartpk selftest already; .* or --replace it"):
        selftest(tmp_path / "record", cases=[BAD])
    assert (tmp_path / "record" / "run.json").read_bytes() == before
    assert not selftest(tmp_path / "record", cases=[BAD], replace=True).passed
    assert names(tmp_path) == ["record", "record/numbers.csv", "record/qualification.html", "record/run.json"]


@pytest.mark.parametrize("replace", [False, True])
def test_nothing_of_somebody_elses_is_replaced(tmp_path: Path, replace: bool) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for place in ("mine", "file", "file/below"):
        with pytest.raises(OutputError, match=place.split("/")[0]):
            selftest(tmp_path / place, cases=[GOOD], replace=replace)
    assert names(tmp_path) == ["file", "mine", "mine/thesis.txt"]


@pytest.mark.parametrize("name", ["record.html", "record.JSON", "numbers.csv", "record.pdf"])
def test_the_name_of_a_file_is_refused_with_the_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"the record is a folder .* give a name without suffix"):
        selftest(tmp_path / name, cases=[GOOD])
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["a b", "质量记录", "=cmd()", "<script>alert(1)<", "{{ 7 * 7 }}", "-o", "x" * 200])
def test_a_hostile_name_is_a_name(tmp_path: Path, name: str) -> None:
    record = selftest(tmp_path / name, cases=[GOOD], command=f"cartpk selftest -o '{name}'")
    assert names(tmp_path) == sorted([name, *(f"{name}/{f}" for f in ("numbers.csv", "qualification.html", "run.json"))])  # fmt: skip
    page = record.page.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "49" not in re.sub(r"[0-9a-f]{16,}", "", page)


@pytest.mark.parametrize("date", ["today", "23.11.2026", "2026-13-01", "20261123", " 2026-11-23", "<b>"])
def test_a_date_that_is_no_day_is_refused_before_any_work(tmp_path: Path, date: str) -> None:
    with pytest.raises(UsageError, match="not a day such as 2026-11-23"):
        selftest(tmp_path / "record", cases=[GOOD], date=date)
    assert names(tmp_path) == []


def test_an_interrupted_selftest_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> Iterator[Compared]:
        yield number("S1", "cmax", 1.0, 1.0, 0.0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        selftest(tmp_path / "reports" / "record", cases=[Case("one", "", "", "", (), interrupted)])
    assert names(tmp_path) == []


def test_progress_tells_each_case(tmp_path: Path) -> None:
    told = io.StringIO()
    selftest(tmp_path / "record", cases=[GOOD, BAD], progress=lambda *step: print(*step, file=told))
    assert told.getvalue().splitlines() == ["one 0 2", "two 1 2", "record 2 2"]

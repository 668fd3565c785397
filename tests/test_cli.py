"""The command line: statuses, streams, and nothing a terminal or a pipe can stumble over."""

from __future__ import annotations

import importlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cartpk.cli import run
from cartpk.cli.terminal import columns, complain, printable, progress_bar, say, width_of

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "counts.csv"
SMALL = """subject_id,time,value,unit,lloq
S1,0,<1,cells/uL,1
S1,7,900,cells/uL,1
S1,10,4200,cells/uL,1
S1,14,1300,cells/uL,1
S1,28,160,cells/uL,1
S1,90,<1,cells/uL,1
"""
BAD = SMALL.replace("900", "-3").replace(",160,", ",12.5.1,")

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command line in a folder that holds small.csv and bad.csv; gives status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    Path("small.csv").write_text(SMALL, encoding="utf-8", newline="")
    Path("bad.csv").write_text(BAD, encoding="utf-8", newline="")

    def carry_out(*args: str) -> tuple[int, str, str]:
        status = run(args)
        out, err = capsys.readouterr()
        return status, out, err

    return carry_out


def there() -> set[str]:
    return {p.name for p in Path.cwd().iterdir()}


QUICK = ("--figures", "none", "--format", "csv")


def test_analyze_prints_the_answers_last(call: Call) -> None:
    status, out, err = call("analyze", "small.csv", *QUICK)
    assert status == 0
    assert out == (
        "subject  assay  Cmax  Tmax  AUC0-28  AUC0-M3\n"
        "--------------------------------------------\n"
        "S1       flow   4200  10.0    32000    37000\n"
        "Areas: AUC0-M3 to day 90\n"
        "flow: Cmax in cells/µL, Tmax in days, areas in day·cells/µL\n"
        "\n"
        "No errors and no warnings.\n"
        f"Results: {Path('reports/small')}\n"
    )
    assert err == ""
    assert (Path("reports/small") / "parameters.csv").exists()


def test_the_answers_of_the_sample_study_fit_80_columns(call: Call) -> None:
    status, out, _ = call("analyze", str(SAMPLE), "--figures", "none")
    assert status == 0
    assert max(width_of(line) for line in out.splitlines()) <= 80
    assert "S07      flow      77.2  12.0      458        –\n" in out
    assert "W-COURSE-EMBEDDED-BLQ" in out
    assert out.splitlines()[-1] == f"Report: {Path('reports/counts/report.html')}"


def test_more_than_twenty_profiles_are_summed_up_by_group(call: Call) -> None:
    assert call("simulate", "--subjects", "12", "-o", "study.csv")[0] == 0
    _, out, _ = call("analyze", "study.csv", *QUICK)
    lines = out.splitlines()
    assert lines[0].split() == ["assay", "group", "N", "Cmax", "Tmax", "AUC0-28", "AUC0-M3"]
    assert [line.split()[:3] for line in lines[2:6]] == [
        ["flow", "DL1", "6"],
        ["flow", "DL2", "3"],
        ["flow", "DL3", "3"],
        ["flow", "Total", "12"],
    ]


def test_errors_in_the_data_are_all_listed_and_nothing_is_written(call: Call) -> None:
    status, out, err = call("analyze", "bad.csv")
    assert (status, out) == (1, "")
    first, second, last = err.splitlines()
    assert first.startswith('bad.csv:3: error E-VALUE-NEGATIVE column "value" value "-3": ')
    assert second.startswith('bad.csv:6: error E-NUMBER-NOT-A-NUMBER column "value" value "12.5.1": ')
    assert last == "cartpk: 2 errors in the data; nothing was written"
    assert there() == {"small.csv", "bad.csv"}


def test_json_is_one_object_whatever_happens(call: Call) -> None:
    keys = {"status", "findings", "counts", "out", "parameters"}
    status, out, _ = call("analyze", "small.csv", *QUICK, "--json")
    good = json.loads(out)
    assert status == good["status"] == 0
    assert set(good) == keys
    assert good["out"] == str(Path("reports/small"))
    assert good["counts"]["rows_read"] == 6
    cmax = next(p for p in good["parameters"] if p["parameter"] == "cmax")
    assert (cmax["subject_id"], cmax["value"], cmax["unit"]) == ("S1", 4200.0, "cells/uL")
    missing = next(p for p in good["parameters"] if p["parameter"] == "late_peak")
    assert (missing["value"], missing["reason"]) == (None, "NO_LATE_PEAK")

    status, out, _ = call("analyze", "bad.csv", "--json")
    wrong = json.loads(out)
    assert status == wrong["status"] == 1
    assert keys <= set(wrong)
    assert [f["rule"] for f in wrong["findings"]][:2] == ["E-VALUE-NEGATIVE", "E-NUMBER-NOT-A-NUMBER"]

    for use in (
        ["analyze", "none.csv"],
        ["analyze", "--nonsense"],
        ["analyze", "small.csv", "--jobs", "0"],
    ):
        status, out, err = call(*use, "--json")
        misuse = json.loads(out)
        assert status == misuse["status"] == 2
        assert keys <= set(misuse)
        assert misuse["message"]
        assert err


@pytest.mark.parametrize(
    "args",
    [
        ["analyze", "small.csv", *QUICK],
        ["check", "small.csv"],
        ["init", "small.csv"],
        ["simulate", "--subjects", "2", "-o", "study.csv"],
        ["simulate", "--subjects", "2", "--model", "stein", "-o", "study.csv"],
        ["verify", "run"],
        ["verify", "run", "--against", "other"],
    ],
)
def test_json_of_every_command_has_the_same_keys_and_is_strict(call: Call, args: list[str]) -> None:
    call("analyze", "small.csv", *QUICK, "-o", "run")
    call("analyze", "small.csv", *QUICK, "-o", "other", "--blq", "missing")
    status, out, _ = call(*args, "--json")

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    (line,) = out.splitlines()
    told = json.loads(line, parse_constant=refuse)
    assert {"status", "findings", "counts", "out", "parameters"} <= set(told)
    assert told["status"] == status
    assert told["counts"]
    if args[0] == "verify":
        assert told["compared"]
        assert bool(told["differences"]) == bool(status) == ("--against" in args)


def test_no_command_at_all_prints_the_help_as_people_read_it(call: Call) -> None:
    status, out, err = call()
    assert (status, out) == (2, "")
    assert err.splitlines()[0].startswith("Usage: cartpk ")
    assert "  verify    Recompute a finished run, or compare two." in err.splitlines()
    assert "\\u" not in err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["analyze"], "Missing argument 'INPUT...'"),
        (["analyze", "none.csv"], "none.csv"),
        (["analyze", "small.csv", "--plan", "none.toml"], "none.toml: cannot be opened"),
        (["analyze", "small.csv", "--m3-days", "84", "--horizon", "0_m3=90"], "give one of the two"),
        (["analyze", "small.csv", "--m3-days", "1_0"], "'1_0' is not a number of days"),
        (["analyze", "small.csv", "--m3-days", "-1"], "not a number of days above 0"),
        (["analyze", "small.csv", "--horizon", "0_m6"], "is not NAME=DAYS"),
        (["analyze", "small.csv", "--horizon", "0_m6=1", "--horizon", "0_m6=2"], "0_m6 is given twice"),
        (["analyze", "small.csv", "--horizon", "M6=180"], "a name is like 0_m6"),
        (["analyze", "small.csv", "--auc-method", "log"], "'log' is not one of"),
        (["analyze", "small.csv", "--blq", "zero"], "blq is 'zero', not one of cartpk, all-zero, half-lloq, missing"),
        (["analyze", "small.csv", "--by", "sitee"], "cannot group by 'sitee'"),
        (
            ["analyze", "small.csv", "--by", "assay"],
            "cannot group by 'assay': groups are of subjects; columns that can",
        ),
        (["analyze", "small.csv", "--by", "visit"], "cannot group by 'visit': groups are of subjects"),
        (["analyze", "small.csv", "--by", "time"], "cannot group by 'time': groups are of subjects"),
        (["analyze", "small.csv", "--by", "subject_id"], "cannot group by 'subject_id': groups are of subjects"),
        (["check", "small.csv", "--plan", "none.toml"], "none.toml: cannot be opened"),
        (["simulate", "-o", "s.xlsx"], "s.xlsx: samples are written as CSV; give a name that ends in .csv"),
        (["analyze", "small.csv", "--by", "a,"], "'a,' has a blank or doubled column"),
        (["analyze", "small.csv", "--format", "csv,pdf"], "formats names 'pdf'"),
        (["analyze", "small.csv", "--figure-format", "gif"], "figure_format names 'gif'"),
        (["analyze", "small.csv", "--out", "bad.csv"], "bad.csv: is a file; give a folder"),
        (["analyze", "small.csv", "--out", "."], "is not empty and was not written by cartpk"),
        (["analyze", "small.csv", "--out", ".", "--replace"], "is not empty and was not written by cartpk"),
        (["check", "."], "."),
        (["check", "small.csv", "-o", "bad.csv"], "bad.csv: is there already and holds no findings"),
        (["simulate", "-o", "small.csv"], "small.csv: is there already"),
        (["simulate", "--subjects", "0", "-o", "x.csv"], "subjects"),
        (["verify", "."], "holds no run.json"),
        (["analyse", "small.csv"], "No such command 'analyse'"),
    ],
)
def test_wrong_use_ends_with_2_and_one_clear_line(call: Call, args: list[str], message: str) -> None:
    status, out, err = call(*args)
    assert (status, out) == (2, "")
    assert message in err.splitlines()[-1]
    assert err.splitlines()[-1].startswith("cartpk: error: ")
    assert there() == {"small.csv", "bad.csv"}


def test_models_are_fitted_as_asked_and_told_with_the_answers(call: Call) -> None:
    status, out, _ = call("analyze", "small.csv", *QUICK, "--model", "exponential", "--model", "auto")
    assert status == 0
    (line, chosen) = (line for line in out.splitlines() if line.startswith("Model "))
    assert line == "Model exponential: 0 of 1 profiles fitted, 0 with every parameter estimable"
    assert chosen.startswith("Model auto: ")
    assert {"fits.csv", "models.csv"} <= {p.name for p in Path("reports/small").iterdir()}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--model", "exponental"], "did you mean exponential?"),
        (["--model", "stein", "--model", "stein"], "names has 'stein' twice"),
        (["--jobs", "0"], "0 is not in the range"),
        (["--jobs", "x"], "'x' is not a valid integer range"),
    ],
)
def test_models_and_jobs_that_cannot_be_are_wrong_use(call: Call, args: list[str], message: str) -> None:
    status, _, err = call("analyze", "small.csv", *QUICK, *args)
    assert status == 2
    assert message in err
    assert there() == {"small.csv", "bad.csv"}


def test_jobs_without_models_are_harmless(call: Call) -> None:
    assert call("analyze", "small.csv", *QUICK, "--jobs", "2")[0] == 0


def test_flags_beat_the_plan_and_the_plan_the_default(call: Call) -> None:
    Path("plan.toml").write_text(
        '[nca]\nauc_method = "lin-log"\ngate = "missing"\nhorizons = { "0_m3" = 91 }\n[report]\nfigures = "none"\nformats = ["csv"]\nout = "planned"\n',
        encoding="utf-8",
    )
    status, _, _ = call("analyze", "small.csv", "--plan", "plan.toml", "--auc-method", "linear", "--m3-days", "84", "--horizon", "0_m1=30")  # fmt: skip
    assert status == 0
    used = Path("planned/plan.toml").read_text(encoding="utf-8")
    assert 'auc_method = "linear"' in used
    assert 'gate = "missing"' in used
    assert 'horizons = { "0_m3" = 84.0, "0_m1" = 30.0 }' in used


def test_faults_of_a_plan_are_all_listed(call: Call) -> None:
    Path("plan.toml").write_text('[nca]\nauc_metod = "x"\n[report]\nby = 3\n', encoding="utf-8")
    status, _, err = call("analyze", "small.csv", "--plan", "plan.toml")
    assert status == 2
    assert err.splitlines() == [
        "cartpk: error: plan.toml: line 2: nca.auc_metod is not a key; did you mean auc_method?",
        "cartpk: error: plan.toml: line 4: report.by is 3, not a list, in brackets",
    ]


def test_check_lists_findings_and_counts_them(call: Call) -> None:
    status, out, err = call("check", "bad.csv")
    assert status == 1
    assert "bad.csv:3: error E-VALUE-NEGATIVE" in err
    assert "6 rows of 1 subjects read." in out
    assert "2 errors:" in out
    status, out, err = call("check", "small.csv")
    assert (status, err) == (0, "")
    assert "No errors and no warnings." in out


def test_check_shows_fifty_findings_and_writes_all_of_them(call: Call) -> None:
    Path("many.csv").write_text(
        "subject_id,time,value,unit\n" + "".join(f"S1,{i},-{i},cells/uL\n" for i in range(1, 81)), encoding="utf-8"
    )
    status, _, err = call("check", "many.csv", "-o", "findings.csv")
    assert status == 1
    assert len(err.splitlines()) == 51
    written = Path("findings.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert sum("E-VALUE-NEGATIVE" in line for line in written) == 80
    assert err.splitlines()[-1] == f"the first 50 of {len(written)} findings; -o findings.csv writes all of them"
    assert call("check", "small.csv", "-o", "findings.csv")[0] == 0  # findings may be written over findings
    assert len(Path("findings.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_quiet_is_silent_but_for_errors(call: Call) -> None:
    assert call("analyze", "small.csv", *QUICK, "--quiet") == (0, "", "")
    assert call("check", "small.csv", "-q") == (0, "", "")
    assert call("simulate", "-o", "s.csv", "-q") == (0, "", "")
    assert call("verify", "reports/small", "-q") == (0, "", "")
    status, out, err = call("check", "bad.csv", "-q")
    assert (status, out, len(err.splitlines())) == (1, "", 2)


def test_simulate_writes_a_study_and_its_truth(call: Call) -> None:
    status, out, _ = call("simulate", "--subjects", "3", "--seed", "7", "-o", "study.csv")
    assert status == 0
    head, *rest = out.splitlines()
    assert head.startswith("Study: 3 simulated subjects, ")
    assert rest == ["Samples: study.csv", "Truth: study_truth.csv"]
    assert {"study.csv", "study_truth.csv"} <= there()
    assert call("simulate", "-o", "study.csv")[0] == 2
    assert call("simulate", "-o", "study.csv", "--replace")[0] == 0


@pytest.mark.parametrize("model", ["exponential", "stein", "ogasawara", "smooth", "effector-memory"])
def test_simulate_follows_a_model_and_its_study_is_analysed(call: Call, model: str) -> None:
    flags = ["--parameter", "tmax=12", "--spread", "tmax=0", "--jitter", "0.2", "--dropout", "0.01", "--lloq", "25"]
    assert call("simulate", "--model", model, "--subjects", "4", *flags, "-o", "m.csv", "-q")[0] == 0
    rows = Path("m.csv").read_text(encoding="utf-8").splitlines()
    truth = Path("m_truth.csv").read_text(encoding="utf-8").splitlines()
    column = truth[0].split(",").index("tmax")
    assert {row.split(",")[column] for row in truth[1:]} == {"12.0"}
    assert rows[1].endswith(",25")
    assert call("check", "m.csv", "-q")[0] == 0


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--jitter", "0.1"], "--jitter goes with --model"),
        (["--model", "stein", "--dose-slope", "1"], "--dose-slope is for the usual study"),
        (["--model", "stein", "--parameter", "cmax"], "give NAME=NUMBER"),
        (["--model", "stein", "--parameter", "cmax=1", "--parameter", "cmax=2"], "given twice"),
        (["--model", "steen"], "no model 'steen'"),
        (["--model", "stein", "--parameter", "rho=1"], "rho"),
        (["--model", "stein", "--dropout", "2"], "dropout"),
    ],
)
def test_flags_of_simulate_that_cannot_be_are_refused(call: Call, flags: list[str], says: str) -> None:
    status, _, err = call("simulate", *flags, "-o", "m.csv")
    assert status == 2
    assert says in err
    assert not Path("m.csv").exists()


def test_the_sample_data_are_made_by_simulate(call: Call) -> None:
    assert call("simulate", "--subjects", "9", "--seed", "73", "-o", "counts.csv")[0] == 0
    assert Path("counts.csv").read_bytes() == SAMPLE.read_bytes()


def test_verify_ends_with_1_where_something_differs(call: Call) -> None:
    call("analyze", "small.csv", *QUICK)
    status, out, _ = call("verify", "reports/small")
    assert (status, out.splitlines()[-1]) == (0, "No difference.")
    call("analyze", "small.csv", *QUICK, "--blq", "missing", "-o", "other")
    status, out, _ = call("verify", "reports/small", "--against", "other")
    assert status == 1
    assert f'plan nca.blq: "cartpk" in {Path("reports/small")}, "missing" in other' in out
    status, out, _ = call("verify", "reports/small", "--against", "other", "--json")
    told = json.loads(out)
    assert told["status"] == status == 1
    assert told["differences"]


def test_verify_shows_fifty_differences_and_gives_all_of_them_as_json(call: Call) -> None:
    call("simulate", "--subjects", "6", "-o", "study.csv")
    call("analyze", "study.csv", *QUICK, "-o", "one")
    call("analyze", "study.csv", *QUICK, "-o", "two", "--blq", "half-lloq", "--auc-method", "lin-log")
    _, out, _ = call("verify", "one", "--against", "two")
    shown = out.split("\n\n")[1].splitlines()
    assert shown[0] == 'plan nca.auc_method: "linear" in one, "lin-log" in two'
    assert shown[1] == 'plan nca.blq: "cartpk" in one, "half-lloq" in two'
    told = json.loads(call("verify", "one", "--against", "two", "--json")[1])
    assert len(told["differences"]) == told["counts"]["differences"] > 50
    assert shown[:50] == told["differences"][:50]
    assert shown[50:] == [f"the first 50 of {len(told['differences'])} differences; --json gives all of them"]


def test_interrupted_ends_with_130_and_leaves_nothing(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    importlib.import_module("cartpk.analyze")
    monkeypatch.setattr(sys.modules["cartpk.analyze"], "write_files", interrupted)
    status, out, err = call("analyze", "small.csv")
    assert (status, out) == (130, "")
    assert err.splitlines()[-1] == "cartpk: interrupted; nothing was written"
    assert there() == {"small.csv", "bad.csv"}


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_what_was_there(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "small.csv").write_text(SMALL, encoding="utf-8")
    command = [sys.executable, "-m", "cartpk", "analyze", "small.csv", "--figures"]
    assert subprocess.run([*command, "none"], cwd=tmp_path, capture_output=True, check=False).returncode == 0
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    with subprocess.Popen(
        [*command, "all"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a background job ignores it
    ) as child:
        for _ in range(600):
            if any(p.name.startswith(".small.cartpk-building") for p in (tmp_path / "reports").iterdir()):
                break
            time.sleep(0.05)
        child.send_signal(number)
        _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert err.decode().strip() == "cartpk: interrupted; nothing was written"
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_python_dash_m_and_help_load_nothing_heavy() -> None:
    code = (
        "import sys; from cartpk.cli import run; run(['--help']); run(['analyze', '--help'])\n"
        "heavy = 'numpy pandas scipy matplotlib lmfit pydantic rich openpyxl jinja2'.split()\n"
        "print('loaded:', [name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "loaded: []"
    done = subprocess.run([sys.executable, "-m", "cartpk", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("cartpk, version ")


def test_help_has_examples(call: Call) -> None:
    for command in ([], ["analyze"], ["check"], ["simulate"], ["verify"]):
        status, out, _ = call(*command, "--help")
        assert status == 0
        assert "Examples:\n" in out
        assert f"cartpk {' '.join(command)}" in out


def test_hostile_ids_are_printed_as_text(call: Call) -> None:
    hostile = ["../../x", "=cmd()", "<script>", "{\\rtf", "$x$", "_S01", "x" * 300, "CON", "a\x1b[31mb", "受试者01"]
    body = "".join(line.replace("S1", name) + "\n" for name in hostile for line in SMALL.splitlines()[1:])
    Path("hostile.csv").write_text(SMALL.splitlines()[0] + "\n" + body, encoding="utf-8", newline="")
    status, out, err = call("analyze", "hostile.csv", *QUICK)
    assert status == 0
    assert "\x1b" not in out + err
    assert "../../x" in out
    assert "受试者01" in out
    assert "a\\u001b[31mb" in out
    assert max(width_of(line) for line in out.splitlines()) <= 80


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 100, b"\xff\xfe", b"subject_id", b"PK\x03\x04junk", b'"', b"a,b\n1,2\n", b"\xef\xbb\xbf", b"subject_id,time,value,unit\n"],
    ids=["empty", "zeros", "bom16", "half", "zip", "quote", "other", "bom8", "header"],
)  # fmt: skip
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "txt", "docx"])
def test_no_broken_file_makes_a_traceback(call: Call, content: bytes, suffix: str) -> None:
    Path(f"broken.{suffix}").write_bytes(content)
    status, out, err = call("analyze", f"broken.{suffix}")
    assert status in (1, 2)
    assert out == ""
    assert "Traceback" not in err
    assert there() == {"small.csv", "bad.csv", f"broken.{suffix}"}


# the terminal


class _Stream(io.TextIOWrapper):
    """A stream of a given encoding over a buffer."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")

    def text(self) -> str:
        self.flush()
        value = self.buffer.getvalue()  # type: ignore[attr-defined]
        return str(value, self.encoding)


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "µ · – 受\n"), ("ascii", "u * - \\u53d7\n"), ("cp1252", "u * - \\u53d7\n"), ("gb18030", "µ · – 受\n")],
)
def test_every_terminal_shows_what_it_can(monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str) -> None:
    stream = _Stream(encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    say("µ · – 受")
    assert stream.text() == shown


def test_control_and_direction_characters_are_made_visible() -> None:
    assert printable("a\x1b[31m\nb\u202ec\ud800") == "a\\u001b[31m\\u000ab\\u202ec\\ud800"


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise there")
def test_a_reader_that_goes_away_does_not_change_the_status(tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_text(SMALL, encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "cartpk", "check", "small.csv"],
        cwd=tmp_path,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_under_stdout_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cartpk", "check", str(SAMPLE)], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1] == (
        "cartpk: error: the output cannot be written (No space left on device)"
    )


def test_streams_that_are_closed_are_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    say("x")
    complain("x")
    with progress_bar(True) as progress:
        progress("reading", 0, 1)


def test_progress_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, drawn in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm")
        with progress_bar(True) as progress:
            progress("drawing", 1, 3)
        assert bool(stream.getvalue()) is drawn


def test_no_colour_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    with progress_bar(True) as progress:
        progress("drawing", 1, 3)
    assert "\x1b[3" not in stream.getvalue()


def test_the_terminal_rounds_as_the_page_and_the_tables_do(call: Call) -> None:
    _, out, _ = call("analyze", str(SAMPLE), "--figures", "none", "--format", "csv,html")
    (line,) = [line for line in out.splitlines() if line.startswith("S01      qpcr")]
    assert line.split()[2:] == ["5370", "10.0", "35800", "54300"]
    page = Path("reports/counts/report.html").read_text(encoding="utf-8")
    assert "<b>54</b>300" in page


def test_columns_line_up_by_decimal_points_and_chinese_letters() -> None:
    lines = columns(("who", "x"), [("受试", "1.5"), ("a", "12"), ("b" * 30, "–")], texts=1, most=8)
    assert lines == [
        "who          x",
        "--------------",
        "受试       1.5",
        "a         12",
        "bbbbbbb…   –",
    ]

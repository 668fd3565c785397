"""Run folders: whole or not there, and nothing replaced that is somebody's work."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cartpk.errors import InputError, OutputError
from cartpk.runfolder import building, changes_in, read_manifest, refuse_to_replace, swap, write_manifest
from cartpk.runfolder.manifest import Changes

FACTS = {"versions": {"cartpk": "0"}, "inputs": [{"file": "a.csv", "sha256": "0"}]}


def make_run(out: Path, text: str = "1\n", replace: bool = False) -> None:
    with building(out, replace) as new:
        (new / "figures").mkdir()
        (new / "a.csv").write_text(text, encoding="utf-8")
        (new / "figures" / "f.png").write_bytes(b"png")
        write_manifest(new, FACTS, {"a.csv": 1})


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


WHOLE = ["run", "run/a.csv", "run/figures", "run/figures/f.png", "run/run.json"]


def test_a_run_appears_whole_with_its_parents_and_nothing_beside_it(tmp_path: Path) -> None:
    make_run(tmp_path / "reports" / "deep" / "run")
    assert names(tmp_path / "reports" / "deep") == WHOLE
    manifest = read_manifest(tmp_path / "reports" / "deep" / "run")
    assert manifest.whole
    assert sorted(manifest.outputs) == ["a.csv", "figures/f.png"]
    assert [entry["rows"] for entry in manifest.facts["outputs"]] == [1, None]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError])
def test_a_run_that_breaks_off_leaves_nothing(tmp_path: Path, fault: type[BaseException]) -> None:
    def break_off() -> None:
        with building(tmp_path / "reports" / "run") as new:
            (new / "a.csv").write_text("half", encoding="utf-8")
            raise fault

    with pytest.raises(fault):
        break_off()
    assert names(tmp_path) == []


def test_a_run_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    make_run(tmp_path / "run", "old\n")
    with pytest.raises(KeyboardInterrupt), building(tmp_path / "run"):
        raise KeyboardInterrupt
    assert names(tmp_path) == WHOLE
    assert (tmp_path / "run" / "a.csv").read_text(encoding="utf-8") == "old\n"


def test_an_untouched_run_and_an_empty_folder_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    make_run(tmp_path / "run", "old\n")
    make_run(tmp_path / "run", "new\n")
    assert names(tmp_path) == WHOLE
    assert (tmp_path / "run" / "a.csv").read_text(encoding="utf-8") == "new\n"


def test_a_run_is_replaced_where_the_system_cannot_exchange_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    make_run(tmp_path / "run", "old\n")
    make_run(tmp_path / "run", "new\n")
    assert names(tmp_path) == WHOLE
    assert (tmp_path / "run" / "a.csv").read_text(encoding="utf-8") == "new\n"


def test_the_old_run_is_put_back_when_the_second_step_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(tmp_path / "run", "old\n")
    monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if "building" in self.name:
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError, match=r"run: cannot be written \(Input/output error\)"):
        make_run(tmp_path / "run", "new\n")
    assert names(tmp_path) == WHOLE
    assert (tmp_path / "run" / "a.csv").read_text(encoding="utf-8") == "old\n"


def test_a_run_with_foreign_or_edited_files_is_refused_and_they_are_named(tmp_path: Path) -> None:
    run = tmp_path / "run"
    make_run(run)
    (run / "notes.txt").write_text("mine", encoding="utf-8")
    (run / "a.csv").write_text("2\n", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        make_run(run)
    assert str(caught.value) == (
        f"{run}: holds files that are not of the run: notes.txt; was edited: a.csv. "
        "Move them, give another --out, or --replace the whole folder"
    )
    assert (run / "notes.txt").read_text(encoding="utf-8") == "mine"
    make_run(run, replace=True)
    assert names(tmp_path) == WHOLE


def test_an_edited_manifest_counts_as_edited(tmp_path: Path) -> None:
    run = tmp_path / "run"
    make_run(run)
    text = (run / "run.json").read_text(encoding="utf-8")
    (run / "run.json").write_text(text.replace('"rows": 1', '"rows": 2'), encoding="utf-8")
    with pytest.raises(OutputError, match=r"was edited: run\.json"):
        make_run(run)


def test_a_link_in_the_place_of_a_file_counts_as_edited(tmp_path: Path) -> None:
    run = tmp_path / "run"
    make_run(run)
    (run / "a.csv").rename(tmp_path / "a.csv")
    try:
        (run / "a.csv").symlink_to(tmp_path / "a.csv")
    except OSError:
        pytest.skip("this system makes no links for this user")
    assert changes_in(run, read_manifest(run)) == Changes(edited=("a.csv",))


def test_what_a_file_manager_leaves_and_what_was_deleted_do_not_stand_in_the_way(tmp_path: Path) -> None:
    run = tmp_path / "run"
    make_run(run)
    (run / ".DS_Store").write_bytes(b"x")
    (run / "figures" / "f.png").unlink()
    refuse_to_replace(run)
    assert changes_in(run, read_manifest(run)).gone == ("figures/f.png",)


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_that_cartpk_did_not_make_is_never_replaced(tmp_path: Path, replace: bool) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "thesis.txt").write_text("years", encoding="utf-8")
    with pytest.raises(OutputError, match="is not empty and was not written by cartpk"):
        make_run(home, replace=replace)
    (home / "run.json").write_text('{"name": "of another program"}', encoding="utf-8")
    with pytest.raises(OutputError, match="is not empty and was not written by cartpk"):
        make_run(home, replace=replace)
    assert names(tmp_path) == ["home", "home/run.json", "home/thesis.txt"]


def test_a_folder_that_holds_an_input_is_never_replaced(tmp_path: Path) -> None:
    run = tmp_path / "run"
    make_run(run)
    (run / "counts.csv").write_text("data", encoding="utf-8")
    with pytest.raises(OutputError, match=r"holds .*counts\.csv, an input of this run"):
        refuse_to_replace(run, True, [run / "counts.csv"])


def test_a_file_or_the_root_is_no_place_for_a_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file; give a folder"):
        refuse_to_replace(tmp_path / "file", True)
    with pytest.raises(OutputError, match="is not a place for a run folder"):
        refuse_to_replace(Path(tmp_path.anchor), True)


def test_a_link_to_a_run_stays_a_link(tmp_path: Path) -> None:
    make_run(tmp_path / "run", "old\n")
    try:
        (tmp_path / "latest").symlink_to(tmp_path / "run", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links for this user")
    make_run(tmp_path / "latest", "new\n")
    assert (tmp_path / "latest").is_symlink()
    assert (tmp_path / "run" / "a.csv").read_text(encoding="utf-8") == "new\n"


def test_two_runs_at_once_the_second_says_so(tmp_path: Path) -> None:
    with building(tmp_path / "run") as new:
        write_manifest(new, FACTS, {})
        with pytest.raises(OutputError, match="another run of cartpk is writing there"):
            make_run(tmp_path / "run")
    assert names(tmp_path) == ["run", "run/run.json"]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match=r"cannot be written \("):
        make_run(tmp_path / "file" / "run")
    with pytest.raises(OutputError, match=r"cannot be written \("):
        make_run(tmp_path / ("x" * 300))
    make_run(tmp_path / ("y" * 240))
    assert names(tmp_path)[0] == "file"


def test_a_file_that_cannot_be_written_is_named_as_it_would_stand(tmp_path: Path) -> None:
    def fail() -> None:
        with building(tmp_path / "run") as new:
            raise OutputError(f"{new / 'figures' / 'f.png'}: the figure cannot be written")

    with pytest.raises(OutputError) as caught:
        fail()
    assert str(caught.value) == f"{tmp_path / 'run' / 'figures' / 'f.png'}: the figure cannot be written"
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_what_a_killed_run_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    make_run(tmp_path / "run", "old\n")
    code = (
        "import sys, time; from pathlib import Path; from cartpk.runfolder import building\n"
        "with building(Path(sys.argv[1])) as new:\n"
        "    (new / 'half').write_text('half'); print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with pytest.raises(OutputError, match="another run"):
            make_run(tmp_path / "run")
        child.kill()
    assert (tmp_path / "run" / "a.csv").read_text(encoding="utf-8") == "old\n"
    assert len([n for n in names(tmp_path) if n.startswith(".run.cartpk-")]) >= 2
    make_run(tmp_path / "run", "new\n")
    assert names(tmp_path) == WHOLE


def test_a_folder_that_a_killed_run_had_moved_aside_is_put_back(tmp_path: Path) -> None:
    make_run(tmp_path / "run", "old\n")
    (tmp_path / "run").rename(tmp_path / ".run.cartpk-replaced-abc")
    with pytest.raises(KeyboardInterrupt), building(tmp_path / "run"):
        raise KeyboardInterrupt
    assert names(tmp_path) == WHOLE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not a manifest of cartpk"),
        ("[]", "is not a manifest of cartpk"),
        ("[" * 100_000, "is not a manifest of cartpk"),
        ("\xff", "is not a manifest of cartpk"),
        (json.dumps({**FACTS, "outputs": [{"file": "../../x", "sha256": ""}], "seal": ""}), "is not a manifest"),
        (json.dumps({**FACTS, "outputs": [{"file": 3, "sha256": ""}], "seal": ""}), "is not a manifest"),
        (json.dumps({**FACTS, "outputs": {}, "seal": ""}), "is not a manifest"),
    ],
)
def test_a_manifest_that_is_not_ours_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "run.json").write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=message):
        read_manifest(tmp_path)


def test_a_folder_without_a_manifest_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no run\.json"):
        read_manifest(tmp_path)
    with pytest.raises(InputError, match="is not a run folder"):
        read_manifest(tmp_path / "none")


@pytest.mark.skipif(os.name == "nt", reason="folders have no such modes there")
def test_the_run_folder_is_as_readable_as_any_other(tmp_path: Path) -> None:
    make_run(tmp_path / "run")
    (tmp_path / "other").mkdir()
    assert (tmp_path / "run").stat().st_mode == (tmp_path / "other").stat().st_mode


def make_record(out: Path, replace: bool = False) -> None:
    with building(out, replace, kind="qualification") as new:
        (new / "qualification.html").write_text("passed", encoding="utf-8")
        write_manifest(new, {**FACTS, "kind": "qualification"}, {})


@pytest.mark.parametrize("replace", [False, True])
def test_a_run_never_replaces_a_record_of_a_selftest_nor_the_other_way_round(tmp_path: Path, replace: bool) -> None:
    make_record(tmp_path / "record")
    make_run(tmp_path / "run")
    with pytest.raises(OutputError, match=r"record: holds a record of cartpk selftest, not a run of cartpk analyze; "):
        make_run(tmp_path / "record", replace=replace)
    with pytest.raises(OutputError, match=r"run: holds a run of cartpk analyze, not a record of cartpk selftest; "):
        make_record(tmp_path / "run", replace)
    assert (tmp_path / "record" / "qualification.html").exists()
    assert (tmp_path / "run" / "a.csv").exists()


def test_a_record_of_a_selftest_is_replaced_only_when_asked_to(tmp_path: Path) -> None:
    make_record(tmp_path / "record")
    with pytest.raises(OutputError, match=r"record: holds a record of cartpk selftest already; .* or --replace it"):
        make_record(tmp_path / "record")
    make_record(tmp_path / "record", replace=True)
    assert read_manifest(tmp_path / "record").kind == "qualification"

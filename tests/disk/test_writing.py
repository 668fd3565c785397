"""Files are written whole, or stay as they were; those that belong together stay together."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cartpk.disk import beside, locked, write_together, write_whole
from cartpk.errors import OutputError


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def breaks_off() -> Iterator[str]:
    yield "half"
    raise KeyboardInterrupt


def test_a_file_is_written_as_text_or_bytes_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    assert write_whole(tmp_path / "a", ["µ\n", "b\n"]) == tmp_path / "a"
    assert (tmp_path / "a").read_bytes() == "µ\nb\n".encode()
    write_whole(tmp_path / "a", b"\x00\r\n")
    assert (tmp_path / "a").read_bytes() == b"\x00\r\n"
    assert names(tmp_path) == ["a"]


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", breaks_off())
    assert names(tmp_path) == []
    write_whole(tmp_path / "a", ["old"])
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", breaks_off())
    assert (tmp_path / "a").read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["a"]


def test_two_files_are_both_new_or_both_old(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write_together({one: ["1"], two: ["1"]})
    for broken in ({one: breaks_off(), two: ["2"]}, {one: ["2"], two: breaks_off()}):
        with pytest.raises(KeyboardInterrupt):
            write_together(broken)
        assert (one.read_text(encoding="utf-8"), two.read_text(encoding="utf-8")) == ("1", "1")
    write_together({one: ["2"], two: ["2"]})
    assert (one.read_text(encoding="utf-8"), two.read_text(encoding="utf-8")) == ("2", "2")
    assert names(tmp_path) == ["one", "two"]


@pytest.mark.parametrize("old", [True, False])
@pytest.mark.parametrize("step", range(4))
def test_a_step_that_fails_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int, old: bool) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    if old:
        write_together({one: ["1"], two: ["1"]})
    before, replace, left = names(tmp_path), Path.replace, [step]

    def failing(self: Path, target: Path) -> Path:
        if left and left[0] == 0:
            left.clear()
            raise PermissionError(13, "Permission denied")
        if left:
            left[0] -= 1
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    if not old and step >= 2:
        pytest.skip("there are only two steps where nothing stood before")
    with pytest.raises(OutputError, match=r"one: cannot be written \(Permission denied\); give a place"):
        write_together({one: ["2"], two: ["2"]})
    assert names(tmp_path) == before
    assert all(p.read_text(encoding="utf-8") == "1" for p in tmp_path.iterdir())


@pytest.mark.parametrize("step", range(5))
@pytest.mark.parametrize("old", [True, False])
def test_what_a_process_that_died_between_two_steps_left_is_undone(tmp_path: Path, step: int, old: bool) -> None:
    """The steps of writing two files, done by hand up to one of them; the next writer is refused by its own rule."""
    one, two = tmp_path / "one", tmp_path / "two"
    if old:
        write_together({one: ["1"], two: ["1"]})
    before = names(tmp_path)
    for place in (two, one):
        beside(place, "part").write_text("2", encoding="utf-8")
    renames = [(p, beside(p, "replaced")) for p in (one, two) if p.exists()]
    renames += [(beside(p, "part"), p) for p in (two, one)]
    for source, target in renames[:step]:
        source.replace(target)
    done = step >= len(renames)

    def refuse() -> None:
        raise OutputError("no")

    with pytest.raises(OutputError, match="no"):
        write_together({one: ["3"], two: ["3"]}, refuse)
    assert names(tmp_path) == (["one", "two"] if done else before)
    assert {p.read_text(encoding="utf-8") for p in tmp_path.iterdir()} <= ({"2"} if done else {"1"})


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old", encoding="utf-8")
    try:
        (tmp_path / "link").symlink_to(tmp_path / "real")
    except OSError:
        pytest.skip("this system makes no links for this user")
    write_whole(tmp_path / "link", ["new"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == "new"


@pytest.mark.skipif(os.name == "nt", reason="there are no such files there")
def test_a_device_a_folder_and_a_link_in_a_circle_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    for name in ("pipe", "folder", "circle"):
        with pytest.raises(OutputError, match=f"{name}: is a folder, a device or a link in a circle"):
            write_whole(tmp_path / name, ["x"])
    assert names(tmp_path) == ["circle", "folder", "pipe"]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for place in (tmp_path / "none" / "a", tmp_path / "file" / "a", tmp_path / ("x" * 300)):
        with pytest.raises(OutputError, match=r"cannot be written \(.+\)"):
            write_whole(place, ["x"])


def test_two_writers_at_once_the_second_is_told(tmp_path: Path) -> None:
    place = tmp_path / "a"
    with locked(place), pytest.raises(OutputError, match="another run of cartpk is writing there"):
        write_whole(place, ["x"])
    write_whole(place, ["y"])
    assert names(tmp_path) == ["a"]


def test_many_writers_leave_one_whole_file(tmp_path: Path) -> None:
    told: list[str] = []

    def write(letter: str) -> None:
        for _ in range(20):
            try:
                write_whole(tmp_path / "a", [letter] * 5000)
            except OutputError as error:
                told.append(str(error))

    writers = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    content = (tmp_path / "a").read_text(encoding="utf-8")
    assert len(content) == 5000
    assert len({*content}) == 1
    assert all("another run of cartpk is writing there" in message for message in told)
    assert names(tmp_path) == ["a"]

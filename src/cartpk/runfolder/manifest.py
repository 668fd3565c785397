"""`run.json`: what a run folder says of itself, and what has been changed in it since."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cartpk.errors import InputError

__all__ = [
    "KINDS",
    "MANIFEST",
    "Changes",
    "Kind",
    "Manifest",
    "changes_in",
    "fingerprint",
    "read_manifest",
    "write_manifest",
]

MANIFEST = "run.json"
Kind = Literal["analysis", "qualification"]
KINDS: Mapping[Kind, str] = {"analysis": "a run of cartpk analyze", "qualification": "a record of cartpk selftest"}
"""What a folder of cartpk's may be."""
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""What file managers leave behind by themselves; nobody's work."""
_MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """A run folder's `run.json`: `facts` as read, `outputs` file -> SHA-256, whether it is `whole` (as cartpk wrote it)."""

    facts: Mapping[str, Any]
    outputs: Mapping[str, str]
    whole: bool

    @property
    def kind(self) -> Kind:
        """What the folder is; a manifest that says nothing is of an analysis."""
        return "qualification" if self.facts.get("kind") == "qualification" else "analysis"


@dataclass(frozen=True, slots=True)
class Changes:
    """What is not as the manifest says: files that are not ours, that were edited, that are gone."""

    foreign: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.foreign or self.edited or self.gone)


def fingerprint(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of a file's bytes."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_in(folder: Path) -> Iterator[str]:
    """Every file and link below `folder` as ``a/b``, in order."""
    for place, folders, files in os.walk(folder, onerror=_raise):
        folders.sort()
        links = [f for f in folders if (Path(place) / f).is_symlink()]
        for name in sorted(n for n in (*files, *links) if n not in _LITTER):
            yield (Path(place) / name).relative_to(folder).as_posix()


def _raise(error: OSError) -> None:
    raise error


def write_manifest(folder: Path, facts: Mapping[str, Any], rows: Mapping[str, int]) -> None:
    """Write `run.json`: `facts`, and each file of the folder with its SHA-256, size and (for tables) rows."""
    outputs = [
        {
            "file": name,
            "sha256": fingerprint(folder / name),
            "size": (folder / name).stat().st_size,
            "rows": rows.get(name),
        }
        for name in files_in(folder)
    ]
    tree = {**facts, "outputs": outputs}
    text = json.dumps({**tree, "seal": _seal(tree)}, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _seal(tree: Mapping[str, Any]) -> str:
    """The hash of everything else in the manifest: shows that nobody edited it."""
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run folder; `InputError` where there is none, or it is not cartpk's."""
    path = folder / MANIFEST
    if not folder.is_dir():
        raise InputError(f"{folder}: is not a run folder; give a folder that cartpk analyze wrote")
    try:
        found = path.stat()
        if found.st_size > _MOST_BYTES:
            raise InputError(f"{path}: is too large to be a manifest of cartpk")
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{path}: is no file, so it is not a manifest of cartpk")
        tree = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{folder}: holds no {MANIFEST}, so it is not a folder that cartpk wrote") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not a manifest of cartpk ({error})") from error
    if not _is_ours(tree):
        raise InputError(f"{path}: is not a manifest of cartpk")
    seal = tree.pop("seal")
    outputs = {entry["file"]: entry["sha256"] for entry in tree["outputs"]}
    return Manifest(tree, outputs, _seal(tree) == seal)


def _is_ours(tree: Any) -> bool:
    """Whether a manifest has the shape that cartpk writes; names that lead out of the folder are not ours."""
    if not isinstance(tree, dict) or not isinstance(tree.get("versions"), dict) or "cartpk" not in tree["versions"]:
        return False
    lists = [tree.get("outputs"), tree.get("inputs")]
    if not isinstance(tree.get("seal"), str) or not all(isinstance(x, list) for x in lists):
        return False
    entries = [entry for some in lists if some for entry in some]
    texts = all(isinstance(e, dict) and isinstance(e.get("file"), str) and isinstance(e.get("sha256"), str) for e in entries)  # fmt: skip
    return texts and not any(_leads_out(entry["file"]) for entry in tree["outputs"])


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or not parts[0] or ":" in parts[0] or "\0" in name


def _is_file(path: Path) -> bool:
    """Whether this is a file itself: no link to one, and no pipe, which would be waited for."""
    return path.is_file() and not path.is_symlink()


def changes_in(folder: Path, manifest: Manifest) -> Changes:
    """What was added, edited or taken away since cartpk wrote the folder."""
    there = [name for name in files_in(folder) if name != MANIFEST]
    ours = [name for name in there if name in manifest.outputs]
    edited = [n for n in ours if not _is_file(folder / n) or fingerprint(folder / n) != manifest.outputs[n]]
    return Changes(
        foreign=tuple(name for name in there if name not in manifest.outputs),
        edited=(*edited, *([] if manifest.whole else [MANIFEST])),
        gone=tuple(name for name in sorted(manifest.outputs) if name not in there),
    )

"""What the pages promise: commands that are there, links that lead somewhere, code that runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts)])
COMMANDS = [
    "python -m pip install . && cartpk analyze data/sample/counts.csv",
    'python -m pip install -e ".[test]" && python -m pytest',
]


def blocks(path: Path, language: str) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for match in re.finditer(r"^```([^\n]*)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE):
        if match[1].strip() == language:
            yield match[2]


def headings(path: Path) -> set[str]:
    """The anchors of a page, made from its headings as GitHub and MyST make them."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


def test_the_readme_opens_with_the_two_commands_alone() -> None:
    assert next(blocks(ROOT / "README.md", "")).splitlines() == COMMANDS


def test_the_readme_opens_with_what_it_is_for_and_a_picture() -> None:
    opening = (ROOT / "README.md").read_text(encoding="utf-8").split("```")[0]
    assert opening.startswith("# cartpk\n")
    picture = re.search(r"!\[[^\]]{20,}\]\(([^)]+)\)", opening)
    assert picture, "a picture with a text for who cannot see it"
    assert (ROOT / picture[1]).stat().st_size > 5_000
    prose = opening.splitlines()[2]
    assert len(re.findall(r"[.!?](?:\s|$)", prose)) == 3, f"three sentences: {prose}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_between_pages_resolve(page: Path) -> None:
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    broken = []
    for target in re.findall(r"\]\(([^)\s]*)\)", text):
        if re.match(r"[a-z]+:", target) or not target:
            continue
        name, _, anchor = target.partition("#")
        path = page if not name else (page.parent / name)
        if not path.exists():
            broken.append(f"{target}: no such file")
        elif anchor and path.suffix == ".md" and anchor not in headings(path):
            broken.append(f"{target}: no such heading")
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_python_on_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of a page run in order, in one namespace, beside a copy of the sample as counts.csv."""
    code = list(blocks(page, "python"))
    sample = (ROOT / "data" / "sample" / "counts.csv").read_bytes()
    (tmp_path / "counts.csv").write_bytes(sample)
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {}
    for block in code:
        exec(compile(block, str(page), "exec"), namespace)


def test_toml_on_a_page_is_a_plan(tmp_path: Path) -> None:
    from cartpk.plan import Plan

    wrong = []
    for page in PAGES:
        for number, block in enumerate(blocks(page, "toml")):
            path = tmp_path / f"{page.stem}-{number}.toml"
            path.write_text(block, encoding="utf-8")
            try:
                Plan.from_toml(path)
            except ValueError as problem:
                wrong.append(f"{page.name}: {problem}")
    assert wrong == []


def test_every_page_is_in_the_contents() -> None:
    """Sphinx fails on a page that nothing leads to; this says so without Sphinx."""
    docs = ROOT / "docs"
    listed = set(re.findall(r"^([\w/-]+)$", (docs / "index.md").read_text(encoding="utf-8"), flags=re.MULTILINE))
    pages = {p.relative_to(docs).with_suffix("").as_posix() for p in docs.glob("*.md")} - {"index"}
    assert pages - listed == set()


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "decisions" / "index.md").read_text(encoding="utf-8")
    pages = sorted(p.name for p in (ROOT / "docs" / "decisions").glob("0*.md"))
    assert [name for name in pages if f"({name})" not in index] == []
    assert [name[:4] for name in pages] == [f"{i:04d}" for i in range(1, len(pages) + 1)]


@pytest.mark.parametrize("name", ["first-analysis", "models"])
def test_a_notebook_is_kept_without_outputs(name: str) -> None:
    notebook = json.loads((ROOT / "docs" / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) >= 8
    assert [cell for cell in cells if cell["outputs"] or cell["execution_count"] is not None] == []


def test_the_rules_name_every_parameter_and_only_reasons_and_flags_that_exist() -> None:
    from cartpk.reasons import Flag, Reason
    from cartpk.terms import TERMS

    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z0-9_]{6,})`", text))
    assert named - {*Flag.__members__, *Reason.__members__} == set()
    assert len(named) > 15
    assert [name for name, term in TERMS.items() if not term.horizon and f"`{name}`" not in text] == []

"""The documents of a run: every file is listed, and the same bytes each time; their cells are compared in ``agreement/``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest
from agreement.rounded import three_figures
from rtf import read_rtf

import cartpk as ck
from cartpk.plan import Plan, ReportRules

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "counts.csv"


def plan(**report: object) -> Plan:
    given = {
        "study": "NCT06821659",
        "population": "PK set",
        "formats": ("csv", "html", "xlsx", "rtf", "docx"),
        "figures": "none",
    }
    return Plan(report=ReportRules(**{**given, **report}))  # type: ignore[arg-type]


def some_subjects(folder: Path) -> Path:
    """The first subjects of the sample study."""
    path = folder / "counts.csv"
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(True)
    path.write_text("".join(lines[:60]), encoding="utf-8", newline="")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("run")
    return ck.analyze(some_subjects(here), plan=plan(draft=True, run_date="2026-11-20"), out=here / "run").out


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [unquote(value or "") for name, value in attrs if tag == "a" and name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def links_of(path: Path) -> Links:
    parser = Links()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def test_the_contents_list_every_file_with_its_title(folder: Path) -> None:
    page, rows = links_of(folder / "tables" / "index.html"), rows_of(folder / "tables" / "index.csv")
    there = {p.name for p in (folder / "tables").iterdir()} - {"index.html", "index.csv"}
    assert {row["file"] for row in rows} == set(page.found) == there
    assert all(row["title"] in page.text and row["number"] in page.text for row in rows)
    assert {row["kind"] for row in rows} == {"Table", "Listing", "Text"}


def test_methods_and_results_are_a_document_and_say_what_the_page_says(folder: Path) -> None:
    text = "\n".join(p.text for p in docx.Document(str(folder / "tables" / "methods.docx")).paragraphs)
    assert "Methods" in text
    assert "linear trapezoidal rule" in text
    cmax = next(r for r in rows_of(folder / "summary.csv") if (r["parameter"], r["statistic"], r["dose_level"]) == ("cmax", "median", "Total"))  # fmt: skip
    assert f"Cmax had a median of {three_figures(cmax['value'])} cells/µL" in text


def test_numbered_figures_are_pages_in_three_formats_and_listed(tmp_path: Path) -> None:
    small = some_subjects(tmp_path)
    given = plan(
        formats=("rtf", "docx"),
        figures="all",
        numbering={"figures": "14.9", "tables": "14.1", "listings": "16.1"},
        page="a4",
    )
    out = ck.analyze(small, plan=given, out=tmp_path / "run").out
    names = {p.name for p in (out / "figures").iterdir()}
    assert {f"figure-14-9-1-1-pkcg01.{s}" for s in ("rtf", "docx", "pdf")} <= names
    index = rows_of(out / "tables" / "index.csv")
    figures = [row for row in index if row["kind"] == "Figure"]
    assert {row["file"].removeprefix("../figures/") for row in figures} == {
        n for n in names if n.startswith("figure-14")
    }
    assert {row["number"].rsplit(".", 2)[0] for row in index if row["kind"] == "Table"} == {"14.1"}
    assert {row["number"][:4] for row in index if row["kind"] == "Listing"} == {"16.1"}
    head = read_rtf((out / "figures" / "figure-14-9-1-1-pkcg01.rtf").read_bytes())
    assert "Figure 14.9.1.1\nValues of each subject" in head.heads[0]
    pictures = docx.Document(str(out / "figures" / "figure-14-9-1-1-pkcg01.docx")).inline_shapes
    assert len(pictures) == len(head.heads) == 4
    assert (out / "figures" / "figure-14-9-1-1-pkcg01.pdf").read_bytes().count(b"/Type /Page ") == 4
    assert not re.search(rb"CreationDate|Producer", (out / "figures" / "figure-14-9-1-1-pkcg01.pdf").read_bytes())
    assert ck.analyze(small, plan=given, out=tmp_path / "again").out
    for path in _files(out):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(out)).read_bytes(), path.name


def _files(out: Path) -> Iterator[Path]:
    return (p for p in sorted(out.rglob("*")) if p.is_file() and p.name != "run.json")

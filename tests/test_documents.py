"""The documents of a run, read back: every number is the rounding of the CSV files, every text is text, every file is listed."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from rtf import read_rtf

import cartpk as ck
from cartpk.plan import Plan, ReportRules
from cartpk.terms import TERMS, Term

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "counts.csv"
SYMBOLS = {term.symbol: term for term in TERMS.values()}
LABELS = {
    "N": "N", "n": "n", "n above 0": "geo_n", "Mean": "mean", "SD": "sd", "CV%": "cv_pct", "Geometric mean": "geo_mean",
    "Geometric CV%": "geo_cv_pct", "Geom. mean": "geo_mean", "Geom. CV%": "geo_cv_pct", "Median": "median", "Q1": "q1", "Q3": "q3",
    "Min": "min", "Max": "max",
}  # fmt: skip
Grid = list[list[str]]


def plan(**report: object) -> Plan:
    given = {
        "study": "NCT06821659",
        "population": "PK set",
        "formats": ("csv", "html", "xlsx", "rtf", "docx"),
        "figures": "none",
    }
    return Plan(report=ReportRules(**{**given, **report}))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "run"
    return ck.analyze(SAMPLE, plan=plan(draft=True, run_date="2026-11-20"), out=out).out


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rtf_grid(path: Path) -> Grid:
    """The rows of all pages, headings of columns once."""
    document = read_rtf(path.read_bytes())
    first = document.pages[0]
    rows = [row for page in document.pages for row in page.rows[page.headings :]]
    heads = first.rows[first.headings - 1]
    return [heads, *(row for row in rows if not row[0].endswith("(continued)"))]


def docx_grid(path: Path) -> Grid:
    (found,) = docx.Document(str(path)).tables
    rows = [[c.text for c in row.cells] for row in found.rows if not row._tr.xpath("./w:trPr/w:tblHeader")]
    heads = [row for row in found.rows if row._tr.xpath("./w:trPr/w:tblHeader")][-1]
    return [[c.text for c in heads.cells], *([row[0]] if len(set(row)) == 1 and len(row) > 1 else row for row in rows)]


def xlsx_grid(path: Path) -> Grid:
    """The cells as a workbook shows them: numbers by their formats."""
    book = openpyxl.load_workbook(path)
    found = []
    for row in book.worksheets[0].iter_rows(min_row=5):
        if not any(c.value is not None for c in row):
            break
        texts = [_shown(c) for c in row]
        found.append(texts if any(texts[1:]) else texts[:1])
    book.close()
    start = next(k for k, row in enumerate(found) if row[0])
    return found[start:]


def _shown(cell: object) -> str:
    value, shape = cell.value, cell.number_format  # type: ignore[attr-defined]
    if value is None or isinstance(value, str):
        return value or ""
    mark = re.search(r'"( [a-z,]+)"$', shape)
    shape = shape.split('"')[0]
    number = Decimal(repr(float(value)))
    if "E" in shape:
        text = f"{number:.{len(shape.partition('.')[2].split('E')[0])}E}"
        mantissa, power = text.split("E")
        text = f"{mantissa}E{int(power):+03d}"
    else:
        step = Decimal(1).scaleb(-len(shape.partition(".")[2]))
        text = format(number.quantize(step, rounding=ROUND_HALF_UP), "f")
    return text + (mark[1] if mark else "")


def term_of(head: str) -> Term:
    """The parameter that a head names, with its unit in brackets behind it."""
    return SYMBOLS[max((s for s in SYMBOLS if head == s or head.startswith(f"{s} (")), key=len)]


READERS: dict[str, Callable[[Path], Grid]] = {"rtf": rtf_grid, "docx": docx_grid, "xlsx": xlsx_grid}


def three_figures(value: float) -> str:
    """Rounded by hand, so that the code under test does not judge itself."""
    number = Decimal(repr(value))
    if not number:
        return "0"
    rounded = number.quantize(Decimal(1).scaleb(number.adjusted() - 2), rounding=ROUND_HALF_UP)
    rounded = (
        rounded.quantize(Decimal(1).scaleb(rounded.adjusted() - 2))
        if rounded.adjusted() > number.adjusted()
        else rounded
    )
    if not -4 <= rounded.adjusted() < 9:
        return f"{rounded.scaleb(-rounded.adjusted()):.2f}E{rounded.adjusted():+03d}"
    return format(rounded, "f")


def expected(row: dict[str, str], counts: bool) -> str:
    """How a statistic of summary.csv stands in a table."""
    if not row["value"]:
        return row["reason"]
    value = float(row["value"])
    if row["statistic"] in ("N", "n", "geo_n", "n_quantifiable") or (counts and value.is_integer()):
        return f"{value:.0f}"
    if row["statistic"].endswith(("cv_pct", "pct_quantifiable")):
        return format(Decimal(row["value"]).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP), "f")
    return three_figures(value)


def clean(text: str) -> str:
    return text.replace("\xa0", " ").replace("\n", " ").strip()


def files(folder: Path, name: str) -> list[tuple[str, Path]]:
    """The table or listing for each assay in each format."""
    found = [p for p in sorted((folder / "tables").iterdir()) if re.fullmatch(rf"{name}\.(xlsx|rtf|docx)", p.name)]
    assert len(found) in (3, 6), [p.name for p in found]
    return [("flow" if re.search(r"-1-[a-z]", p.name) else "qpcr", p) for p in found]


def group_of(heading: str) -> str:
    return clean(heading).split(" (N=")[0]


@pytest.mark.parametrize(
    ("name", "column"),
    [("t-14-2-2-.-pkpt02", "dose_level"), ("t-14-2-6-.-pkpt02", "dose_level"), ("t-14-2-7-.-pkpt02", "indication")],
)
def test_every_statistic_by_group_is_the_rounding_of_summary_csv(folder: Path, name: str, column: str) -> None:
    other = {"dose_level": "indication", "indication": "dose_level"}[column]
    cells = {
        (r["assay"], r["parameter"], r["statistic"], r[column]): r
        for r in rows_of(folder / "summary.csv")
        if r[other] == "Total"
    }
    for assay, path in files(folder, name):
        heads, *rows = READERS[path.suffix[1:]](path)
        term, checked = None, 0
        for row in rows:
            label = clean(row[0])
            if label not in LABELS or len(row) == 1:
                term = term_of(label)
                continue
            assert term is not None
            for heading, text in zip(heads[1:], row[1:], strict=True):
                found = cells[assay, term.name, LABELS[label], group_of(heading)]
                assert clean(text) == expected(found, term.average == "count"), (path.name, term.name, label, heading)
                checked += 1
        assert checked > 20


def test_every_statistic_of_every_parameter_is_the_rounding_of_summary_csv(folder: Path) -> None:
    cells = {
        (r["assay"], r["parameter"], r["statistic"], r["dose_level"]): r
        for r in rows_of(folder / "summary.csv")
        if r["indication"] == "Total"
    }
    for assay, path in files(folder, "t-14-2-3-.-pkpt03"):
        heads, *rows = READERS[path.suffix[1:]](path)
        term = None
        for row in rows:
            if clean(row[0]):
                term = term_of(clean(row[0]))
            assert term is not None
            for heading, text in zip(heads[2:], row[2:], strict=True):
                found = cells[assay, term.name, LABELS[clean(heading)], clean(row[1])]
                assert clean(text) == expected(found, term.average == "count"), (path.name, term.name, heading)
        assert len(rows) == 4 * len(TERMS)


def test_every_statistic_of_a_visit_is_the_rounding_of_summary_concentrations_csv(folder: Path) -> None:
    cells = {
        (r["assay"], r["visit"], r["statistic"], r["dose_level"]): r
        for r in rows_of(folder / "summary_concentrations.csv")
    }
    for assay, path in files(folder, "t-14-2-1-.-pkct01"):
        heads, *rows = READERS[path.suffix[1:]](path)
        group, checked = "", 0
        for row in rows:
            if ((named := re.fullmatch(r"(?:dose level )?(\S+) \(N=(\d+)\)", clean(row[0]))) and not clean("".join(row[1:2]))) or len(row) == 1:  # fmt: skip
                assert named is not None
                group = named[1]
                continue
            visit = clean(row[0])
            share = [expected(cells[assay, visit, s, group], False) for s in ("n_quantifiable", "pct_quantifiable")]
            assert clean(row[2]) == (f"{share[0]} ({share[1]})" if share[1] not in ("NE", "NC") else share[0])
            for heading, text in zip(["n", *heads[3:]], [row[1], *row[3:]], strict=True):
                assert clean(text) == expected(cells[assay, visit, LABELS[clean(heading)], group], False), (
                    path.name,
                    visit,
                )
                checked += 1
        assert checked > 200


def test_every_parameter_of_every_subject_is_that_of_parameters_csv(folder: Path) -> None:
    cells = {(r["assay"], r["subject_id"], r["parameter"]): r for r in rows_of(folder / "parameters.csv")}
    for assay, path in files(folder, "l-16-2-3-.-pkpl01"):
        _, *rows = READERS[path.suffix[1:]](path)
        assert len(rows) == 9 * len(TERMS)
        for row in rows:
            term = SYMBOLS[clean(row[1])]
            found = cells[assay, row[0], term.name]
            assert clean(row[3]) == listed(found, term.average == "count"), (path.name, row[:2])
            told = clean(row[5]) if len(row) > 5 else ""
            assert told == found["flags"].replace(";", "; ") or found["reason"]


def listed(row: dict[str, str], counts: bool) -> str:
    """A value of parameters.csv as a listing shows it: no digit before the decimal sign is lost."""
    if not row["value"]:
        return "–"
    number = Decimal(repr(float(row["value"])))
    if counts:
        return f"{number.quantize(Decimal(1), rounding=ROUND_HALF_UP):f}"
    return (
        f"{number.quantize(Decimal(1), rounding=ROUND_HALF_UP):f}"
        if 1000 <= abs(number) < 10**9
        else three_figures(float(number))
    )


def test_every_concentration_stands_in_the_listing_as_it_was_reported(folder: Path) -> None:
    given = rows_of(folder / "concentrations.csv")
    for assay, path in files(folder, "l-16-2-1-.-pkcl01"):
        _, *rows = READERS[path.suffix[1:]](path)
        here = {r["record"]: r for r in given if r["assay"] == assay}
        assert len(rows) == len(here)
        for row in rows:
            r = here[clean(row[9])]
            assert [clean(c) for c in row[:9]] == [r[n] for n in ("subject_id", "visit", "time_nominal", "time", "reported", "lloq", "value_used", "status", "reason")]  # fmt: skip


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
    cmax = next(r for r in rows_of(folder / "summary.csv") if (r["parameter"], r["statistic"], r["dose_level"]) == ("cmax", "geo_mean", "Total"))  # fmt: skip
    assert f"Cmax had a geometric mean of {three_figures(float(cmax['value']))} cells/µL" in text


def test_numbered_figures_are_pages_in_three_formats_and_listed(tmp_path: Path) -> None:
    text = "".join(line for k, line in enumerate(SAMPLE.read_text(encoding="utf-8").splitlines(True)) if k < 60)
    small = tmp_path / "counts.csv"
    small.write_text(text, encoding="utf-8", newline="")
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

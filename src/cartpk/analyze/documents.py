"""The tables, listings and figures of the study report, and the paragraphs of its methods and results, as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from cartpk.analysis import Analysis
from cartpk.analyze.compute import Progress
from cartpk.language import say
from cartpk.writers.imprint import Imprint, PageSize, Picture, Plate, headed

if TYPE_CHECKING:
    import pandas as pd

    from cartpk.plots.plates import PlateSet
    from cartpk.tables import Table

__all__ = ["DOCUMENTS", "imprint_of", "n_plates", "write_documents", "write_plates"]

DOCUMENTS = ("xlsx", "rtf", "docx")
"""The formats that tables are written in."""
_PAGES = ("rtf", "docx")

Written = tuple[dict[str, int], list[tuple[str, str]]]


def imprint_of(analysis: Analysis) -> Imprint:
    """What stands on every page."""
    report = analysis.plan.report
    return Imprint(
        study=report.study,
        run_date=report.run_date,
        data_cut=report.data_cut,
        draft=report.draft,
        author=report.author,
        reviewer=report.reviewer,
        page=cast(PageSize, report.page),
    )


def write_documents(analysis: Analysis, frames: dict[str, pd.DataFrame], folder: Path, progress: Progress) -> Written:
    """Write ``tables/``: each table in each format, the paragraphs, the contents. Returns rows a file, and the links."""
    from cartpk.tables.catalogue import catalogue

    a, report = analysis, analysis.plan.report
    formats = [name for name in DOCUMENTS if name in report.formats]
    tables = catalogue(
        a.samples,
        a.results,
        a.summary_of_all,
        a.summary_concentrations,
        frames["sensitivity.csv"],
        listing_frame=frames["concentrations.csv"],
        population=report.population,
        numbering=report.numbering,
        fits=a.asked,
        summary_fits=a.summary_fits,
    )
    (folder / "tables").mkdir()
    imprint, writers = imprint_of(a), _writers(formats)
    rows: dict[str, int] = {}
    links: list[tuple[str, str]] = []
    for n, table in enumerate(tables):
        progress("tables", n, len(tables))
        for name in formats:
            file = f"tables/{table.name}.{name}"
            writers[name](table, folder / file, imprint)
            rows[file] = len(table.rows)
            links.append((file, _told(table)))
    progress("tables", len(tables), len(tables))
    words = _write_words(a, folder, imprint) if "docx" in formats else []
    index = _contents(a, tables, formats, words)
    rows["tables/index.csv"] = _write_contents(a, index, folder)
    heads = [
        ("tables/index.html", say("the tables, listings and figures, numbered")),
        ("tables/index.csv", say("the same as a table")),
    ]
    return rows, [*heads, *((f"tables/{file}", title) for file, title in words), *links]


def _told(table: Table) -> str:
    """What a link to a table says."""
    head = headed(table.kind, table.number)
    return say("{head}: {title}. {subtitle}", head=head, title=table.title, subtitle=table.subtitle)


def _writers(formats: list[str]) -> dict[str, Callable[[Table, Path, Imprint], None]]:
    from cartpk.writers import docx, rtf, xlsx

    known: dict[str, Callable[[Table, Path, Imprint], None]] = {
        "xlsx": lambda table, path, _: xlsx.write(table, path),
        "rtf": rtf.write,
        "docx": docx.write,
    }
    return {name: known[name] for name in formats}


def _write_words(analysis: Analysis, folder: Path, imprint: Imprint) -> list[tuple[str, str]]:
    """The methods and results as a document."""
    from cartpk import prose
    from cartpk.writers import docx

    sections = ((say("Methods"), prose.methods(analysis)), (say("Results"), prose.results(analysis)))
    (folder / "tables" / "methods.docx").write_bytes(docx.encode_prose(analysis.plan.report.heading, sections, imprint))
    return [("methods.docx", say("Methods and results in words"))]


def _contents(
    analysis: Analysis, tables: tuple[Table, ...], formats: list[str], words: list[tuple[str, str]]
) -> pd.DataFrame:
    """One row a file: ``number, id, kind, title, subtitle, file``; figures are named relative to the folder of tables."""
    import pandas as pd

    from cartpk.tables import index

    found = index(tables, [f".{name}" for name in formats])
    figures = [
        (plate.number, plate.id, "Figure", plate.title, "", f"../figures/{plate.name}.{suffix}")
        for plate in _plates(analysis)
        for suffix in _suffixes(analysis)
    ]
    texts = [("", "methods", "Text", title, "", file) for file, title in words]
    more = pd.DataFrame([*figures, *texts], columns=list(found.columns), dtype=object)
    tables_only, listings = found[found["kind"] == "Table"], found[found["kind"] == "Listing"]
    return pd.concat([tables_only, more[more["kind"] == "Figure"], listings, more[more["kind"] == "Text"]])


def _write_contents(analysis: Analysis, index: pd.DataFrame, folder: Path) -> int:
    from cartpk.writers import contents, csv

    csv.write(index, folder / "tables" / "index.csv")
    report = analysis.plan.report
    title = (
        say("{study}: tables, listings and figures", study=report.study)
        if report.study
        else say("Tables, listings and figures")
    )
    rows = ({str(k): str(v) for k, v in row.items()} for row in index.to_dict("records"))
    (folder / "tables" / "index.html").write_text(contents.page(title, rows), encoding="utf-8", newline="\n")
    return len(index)


def _suffixes(analysis: Analysis) -> list[str]:
    """What the numbered figures are written as: PDF beside RTF or DOCX."""
    formats = [name for name in _PAGES if name in analysis.plan.report.formats]
    return [*formats, "pdf"] if formats else []


def _plates(analysis: Analysis) -> list[PlateSet]:
    from cartpk.plots.plates import plates

    report = analysis.plan.report
    if report.figures == "none" or not _suffixes(analysis):
        return []
    which: Literal["all", "cohort"] = "all" if report.figures == "all" else "cohort"
    return list(plates(analysis.profiles, analysis.results, analysis.by, which, report.numbering["figures"]))


def _names_in(analysis: Analysis) -> list[str]:
    """What the data call subjects, assays and groups, and the reasons of exclusions."""
    p = analysis.profiles
    columns = (p.keys.subject, p.keys.assay, p.keys.matrix, *p.covariates.values())
    return [*p.exclusion_reasons, *(text for column in columns for text in column.levels)]


def n_plates(analysis: Analysis) -> int:
    """How many numbered figures there are."""
    return len(_plates(analysis))


def write_plates(analysis: Analysis, folder: Path, progress: Progress, only: int | None = None) -> None:
    """Write the numbered figures, or `only` one of them: each page is drawn once for all formats."""
    from cartpk.plots.plates import PdfBook, picture
    from cartpk.tables.catalogue import data_note
    from cartpk.writers import docx, rtf

    sets, imprint, last = _plates(analysis), imprint_of(analysis), data_note(analysis.samples)
    sets = sets if only is None else sets[only : only + 1]
    n, done = sum(len(plate.pages) for plate in sets), 0
    names = _names_in(analysis)
    formats = _suffixes(analysis)
    for plate in sets:
        pictures, path = [], folder / "figures" / plate.name
        head, foot = imprint.study, "   ".join([last, *imprint.dates])
        with PdfBook(path.with_suffix(".pdf"), imprint.size, head, foot, len(plate.pages), names) as book:
            for page in plate.pages:
                progress("figures of the study report", done, n)
                figure = page.draw()
                pictures.append(Picture(*picture(figure)))
                book.add(figure, f"{headed('Figure', plate.number)}  {plate.title}", imprint.draft)
                done += 1
        whole = Plate(
            plate.number, plate.id, plate.title, tuple(page.subtitle for page in plate.pages), tuple(pictures),
            tuple((page.caption, last) for page in plate.pages),
        )  # fmt: skip
        if "rtf" in formats:
            rtf.write(whole, path.with_suffix(".rtf"), imprint)
        if "docx" in formats:
            docx.write(whole, path.with_suffix(".docx"), imprint)
    progress("figures of the study report", n, n)

"""The files of a run folder, written one after another into a folder that is not yet in its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cartpk.analysis import Analysis
from cartpk.analyze.compute import Progress, silent
from cartpk.analyze.documents import DOCUMENTS, write_documents
from cartpk.analyze.drawing import write_figures
from cartpk.findings import Findings
from cartpk.language import phrase, speaking, told

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["findings_frame", "frames_of", "write_files"]

Link = tuple[str, str]
"""A file of the run folder and what it is: a phrase, or the title of what is in it."""

_WORDS = {
    "parameters.csv": "every parameter with its reason, flags and input rows",
    "fits.csv": "every estimate of each model with its interval or reason",
    "models.csv": "how the models of each profile compare, and which was chosen",
    "summary.csv": "descriptive statistics of the parameters",
    "summary_concentrations.csv": "descriptive statistics of the values by visit",
    "concentrations.csv": "every input row as analysed",
    "sensitivity.csv": "AUC0-M3 under every rule, and with M3 on other days (column m3_days)",
    "findings.csv": "every finding of the checks",
}


def findings_frame(findings: Findings) -> pd.DataFrame:
    """One row a finding, with the columns of findings.csv."""
    import pandas as pd

    rows = [[getattr(f, name) for name in Findings.COLUMNS] for f in findings]
    return pd.DataFrame(rows, columns=list(Findings.COLUMNS), dtype=object)


def frames_of(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """The name of each CSV file and what stands in it."""
    from cartpk.tables.listing import as_analysed

    a = analysis
    return {
        "parameters.csv": a.results.to_long(),
        **_fit_frames(a),
        "summary.csv": (a.summary_of_all if a.summary_fits is None else a.summary_of_all + a.summary_fits).to_frame(),
        "summary_concentrations.csv": a.summary_concentrations.to_frame(),
        "concentrations.csv": as_analysed(a.samples, a.profiles, a.plan.nca, a.ledger),
        "sensitivity.csv": a.sensitivity.to_frame(),
        "findings.csv": findings_frame(a.findings),
    }


def _fit_frames(analysis: Analysis) -> dict[str, pd.DataFrame]:
    if not analysis.fits:
        return {}
    from cartpk.tables.models import compared, estimates_frame

    return {"fits.csv": estimates_frame(analysis.fits), "models.csv": compared(analysis.fits)}


def write_files(
    analysis: Analysis,
    folder: Path,
    progress: Progress = silent,
    figures: pd.DataFrame | None = None,
    *,
    draw: bool = True,
    refused: list[str] | None = None,
    jobs: int = 1,
) -> dict[str, int]:
    """Write everything the plan asks for but the manifest; returns the rows of each file that is a table.

    Figures are drawn in `jobs` processes. With `draw` off none is drawn, and `figures` is the index of those drawn
    before (or None).
    What a format cannot hold is left out, and a sentence on it added to `refused`.
    """
    rules = analysis.plan.report
    rows: dict[str, int] = {}
    links: list[Link] = []
    if draw and rules.figures != "none":
        figures = write_figures(analysis, folder, progress, jobs)
    frames = frames_of(analysis)
    if "csv" in rules.formats:
        rows |= {name: _write_frame(frame, folder / name) for name, frame in frames.items()}
        links += [(name, phrase(_WORDS[name])) for name in frames]
    if any(name in rules.formats for name in DOCUMENTS):
        with speaking(rules.language):
            written, more = write_documents(analysis, frames, folder, progress)
        rows |= written
        links += more
    if "xpt" in rules.formats:
        rows |= write_cdisc(
            analysis, frames["concentrations.csv"], folder, links, [] if refused is None else refused, progress
        )
    if figures is not None:
        rows["figures/index.csv"] = _write_frame(figures, folder / "figures" / "index.csv")
        links.append(("figures/index.csv", phrase("the figures, their titles and captions")))
        links += [(f"figures/{f}", t) for f, t in zip(figures["file"], figures["title"], strict=True)]
    links += [
        ("plan.toml", phrase("the plan as used")),
        ("run.json", phrase("the manifest: inputs, files, versions, times")),
    ]
    if "html" in rules.formats:
        with speaking(rules.language):
            _write_report(analysis, folder, [(file, told(text)) for file, text in links], progress)
    (folder / "plan.toml").write_text(analysis.plan.to_toml(), encoding="utf-8", newline="\n")
    return rows


def _write_frame(frame: pd.DataFrame, path: Path) -> int:
    from cartpk.writers import csv

    path.parent.mkdir(exist_ok=True)
    csv.write(frame, path)
    return len(frame)


def write_cdisc(
    analysis: Analysis,
    listing: pd.DataFrame,
    folder: Path,
    links: list[Link],
    refused: list[str],
    progress: Progress = silent,
) -> dict[str, int]:
    """Write the CDISC data sets, each as CSV and, where the format can hold it, as transport file, and their description."""
    from cartpk.cdisc import datasets, define
    from cartpk.errors import RulesError
    from cartpk.writers import xpt
    from cartpk.writers.define import page

    a, rules = analysis, analysis.plan.cdisc
    study = study_of(analysis)
    faults: dict[str, tuple[str, ...]] = {}
    try:
        data = datasets(a.samples, a.results, rules, study=study, ledger=a.ledger, listing=listing)
    except RulesError as error:
        data, faults = (), {"(all)": tuple(str(error).splitlines())}
    (folder / "cdisc").mkdir()
    rows: dict[str, int] = {}
    for n, dataset in enumerate(data):
        progress("data sets", n, len(data))
        name = f"cdisc/{dataset.name.lower()}"
        rows[f"{name}.csv"] = _write_frame(dataset.to_frame(), folder / f"{name}.csv")
        if found := xpt.check(dataset):
            faults[dataset.name] = found
        else:
            xpt.write(dataset, folder / f"{name}.xpt")
            rows[f"{name}.xpt"] = len(dataset)
    refused += _gathered(sentence for sentences in faults.values() for sentence in sentences)
    frames = {"index": define.contents(data, faults), "define": define.variables(data)}
    if data:
        frames["codelists"] = define.codelists(a.samples, a.results, rules)
    for name, frame in frames.items():
        rows[f"cdisc/{name}.csv"] = _write_frame(frame, folder / "cdisc" / f"{name}.csv")
    if data:
        text = page(study, *frames.values())
        (folder / "cdisc" / "define.html").write_text(text, encoding="utf-8", newline="\n")
        links.append(("cdisc/define.html", phrase("the CDISC data sets, their variables and codes")))
    links.append(("cdisc/index.csv", phrase("the CDISC data sets, and which of them were refused and why")))
    return rows


def _gathered(sentences: Iterable[str]) -> list[str]:
    """Sentences that begin with a place; those that say the same of several places become one."""
    places: dict[str, list[str]] = {}
    for sentence in sentences:
        place, colon, said = sentence.partition(": ")
        places.setdefault(colon + said if colon else sentence, []).append(place if colon else "")
    return [", ".join(where) + said for said, where in places.items()]


def study_of(analysis: Analysis) -> str:
    """STUDYID: of the plan's ``[cdisc]``, else of its ``[report]``, else the one that the input names."""
    plan, extra = analysis.plan, analysis.samples.extra
    if plan.cdisc.studyid or plan.report.study:
        return plan.cdisc.studyid or plan.report.study
    given = {t.strip() for t in extra["STUDYID"].texts()} - {""} if "STUDYID" in extra else set()
    return given.pop() if len(given) == 1 else ""


def _write_report(analysis: Analysis, folder: Path, links: Sequence[Link], progress: Progress) -> None:
    from cartpk.report import render

    progress("report", 0, 1)
    text = render(analysis, links)
    (folder / "report.html").write_text(text, encoding="utf-8", newline="\n")
    progress("report", 1, 1)

"""The record as a page that prints on one sheet of A4 or Letter."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files as resources

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from cartpk.qualification.case import Outcome
from cartpk.qualification.record import Record, share_of_tolerance

__all__ = ["render"]

MOST_DEVIATIONS, LONGEST = 5, 110
"""So many deviations stand on the page, so long each: it stays one sheet; `numbers.csv` holds all of them."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_SHOWN = {"cartpk": "cartpk", "python": "Python", "numpy": "numpy", "scipy": "scipy", "pandas": "pandas",
          "matplotlib": "matplotlib", "lmfit": "lmfit"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the table shows it."""

    title: str
    source: str
    tolerance: str
    compared: str
    largest: str
    share: str
    result: str


def render(record: Record) -> str:
    """One self-contained HTML page; the same record gives the same text, and there is no clock in it."""
    style = _resource("page.css")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    environment = Environment(
        loader=FunctionLoader(_resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    deviations = [_cut(sentence) for sentence in _first_of_each(record)]
    return environment.get_template("page.html").render(
        record=record,
        rows=[_row(outcome) for outcome in record.outcomes],
        libraries=[(name, record.versions[key]) for key, name in _SHOWN.items()],
        others=_cut(", ".join(f"{name} {v}" for name, v in record.versions.items() if name not in _SHOWN)),
        deviations=deviations,
        more=len(record.deviations) - len(deviations),
        not_run=[_cut(sentence) for sentence in record.not_run],
        location=_tail(record.location),
        platform=_cut(record.platform),
        hashes=list(_hashes(record)),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        style=Markup(style),
    )


def _resource(name: str) -> str:
    text = resources("cartpk.qualification").joinpath(name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _tail(text: str) -> str:
    return text if len(text) <= LONGEST else f"…{text[-LONGEST + 1 :]}"


def _first_of_each(record: Record) -> list[str]:
    """The first deviation of every case that failed, then others, as many as there is room for."""
    failed = [[f"{o.case.name}: {sentence}" for sentence in o.deviations] for o in record.outcomes]
    firsts = [sentences[0] for sentences in failed if sentences]
    others = [sentence for sentences in failed for sentence in sentences[1:]]
    return [*firsts, *others][:MOST_DEVIATIONS]


def _row(outcome: Outcome) -> Row:
    case, n = outcome.case, len(outcome.compared)
    return Row(
        title=case.title,
        source=case.source,
        tolerance=case.tolerance,
        compared=f"{outcome.n_passed} of {n} {case.counted}".removesuffix(" numbers") if n else "–",
        largest=_largest(outcome),
        share=_share(outcome),
        result=outcome.result,
    )


def _largest(outcome: Outcome) -> str:
    """The largest relative deviation, and to how many digits the numbers agree; a text or a hash differs or does not."""
    worst = outcome.largest
    if not outcome.compared:
        return "–"
    if worst is None:
        return "none"
    if not math.isfinite(worst.relative):
        return "differs"
    return f"{_power(worst.relative)} ({max(0.0, -math.log10(worst.relative)):.1f})"


def _power(value: float) -> str:
    """A number as a power of ten."""
    digits, power = f"{value:.1e}".split("e")
    return f"{digits}·10{str(int(power)).translate(_RAISED)}"


def _share(outcome: Outcome) -> str:
    share = share_of_tolerance(outcome)
    if not outcome.compared or not share:
        return "–"
    if math.isinf(share):
        return "all"
    return f"{_power(share)} ×" if share > 1 else f"{100 * share:.2g} %" if share >= 0.001 else "< 0.1 %"


def _hashes(record: Record) -> Iterator[tuple[str, str]]:
    """The files of the references with the first digits of their SHA-256; a folder of them as one."""
    folders: dict[str, list[str]] = {}
    for name, sha in record.inputs.items():
        folder = name.rpartition("/")[0]
        if folder:
            folders.setdefault(folder, []).append(f"{sha}  {name}\n")
        else:
            yield name, sha[:16]
    for folder, lines in folders.items():
        sha = hashlib.sha256("".join(sorted(lines)).encode("utf-8")).hexdigest()
        yield f"{folder}/ ({len(lines)} files)", sha[:16]

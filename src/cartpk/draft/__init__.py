"""A plan drafted for a file: how each column was understood, with examples, what is unsure, what to run next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from os import PathLike, fspath

from cartpk.checks import check
from cartpk.draft.columns import columns_of
from cartpk.draft.guess import Guess, guess
from cartpk.draft.words import comment, key, number, text, wrapped
from cartpk.errors import RulesError
from cartpk.findings import Finding, Findings
from cartpk.readers import read
from cartpk.rulebook import RULEBOOK
from cartpk.samples import Samples, State

__all__ = ["draft"]

Input = str | PathLike[str]
MOST_FINDINGS = 12


def draft(*inputs: Input, name: str = "plan.toml") -> str:
    """A commented plan in TOML for some files, to be looked at and changed by a person.

    It holds what cartpk would do by itself, said outright, and what it will not do without being told
    (the days of a wide table's columns) as a proposal. What is unsure stands in comments that begin with UNSURE.

    Args:
        inputs: the files.
        name: what the plan will be called, for the commands in its head.

    Raises:
        InputError: a file cannot be opened, or is of a kind that is not read.
    """
    found = guess(inputs)
    try:
        samples = read(*inputs, rules=found.rules)
    except RulesError:
        found = replace(found, rules=replace(found.rules, wide=()))
        samples = read(*inputs, rules=found.rules)
    findings = check(samples)
    lines = [
        *_head(inputs, name, samples),
        *_reading(found, samples, findings),
        *columns_of(found, samples),
        *_visits(samples, found),
        *_blocks(found),
        *_to_do(findings),
    ]
    return "\n".join(lines) + "\n"


def _head(inputs: Sequence[Input], name: str, samples: Samples) -> Iterator[str]:
    files = " ".join(shlex.quote(fspath(i)) for i in inputs)
    named = ", ".join(s.name for s in samples.sources)
    yield from comment(
        f"A plan for {named}, as cartpk understood it. Look at every line and change what is wrong; then run"
    )
    yield from comment(f"    cartpk check {files} --plan {shlex.quote(name)}")
    yield from comment(f"    cartpk analyze {files} --plan {shlex.quote(name)}")
    yield "#"
    yield from comment(
        "A line that begins with UNSURE wants your answer. All keys: the page on the plan in the documentation."
    )
    yield "#"
    n = len(samples.subjects)
    yield from comment(f"{len(samples)} results of {n} subject{'' if n == 1 else 's'}.")
    for source in samples.sources:
        for note in source.notes:
            yield from comment(f"{source.name}: {note}")
    for assay in samples.assays:
        rows = (samples.assay.codes == samples.assay.levels.index(assay.name)) & (
            samples.unit.codes == samples.unit.levels.index(assay.unit)
        )
        blq = int((samples.blq & rows).sum())
        limits = ", ".join(number(x) for x in assay.lloq) or "none given"
        yield from comment(
            f"{assay.name or '(no assay)'} in {assay.unit or '(no unit)'}, {assay.matrix}: {assay.n_samples} result{'' if assay.n_samples == 1 else 's'}, {blq} below the limit; limits: {limits}"
        )
    yield ""


def _reading(found: Guess, samples: Samples, findings: Findings) -> Iterator[str]:
    """The simple keys of [input]: as found out, or as comments where an answer is wanted."""
    yield "[input]"
    yield from _places(found)
    encodings = {s.encoding for s in samples.sources if s.reader == "text"}
    if len(encodings) == 1 and (encoding := next(iter(encodings))):
        yield f"encoding = {text(encoding)}"
        if encoding == "gb18030":
            yield from comment(
                "UNSURE: no file says its encoding; look at the Chinese words below, and name another one if they are not words."
            )
    delimiters = {s.delimiter for s in samples.sources if s.reader == "text"}
    if len(delimiters) == 1 and (delimiter := next(iter(delimiters))):
        yield f"delimiter = {text(delimiter)}"
    rules = {f.rule: f for f in reversed(list(findings))}
    if "E-NUMBER-DECIMAL-COMMA" in rules:
        yield from comment("UNSURE: numbers have a comma; is it the decimal sign?")
        yield '# decimal = ","'
    yield "infusion_day = 0    # 1 where the file calls the day of infusion day 1"
    if {"W-TIME-DAY-ONE", "E-TIME-DAY-ONE"} & rules.keys():
        yield from comment("UNSURE: the times look as if the day of infusion were day 1.")
    yield from _words(samples, findings)
    yield ""


def _places(found: Guess) -> Iterator[str]:
    """The sheet and the rows that hold the samples, and what was left out."""
    for sentence in found.said:
        yield from comment(sentence)
    for sentence in found.asked:
        yield from comment(f"UNSURE: {sentence}")
    if found.rules.sheet is not None:
        yield f"sheet = {text(found.rules.sheet)}"
    for name in ("header_row", "last_row"):
        if (row := getattr(found.rules, name)) is not None:
            yield f"{name} = {row}    # as an editor shows it"


def _words(samples: Samples, findings: Findings) -> Iterator[str]:
    """Words for below the limit, and limits that are not given."""
    unknown = list(dict.fromkeys(f.value for f in findings if f.rule == "E-BLQ-WORD"))
    if unknown:
        yield from comment(
            "UNSURE: these results are neither numbers nor known words; which of them mean below the limit?"
        )
        yield f"# blq_words = [{', '.join(map(text, unknown[:10]))}]"
    bare = sorted({samples.assay[int(r)] for r in ((samples.state == State.BLQ) & (samples.lloq != samples.lloq)).nonzero()[0]})  # fmt: skip
    if bare:
        yield from comment("UNSURE: results below the limit have no limit; give it for each assay.")
        yield f"# lloq = {{ {', '.join(f'{key(a)} = 0' for a in bare)} }}"


def _visits(samples: Samples, found: Guess) -> Iterator[str]:
    """The planned day of each visit that has one, and those that have none."""
    if found.rules.wide or not any(v.strip() for v in samples.visit.levels):
        return
    days: dict[str, set[float | None]] = {}
    for code, day in zip(samples.visit.codes.tolist(), samples.time_nominal.tolist(), strict=True):
        days.setdefault(samples.visit.levels[code], set()).add(day if day == day else None)
    named = {v: d.pop() for v, d in days.items() if v.strip() and len(d) == 1}
    fixed = {v: d for v, d in named.items() if d is not None}
    by_name = any(f.rule == "N-VISIT-DAY" for f in samples.findings)
    yield from comment("The planned day of each visit, " + ("by its name." if by_name else "as the file gives it."))
    if by_name and any("m" in v.casefold() or "月" in v for v in fixed):
        yield from comment("UNSURE: a month was taken for 30 days.")
    yield "[input.visits]" if by_name else "# [input.visits]"
    for visit, day in sorted(fixed.items(), key=lambda item: item[1]):
        yield f"{'' if by_name else '# '}{key(visit)} = {number(day)}"
    for visit in (v for v in named if v not in fixed):
        yield from comment(f"UNSURE: {text(visit)} names no day; give it one if it has one:")
        yield f"# {key(visit)} = 0"
    yield ""
    yield "# [input.visit_windows]    # days that a sample may lie before or after the planned day; beyond it is listed"
    for visit in list(fixed)[:3]:
        yield f"# {key(visit)} = 2"
    yield ""


def _blocks(found: Guess) -> Iterator[str]:
    """The blocks of a wide table."""
    for block, unsure in zip(found.rules.wide, found.unsure, strict=True):
        yield from comment(
            "One row a subject, one column a visit: the column as it stands = the day after the infusion. Times are these planned days."
        )
        for sentence in unsure:
            yield from comment(f"UNSURE: {sentence}")
        yield "[[input.wide]]"
        if block.sheet is not None:
            yield f"sheet = {text(block.sheet)}"
        for name in ("header_row", "last_row"):
            if (row := getattr(block, name)) is not None:
                yield f"{name} = {row}"
        for name in ("assay", "unit"):
            value = getattr(block, name)
            if value is not None:
                yield f"{name} = {text(value)}"
        if block.assay is None and "assay" not in found.headers:
            yield '# assay = "qpcr"    # of all results in the block'
        if block.unit is None and "unit" not in found.headers:
            yield '# unit = "copies/ug gDNA"    # of all results in the block'
        if "lloq" not in found.headers:
            yield "# lloq = 50    # of all results in the block, where words such as BLQ are used"
        yield "[input.wide.visits]"
        for header, day in block.visits.items():
            yield f"{key(header)} = {number(day)}"
        yield ""


def _to_do(findings: Findings) -> Iterator[str]:
    """What the checks find when the files are read by this plan."""
    counts: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.severity != "note":
            counts.setdefault(finding.rule, []).append(finding)
    if not counts:
        yield "# Read by this plan, the data have no errors and no warnings."
        return
    yield from comment("What the checks find when the data are read by this plan:")
    for rule, found in list(counts.items())[:MOST_FINDINGS]:
        yield from wrapped(f"{len(found)} x {rule}: {RULEBOOK[rule].sentence} {RULEBOOK[rule].remedy}", "#   ")
        yield from wrapped(f"first: {str(found[0]).removesuffix(RULEBOOK[rule].remedy)}", "#     ")
    if len(counts) > MOST_FINDINGS:
        yield f"#   and {len(counts) - MOST_FINDINGS} more kinds"

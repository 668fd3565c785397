"""Plans and exclusions: any text is a plan or an error with its line; whatever a plan leaves out is accounted for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cartpk as ck
from cartpk.errors import PlanError
from cartpk.plan import Plan
from cartpk.samples import Exclusion, Status

from .amount import share
from .damage import Draw, damage
from .trip import assert_message, trip

WHOLE = """
[input]
encoding = "utf-8"
delimiter = ","
decimal = "."
infusion_day = 1
blq_words = ["LOW"]
lloq = { flow = 1.0, qpcr = 50 }
columns = { subject_id = "subject_id", time = "time" }
covariates = ["site"]
units = { flow = "cells/µL" }
visits = { "Month 3" = 90 }
visit_windows = { "Month 3" = 7 }

[[input.wide]]
visits = { D0 = 0, "D 7" = 7 }
assay = "flow"

[[exclude]]
subject_id = "S01"
time = 14
reason = "clotted sample"

[nca]
auc_method = "lin-up-log-down"
blq = { embedded = "lloq/2", later_trailing = 0 }
horizons = { "0_28" = 28, "0_m3" = 90, "0_m6" = 180 }
visit_window = { "0_m3" = 7 }

[[nca.lambda_z]]
subject_id = "S02"
assay = "qpcr"
times = [28, 42, 56]
reason = "distribution phase ends after day 21"

[models]
names = ["exponential", "stein"]

[models.stein]
beta = { fixed = 0.0032 }
alpha = { min = 0.02, max = 2, prior = "stein-2019" }

[report]
study = "NCT06821659"
by = ["dose_level", "dose_level,sex"]
formats = ["csv", "html"]
figures = "cohort"
draft = true
out = "reports/counts"
"""
WORDS = [
    b"[", b"]", b"[[", b"]]", b"{", b"}", b"=", b'"', b"'", b'"""', b"'''", b"\n", b"\r", b"#", b",", b".", b"nan", b"inf", b"-inf", b"1e400", b"-1", b"0",
    b"9" * 30, b"true", b"2024-01-01", b"07:00:00", b"\\u0000", b"\\x", b"\xff", b"\xef\xbb\xbf", b"[input]", b"[nca]", b"[[exclude]]", b"[models.stein]", b"row = 3",
    b"a.b.c = 1", b'"" = 1', b"\0", "受试者".encode(), b"time = []", b"reason = ''", b"[" * 200, b"x = " + b"[" * 300, b"language = 'zh'", b"wide = 3",
]  # fmt: skip


@share(1.0)
@given(damage(WHOLE.encode(), WORDS, most=4))
def test_a_damaged_plan_is_read_or_told_with_its_line(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "plan.toml"
    path.write_bytes(data)
    try:
        plan = Plan.from_toml(path)
    except PlanError as error:
        assert_told(error, lines=data.count(b"\n") + data.count(b"\r") + 1)
        return
    again = Plan.from_text(plan.to_toml())
    assert again == plan
    assert again.to_toml() == plan.to_toml()


def assert_told(error: PlanError, lines: int) -> None:
    """A plan's error names faults, at lines that the plan has."""
    assert_message(error)
    assert error.problems
    for problem in error.problems:
        if found := re.match(r"line (\d+):", problem):
            assert 1 <= int(found[1]) <= lines


STUDY = "subject_id,time,value,unit,lloq\n" + "".join(
    f"{who},{day},{value},cells/uL,1\n"
    for who in ("S01", "S02", "S03")
    for day, value in ((0, "<1"), (7, 900), (10, 4200), (14, 1300), (14, 1300), (28, 160), (60, ""), (90, "<1"))
)
N = STUDY.count("\n") - 1


@st.composite
def exclusions(draw: Draw) -> list[Exclusion]:
    """Exclusions that mean one row, many, none, or what is not there."""
    one = st.builds(
        Exclusion,
        reason=st.sampled_from(("clotted", "=cmd()", "x" * 300, "\u202e")),
        subject_id=st.sampled_from((None, None, "S01", "S03", "S99", "s01")),
        assay=st.sampled_from((None, None, "flow", "qpcr")),
        matrix=st.sampled_from((None, None, None, "BLOOD", "MARROW")),
        infusion=st.sampled_from((None, None, 1, 2)),
        time=st.sampled_from((None, None, 14.0, 0.0, 13.9, 60.0, float("inf"))),
        row=st.sampled_from((None, None, 2, 9, 1, 10**9, 24)),
        file=st.sampled_from((None, "counts.csv", "other.csv")),
    )
    return draw(st.lists(one, max_size=5))


@share(0.5)
@given(exclusions())
def test_what_is_left_out_is_accounted_for(tmp_path_factory: pytest.TempPathFactory, given_: list[Exclusion]) -> None:
    path = tmp_path_factory.getbasetemp() / "counts.csv"
    path.write_text(STUDY, encoding="utf-8", newline="")
    samples = trip([path], exclusions=given_)
    assert samples is not None
    assert len(samples) == N
    ledger = samples.ledger()
    meant = [{i for i in range(N) if _means(e, samples, i)} for e in given_]
    assert {i for i in range(N) if ledger.status[i] == Status.EXCLUDED} == set().union(*meant)
    for i in range(N):
        first = next((k for k, rows in enumerate(meant) if i in rows), -1)
        assert ledger.exclusion[i] == first
    unused = [f for f in ck.check(samples) if f.rule == "W-EXCLUSION-UNUSED"]
    assert len(unused) >= sum(not rows for rows in dict(zip(given_, meant, strict=True)).values())


def _means(e: Exclusion, samples: ck.Samples, i: int) -> bool:
    """Whether an exclusion means row i, said plainly."""
    has = {
        "subject_id": samples.subject[i], "assay": samples.assay[i], "matrix": samples.matrix[i], "infusion": int(samples.infusion[i]),
        "time": float(samples.time[i]), "row": int(samples.record[i]), "file": "counts.csv",
    }  # fmt: skip
    return all(getattr(e, name) in (None, value) for name, value in has.items())


@share(0.3)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_any_text_is_a_plan_or_told(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        assert Plan.from_toml(path) == Plan()
    except PlanError as error:
        assert_message(error)

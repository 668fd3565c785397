"""What is filled under a curve is what was integrated."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from drawn import study

from cartpk.nca import nca
from cartpk.plots.outline import outline
from cartpk.rules import AUC_METHODS, BLQ_PRESETS, NcaRules

COURSES = {
    "interpolated": ([0, 7, 14, 28, 60, 150], [0, 900, 5000, 500, 200, 180]),
    "at the horizon": ([0, 7, 14, 28, 90], [0, 900, 5000, 500, 200]),
    "assumed zero at the infusion": ([3, 7, 14, 28, 120], [700, 900, 5000, 500, 0]),
    "pre-infusion used": ([-7, 7, 14, 28, 120], [70, 900, 5000, 500, 60]),
    "silent after the last": ([0, 7, 14, 28, 60], [0, 900, 5000, 500, 0]),
    "embedded": ([0, 7, 14, 21, 28, 60, 91], [0, 900, 0, 5000, 500, 0, 0]),
    "within the window": ([0, 7, 14, 28, 86], [0, 900, 5000, 500, 200]),
    "measured zero": ([0, 7, 14, 28, 95], [0, 900, 5000, 500, 60]),
}


@pytest.mark.parametrize("blq", BLQ_PRESETS)
@pytest.mark.parametrize("method", AUC_METHODS)
@pytest.mark.parametrize("name", COURSES)
def test_the_pieces_add_up_to_the_area(name: str, method: str, blq: str) -> None:
    times, values = COURSES[name]
    results = nca(study(("S1",), times=times, values=values), NcaRules(auc_method=method, blq=blq))  # type: ignore[arg-type]
    pieces = outline(results, 0, "0_m3")
    area = results["auc_0_m3"][0]
    assert sum(piece.area for piece in pieces) == pytest.approx(area, rel=1e-9)
    cut = sum(piece.area for piece in pieces if piece.kind == "interpolated")
    assert 100 * cut / area == pytest.approx(results["auc_0_m3_pct_interp"][0], abs=1e-7)
    assert all(a.time[-1] == b.time[0] for a, b in pairwise(pieces))
    assert max(piece.time[-1] for piece in pieces) <= 90


def test_what_is_extrapolated_follows_the_terminal_line() -> None:
    p = study(("S1",), times=[0, 7, 10, 14, 21, 28, 50], values=[0, 900, 5000, 2500, 1200, 700, 200])
    results = nca(p, NcaRules(end_rule="extrapolate"))
    pieces = outline(results, 0, "0_m3")
    assert pieces[-1].kind == "extrapolated"
    assert pieces[-1].conc[0] == 200
    assert pieces[-1].conc[-1] == pytest.approx(200 * np.exp(-results["lambda_z"][0] * 40))
    assert sum(piece.area for piece in pieces) == pytest.approx(results["auc_0_m3"][0])


def test_kinds_tell_how_a_piece_is_known() -> None:
    def kinds(name: str) -> list[str]:
        times, values = COURSES[name]
        return [piece.kind for piece in outline(nca(study(("S1",), times=times, values=values)), 0, "0_m3")]

    assert kinds("interpolated")[-1] == "interpolated"
    assert kinds("at the horizon") == ["measured"] * 4
    assert kinds("assumed zero at the infusion")[0] == "assumed"
    assert kinds("pre-infusion used")[0] == "measured"
    assert kinds("silent after the last")[-1] == "assumed"


def test_a_missing_area_and_one_that_is_zero_by_definition_have_no_outline() -> None:
    ends_early = study(("S1",), times=[0, 7, 14], values=[0, 900, 500])
    never = study(("S1",), times=[0, 7, 14, 95], values=[0, 0, 0, 0])
    assert outline(nca(ends_early), 0, "0_m3") == []
    assert outline(nca(never), 0, "0_m3") == []

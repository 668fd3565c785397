"""The curves: places, kinds of lines and marks, and an area that is the area."""

import math
import re
from collections.abc import Sequence

import pytest
from pages import Element, Work, parse

from cartpk.analysis import Analysis
from cartpk.report import render
from cartpk.report.curves import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, axis_title
from cartpk.report.scales import day_axis, linear_axis, log_axis

HEADER = "subject_id,time,value,unit,lloq"
RISING = f"{HEADER}\nA,0,BLQ,cells/uL,1\nA,7,50,cells/uL,1\nA,14,200,cells/uL,1\nA,28,20,cells/uL,1\nA,80,4,cells/uL,2\nA,100,BLQ,cells/uL,2"

Point = tuple[float, float]


def panels_of(analysis: Analysis, profile: int = 0) -> list[Element]:
    """The linear and the logarithmic panel of a profile."""
    places = parse(render(analysis)).all("section", class_="profile")
    return next(p for p in places if p.attributes["data-p"] == str(profile)).all("svg")


def points_of(element: Element) -> list[Point]:
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", element.attributes["d"])]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def shoelace(points: Sequence[Point]) -> float:
    turned = [*points[1:], points[0]]
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(points, turned, strict=True))) / 2


def area_drawn(analysis: Analysis, panel: Element) -> float:
    """The shaded area, back in day x value."""
    p = analysis.profiles
    x, _ = day_axis(min(0.0, p.time.min()), p.time.max(), LEFT, WIDTH - RIGHT)
    top = max(float(v) for v in (*p.conc, *p.lloq) if not math.isnan(v))
    y, _ = linear_axis(top, HEIGHT - BOTTOM, TOP)
    per_day, per_value = (x(1.0) - x(0.0)), abs(y(1.0) - y(0.0))
    shapes = [*panel.all("path", class_="fill"), *panel.all("path", class_="hatch")]
    return sum(shoelace(points_of(s)) for s in shapes) / per_day / per_value


@pytest.mark.parametrize("method", ["linear", "lin-up-log-down", "lin-log"])
@pytest.mark.parametrize("end", ["A,100,BLQ,cells/uL,2", "A,100,3,cells/uL,2", "A,85,3,cells/uL,2"])
def test_the_shaded_area_is_the_area_to_m3(work: Work, method: str, end: str) -> None:
    analysis = work(RISING.rsplit("\n", 1)[0] + "\n" + end, auc_method=method)
    drawn = area_drawn(analysis, panels_of(analysis)[0])
    assert drawn == pytest.approx(float(analysis.results["auc_0_m3"][0]), rel=0.01)


def test_an_extrapolated_area_is_shaded_and_hatched(work: Work) -> None:
    rows = RISING.rsplit("\n", 1)[0].replace("A,80,4,cells/uL,2", "A,35,11,cells/uL,1\nA,42,6,cells/uL,2")
    analysis = work(rows, end_rule="extrapolate")
    panel = panels_of(analysis)[0]
    assert len(panel.all("path", class_="hatch")) == 1
    assert area_drawn(analysis, panel) == pytest.approx(float(analysis.results["auc_0_m3"][0]), rel=0.02)


def test_a_missing_area_is_not_shaded(work: Work) -> None:
    analysis = work(f"{HEADER}\nA,0,0,cells/uL,1\nA,7,50,cells/uL,1\nA,20,30,cells/uL,1")
    panel = panels_of(analysis)[0]
    assert panel.all("path", class_="fill") == panel.all("path", class_="hatch") == []


def test_samples_below_the_limit_are_open_at_their_own_limit(work: Work) -> None:
    analysis = work(RISING)
    for panel in panels_of(analysis):
        opened = panel.all("circle", class_="open")
        assert [int(c.attributes["data-i"]) for c in opened] == [0, 5]
        assert len(panel.all("circle", class_="dot")) == 4
    scale, _ = log_axis((4.0, 200.0), (1.0, 2.0), HEIGHT - BOTTOM, TOP)
    heights = [float(c.attributes["cy"]) for c in panels_of(analysis)[1].all("circle", class_="open")]
    assert heights == pytest.approx([scale(1.0), scale(2.0)], abs=0.06)


def test_the_limit_is_a_step_line_named_at_its_end(work: Work) -> None:
    panel = panels_of(work(RISING))[1]
    (limit,) = panel.all("path", class_="lloq")
    assert len(points_of(limit)) == 4
    assert "LLOQ 2" in panel.text


def test_only_measured_numbers_are_joined_by_a_solid_line(work: Work) -> None:
    panel = panels_of(work(RISING))[0]
    solid = [e for e in panel.all("path", class_="line") if "dash" not in e.attributes["class"]]
    dashed = panel.all("path", class_="dash")
    assert [len(points_of(e)) for e in solid] == [4]
    assert [len(points_of(e)) for e in dashed] == [2, 2]


def test_a_line_over_a_sample_that_is_left_out_is_dashed(work: Work) -> None:
    analysis = work(f"{HEADER}\nA,5,50,cells/uL,1\nA,7,BLQ,cells/uL,1\nA,9,30,cells/uL,1\nA,12,20,cells/uL,1")
    dashed = panels_of(analysis)[1].all("path", class_="dash")
    assert [len(points_of(e)) for e in dashed] == [2]


def test_the_logarithmic_panel_has_no_false_zero(work: Work) -> None:
    panel = panels_of(work(RISING))[1]
    floor = HEIGHT - BOTTOM
    for line in panel.all("path", class_="line"):
        assert all(y < floor - 1 for _, y in points_of(line))


def test_the_peak_and_its_bracket_are_marked_once(work: Work) -> None:
    linear, log = panels_of(work(RISING))
    assert "Cmax 200, day 14" in linear.text
    assert "Cmax" not in log.text
    assert [len(p.all("path", class_="bracket")) for p in (linear, log)] == [1, 1]


def test_the_terminal_line_goes_through_its_points(work: Work) -> None:
    rows = "\n".join(f"A,{t},{1024 / 2 ** (t / 7):g},cells/uL,0.1" for t in (7, 14, 21, 28, 35))
    panel = panels_of(work(f"{HEADER}\nA,0,BLQ,cells/uL,0.1\n{rows}"))[1]
    (line,) = panel.all("path", class_="lz")
    ends = [(float(c.attributes["cx"]), float(c.attributes["cy"])) for c in panel.all("circle", class_="dot")]
    assert points_of(line)[1] == pytest.approx(ends[-1], abs=0.2)
    assert "t½ 7.00 d, R²adj 1.00" in panel.text


def test_who_was_never_quantifiable_is_said_to_be(work: Work) -> None:
    linear, log = panels_of(work(f"{HEADER}\nA,0,BLQ,cells/uL,1\nA,30,BLQ,cells/uL,1\nA,90,BLQ,cells/uL,1"))
    assert "Never quantifiable" in linear.text
    assert linear.all("path", class_="fill") == log.all("path", class_="line") == []


def test_panels_share_the_days_and_the_logarithmic_axis_of_an_assay(sample: Analysis) -> None:
    def ticks(panel: Element, css: str) -> list[tuple[str, str, str]]:
        (group,) = panel.all("g", class_=css)
        return [(t.attributes["x"], t.attributes["y"], t.text) for t in group.all("text")]

    pairs = [p.all("svg") for p in parse(render(sample)).all("section", class_="profile")]
    assert len({str(ticks(panel, "xt")) for pair in pairs for panel in pair}) == 1
    assert len({str(ticks(pair[1], "yt")) for pair in pairs[::2]}) == 1
    assert [t[2] for t in ticks(pairs[0][0], "xt")] == ["0", "7", "14", "28", "56", "90"]
    assert all(re.fullmatch("10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", t[2]) for t in ticks(pairs[0][1], "yt"))


def test_the_overlay_leads_to_each_subject_and_counts_each_visit(sample: Analysis) -> None:
    (flow, _) = parse(render(sample)).all("svg", class_="all")
    assert [a.attributes["href"] for a in flow.all("a")] == [f"#s-{n:04d}" for n in range(1, 10)]
    counts = [t.text for t in flow.all("text", class_="mid")]
    assert counts[1:] == [n for pair in zip("068841", "999888", strict=True) for n in pair]


@pytest.mark.parametrize(
    ("unit", "title"),
    [
        ("cells/uL", "CAR-T cells (cells/µL)"),
        ("copies/ug gDNA", "CAR transgene (copies/µg gDNA)"),
        ("%", "CAR-T cells (%)"),
        ("", "Value"),
    ],
)
def test_the_value_axis_says_what_was_measured(unit: str, title: str) -> None:
    assert axis_title(unit) == title


def test_axes_hold_whatever_they_are_given() -> None:
    for values in ([], [5.0], [1e-9, 1e9], [3.0, 3.1]):
        scale, ticks = log_axis(values, [], 100.0, 0.0)
        assert all(-0.01 <= y <= 100.01 for y, _ in ticks)
        assert sum(1 for _, label in ticks if label) >= 1
        assert all(0 <= scale(v) <= 100 for v in values)
    for high in (0.0, 1e-9, 1.0, 7.3, 1e12):
        scale, ticks = linear_axis(high, 100.0, 0.0)
        assert 3 <= len(ticks) <= 8
        assert len({label for _, label in ticks}) == len(ticks)
        assert scale(0.0) == 100.0

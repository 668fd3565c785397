"""What an analysis found, drawn on its curve: peak, area, terminal line; and in words what it did not find."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from cartpk.language import paragraph, say
from cartpk.plots.colours import GREY, INK
from cartpk.plots.outline import Piece
from cartpk.plots.placing import Crowd
from cartpk.plots.words import SMALLEST, day, number, wrap
from cartpk.reasons import Flag, Reason
from cartpk.results import Results
from cartpk.rounding import fixed
from cartpk.units import pretty

__all__ = [
    "area_words",
    "draw_area",
    "draw_bracket",
    "draw_peak",
    "draw_terminal",
    "missing_words",
    "peak_words",
    "terminal_words",
]

_NARROW = 1.35
"""Inches: how wide a block of words inside a panel may be."""


def draw_area(axes: Axes, pieces: list[Piece], colour: str, horizon: float) -> None:
    """A light fill under the curve to the horizon; what was interpolated, assumed or extrapolated is hatched and dashed."""
    if not pieces:
        return
    time = np.concatenate([p.time for p in pieces])
    conc = np.concatenate([p.conc for p in pieces])
    axes.fill_between(time, conc, color=colour, alpha=0.16, linewidth=0, label="area", zorder=1)
    for piece in pieces:
        if piece.kind == "measured":
            continue
        if piece.conc.any():
            axes.fill_between(
                piece.time, piece.conc, facecolor="none", edgecolor=colour, alpha=0.75, hatch="//////", linewidth=0.0,
                label=f"{piece.kind} area", zorder=1.5,
            )  # fmt: skip
        axes.add_line(
            Line2D(
                piece.time, piece.conc, color=colour, linewidth=1.0, linestyle=(0, (3, 2)), marker="",
                label=piece.kind, zorder=2.5, clip_on=False,
            )
        )  # fmt: skip
    axes.axvline(horizon, color=GREY, linewidth=0.6, linestyle=(0, (1, 2)), label="horizon", zorder=1)


def draw_bracket(axes: Axes, results: Results, i: int) -> None:
    """The bar on the time axis between the samples that bracket the true peak; an arrow where no later sample closes it."""
    lower, upper, tmax = (float(results[n][i]) for n in ("tmax_lower", "tmax_upper", "tmax"))
    if np.isnan(tmax):
        return
    start = 0.0 if np.isnan(lower) else lower
    closed = not np.isnan(upper)
    axes.add_line(
        Line2D(
            [start, upper if closed else tmax], [0, 0], color=INK, linewidth=2.6, solid_capstyle="butt",
            marker=" " if closed else ">", markevery=[1], markersize=5, markeredgewidth=0, markerfacecolor=INK,
            transform=axes.get_xaxis_transform(), clip_on=False, zorder=6, label="bracket of Tmax",
        )
    )  # fmt: skip


def draw_peak(axes: Axes, crowd: Crowd, results: Results, i: int) -> None:
    """Ring the peak (and a late one) and set the values beside it."""
    for value, time, name in (("cmax", "tmax", "Cmax"), ("late_peak", "late_peak_time", "Late peak")):
        t, c = float(results[time][i]), float(results[value][i])
        if np.isnan(t) or np.isnan(c):
            continue
        axes.add_line(
            Line2D(
                [t], [c], linestyle="none", marker="o", markersize=8, markerfacecolor="none", markeredgecolor=INK,
                markeredgewidth=0.9, label=name, zorder=6, clip_on=False,
            )
        )  # fmt: skip
        late = [say("Late peak {value}", value=number(c)), say("day {day}", day=day(t))]
        words = peak_words(results, i) if name == "Cmax" else late
        spot = crowd.inches([t], [c])[0]
        crowd.label(words, (float(spot[0]), float(spot[1])), leader=True)


def peak_words(results: Results, i: int) -> list[str]:
    """Cmax and Tmax, with the samples that bracket it; nothing where there is no peak."""
    t, c = float(results["tmax"][i]), float(results["cmax"][i])
    if np.isnan(t):
        return []
    low, high = float(results["tmax_lower"][i]), float(results["tmax_upper"][i])
    known = "Tmax day {day}" if np.isnan(high) else "Tmax day {day} ({low}–{high})"
    when = say(known, day=day(t), low="0" if np.isnan(low) else day(low), high=day(high))
    return [f"Cmax {number(c)}", when]


def area_words(results: Results, i: int, horizon: str) -> list[str]:
    """The area to the horizon with its unit and what of it was not measured; or why it is missing."""
    name = f"auc_{horizon}"
    symbol = say(results.terms[name].symbol)
    value = float(results[name][i])
    if np.isnan(value):
        return missing_words(results, i, name)
    flags = results.flag(name, i)
    if Flag.NEVER_QUANTIFIABLE in flags:
        return [say("Never quantifiable:"), "Cmax 0", f"{symbol} 0"]
    lines = [f"{symbol} {number(value)}", *_narrow(pretty(results.unit(name, i)))]
    for share, words in (("interp", "{share} % interpolated"), ("extrap", "{share} % extrapolated")):
        pct = float(results[f"{name}_pct_{share}"][i])
        if pct > 0:
            lines.append(say(words, share=number(pct, 2) if pct >= 0.1 else "< 0.1"))
    if Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE in flags:
        lines.append(say("0 assumed after the last sample"))
    if Flag.INTEGRATED_TO_ACTUAL_TIME in flags:
        last = results.profiles.time[results.rows_of(name, i)[-1]]
        lines.append(say("to the last sample, day {day}", day=day(float(last))))
    if Flag.ONE_INTERVAL_DOMINATES in flags:
        lines += [say("over half in one interval")]
    return lines


def missing_words(results: Results, i: int, name: str) -> list[str]:
    """Why a value is missing, in a narrow block."""
    reason = results.reason(name, i)
    followed = ""
    if reason in (Reason.SAMPLING_ENDS_BEFORE_HORIZON, Reason.COURSE_ENDED_BY_INFUSION):
        p = results.profiles[i]
        followed = say("Followed to day {day}.", day=day(float(p.time[p.measured][-1])))
    missing = say("{symbol} missing.", symbol=say(results.terms[name].symbol))
    return _narrow(paragraph([missing, say(reason.sentence), followed]))


def _narrow(text: str) -> list[str]:
    return wrap(text, SMALLEST, _NARROW)


def draw_terminal(axes: Axes, crowd: Crowd, results: Results, i: int) -> None:
    """The terminal line through its points with half-life and adjusted R² beside it."""
    slope = float(results["lambda_z"][i])
    words = terminal_words(results, i)
    near = None
    if not np.isnan(slope):
        p, rows = results.profiles, results.rows_of("lambda_z", i)
        time, log_conc = p.time[rows], np.log(p.conc[rows])
        ends = np.array([time[0], time[-1]])
        line = np.exp(log_conc.mean() - slope * (ends - time.mean()))
        axes.add_line(
            Line2D(ends, line, color=INK, linewidth=1.5, linestyle="-", marker="", label="terminal line", zorder=4)
        )
        axes.add_line(
            Line2D(
                time, p.conc[rows], linestyle="none", marker="o", markersize=4.4, markerfacecolor="none",
                markeredgecolor=INK, markeredgewidth=1.0, label="terminal points", zorder=6,
            )
        )  # fmt: skip
        crowd.add_line(ends, line)
        middle = crowd.inches([float(ends.mean())], [float(np.sqrt(line.prod()))])[0]
        near = (float(middle[0]), float(middle[1]))
    crowd.label(words, near)


def terminal_words(results: Results, i: int) -> list[str]:
    """Half-life, adjusted R² and points, with what a gate says of them; or why there is none."""
    half = float(results["half_life"][i])
    if np.isnan(half):
        return missing_words(results, i, "half_life")
    flags = results.flag("half_life", i)
    quality = "adj. R² {r2} (low)" if Flag.LAMBDA_Z_R2ADJ_LOW in flags else "adj. R² {r2}"
    lines = [
        say("t½ {half} d, {n} points", half=number(half), n=int(results["lambda_z_n"][i])),
        say(quality, r2=fixed(float(results["r2adj"][i]), 2).replace("-", "−")),
    ]
    if Flag.LAMBDA_Z_SPAN_SHORT in flags:
        lines.append(say("span {span} t½ (short)", span=number(float(results["span"][i]), 2)))
    if Flag.LAMBDA_Z_POINTS_CHOSEN in flags:
        lines.append(say("chosen by hand"))
    return lines

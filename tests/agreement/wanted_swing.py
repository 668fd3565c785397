"""What the page must show of how far the rules move the area to M3."""

from __future__ import annotations

from agreement.rounded import decimals, median, three_figures
from agreement.shown import Table
from agreement.written import Written


class Swing:
    """The areas of an assay under all rules, and by how many percent they move."""

    def __init__(self, w: Written, assay: str) -> None:
        lines = [r for r in w.csv("sensitivity") if r["assay"] == assay]
        self.area = {(r["subject_id"], r["auc_method"], r["blq"], r["m3_days"]): r["auc_0_m3"] for r in lines}
        self.settings = list(dict.fromkeys(key[1:] for key in self.area))
        self.subjects = w.subjects
        self.base = ("linear", "cartpk", "90")

    def change(self, subject: str, setting: tuple[str, str, str]) -> float | None:
        """Percent by which the area moves; None where it is not known in one of both."""
        base, area = (self.area[subject, *s] for s in (self.base, setting))
        return 100 * (float(area) / float(base) - 1) if base and area and float(base) > 0 else None

    def changes(self) -> Table:
        """One rule changed, the others as analysed."""
        method, blq, day = self.base
        methods, presets, days = (list(dict.fromkeys(part)) for part in zip(*self.settings, strict=True))
        alone = [
            *((f"Trapezoid {m}", (m, blq, day)) for m in ("linear", "lin-up-log-down", "lin-log") if m in methods and m != method),
            *((f"BLQ rule {b}", (method, b, day)) for b in presets if b != blq),
            *((f"M3 day {d}", (method, blq, d)) for d in sorted(days, key=float) if d != day),
        ]  # fmt: skip
        rows: Table = [("Changed to", "n", "Median", "Lowest", "Highest")]
        for words, setting in alone:
            some = [c for s in self.subjects if (c := self.change(s, setting)) is not None]
            rows.append((words, str(len(some)), percent(median(some)), percent(min(some)), percent(max(some))))
        return rows

    def by_subject(self) -> Table:
        """All combinations of rules."""
        rows: Table = [("Subject", "As analysed", "Lowest", "Highest", "Width, %", None)]
        for subject in self.subjects:
            areas = [float(a) for s in self.settings if (a := self.area[subject, *s])]
            moves = [c for s in self.settings if (c := self.change(subject, s)) is not None]
            base = self.area[subject, *self.base]
            ends = (three_figures(min(areas)), three_figures(max(areas))) if areas else ("–", "–")
            width = decimals(max(moves) - min(moves), 1) if moves else "–"
            rows.append((subject, three_figures(base) if base else "–", *ends, width, None))
        return rows

    def sentence(self) -> str:
        """How far the typical subject moves, and who moves most."""
        moves = {(s, k): c for s in self.subjects for k in self.settings if (c := self.change(s, k)) is not None}
        largest = [max(abs(c) for (s, _), c in moves.items() if s == subject) for subject in dict.fromkeys(s for s, _ in moves)]  # fmt: skip
        most = max(abs(c) for c in moves.values())
        (who, setting) = next(
            (s, k) for k in self.settings for s in self.subjects if abs(moves.get((s, k), 0.0)) == most
        )
        words = (f"trapezoid {setting[0]}", f"BLQ rule {setting[1]}", f"M3 on day {setting[2]}")
        differs = ", ".join(word for word, mine, its in zip(words, self.base, setting, strict=True) if mine != its)
        before, after = (three_figures(self.area[who, *s]) for s in (self.base, setting))
        return (
            "Over every combination of trapezoid, BLQ rule and day of M3 the area of half of the subjects moves by at most"
            f" {decimals(median(largest), 1)} %; the largest move is {percent(moves[who, setting])}"
            f" % ({who}: {before} becomes {after} with {differs})."
        )


def percent(value: float) -> str:
    """A change with its sign."""
    text = decimals(abs(value), 1)
    return "0.0" if text == "0.0" else f"{'−' if value < 0 else '+'}{text}"

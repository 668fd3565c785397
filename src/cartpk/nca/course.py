"""What every family of parameters starts from: the measured rows of a block, and where peak, first and last stand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cartpk.profiles import Profiles
from cartpk.ragged import at, first_true, last_true, max_of, owner_of
from cartpk.reasons import Flag, Reason
from cartpk.rules import NcaRules

__all__ = ["Columns", "Course", "first_of", "flag_where"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]
Reasons = NDArray[np.uint8]
Flags = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The measured rows of some profiles, each with at least one.

    Row arrays: time, conc (NaN where BLQ), blq, lloq, owner (profile of the row), post (after the infusion),
    quant (quantifiable: after the infusion, not BLQ, above 0). Profile arrays: offsets, ended (by a later
    infusion), dose, and the rows that everything turns on (-1: none): first_post, last (measured, after the
    infusion), peak (highest in the window, the first if tied), last_tie (the last one as high), late (highest after the window, where above
    Cmax), first_quant, last_quant.
    """

    time: Floats
    conc: Floats
    blq: Bools
    lloq: Floats
    offsets: Rows
    owner: Rows
    post: Bools
    quant: Bools
    ended: Bools
    dose: Floats
    first_post: Rows
    last: Rows
    peak: Rows
    last_tie: Rows
    late: Rows
    first_quant: Rows
    last_quant: Rows

    @classmethod
    def of(cls, profiles: Profiles, rules: NcaRules) -> Course:
        """Locate peak, first and last in profiles whose rows are all measured (SCIENCE: Cmax in (0, M3])."""
        time, conc, blq, offsets = profiles.time, profiles.conc, profiles.blq, profiles.offsets
        owner = owner_of(offsets)
        post = time > 0
        quant = post & (conc > 0)  # conc is NaN where BLQ
        inside = quant & (time <= rules.peak_window_days)
        cmax = max_of(conc, inside, offsets)
        highest_inside = inside & (conc == cmax[owner])
        after = quant & ~inside
        highest = max_of(conc, after, offsets)
        late = first_true(after & (conc == np.where(highest > cmax, highest, np.inf)[owner]), offsets)
        return cls(
            time=time,
            conc=conc,
            blq=blq,
            lloq=profiles.lloq,
            offsets=offsets,
            owner=owner,
            post=post,
            quant=quant,
            ended=profiles.ended_by_infusion,
            dose=profiles.dose,
            first_post=first_true(post, offsets),
            last=last_true(post, offsets),
            peak=first_true(highest_inside, offsets),
            last_tie=last_true(highest_inside, offsets),
            late=late,
            first_quant=first_true(quant, offsets),
            last_quant=last_true(quant, offsets),
        )

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def never(self) -> Bools:
        """Profiles that were sampled after the infusion and never quantifiable."""
        return (self.last >= 0) & (self.last_quant < 0)

    @property
    def tlast(self) -> Floats:
        """Time of the last quantifiable value, before any substitution; NaN where none."""
        return at(self.time, self.last_quant)

    @property
    def clast(self) -> Floats:
        """The last quantifiable value; NaN where none."""
        return at(self.conc, self.last_quant)

    @property
    def t_end(self) -> Floats:
        """Time of the last measured sample after the infusion; NaN where none."""
        return at(self.time, self.last)

    def no_value(self) -> Reasons:
        """Why a profile has no quantifiable value at all; NONE where it has one."""
        return first_of(
            len(self),
            (self.last < 0, Reason.NO_SAMPLE_AFTER_INFUSION),
            (self.last_quant < 0, Reason.NO_QUANTIFIABLE_SAMPLE),
        )

    def no_peak(self) -> Reasons:
        """Why a profile has no peak in the window; NONE where it has one."""
        return first_of(
            len(self),
            (self.no_value() > 0, self.no_value()),
            (self.peak < 0, Reason.NO_QUANTIFIABLE_SAMPLE_IN_WINDOW),
        )


def first_of(n: int, *cases: tuple[Bools, Reason | Reasons]) -> Reasons:
    """For each profile the reason of the first case that holds, NONE where none does."""
    found = np.zeros(n, np.uint8)
    for holds, reason in reversed(cases):
        found = np.where(holds, np.asarray(reason, np.uint8), found)
    return found


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a block as they are found, each value with its reason and flags."""

    values: dict[str, Floats] = field(default_factory=dict)
    reasons: dict[str, Reasons] = field(default_factory=dict)
    flags: dict[str, Flags] = field(default_factory=dict)

    def put(self, name: str, value: Floats, reason: Reason | Reasons, flags: Flags | None = None) -> None:
        """Keep a column: the reason counts where the value is missing, the flags where it is there."""
        missing = np.isnan(value)
        self.values[name] = value
        self.reasons[name] = np.where(missing, np.asarray(reason, np.uint8), np.uint8(0))
        if flags is not None:
            self.flags[name] = np.where(missing, np.uint32(0), flags)


def flag_where(*cases: tuple[Bools, Flag]) -> Flags:
    """The flags of each profile: each one where its condition holds."""
    found = np.zeros(len(cases[0][0]), np.uint32)
    for holds, flag in cases:
        found |= np.where(holds, np.uint32(flag), np.uint32(0))
    return found

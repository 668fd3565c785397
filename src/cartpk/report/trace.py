"""What the page's script needs to show where a number comes from, as one block of JSON.

The samples themselves stand in each profile's listing on the page; here are, for
each profile and parameter, the rows of that listing and the value in full.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from markupsafe import Markup

from cartpk.language import say
from cartpk.reasons import Flag, Reason
from cartpk.report.answer import Membership
from cartpk.report.course import Course
from cartpk.report.names import Subjects, assay_name
from cartpk.report.person import MARKS, sentence_of
from cartpk.results import Results

__all__ = ["trace_data"]


def trace_data(results: Results, courses: Sequence[Course], subjects: Subjects, membership: Membership) -> Markup:
    """The block, safe inside a script element: no ``<``, ``>`` or ``&`` stands in it."""
    sets = {name: (f"to_{t.horizon}" if t.horizon else t.rows) for name, t in results.terms.items()}
    names = list(dict.fromkeys(sets.values()))
    data = {
        "flags": {letter: say(flag.sentence) for flag, letter in MARKS.items() if flag is not Flag.NONE},
        "reasons": {str(int(r)): say(r.sentence) for r in Reason if r},
        "labels": [say(t.label) for t in results.terms.values()],
        "sets": [names.index(s) for s in sets.values()],
        "profiles": [_profile(results, c, subjects, sets, names) for c in courses],
        "groups": [[title, members] for title, members in membership.groups],
    }
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _profile(
    results: Results, course: Course, subjects: Subjects, sets: dict[str, str], names: list[str]
) -> list[object]:
    """Whose it is, the section, the values in full, and the rows of each named set."""
    i = course.i
    key = results.profiles.keys[i]
    rows: dict[str, str] = {}
    for name, of in sets.items():
        if of not in rows and not math.isnan(results.values[name][i]):
            rows[of] = _ranges(course.local_rows(name))
    values = [None if math.isnan(v) else v for v in (float(results.values[n][i]) for n in results.terms)]
    short = [sentence_of(results, n, i) for n in results.terms if _said_further(results, n, i)]
    subject = subjects[i]
    assay = assay_name(key.assay, key.matrix, key.infusion, results.profiles)
    return [subject.id, assay, subject.anchor, values, [rows.get(n, "") for n in names], short[0] if short else ""]


def _said_further(results: Results, name: str, i: int) -> bool:
    return results.reason(name, i) == Reason.SAMPLING_ENDS_BEFORE_HORIZON


def _ranges(rows: Sequence[int]) -> str:
    """Rows as short text.

    >>> _ranges([2, 3, 4, 7])
    '2-4,7'
    """
    parts: list[list[int]] = []
    for row in rows:
        if parts and row == parts[-1][1] + 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    return ",".join(f"{a}" if a == b else f"{a}-{b}" for a, b in parts)

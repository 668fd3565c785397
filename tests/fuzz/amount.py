"""How many examples a fuzzer tries: a share of what the profile of hypothesis says.

Usually that is few, the same each time; ``--hypothesis-profile=long`` tries many, others each time.
"""

from __future__ import annotations

from hypothesis import settings

__all__ = ["share"]


def share(part: float) -> settings:
    """Settings with a part of the profile's examples, at least two."""
    return settings(max_examples=max(2, round(part * settings.default.max_examples)))

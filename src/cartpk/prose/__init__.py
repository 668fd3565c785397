"""The methods and the results of an analysis in words, made from the rules and numbers in force.

Every sentence is put together from a rule or a number, and is one text of the
catalogue (`cartpk.language`), so that a translation can order its words as its
language does. Where a number is not there the sentence says so or is left out.
Numbers are rounded as in the tables.
"""

from __future__ import annotations

from cartpk.prose.methods import methods
from cartpk.prose.results import results

__all__ = ["methods", "results"]

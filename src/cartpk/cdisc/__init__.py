"""CDISC data sets as values, from the nouns of an analysis; the writers make files of them."""

from __future__ import annotations

from cartpk.cdisc import define as define
from cartpk.cdisc.catalogue import datasets
from cartpk.cdisc.dataset import Dataset, Variable

__all__ = ["Dataset", "Variable", "datasets", "define"]

"""The whole analysis on one self-contained HTML page: `render`."""

from __future__ import annotations

from cartpk.report.render import render

__all__ = ["render"]

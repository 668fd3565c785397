"""Judging a few lines of CSV by one rule."""

from collections.abc import Callable, Sequence

import pytest
from factories import samples_from

from cartpk.checks import check
from cartpk.findings import Finding
from cartpk.rules import NcaRules

Judge = Callable[..., list[Finding]]


@pytest.fixture
def found() -> Judge:
    """The findings of one rule in a CSV text (`factories.samples_from`)."""

    def judge(rule: str, text: str, *, rules: NcaRules | None = None, **options: object) -> list[Finding]:
        findings: Sequence[Finding] = check(samples_from(text, **options), rules)
        return [f for f in findings if f.rule == rule]

    return judge

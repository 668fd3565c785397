"""The plan's ``[models]``: which models, how each parameter, and every fault with its line."""

from __future__ import annotations

import pytest

from cartpk.errors import PlanError, RulesError, UsageError
from cartpk.fit_rules import FitRules, ParameterRule, Prior
from cartpk.plan import ModelRules, Plan

WHOLE = """
[models]
names = ["exponential", "stein"]
starts = 8
level = 0.9

[models.stein]
beta = { fixed = 0.0032 }
alpha = { min = 0.02, max = 2, prior = "stein-2019" }
fb = { shared = "dose_level" }
foldx = { prior = { value = 3900, sd = 0.5 } }

[models.effector-memory]
beta = { free = true }
"""


def problems(text: str) -> list[str]:
    with pytest.raises(PlanError) as caught:
        Plan.from_text(text)
    return list(caught.value.problems)


def test_a_plan_names_models_and_says_how_each_parameter_is_fitted() -> None:
    models = Plan.from_text(WHOLE).models
    assert models.names == ("exponential", "stein")
    assert (models.fit.starts, models.fit.level, models.fit.rse_max_pct) == (8, 0.9, 100.0)
    stein = models.fit.of("stein")
    assert stein["beta"] == ParameterRule(fixed=0.0032)
    assert stein["alpha"] == ParameterRule(min=0.02, max=2.0, prior="stein-2019")
    assert stein["fb"] == ParameterRule(shared="dose_level")
    assert stein["foldx"] == ParameterRule(prior=Prior(3900.0, 0.5))
    assert models.fit.of("effector-memory")["beta"].free


def test_a_plan_with_models_is_written_and_read_back_equal() -> None:
    plan = Plan.from_text(WHOLE)
    assert Plan.from_text(plan.to_toml()) == plan


def test_a_plan_without_models_says_nothing_of_them() -> None:
    assert "models" not in Plan().to_toml()
    assert Plan().models.sentences() == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("models = 3", "line 1: models is 3, not a table"),
        ("[models]\nnames = 'stein'", "line 2: models.names is 'stein', not a list, in brackets"),
        ("[models]\nnames = ['stein', 'stein']", "line 2: models.names has 'stein' twice"),
        ("[models]\n\nlevel = 3", "line 3: models.level is 3.0, not between 0 and 1"),
        ("[models]\nstart = 3", "line 2: models.start is not a key; did you mean starts?"),
        ("[models.stien]\nbeta = {free = true}", "line 1: models.stien is not a key; did you mean stein?"),
        ("[models.stein]\nalpfa = {}", "line 2: models.stein.alpfa is not a key; did you mean alpha?"),
        ("[models.stein]\nbeta = 1", "line 2: models.stein.beta is 1, not a table"),
        ("[models.stein]\nbeta = {fixd = 1}", "line 2: models.stein.beta.fixd is not a key; did you mean fixed?"),
        ("[models.stein]\nbeta = {fixed = true}", "line 2: models.stein.beta.fixed is true, not a number"),
        ("[models.stein]\nbeta = {fixed = -1}", "line 2: models.stein.beta: fixed is -1.0, not between 0 and inf"),
        ("[models.stein]\ntmax = {min = 3, max = 2}", "line 2: models.stein.tmax: min 3 is not below max 2"),
        (
            "[models.stein]\nfb = {fixed = 0.1, free = true}",
            "line 2: models.stein.fb: a fixed parameter is not free, has no limits and no prior, and is not shared",
        ),
        (
            "[models.stein]\nfb = {prior = 'stein2019'}",
            "line 2: models.stein.fb.prior is 'stein2019', not one of stein-2019, ogasawara-2021; did you mean stein-2019?",
        ),
        (
            "[models.stein]\nfb = {prior = {value = 1}}",
            "line 2: models.stein.fb.prior is a table, not a name or a table such as { value = 0.16, sd = 1 }",
        ),
        (
            "[models.stein]\nalpha = {fixed = 0.001}\nbeta = {fixed = 0.01}",
            "line 1: models.stein: alpha must lie above beta: hold them so",
        ),
    ],
)
def test_a_wrong_rule_is_told_with_its_line_and_what_would_be_right(text: str, problem: str) -> None:
    assert problems(text) == [problem]


def test_an_unknown_model_is_told_with_the_nearest_name() -> None:
    (problem,) = problems("[models]\nnames = ['steyn']")
    assert problem.startswith("line 2: models.names names 'steyn', not one of exponential, stein")
    assert problem.endswith("did you mean stein?")


def test_all_faults_of_the_models_are_told_at_once() -> None:
    text = "[models]\nnames = [3, 'steyn']\nstart = 1\n[models.stein]\nbeta = {fixed = -1}\nalpfa = {}"
    assert [p.split(":")[0] for p in problems(text)] == ["line 2", "line 2", "line 3", "line 5", "line 6"]


def test_a_call_names_models_over_the_plan_and_keeps_its_rules() -> None:
    plan = Plan.from_text(WHOLE)
    assert plan.with_rules(model="auto").models.names == ("auto",)
    assert plan.with_rules(model=("stein", "auto")).models.fit == plan.models.fit
    assert plan.with_rules(model=None).models == plan.models
    with pytest.raises(UsageError, match="did you mean exponential"):
        plan.with_rules(model="exponental")


def test_model_rules_refuse_what_cannot_be() -> None:
    with pytest.raises(RulesError, match="not a list"):
        ModelRules(names="stein")  # type: ignore[arg-type]
    with pytest.raises(RulesError, match="'weibull'"):
        ModelRules(fit=FitRules(parameters={"weibull": {}}))


def test_the_rules_in_words_name_model_parameter_and_prior() -> None:
    said = Plan.from_text(WHOLE).models.sentences()
    assert any(s.startswith("Model stein: ") for s in said)
    assert "stein: beta is held at 0.0032." in said
    assert "stein: fb is common to profiles with the same dose_level." in said
    assert any("drawn towards 0.16 (stein-2019)" in s for s in said)
    assert len(set(said)) == len(said)
    assert not any("effector-memory" in s for s in said), "what is not asked for is not said"

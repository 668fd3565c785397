"""Which models a run fits, and how: the plan's ``[models]``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from cartpk.errors import RulesError
from cartpk.fit_rules import FitRules
from cartpk.language import Phrase, phrase
from cartpk.models import MODELS

__all__ = ["AUTO", "ModelRules", "unknown_model"]

AUTO = "auto"
"""Every model, and for each profile the one with the lowest AICc among those that are estimable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRules:
    """The models of a run; an impossible rule raises `RulesError` before any work.

    Attributes:
        names: the models to fit, of `cartpk.models.MODELS` or ``auto``; none: no model is fitted.
        fit: how they are fitted.
    """

    names: tuple[str, ...] = ()
    fit: FitRules = field(default_factory=FitRules)

    def __post_init__(self) -> None:
        if isinstance(self.names, str):
            raise RulesError(f"names is the text {self.names!r}, not a list of texts")
        problems = [unknown_model("names", name) for name in self.names if name not in (*MODELS, AUTO)]
        problems += [f"names has {name!r} twice" for name in sorted({n for n in self.names if self.names.count(n) > 1})]
        problems += [unknown_model("the plan", name) for name in self.fit.parameters if name not in MODELS]
        problems += _impossible(self.fit)
        if problems:
            raise RulesError("; ".join(problems))
        object.__setattr__(self, "names", tuple(self.names))

    def sentences(self) -> tuple[Phrase, ...]:
        """The rules in words, each sentence once; a rule of one model's parameter names the model."""
        asked = [name for name in MODELS if name in self.names or (AUTO in self.names and name != "effector-memory")]
        common = self.fit.sentences("")
        own = [
            phrase("{model}: {sentence}", model=name, sentence=s)
            for name in asked
            for s in self.fit.sentences(name)[len(common) :]
        ]
        if not asked:
            return ()
        chosen = phrase(
            "auto takes for each profile the model with the lowest AICc among those whose parameters are all estimable."
        )
        return (
            *(
                phrase("Model {name}: {equations}.", name=name, equations=phrase(MODELS[name].equations))
                for name in asked
                if MODELS[name].equations
            ),
            *common,
            *own,
            *([chosen] if AUTO in self.names else []),
        )


def unknown_model(where: str, name: object) -> str:
    """What to say of a model that is not there, with the nearest name."""
    near = get_close_matches(str(name), (*MODELS, AUTO), n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{where} names {name!r}, not one of {', '.join(MODELS)}, {AUTO}{hint}"


def _impossible(rules: FitRules) -> Iterator[str]:
    """What the models themselves refuse."""
    from cartpk.fit.problem import space_of

    for name in rules.parameters:
        if name in MODELS:
            try:
                space_of(MODELS[name], rules)
            except RulesError as error:
                yield str(error)

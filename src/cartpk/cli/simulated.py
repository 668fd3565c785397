"""What `cartpk simulate` makes: the usual study, or one whose curves are a model's."""

from __future__ import annotations

from collections.abc import Sequence

from cartpk.errors import UsageError
from cartpk.simulate import SEED, ModelStudy, Study, simulate, simulate_model
from cartpk.simulate.modelled import NOISE, SPREAD, TYPICAL

__all__ = ["make"]


def make(
    subjects: int,
    seed: int | None,
    dose_slope: float,
    noise: float,
    model: str | None,
    parameter: Sequence[str],
    spread: Sequence[str],
    lloq: float | None,
    jitter: float | None,
    dropout: float | None,
) -> tuple[Study | ModelStudy, int]:
    """The study and how many samples it has.

    Raises:
        UsageError: flags that do not go together, or values that cannot be.
    """
    seed = SEED if seed is None else seed
    if model is None:
        flags = {"--parameter": parameter, "--spread": spread, "--lloq": lloq, "--jitter": jitter, "--dropout": dropout}
        given = [name for name, value in flags.items() if value not in (None, ())]
        if given:
            raise UsageError(f"{', '.join(given)} goes with --model: name one of {', '.join(TYPICAL)}")
        usual = simulate(subjects, seed, dose_slope=dose_slope, noise=noise)
        return usual, len(usual.subject)
    if dose_slope:
        raise UsageError("--dose-slope is for the usual study: leave it out with --model")
    typical = _pairs("--parameter", parameter)
    names = TYPICAL.get(model, {})
    differ = {**{name: sd for name, sd in SPREAD.items() if name in names}, **_pairs("--spread", spread)}
    study = simulate_model(
        model,
        typical,
        subjects,
        seed,
        spread=differ,
        noise=NOISE * noise,
        lloq=50.0 if lloq is None else lloq,
        jitter=jitter or 0.0,
        dropout=dropout or 0.0,
    )
    return study, study.profiles.n_rows


def _pairs(flag: str, texts: Sequence[str]) -> dict[str, float]:
    """NAME=NUMBER, each name once."""
    found: dict[str, float] = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            value = float(number)
        except ValueError:
            raise UsageError(f"{flag} {text}: give NAME=NUMBER, such as cmax=20000") from None
        if name in found:
            raise UsageError(f"{flag} {name} is given twice")
        found[name] = value
    return found

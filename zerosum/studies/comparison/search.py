"""Which hyper-parameters are tried next: Optuna's samplers on the unit cube.

random  every draw at once, the same points for all formulations (common random numbers).
tpe     a first share of common random draws, then rounds proposed by the tree-structured Parzen
        estimator from each formulation's own scores (Bergstra et al. 2011, NeurIPS).

A proposal is a pure function of the seed and of the scores so far, so a search goes on where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from zerosum import noise
from zerosum.errors import InputError, unknown

SEARCHES = ("random", "tpe")
Point = dict[str, float]  # a coordinate in [0, 1) for each axis

_FIRST = 0.2  # share of a tpe search that is drawn at random
_ROUNDS = 8  # in which the rest is proposed: all draws of a round train side by side


def rounds(search: str, draws: int) -> tuple[int, ...]:
    """Return how many draws are made in each round.

    >>> rounds("random", 100), rounds("tpe", 100)
    ((100,), (20, 10, 10, 10, 10, 10, 10, 10, 10))
    """
    if search not in SEARCHES:
        raise unknown("search", search, SEARCHES)
    first = draws if search == "random" else max(1, round(_FIRST * draws))
    rest = draws - first
    sizes = [rest // _ROUNDS + (i < rest % _ROUNDS) for i in range(_ROUNDS)]
    return (first, *(size for size in sizes if size))


def random_points(seed: int, count: int, axes: Sequence[str]) -> list[Point]:
    """Return `count` points with independent uniform coordinates."""
    optuna = _optuna()
    sampler = optuna.samplers.RandomSampler(seed=_seed(seed, "random"))
    return _ask(optuna, sampler, "minimize", axes, [], count)


def proposed_points(
    seed: int,
    name: str,
    axes: Sequence[str],
    earlier: Sequence[tuple[Point, float]],
    count: int,
    direction: str,
) -> list[Point]:
    """Return the next points of one formulation's search.

    Args:
        seed: of the search. name: of the formulation. axes: those it has.
        earlier: points tried and their scores; an infinite score is a failure.
        count: how many. direction: "minimize" or "maximize".
    """
    optuna = _optuna()
    sampler = optuna.samplers.TPESampler(
        seed=_seed(seed, name, len(earlier)),
        n_startup_trials=0,
        multivariate=True,
        constant_liar=True,  # draws of one round train side by side: none is proposed twice
    )
    return _ask(optuna, sampler, direction, axes, earlier, count)


def _ask(
    optuna: ModuleType,
    sampler: Any,
    direction: str,
    axes: Sequence[str],
    earlier: Sequence[tuple[Point, float]],
    count: int,
) -> list[Point]:
    unit = {axis: optuna.distributions.FloatDistribution(0.0, 1.0) for axis in axes}
    study = optuna.create_study(sampler=sampler, direction=direction)
    for point, score in earlier:
        known = {axis: point[axis] for axis in axes}
        study.add_trial(optuna.create_trial(params=known, distributions=unit, value=score))
    return [dict(study.ask(unit).params) for _ in range(count)]


def _seed(*parts: int | str) -> int:
    return noise.fold("search", *parts) % 2**32  # as many bits as NumPy's seeds take


def _optuna() -> ModuleType:
    try:
        import optuna
    except ImportError:
        raise InputError(
            "a comparison's search needs Optuna: pip install 'zerosum[study]'"
        ) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna

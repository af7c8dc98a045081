"""Name -> object, by hand: the only place where a text becomes a formulation, a penalty or a network.

Adding a formulation is its file and one line here; the command line, the contract tests and the
catalogue read these tables.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import nn

from zerosum.errors import unknown
from zerosum.objectives.fgan import fgan, fgan_nonsaturating
from zerosum.objectives.hinge import HINGE
from zerosum.objectives.least_squares import LEAST_SQUARES, LEAST_SQUARES_PEARSON
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.objective import Objective
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.penalties.gradient_penalty import DRAGAN_CODE, DRAGAN_PAPER, WGAN_GP
from zerosum.penalties.penalty import Penalty
from zerosum.penalties.zero_centred import R1, R2
from zerosum.recipes.config import GameConfig, OptimizerConfig
from zerosum.recipes.networks import AUTOENCODERS as AUTOENCODERS
from zerosum.recipes.networks import DISCRIMINATORS as DISCRIMINATORS
from zerosum.recipes.networks import GENERATORS, Builder
from zerosum.recipes.networks import Sizes as Sizes
from zerosum.recipes.pair_networks import PAIRS as PAIRS
from zerosum.recipes.pair_networks import RECONSTRUCTORS as RECONSTRUCTORS
from zerosum.recipes.translator_networks import PATCHES as PATCHES
from zerosum.recipes.translator_networks import TRANSLATORS as TRANSLATORS
from zerosum.solvers.alternating import alternating
from zerosum.solvers.consensus import consensus
from zerosum.solvers.extragradient import extragradient
from zerosum.solvers.field import Solver
from zerosum.solvers.optimistic import optimistic
from zerosum.solvers.simultaneous import simultaneous
from zerosum.theory.divergences import (
    GAN,
    JEFFREYS,
    JENSEN_SHANNON,
    KL,
    NEYMAN,
    PEARSON,
    REVERSE_KL,
    SQUARED_HELLINGER,
    TOTAL_VARIATION,
    FDivergence,
    alpha,
)
from zerosum.training.schedule import Schedule

OBJECTIVES: dict[str, Objective] = {
    "mm": MINIMAX,
    "ns": NONSATURATING,
    "wgan": WASSERSTEIN,
    "lsgan": LEAST_SQUARES,
    "lsgan-pearson": LEAST_SQUARES_PEARSON,
    "hinge": HINGE,
    "rp": RELATIVISTIC_PAIRING,
}

# objectives with a member for each divergence
FAMILIES: dict[str, Callable[[FDivergence], Objective]] = {
    "fgan": fgan,
    "fgan-ns": fgan_nonsaturating,
}

DIVERGENCES: dict[str, FDivergence] = {
    "kl": KL,
    "reverse-kl": REVERSE_KL,
    "jeffreys": JEFFREYS,
    "jensen-shannon": JENSEN_SHANNON,
    "gan": GAN,
    "pearson": PEARSON,
    "neyman": NEYMAN,
    "hellinger": SQUARED_HELLINGER,
    "total-variation": TOTAL_VARIATION,
    "alpha": alpha(1.5),  # of the order that game.alpha says, if it says one
}


def objective(game: GameConfig) -> Objective:
    """Return the objective of a game: a formulation, or the divergence's member of a family.

    Raises:
        InputError: an unknown objective or divergence, with the nearest known name.
    """
    if game.objective in OBJECTIVES:
        return OBJECTIVES[game.objective]
    if game.objective not in FAMILIES:
        raise unknown("objective", game.objective, {**OBJECTIVES, **FAMILIES})
    name = game.divergence or "gan"
    if name not in DIVERGENCES:
        raise unknown("divergence", name, DIVERGENCES)
    member = DIVERGENCES[name]
    if name == "alpha" and game.alpha is not None:
        member = alpha(game.alpha)
    return FAMILIES[game.objective](member)


PENALTIES: dict[str, Penalty] = {
    "r1": R1,
    "r2": R2,
    "wgan-gp": WGAN_GP,
    "dragan-paper": DRAGAN_PAPER,
    "dragan-code": DRAGAN_CODE,
}


def generator_named(name: str) -> Builder:
    """Return what builds a generator.

    Raises: InputError: an unknown name, with the nearest known one.
    """
    if name not in GENERATORS:
        raise unknown("generator", name, GENERATORS)
    return GENERATORS[name]


def _adam(config: OptimizerConfig, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """Adam (Kingma and Ba 2014, 1412.6980)."""
    betas = (float(config.beta1), _start(config.beta2))
    return torch.optim.Adam(parameters, lr=_start(config.lr), betas=betas, fused=True)


def _rmsprop(config: OptimizerConfig, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """RMSProp (Tieleman and Hinton 2012); beta2 is its smoothing."""
    return torch.optim.RMSprop(parameters, lr=_start(config.lr), alpha=_start(config.beta2))


def _sgd(config: OptimizerConfig, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """Gradient descent with momentum beta1."""
    return torch.optim.SGD(parameters, lr=_start(config.lr), momentum=config.beta1, fused=True)


OPTIMIZERS: dict[str, Callable[[OptimizerConfig, list[nn.Parameter]], torch.optim.Optimizer]] = {
    "adam": _adam,
    "rmsprop": _rmsprop,
    "sgd": _sgd,
}


def _consensus(config: GameConfig) -> Solver:
    """All at once, and together down the length of the field (Mescheder 2017, 1705.10461)."""
    return partial(consensus, weight=config.consensus)


def _alternating(config: GameConfig) -> Solver:
    """One after the other, each seeing where the others are (Goodfellow 2014, 1406.2661)."""
    return alternating


def _simultaneous(config: GameConfig) -> Solver:
    """All at once, each gradient taken before anybody moves."""
    return simultaneous


def _extragradient(config: GameConfig) -> Solver:
    """All at once, by the gradients one step ahead (Korpelevich 1976; Gidel 2019, 1802.10551)."""
    return extragradient


def _optimistic(config: GameConfig) -> Solver:
    """All at once, by the last step extrapolated (Popov 1980; Daskalakis 2018, 1711.00141)."""
    return optimistic


SOLVERS: dict[str, Callable[[GameConfig], Solver]] = {
    "alternating": _alternating,
    "simultaneous": _simultaneous,
    "extragradient": _extragradient,
    "optimistic": _optimistic,
    "consensus": _consensus,
}


def _start(value: float | Schedule) -> float:
    return value.start if isinstance(value, Schedule) else float(value)

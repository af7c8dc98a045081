"""From a choice to the settings of a training that plays it, and to its parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from zerosum.data.split import held_out_rows
from zerosum.recipes import tables
from zerosum.runs.job import Job, prepare
from zerosum.studio.game.choice import DRAWN, Choice

POINTS = 10_000  # of a toy density that a game is trained on
BATCH = 256
HOLDOUT = 0.2  # of the points are never trained on: they say what real points score
PENALTIES = ("none", "r1+r2", *sorted(tables.PENALTIES))


def prepared(choice: Choice) -> Job:
    """Return the parts of the training that a choice means.

    Raises:
        InputError: a combination that cannot work.
    """
    torch.set_num_threads(1)  # small products: a second thread costs more than it brings
    data: object = choice.data
    if choice.data in DRAWN:
        rows = np.asarray(choice.points, dtype=np.float32)
        data = rows.reshape(-1, DRAWN[choice.data])
    return prepare(data, recipe="custom", settings=settings(choice))


def settings(choice: Choice) -> dict[str, Any]:
    """Return the settings of a training that plays this choice; it never ends by itself."""
    return {
        "seed": choice.seed,
        "latent": choice.latent,
        "data": {"holdout": HOLDOUT, **({} if choice.data in DRAWN else {"n": POINTS})},
        "generator": {"name": "mlp", "width": choice.width_g, "depth": choice.depth_g},
        "discriminator": {"name": "mlp", "width": choice.width_d, "depth": choice.depth_d},
        "game": _game(choice),
        "generator_optimizer": _optimizer(choice.optimizer, choice.lr_g),
        "discriminator_optimizer": _optimizer(choice.optimizer, choice.lr_d),
        "run": {"steps": 10**9, "batch": _batch(choice), "device": "cpu", "threads": 1},
    }


def _game(choice: Choice) -> dict[str, Any]:
    names = () if choice.penalty == "none" else choice.penalty.split("+")
    family = choice.objective in tables.FAMILIES
    return {
        "objective": choice.objective,
        **({"divergence": choice.divergence} if family else {}),
        "penalties": [{"name": name, "weight": choice.weight} for name in names],
        "discriminator_steps": choice.k,
        "solver": choice.solver,
        "consensus": choice.consensus,
        "clip": choice.clip or None,
        "spectral": choice.spectral,
        "instance_noise": choice.noise,
    }


def _optimizer(name: str, rate: float) -> dict[str, Any]:
    return {"name": name, "beta1": 0.0, "beta2": 0.99, "lr": rate}


def _batch(choice: Choice) -> int:
    if choice.data not in DRAWN:
        return BATCH
    rows = len(choice.points or ()) // DRAWN[choice.data]
    return min(BATCH, rows - held_out_rows(rows, HOLDOUT))

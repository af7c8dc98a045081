"""Trainings of milliseconds that between them use every item a state can have, and their hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from zerosum.recipes.config import merge
from zerosum.records import checkpoint
from zerosum.runs.job import Job, prepare
from zerosum.training.checkpoint import state_to_parts
from zerosum.training.state import TrainState

# Wall-clock time is the one thing that two equal runs differ in.
UNCOMPARED = {"seconds"}

_MLP = {"name": "mlp", "width": 16, "depth": 2}
_ADAM = {
    "name": "adam",
    "lr": {"start": 2e-3, "end": 5e-4, "over": 500},
    "beta1": 0.5,
    "beta2": {"start": 0.9, "end": 0.99, "over": 500, "shape": "linear"},
}

# Adam's moments of both players, an average, spectral vectors, a solver's memory, a penalty, every kind
# of schedule.
EVERYTHING: dict[str, Any] = {
    "seed": 3,
    "latent": 4,
    "data": {"spec": "ring", "n": 400, "holdout": 0.25},
    "generator": _MLP,
    "discriminator": _MLP,
    "game": {
        "objective": "ns",
        "penalties": [{"name": "r1", "weight": {"start": 1.0, "end": 0.1, "over": 500}}],
        "solver": "optimistic",
        "fresh_latents": True,
        "instance_noise": {"start": 0.3, "end": 0.0, "over": 500, "shape": "linear"},
        "spectral": True,
    },
    "generator_optimizer": _ADAM,
    "discriminator_optimizer": _ADAM,
    "run": {"steps": 12, "batch": 16, "ema_half_life": 100.0, "previews": 0, "keep": 2},
}


def prepared(
    settings: Mapping[str, Any] = EVERYTHING,
    *,
    spec: object = "ring",
    recipe: str = "custom",
    **over: Any,
) -> Job:
    """Return a job that is built but not begun; `over` are sections laid on the settings."""
    return prepare(spec, recipe=recipe, settings=merge(settings, over))


def digest(tensors: Mapping[str, Tensor], position: Mapping[str, Any]) -> str:
    """Return the SHA-256 over every tensor (name, type, shape, bytes) and all JSON but the seconds."""
    sha = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        sha.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        sha.update(tensor.contiguous().numpy().tobytes())
    compared = {k: v for k, v in position.items() if k not in UNCOMPARED}
    sha.update(json.dumps(compared, sort_keys=True).encode())
    return sha.hexdigest()


def digest_of_state(state: TrainState) -> str:
    """Return the hash of a state in memory."""
    return digest(*state_to_parts(state))


def digest_of_run(run: Path) -> str:
    """Return the hash of a run's newest checkpoint, none of which may be damaged."""
    loaded = checkpoint.newest_valid(run)
    assert loaded is not None and not loaded.passed_over
    return digest(loaded.tensors, loaded.state)

"""The reconstructor of a VEEGAN run, which the artefact does not keep, from the run's newest checkpoint."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from zerosum.recipes.build import build_encoder
from zerosum.recipes.tables import Sizes
from zerosum.records import checkpoint
from zerosum.runs import session

_PREFIX = "averages.reconstructor."


def reconstructor_of(run: Path, sizes: Sizes) -> nn.Module | None:
    """Return rows -> latents as a run has learnt it, or None of a run that has learnt no such thing.

    Args: run: a run folder or an artefact. sizes: of its generator.
    """
    if not (run / "config.yaml").is_file():
        return None
    config = session.read_config(run)
    loaded = checkpoint.newest_valid(run)
    if config.game.system != "veegan" or loaded is None:
        return None
    encoder = build_encoder(config.reconstructor, sizes)
    tensors = {
        k.removeprefix(_PREFIX): t for k, t in loaded.tensors.items() if k.startswith(_PREFIX)
    }
    encoder.load_state_dict(tensors)
    return encoder.eval().requires_grad_(False)

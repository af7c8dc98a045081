"""Samples of a run while it trains: of the generator's average, and of the generator as it stands.

samples/000500.png        the average, which is what the run will give away
samples/raw/000500.png    the generator itself, at the same latents; absent where nothing is averaged
"""

from __future__ import annotations

import copy
from pathlib import Path

from torch import nn

from zerosum import noise
from zerosum.reports.read import RAW, SAMPLES
from zerosum.runs import translating
from zerosum.runs.job import Job
from zerosum.runs.made import made_generator
from zerosum.runs.saving import save_picture
from zerosum.training.state import TrainState

_PICTURES, _POINTS = 64, 1000


def preview(job: Job, run: Path, state: TrainState) -> None:
    """Draw a grid of samples, or a scatter beside real points, into the folder of a run."""
    name, folder = f"{state.step:06d}.png", run / SAMPLES
    folder.mkdir(exist_ok=True)
    _draw(job, folder / name, state, None)
    if job.made is not None or job.config.run.ema_half_life == 0:
        return
    (folder / RAW).mkdir(exist_ok=True)
    # a copy: the network in training keeps its mode, and the statistics of its batches
    network = copy.deepcopy(state.networks["generator"]).eval()
    _draw(job, folder / RAW / name, state, network)


def _draw(job: Job, path: Path, state: TrainState, network: nn.Module | None) -> None:
    """Draw samples of a network, or of what the run would give away."""
    if job.other is not None:
        translating.preview(job, path, network)
        return
    generator = (
        job.generator()
        if network is None
        else made_generator(job.config, job.source, network, state.step)
    )
    picture = job.source.kind == "image"
    n = _PICTURES if picture else _POINTS
    rows = generator.sample(n, noise.fold(job.config.seed, "preview"))
    real = None if picture else job.source.rows[job.trained[:n]].astype("f8")
    save_picture(path, rows, generator.codec, real)

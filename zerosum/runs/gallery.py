"""The arrays of a report's pictures, uncurated and with fixed seeds: `gallery.npz`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import torch

from zerosum import noise
from zerosum.data.codec import NumericCodec
from zerosum.games.two_player import TwoPlayer
from zerosum.runs.job import Job
from zerosum.runs.reconstructing import Reconstructed
from zerosum.runs.showing import encode_rows, shown
from zerosum.runs.trust_gallery import trust_arrays
from zerosum.training.field import bound_networks

_SHOWN = {"image": 64, "points": 2000, "table": 2000}
_ROWS, _STEPS = 6, 10
_HEAT = 80  # grid points a side
_CHUNK = 2000


def draw_gallery(
    path: Path,
    job: Job,
    shares: dict[str, Any] | None,
    reconstructed: Reconstructed | None = None,
) -> Path:
    """Write the arrays of the report's pictures: uncurated, with fixed seeds.

    Args:
        path: the .npz to write; it appears whole or not at all.
        job: a finished training.
        shares: the evidence's class shares, if the data are labelled.
        reconstructed: rows that were inverted for the evidence, if any.
    """
    arrays = _samples(job) | _ways(job) | trust_arrays(job, reconstructed)
    if isinstance(job.source.codec, NumericCodec):
        arrays["column_names"] = np.asarray(job.source.codec.columns, dtype=np.str_)
    # what a discriminator says of a point alone; with a class, in a pack or a mixture there is no such thing
    alone = job.config.game.pack == 1 and not job.sizes.classes and job.made is None
    if job.source.kind == "points" and job.sizes.event == (2,) and alone:
        arrays |= _heat(job, job.game) if isinstance(job.game, TwoPlayer) else {}
    if shares:
        arrays |= _shares(job, shares)
    return write_gallery(path, arrays)


def write_gallery(path: Path, arrays: dict[str, np.ndarray]) -> Path:
    """Write the arrays of a report's pictures as one .npz, which appears whole or not at all."""
    partial = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        with partial.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def _samples(job: Job) -> dict[str, np.ndarray]:
    generator, n = job.generator(), _SHOWN[job.source.kind]
    order = noise.permutation(noise.fold(job.config.seed, "gallery"), len(job.held_out))
    real = encode_rows(job, np.sort(job.held_out[order[:n].numpy()]))
    latents = generator.latents(n, noise.fold(job.config.seed, "gallery"))
    fake = generator.encoded(latents, generator.labels(n))
    return {"real": shown(job, real), "fake": shown(job, fake)}


def _ways(job: Job) -> dict[str, np.ndarray]:
    """Walk on great circles between pairs of latents, which keeps their length typical."""
    generator = job.generator()
    ends = generator.latents(2 * _ROWS, noise.fold(job.config.seed, "ways"))
    start, end = ends[:_ROWS, None], ends[_ROWS:, None]
    t = torch.linspace(0, 1, _STEPS)[None, :, None]
    angle = t * torch.pi / 2
    latents = torch.cos(angle) * start + torch.sin(angle) * end
    labels = generator.labels(_ROWS)
    along = None if labels is None else labels.repeat_interleave(_STEPS)
    rows = shown(job, generator.encoded(latents.flatten(0, 1), along))
    return {"interpolation": rows.reshape(_ROWS, _STEPS, *rows.shape[1:])}


def _heat(job: Job, game: TwoPlayer) -> dict[str, np.ndarray]:
    """Evaluate the discriminator's logit on a grid round the training rows, 0 where it is undecided."""
    rows = np.asarray(job.source.rows[job.trained[:_CHUNK]], dtype=np.float64)
    low, high = rows.min(axis=0), rows.max(axis=0)
    margin = 0.15 * (high - low)
    low, high = low - margin, high + margin
    x, y = np.linspace(low[0], high[0], _HEAT), np.linspace(low[1], high[1], _HEAT)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    judge, encode = bound_networks(job.state, job.plan)["discriminator"], job.source.codec.encode
    samples = job.generator().sample(_CHUNK, noise.fold(job.config.seed, "heat"))
    with torch.no_grad():
        logits, real, fake = (
            judge(encode(points).to(job.device), None, None).float().cpu()
            for points in (grid, rows, samples)
        )
    undecided = game.objective.undecided
    if undecided is None:  # only differences mean anything: take the middle between the two sides
        undecided = float(real.mean() + fake.mean()) / 2
    logits = logits - undecided
    extent = np.array([low[0], high[0], low[1], high[1]])
    return {"heat": logits.reshape(_HEAT, _HEAT).numpy(), "heat_extent": extent}


def _shares(job: Job, shares: dict[str, Any]) -> dict[str, np.ndarray]:
    return {
        "class_share_real": np.asarray(shares["real"]),
        "class_share_fake": np.asarray(shares["fake"]),
        "class_names": np.asarray(shares["names"], dtype=np.str_),
        "class_n": np.asarray([len(job.trained), int(shares["n_fake"])]),
    }

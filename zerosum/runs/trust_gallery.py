"""The arrays of the report's pictures about trust: copies, shares, directions, paths, reconstructions.

All are drawn from rows and latents of their own keys; nothing is picked by hand, and where rows are ordered
(the most copied, the worst reconstructed) the page says so.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.explore.generating import generating
from zerosum.latent import curves
from zerosum.metrics import cells
from zerosum.metrics.memorisation import copy_ratio
from zerosum.metrics.neighbours import nearest
from zerosum.runs.job import Job
from zerosum.runs.path_panel import walked
from zerosum.runs.reconstructing import Reconstructed
from zerosum.runs.showing import encode_rows, shown

_QUERIES, _NEIGHBOURS = 8, 5
_LOOKED = 500  # samples, and held-out rows, whose distances to the training rows are drawn
_ROWS = 1000  # of each side in bins and in the plane of two directions
_BINS, _PER_BIN = 20, 10
_REACH = 3.0  # of the latents that are mapped into the plane: 99.7 % on a line, 99.5 % in a square
_MOST_NUMBERS = 1 << 24  # encoded at once: 64 MB, however large the data


def trust_arrays(job: Job, reconstructed: Reconstructed | None) -> dict[str, np.ndarray]:
    """Return the arrays of these pictures.

    Args:
        job: a finished training.
        reconstructed: rows that were inverted for the evidence, if any.
    """
    held, seen, fake = (encoded.flatten(1) for encoded in _sides(job))
    arrays = _copies(job) | _directions(held, seen, fake)
    if job.source.labels is None:
        arrays |= _bins(held, seen, fake, job.config.seed)
    if not job.generator().shares:
        arrays["path_lengths"] = walked(job.generator(), job.config.seed).lengths
    return arrays | _remade(job, reconstructed) | _sheet(job)


def _sides(job: Job) -> tuple[Tensor, Tensor, Tensor]:
    """Return as many held-out rows, training rows and samples, encoded."""
    n = min(_ROWS, len(job.held_out), len(job.trained), _at_once(job))
    held, seen = (
        np.sort(index[noise.permutation(noise.fold(job.config.seed, name), len(index)).numpy()[:n]])
        for name, index in (("shown-held-out", job.held_out), ("shown-train", job.trained))
    )
    return encode_rows(job, held), encode_rows(job, seen), _sampled(job, n, "shown-fake")


def _sampled(job: Job, n: int, name: str) -> Tensor:
    generator = job.generator()
    return generator.encoded(
        generator.latents(n, noise.fold(job.config.seed, name)), generator.labels(n)
    )


def _at_once(job: Job) -> int:
    return max(_NEIGHBOURS, _MOST_NUMBERS // math.prod(job.source.event_shape))


def _copies(job: Job) -> dict[str, np.ndarray]:
    """Find the samples that look most copied, with the training rows nearest to them among all."""
    n = min(_LOOKED, max(_QUERIES, _at_once(job)))
    fake = _sampled(job, n, "copies")
    order = noise.permutation(noise.fold(job.config.seed, "unseen"), len(job.held_out)).numpy()
    held = encode_rows(job, np.sort(job.held_out[order[:n]])).flatten(1).numpy()
    query = fake.flatten(1).numpy()
    distance, row = _nearest_trained(job, query)
    usual, _ = _nearest_trained(job, held)
    ratio = distance[:, 0]
    if (
        len(held) > 1
    ):  # a plain row is near to everything: what counts is nearer than to unseen rows
        ratio = copy_ratio(ratio, nearest(query, held, k=1).distances[:, 0])
        others = copy_ratio(usual[:, 0], nearest(held, held, k=2).distances[:, 1])
    else:
        others = usual[:, 0]
    worst = np.lexsort((distance[:, 0], ratio))[:_QUERIES]
    below = np.searchsorted(np.sort(others), ratio[worst], side="right")
    rows = shown(job, encode_rows(job, row[worst].ravel()))
    return {
        "neighbours": shown(job, fake[torch.from_numpy(worst)]),
        "neighbour_rows": rows.reshape(*row[worst].shape, *rows.shape[1:]),
        "neighbour_distance": distance[worst],
        "neighbour_p": (1 + below) / (1 + len(others)),
        "distance_fake": distance[:, 0],
        "distance_held_out": usual[:, 0],
    }


def _nearest_trained(job: Job, query: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return distances to the nearest training rows and which they are, a part of them at a time."""
    distance = np.full((len(query), 0), np.inf)
    row = np.zeros((len(query), 0), dtype=np.int64)
    for index in np.array_split(job.trained, math.ceil(len(job.trained) / _at_once(job))):
        base = encode_rows(job, index).flatten(1).numpy()
        found = nearest(query, base, k=min(_NEIGHBOURS, len(base)))
        distance = np.concatenate((distance, found.distances), axis=1)
        row = np.concatenate((row, index[found.indices]), axis=1)
        order = np.argsort(distance, axis=1, kind="stable")[:, :_NEIGHBOURS]
        distance = np.take_along_axis(distance, order, axis=1)
        row = np.take_along_axis(row, order, axis=1)
    return distance, row


def _directions(held: Tensor, seen: Tensor, fake: Tensor) -> dict[str, np.ndarray]:
    """Lay the rows out along the two directions in which training rows vary most; not below 3 numbers."""
    if seen.shape[1] < 3 or len(seen) < 3:
        return {}
    middle = seen.double().mean(dim=0)
    _, size, axes = torch.linalg.svd(seen.double() - middle, full_matrices=False)
    laid = [((rows.double() - middle) @ axes[:2].T).numpy() for rows in (held, seen, fake)]
    share = (size.square() / size.square().sum().clamp_min(1e-30))[:2].numpy()
    names = ("directions_real", "directions_train", "directions_fake", "directions_share")
    return dict(zip(names, (*laid, share), strict=True))


def _bins(held: Tensor, seen: Tensor, fake: Tensor, seed: int) -> dict[str, np.ndarray]:
    """Count the rows of each side in k-means cells of the training rows; nothing of few or equal rows."""
    train = seen.double().numpy()
    bins = min(_BINS, len(train) // _PER_BIN)
    if bins < 2:
        return {}
    try:
        parts = cells.partition(train, bins, key=seed)
    except InputError:
        return {}
    sides = {"real": held, "train": seen, "fake": fake}
    k = len(parts.centres)
    return {
        f"bin_count_{name}": np.bincount(parts.of(rows.double().numpy()), minlength=k)
        for name, rows in sides.items()
    }


def _sheet(job: Job) -> dict[str, np.ndarray]:
    """Map a line or a square of latents into the plane, where latents and rows are so few numbers."""
    generator, codec = job.generator(), job.source.codec
    latent = generator.sizes.latent
    if (
        generator.codec.event_shape != (2,)
        or latent > 2
        or generator.shares
        or generator.sizes.classes
    ):
        return {}
    generate = generating(generator)
    if latent == 1:
        path = torch.linspace(-_REACH, _REACH, 600)[:, None]
        points = curves.curve(generate, path).points
        return {"curve": np.asarray(codec.decode(torch.from_numpy(points)), dtype=np.float64)}
    made = curves.grid(generate, reach=_REACH)
    flat = codec.decode(torch.from_numpy(made.points.reshape(-1, 2)))
    points = np.asarray(flat, dtype=np.float64).reshape(made.points.shape)
    return {"sheet": points, "sheet_ratio": made.ratio, "sheet_ticks": made.ticks}


def _remade(job: Job, found: Reconstructed | None) -> dict[str, np.ndarray]:
    """Pick the worst and the middle reconstructions of held-out rows."""
    if found is None:
        return {}
    held, encode = found.held_out, job.source.codec.encode
    order = np.argsort(-held.error, kind="stable")
    half = _QUERIES // 2
    middle = max(0, len(order) // 2 - half // 2)
    chosen = np.concatenate((order[:half], order[middle : middle + half]))
    return {
        "remade_rows": shown(job, encode(held.rows[chosen])),
        "remade": shown(job, encode(held.reconstruction[chosen])),
        "remade_error": held.error[chosen],
        "remade_nearest": found.nearest[chosen],
        "remade_of": np.asarray([len(order)]),
    }

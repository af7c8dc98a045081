"""What a trained generator is judged by, and what a report shows of it. Everything has its own stream."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.data.codec import NumericCodec
from zerosum.data.source import Source
from zerosum.games.two_player import TwoPlayer
from zerosum.generator import Generator
from zerosum.metrics.evaluate import evaluate, fakes_needed
from zerosum.metrics.evidence import Evidence
from zerosum.metrics.neighbours import nearest
from zerosum.runs.job import Job
from zerosum.runs.saving import display
from zerosum.training.field import bound_networks

NO_EXTRACTORS: Mapping[str, Any] = MappingProxyType({})
_SHOWN = {"image": 64, "points": 2000, "table": 2000}
_QUERIES, _NEIGHBOURS = 8, 5
_ROWS, _STEPS = 6, 10
_HEAT = 80  # grid points a side
_CHUNK = 2000
_MOST_JUDGED = 10_000  # rows of either side that the evidence looks at
_LEAST_JUDGED = 1000  # however large a row is
_MOST_NUMBERS = 1 << 24  # encoded at once: 64 MB, however large the data


@dataclass(frozen=True)
class Rows:
    """Some rows of a source, read only when they are asked for (mapped files stay on the disk)."""

    source: Source
    index: np.ndarray

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.index)

    def some(self, limit: int, key: int) -> Rows:
        """Return these rows, or `limit` of them drawn by `key`."""
        if len(self) <= limit:
            return self
        chosen = noise.permutation(key, len(self))[:limit].sort().values.numpy()
        return Rows(self.source, self.index[chosen])

    def read(self) -> np.ndarray:
        """Return the rows in the user's units, shape (n, ...)."""
        return np.asarray(self.source.rows[self.index])

    def labels(self) -> np.ndarray | None:
        """Return the rows' class numbers, or None."""
        return None if self.source.labels is None else self.source.labels[self.index]


def judge_generator(
    generator: Generator,
    train: Rows,
    held_out: Rows,
    seed: int = 0,
    extractors: Mapping[str, Any] = NO_EXTRACTORS,
) -> Evidence:
    """Return the evidence about a generator, on rows it was never trained on.

    Args:
        generator: what is judged.
        train: real rows from which references are drawn (and, with labels, the classifier trained).
        held_out: real rows never trained on.
        seed: of the samples, subsets and classifier; another one gives another draw of the evidence.
        extractors: name -> extractor, module or function of encoded rows: further spaces to compare in.

    Raises:
        InputError: the rows are not what the generator makes, or too few.
    """
    source, key = train.source, noise.fold(seed, "evaluate")
    most = min(_MOST_JUDGED, max(_LEAST_JUDGED, _MOST_NUMBERS // math.prod(source.event_shape)))
    train = train.some(most, noise.fold(key, "train"))
    held_out = held_out.some(most, noise.fold(key, "held-out"))
    known, unseen = train.labels(), held_out.labels()
    labels = None if source.kind != "image" or known is None or unseen is None else (known, unseen)
    n = fakes_needed(source.kind, len(held_out), labelled=labels is not None)
    return evaluate(
        kind=source.kind,
        held_out=held_out.read(),
        train=train.read(),
        fake=generator.sample(n, noise.fold(seed, "evidence")),
        encode=generator.codec.encode,
        labels=labels,
        classes=source.classes,
        asked=_asked(generator, n, source),
        toy=source.toy,
        manifold=source.manifold,
        extractors=extractors,
        key=key,
    )


def _asked(generator: Generator, n: int, source: Source) -> np.ndarray | None:
    """Return the classes that `sample(n)` asks for, None where they are not the data's own."""
    labels = generator.labels(n) if generator.classes == source.classes else None
    return None if labels is None else labels.numpy()


def draw_gallery(path: Path, job: Job, shares: dict[str, Any] | None) -> Path:
    """Write the arrays of the report's pictures: uncurated, with fixed seeds.

    Args:
        path: the .npz to write; it appears whole or not at all.
        job: a finished training.
        shares: the evidence's class shares, if the data are labelled.
    """
    arrays = _samples(job) | _copies(job) | _ways(job)
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


def _shown(job: Job, encoded: Tensor) -> np.ndarray:
    if job.source.kind == "image":
        return display(encoded)
    return np.asarray(job.source.codec.decode(encoded), dtype=np.float64)


def _encode_rows(job: Job, index: np.ndarray) -> Tensor:
    return job.source.codec.encode(np.asarray(job.source.rows[index]))


def _samples(job: Job) -> dict[str, np.ndarray]:
    generator, n = job.generator(), _SHOWN[job.source.kind]
    order = noise.permutation(noise.fold(job.config.seed, "gallery"), len(job.held_out))
    real = _encode_rows(job, np.sort(job.held_out[order[:n].numpy()]))
    latents = generator.latents(n, noise.fold(job.config.seed, "gallery"))
    fake = generator.encoded(latents, generator.labels(n))
    return {"real": _shown(job, real), "fake": _shown(job, fake)}


def _copies(job: Job) -> dict[str, np.ndarray]:
    """Find the training rows nearest to a few samples, among all of them, a part at a time."""
    generator, source = job.generator(), job.source
    latents = generator.latents(_QUERIES, noise.fold(job.config.seed, "copies"))
    fake = generator.encoded(latents, generator.labels(_QUERIES))
    query = fake.flatten(1).numpy()
    distance = np.full((_QUERIES, 0), np.inf)
    row = np.zeros((_QUERIES, 0), dtype=np.int64)
    for index in _parts(job.trained, source.event_shape):
        base = _encode_rows(job, index).flatten(1).numpy()
        found = nearest(query, base, k=min(_NEIGHBOURS, len(base)))
        distance = np.concatenate((distance, found.distances), axis=1)
        row = np.concatenate((row, index[found.indices]), axis=1)
        order = np.argsort(distance, axis=1, kind="stable")[:, :_NEIGHBOURS]
        distance = np.take_along_axis(distance, order, axis=1)
        row = np.take_along_axis(row, order, axis=1)
    shown = _shown(job, _encode_rows(job, row.ravel()))
    return {
        "neighbours": _shown(job, fake),
        "neighbour_rows": shown.reshape(*row.shape, *shown.shape[1:]),
        "neighbour_distance": distance,
    }


def _parts(index: np.ndarray, event: tuple[int, ...]) -> list[np.ndarray]:
    """Split row numbers into parts that are encoded at once, none above the memory limit."""
    size = max(_NEIGHBOURS, _MOST_NUMBERS // math.prod(event))
    return np.array_split(index, math.ceil(len(index) / size))


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
    shown = _shown(job, generator.encoded(latents.flatten(0, 1), along))
    return {"interpolation": shown.reshape(_ROWS, _STEPS, *shown.shape[1:])}


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

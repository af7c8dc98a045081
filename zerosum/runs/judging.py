"""What a trained generator is judged by, on its own random stream."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from zerosum import noise
from zerosum.data.source import Source
from zerosum.generator import Generator
from zerosum.metrics.evaluate import Classes, evaluate, fakes_needed
from zerosum.metrics.evidence import Evidence, Measurement
from zerosum.runs.likelihood import check_likelihood, with_likelihood
from zerosum.runs.path_panel import path_panel, walked
from zerosum.runs.reconstructing import Reconstructed, reconstruct, reconstruction_panel
from zerosum.runs.rows import Rows

NO_EXTRACTORS: Mapping[str, Any] = MappingProxyType({})
_MOST_JUDGED = 10_000  # rows of either side that the evidence looks at
_LEAST_JUDGED = 1000  # however large a row is
_MOST_NUMBERS = 1 << 24  # encoded at once: 64 MB, however large the data


def judge_generator(
    generator: Generator,
    train: Rows,
    held_out: Rows,
    seed: int = 0,
    extractors: Mapping[str, Any] = NO_EXTRACTORS,
    reconstructed: Reconstructed | None = None,
    likelihood: float | None = None,
) -> Evidence:
    """Return the evidence about a generator, on rows it was never trained on.

    Args:
        generator: what is judged.
        train: real rows from which references are drawn (and, with labels, the classifier trained).
        held_out: real rows never trained on.
        seed: of the samples, subsets and classifier; another one gives another draw of the evidence.
        extractors: name -> extractor, module or function of encoded rows: further spaces to compare in.
        reconstructed: rows inverted already, as `reconstruct` would; None does it here.
        likelihood: standard deviation of the noise with which likelihoods are taken too; None takes none.

    Raises:
        InputError: the rows are not what the generator makes, or too few.
    """
    if likelihood is not None:
        check_likelihood(generator, likelihood)
    source, key = train.source, noise.fold(seed, "evaluate")
    most = min(_MOST_JUDGED, max(_LEAST_JUDGED, _MOST_NUMBERS // math.prod(source.event_shape)))
    train = train.some(most, noise.fold(key, "train"))
    held_out = held_out.some(most, noise.fold(key, "held-out"))
    known, unseen = train.labels(), held_out.labels()
    labelled = known is not None and unseen is not None
    n = fakes_needed(source.kind, len(held_out), labelled=labelled)
    classes = None
    if known is not None and unseen is not None:
        classes = Classes(known, unseen, source.classes, _asked(generator, n, source))
    found = evaluate(
        kind=source.kind,
        held_out=held_out.read(),
        train=train.read(),
        fake=generator.sample(n, noise.fold(seed, "evidence")),
        encode=generator.codec.encode,
        classes=classes,
        toy=source.toy,
        manifold=source.manifold,
        extractors=extractors,
        key=key,
    )
    reconstructed = reconstructed or reconstruct(generator, train, held_out, seed)
    labels = [m.label for m in found.measurements]
    more = _of_latents(generator, reconstructed, seed, labels)
    whole = replace(found, measurements=(*found.measurements, *more))
    if likelihood is None:
        return whole
    return with_likelihood(whole, generator, held_out, likelihood, seed)


def _of_latents(
    generator: Generator, reconstructed: Reconstructed | None, seed: int, labels: list[str]
) -> list[Measurement]:
    """Return what is asked of the generator itself and not of its samples; nothing of a mixture."""
    if reconstructed is None:
        return []
    parts = (part for label in labels for part in label.split(" | "))
    story = next((part[part.index("real=") :] for part in parts if "real=" in part), "")
    return [
        reconstruction_panel(reconstructed, story),
        path_panel(generator, walked(generator, seed)),
    ]


def _asked(generator: Generator, n: int, source: Source) -> np.ndarray | None:
    """Return the classes that `sample(n)` asks for, None where they are not the data's own."""
    labels = generator.labels(n) if generator.classes == source.classes else None
    return None if labels is None else labels.numpy()

"""The evaluation of one generator: held-out real rows against generated and against real ones.

Fidelity space and trust space: pictures are compared in randconv-v1 (texture, artefacts), in
pixels, and, when there are labels, in the features of a classifier of the training rows (classes);
points in their own units over the training standard deviation; tables column by column and as
standardised rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError, unknown
from zerosum.metrics import checks, features, intervals, modes, panels
from zerosum.metrics.asked import asked_class
from zerosum.metrics.classifier import Classifier, train_classifier
from zerosum.metrics.droplet_panel import droplet_panel
from zerosum.metrics.evidence import Evidence, Measurement
from zerosum.metrics.manifold import Manifold
from zerosum.metrics.manifold_panel import manifold_panel
from zerosum.metrics.wrapped import as_extractor

KINDS = ("image", "points", "table")
PAIRED_LIMIT = 4000  # rows on each side of a paired number
POOL_LIMIT = 10_000  # training rows that references are drawn from and the classifier is trained on
SHARE_ROWS = 5000  # generated pictures asked for, so that a class share of 10 % is known to 0.4 %
_LEAST = 12  # rows: two halves of k + 1 = 6


Encode = Callable[[np.ndarray], Tensor]


@runtime_checkable
class Target(Protocol):
    """A known law: mode centres (K, d) or None, their scale, and for one column its cdf."""

    @property
    def modes(self) -> np.ndarray | None:
        """Mode centres, shape (K, d)."""

    @property
    def scale(self) -> float:
        """Standard deviation of a mode."""

    @property
    def cdf(self) -> Callable[[np.ndarray], np.ndarray] | None:
        """Distribution function of a law on the line."""


@dataclass(frozen=True)
class _Rows:
    """Chosen rows: `held`, `fake`, the `pool` of training rows, `draws` of it, and their story."""

    held: np.ndarray
    fake: np.ndarray
    pool: np.ndarray
    pool_index: np.ndarray
    held_index: np.ndarray
    draws: np.ndarray
    story: str
    key: int

    def trial(self, extractor: features.Extractor, encode: Encode) -> panels.Trial:
        """Return the rows in the extractor's space."""
        held, fake, pool = (
            features.extract(extractor, encode(v)) for v in (self.held, self.fake, self.pool)
        )
        return panels.Trial(held, fake, pool, self.draws, extractor.id, self.story, self.key)


def fakes_needed(kind: str, n_held_out: int, *, labelled: bool = False) -> int:
    """Return how many generated rows `evaluate` makes use of.

    Args:
        kind: "image", "points" or "table". n_held_out: held-out real rows.
        labelled: whether class labels will be given.
    """
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    paired = min(n_held_out, PAIRED_LIMIT)
    return max(paired, SHARE_ROWS) if kind == "image" and labelled else paired


def evaluate(
    *,
    kind: str,
    held_out: np.ndarray,
    train: np.ndarray,
    fake: np.ndarray,
    encode: Encode,
    labels: tuple[np.ndarray, np.ndarray] | None = None,
    classes: tuple[str, ...] = (),
    asked: np.ndarray | None = None,
    toy: Target | None = None,
    manifold: Manifold | None = None,
    extractors: Mapping[str, Any] = MappingProxyType({}),
    key: int = 0,
    splits: int = 20,
) -> Evidence:
    """Return what can be said about a generator from its samples.

    Paired numbers use n rows on each side, n = min(held-out, generated, half the training rows,
    4000): random held-out rows, the first generated ones. References replace the latter by `splits`
    random subsets of n training rows. Everything is a function of the arguments.

    Args:
        kind: "image", "points" or "table".
        held_out: (h, ...) real rows in the user's units, never trained on. train: (t, ...) training
            rows.
        fake: (f, ...) generated rows in the same units, independent draws.
        encode: rows to float tensor, (n, C, H, W) in [-1, 1] for images, (n, d) otherwise.
        labels: (train labels, held-out labels), integers from 0, for images; None without labels.
        classes: names of the classes. asked: (f,) the class each generated row was asked for, if any.
        toy: the known law of points. manifold: what pictures of a known law are functions of.
        extractors: name -> extractor, module or function of encoded rows: further spaces for the Fréchet
            distance, precision, recall, density and coverage, beside those of the kind.
        key: noise key of subsets, halves and classifier. splits: real subsets of each reference.

    Raises:
        InputError: unknown kind, rows of different shapes, too few of them, or not finite.
    """
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    rows = _choose(held_out, train, fake, noise.fold(key, "evaluate"), splits)
    facts: dict[str, Any] = {"kind": kind, "n_real": len(rows.held), "n_fake": len(rows.fake)}
    facts["n_fake_given"] = len(fake)
    if kind == "points":
        found = _points(rows, toy)
    elif kind == "table":
        found = _table(rows, encode)
    else:
        found = _pictures(rows, encode)
    if manifold is not None:
        found += _known(rows, manifold)
    if kind == "image" and labels is not None:
        found += _classes(rows, (fake, asked), encode, labels, classes, facts)
    for name, given in extractors.items():
        found += _space(
            rows.trial(as_extractor(given, encode(rows.held[:2]), id=name), encode), name
        )
    return Evidence(tuple(found), facts)


def _space(trial: panels.Trial, name: str) -> list[Measurement]:
    return [*panels.frechet_panel(trial, name), *panels.prdc_panel(trial, name)]


def _choose(
    held_out: np.ndarray, train: np.ndarray, fake: np.ndarray, key: int, splits: int
) -> _Rows:
    shapes = {np.shape(v)[1:] for v in (held_out, train, fake)}
    if len(shapes) != 1:
        raise InputError(f"held-out, train and fake rows are of shapes {sorted(shapes)}: give one")
    n = min(len(held_out), len(fake), len(train) // 2, PAIRED_LIMIT)
    if n < _LEAST or splits < 1:
        raise InputError(
            f"{len(held_out)} held-out, {len(train)} training and {len(fake)} generated rows with "
            f"{splits} splits are too few: give at least {_LEAST}, {2 * _LEAST}, {_LEAST} and 1"
        )

    def subset(name: str, size: int, of: int, *more: int) -> np.ndarray:
        return noise.permutation(noise.fold(key, name, *more), of).numpy()[:size]

    held_index = np.sort(subset("held-out", n, len(held_out)))
    pool_index = np.sort(subset("pool", min(len(train), POOL_LIMIT), len(train)))
    draws = np.stack([subset("draw", n, len(pool_index), s) for s in range(splits)])
    held = np.asarray(held_out[held_index])
    real = f"real=held-out {n} #{features.digest([held])}"
    story = f"{real} | fake={n} | reference={splits} train subsets"
    pool = np.asarray(train[pool_index])
    return _Rows(held, np.asarray(fake[:n]), pool, pool_index, held_index, draws, story, key)


def _points(rows: _Rows, toy: Target | None) -> list[Measurement]:
    scaled = rows.trial(features.Identity.fit(rows.pool), _as_tensor)
    held, fake, pool = (checks.matrix("points", v) for v in (rows.held, rows.fake, rows.pool))
    raw = panels.Trial(held, fake, pool, rows.draws, "user units", rows.story, rows.key)
    if held.shape[1] == 1:
        found = panels.line_panel(scaled, raw, None if toy is None else toy.cdf)
    else:
        found = panels.plane_panel(scaled) + panels.prdc_panel(scaled, "points")
    if toy is not None and toy.modes is not None:
        found += panels.modes_panel(raw, np.asarray(toy.modes), toy.scale)
    return found


def _as_tensor(rows: np.ndarray) -> Tensor:
    return torch.from_numpy(checks.matrix("points", rows))


def _table(rows: _Rows, encode: Encode) -> list[Measurement]:
    fitted = features.Identity.fit(encode(rows.pool).flatten(1).numpy())
    trial = rows.trial(fitted, encode)
    return [
        *_space(trial, "columns"),
        *panels.column_panel(trial),
        *panels.memorisation_panel(trial),
    ]


def _pictures(rows: _Rows, encode: Encode) -> list[Measurement]:
    shape = _picture_shape(encode(rows.held[:1]))
    random = rows.trial(features.RandConv(shape), encode)
    pixels = rows.trial(features.Pixels(shape), encode)
    return [
        *panels.frechet_panel(random, "randconv"),
        *panels.frechet_panel(pixels, "pixels"),
        *panels.prdc_panel(random, "randconv"),
        *panels.memorisation_panel(pixels),
        *droplet_panel(rows.held, rows.fake, rows.pool, rows.draws, encode, rows.story, rows.key),
    ]


def _picture_shape(one: Tensor) -> tuple[int, int, int]:
    if one.ndim != 4:
        raise InputError(f"pictures are encoded as {tuple(one.shape)}: encode to (n, C, H, W)")
    return int(one.shape[1]), int(one.shape[2]), int(one.shape[3])


def _known(rows: _Rows, manifold: Manifold) -> list[Measurement]:
    held, fake, pool = (
        np.asarray(v, dtype=np.float64).reshape(len(v), -1)
        for v in (rows.held, rows.fake, rows.pool)
    )
    return manifold_panel(held, fake, pool, rows.draws, manifold, rows.story)


def _classes(
    rows: _Rows,
    made: tuple[np.ndarray, np.ndarray | None],
    encode: Encode,
    labels: tuple[np.ndarray, np.ndarray],
    classes: tuple[str, ...],
    facts: dict[str, Any],
) -> list[Measurement]:
    truth, unseen = np.asarray(labels[0])[rows.pool_index], np.asarray(labels[1])[rows.held_index]
    pool = encode(rows.pool)
    judge = train_classifier(pool, truth, len(classes), key=rows.key)
    held, fake = encode(rows.held), encode(made[0])
    right = judge.accuracy(held, unseen)
    facts["classifier_accuracy"] = round(right.value, 4)
    facts["classifier_accuracy_95"] = [right.low, right.high]
    trial = rows.trial(judge, encode)
    found = [
        *_space(trial, "classifier"),
        _class_shares(judge, judge.predict(pool), fake, truth, classes, rows, facts),
    ]
    if made[1] is not None:
        story = rows.story.split(" | ")[0]
        found.append(asked_class(judge, (held, unseen), (fake, made[1]), story=story, key=rows.key))
    return found


def _class_shares(
    judge: Classifier,
    real: np.ndarray,
    fake: Tensor,
    truth: np.ndarray,
    classes: tuple[str, ...],
    rows: _Rows,
    facts: dict[str, Any],
) -> Measurement:
    k, n = len(classes), len(fake)
    counts = np.bincount(judge.predict(fake), minlength=k)
    seen = np.bincount(truth, minlength=k).astype(np.float64)
    target = seen + (0.5 if (seen == 0).any() else 0.0)  # KL is infinite at a class never seen
    target = target / target.sum()
    result = modes.reverse_kl(counts, target)
    picks = (
        noise.integers(noise.fold(rows.key, "shares", s), (n,), len(real))
        for s in range(len(rows.draws))
    )
    again = [modes.reverse_kl(np.bincount(real[p.numpy()], minlength=k), target) for p in picks]
    shares = [intervals.wilson(int(c), n) for c in counts]
    facts["class_share"] = {
        "names": list(classes),
        "n_fake": n,
        "fake": [s.value for s in shares],
        "fake_low": [s.low for s in shares],
        "fake_high": [s.high for s in shares],
        "real": (seen / seen.sum()).tolist(),
    }
    label = (
        f"KL[{judge.id} | predicted classes against training labels | fake={n} | "
        f"{rows.story.split(' | ')[0]} | reference={len(rows.draws)} train draws with replacement]"
    )
    note = f"KL classes: nats, less the floor {result.floor:.3g} of a perfect model"
    reference = panels.summarise([r.value for r in again])
    return Measurement("KL classes", result.value, result.error, reference, label, "lower", note)

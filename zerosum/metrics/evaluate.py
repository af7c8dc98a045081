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
from zerosum.metrics import checks, features, panels
from zerosum.metrics.class_panel import class_panel
from zerosum.metrics.copying_panel import copying_panel
from zerosum.metrics.difference_panel import (
    bins_panel,
    kernel_panel,
    linear,
    supports_panel,
    trees,
    two_sample_panel,
)
from zerosum.metrics.droplet_panel import droplet_panel
from zerosum.metrics.evidence import Evidence, Measurement
from zerosum.metrics.manifold import Manifold
from zerosum.metrics.manifold_panel import manifold_panel
from zerosum.metrics.rows import PAIRED_LIMIT, Encode, Rows, choose
from zerosum.metrics.teaching_panel import teaching_panel
from zerosum.metrics.wrapped import as_extractor

KINDS = ("image", "points", "table")
SHARE_ROWS = 5000  # generated pictures asked for, so that a class share of 10 % is known to 0.4 %

Panel = Callable[[], list[Measurement]]


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
class Classes:
    """What is known of classes: of training and held-out rows, their names, and what was asked for.

    Args:
        train, held_out: integers from 0, one a row. names: of the classes.
        asked: the class each generated row was asked for, or None.
    """

    train: np.ndarray
    held_out: np.ndarray
    names: tuple[str, ...]
    asked: np.ndarray | None = None


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
    classes: Classes | None = None,
    toy: Target | None = None,
    manifold: Manifold | None = None,
    extractors: Mapping[str, Any] = MappingProxyType({}),
    key: int = 0,
    splits: int = 20,
) -> Evidence:
    """Return what can be said about a generator from its samples.

    Paired numbers use n rows on each side, n = min(held-out, generated, half the training rows,
    4000): random held-out rows, the first generated ones. References replace the latter by `splits`
    random subsets of n training rows. Everything is a function of the arguments. A panel that the rows
    do not allow (too few different ones, say) is left out, and the fact `left_out` says why.

    Args:
        kind: "image", "points" or "table".
        held_out: (h, ...) real rows in the user's units, never trained on. train: (t, ...) training
            rows.
        fake: (f, ...) generated rows in the same units, independent draws.
        encode: rows to float tensor, (n, C, H, W) in [-1, 1] for images, (n, d) otherwise.
        classes: of the rows, if they have any.
        toy: the known law of points. manifold: what pictures of a known law are functions of.
        extractors: name -> extractor, module or function of encoded rows: further spaces for the Fréchet
            and kernel distances, precision, recall, density and coverage, beside those of the kind.
        key: noise key of subsets, halves and classifier. splits: real subsets of each reference.

    Raises:
        InputError: unknown kind, rows of different shapes, too few of them, or not finite.
    """
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    rows = choose(held_out, train, fake, noise.fold(key, "evaluate"), splits)
    facts: dict[str, Any] = {"kind": kind, "n_real": len(rows.held), "n_fake": len(rows.fake)}
    facts["n_fake_given"] = len(fake)
    if kind == "points":
        found = _points(rows, toy, facts)
    elif kind == "table":
        found = _table(rows, encode, facts)
    else:
        found = _pictures(rows, encode, facts)
    if manifold is not None:
        found += _known(rows, manifold)
    if classes is not None:
        found += _classes(rows, fake, encode, classes, facts)
    for name, given in extractors.items():
        extractor = as_extractor(given, encode(rows.held[:2]), id=name)
        fewer = rows.at_most(
            getattr(extractor, "most_rows", None)
        )  # a slow one says what it is worth
        found += space_panels(fewer.trial(extractor, encode), name)
    return Evidence(tuple(found), facts)


def headline(
    *,
    kind: str,
    held_out: np.ndarray,
    train: np.ndarray,
    fake: np.ndarray,
    encode: Encode,
    key: int = 0,
    splits: int = 20,
) -> Measurement:
    """Return the first measurement that `evaluate` gives of these arguments, and take no other."""
    rows = choose(held_out, train, fake, noise.fold(key, "evaluate"), splits)
    if kind == "points":
        trial = rows.trial(features.Identity.fit(rows.pool), _as_tensor)
        line = trial.held.shape[1] == 1
        return (panels.line_panel(trial, trial, None) if line else panels.plane_panel(trial))[0]
    if kind == "table":
        trial = rows.trial(features.Identity.fit(encode(rows.pool).flatten(1).numpy()), encode)
        return panels.frechet_panel(trial, "columns")[0]
    trial = rows.trial(features.RandConv(_picture_shape(encode(rows.held[:1]))), encode)
    return panels.frechet_panel(trial, "randconv")[0]


def space_panels(trial: panels.Trial, name: str) -> list[Measurement]:
    """Return Fréchet and kernel distances, precision, recall, density and coverage of a space."""
    return [
        *panels.frechet_panel(trial, name),
        *kernel_panel(trial, name),
        *panels.prdc_panel(trial, name),
    ]


def _taken(facts: dict[str, Any], asked: Mapping[str, Panel]) -> list[Measurement]:
    """Return what the panels give; a panel that these rows do not allow leaves its reason in the facts."""
    found: list[Measurement] = []
    for name, panel in asked.items():
        try:
            found += panel()
        except InputError as error:
            facts.setdefault("left_out", []).append(f"{name}: {error}")
    return found


def _points(rows: Rows, toy: Target | None, facts: dict[str, Any]) -> list[Measurement]:
    scaled = rows.trial(features.Identity.fit(rows.pool), _as_tensor)
    held, fake, pool = (checks.matrix("points", v) for v in (rows.held, rows.fake, rows.pool))
    raw = panels.Trial(held, fake, pool, rows.draws, "user units", rows.story, rows.key)
    if held.shape[1] == 1:
        found = panels.line_panel(scaled, raw, None if toy is None else toy.cdf)
    else:
        found = panels.plane_panel(scaled) + panels.prdc_panel(scaled, "points")
    if toy is not None and toy.modes is not None:
        found += panels.modes_panel(raw, np.asarray(toy.modes), toy.scale)
    return found + _taken(facts, _told_apart(scaled, "points", gaussian=True))


def _told_apart(trial: panels.Trial, space: str, *, gaussian: bool) -> dict[str, Panel]:
    """Return the panels of points and of tables, whose columns are few."""
    return {
        "kernel": lambda: kernel_panel(trial, space, gaussian=gaussian),
        "C2ST": lambda: two_sample_panel(trial, space, trees),
        "NDB": lambda: bins_panel(trial, space),
        "supports": lambda: supports_panel(trial, space),
        "copying": lambda: copying_panel(trial),
    }


def _as_tensor(rows: np.ndarray) -> Tensor:
    return torch.from_numpy(checks.matrix("points", rows))


def _table(rows: Rows, encode: Encode, facts: dict[str, Any]) -> list[Measurement]:
    trial = rows.trial(features.Identity.fit(encode(rows.pool).flatten(1).numpy()), encode)
    return [
        *panels.frechet_panel(trial, "columns"),
        *panels.prdc_panel(trial, "columns"),
        *panels.column_panel(trial, facts),
        *_taken(facts, _told_apart(trial, "columns", gaussian=False)),
    ]


def _pictures(rows: Rows, encode: Encode, facts: dict[str, Any]) -> list[Measurement]:
    shape = _picture_shape(encode(rows.held[:1]))
    random = rows.trial(features.RandConv(shape), encode)
    pixels = rows.trial(features.Pixels(shape), encode)
    story, key = rows.story, rows.key
    return [
        *panels.frechet_panel(random, "randconv"),
        *panels.frechet_panel(pixels, "pixels"),
        *kernel_panel(random, "randconv"),
        *panels.prdc_panel(random, "randconv"),
        *_taken(
            facts,
            {
                "C2ST": lambda: two_sample_panel(random, "randconv", linear),
                "NDB": lambda: bins_panel(pixels, "pixels"),
                "supports": lambda: supports_panel(random, "randconv"),
                "copying": lambda: copying_panel(pixels),
            },
        ),
        *droplet_panel(rows.held, rows.fake, rows.pool, rows.draws, encode, story, key),
    ]


def _picture_shape(one: Tensor) -> tuple[int, int, int]:
    if one.ndim != 4:
        raise InputError(f"pictures are encoded as {tuple(one.shape)}: encode to (n, C, H, W)")
    return int(one.shape[1]), int(one.shape[2]), int(one.shape[3])


def _known(rows: Rows, manifold: Manifold) -> list[Measurement]:
    held, fake, pool = (
        np.asarray(v, dtype=np.float64).reshape(len(v), -1)
        for v in (rows.held, rows.fake, rows.pool)
    )
    return manifold_panel(held, fake, pool, rows.draws, manifold, rows.story)


def _classes(
    rows: Rows, fake: np.ndarray, encode: Encode, classes: Classes, facts: dict[str, Any]
) -> list[Measurement]:
    """Return what is asked of classes; nothing, and a word why, of training rows of one class."""
    if len(np.unique(classes.train)) < 2:
        facts.setdefault("left_out", []).append("classes: the training rows have one only")
        return []
    found = _taught(rows, encode, classes, facts)
    if facts["kind"] != "image":
        return found
    labels = classes.train, classes.held_out
    made = fake, classes.asked
    return [*class_panel(rows, made, encode, labels, classes.names, facts), *found]


def _taught(
    rows: Rows, encode: Encode, classes: Classes, facts: dict[str, Any]
) -> list[Measurement]:
    """Return what forests learn from the generated rows, where these were asked for by class."""
    if classes.asked is None:
        return []
    asked = classes.asked[: len(rows.fake)]
    one = encode(rows.held[:1])
    flat = features.Identity.fit(encode(rows.pool).flatten(1).numpy())
    space = features.Pixels(_picture_shape(one)) if one.ndim == 4 else flat
    trial = rows.trial(space, encode)
    truth, unseen = classes.train[rows.pool_index], classes.held_out[rows.held_index]
    return _taken(facts, {"TSTR": lambda: teaching_panel(trial, truth, unseen, asked)})

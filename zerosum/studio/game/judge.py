"""A thread that scores games while they go on: on its own clock, from a copy of the generator."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from zerosum import noise
from zerosum.data.codec import Codec
from zerosum.studio.game import scores
from zerosum.studio.game.arena import Arena
from zerosum.studio.game.choice import Choice
from zerosum.studio.game.match import Match
from zerosum.studio.game.seen import units

EVERY = 1.0  # seconds between scores of a game that goes on
_SLICES = 4000
Post = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True)
class Snapshot:
    """A generator as it stood, and what is needed to score it."""

    choice: Choice
    step: int
    generator: nn.Module
    codec: Codec
    law: scores.Law
    box: np.ndarray


class Judge:
    """Scores the newest snapshots it was given, one after the other.

    Args: post: where "scores" go.
    """

    def __init__(self, post: Post) -> None:
        self._post, self._asked = post, threading.Event()
        self._newest: list[Snapshot] = []
        self._laws: dict[object, scores.Law] = {}
        self._busy = self._closed = False
        self._last = -EVERY
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    @property
    def due(self) -> bool:
        """Whether it is time to be asked again: a second has passed, and the last are done."""
        return not self._busy and time.perf_counter() - self._last >= EVERY

    def ask(self, match: Match, box: np.ndarray) -> None:
        """Take copies of the generators, to be scored soon; older ones not begun are forgotten."""
        self._last = time.perf_counter()
        self._newest = [self._snapshot(arena, box) for arena in match.arenas]
        self._asked.set()

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._asked.set()
        self._thread.join(timeout=30)

    def _snapshot(self, arena: Arena, box: np.ndarray) -> Snapshot:
        job, choice = arena.job, arena.choice
        key = (choice.data, choice.points, choice.seed)
        if key not in self._laws:
            rows = np.asarray(job.source.rows if choice.points else ())
            self._laws = {key: scores.law(choice, rows)}
        generator = copy.deepcopy(job.state.networks["generator"])
        return Snapshot(choice, arena.step, generator, job.source.codec, self._laws[key], box)

    def _live(self) -> None:
        torch.set_num_threads(1)
        while True:
            self._asked.wait()
            self._asked.clear()  # before looking why: whoever asks or closes from here on is heard
            if self._closed:
                return
            self._busy, newest = True, self._newest
            found = [judged(snapshot) for snapshot in newest]
            self._post("scores", {"step": newest[0].step, "games": found})
            self._busy = False


def judged(seen: Snapshot) -> dict[str, Any]:
    """Return a snapshot's scores: {"scores": [...], "modes": {...} or None}."""
    key = noise.fold(seen.choice.seed, "scores")
    fake = _images(seen, noise.normal(noise.fold(key, "fake"), (scores.DRAWS, seen.choice.latent)))
    if not np.isfinite(fake).all():
        return {"scores": [], "modes": None}
    toy = seen.law.toy
    if toy is not None and toy.cdf is not None and seen.choice.latent == 1:
        share = torch.arange(_SLICES + 1, dtype=torch.float64).clamp(0.25, _SLICES - 0.25) / _SLICES
        images = _images(seen, torch.special.ndtri(share).float()[:, None])[:, 0]
        found = scores.line_exact(toy, images, np.full(_SLICES, 1.0 / _SLICES))
    else:
        found = scores.sampled(seen.law, fake, seen.box, noise.fold(key, "halves"))
    return {"scores": [asdict(score) for score in found], "modes": scores.modes(toy, fake)}


def _images(seen: Snapshot, latents: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        return units(seen.codec, seen.generator(latents, None)).astype(np.float64)

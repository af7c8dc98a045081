"""The data, noise and keys of a step, as a pure function of (seed, step).

Nothing is consumed, so a resumed run draws what the uninterrupted one would have drawn.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from zerosum import noise
from zerosum.games.protocol import Draw

# Noise is made for several steps at once: hashing 64 small draws costs little more than one.
_BLOCK_NUMBERS = 1 << 16


@runtime_checkable
class Batch(Protocol):
    """Encoded data and its labels."""

    @property
    def real(self) -> Tensor:
        """Encoded rows, shape (batch, *event)."""

    @property
    def label(self) -> Tensor | None:
        """Class indices, shape (batch,), or None."""


@runtime_checkable
class Batches(Protocol):
    """Where real data comes from: batch number t, the same whenever it is asked for."""

    def batch(self, draw: int) -> Batch:
        """Return batch number `draw`."""


class Draws:
    """Draws of every step of a run.

    Args:
        feed: real data by batch number.
        turns: number of turns in a round.
        accumulate: micro-batches in a turn.
        fresh_last: whether the last turn (the generator's) has a draw of its own.
        batch: rows in a draw.
        latent: dimension of the latent.
        seed: of the noise.
        stratified: spread the latents of a batch evenly (`noise.stratified_normal`).
        device: where draws are needed.
        other: rows of a second domain by batch number, or None.
    """

    def __init__(
        self,
        feed: Batches,
        *,
        turns: int,
        accumulate: int,
        fresh_last: bool,
        batch: int,
        latent: int,
        seed: int,
        stratified: bool = False,
        device: torch.device | str = "cpu",
        other: Batches | None = None,
    ) -> None:
        self._feed, self._accumulate, self._device = feed, accumulate, device
        self._other = other
        self._turns, self._fresh_last = turns, fresh_last
        self._shape, self._seed = (batch, latent), seed
        self._per_step = (turns if fresh_last else max(1, turns - 1)) * accumulate
        self._block = max(1, _BLOCK_NUMBERS // (self._per_step * batch * latent))
        self._spread = noise.stratified_normal if stratified else noise.normal
        self._first = -1
        self._keys, self._latents = torch.empty(0), torch.empty(0)

    def step(self, number: int) -> list[list[Draw]]:
        """Return, for each turn of step `number`, its micro-batches' draws."""
        first = number - number % self._block
        if first != self._first:
            self._fill(first)
        offset = (number - first) * self._per_step
        flat = [self._draw(number, i, offset + i) for i in range(self._per_step)]
        size = self._accumulate
        turns = [flat[i : i + size] for i in range(0, len(flat), size)]
        return turns if self._fresh_last else [*turns, turns[-1]][-self._turns :]

    def _draw(self, step: int, i: int, row: int) -> Draw:
        number = step * self._per_step + i
        batch = self._feed.batch(number)
        other = None if self._other is None else self._other.batch(number).real
        return Draw(batch.real, self._latents[row], batch.label, self._keys[row], other)

    def _fill(self, first: int) -> None:
        numbers = range(first * self._per_step, (first + self._block) * self._per_step)
        keys = [noise.fold(self._seed, "turn", n) for n in numbers]
        self._keys = torch.tensor(keys, dtype=torch.int64, device=self._device)
        self._latents = self._spread(self._keys, self._shape)
        self._first = first

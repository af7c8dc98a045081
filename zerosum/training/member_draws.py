"""The draws of B members at once: each member's are those it would have alone, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError

_BLOCK_NUMBERS = 1 << 20  # latents made at once


@runtime_checkable
class KeptFeed(Protocol):
    """A feed whose encoded rows fit into memory: what `data.feed.Feed` is for small data."""

    @property
    def size(self) -> int:
        """Rows in a batch."""

    @property
    def seed(self) -> int:
        """Of the permutations."""

    @property
    def kept(self) -> tuple[Tensor, Tensor | None] | None:
        """All encoded rows (n, *event) and their classes (n,), or None where they are not kept."""

    def ordered(self, order: Int64[Tensor, " n"], epoch: int) -> Int64[Tensor, " n"]:
        """Return the rows of an epoch, given the permutation that its seed and number make."""


@dataclass(frozen=True)
class Rhythm:
    """What draws are needed in a round.

    Attributes:
        turns: of the game. fresh_last: whether the generator's turn has a draw of its own.
        latent: dimension of the latent. labelled: whether the game looks at classes.
        stratified: spread the latents of a batch evenly.
    """

    turns: int
    fresh_last: bool
    latent: int
    labelled: bool
    stratified: bool = False

    @property
    def draws(self) -> int:
        """Different draws in a round."""
        return self.turns if self.fresh_last else max(1, self.turns - 1)


@dataclass(frozen=True)
class MemberDraw:
    """One turn's draw of every member: a `Draw` whose tensors have a first axis of members."""

    real: Float[Tensor, "members batch ..."]
    latent: Float[Tensor, "members batch latent"]
    label: Int64[Tensor, "members batch"] | None
    key: Int64[Tensor, " members"]


class MemberDraws:
    """Draws of every step, with a first axis of members.

    Args:
        feeds: each member's data. seeds: each member's, of its noise. rhythm: what a round needs.

    Raises:
        InputError: members with different numbers of rows, or data too large to be kept.
    """

    def __init__(self, feeds: Sequence[KeptFeed], seeds: Sequence[int], rhythm: Rhythm) -> None:
        self._rhythm, self._seeds, self._batch = rhythm, seeds, feeds[0].size
        self._feed_seeds, self._feeds = [f.seed for f in feeds], feeds
        kept = [_require_kept(i, f, feeds[0]) for i, f in enumerate(feeds)]
        self._n = len(kept[0][0])
        self._take, self._real = _joined([real for real, _ in kept])
        labels = [label for _, label in kept if label is not None]
        self._take_label: Take = self._take
        self._label: Tensor | None = None
        if rhythm.labelled and labels:
            self._take_label, self._label = _joined(labels)
        numbers = len(feeds) * rhythm.draws * self._batch * rhythm.latent
        self._block, self._first = max(1, _BLOCK_NUMBERS // numbers), -1
        self._keys, self._latents = torch.empty(0), torch.empty(0)
        self._epochs: dict[int, Tensor] = {}

    def step(self, number: int) -> list[MemberDraw]:
        """Return one draw a turn of step `number`; a shared draw is the same object."""
        first = number - number % self._block
        if first != self._first:
            self._fill(first)
        count = self._rhythm.draws
        made = [self._draw(number * count + i, (number - first) * count + i) for i in range(count)]
        return made if self._rhythm.fresh_last else [*made, made[-1]][-self._rhythm.turns :]

    def _draw(self, number: int, row: int) -> MemberDraw:
        at = self._positions(number)
        label = None if self._label is None else self._take_label(self._label, at)
        return MemberDraw(self._take(self._real, at), self._latents[row], label, self._keys[row])

    def _positions(self, draw: int) -> Int64[Tensor, "members batch"]:
        n, start = self._n, draw * self._batch
        stop, parts = start + self._batch, []
        while start < stop:
            epoch, offset = divmod(start, n)
            part = self._permutations(epoch)[:, offset : offset + stop - start]
            parts.append(part)
            start += part.shape[1]
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)

    def _permutations(self, epoch: int) -> Int64[Tensor, "members n"]:
        if epoch not in self._epochs:
            keys = torch.tensor([noise.fold(s, "epoch", epoch) for s in self._feed_seeds])
            orders = noise.permutation(keys, self._n)
            rows = [f.ordered(o, epoch) for f, o in zip(self._feeds, orders, strict=True)]
            self._epochs = {epoch: torch.stack(rows)}
        return self._epochs[epoch]

    def _fill(self, first: int) -> None:
        count = self._rhythm.draws
        numbers = range(first * count, (first + self._block) * count)
        keys = torch.tensor([[noise.fold(s, "turn", n) for s in self._seeds] for n in numbers])
        self._keys = keys
        spread = noise.stratified_normal if self._rhythm.stratified else noise.normal
        latents = spread(keys.flatten(), (self._batch, self._rhythm.latent))
        self._latents = latents.unflatten(0, keys.shape)
        self._first = first


Take = Callable[[Tensor, Int64[Tensor, "members batch"]], Tensor]


def _joined(each: Sequence[Tensor]) -> tuple[Take, Tensor]:
    """Return the members' rows as one tensor and how entries are taken from it.

    Members that share one data set share one tensor (n, ...); else it is (members, n, ...).
    """
    if all(rows is each[0] for rows in each):
        return _from_shared, each[0]
    return _from_each, torch.stack(list(each))


def _from_shared(rows: Tensor, at: Int64[Tensor, "members batch"]) -> Tensor:
    return rows[at]


def _from_each(rows: Tensor, at: Int64[Tensor, "members batch"]) -> Tensor:
    return rows[torch.arange(len(at))[:, None], at]


def _require_kept(number: int, feed: KeptFeed, first: KeptFeed) -> tuple[Tensor, Tensor | None]:
    kept, expected = feed.kept, first.kept
    if kept is None or expected is None:
        raise InputError(
            f"member {number}'s data are too large to be kept in memory for a whole population: train it "
            "alone, or give fewer rows"
        )
    if kept[0].shape != expected[0].shape:
        raise InputError(
            f"member {number} trains on rows of shape {tuple(kept[0].shape)} and member 0 on "
            f"{tuple(expected[0].shape)}: data sets of one population have equally many rows and columns"
        )
    return kept

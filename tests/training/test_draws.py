"""What a step looks at is a function of its number alone: asked in any order, by anybody, again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from zerosum.training import draws
from zerosum.training.draws import Batches, Draws


@dataclass(frozen=True)
class Numbered:
    """Batch number t holds t everywhere."""

    real: Tensor
    label: Tensor | None


class Feed:
    """A feed that notes which batches it was asked for."""

    def __init__(self, batch, labelled=True):
        self.batch_size, self.labelled, self.asked = batch, labelled, []

    def batch(self, draw):
        self.asked.append(draw)
        label = torch.full((self.batch_size,), draw) if self.labelled else None
        return Numbered(torch.full((self.batch_size, 2), float(draw)), label)


def make(turns=2, accumulate=1, fresh=False, batch=8, latent=4, seed=0, **feed):
    feed = Feed(batch, **feed)
    assert isinstance(feed, Batches)
    return Draws(
        feed, turns=turns, accumulate=accumulate, fresh_last=fresh, batch=batch, latent=latent,
        seed=seed,
    )  # fmt: skip


def flat(step):
    return [draw for turn in step for draw in turn]


def assert_equal(a, b):
    assert len(flat(a)) == len(flat(b))
    for x, y in zip(flat(a), flat(b), strict=True):
        for name in ("real", "latent", "label", "key"):
            assert torch.equal(getattr(x, name), getattr(y, name)), name


SHAPES = [
    # turns, micro-batches, fresh -> batches of step 3
    (2, 1, False, [[3], [3]]),
    (2, 1, True, [[6], [7]]),
    (6, 1, False, [[15], [16], [17], [18], [19], [19]]),
    (6, 1, True, [[18], [19], [20], [21], [22], [23]]),
    (2, 3, False, [[9, 10, 11], [9, 10, 11]]),
    (2, 3, True, [[18, 19, 20], [21, 22, 23]]),
    (3, 2, False, [[12, 13], [14, 15], [14, 15]]),
    (1, 2, False, [[6, 7]]),
]


@pytest.mark.parametrize(("turns", "accumulate", "fresh", "expected"), SHAPES)
def test_each_turn_gets_the_batches_it_should(turns, accumulate, fresh, expected):
    step = make(turns, accumulate, fresh).step(3)
    assert [[int(d.real[0, 0]) for d in turn] for turn in step] == expected
    assert [[int(d.label[0]) for d in turn] for turn in step] == expected


@pytest.mark.parametrize(("turns", "accumulate", "fresh"), [s[:3] for s in SHAPES])
def test_no_batch_and_no_noise_is_used_twice_nor_left_out(turns, accumulate, fresh):
    some = make(turns, accumulate, fresh)
    own = turns if fresh or turns == 1 else turns - 1
    steps = [some.step(i)[:own] for i in range(5)]
    used = [int(d.real[0, 0]) for step in steps for d in flat(step)]
    assert used == list(range(5 * own * accumulate))
    keys = {int(d.key) for step in steps for d in flat(step)}
    first = {float(d.latent[0, 0]) for step in steps for d in flat(step)}
    assert len(keys) == len(first) == len(used)


def test_a_shared_draw_is_the_very_same_object():
    # so that the samples made of its latents need not be made again
    shared, fresh = make(turns=3).step(0), make(turns=3, fresh=True).step(0)
    assert shared[2][0] is shared[1][0]
    assert fresh[2][0] is not fresh[1][0]


def test_any_order_and_any_object_give_the_same_draws():
    forwards, anyhow = make(fresh=True), make(fresh=True)
    in_order = [forwards.step(i) for i in range(20)]
    for i in (7, 19, 0, 7, 3):
        assert_equal(anyhow.step(i), in_order[i])


@pytest.mark.parametrize("numbers", [1, 64, 200, 1 << 16])
def test_the_size_of_a_block_changes_nothing(monkeypatch, numbers):
    expected = [make(fresh=True).step(i) for i in range(12)]
    monkeypatch.setattr(draws, "_BLOCK_NUMBERS", numbers)  # a step has 2 x 8 x 4 = 64 of them
    some = make(fresh=True)
    for i in range(12):
        assert_equal(some.step(i), expected[i])


def test_across_the_boundary_of_a_block_noise_goes_on():
    some = make(batch=64, latent=64)
    size = draws._BLOCK_NUMBERS // (64 * 64)
    assert size > 1
    around = [some.step(i)[0][0].latent for i in range(size - 1, size + 2)]
    assert not any(torch.equal(a, b) for a, b in pairwise(around))
    assert torch.equal(make(batch=64, latent=64).step(size)[0][0].latent, around[1])


def test_another_seed_gives_other_noise_on_the_same_batches():
    a, b = make(seed=0).step(2)[0][0], make(seed=1).step(2)[0][0]
    assert torch.equal(a.real, b.real)
    assert a.key != b.key and not torch.equal(a.latent, b.latent)


def test_latents_are_standard_normal_and_unrelated_between_steps():
    some = make(batch=256, latent=16)
    a, b = (some.step(i)[0][0].latent.flatten() for i in (0, 1))
    assert a.shape == (4096,)
    assert abs(a.mean()) < 4 / 64 and abs(a.std() - 1) < 0.05
    assert abs(torch.corrcoef(torch.stack((a, b)))[0, 1]) < 4 / 64


def test_unlabelled_data_have_no_label():
    assert make(labelled=False).step(0)[0][0].label is None


def test_nothing_is_read_ahead():
    some = make(turns=2, fresh=True)
    some.step(5)
    assert some._feed.asked == [10, 11]

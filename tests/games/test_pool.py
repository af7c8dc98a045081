from __future__ import annotations

import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.games.pool import query


class PlainPool:
    """The pool as a list, one sample after the other, from the same coins and places."""

    def __init__(self, size):
        self.size, self.held = size, []

    def query(self, samples, coins, places):
        shown = []
        for sample, coin, place in zip(samples, coins, places, strict=True):
            if len(self.held) < self.size:
                self.held.append(sample)
                shown.append(sample)
            elif coin > 0.5:
                shown.append(self.held[place])
                self.held[place] = sample
            else:
                shown.append(sample)
        return shown


def played(size, batch, rounds, pools=2):
    """Rounds of numbered samples: what was shown, and the pools at the end."""
    rows, filled, seen = torch.zeros(pools, size, 1), torch.tensor(0.0), []
    for t in range(rounds):
        new = torch.arange(pools * batch).reshape(pools, batch, 1) + 100.0 * t
        got = query(rows, filled, new, torch.tensor(noise.fold(3, "round", t)))
        rows, filled = got.rows, got.filled
        seen.append(got.samples)
    return seen, rows, filled


def test_it_is_the_plain_pool():
    size, batch, rounds = 4, 3, 30
    seen, rows, filled = played(size, batch, rounds)
    plain = [PlainPool(size) for _ in range(2)]
    for t in range(rounds):
        key = torch.tensor(noise.fold(3, "round", t))
        coins = noise.uniform(key, (2, batch)).tolist()
        places = noise.integers(key + 1, (2, batch), size).tolist()
        for p in range(2):
            new = [100.0 * t + p * batch + i for i in range(batch)]
            assert seen[t][p, :, 0].tolist() == plain[p].query(new, coins[p], places[p])
    assert rows[:, :, 0].tolist() == [p.held for p in plain]
    assert float(filled) == size


def test_while_it_fills_it_shows_what_it_gets():
    seen, rows, filled = played(10, 4, 2)
    assert seen[0][0, :, 0].tolist() == [0, 1, 2, 3] and seen[1][1, :, 0].tolist() == [
        104,
        105,
        106,
        107,
    ]
    assert rows[0, :8, 0].tolist() == [0, 1, 2, 3, 100, 101, 102, 103] and float(filled) == 8


def test_afterwards_half_of_what_is_shown_is_old():
    seen, _, _ = played(5, 1, 2000, pools=1)
    old = [float(s) < 100 * t for t, s in enumerate(seen) if t >= 5]
    # four standard errors of a share of one half
    assert abs(sum(old) / len(old) - 0.5) < 4 * 0.5 / len(old) ** 0.5


def test_every_place_is_taken_alike():
    age = torch.zeros(5)
    for t in range(4000):
        age[int(noise.integers(torch.tensor(noise.fold(3, "round", t)) + 1, (1, 1), 5))] += 1
    # chi-square with 4 degrees of freedom is above 18.5 once in a thousand
    assert float(((age - 800) ** 2 / 800).sum()) < 18.5


def test_without_places_everything_is_shown_as_it_is():
    new = torch.randn(2, 3, 4)
    got = query(torch.zeros(2, 0, 4), torch.tensor(0.0), new, torch.tensor(1))
    assert_close(got.samples, new)


def test_it_leaves_its_arguments_as_they_are_and_what_is_new_keeps_its_slope():
    rows, new = torch.zeros(1, 2, 3), torch.ones(1, 2, 3, requires_grad=True)
    got = query(rows, torch.tensor(0.0), new, torch.tensor(1))
    assert float(rows.abs().max()) == 0 and not got.rows.requires_grad
    got.samples.sum().backward()
    assert_close(new.grad, torch.ones_like(new))

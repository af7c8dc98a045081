"""Droplets: found where they were put, not found where nothing is, and the maps by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import binom

from zerosum.errors import InputError
from zerosum.metrics.droplet_panel import droplet_panel
from zerosum.metrics.droplets import Maps, _by_chance, droplets, stands_out


def pictures(n, seed=0, side=16, channels=1):
    """Discs of random place, size and grey on noise: edges everywhere, no place like another."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:side, :side]
    centre = rng.uniform(0, side, (2, n, 1, 1, 1))
    disc = (rows - centre[0]) ** 2 + (columns - centre[1]) ** 2
    inside = disc < rng.uniform(4, side * 2, (n, 1, 1, 1))
    grey = rng.uniform(-0.6, 0.6, (2, n, channels, 1, 1))
    return np.where(inside, grey[0], grey[1]) + 0.05 * rng.normal(size=(n, channels, side, side))


def blob(x, amplitude, row=5.0, column=11.0, moves=0.0, signs=(1,), seed=9):
    """Add a Gaussian blob of 1.2 pixels to every picture."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: x.shape[2], : x.shape[3]]
    shape = (len(x), 1, 1, 1)
    at = [c + rng.uniform(-moves, moves, shape) for c in (row, column)]
    there = np.exp(-((rows - at[0]) ** 2 + (columns - at[1]) ** 2) / (2 * 1.2**2))
    return x + amplitude * rng.choice(signs, shape) * there


def test_a_faint_blob_at_one_place_is_found_there():
    found = droplets(pictures(250), blob(pictures(250, seed=1), 0.3))
    assert found.p_value == 1 / 200 and found.value > found.limit
    first = found.places[0]
    assert abs(first.row - 5) <= 1 and abs(first.column - 11) <= 1 and first.map == "spot"
    assert first.value == found.value


def test_a_blob_of_either_sign_is_found_by_its_size():
    """Its mean is 0 everywhere: only the maps of sizes can see it."""
    found = droplets(pictures(250), blob(pictures(250, seed=1), 1.2, signs=(-1, 1)))
    assert found.p_value == 1 / 200
    first = found.places[0]
    assert abs(first.row - 5) <= 3 and abs(first.column - 11) <= 3
    assert first.map in ("grain", "roaming")


def test_a_blob_that_moves_is_found_in_its_region():
    found = droplets(pictures(250), blob(pictures(250, seed=1), 1.0, moves=2.0))
    assert found.p_value == 1 / 200
    assert any(abs(p.row - 5) <= 3 and abs(p.column - 11) <= 3 for p in found.places)


def test_two_blobs_are_two_places_and_neighbours_are_not_named_twice():
    fake = blob(blob(pictures(250, seed=1), 0.8), -0.8, row=12.0, column=3.0)
    places = droplets(pictures(250), fake).places
    near = [
        any(abs(p.row - r) <= 1 and abs(p.column - c) <= 1 for p in places)
        for r, c in ((5, 11), (12, 3))
    ]
    assert near == [True, True]
    gaps = [
        np.hypot(a.row - b.row, a.column - b.column) for a in places for b in places if a is not b
    ]
    assert min(gaps) >= 4


def test_pictures_that_differ_everywhere_have_a_wide_map_and_no_droplet_in_size():
    """Half the contrast is a difference of law, and none of place: the value stays that of real rows."""
    real, fake = pictures(250), 0.5 * pictures(250, seed=1)
    put = droplets(real, blob(fake, 0.6))
    # real rows reach 4.5 in 2 of 2,000 random divisions
    assert droplets(real, fake).value < 4.5 < put.value


def false_alarms(x, n, times, channels=1):
    """How many of so many random divisions of real rows alarm at a level of 1 in 20."""
    maps, alarms = Maps((channels, *x.shape[2:])), 0
    see = maps.of(torch.from_numpy(x))
    for seed in range(times):
        rows = np.random.default_rng(seed).permutation(len(x))
        a, b = see[rows[:n]], see[rows[n : 2 * n]]
        chance = _by_chance(maps, np.concatenate((a, b)), n, 39, seed)
        alarms += int((1 + (chance >= stands_out(maps, a, b).max()).sum()) / 40 <= 0.05)
    return alarms


def most_alarms(times):
    """What a test of level 1 in 20 exceeds once in 10,000 times."""
    return int(binom.isf(1e-4, times, 0.05))


def test_real_pictures_do_not_alarm_digits():
    from sklearn.datasets import load_digits

    x = load_digits().images[:, None] / 8 - 1
    assert false_alarms(x, 360, 60) <= most_alarms(60)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "n"), [("glyphs32", 200), ("emoji32", 128)])
def test_real_pictures_do_not_alarm(name, n, shared_data):
    rows = np.load(shared_data / "mini" / f"{name}_mini.npz")
    x = rows["images"][:, None] if name == "glyphs32" else rows["google"].transpose(0, 3, 1, 2)
    x = x[:1000].astype(np.float32) / 127.5 - 1
    assert false_alarms(x, n, 40, x.shape[1]) <= most_alarms(40)


def test_the_spot_by_hand():
    """A pixel of 1 on 0: 1/9 less 1/49 in the 3 x 3 round it, and −1/49 beyond."""
    x = torch.zeros(1, 1, 17, 17)
    x[0, 0, 8, 8] = 1.0
    maps = Maps((1, 17, 17))
    spot = maps.of(x)[0, : 17 * 17].reshape(17, 17)
    assert spot[8, 8] == spot[7, 9] == pytest.approx(1 / 9 - 1 / 49, abs=1e-6)
    assert spot[8, 10] == pytest.approx(-1 / 49, abs=1e-6) and abs(spot[8, 12]) < 1e-6
    region = maps.of(x)[0, 17 * 17 : 2 * 17 * 17].reshape(17, 17)
    assert region[8, 11] == pytest.approx(1 / 49 - 1 / 225, abs=1e-6)


def test_sizes_add_up_and_places_are_those_of_the_picture():
    for shape in ((1, 8, 8), (3, 32, 16), (2, 64, 64)):
        maps = Maps(shape)
        n = maps.of(torch.zeros(2, *shape)).shape[1]
        assert n == sum(maps.sizes.values())
        last = maps.place(n - 1, 1.0)
        assert last.map == "roaming" and 0 < last.row < shape[1] and 0 < last.column < shape[2]
    assert maps.place(33, 1.0).row == 2.5 and maps.place(33, 1.0).column == 2.5  # of pixels 2 and 3
    assert "region" not in Maps((1, 8, 8)).sizes


def test_permutations_are_the_statistic_itself():
    """A division written as sums over rows gives what `stands_out` gives on the divided rows."""
    from zerosum import noise

    x = Maps((1, 16, 16)).of(torch.from_numpy(pictures(30)))
    (found,) = _by_chance(Maps((1, 16, 16)), x, 18, 1, key=3)
    rows = noise.permutation(noise.fold(3, "droplets", 0), 30).numpy()
    wanted = stands_out(Maps((1, 16, 16)), x[rows[:18]], x[rows[18:]]).max()
    assert found == pytest.approx(wanted, rel=1e-9)


def test_the_panel_names_the_place_and_real_subsets_are_its_reference():
    rng = np.random.default_rng(0)
    pool = pictures(600, seed=3)
    draws = np.stack([rng.permutation(600)[:200] for _ in range(6)])

    def encode(x):
        return torch.from_numpy(x)

    fake = blob(pictures(200, seed=1), 0.5)
    (found,) = droplet_panel(pictures(200), fake, pool, draws, encode, "story", 0)
    assert found.reading == "worse" and found.value > found.reference.high + found.error
    assert "look at row 5, column 11 (spot)" in found.note and "story" in found.label
    (clean,) = droplet_panel(pictures(200), pictures(200, seed=1), pool, draws, encode, "s", 0)
    assert "no place stands out" in clean.note
    assert droplet_panel(*(3 * [np.zeros((9, 1, 7, 9))]), draws, encode, "s", 0) == []


@pytest.mark.parametrize(
    ("real", "fake", "said"),
    [
        ((9, 1, 8, 8), (7, 1, 8, 8), "fake has shape"),
        ((9, 1, 8, 8), (9, 1, 8, 9), "fake has shape"),
        ((9, 64), (9, 64), "real has shape"),
        ((9, 1, 7, 8), (9, 1, 7, 8), "too small for droplets"),
    ],
)
def test_what_cannot_be_looked_at_is_said(real, fake, said):
    with pytest.raises(InputError, match=said):
        droplets(np.zeros(real), np.zeros(fake))

"""The arithmetic of the glyph benchmark, on a generator and judges whose answers are known in closed form."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from benchmarks.latent_glyphs_data import LETTERS, read
from benchmarks.latent_glyphs_edits import (
    arithmetic,
    directions,
    drawn,
    edits,
    moved,
    outcome,
    terms,
    tuned,
)
from benchmarks.latent_glyphs_inversion import inverted, some
from benchmarks.latent_glyphs_judges import Reading
from zerosum import noise
from zerosum.data.codec import ImageCodec
from zerosum.generator import Generator
from zerosum.latent.inversion import Effort
from zerosum.networks.dcgan import DCGANGenerator
from zerosum.recipes.config import NetworkConfig
from zerosum.recipes.tables import Sizes

D = 8


class Plain:
    """Rows are latents; a judge sees attribute i where z_i > 0, and the character that was asked for."""

    sizes = SimpleNamespace(latent=D, classes=26)

    def labels(self, n):
        return torch.arange(n) % 26

    def encoded(self, z, labels):
        return torch.cat((z, labels[:, None].float()), dim=1)

    def read(self, rows):
        return Reading(rows[:, -1].long().numpy(), (rows[:, :3] > 0).numpy())


class Untold(Plain):
    """Not told the character, which is one of four by the signs of two further numbers of the latent."""

    sizes = SimpleNamespace(latent=D, classes=0)

    def labels(self, n):
        return None

    def encoded(self, z, labels):
        return torch.cat((z, (z[:, 3:4] > 0) + 2.0 * (z[:, 4:5] > 0)), dim=1)


PLAIN, UNTOLD = Plain(), Untold()


@pytest.fixture(scope="module")
def known():
    return drawn(PLAIN, PLAIN, 5200, 1)


def test_every_way_finds_the_coordinate_that_is_the_attribute(known):
    for i in range(3):
        for way in directions(known, known, i, 0).values():
            # the angle's root mean square is sqrt((d - 1) 4 (1 - 2/pi) / n) / 1.6, at most 0.04 here
            assert math.acos(min(1.0, float(way.shifts[0, i]))) < 0.12


def test_the_shift_of_the_arithmetic_is_the_distance_of_two_half_normals(known):
    rows = drawn(PLAIN, PLAIN, 260, 2)
    way = arithmetic(known, rows, 1, 0)
    # 2 sqrt(2/pi); a mean of 100 half normals is known to 0.06, the difference of two to 0.085
    assert float(way.shifts[:, 1].mean()) == pytest.approx(2 * math.sqrt(2 / math.pi), abs=0.1)
    assert way.facts["characters"] == 26


def test_no_character_teaches_itself(known):
    rows = drawn(PLAIN, PLAIN, 520, 3)
    assert not (terms(known, rows, 0, 0).letters == rows.seen.letters).any()


def test_a_step_changes_those_that_are_nearer_than_it():
    rows = drawn(PLAIN, PLAIN, 4000, 4)
    axis = torch.eye(D)[:1]
    found = outcome(PLAIN, PLAIN, rows, moved(rows, axis, 0, 1.0), 0)
    near = rows.z[:, 0].abs() < 1.0
    assert_close(torch.from_numpy(found["changed"]), near)
    # P(|z| < 1); four standard errors of a share of 4000
    assert float(near.double().mean()) == pytest.approx(math.erf(1 / math.sqrt(2)), abs=0.03)
    assert found["kept"].all() and found["others kept"].all()


def test_a_move_keeps_the_norm():
    rows = drawn(PLAIN, PLAIN, 100, 5)
    z = moved(rows, torch.eye(D)[:1], 0, 2.0)
    assert_close(z.norm(dim=1), rows.z.norm(dim=1))


def test_the_step_that_is_chosen_does_most():
    rows = drawn(PLAIN, PLAIN, 500, 6)
    step, curve = tuned(PLAIN, PLAIN, rows, torch.eye(D)[:1], 0)
    best = max(point["both"] for point in curve)
    assert [p["both"] for p in curve if p["step"] == step] == [best]


def test_edits_stand_beside_no_change_and_chance(known):
    judges = SimpleNamespace(labeller=PLAIN, judge=PLAIN)
    found = edits(PLAIN, judges, known, (2600, 260, 520), 0)
    for name in ("bold", "italic", "serif"):
        ways = {way: figures["test"]["changed"]["value"] for way, figures in found[name].items()}
        assert ways["no change"] == 0.0  # one judge agrees with itself
        assert ways["probe"] > 0.95 > ways["a random direction"]
        assert found[name]["probe"]["test"]["kept"]["value"] == 1.0


def test_a_generator_that_is_not_told_the_character_keeps_it_where_the_direction_does():
    judges = SimpleNamespace(labeller=UNTOLD, judge=UNTOLD)
    known = drawn(UNTOLD, UNTOLD, 2600, 1)
    found = edits(UNTOLD, judges, known, (2600, 260, 520), 0)["bold"]
    test = found["probe, others kept"]["test"]
    assert test["changed"]["value"] > 0.95 and test["kept"]["value"] > 0.95
    chance = found["a random direction"]["test"]
    assert chance["kept"]["value"] < test["kept"]["value"]


def test_inversion_keeps_rows_and_characters_together():
    sizes = Sizes(latent=4, event=(1, 32, 32), classes=26)
    network = DCGANGenerator(latent=4, event_shape=(1, 32, 32), width=8, classes=26, norm="none")
    for i, p in enumerate(network.parameters()):
        p.data = noise.normal(noise.fold(7, i), tuple(p.shape)) * 0.1
    config = NetworkConfig(name="dcgan", width=8, norm="none")
    codec = ImageCodec((1, 32, 32), "nhw", "|u1", 0.0, 255.0)
    generator = Generator(network.requires_grad_(False), config, sizes, codec, LETTERS)
    z, letters = noise.normal(8, (40, 4)), np.arange(40)[::-1] % 26
    rows = generator.encoded(z, torch.from_numpy(letters.copy()))
    as_it_is = Effort(starts=1, steps=0, polish=0, drawn=2)
    one = inverted(generator, rows, letters, as_it_is, first=z)
    assert_close(one.latents, z)
    assert float(one.error.max()) < 1e-5  # float32 in batches of another size
    wrong = inverted(generator, rows, letters[::-1], as_it_is, first=z)
    assert float(wrong.error.median()) > 1e-3


def test_only_capitals_of_known_fonts_are_read(tmp_path):
    char = np.array([0, 1, 2, 0, 1, 0], dtype=np.uint8)
    arrays = {
        "images": np.arange(6, dtype=np.uint8)[:, None, None] + np.zeros((1, 32, 32), np.uint8),
        "char_names": np.array(["A", "a", "B"]),
        "char": char,
        "font": np.arange(6, dtype=np.int16),
        "bold": np.array([1, 0, 0, 0, 0, 1], np.uint8),
        "italic": np.zeros(6, np.uint8),
        "serif": np.array([1, 1, 0, -1, 0, 0], np.int8),
        "is_test": np.array([0, 0, 0, 0, 1, 1], bool),
    }
    np.savez(tmp_path / "some.npz", **arrays)
    train, test = read(tmp_path / "some.npz")
    assert train.names.tolist() == ["A", "B"] and train.fonts.tolist() == [0, 2]
    assert train.attributes.tolist() == [[True, False, True], [False, False, False]]
    assert test.images[:, 0, 0].tolist() == [5]
    assert some(train, 1, 0).tolist() == [0, 1]

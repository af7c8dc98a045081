"""The law of G(z), against closed forms."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from zerosum.errors import InputError
from zerosum.theory.pushforward import pushforward

Z = np.linspace(-8, 8, 4001)
SLICES = np.diff(ndtr(Z))


def test_an_affine_generator_gives_a_gaussian():
    edges = np.linspace(-4, 6, 41)
    wanted = np.diff(ndtr((edges - 1.0) / 2.0))
    # within a slice of width h mass is spread evenly: an error of h^2 |p'| / 8 < 1e-6 at each edge
    np.testing.assert_allclose(pushforward(1 + 2 * Z, SLICES, edges), wanted, atol=1e-6)


def test_two_branches_add_up():
    """x = z^2 is chi-squared with one degree: P(x < c) = 2 Phi(sqrt c) - 1."""
    edges = np.array([0.0, 0.5, 1.0, 2.0, 4.0])
    wanted = np.diff([2 * ndtr(math.sqrt(c)) - 1 for c in edges])
    # straight pieces: an edge moves by at most h^2 / 4 in x, 4e-6
    np.testing.assert_allclose(pushforward(Z**2, SLICES, edges), wanted, atol=1e-5)


def test_a_decreasing_generator_is_as_good_as_an_increasing_one():
    edges = np.linspace(-3, 3, 13)
    up, down = (pushforward(sign * Z, SLICES, edges) for sign in (1, -1))
    np.testing.assert_allclose(up, down, atol=1e-15)


def test_a_constant_generator_is_one_point():
    mass = pushforward(np.full(5, 0.3), np.full(4, 0.25), [0.0, 0.25, 0.5])
    np.testing.assert_array_equal(mass, [0.0, 1.0])


@pytest.mark.parametrize(
    ("images", "slices", "edges", "words"),
    [
        ([0.0, 1.0], [0.5, 0.5], [0.0, 1.0], "one more image"),
        ([0.0, math.nan], [1.0], [0.0, 1.0], "images holds nan"),
        ([0.0, 1.0], [1.0], [1.0, 0.0], "edges do not increase"),
    ],
)
def test_bad_input(images, slices, edges, words):
    with pytest.raises(InputError, match=words):
        pushforward(images, slices, edges)

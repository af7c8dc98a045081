"""Closed-form moduli against the eigenvalues of the round's matrix, written out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.theory import motion

STEPS = [0.01, 0.1, 0.3, 0.5, 0.57, 0.9, 1.5, 2.5]
R = np.array([[0.0, 1.0], [-1.0, 0.0]])  # v(w) = R w on f = xy
EYE = np.eye(2)


def radius(matrix):
    return np.abs(np.linalg.eigvals(matrix)).max()


@pytest.mark.parametrize("step", STEPS)
def test_on_the_bilinear_game(step):
    assert motion.simultaneous_on_bilinear(step) == pytest.approx(radius(EYE - step * R))
    turns = np.array([[1, -step], [step, 1 - step**2]])
    assert motion.alternating_on_bilinear(step) == pytest.approx(radius(turns), rel=1e-7)
    ahead = EYE - step * R @ (EYE - step * R)
    assert motion.extragradient_on_bilinear(step) == pytest.approx(radius(ahead))
    memory = np.block([[EYE - 2 * step * R, step * R], [EYE, np.zeros((2, 2))]])
    # at eta = 1/2 two eigenvalues meet, where a root-finder is good to half the digits
    assert motion.optimistic_on_bilinear(step) == pytest.approx(radius(memory), rel=1e-6)
    for weight in (0.0, 0.4, 2.0):
        found = motion.consensus_on_bilinear(step, weight)
        assert found == pytest.approx(radius(EYE - step * (R + weight * R.T @ R)))


def test_where_each_stops_converging():
    edges = {
        motion.extragradient_on_bilinear: 1.0,
        motion.optimistic_on_bilinear: 1 / math.sqrt(3),
        motion.simultaneous_on_saddle: 0.8,
    }
    for modulus, edge in edges.items():
        assert modulus(0.999 * edge) < 1 < modulus(1.001 * edge)
    assert motion.alternating_on_bilinear(1.999) == 1.0 < motion.alternating_on_bilinear(2.001)


@pytest.mark.parametrize("step", STEPS)
def test_on_the_saddle(step):
    assert motion.simultaneous_on_saddle(step) == pytest.approx(
        radius(EYE - step * np.array([[2.0, 1.0], [-1.0, 2.0]]))
    )


@pytest.mark.parametrize("step", [0.1, 0.7])
@pytest.mark.parametrize("slope", [0.5, 1.0])
@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 4.0])
def test_on_the_dirac_gan(step, slope, gamma):
    field = np.array([[0.0, -slope], [slope, gamma]])
    found = motion.simultaneous_on_dirac(step, slope, gamma)
    assert found == pytest.approx(radius(EYE - step * field), rel=1e-6)


@pytest.mark.parametrize("step", [0.0, -1.0, math.nan, math.inf])
def test_a_step_that_is_no_step(step):
    with pytest.raises(InputError, match="a positive, finite step size is needed"):
        motion.simultaneous_on_bilinear(step)

"""How fast players approach or leave a saddle: |lambda| of one round, in closed form.

Near a saddle a game is its field v(w) = J w, J the matrix of both players' own slopes, and a round is a
matrix too. The largest modulus of its eigenvalues is the factor by which the distance to the saddle
changes in the long run, below 1 for convergence.
"""

from __future__ import annotations

import math

import numpy as np

from zerosum.errors import InputError

BILINEAR = np.array([[0.0, 1.0], [-1.0, 0.0]])  # J of f = xy
SADDLE = np.array([[2.0, 1.0], [-1.0, 2.0]])  # J of f = x² - y² + xy


def modulus(matrix: np.ndarray) -> float:
    """Return the largest |lambda| of a round's matrix, shape (n, n).

    >>> modulus(simultaneous_round(BILINEAR, 0.1)) == simultaneous_on_bilinear(0.1)
    True
    """
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def simultaneous_round(field: np.ndarray, step: float) -> np.ndarray:
    """Return I - eta J. Args: field: J, (n, n). step: eta."""
    return np.eye(len(field)) - _positive(step) * field


def alternating_round(field: np.ndarray, step: float) -> np.ndarray:
    """Return the round in which player 1 of 2 moves, then player 2: one matrix after the other.

    Args: field: J, (2, 2), the first row player 1's. step: eta.
    """
    first, second = np.diag([1.0, 0.0]), np.diag([0.0, 1.0])
    whole = np.eye(2)
    return (whole - _positive(step) * second @ field) @ (whole - step * first @ field)


def extragradient_round(field: np.ndarray, step: float) -> np.ndarray:
    """Return I - eta J (I - eta J) (Korpelevich 1976). Args: field: J, (n, n). step: eta."""
    return np.eye(len(field)) - _positive(step) * field @ (np.eye(len(field)) - step * field)


def optimistic_round(field: np.ndarray, step: float) -> np.ndarray:
    """Return [[I - 2 eta J, eta J], [I, 0]], which maps (w_t, w_{t-1}) on (w_{t+1}, w_t).

    Args: field: J, (n, n). step: eta. Source: Popov 1980; Daskalakis et al. 2018, arXiv 1711.00141.
    """
    whole = np.eye(len(field))
    turn = _positive(step) * field
    return np.block([[whole - 2 * turn, turn], [whole, 0 * whole]])


def consensus_round(field: np.ndarray, step: float, weight: float) -> np.ndarray:
    """Return I - eta (J + w JᵀJ) (Mescheder et al. 2017, arXiv 1705.10461).

    Args: field: J, (n, n). step: eta. weight: w, of half the squared field.
    """
    return np.eye(len(field)) - _positive(step) * (field + weight * field.T @ field)


def dirac_field(discriminator: float, generator: float, gamma: float = 0.0) -> np.ndarray:
    """Return J of the Dirac-GAN near (theta, psi) = (0, 0), data at 0, sample theta, a(x) = psi x.

    [[0, g], [d, gamma]] with d and g the slopes at logit 0 of the discriminator's and the generator's
    loss in the fake logit, and gamma the weight of R1 or R2, which are gamma/2 psi² here.

    Args: discriminator: d. generator: g. gamma: 0 or more.
    Source: Mescheder et al. 2018, arXiv 1801.04406.
    """
    return np.array([[0.0, generator], [discriminator, gamma]])


def simultaneous_on_bilinear(step: float) -> float:
    """Return |lambda| = sqrt(1 + eta²) of simultaneous descent-ascent on f = xy: always outwards.

    Eigenvalues 1 ± i eta. Source: Mescheder et al. 2017, arXiv 1705.10461.

    >>> round(simultaneous_on_bilinear(0.1) ** 2, 12)
    1.01
    """
    return math.sqrt(1 + _positive(step) ** 2)


def alternating_on_bilinear(step: float) -> float:
    """Return |lambda| of alternating descent-ascent on f = xy: 1 up to eta = 2, circles; then more.

    The round [[1, -eta], [eta, 1 - eta²]] has determinant 1. Source: Gidel et al. 2019, arXiv 1807.04740.
    """
    trace = 2 - _positive(step) ** 2
    if abs(trace) <= 2:
        return 1.0
    return (abs(trace) + math.sqrt(trace**2 - 4)) / 2


def extragradient_on_bilinear(step: float) -> float:
    """Return |lambda| = sqrt(1 - eta² + eta⁴) of extragradient on f = xy: inwards for eta < 1.

    Eigenvalues 1 - eta² ± i eta. Source: Korpelevich 1976; Gidel et al. 2019, arXiv 1802.10551.
    """
    return math.sqrt(1 - _positive(step) ** 2 + step**4)


def optimistic_on_bilinear(step: float) -> float:
    """Return |lambda| of optimistic descent-ascent on f = xy: inwards for eta < 1/sqrt(3).

    lambda = ½ (1 - 2 i eta ± sqrt(1 - 4 eta²)), so |lambda|² = ½ (1 + sqrt(1 - 4 eta²)) for
    eta <= ½, and ¼ + ¼ (2 eta + sqrt(4 eta² - 1))² above. Source: Daskalakis et al. 2018, arXiv 1711.00141.
    """
    inside = 1 - 4 * _positive(step) ** 2
    if inside >= 0:
        return math.sqrt((1 + math.sqrt(inside)) / 2)
    return math.sqrt(0.25 + 0.25 * (2 * step + math.sqrt(-inside)) ** 2)


def consensus_on_bilinear(step: float, weight: float) -> float:
    """Return |lambda| = sqrt((1 - eta w)² + eta²) of consensus optimisation on f = xy.

    Source: Mescheder et al. 2017, arXiv 1705.10461.

    Args: step: eta. weight: w, of half the squared field.
    """
    return math.hypot(1 - _positive(step) * weight, step)


def simultaneous_on_saddle(step: float) -> float:
    """Return |lambda| = sqrt((1 - 2 eta)² + eta²) on f = x² - y² + xy: inwards for eta < 0.8.

    >>> simultaneous_on_saddle(0.8)
    1.0
    """
    return math.hypot(1 - 2 * _positive(step), step)


def simultaneous_on_dirac(step: float, slope: float, gamma: float = 0.0) -> float:
    """Return |lambda| of simultaneous descent on the Dirac-GAN near its equilibrium (0, 0).

    Data are the point 0, G's sample is theta, a(x) = psi x. With l_D'(0) = c in the fake logit, l_G'(0) = -c
    and R1 (or R2) of weight gamma the field is [[0, -c], [c, gamma]]; lambda = 1 - eta mu,
    mu = gamma/2 ± sqrt(gamma²/4 - c²). Without gamma it is sqrt(1 + eta² c²).

    Args: step: eta. slope: c, ½ for mm, ns and rp, 1 for wgan and hinge. gamma: weight of R1.
    Source: Mescheder et al. 2018, arXiv 1801.04406, section 2 and theorem 4.1.
    """
    inside = gamma**2 / 4 - slope**2
    if inside <= 0:
        return math.hypot(1 - _positive(step) * gamma / 2, step * math.sqrt(-inside))
    return max(abs(1 - _positive(step) * (gamma / 2 + s * math.sqrt(inside))) for s in (1, -1))


def _positive(step: float) -> float:
    if not step > 0 or math.isinf(step):
        raise InputError(f"step is {step}: a positive, finite step size is needed")
    return step

"""How far a game's generator is from its data: W1, Jensen-Shannon divergence, modes; each with its error.

On the line, against a density that is known, for noise that is a line, both laws are known and so

    W1 = integral |F - F_g| dx,        JSD = ½ KL(p, m) + ½ KL(p_g, m),  m = (p + p_g)/2, in nats

up to the bins and the straight slices of the noise; the error is the difference from twice as wide
bins plus that from twice as long slices (binned, JSD is a lower bound).
Everywhere else they are of samples. W1 is the mean of exact distances between blocks of points (by
sorting, by assignment), and its standard error comes from the spread of these; where there is one
block only, and for JSD of counts in cells, it comes from half samples (`metrics/intervals.py`). Both
are above 0 for a perfect generator, so what real points score against real ones stands beside them,
from as many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from scipy.special import rel_entr

from zerosum import noise
from zerosum.data.toys import TOYS, Toy
from zerosum.metrics.intervals import half_sample_error
from zerosum.metrics.modes import mode_statistics
from zerosum.metrics.transport import wasserstein_1d, wasserstein_exact
from zerosum.studio.game.choice import Choice
from zerosum.theory.pushforward import pushforward

DRAWS = 4000  # generated and real points that are compared by counting
BLOCK, BLOCKS = 256, 8  # points between which W1 is exact, and how often
SPLITS = 10
LINE_BINS, LINE_CELLS, PLANE_CELLS = 800, 40, 20
Shares = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Score:
    """A number with its standard error (or the error of its bins) and what real points score."""

    name: str
    value: float
    error: float
    real: float
    how: str


@dataclass(frozen=True)
class Law:
    """The data as scores see them.

    Attributes:
        real, other: independent rows of the data, (n, d). toy: its density, if it is known.
        floor: what W1 is between these two.
    """

    real: np.ndarray
    other: np.ndarray
    toy: Toy | None
    floor: float


def law(choice: Choice, rows: np.ndarray) -> Law:
    """Return fresh draws of a toy density, or the two halves of rows that were drawn by hand."""
    toy = TOYS.get(choice.data)
    if toy is not None:
        keys = [noise.fold(choice.seed, "scores", side) for side in ("real", "other")]
        real, other = (toy.sample(key, DRAWS) for key in keys)
        return Law(real, other, toy, earth(real, other, 0)[0])
    order = noise.permutation(noise.fold(choice.seed, "scores", "halves"), len(rows)).numpy()
    half, mixed = len(rows) // 2, rows[order].astype(np.float64)
    real, other = mixed[:half], mixed[half : 2 * half]
    return Law(real, other, None, earth(real, other, 0)[0])


def line_exact(toy: Toy, images: np.ndarray, slices: np.ndarray) -> list[Score]:
    """Return W1 and JSD of a known density and a generator of a line of noise.

    Args: images: G at increasing latents, (n + 1,). slices: probability between them, (n,), n even.
    """
    reach = toy.sample(0, 1000)
    pad = 6 * toy.scale
    low, high = min(images.min(), reach.min()) - pad, max(images.max(), reach.max()) + pad
    cuts = np.linspace(low, high, LINE_BINS + 1)
    p = np.diff(_cdf(toy, cuts))
    with np.errstate(over="ignore"):  # a slice whose ends meet is a jump
        q = pushforward(images, slices, cuts)
        straight = pushforward(images[::2], slices[::2] + slices[1::2], cuts)
    how = f"both laws known; {LINE_BINS} bins"
    found = []
    for name, measure in (("W1", _gap), ("JSD", _apart)):
        value = measure(p, q, cuts)
        coarse = abs(value - measure(*_twice(p, q), cuts[::2]))
        found.append(Score(name, value, coarse + abs(value - measure(p, straight, cuts)), 0.0, how))
    return found


def sampled(law: Law, fake: np.ndarray, box: np.ndarray, key: int) -> list[Score]:
    """Return W1 and JSD of samples, each beside what real points score.

    Args: fake: generated, (n, d). box: left, right, bottom, top of the cells.
    """
    n = min(len(law.real), len(law.other), len(fake))
    cells = _line_cells(box) if fake.shape[1] == 1 else _plane_cells(box)

    def spread(a: np.ndarray, b: np.ndarray) -> float:
        return divergence(cells(a), cells(b))

    moved, moved_error, how = earth(law.real[:n], fake[:n], key)
    apart = spread(law.real[:n], fake[:n])
    apart_error = half_sample_error(spread, law.real[:n], fake[:n], key=key, splits=SPLITS)
    counted = f"{n:,} and {n:,} points in {len(cells(fake))} cells"
    return [
        Score("W1", moved, moved_error, law.floor, how),
        Score("JSD", apart, apart_error, spread(law.real[:n], law.other[:n]), counted),
    ]


def earth(real: np.ndarray, fake: np.ndarray, key: int) -> tuple[float, float, str]:
    """Return the mean exact W1 between blocks of both samples, its standard error, and how it came.

    Args: real, fake: (n, d) rows, independent. key: of the half samples, where there is one block.
    """
    size = min(BLOCK, len(real))
    starts = range(0, min(BLOCKS * size, len(real) - size + 1), size)
    between = _sorted if real.shape[1] == 1 else wasserstein_exact
    found = [between(real[i : i + size], fake[i : i + size]) for i in starts]
    how = f"exact between {size} and {size} points" + (f", {len(found)} times" if found[1:] else "")
    if len(found) > 1:
        return float(np.mean(found)), float(np.std(found, ddof=1) / np.sqrt(len(found))), how
    error = half_sample_error(between, real, fake, key=key, splits=SPLITS)
    return found[0], error, how


def modes(toy: Toy | None, fake: np.ndarray) -> dict[str, object] | None:
    """Return what the samples do with the modes of a mixture; None where there are none."""
    if toy is None or toy.modes is None:
        return None
    found = mode_statistics(fake, toy.modes, toy.scale)
    return {
        "found": found.found,
        "total": found.total,
        "high_quality": asdict(found.high_quality),
        "perfect": found.perfect,
    }


def divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Return the Jensen-Shannon divergence of two rows of probabilities, in nats.

    >>> divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == np.log(2)
    True
    """
    m = (p + q) / 2
    return float((rel_entr(p, m).sum() + rel_entr(q, m).sum()) / 2)


def _gap(p: np.ndarray, q: np.ndarray, cuts: np.ndarray) -> float:
    gaps = np.concatenate(([0.0], np.cumsum(p - q)))
    return float(np.trapezoid(np.abs(gaps), cuts))


def _apart(p: np.ndarray, q: np.ndarray, cuts: np.ndarray) -> float:
    return divergence(p, q)


def _twice(p: np.ndarray, q: np.ndarray) -> Shares:
    return p.reshape(-1, 2).sum(axis=1), q.reshape(-1, 2).sum(axis=1)


def _cdf(toy: Toy, x: np.ndarray) -> np.ndarray:
    assert toy.cdf is not None
    return toy.cdf(x)


def _sorted(a: np.ndarray, b: np.ndarray) -> float:
    return wasserstein_1d(a, b)


def _line_cells(box: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    cuts = np.concatenate(([-np.inf], np.linspace(box[0], box[1], LINE_CELLS + 1), [np.inf]))
    return lambda x: np.histogram(x, cuts)[0] / len(x)


def _plane_cells(box: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return shares in a lattice of cells, and in one for all that lies outside."""

    def shares(x: np.ndarray) -> np.ndarray:
        columns = [
            np.floor((x[:, i] - box[2 * i]) / (box[2 * i + 1] - box[2 * i]) * PLANE_CELLS)
            for i in (0, 1)
        ]
        outside = np.any([(c < 0) | (c >= PLANE_CELLS) for c in columns], axis=0)
        index = np.where(outside, PLANE_CELLS**2, columns[0] * PLANE_CELLS + columns[1])
        return np.bincount(index.astype(np.int64), minlength=PLANE_CELLS**2 + 1) / len(x)

    return shares

"""The metrics that `metrics_speed` times: on which rows, by whom, and by what factor ours is to be faster.

Every contestant of a case gets the same arrays, which are made before the clock starts. "zerosum" is the
one that the goal is about; others of ours are shown beside it and are in no ratio.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.linalg import sqrtm

from zerosum import noise
from zerosum.metrics import frechet
from zerosum.metrics.mmd import mmd
from zerosum.metrics.prdc import NAMES, prdc
from zerosum.metrics.transport import directions, sliced_wasserstein

Answer = dict[str, float]
Contestant = Callable[[], Answer]
OURS = "zerosum"
FIDELITY = "torch-fidelity"


@dataclass(frozen=True)
class Sizes:
    """Rows, columns and repeats; the defaults are those of the goals."""

    features: int = 2048
    many: int = 6000  # rows for the distance of Gaussians
    few: int = 500  # rows where they are fewer than features
    rows: int = 5000  # rows for KID
    subsets: int = 100
    subset: int = 1000
    points: int = 10_000  # rows for neighbours and for sliced distances
    columns: int = 64
    projections: tuple[int, ...] = (50, 500)


SMALL = Sizes(32, 64, 16, 40, 2, 20, 64, 4, (8,))  # every line of every contestant, in no time


@dataclass(frozen=True)
class Case:
    """One metric on given rows. `timed` says what is between the two readings of the clock."""

    name: str
    timed: str
    contestants: dict[str, Contestant]
    goals: dict[str, float]


def cases(sizes: Sizes) -> Iterator[Case]:
    """Yield every case; one at a time, so that only its own rows are held."""
    yield gaussians(sizes)
    yield fewer_rows(sizes)
    yield kid(sizes, np.float32)
    yield kid(sizes, np.float64)
    yield neighbours(sizes)
    for number in sizes.projections:
        yield sliced(sizes, number)


def gaussians(sizes: Sizes) -> Case:
    """Return the distance from means and covariances alone."""
    from torch_fidelity.metric_fid import fid_statistics_to_metric

    x, y = features(sizes.many, sizes.features)
    a, b = (frechet.moments(v.astype(np.float64)) for v in (x, y))
    moments = (a.mean, a.covariance), (b.mean, b.covariance)
    statistics = [{"mu": mean, "sigma": covariance} for mean, covariance in moments]
    return Case(
        f"Fréchet distance, d = {sizes.features:,}",
        "from the same means and covariances in float64; "
        f"`with error` from {sizes.many:,} rows a side, with 10 jackknife blocks",
        {
            OURS: lambda: {"value": frechet.between_gaussians(*moments[0], *moments[1])},
            "SciPy sqrtm": lambda: {"value": by_square_root(*moments)},
            FIDELITY: lambda: _distance(fid_statistics_to_metric(*statistics, False)),
            f"{OURS} with error": lambda: _with_error(x, y),
        },
        {"SciPy sqrtm": 3.0, FIDELITY: 4.0},
    )


def fewer_rows(sizes: Sizes) -> Case:
    """Return the distance of rows fewer than their features."""
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric

    x, y = features(sizes.few, sizes.features)

    def theirs() -> Answer:
        both = [fid_features_to_statistics(torch.from_numpy(v)) for v in (x, y)]
        return _distance(fid_statistics_to_metric(*both, False))

    def scipys() -> Answer:
        return {"value": by_square_root(*((v.mean(0), np.cov(v, rowvar=False)) for v in (x, y)))}

    return Case(
        f"Fréchet distance, {sizes.few:,} rows of {sizes.features:,}",
        "from the same float32 rows, moments included",
        {
            OURS: lambda: {"value": frechet.plug_in_distance(x, y)},
            "SciPy sqrtm": scipys,
            FIDELITY: theirs,
            f"{OURS} with error": lambda: _with_error(x, y),
        },
        {"SciPy sqrtm": 15.0, FIDELITY: 15.0},
    )


def kid(sizes: Sizes, dtype: type) -> Case:
    """Return all pairs with an error against subsets."""
    from torch_fidelity.metric_kid import kid_features_to_metric

    x, y = (v.astype(dtype) for v in features(sizes.rows, sizes.features))
    size = min(sizes.subset, sizes.rows)
    settings = {"kid_subsets": sizes.subsets, "kid_subset_size": size, "rng_seed": 2020}

    def ours() -> Answer:
        found = mmd(x, y, permutations=0)
        return {"value": found.value, "error": found.error}

    def theirs() -> Answer:
        found = kid_features_to_metric(*map(torch.from_numpy, (x, y)), verbose=False, **settings)
        spread = found["kernel_inception_distance_std"]
        return {"value": found["kernel_inception_distance_mean"], "spread of subsets": spread}

    return Case(
        f"KID, {sizes.rows:,} {np.dtype(dtype).name} rows of {sizes.features:,}",
        f"from the same rows: all pairs with an error, against {sizes.subsets} subsets of {size:,}",
        {OURS: ours, FIDELITY: theirs, f"{OURS} with p-value": lambda: {"p": mmd(x, y).p}},
        {FIDELITY: 8.0},
    )


def neighbours(sizes: Sizes) -> Case:
    """Return precision, recall, density and coverage, k = 5."""
    from prdc import compute_prdc

    x, y = points(sizes.points, sizes.columns)

    def ours() -> Answer:
        found = prdc(x, y, splits=0)
        return {name: getattr(found, name).value for name in NAMES}

    def theirs() -> Answer:
        return {name: float(value) for name, value in compute_prdc(x, y, nearest_k=5).items()}

    return Case(
        f"precision, recall, density, coverage, {sizes.points:,} rows of {sizes.columns}",
        "all four from the same float64 rows; prdc's own 8 threads are counted as CPU time",
        {OURS: ours, "prdc": theirs},
        {"prdc": 2.5},
    )


def sliced(sizes: Sizes, number: int) -> Case:
    """Return the sliced distance of order 2."""
    import ot

    x, y = points(sizes.points, sizes.columns)
    axes = directions(sizes.columns, number).T

    def theirs() -> Answer:
        found = ot.sliced_wasserstein_distance(x, y, p=2, projections=axes)
        return {"value": float(found)}

    return Case(
        f"sliced W2, {sizes.points:,} rows of {sizes.columns}, {number} projections",
        "from the same float64 rows on the same projections, ours drawing them as well",
        {
            OURS: lambda: {"value": sliced_wasserstein(x, y, p=2, projections=number)},
            "POT": theirs,
        },
        {"POT": 8.0},
    )


def by_square_root(
    first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]
) -> float:
    """Return the distance by SciPy's square root of the product of the covariances."""
    (mean, a), (other, b) = first, second
    root = np.trace(sqrtm(a @ b)).real
    return float((mean - other) @ (mean - other) + np.trace(a) + np.trace(b) - 2.0 * root)


def features(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two float32 sets as a last ReLU leaves them: normal, the negative ones set to 0."""
    x, y = (np.maximum(normal(key, n, d), 0.0).astype(np.float32) for key in (1, 2))
    return x, y * np.float32(1.02)


def points(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two float64 sets of normal rows, the second a little wider and elsewhere."""
    return normal(3, n, d), 1.1 * normal(4, n, d) + 0.1


def normal(key: int, n: int, d: int) -> np.ndarray:
    """Return n rows of d standard normal numbers."""
    return noise.normal(noise.fold(key, "metrics-speed"), (n, d), dtype=torch.float64).numpy()


def _with_error(x: np.ndarray, y: np.ndarray) -> Answer:
    found = frechet.frechet_distance(x, y)
    return {"plug-in": found.plug_in, "debiased": found.value, "error": found.error}


def _distance(found: dict[str, float]) -> Answer:
    return {"value": found["frechet_inception_distance"]}

"""What one chunk of a Monte-Carlo study leaves: a few numbers a member, from data and GAN samples.

A study of 10,000 members streams: `member_statistics` of a chunk keeps no sample, `join` puts
chunks together in order, and `table.summary` reads nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float64, Shaped

from zerosum import noise
from zerosum.errors import InputError
from zerosum.studies.monte_carlo import distances as distances
from zerosum.studies.monte_carlo.truths import Truth

Statistics = dict[str, np.ndarray]
Sampler = Callable[[noise.Key], Any]  # key -> (members, m)

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
# F* of the GAN, F_n of the data, the smoothed bootstrap, the plug-in normal
ESTIMATORS = ("gan", "data", "kde", "normal")


def member_statistics(
    data: Any, samples: Any | Sampler, truth: Truth, key: noise.Key | None = None
) -> Statistics:
    """Return the statistics of each member, in the order of the rows; no member touches another.

    Args:
        data: (members, n) or (members, n, 1), n at least 2: the draws each GAN was trained on.
        samples: (members, m) or (members, m, 1), m at least 2: what each GAN generates; or a
            function of `key` that returns them.
        truth: F, which both are compared with.
        key: of the sampler; not used when the samples are given.
    Returns:
        mean_gan, mean_data, sd_gan, sd_data (divisors m − 1 and n − 1); ks_gan, ks_data, ks_kde,
        ks_normal, the distances from F (`distances`); closer, whether ks_gan < ks_data:
        (members,) each. quantiles_gan, …_data, …_kde, …_normal: (members, 5), at SHARES.
    Raises: InputError for no members, unequal lengths, unequal numbers of members, a NaN (naming
        its member), or a data set without spread.
    """
    given = rows("data", data)
    made = rows("samples", _drawn(samples, key))
    same_members(given, made)
    shares = np.array(SHARES)
    data_rows, gan_rows = np.sort(given, axis=1).astype(np.float64), np.sort(made, axis=1)
    _spread(data_rows)
    found = {"gan": _of_samples(gan_rows, truth, shares)}
    found["data"] = _of_samples(data_rows, truth, shares)
    for name, curve in (
        ("kde", distances.smoothed(data_rows)),
        ("normal", distances.plug_in(data_rows)),
    ):
        apart = distances.curve_distances(curve.cdf, truth, len(data_rows))
        found[name] = {"ks": apart, "quantiles": curve.quantiles(shares)}
    result = {f"{what}_{of}": values for of, part in found.items() for what, values in part.items()}
    return result | {"closer": result["ks_gan"] < result["ks_data"]}


def join(chunks: Sequence[Statistics]) -> Statistics:
    """Return the statistics of all chunks as one, members in the order of the chunks.

    Raises: InputError for no chunks, or chunks that hold different statistics.
    """
    if not chunks:
        raise InputError("chunks is empty, so there is no study yet; pass at least one")
    names = chunks[0].keys()
    for number, chunk in enumerate(chunks):
        if chunk.keys() != names:
            other = ", ".join(sorted(names ^ chunk.keys()))
            raise InputError(
                f"chunk {number} differs from chunk 0 in {other}; make all chunks the same way"
            )
    return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in names}


def rows(name: str, given: Any) -> Shaped[np.ndarray, "members n"]:
    """Return (members, n) floats, finite, at least one member and two numbers each.

    float32 stays float32 until it is sorted, which takes half the time.
    Raises: InputError, naming the argument and the first member that is wrong.
    """
    _equal_lengths(name, given)
    array = np.asarray(given)
    if not np.issubdtype(array.dtype, np.floating):
        array = _floats(name, array)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 or not array.size or array.shape[1] < 2:
        raise InputError(
            f"{name} has shape {array.shape}, and a study needs (members, n) with at least one "
            "member and two numbers in each; pass one row for each member"
        )
    finite = np.isfinite(array).all(axis=1)
    if not finite.all():
        raise InputError(
            f"{name} of member {int(np.argmin(finite))} holds NaN or infinity; repair it, or leave "
            "that member out of data and samples alike"
        )
    return array


def same_members(data: np.ndarray, samples: np.ndarray) -> None:
    """Raise InputError unless both have as many members."""
    if len(data) != len(samples):
        raise InputError(
            f"data has {len(data)} members and samples has {len(samples)}; pass one row of samples "
            "for each data set, in the same order"
        )


def _of_samples(
    ordered: np.ndarray, truth: Truth, shares: np.ndarray
) -> dict[str, Float64[np.ndarray, "members ..."]]:
    found: dict[str, list[np.ndarray]] = {"mean": [], "sd": [], "ks": []}
    step = max(1, 2**18 // ordered.shape[1])
    for start in range(0, len(ordered), step):
        part = ordered[start : start + step].astype(np.float64)
        found["mean"].append(part.mean(axis=1))
        found["sd"].append(part.std(axis=1, ddof=1))
        found["ks"].append(distances.sample_distances(part, truth))
    joined = {name: np.concatenate(parts) for name, parts in found.items()}
    return joined | {"quantiles": distances.quantiles(ordered, shares)}


def _drawn(samples: Any | Sampler, key: noise.Key | None) -> Any:
    if not callable(samples):
        return samples
    if key is None:
        raise InputError("samples is a function and key is None; pass the key it draws with")
    return samples(key)


def _equal_lengths(name: str, given: Any) -> None:
    if not isinstance(given, list | tuple):
        return
    lengths = [len(row) if hasattr(row, "__len__") else 0 for row in given]
    wrong = next((i for i, length in enumerate(lengths) if length != lengths[0]), None)
    if wrong is not None:
        raise InputError(
            f"{name} of member {wrong} has {lengths[wrong]} numbers and that of member 0 has "
            f"{lengths[0]}; a population needs data sets of equal length, so study each n by itself"
        )


def _floats(name: str, array: np.ndarray) -> np.ndarray:
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as problem:
        raise InputError(
            f"{name} holds things that are no numbers; pass (members, n) floats"
        ) from problem


def _spread(ordered: np.ndarray) -> None:
    flat = ordered[:, 0] == ordered[:, -1]
    if flat.any():
        raise InputError(
            f"data of member {int(np.argmax(flat))} is the same number {ordered.shape[1]} times, so "
            "it has no spread to smooth; leave that member out"
        )

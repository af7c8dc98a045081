"""The law of x = G(z) on the line: what a generator makes of the latent's probability."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from zerosum.errors import InputError
from zerosum.theory import checks
from zerosum.theory.checks import Numbers


def pushforward(images: Numbers, slices: Numbers, edges: Numbers) -> Float[np.ndarray, " bins"]:
    """Return the probability that x = G(z) falls into each bin, for a latent on the line.

    p_g(x) = sum over the branches z with G(z) = x of p_z(z) / |G'(z)|

    integrated over each bin. G is taken as straight between neighbouring latents, so no probability
    is lost and turning points, where the density itself is infinite, do no harm. The error is that
    of the straight pieces, second order in their length. Divide by the bins' widths for a density.

    Args:
        images: G at latents in increasing order, shape (n + 1,).
        slices: probability of the latent between each two of them, shape (n,); may add up to less
            than 1 where the latent's tails are left out.
        edges: of the bins, increasing, shape (bins + 1,).
    Raises: InputError for NaN, shapes that do not fit, or edges that do not increase.
    Source: change of variables; Bishop 2006, Pattern Recognition and Machine Learning, (1.27).

    >>> pushforward([0.0, 1.0, 0.0], [0.5, 0.5], [0.0, 0.25, 1.0]).tolist()  # a tent: uniform
    [0.25, 0.75]
    """
    x, mass, cuts = (
        checks.numbers(name, given)
        for name, given in (("images", images), ("slices", slices), ("edges", edges))
    )
    if x.ndim != 1 or mass.shape != (len(x) - 1,):
        raise InputError(
            f"images has shape {x.shape} and slices {mass.shape}, and each slice lies between two "
            "images; pass one more image than slices"
        )
    if cuts.ndim != 1 or len(cuts) < 2 or (np.diff(cuts) <= 0).any():
        raise InputError("edges do not increase, so they bound no bins; sort them, each once")
    low, high = np.minimum(x[:-1], x[1:]), np.maximum(x[:-1], x[1:])
    # a piece without length is a jump of the distribution function at its place
    length = np.maximum(high - low, np.finfo(np.float64).tiny)
    below = np.array([mass @ np.clip((cut - low) / length, 0.0, 1.0) for cut in cuts])
    return np.diff(below)

"""Instance noise: Gaussian noise on real and on generated samples alike, before the discriminator.

    x + σε,  x̂ + σε′,    ε, ε′ ~ N(0, I) independent

Both densities are smoothed by the same kernel, so they overlap and the game's solution stays
p_g = p_d; noise on one side only would move it. σ is annealed to 0 during training.

Source: Sønderby et al. 2017, arXiv:1610.04490; Arjovsky and Bottou 2017, arXiv:1701.04862.
Not to be confused with DRAGAN's perturbation, which only chooses where a slope is measured.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.noise import Key, normal


def add(
    x: Float[Tensor, " batch *event"], sigma: float | Tensor, key: Key
) -> Float[Tensor, " batch *event"]:
    """Return x + σε with ε ~ N(0, I); the graph of x is kept.

    Args: x: real or generated samples. sigma: standard deviation, in the units of x; a number or a
        0-d tensor. key: random key, a different one for real and for generated samples.
    Returns: shape of x.
    Raises: InputError for a negative number.
    """
    if isinstance(sigma, (int, float)) and sigma < 0:
        raise InputError(f"instance noise sigma {sigma} is negative; write 0 to switch it off")
    return x + sigma * normal(key, tuple(x.shape), dtype=x.dtype, device=x.device)

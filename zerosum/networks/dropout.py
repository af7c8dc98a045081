"""Dropout whose mask is a pure function of a key, so that a step can be replayed and vmapped.

    y = x · m / p,    m = [u < p],  u ~ U(0, 1) for each unit of each sample,  p the chance to keep

E y = x, so nothing is rescaled in evaluation, where the key is None and y = x. Each layer takes its
own key: the game's key plus the layer's number times an odd constant, in 64-bit integers that wrap
round. A key may be a tensor (one key inside `vmap`), which no Python hash could fold.

Source: Srivastava et al. 2014, Journal of Machine Learning Research 15 (with its "inverted" scale).
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.noise import Key, uniform

# odd, so that multiples of it visit every 64-bit integer; unrelated to the step of the noise's own
# counter, so that two layers never read shifted copies of one stream
_LAYER_STEP = 0xD6E8FEB86659FD93
_WORD = 1 << 64


def layer_key(key: Key, layer: int) -> Key:
    """Return the key of one layer: key + layer · odd constant, modulo 2⁶⁴.

    Args: key: integer or 0-d int64 tensor. layer: 0, 1, 2, ... Returns: the same kind as key.
    """
    step = _signed(layer * _LAYER_STEP)
    return key + step if isinstance(key, Tensor) else _signed(key + step)


def dropout(
    x: Float[Tensor, "batch features"], keep: float, key: Key | None
) -> Float[Tensor, "batch features"]:
    """Return x with each unit of each sample kept with probability `keep` and divided by it.

    Args: x: activations. keep: probability, 0 < keep <= 1. key: the layer's key; None keeps all.
    Returns: shape of x.
    Raises: InputError for a batch of keys, which would give masks of a wrong shape.
    """
    if key is None or keep == 1:
        return x
    if isinstance(key, Tensor) and key.ndim > 0:
        raise InputError(
            f"dropout key has shape {tuple(key.shape)}, but one network takes one key; give an "
            "integer or a 0-d tensor, and vmap over members"
        )
    kept = uniform(key, tuple(x.shape), device=x.device) < keep
    return x * kept / keep


def _signed(integer: int) -> int:
    word = integer % _WORD
    return word - _WORD if word >= _WORD // 2 else word

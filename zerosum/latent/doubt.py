"""Active learning: make the rows that a classifier is least sure of, to have them labelled.

    margin:   min over z of  (l_1 - l_2)²  +  prior · surprise(z),   l_1 >= l_2 the largest logits
    entropy:  min over z of  log C - H(softmax l)  +  prior · surprise(z)

Both are 0 where the best two (or, for entropy, all) classes are equally likely. The margin is that of
logits, whose slope does not fade where the classifier is sure; of more than two classes the entropy
prefers points between all of them. The surprise keeps z where latents lie: a classifier is unsure of
what no data is like, and labelling that teaches nothing.

Source: Zhu and Bento 2017, arXiv:1702.07956.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError, unknown
from zerosum.latent import asked
from zerosum.latent.checks import Generate
from zerosum.latent.descent import adam, lbfgs
from zerosum.latent.inversion import Effort
from zerosum.latent.norms import norm_surprise

Classify = Callable[[Tensor], Tensor]  # rows (n, ...) -> logits (n, classes), or (n,) of two
_EFFORT = Effort(starts=4, steps=200, polish=50)


@dataclass(frozen=True, eq=False)
class Doubtful:
    """n made rows, the classifier's doubt of each, and between which two classes.

    Attributes:
        latents: (n, latent). rows: (n, *event) in the generator's units.
        margin: (n,) difference of the two largest logits. entropy: (n,) in nats, at most log C.
        between: (n, 2) the two likeliest classes, the likelier first.
    """

    latents: Float[Tensor, "n latent"]
    rows: Float[Tensor, " n *event"]
    margin: Float[Tensor, " n"]
    entropy: Float[Tensor, " n"]
    between: Int[Tensor, "n 2"]


def doubtful(
    generate: Generate,
    classify: Classify,
    latent: int,
    n: int,
    *,
    by: str = "margin",
    prior: float = 1e-3,
    effort: Effort = _EFFORT,
    dtype: torch.dtype = torch.float32,
    key: int = 0,
) -> Doubtful:
    """Return n rows that a classifier is least sure of, each the best of its own random starts.

    Args:
        generate: latents (k, latent) to rows, differentiable, each row by itself.
        classify: rows to logits (k, classes), or (k,) the logit of class 1 of two; differentiable.
        latent: numbers of a latent, standard normal. n: how many rows; more leave the first alike.
        by: "margin" or "entropy". prior: weight of the surprise of ‖z‖.
        effort: starts of each row and steps; nothing else is drawn. key: noise key of the starts.

    Raises:
        InputError: an unknown measure, n below 1, logits of another shape, or none that is finite.
    """
    if by not in _DOUBTS:
        raise unknown("measure of doubt", by, _DOUBTS)
    if n < 1:
        raise InputError(f"n is {n}: ask for 1 row or more")
    asked.require_weights(prior=prior)

    def loss(z: Tensor) -> Float[Tensor, " k"]:
        value = _DOUBTS[by](_logits(classify, generate(z)))
        return value + prior * norm_surprise(z) if prior else value

    keys = noise.bits(noise.fold(key, "doubt"), n * effort.starts)
    found = adam(loss, noise.normal(keys, (latent,), dtype=dtype), effort.steps)
    value, best = found.value.unflatten(0, (n, effort.starts)).min(dim=1)
    if not bool(value.isfinite().all()):
        raise InputError("the classifier's logits are not finite on what the generator makes")
    z = found.z.unflatten(0, (n, effort.starts))[torch.arange(n), best]
    return _told(generate, classify, lbfgs(loss, z, effort.polish).z)


def _told(generate: Generate, classify: Classify, z: Tensor) -> Doubtful:
    with torch.no_grad():
        rows = generate(z)
        logits = _logits(classify, rows)
    top = logits.topk(2, dim=1)
    margin = top.values[:, 0] - top.values[:, 1]
    return Doubtful(z, rows, margin, _entropy(logits), top.indices)


def _logits(classify: Classify, rows: Tensor) -> Float[Tensor, "n classes"]:
    logits = classify(rows)
    if logits.shape == (len(rows),):
        return torch.stack((torch.zeros_like(logits), logits), dim=1)
    if logits.ndim != 2 or len(logits) != len(rows) or logits.shape[1] < 2:
        raise InputError(
            f"the classifier makes logits of shape {tuple(logits.shape)} of {len(rows)} rows: give "
            "(n, classes) with two classes or more, or (n,) for the second of two"
        )
    return logits


def _margin(logits: Float[Tensor, "n classes"]) -> Float[Tensor, " n"]:
    top = logits.topk(2, dim=1).values
    return (top[:, 0] - top[:, 1]).square()


def _sureness(logits: Float[Tensor, "n classes"]) -> Float[Tensor, " n"]:
    return math.log(logits.shape[1]) - _entropy(logits)


def _entropy(logits: Float[Tensor, "n classes"]) -> Float[Tensor, " n"]:
    share = logits.log_softmax(dim=1)
    return -(share.exp() * share).sum(dim=1)


_DOUBTS = {"margin": _margin, "entropy": _sureness}

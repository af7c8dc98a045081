"""A penalty on the discriminator's slope: where it is measured, and what is made of it.

    weight · E measure(∇a(x̃)),    x̃ real, generated, between the two, or round the real ones

Gradients are taken by `torch.func.vjp`: the same line serves eager double backward and
`vmap(grad(...))`, where `torch.autograd.grad` fails. Every sample has its own norm, over all of
its dimensions. That is right only where a logit depends on its own sample: BatchNorm in the
penalised network couples samples and makes the penalty meaningless.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.noise import Key

Points = Callable[[Tensor, Tensor, Key], Tensor]


@runtime_checkable
class Discriminate(Protocol):
    """A discriminator with its parameters, labels and dropout key already bound."""

    def __call__(self, x: Tensor, /) -> Tensor:
        """Return raw logits (batch,) of samples (batch, ...)."""
        ...


@dataclass(frozen=True)
class Penalty:
    """One gradient penalty.

    name: the short name that tables and reports print.
    at: where the slope is measured; at "real" or "fake" the pass is shared with the loss.
    measure: gradient (batch, ...) -> penalty of each sample (batch,), before the weight; with a
        second argument, the slope that is wanted, where there is a centre.
    points: (real, fake, key) -> x̃ like real, without a graph; None where at is "real" or "fake".
    source: author, year, arXiv.
    centre: the slope that is wanted unless somebody says; None where 0 is, by construction.
    """

    name: str
    at: Literal["real", "fake", "interpolate", "perturbed"]
    measure: Callable[..., Tensor]
    points: Points | None
    source: str
    centre: float | None = None

    def of(self, gradient: Tensor, coefficients: Mapping[str, float | Tensor]) -> Tensor:
        """Return the penalty of each sample, around the centre that `coefficients` name or its own.

        Args: gradient: shape (batch, ...). coefficients: may hold `<name>.centre`.
        Returns: shape (batch,).
        """
        if self.centre is None:
            return self.measure(gradient)
        return self.measure(gradient, coefficients.get(f"{self.name}.centre", self.centre))


def logits_and_gradient(
    discriminator: Discriminate, x: Float[Tensor, " batch *event"]
) -> tuple[Float[Tensor, " batch *classes"], Float[Tensor, " batch *event"]]:
    """Return a(x) and ∇a(x), both with their graph, so that a loss and a penalty share one pass.

    Args: discriminator: callable, (batch, *event) -> logits (batch,); or verdicts (batch, 1 + k), the
        logit and then k class numbers, which the slope leaves out. x: samples.
    Returns: what the discriminator returned; the gradient of each logit in its own sample, shape of x.
    """
    logits, pullback = torch.func.vjp(discriminator, x)[:2]  # a third value only with has_aux
    (gradient,) = pullback(_each_logit(logits))
    return logits, gradient


def _each_logit(verdict: Float[Tensor, " batch *classes"]) -> Float[Tensor, " batch *classes"]:
    """Return 1 where a logit stands and 0 where a class number does."""
    if verdict.ndim == 1:
        return torch.ones_like(verdict)
    return torch.cat((torch.ones_like(verdict[:, :1]), torch.zeros_like(verdict[:, 1:])), dim=1)


def squared_norm(gradient: Float[Tensor, " batch *event"]) -> Float[Tensor, " batch"]:
    """Return ‖∇a‖² of each sample over all of its dimensions.

    Args: gradient: shape (batch, ...). Returns: shape (batch,).
    """
    return gradient.flatten(1).square().sum(1)


def gradient_norm(gradient: Float[Tensor, " batch *event"]) -> Float[Tensor, " batch"]:
    """Return ‖∇a‖₂ of each sample over all of its dimensions; at ∇a = 0 its own slope is 0.

    Args: gradient: shape (batch, ...). Returns: shape (batch,).
    """
    square = squared_norm(gradient)
    zero = square == 0
    # √ has an infinite slope at 0 and 0 · ∞ is NaN, so the root is never taken there
    return square.masked_fill(zero, 1).sqrt().masked_fill(zero, 0)

"""The transport cost of adversarial flow: of all maps that make the data, prefer the one that moves least.

    generator adds    w E_z (1/n) ‖G(z) − z‖²,    n the number of values in a row, w falling in training

z and G(z) have one shape, both in units of the encoded data. Divided by n as in the paper, so that a
weight means the same for points and pictures; n times the term is the cost of the map, which is W₂²
between latents and samples if G is the optimal map, and more for any other map with the same samples.

Where the game alone is indifferent between the maps that make the data, any w > 0 decides it; but a w
that stays also pulls samples towards the latents, so it has to fall.

Source: Lin, Yang, Lin, Chen and Fan 2025, arXiv 2511.22475. Not to be confused with a Wasserstein
objective (`objectives/wasserstein.py`), which measures samples against data: this compares each sample
with its own latent, and sees no data.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from zerosum.games.protocol import Coefficients, Outcome

NAME = "transport"  # of the weight w among a game's coefficients


def transport_cost(
    latent: Float[Tensor, "batch n"], made: Float[Tensor, " batch *event"]
) -> Float[Tensor, ""]:
    """Return the mean over the batch and the n values of a row of (G(z) − z)².

    Args:
        latent: z, shape (batch, n).
        made: G(z), shape (batch, *event) with n values a row.

    >>> import torch
    >>> float(transport_cost(torch.zeros(1, 2), torch.tensor([[3.0, 4.0]])))
    12.5
    """
    return (made.flatten(1) - latent).square().mean()


def with_transport(
    outcome: Outcome,
    latent: Float[Tensor, "batch latent"],
    made: Float[Tensor, " batch *event"],
    coefficients: Coefficients,
) -> Outcome:
    """Return the outcome with w times the cost added and the cost recorded, if there is a weight."""
    if NAME not in coefficients:
        return outcome
    cost = transport_cost(latent, made)
    loss = outcome.loss + coefficients[NAME] * cost
    return Outcome(loss, outcome.record | {NAME: cost.detach()})

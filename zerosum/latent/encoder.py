"""An encoder guesses a row's latent in one pass; its guess is a good start of an inversion.

    E minimises over z ~ N(0, I):  mean (E(G(z)) - z)²  +  weight · mean (G(E(G(z))) - G(z))² / v

v is the variance of the generator's numbers, so that both terms are near 1 for an encoder that knows
nothing. It learns from the generator's own rows only, of which the latents are known; on real rows,
which may lie elsewhere, its guess is a start and no answer:

    invert(generate, rows, latent, first=encode(encoder, rows))

Sources: Zhu et al. 2016, arXiv:1609.03552 (the hybrid); Creswell and Bharath 2018, arXiv:1611.05644.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum import noise
from zerosum.errors import Diverged, InputError
from zerosum.latent import asked
from zerosum.latent.checks import Generate

_HELD_OUT = 1024  # rows that a fitted encoder is judged on


@dataclass(frozen=True, eq=False)
class EncoderFit:
    """How an encoder was fitted, and what it does with rows that it has not seen.

    Attributes:
        losses: (steps,) of the training batches.
        latent_error: root mean square of E(G(z)) - z on fresh z; 1 for an encoder that says 0.
        row_error: root mean square of G(E(G(z))) - G(z) there, over the standard deviation of the
            generator's numbers; 1 for the mean row.
    """

    losses: Float[Tensor, " steps"]
    latent_error: float
    row_error: float


def fit_encoder(
    encoder: nn.Module,
    generate: Generate,
    latent: int,
    *,
    weight: float = 1.0,
    steps: int = 1000,
    batch: int = 128,
    rate: float = 2e-3,
    key: int = 0,
) -> EncoderFit:
    """Train the encoder in place on the generator's own rows, and leave it in eval mode.

    Args:
        encoder: rows (n, *event) to latents (n, latent); its weights are where it starts.
        generate: latents (n, latent) to rows, differentiable; its weights are not moved.
        latent: numbers of a latent, standard normal.
        weight: of the rows' term. steps, batch, rate: of Adam; the rate falls to 0 in a straight line.
        key: noise key of the latents, new ones in every step.

    Raises:
        InputError: steps or batch below 1, or an encoder whose answers have another shape.
        Diverged: the loss stopped being finite.
    """
    asked.require_weights(weight=weight)
    if steps < 1 or batch < 2:
        raise InputError(
            f"steps {steps} of batch {batch} teach nothing: give 1 or more, of 2 or more"
        )
    parameters = list(encoder.parameters())
    fresh = _made(generate, latent, noise.fold(key, "held-out"), parameters[0])
    variance = _variance(fresh[1])
    optimiser = torch.optim.Adam(parameters, lr=rate)
    decay = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    encoder.train()
    losses = []
    for step in range(steps):
        z, x = _made(generate, latent, noise.fold(key, "encoder", step), parameters[0], batch)
        loss = _loss(encoder, generate, z, x, weight / variance)
        losses.append(float(loss.detach()))
        if not loss.isfinite():
            raise Diverged(
                f"the encoder's loss is {losses[-1]} at step {step}: lower the rate {rate}"
            )
        optimiser.zero_grad()
        torch.autograd.backward(loss, inputs=parameters)
        optimiser.step()
        decay.step()
    encoder.eval()
    return _judged(encoder, generate, *fresh, losses)


def encode(encoder: nn.Module, rows: Tensor) -> Float[Tensor, "n latent"]:
    """Return the encoder's guess of each row's latent, without a graph."""
    with torch.no_grad():
        return encoder(rows)


def _loss(encoder: nn.Module, generate: Generate, z: Tensor, x: Tensor, weight: float) -> Tensor:
    guess = encoder(x)
    if guess.shape != z.shape:
        raise InputError(
            f"the encoder makes {tuple(guess.shape)} of {len(x)} rows, but their latents are "
            f"{tuple(z.shape)}: give it one output for each number of a latent"
        )
    loss = (guess - z).square().mean()
    # without the term, the generator is not run again
    return loss + weight * (generate(guess) - x).square().mean() if weight else loss


def _judged(
    encoder: nn.Module, generate: Generate, z: Tensor, x: Tensor, losses: list[float]
) -> EncoderFit:
    guess = encode(encoder, x)
    with torch.no_grad():
        apart = (generate(guess) - x).square().mean()
    return EncoderFit(
        torch.tensor(losses, dtype=torch.float64),
        float((guess - z).square().mean().sqrt()),
        float((apart / _variance(x)).sqrt()),
    )


def _made(
    generate: Generate, latent: int, key: int, like: Tensor, n: int = _HELD_OUT
) -> tuple[Float[Tensor, "n latent"], Float[Tensor, " n *event"]]:
    z = noise.normal(key, (n, latent), dtype=like.dtype).to(like.device)
    with torch.no_grad():
        return z, generate(z)


def _variance(x: Float[Tensor, " n *event"]) -> float:
    """Return the mean variance of a row's numbers, not 0 even for a generator of one row."""
    return max(float(x.var(dim=0, correction=0).mean()), torch.finfo(x.dtype).tiny)

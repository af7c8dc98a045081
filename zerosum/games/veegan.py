"""VEEGAN: a reconstructor takes rows back to latents, and the discriminator judges pairs of both.

    real pair (F(x) + s e, x), e ~ N(0, 1),   generated pair (z, G(z)),   a(x, z): the logit of a real pair
    rec            = E |z - F(G(z))|^2                       summed over the latent's dimensions
    discriminator:   E softplus(-a(x, F(x) + s e)) + E softplus(a(G(z), z))
    reconstructor:   w rec
    generator:      -E a(G(z), z) + w rec

The best -a is log q(x, z) / p(x, z), so that -E a estimates KL(q || p) of the two joint laws; with rec, minus
the log-likelihood of z under N(F(x), s^2) for w = 1/(2 s^2), it bounds the cross-entropy of N(0, 1) and what
F makes of the data. A generator that misses modes leaves F with rows it has never seen, and the discriminator
with latents unlike N(0, 1). With s = 0 it tells the pairs apart whatever G does.

The signs are ours: the paper's D says "generated", D = -a. Its Algorithm 1 and its code agree on the rest:
the generator takes the raw logit, neither minimax nor non-saturating; a real pair's latent is drawn round
F(x); the reconstructor learns by rec alone, though its latents are in the pairs. In the code s = 1, w = 1/2.

Source: Srivastava et al. 2017, arXiv 1705.07761, Algorithm 1.
Not to be confused with ALI and BiGAN, whose encoder plays against the discriminator and reconstructs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import softplus

from zerosum import noise
from zerosum.games.protocol import Coefficients, Draw, Networks, Outcome
from zerosum.games.two_player import discriminator_record

_KEY = 32  # added to a turn's key, apart from what networks and other games add


@dataclass(frozen=True)
class VEEGAN:
    """The game of generator, reconstructor and a discriminator of pairs.

    Attributes:
        discriminator_steps: the discriminator's turns before the others'; 1 in the paper.
    """

    discriminator_steps: int = 1

    @property
    def players(self) -> tuple[str, ...]:
        """In the paper's order."""
        return ("discriminator", "reconstructor", "generator")

    @property
    def turns(self) -> tuple[str, ...]:
        """The discriminator's turns, then the reconstructor's, then the generator's."""
        return ("discriminator",) * self.discriminator_steps + ("reconstructor", "generator")

    def constants(self, player: str) -> tuple[str, ...]:
        """Pairs are the discriminator's data, and samples the reconstructor's."""
        others = {"discriminator": ("generator", "reconstructor"), "reconstructor": ("generator",)}
        return others.get(player, ())

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return what `player` minimises at this draw.

        Args:
            player: "discriminator", "reconstructor" or "generator".
            networks: the generator, the reconstructor x -> z and the discriminator (x, z) -> logit.
            draw: data, noise and key of the turn.
            coefficients: `reconstruction`, the weight w, and `spread`, the deviation s.
        """
        fake = networks["generator"](draw.latent)
        judge = partial(_logits, networks["discriminator"])
        if player == "discriminator":
            found = networks["reconstructor"](draw.real)
            spread = noise.normal(draw.key + _KEY, tuple(found.shape)).to(found)
            real_logits = judge(draw.real, found + coefficients["spread"] * spread)
            fake_logits = judge(fake, draw.latent)
            loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
            return Outcome(loss, discriminator_record(loss, real_logits, fake_logits, 0.0))
        back = networks["reconstructor"](fake).to(draw.latent)
        missed = (draw.latent - back).square().sum(1).mean()
        loss = coefficients["reconstruction"] * missed
        if player == "generator":
            loss = loss - judge(fake, draw.latent).mean()
        # of each dimension of the latent, whose variance is 1: a reconstructor that says 0 misses 1
        share = missed.detach() / draw.latent.shape[1]
        return Outcome(loss, {"loss": loss.detach(), "reconstruction": share})


def _logits(discriminator: Callable[..., Tensor], x: Tensor, z: Tensor) -> Tensor:
    logits = discriminator(x, z)
    # losses are taken in full precision at least, whatever the networks ran in
    return logits.to(torch.promote_types(logits.dtype, torch.float32))

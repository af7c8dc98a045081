"""BEGAN: the discriminator is an autoencoder, and a number k keeps the two players in balance.

    L(v) = mean over pixels of |v - D(v)|^eta          how badly D gives a row back
    discriminator:  E L(x) - k_t E L(G(z_D))
    generator:      E L(G(z_G))
    k_{t+1} = clip(k_t + lambda_k (gamma E L(x) - E L(G(z_G))), 0, 1),    k_0 = 0

The discriminator wants to give real rows back well and generated ones badly; it cares for the second
as much as k says. k grows while generated rows are given back better than gamma times real ones,
so that the game is drawn to E L(G(z)) = gamma E L(x). A small gamma keeps the discriminator at the
real rows and the samples few of a kind; hence the name diversity ratio. How far a run has come:

    M = E L(x) + |gamma E L(x) - E L(G(z_G))|

Source: Berthelot, Schumm and Metz 2017, arXiv 1703.10717, equations 1, 4 and 6.
Not to be confused with EBGAN (Zhao 2017, 1609.03126), whose autoencoder has a margin and no balance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from zerosum.games.carrying import Carry
from zerosum.games.protocol import Coefficients, Draw, Networks, Outcome


@dataclass(frozen=True)
class BEGAN:
    """The boundary equilibrium game.

    Attributes:
        eta: power of the absolute error, 1 or 2 in the paper.
        discriminator_steps: the discriminator's turns before each generator turn; 1 in the paper.
    """

    eta: float = 1.0
    discriminator_steps: int = 1

    @property
    def players(self) -> tuple[str, ...]:
        """Discriminator first: it also moves first."""
        return ("discriminator", "generator")

    @property
    def turns(self) -> tuple[str, ...]:
        """The discriminator's turns, then the generator's."""
        return ("discriminator",) * self.discriminator_steps + ("generator",)

    @property
    def carried(self) -> Mapping[str, float]:
        """k, the weight of generated rows in the discriminator's loss: at first none."""
        return {"k": 0.0}

    def constants(self, player: str) -> tuple[str, ...]:
        """The discriminator takes the samples as they are."""
        return ("generator",) if player == "discriminator" else ()

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return what `player` minimises at this draw.

        Args:
            player: "discriminator" or "generator".
            networks: the generator, and the discriminator as an autoencoder: rows -> rows.
            draw: data, noise, labels and key of the turn.
            coefficients: `k`.
        """
        fake = networks["generator"](draw.latent, draw.label)
        of_fake = self._error(networks["discriminator"], fake, draw)
        if player == "generator":
            return Outcome(of_fake, {"loss": of_fake.detach()})
        of_real = self._error(networks["discriminator"], draw.real, draw)
        loss = of_real - coefficients["k"] * of_fake
        errors = {"error/real": of_real.detach(), "error/fake": of_fake.detach()}
        return Outcome(loss, {"loss": loss.detach(), **errors})

    def carry(self, coefficients: Coefficients, record: Mapping[str, Tensor]) -> Carry:
        """Return the next k, and the k that was played with and M for the record.

        Args:
            coefficients: `k`, `gamma` and `lambda_k`.
            record: of the round's turns; the generator's loss is E L(G(z_G)).
        """
        of_real, of_fake = record["discriminator/error/real"], record["generator/loss"]
        short = coefficients["gamma"] * of_real - of_fake
        k = torch.as_tensor(coefficients["k"])
        following = (k + coefficients["lambda_k"] * short).clamp(0.0, 1.0)
        return Carry({"k": following}, {"balance/k": k, "balance/M": of_real + short.abs()})

    def _error(self, autoencoder: Callable[..., Tensor], rows: Tensor, draw: Draw) -> Tensor:
        """Return the mean of L over a batch."""
        back = autoencoder(rows, draw.label, draw.key)
        # errors are taken in full precision at least, whatever the networks ran in
        full = torch.promote_types(back.dtype, torch.float32)
        return (rows.to(full) - back.to(full)).abs().pow(self.eta).mean()

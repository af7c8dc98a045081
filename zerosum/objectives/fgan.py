"""The f-GAN family: any f-divergence as a game, derived from the conjugate of its generator.

    min over D of  −E T(x) + E f*(T(x̂)),   T = g_f(a)           f*, g_f: zerosum.theory.f_divergences
    zero-sum:        min over G of  −E f*(T(x̂))        at the best T the value is D_f(p_d‖p_g)
    non-saturating:  min over G of  −E T(x̂)            the paper's section 3.2

f*(T(x̂)) is written in the logit, where most members have no exponential of an exponential. With the
GAN divergence the two games are minimax and the non-saturating game, term by term.

Source: Nowozin, Cseke and Tomioka 2016, arXiv:1606.00709.
Not to be confused with a divergence estimated by a *constrained* critic: a gradient penalty on this
discriminator lowers the bound, so that its value is no longer D_f.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from zerosum.objectives.objective import Loss, Objective
from zerosum.theory.f_divergences import GAN, FDivergence

SOURCE = "Nowozin, Cseke and Tomioka 2016, arXiv:1606.00709"


def fgan(which: FDivergence) -> Objective:
    """Return the zero-sum game of a divergence: what the discriminator gains, the generator loses."""

    def generator(
        real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Return −f*(T(x̂)), shape (batch,); real is not looked at."""
        return -which.played(fake)

    return _game(which, "fgan", "equation 4", generator=generator, zero_sum=True)


def fgan_nonsaturating(which: FDivergence) -> Objective:
    """Return the game whose generator raises T(x̂), which does not vanish where D is sure."""

    def generator(
        real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Return −T(x̂), shape (batch,); real is not looked at."""
        return -which.activation(fake)

    # total variation's f* is the identity: there the two games are one
    same = which.played is which.activation
    return _game(which, "fgan-ns", "section 3.2", generator=generator, zero_sum=same)


def _game(
    which: FDivergence, family: str, where: str, *, generator: Loss, zero_sum: bool
) -> Objective:
    def discriminator(
        real: Float[Tensor, " batch"], fake: Float[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """Return −T(x) + f*(T(x̂)), shape (batch,)."""
        return which.played(fake) - which.activation(real)

    return Objective(
        name=f"{family}-{which.name}",
        discriminator=discriminator,
        generator=generator,
        zero_sum=zero_sum,
        logistic=which is GAN,
        undecided=which.undecided,
        source=f"{SOURCE}, {where}",
    )

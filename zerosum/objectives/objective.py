"""What the two players of a GAN want, as data: two pure functions of logits, one for each player.

    discriminator: min over D of E l_D(a(x), a(x̂))        generator: min over G of E l_G(a(x), a(x̂))

a(x) is the discriminator's raw output (its logit) on a real sample, a(x̂) on a generated one. Both
losses are per sample, shape (batch,); the step takes the mean. An objective knows no network,
optimiser or device, and both logits are always passed, so a caller never branches.

Not to be confused with a penalty, which looks at the discriminator's slope and not at its logits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Objective:
    """A formulation of the adversarial game.

    name: the short name that tables and reports print.
    discriminator, generator: real and fake logits (batch,) -> loss (batch,), which they minimise.
    zero_sum: what one player gains in the fake logits the other loses: the two losses add up to
        something that does not depend on the generator.
    source: author, year, arXiv.
    pairs: the generator's loss needs the real logits (otherwise it never looks at them).
    unbounded: the discriminator's loss has no minimum by itself; it needs a Lipschitz constraint.
    undecided: the logit at which the discriminator takes no side; None where only differences of
        logits mean anything.
    logistic: the discriminator's loss is the cross-entropy of σ(logit), so labels can be smoothed.
    """

    name: str
    discriminator: Loss
    generator: Loss
    zero_sum: bool
    source: str
    pairs: bool = False
    unbounded: bool = False
    logistic: bool = False
    undecided: float | None = 0.0

"""Adaptive augmentation: p grows while the discriminator is too sure of the rows it is trained on.

    r_t = E sign a(x)                     1: it knows every real row, 0: it cannot tell
    p  <-  clip(p + sign(r_t - target) · rows / speed, 0, 1),     after every round

A discriminator that learns its rows by heart gives them all logits of one sign; r_t needs no held-out
rows. Where only differences of logits count (relativistic pairing, Wasserstein) a logit's own sign
means nothing, and r_t = E sign(a(x) - a(G(z))): how surely it tells the two of a pair apart.

p is carried from round to round (`games/carrying.py`): it is in checkpoints, and each member of a
population has its own.

Source: Karras et al. 2020, arXiv 2006.06676, section 3: target 0.6, speed 500,000 images. Deviations:
the paper moves p once in four batches by their mean sign, here once a round by a step of that round's rows;
its code has no upper bound, though a probability above 1 is one of 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from zerosum.games.carrying import Carry
from zerosum.games.protocol import Coefficients, Draw, Networks, Outcome
from zerosum.games.two_player import AUGMENT, TwoPlayer


@dataclass(frozen=True)
class AdaptiveAugmentation:
    """A two-player game whose augmentation follows what it sees.

    Attributes:
        game: who plays, and what is wanted.
        start: the first p.
    """

    game: TwoPlayer
    start: float = 0.0

    @property
    def players(self) -> tuple[str, ...]:
        """The game's."""
        return self.game.players

    @property
    def turns(self) -> tuple[str, ...]:
        """The game's."""
        return self.game.turns

    @property
    def carried(self) -> Mapping[str, float]:
        """p, the probability of each change."""
        return {AUGMENT: self.start}

    def constants(self, player: str) -> tuple[str, ...]:
        """The game's."""
        return self.game.constants(player)

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return what `player` minimises at this draw, at the p that is carried in `coefficients`."""
        return self.game.loss(player, networks, draw, coefficients)

    def carry(self, coefficients: Coefficients, record: Mapping[str, Tensor]) -> Carry:
        """Return the next p, and the p that was played with for the record.

        Args:
            coefficients: `augment`, and `augment.target` and `augment.step`, rows over speed.
            record: of the round's turns.
        """
        p, sign = torch.as_tensor(coefficients[AUGMENT]), record["discriminator/augment/sign"]
        step = (sign - coefficients["augment.target"]).sign() * coefficients["augment.step"]
        # in the type of the carried number, so that alone and among many it is the same
        following = (p + step.to(p.dtype)).clamp(0.0, 1.0)
        return Carry({AUGMENT: following}, {"augment/p": p})

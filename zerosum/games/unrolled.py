"""Unrolling: the generator is judged by the discriminator that would answer it, k steps ahead.

    w_0 = w_D,    w_{i+1} = w_i - eta grad_w L_D(w_i, w_G),    i = 0 ... k - 1
    discriminator:     L_D(w_D, w_G)                                     as without unrolling
    generator's slope: dL_G(w_k, w_G)/dw_G  -  dL_D(w_k, .)/dw_k  dw_k/dw_G

The first term is the objective's own slope against the discriminator to come, the second what the answer
costs the discriminator: second derivatives through the k virtual steps. In a zero-sum game (L_G = -L_D, as
in the paper) both are the slope of one function, -L_D(w_k(w_G), w_G). The second term is of L_D whatever
the objective: L_G need not see the real rows (minimax, non-saturating), and a generator that looks ahead by
it learns to make the discriminator call everything real. As the steps converge it vanishes, penalties
included, and leaves a generator that plays against the best discriminator.

Virtual steps are plain gradient descent with their own step size eta (the coefficient `unrolled`), as in
the paper's derivation; its code unrolls Adam, whose steps are of another size than its learning rate times
the slope, so that no learning rate of Adam's serves as eta. All k steps and the generator's loss look at
one draw, as the code does. The virtual steps leave nothing behind, and k = 0 is the game itself, exactly.

Source: Metz, Poole, Pfau and Sohl-Dickstein 2017, arXiv 1611.02163, equations 5 to 9.
Not to be confused with k real discriminator turns a round (`discriminator_steps`), which leave the
discriminator where they end and have no slope in the generator.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from zerosum.games.bound import Bound
from zerosum.games.protocol import Coefficients, Draw, Game, Networks, Outcome

NAME = "unrolled"  # of the step size eta among a game's coefficients


@dataclass(frozen=True)
class Unrolled:
    """A game of generator and discriminator, unrolled for the generator.

    Attributes:
        game: the inner game; any objective, penalties and packs.
        steps: k, virtual discriminator steps.
    """

    game: Game
    steps: int

    @property
    def players(self) -> tuple[str, ...]:
        """The inner game's."""
        return self.game.players

    @property
    def turns(self) -> tuple[str, ...]:
        """The inner game's."""
        return self.game.turns

    def constants(self, player: str) -> tuple[str, ...]:
        """The inner game's: to the generator nothing is constant."""
        return self.game.constants(player)

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return what `player` minimises at this draw.

        Args:
            player: "discriminator" or "generator".
            networks: the players; the discriminator `Bound` to its parameters.
            draw: data, noise, labels and key of the turn.
            coefficients: the inner game's, and `unrolled`, the step size eta.
        """
        if player != "generator" or self.steps == 0:
            return self.game.loss(player, networks, draw, coefficients)
        judge = networks["discriminator"]
        if not isinstance(judge, Bound):
            raise TypeError("unrolling needs the discriminator bound to its parameters")
        fake = networks["generator"](draw.latent, draw.label)

        def answered(parameters: dict[str, Tensor], samples: Tensor = fake) -> Tensor:
            seen = {"generator": lambda *_: samples, "discriminator": judge.at(parameters)}
            return self.game.loss("discriminator", seen, draw, coefficients).loss

        parameters = judge.parameters
        for _ in range(self.steps):
            loss, pull = torch.func.vjp(answered, parameters)[:2]
            (slope,) = pull(torch.ones_like(loss))
            parameters = {k: w - coefficients[NAME] * slope[k] for k, w in parameters.items()}
        there = judge.at({k: w.detach() for k, w in parameters.items()})
        seen = {"generator": lambda *_: fake, "discriminator": there}
        outcome = self.game.loss(player, seen, draw, coefficients)
        answer = answered(parameters, fake.detach())
        # a slope and no value: what is logged stays the objective's own loss
        return Outcome(outcome.loss - (answer - answer.detach()), outcome.record)

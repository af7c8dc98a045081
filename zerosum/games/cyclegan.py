"""CycleGAN: two domains without pairs, a translator each way, and a discriminator for each domain.

    F: A -> B,  G: B -> A,  D judges B,  C judges A;   l_D, l_G of the objective, mean over all patches
    discriminators  E l_D(D(b), D(F(a))) + E l_D(C(a), C(G(b)))
                    + sum_p w_p (E penalty_p(grad D) + E penalty_p(grad C)), of a picture's mean logit
    translators     E l_G(D(F(a))) + E l_G(C(G(b)))
                    + λ (E |G(F(a)) - a| + E |F(G(b)) - b|)          there and back again
                    + λ μ (E |F(b) - b| + E |G(a) - a|)              what is there already stays

|v| is the mean absolute difference of pixels. Both translators are one player, as both are in one loss:
one gradient moves them, and each pass is made once. So are both discriminators, who see former
translations from a pool beside new ones (`games/pool.py`).

Source: Zhu, Park, Isola and Efros 2017, arXiv 1703.10593, equations 1 to 3 and section 5.2.5: λ = 10,
μ = 0.5, no penalty, least squares without the factor ½; with it (`objectives/least_squares.py`) λ = 5 is
the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from zerosum.games.carrying import Carry
from zerosum.games.looking import look, restrained
from zerosum.games.pool import query
from zerosum.games.protocol import Coefficients, Draw, Networks, Outcome
from zerosum.objectives.objective import Objective
from zerosum.penalties.penalty import Penalty

POOL, FILLED = "pool", "pool.filled"
_SIDES = ("there", "back")


@dataclass(frozen=True)
class CycleGAN:
    """The game of two domains; its networks are pairs (`networks.translator.Pair`).

    Attributes:
        objective: what the players want of a patch's logit.
        penalties: what restrains the discriminators; the weight of each is the coefficient of its name.
        discriminator_steps: turns of the discriminators before each turn of the translators.
        pool: former translations kept for each domain; 0: none.
    """

    objective: Objective
    penalties: tuple[Penalty, ...] = ()
    discriminator_steps: int = 1
    pool: int = 50

    @property
    def players(self) -> tuple[str, ...]:
        """Discriminators first: they also move first."""
        return ("discriminator", "generator")

    @property
    def turns(self) -> tuple[str, ...]:
        """The discriminators' turns, then the translators'."""
        return ("discriminator",) * self.discriminator_steps + ("generator",)

    @property
    def carried(self) -> Mapping[str, float | Callable[[tuple[int, ...]], Tensor]]:
        """The pools of both domains, and how many places of each are filled."""
        return {POOL: lambda event: torch.zeros(2, self.pool, *event), FILLED: 0.0}

    def constants(self, player: str) -> tuple[str, ...]:
        """The discriminators take the translations as they are."""
        return ("generator",) if player == "discriminator" else ()

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return what `player` minimises at this draw.

        Args:
            player: "discriminator" or "generator".
            networks: pairs: (a, b) -> (F(a), G(b)), and (b, a) -> (D(b), C(a)).
            draw: rows of both domains and the key of the turn.
            coefficients: `cycle` λ, `identity` μ (left out where it is 0), a weight for each penalty
                by its name, and what is carried.
        """
        if draw.other is None:
            raise ValueError("this game is played with rows of two domains, and the draw has one")
        turn = self._judge if player == "discriminator" else self._translate
        return turn(networks, draw, draw.other, coefficients)

    def carry(self, coefficients: Coefficients, record: Mapping[str, Tensor]) -> Carry:
        """Nothing is followed: the discriminators' turn leaves the pools as they shall be."""
        return Carry()

    def _judge(
        self, networks: Networks, draw: Draw, b: Tensor, coefficients: Coefficients
    ) -> Outcome:
        made = networks["generator"](draw.real, b).to(draw.real.dtype)
        rows, filled = (torch.as_tensor(coefficients[name]) for name in (POOL, FILLED))
        shown = query(rows, filled, made, draw.key)
        real, fake = torch.cat((b, draw.real)), shown.samples.flatten(0, 1)
        judge = partial(_verdicts, networks["discriminator"])
        looked = look(judge, self.penalties, real, fake, draw.key)
        real_logits, fake_logits = _patches(looked.real), _patches(looked.fake)
        loss = self.objective.discriminator(real_logits.flatten(), fake_logits.flatten()).mean()
        loss, terms = restrained(loss, self.penalties, looked, coefficients)
        loss = 2 * loss  # of both domains, which have as many logits
        logits = {"logit/real": real_logits, "logit/fake": fake_logits}
        record = {"loss": loss.detach()} | {k: v.detach().mean() for k, v in logits.items()}
        return Outcome(loss, record | terms, {POOL: shown.rows, FILLED: shown.filled})

    def _translate(
        self, networks: Networks, draw: Draw, b: Tensor, coefficients: Coefficients
    ) -> Outcome:
        a, translate = draw.real, networks["generator"]
        fake_b, fake_a = translate(a, b)
        fake_logits = _full(networks["discriminator"](fake_b, fake_a))
        # real logits are not looked at, unless the objective pairs
        pairs = self.objective.pairs
        real_logits = _full(networks["discriminator"](b, a)) if pairs else fake_logits.detach()
        wanted = 2 * self.objective.generator(real_logits.flatten(), fake_logits.flatten()).mean()
        of_b, of_a = translate(fake_a, fake_b)
        terms = {"cycle": (_apart(of_a, a), _apart(of_b, b))}
        weights = {"cycle": coefficients["cycle"]}
        if "identity" in coefficients:
            same_b, same_a = translate(b, a)
            terms["identity"] = (_apart(same_b, b), _apart(same_a, a))
            weights["identity"] = coefficients["cycle"] * coefficients["identity"]
        loss = wanted + sum(weights[name] * sum(pair) for name, pair in terms.items())
        named = {f"{k}/{s}": v for k, p in terms.items() for s, v in zip(_SIDES, p, strict=True)}
        record = {"loss": loss, "adversarial/both": wanted, **named}
        return Outcome(loss, {k: v.detach() for k, v in record.items()})


def _verdicts(judges: Callable[..., Tensor], x: Tensor, side: str) -> Tensor:
    """Return each row's logit and then its patches', the first half of the rows judged as B, the rest as A.

    The logit that a penalty takes the slope of is the mean over the picture's patches.
    """
    logits = _full(judges(*x.unflatten(0, (2, -1)))).flatten(0, 1)
    return logits if logits.ndim == 1 else torch.cat((logits.mean(1, keepdim=True), logits), dim=1)


def _patches(verdicts: Tensor) -> Tensor:
    return verdicts if verdicts.ndim == 1 else verdicts[:, 1:]


def _apart(x: Tensor, y: Tensor) -> Tensor:
    return (_full(x) - _full(y)).abs().mean()


def _full(x: Tensor) -> Tensor:
    """Losses are taken in full precision at least, whatever the networks ran in."""
    return x.to(torch.promote_types(x.dtype, torch.float32))

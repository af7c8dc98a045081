"""A generator against a discriminator, for any objective and any penalties.

    discriminator:  E l_D(a(x), a(G(z))) + sum_p w_p E penalty_p(grad_x a)
    generator:      E l_G(a(x), a(G(z)))

Goodfellow et al. 2014, arXiv 1406.2661, Algorithm 1: k discriminator turns, each with fresh data and
noise, then one generator turn. Instance noise (Sonderby et al. 2017, arXiv 1610.04490) is added to
what the discriminator sees of both sides, in both players' turns; then pictures are changed at random
(`penalties/augmentation.py`) and rows packed (`games/packing.py`). Penalties take slopes with respect to
what is changed, not to what came of it, as the code of R3GAN and of StyleGAN2-ADA does. A discriminator
that also says classes adds the terms of `games/auxiliary.py`, and a cost of the way from latent to sample
that of `games/transport.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from zerosum.errors import InputError
from zerosum.games import auxiliary
from zerosum.games.looking import look, restrained
from zerosum.games.packing import packed, unpacked
from zerosum.games.protocol import Coefficients, Draw, Networks, Outcome
from zerosum.games.transport import with_transport
from zerosum.objectives.objective import Objective
from zerosum.penalties import augmentation, instance_noise
from zerosum.penalties.penalty import Penalty

# Added to a turn's key so that its several draws are unrelated (the hash mixes every bit). The
# generator's turn may share its draw with the turn before it, and has dropout and noise of its own;
# from 16 on stand the points of penalties (`games/looking.py`).
_KEYS = {
    "real": 1, "fake": 2, "real_noise": 3, "fake_noise": 4, "augment": 64, "generator": 1024,
}  # fmt: skip

AUGMENT = "augment"  # the coefficient: how often each change of a picture is made

_NO_CLASSES = (
    "game.auxiliary has a weight, but there are no labels, or the discriminator says no classes: give "
    "labels and a discriminator made with auxiliary true"
)


@dataclass(frozen=True)
class TwoPlayer:
    """The two-player game.

    Attributes:
        objective: what the players want.
        penalties: what restrains the discriminator; the weight of each is the coefficient of its name.
        discriminator_steps: k, the discriminator's turns before each generator turn.
        joint_pass: judge real and generated rows in one pass of the discriminator: fewer calls for
            small networks, the same numbers as long as it does not couple the rows of a batch.
        pack: m, the rows that the discriminator judges together; logits, penalties and relativistic
            pairs are then of packs.
        shares: how augmentation's p is divided, where the coefficients have one (each side is changed by
            itself, so that in a joint pass other rows are).
    """

    objective: Objective
    penalties: tuple[Penalty, ...] = ()
    discriminator_steps: int = 1
    joint_pass: bool = False
    pack: int = 1
    shares: augmentation.Shares = augmentation.BGC

    @property
    def players(self) -> tuple[str, ...]:
        """Discriminator first: it also moves first."""
        return ("discriminator", "generator")

    @property
    def turns(self) -> tuple[str, ...]:
        """k discriminator turns, then the generator's."""
        return ("discriminator",) * self.discriminator_steps + ("generator",)

    def constants(self, player: str) -> tuple[str, ...]:
        """The discriminator takes the samples as they are."""
        return ("generator",) if player == "discriminator" else ()

    def loss(
        self, player: str, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        """Return what `player` minimises at this draw.

        Args:
            player: "discriminator" or "generator".
            networks: the two networks as callables.
            draw: data, noise, labels and key of the turn.
            coefficients: a weight for each penalty by its name, `<name>.centre` where its centre is
                another than published, `instance_noise`, the standard deviation in units of the
                encoded data, if any, `augment`, the p of augmentation, if any, `auxiliary`, the weight
                of a class's cross-entropy, if the discriminator says classes, and `transport`, the
                weight of the transport cost, if any.
        """
        if player == "discriminator":
            return self._discriminator_loss(networks, draw, coefficients)
        return self._generator_loss(networks, draw, coefficients)

    def _discriminator_loss(
        self, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        fake = networks["generator"](draw.latent, draw.label)
        real, fake = self._shown(draw.real, fake, draw.key, coefficients)
        judge = partial(_judge, self._judge_of(networks, coefficients), draw.label, draw.key)
        looked = look(judge, self.penalties, real, fake, draw.key, jointly=self.joint_pass)
        real_logits, real_classes = auxiliary.parts(looked.real)
        fake_logits, fake_classes = auxiliary.parts(looked.fake)
        loss = self.objective.discriminator(real_logits, fake_logits).mean()
        record = discriminator_record(loss, real_logits, fake_logits, self.objective.undecided)
        if AUGMENT in coefficients:
            record |= _overfitting(real_logits, fake_logits, self.objective.undecided)
        loss, terms = restrained(loss, self.penalties, looked, coefficients)
        record |= terms
        classes = {"/real": real_classes, "/fake": fake_classes}
        return _with_classes(Outcome(loss, record), classes, draw.label, coefficients)

    def _generator_loss(
        self, networks: Networks, draw: Draw, coefficients: Coefficients
    ) -> Outcome:
        made = networks["generator"](draw.latent, draw.label)
        key = draw.key + _KEYS["generator"]
        real, fake = self._shown(draw.real, made, key, coefficients)
        judge = partial(_judge, self._judge_of(networks, coefficients), draw.label, key)
        fake_logits, classes = auxiliary.parts(judge(fake, "fake"))
        # real logits are not looked at, unless the objective pairs
        pairs = self.objective.pairs
        real_logits = auxiliary.parts(judge(real, "real"))[0] if pairs else fake_logits.detach()
        loss = self.objective.generator(real_logits, fake_logits).mean()
        outcome = Outcome(loss, {"loss": loss.detach()})
        outcome = with_transport(outcome, draw.latent, made, coefficients)
        return _with_classes(outcome, {"": classes}, draw.label, coefficients)

    def _shown(
        self, real: Tensor, fake: Tensor, key: Tensor, coefficients: Coefficients
    ) -> tuple[Tensor, Tensor]:
        """Return what the discriminator looks at: noise on each row, then packs of rows."""
        real, fake = _blur(real, fake, key, coefficients)
        return packed(real, self.pack), packed(fake, self.pack)

    def _judge_of(self, networks: Networks, coefficients: Coefficients) -> Callable[..., Tensor]:
        """Return the discriminator, behind augmentation of the rows of its packs if there is any."""
        discriminator = networks["discriminator"]
        if AUGMENT not in coefficients:
            return discriminator

        def judge(x: Tensor, label: Tensor | None, key: Tensor) -> Tensor:
            rows, p = unpacked(x, self.pack), coefficients[AUGMENT]
            rows = augmentation.augment(rows, p, key + _KEYS["augment"], self.shares)
            return discriminator(packed(rows, self.pack), label, key)

        return judge


def _judge(
    discriminator: Callable[..., Tensor], label: Tensor | None, key: Tensor, x: Tensor, side: str
) -> Tensor:
    if label is not None and len(x) != len(label):
        label = torch.cat((label, label))
    logits = discriminator(x, label, key + _KEYS[side])
    # losses are taken in full precision at least, whatever the networks ran in
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


def _blur(
    real: Tensor, fake: Tensor, key: Tensor, coefficients: Coefficients
) -> tuple[Tensor, Tensor]:
    if "instance_noise" not in coefficients:
        return real, fake
    sigma = coefficients["instance_noise"]
    return (
        instance_noise.add(real, sigma, key + _KEYS["real_noise"]),
        instance_noise.add(fake, sigma, key + _KEYS["fake_noise"]),
    )


def _with_classes(
    outcome: Outcome,
    classes: Mapping[str, Tensor | None],
    label: Tensor | None,
    coefficients: Coefficients,
) -> Outcome:
    """Return the outcome with w CE of each side's classes added, if the discriminator says any."""
    if auxiliary.NAME not in coefficients:
        return outcome
    loss, record = outcome.loss, dict(outcome.record)
    for side, numbers in classes.items():
        if numbers is None or label is None:
            raise InputError(_NO_CLASSES)
        term, right = auxiliary.classification(numbers, label)
        loss = loss + coefficients[auxiliary.NAME] * term
        record |= {f"class_loss{side}": term.detach(), f"class_accuracy{side}": right}
    return Outcome(loss, record)


def _overfitting(real: Tensor, fake: Tensor, undecided: float | None) -> dict[str, Tensor]:
    """Return E sign of the logit on real rows; over each pair's generated one, where only that counts."""
    middle = fake if undecided is None else undecided
    return {"augment/sign": (real - middle).detach().sign().mean()}


def discriminator_record(
    loss: Tensor, real: Tensor, fake: Tensor, undecided: float | None
) -> dict[str, Tensor]:
    """Return what to plot of a discriminator's turn: its loss, and both sides' logits and accuracy."""
    real, fake = real.detach(), fake.detach()
    means = real.mean(), fake.mean()
    # where only differences count, a row is called real when it lies on the reals' side of the middle
    threshold = (means[0] + means[1]) / 2 if undecided is None else undecided
    return {
        "loss": loss.detach(),
        "logit/real": means[0],
        "logit/fake": means[1],
        "accuracy/real": (real > threshold).float().mean(),
        "accuracy/fake": (fake < threshold).float().mean(),
    }

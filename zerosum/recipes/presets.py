"""Recipes by name: published settings as a function of the data's shape. Listing them needs no torch.

Each preset returns the settings in which it differs from the defaults of `config`. Where a paper's
networks make no sense for the data (a convolution on a 2-D point), the network is chosen from the
data's shape and the rest stays as published.
"""

from __future__ import annotations

from collections.abc import Callable

from zerosum.recipes.preset_modes import unrolled, veegan
from zerosum.recipes.preset_parts import DataShape as DataShape
from zerosum.recipes.preset_parts import Settings, adam, latent, networks, preset, small_r3gan
from zerosum.recipes.preset_pictures import r3gan_paper
from zerosum.recipes.preset_progressive import progressive
from zerosum.recipes.preset_systems import acgan, adversarial_flow, began, pacgan
from zerosum.recipes.preset_translation import cyclegan


def goodfellow(shape: DataShape) -> Settings:
    """Algorithm 1 with momentum, k = 1, maxout discriminator with dropout (Goodfellow 2014, 1406.2661).

    The generator maximises log D, as the paper's section 3 and its code do; the listing's own minimax
    loss (`--game.objective mm`) saturates before it has learnt anything on these data.
    """
    sgd = {"name": "sgd", "lr": 0.05, "beta1": 0.5}
    # a sigmoid cannot reach standardised numbers: those get rectifiers with a linear output
    generator = "goodfellow" if shape.kind == "image" else "mlp"
    return preset(
        game={"objective": "ns", "fresh_latents": True},
        generator={"name": generator, "width": 256, "depth": 2},
        discriminator={"name": "maxout", "width": 128, "depth": 2},
        generator_optimizer=sgd,
        discriminator_optimizer=sgd,
        latent=latent(shape, 100),
        run={"batch": 100, "steps": 5000 if shape.small else 20_000},
    )


def dcgan(shape: DataShape) -> Settings:
    """Non-saturating game on convolutions with batch normalisation (Radford 2016, 1511.06434)."""
    return preset(
        game={"objective": "ns"},
        **networks(shape, "batch", small=False),
        **adam(2e-4, 0.5, 0.999),
        latent=latent(shape, 100),
        run={"batch": 128, "steps": 4000 if shape.small else 10_000},
    )


def wgan(shape: DataShape) -> Settings:
    """Wasserstein game, clipped weights, RMSProp, five critic turns (Arjovsky 2017, 1701.07875)."""
    rmsprop = {"name": "rmsprop", "lr": 5e-5, "beta2": 0.99}
    return preset(
        game={"objective": "wgan", "clip": 0.01, "discriminator_steps": 5, "fresh_latents": True},
        **networks(shape, "batch"),
        generator_optimizer=rmsprop,
        discriminator_optimizer=rmsprop,
        latent=latent(shape, 100),
        run={"batch": 64, "steps": 3000 if shape.small else 10_000},
    )


def wgan_gp(shape: DataShape) -> Settings:
    """Wasserstein game with gradient penalty, lambda = 10, k = 5 (Gulrajani 2017, 1704.00028)."""
    return preset(
        game={
            "objective": "wgan",
            "penalties": [{"name": "wgan-gp", "weight": 10.0}],
            "discriminator_steps": 5,
            "fresh_latents": True,
        },
        **networks(shape, "none"),
        **adam(1e-4, 0.0, 0.9),
        latent=latent(shape, 100),
        run={"batch": 64, "steps": 3000 if shape.small else 10_000},
    )


def lsgan(shape: DataShape) -> Settings:
    """Least squares with targets 0 and 1 on a linear output (Mao 2017, 1611.04076)."""
    return preset(
        game={"objective": "lsgan"},
        **networks(shape, "batch"),
        **adam(2e-4, 0.5, 0.999),
        latent=latent(shape, 100),
        run={"batch": 64, "steps": 8000 if shape.small else 20_000},
    )


def dragan(shape: DataShape) -> Settings:
    """Non-saturating game, gradient norm 1 round the data, lambda = 10 (Kodali 2017, 1705.07215)."""
    return preset(
        game={"objective": "ns", "penalties": [{"name": "dragan-paper", "weight": 10.0}]},
        **networks(shape, "none"),
        **adam(2e-4, 0.5, 0.999),
        latent=latent(shape, 100),
        run={"batch": 64, "steps": 8000 if shape.small else 20_000},
    )


def sngan(shape: DataShape) -> Settings:
    """Hinge game, spectrally normalised discriminator, k = 5 (Miyato 2018, 1802.05957)."""
    return preset(
        game={"objective": "hinge", "spectral": True, "discriminator_steps": 5},
        **networks(shape, "none"),
        **adam(2e-4, 0.0, 0.9),
        latent=latent(shape, 128),
        run={"batch": 64, "steps": 3000 if shape.small else 10_000},
    )


def r3gan(shape: DataShape) -> Settings:
    """Relativistic pairing with R1 and R2 at every step (Huang 2024, 2501.05441)."""
    small, little = shape.small, small_r3gan(shape)
    gamma = {"start": little.gamma} if small else {"start": 1.0, "end": 0.1, "over": 400_000}
    rate = 1e-3 if small else {"start": 2e-4, "end": 5e-5, "over": 400_000}
    optimizer = {"name": "adam", "lr": rate, "beta1": 0.0, "beta2": 0.99}
    return preset(
        game={
            "objective": "rp",
            "penalties": [{"name": "r1", "weight": gamma}, {"name": "r2", "weight": gamma}],
        },
        **networks(shape, "none", image="residual", width=little.width),
        generator_optimizer=optimizer,
        discriminator_optimizer=optimizer,
        latent=latent(shape, 64),
        run={
            "batch": 256 if small else 64,
            "steps": little.steps if small else 10_000,
            "ema_half_life": 20_000,
        },
    )


def ns_r1(shape: DataShape) -> Settings:
    """Non-saturating game with R1 on the data (Mescheder 2018, 1801.04406)."""
    return preset(
        game={
            "objective": "ns",
            "penalties": [{"name": "r1", "weight": 0.1 if shape.small else 10.0}],
        },
        **networks(shape, "none"),
        **adam(1e-3 if shape.small else 1e-4, 0.0, 0.99),
        latent=latent(shape, 64),
        run={
            "batch": 256 if shape.small else 64,
            "steps": 5000 if shape.small else 10_000,
            "ema_half_life": 20_000,
        },
    )


def ada(shape: DataShape) -> Settings:
    """For few pictures: ns-r1 with adaptive augmentation, target 0.6 (Karras 2020, 2006.06676).

    Networks and rates are those of ns-r1, not the paper's StyleGAN2. Elsewhere than on pictures there is
    nothing to augment, and this is ns-r1.
    """
    plain = ns_r1(shape)
    if shape.kind != "image":
        return plain
    return {**plain, "game": {**plain["game"], "augment": {"target": 0.6}}}


def adagan(shape: DataShape) -> Settings:
    """Ten ns-r1 GANs, each on what the others lack (Tolstikhin 2017, 1701.02386)."""
    weak = ns_r1(shape)
    run = {**weak["run"], "steps": 1500 if shape.small else 3000, "previews": 2, "checkpoints": 2}
    return {**weak, "run": run, "boost": {"components": 10}}


def fgan(shape: DataShape) -> Settings:
    """An f-divergence of your choice as a zero-sum game (Nowozin 2016, 1606.00709), with R1.

    The paper trains without a penalty; on these data the members whose losses are exponentials of the
    logit then diverge or lose modes, and KL does so under a tenth of this R1 as well. R1 keeps logits
    small, so that one setting serves all.
    """
    return preset(
        game={
            "objective": "fgan",
            "divergence": "gan",  # the best known member: with it this is minimax, term by term
            "penalties": [{"name": "r1", "weight": 1.0 if shape.small else 10.0}],
        },
        **networks(shape, "none"),
        **adam(1e-3 if shape.small else 1e-4, 0.0, 0.99),
        latent=latent(shape, 100),
        run={
            "batch": 256 if shape.small else 64,
            "steps": 5000 if shape.small else 10_000,
            "ema_half_life": 20_000,
        },
    )


PRESETS: dict[str, Callable[[DataShape], Settings]] = {
    "goodfellow": goodfellow,
    "dcgan": dcgan,
    "wgan": wgan,
    "wgan-gp": wgan_gp,
    "lsgan": lsgan,
    "dragan": dragan,
    "sngan": sngan,
    "r3gan": r3gan,
    "r3gan-paper": r3gan_paper,
    "ns-r1": ns_r1,
    "ada": ada,
    "fgan": fgan,
    "pacgan": pacgan,
    "acgan": acgan,
    "began": began,
    "veegan": veegan,
    "unrolled": unrolled,
    "progressive": progressive,
    "adversarial-flow": adversarial_flow,
    "adagan": adagan,
    "cyclegan": cyclegan,
}


def default_recipe(shape: DataShape) -> str:
    """Return the recipe for data of this shape when none is named.

    The relativistic game with R1 and R2 was the best on small data. On pictures too large for fully
    connected networks its grouped convolutions, differentiated twice, cost ten times a DCGAN's step
    on a CPU, so those begin with R1 on plain convolutions.
    """
    return "r3gan" if shape.small else "ns-r1"

"""Who plays on the bench. A new system is one entry of `ENTRANTS`.

Each has the networks, updates, rows and optimiser of the `terms`, and of its own only what makes it
another system, so that it differs from its baseline in that alone. Weights and numbers are those of the
recipes, fitted to small networks; none was searched for on the bench's own seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from zerosum.errors import InputError, unknown
from zerosum.studies.mode_bench.terms import Settings, Terms
from zerosum.studies.mode_bench.training import Trainer, as_mixtures, as_population

Way = Callable[[Terms], Settings]
_AHEAD = 5  # virtual steps of the unrolled game
_FOUND = 8  # dimensions of a latent that has to be found again in a picture; in the plane 2


@dataclass(frozen=True)
class Entrant:
    """One system.

    Attributes:
        name: as tables call it. title: what it is, in a few words.
        settings: terms -> nested settings for `zs.GAN("custom", settings=...)`.
        baseline: the system it has to be better than, or None.
        weight: seconds of its update over those of `gan`, for the estimate.
        trainer: how its seeds are trained.
    """

    name: str
    title: str
    settings: Way
    baseline: str | None = None
    weight: float = 1.0
    trainer: Trainer = as_population


def _plain(objective: str, terms: Terms) -> Settings:
    return terms.settings({"objective": objective})


def _packed(pack: int, terms: Terms) -> Settings:
    return terms.settings({"objective": "ns"}, pack=pack)


def _wgan(terms: Terms) -> Settings:
    game = {"objective": "wgan", "clip": 0.01, "discriminator_steps": 5, "fresh_latents": True}
    rms = {"name": "rmsprop", "beta2": 0.99}
    return terms.settings(game, each=5, generator_optimizer=rms, discriminator_optimizer=rms)


def _wgan_gp(terms: Terms) -> Settings:
    penalty = {"name": "wgan-gp", "weight": 10.0 if terms.pictures else 1.0}
    game = {"objective": "wgan", "discriminator_steps": 5, "fresh_latents": True}
    return terms.settings({**game, "penalties": [penalty]}, each=5)


def _dragan(terms: Terms) -> Settings:
    penalty = {"name": "dragan-paper", "weight": 10.0}
    return terms.settings({"objective": "ns", "penalties": [penalty]})


def _zero_centred(objective: str, names: Sequence[str], terms: Terms, **game: object) -> Settings:
    """Penalties of zero centre whose weight falls to a hundredth, as R3GAN's does on pictures.

    Numbers for the plane were found on seeds from 100 on, so that the bench's own were never looked at.
    """
    weight = terms.falling(0.1, 1e-3) if terms.pictures else terms.falling(1e-2, 1e-4)
    penalties = [{"name": name, "weight": weight} for name in names]
    return terms.settings({"objective": objective, "penalties": penalties, **game})


def _began(terms: Terms) -> Settings:
    judge = {"name": "mlp-autoencoder", "norm": "none"}
    if terms.discriminator["name"] == "dcgan":
        judge["name"] = "conv-autoencoder"
    game = {"system": "began", "objective": "none", "fresh_latents": True}
    return terms.settings(game, discriminator=judge)


def _unrolled(terms: Terms) -> Settings:
    plain = {**terms.discriminator, "norm": "none"}  # virtual steps cannot move what a norm keeps
    game = {"objective": "ns", "unrolled": {"steps": _AHEAD}}
    return terms.settings(game, each=1 + _AHEAD, discriminator=plain)


def _veegan(terms: Terms) -> Settings:
    kind = "mlp" if terms.generator["name"] == "mlp" else "conv"
    sizes = {"width": terms.discriminator["width"], "depth": terms.discriminator.get("depth", 3)}
    game = {
        "system": "veegan",
        "objective": "none",
        "veegan": {"reconstruction": 0.05, "spread": 0.3},
    }
    return terms.settings(
        game,
        latent=min(_FOUND, terms.values),
        discriminator={"name": f"{kind}-pair", "norm": "none", **sizes},
        reconstructor={"name": f"{kind}-encoder", **sizes},
    )


def _flow(terms: Terms) -> Settings:
    """The game of `r3gan` and a falling cost of transport, whose latents are as large as rows."""
    cost = terms.falling(0.2, 0.005)
    game = _zero_centred("rp", ("r1", "r2"), terms, transport=cost)
    return {**game, "latent": terms.values}


def _several(method: str, terms: Terms) -> Settings:
    """Several plain games, which share the updates of one."""
    # the classifier between two components is not the discriminator: its 300 steps come on top
    boost = {"components": terms.components, "method": method, "rounds": 300}
    return terms.settings({"objective": "ns"}, each=terms.components, boost=boost)


_TABLE = (
    Entrant("gan", "non-saturating", partial(_plain, "ns")),
    Entrant("mm", "minimax", partial(_plain, "mm"), "gan"),
    Entrant("lsgan", "least squares", partial(_plain, "lsgan"), "gan"),
    Entrant("wgan", "Wasserstein, weights clipped", _wgan, "gan", 0.7),
    Entrant("wgan-gp", "Wasserstein, slope 1", _wgan_gp, "wgan", 1.3),
    Entrant("dragan", "non-saturating, slope 1 near the data", _dragan, "gan", 1.6),
    Entrant("ns-r1", "non-saturating, R1", partial(_zero_centred, "ns", ("r1",)), "gan", 1.6),
    Entrant(
        "r3gan", "relativistic, R1, R2", partial(_zero_centred, "rp", ("r1", "r2")), "gan", 1.7
    ),
    Entrant("flow", "r3gan and a falling cost of transport", _flow, "r3gan", 1.8),
    Entrant("pacgan2", "non-saturating, packs of 2", partial(_packed, 2), "gan"),
    Entrant("pacgan3", "non-saturating, packs of 3", partial(_packed, 3), "gan", 0.9),
    Entrant("pacgan4", "non-saturating, packs of 4", partial(_packed, 4), "gan", 0.9),
    Entrant("unrolled", f"non-saturating, {_AHEAD} steps ahead", _unrolled, "gan", 1.3),
    Entrant("veegan", "pairs with latents, a reconstructor", _veegan, "gan", 2.2),
    Entrant("began", "autoencoders in balance", _began, "gan", 2.7),
    Entrant(
        "adagan", "each GAN on what the others lack", partial(_several, "adagan"), "gan", 1.9,
        as_mixtures,
    ),
    Entrant(
        "ensemble", "GANs that differ in the seed", partial(_several, "ensemble"), "gan", 1.0,
        as_mixtures,
    ),
    Entrant("best", "the best of these GANs", partial(_several, "best"), "gan", 1.0, as_mixtures),
)  # fmt: skip
ENTRANTS: dict[str, Entrant] = {entrant.name: entrant for entrant in _TABLE}


def entrants(names: Sequence[str]) -> tuple[Entrant, ...]:
    """Return systems by name.

    Raises:
        InputError: an unknown name, one named twice, or none at all.
    """
    for name in names:
        if name not in ENTRANTS:
            raise unknown("system", name, ENTRANTS)
    if not names or len(set(names)) < len(names):
        raise InputError(
            f"systems {', '.join(names) or '(none)'}: give at least one, and each once"
        )
    return tuple(ENTRANTS[name] for name in names)

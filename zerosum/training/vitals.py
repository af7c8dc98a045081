"""What the alarms of `metrics/diagnosis.py` look at: numbers of a training as it stands, taken beside it.

    rows        how many kinds of rows are made, how widely they spread, in which cells and where they lie
    droplet     pictures: how far one place stands out
    near        whose nearest known row was trained on
    logit, told how real the discriminator finds rows it trained on, rows it did not, and generated ones
    slope       how much of the objective's slope reaches the generator, 1 where nobody is ahead
    gradient    the norm of the generator's gradient

Looking changes nothing: copies of the networks are asked, and latents, choices of rows and all other noise
come from a key of the look's own. It is the networks that play which are asked, as they train (batch
statistics, augmentation, noise), not the average that people sample from: an illness begins there.

A number is left out where it has no meaning: logits in a game without any (BEGAN, VEEGAN), everything
about rows while a growing network makes smaller ones, cells where the rows make none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.games.protocol import Draw, Game, Networks
from zerosum.metrics import cells as partitions
from zerosum.metrics import kinds
from zerosum.metrics.deserted import joined
from zerosum.metrics.droplets import LEAST, Maps, droplets
from zerosum.metrics.features import Extractor, extract
from zerosum.metrics.nearness import nearness
from zerosum.metrics.two_sample import delong
from zerosum.training import verdicts
from zerosum.training.field import autocast, bound_networks
from zerosum.training.growing import shown_draw
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState

Signals = dict[str, float]

PICTURES, NUMBERS = 500, 1000  # generated rows of a look
_DROPLETS = 250  # pictures on either side
_JUDGED = 1000  # rows whose logits are asked
_CELLS, _ROWS_A_CELL = 20, 5
_AXES = 4
_BATCHES = 4  # of which the gradient is taken


@dataclass(frozen=True)
class Look:
    """The real rows that a training is looked at beside; made once, since they stay the same.

    Attributes:
        train, held_out: encoded rows (n, *event) on the CPU.
        labels: class numbers of both, or None in an unconditional game.
        see: the features in which cells and spread are measured.
        features: (n, d), of the training rows.
        cells: of these features; None where they make no two cells.
        axes: (d, p), the widest directions of these features, over the deviation along the first.
    """

    train: Tensor
    held_out: Tensor
    labels: tuple[Tensor, Tensor] | None
    see: Extractor
    features: Float[np.ndarray, "n d"]
    cells: partitions.Cells | None
    axes: Float[np.ndarray, "d p"]

    @classmethod
    def of(
        cls,
        train: Tensor,
        held_out: Tensor,
        see: Extractor,
        *,
        labels: tuple[Tensor, Tensor] | None = None,
        key: int = 0,
    ) -> Look:
        """Return the look of some rows.

        Args:
            train: encoded rows trained on, at least 2. held_out: encoded rows never trained on, likewise.
            see: rows -> features. labels: class numbers of both. key: of the cells.
        """
        features = extract(see, train)
        return cls(
            train, held_out, labels, see, features, _partition(features, key), _axes(features)
        )


def signals(game: Game, state: TrainState, plan: Plan, look: Look, *, key: int) -> Signals:
    """Return what the alarms look at, for the networks as they stand.

    Args:
        game, state, plan: the training; nothing of it is changed.
        look: real rows.
        key: noise key of this look.

    Returns: name -> finite number; see `metrics/diagnosis.py` for their meaning.
    """
    own = verdicts.copied(state)
    networks = bound_networks(own, plan)
    device = next(own.networks["generator"].parameters()).device
    found: Signals = {"progress": state.step / plan.steps}
    draws = [_draws(look, i, plan, noise.fold(key, side), device) for i, side in enumerate(_SIDES)]
    if plan.growth is not None:
        draws = [[shown_draw(d, plan.growth, state.seen) for d in side] for side in draws]
    some = draws[0][:_BATCHES]
    norms = verdicts.gradient_norms(game, networks, some, own, plan)
    found |= _mean("gradient", norms)
    found |= _of_logits(game, networks, draws, own, plan)
    fake, label = _made(networks, look, plan, noise.fold(key, "rows"), device)
    if fake.shape[1:] == look.train.shape[1:] and bool(fake.isfinite().all()):
        found |= _of_rows(look, fake, label, key)
    return {name: value for name, value in found.items() if math.isfinite(value)}


_SIDES = ("train", "held_out")


def _of_logits(
    game: Game,
    networks: Networks,
    draws: Sequence[Sequence[Draw]],
    state: TrainState,
    plan: Plan,
) -> Signals:
    """Return means of logits and how well they tell; nothing for a game of another kind."""
    inner = verdicts.two_player_of(game)
    if inner is None:
        return {}
    numbers = verdicts.coefficients_of(state, plan)
    (train, fake), (held, _) = (
        verdicts.logits(inner, networks, side, numbers, plan) for side in draws
    )
    if min(len(train), len(held), len(fake)) < 2:
        return {}
    slope = verdicts.slopes(inner.objective, train, fake)
    t, h, f = (v.numpy() for v in (train, held, fake))
    found = _mean("logit/train", t) | _mean("logit/held_out", h) | _mean("logit/fake", f)
    for name, real, other in (("told/fake", h, f), ("told/train", t, h)):
        auc = delong(real, other)
        found |= {name: auc.value, f"{name}/error": auc.error}
    return found | _mean("slope", slope)


def _of_rows(look: Look, fake: Tensor, label: Tensor | None, key: int) -> Signals:
    """Return what the generated rows themselves say."""
    found: Signals = {"rows": float(len(fake))}
    near = nearness(_flat(fake), _flat(look.train), _flat(look.held_out), key=key)
    found |= {
        "near/share": near.share,
        "near/expected": near.expected,
        "near/p": near.p,
        "copied": near.copied,
        "copied/error": near.copied_error,
    }
    seen = extract(look.see, fake)
    groups = None
    if look.labels is not None and label is not None:
        groups = (look.labels[0].numpy(), label.numpy())
    found |= _of_spread(look, seen, groups)
    place = (seen.mean(axis=0) - look.features.mean(axis=0)) @ look.axes
    found |= {f"place/{i}": float(x) for i, x in enumerate(place)}
    return found | _of_cells(look, seen) | _of_droplets(look, fake, key)


def _of_spread(
    look: Look, seen: Float[np.ndarray, "n d"], groups: tuple[np.ndarray, np.ndarray] | None
) -> Signals:
    try:
        wide = kinds.spread(look.features, seen, groups)
    except InputError:  # the real rows of a class are all alike, or it has one
        return {}
    return {"spread": wide.value, "spread/error": wide.error}


def _of_cells(look: Look, seen: Float[np.ndarray, "n d"]) -> Signals:
    if look.cells is None:
        return {}
    count = len(look.cells.centres)
    real, fake = (np.bincount(look.cells.of(x), minlength=count) for x in (look.features, seen))
    many = kinds.kinds(real, fake)
    shares = {f"cell/{i}": float(c) / len(seen) for i, c in enumerate(fake)}
    of = joined(look.cells.centres, look.features)
    due, made = (np.bincount(of, weights=c / c.sum()) for c in (real, fake))
    shares |= {f"due/{i}": float(x) for i, x in enumerate(due)}
    shares |= {f"made/{i}": float(x) for i, x in enumerate(made)}
    total = 1.0 / kinds.same_cell(real).value
    return {"kinds": many.value, "kinds/error": many.error, "kinds/real": total, **shares}


def _of_droplets(look: Look, fake: Tensor, key: int) -> Signals:
    if fake.ndim != 4 or min(fake.shape[2:]) < LEAST:
        return {}
    some = noise.permutation(noise.fold(key, "real"), len(look.train))[:_DROPLETS]
    found = droplets(look.train[some].numpy(), fake[:_DROPLETS].numpy(), key=key)
    numbers = {
        "droplet": found.value,
        "droplet/error": found.error,
        "droplet/limit": found.limit,
        "droplet/p": found.p_value,
        "droplet/places": float(sum(Maps(_sides(fake)).sizes.values())),
    }
    for place in found.places[:1]:
        numbers |= {"droplet/row": place.row, "droplet/column": place.column}
    return numbers


def _draws(look: Look, side: int, plan: Plan, key: int, device: torch.device) -> list[Draw]:
    """Return batches of different real rows of one side, each beside latents of its own."""
    rows = (look.train, look.held_out)[side]
    label = None if look.labels is None else look.labels[side]
    order = noise.permutation(noise.fold(key, "order"), len(rows))[:_JUDGED]
    batch = min(plan.batch, len(order))
    # whole batches only: packs are whole in them, and so are batch statistics
    return [
        Draw(
            real=rows[at].to(device),
            latent=noise.normal(noise.fold(key, "latent", i), (batch, plan.latent)).to(device),
            label=None if label is None else label[at].to(device),
            key=torch.tensor(noise.fold(key, "turn", i), dtype=torch.int64, device=device),
        )
        for i, at in enumerate(order[: len(order) - len(order) % batch].split(batch))
    ]


@torch.no_grad()
def _made(
    networks: Networks, look: Look, plan: Plan, key: int, device: torch.device
) -> tuple[Tensor, Tensor | None]:
    """Return generated rows and, in a conditional game, their classes, which are common as in training."""
    n = PICTURES if look.train.ndim == 4 else NUMBERS
    latents = noise.normal(noise.fold(key, "latent"), (n, plan.latent)).split(plan.batch)
    label = None
    if look.labels is not None:
        label = look.labels[0][noise.integers(noise.fold(key, "label"), (n,), len(look.train))]
    parts: Sequence[Int[Tensor, " b"] | None] = [None] * len(latents)
    if label is not None:
        parts = [part.to(device) for part in label.split(plan.batch)]
    rows = []
    for latent, part in zip(latents, parts, strict=True):
        with autocast(plan, device):
            rows.append(networks["generator"](latent.to(device), part).float().cpu())
    return torch.cat(rows), label


def _partition(features: Float[np.ndarray, "n d"], key: int) -> partitions.Cells | None:
    """Return the cells of the training rows, fewer where these are few or many of them alike."""
    count = min(_CELLS, len(features) // _ROWS_A_CELL)
    while count >= 2:
        try:
            return partitions.partition(features, count, key=key)
        except InputError:
            count //= 2
    return None


def _axes(features: Float[np.ndarray, "n d"]) -> Float[np.ndarray, "d p"]:
    """Return the directions in which the rows vary most, over the deviation along the first of them."""
    _, lengths, rows = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
    if not lengths[0] > 0.0:
        return np.zeros((features.shape[1], 0))
    # one unit for all: along a narrow direction a small error is many deviations and no other kind of row
    return np.asarray(rows[:_AXES].T * (math.sqrt(len(features)) / lengths[0]))


def _sides(pictures: Tensor) -> tuple[int, int, int]:
    return int(pictures.shape[1]), int(pictures.shape[2]), int(pictures.shape[3])


def _flat(rows: Tensor) -> np.ndarray:
    return rows.flatten(1).double().numpy()


def _mean(name: str, values: np.ndarray) -> Signals:
    """Return a mean and its standard error; not finite where a value is not."""
    if not np.isfinite(values).all():
        return {name: math.nan}
    error = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return {name: float(values.mean()), f"{name}/error": error}

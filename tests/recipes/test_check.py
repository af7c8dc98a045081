"""Every refusal has its sentence, and what is not refused trains."""

from __future__ import annotations

import ast
import inspect
import itertools
import math

import pytest
import torch

from tests.training.rounds import make
from zerosum.errors import InputError
from zerosum.recipes import check as module
from zerosum.recipes.build import build_game, build_state, resolve
from zerosum.recipes.presets import DataShape
from zerosum.recipes.tables import DIVERGENCES, FAMILIES, OBJECTIVES, PENALTIES, Sizes

POINTS = DataShape("points", (2,), 1000)
FACES = DataShape("image", (3, 32, 32), 1000)
LABELLED = DataShape("image", (1, 8, 8), 1000, labelled=True)
TABLE = DataShape("table", (5,), 1000)
BATCH_NORM = {"name": "dcgan", "norm": "batch", "width": 8}
LINE = {"start": 1.0, "end": 0.5, "over": 10}

NAMES = [
    ({"game": {"objective": "mmm"}}, "unknown objective 'mmm'; did you mean 'mm'"),
    ({"generator": {"name": "mpl"}}, "unknown generator 'mpl'; did you mean 'mlp'"),
    ({"discriminator": {"name": "maxxout"}}, "unknown discriminator 'maxxout'; did you mean 'max"),
    ({"generator_optimizer": {"name": "adamw"}}, "unknown optimizer 'adamw'; did you mean 'adam'"),
    ({"discriminator_optimizer": {"name": "sdg"}}, "unknown optimizer 'sdg'; did you mean 'sgd'"),
    ({"game": {"penalties": [{"name": "r3"}]}}, "unknown penalty 'r3'; did you mean 'r"),
    ({"run": {"precision": "fp16"}}, "unknown run.precision 'fp16'; did you mean '[bf]"),
    ({"generator": {"norm": "layer"}}, "unknown generator.norm 'layer'; Known: batch, none"),
    ({"discriminator": {"norm": "bacht"}}, "unknown discriminator.norm 'bacht'; .* 'batch'"),
]
LEAST = {
    "run.steps": 1, "run.batch": 2, "run.accumulate": 1, "run.threads": 0, "run.ticks": 0,
    "run.previews": 0, "run.checkpoints": 1, "run.keep": 1, "latent": 1,
    "game.discriminator_steps": 1, "game.pack": 1, "generator.width": 1, "discriminator.width": 1,
    "generator.depth": 1, "discriminator.depth": 1,
}  # fmt: skip
NUMBERS = [
    ({"game": {"drift": -1.0}}, "game.drift is -1: it must be finite"),
    ({"seed": -1}, r"seed is -1: a whole number from 0 to 2\^64 - 1"),
    ({"seed": 2**64}, "seed is 18446744073709551616"),
    ({"data": {"holdout": -0.1}}, "data.holdout is -0.1: a share of 0 or more, below 1"),
    ({"data": {"holdout": 1}}, "data.holdout is 1"),
    ({"data": {"holdout": math.nan}}, "data.holdout is nan"),
    ({"game": {"label_smoothing": 0.5}}, "game.label_smoothing is 0.5: .* below 0.5"),
    ({"game": {"label_smoothing": -0.1}}, "game.label_smoothing is -0.1"),
    ({"game": {"auxiliary": -0.5}}, "game.auxiliary is -0.5: it must be finite and 0 or more"),
    ({"game": {"auxiliary": math.nan}}, "game.auxiliary is nan"),
    ({"game": {"clip": 0}}, "game.clip is 0: a positive bound"),
    ({"game": {"clip": math.inf}}, "game.clip is inf"),
    ({"game": {"clip": math.nan}}, "game.clip is nan"),
    ({"generator_optimizer": {"lr": 0}}, "generator_optimizer.lr is 0: .* nobody would ever move"),
    ({"discriminator_optimizer": {"lr": -1}}, "discriminator_optimizer.lr is -1: .* finite and 0"),
    (
        {"generator_optimizer": {"lr": {"start": 1, "end": math.inf}}},
        "generator_optimizer.lr is inf",
    ),
    ({"generator_optimizer": {"beta1": 1}}, "generator_optimizer.beta1 is 1: .* below 1"),
    ({"discriminator_optimizer": {"beta1": -0.1}}, "discriminator_optimizer.beta1 is -0.1"),
    ({"generator_optimizer": {"beta2": 1.5}}, "generator_optimizer.beta2 is 1.5: .* below 1"),
    (
        {"generator_optimizer": {"beta2": {"start": 0.9, "end": 1}}},
        "generator_optimizer.beta2 is 1:",
    ),
    (
        {"game": {"instance_noise": -1}},
        "game.instance_noise is -1: it must be finite and 0 or more",
    ),
    ({"game": {"instance_noise": {"start": 1, "end": -2, "over": 9}}}, "game.instance_noise is -2"),
    ({"game": {"penalties": [{"name": "r1", "weight": -1}]}}, "game.penalties.r1.weight is -1"),
    ({"run": {"ema_half_life": math.nan}}, "run.ema_half_life is nan"),
    ({"run": {"ema_half_life": LINE | {"shape": "step"}}}, "ema_half_life: .* cosine, linear"),
    (
        {"game": {"instance_noise": LINE | {"over": -1}}},
        "instance_noise: .* over 0 or more samples",
    ),
]
SIZES = [
    ({"run": {"batch": 801}}, "run.batch is 801, but only 800 rows are trained on", POINTS),
    ({"generator": BATCH_NORM}, "generator 'dcgan' is convolutional, but the data are points of 2",
     POINTS),
    ({"discriminator": {"name": "residual"}}, "discriminator 'residual' is convolutional", TABLE),
    ({"generator": {"name": "goodfellow"}}, "goodfellow ends in a sigmoid, .* reach table", TABLE),
    ({"generator": {"name": "goodfellow", "norm": "batch"}}, "'batch', which only dcgan and mlp have",
     FACES),
    ({"discriminator": {"name": "residual", "norm": "batch"}}, "discriminator.norm is 'batch'",
     FACES),
    ({"conditional": True}, "conditional is true, but the data have no labels", FACES),
    ({"game": {"auxiliary": 1.0}, "conditional": True},
     "game.auxiliary is 1, .* but the data have no labels: give labels, or use a recipe", FACES),
    ({"game": {"auxiliary": 1.0}}, "conditional is false, so that the generator is never asked",
     LABELLED),
    ({"game": {"pack": 2}, "conditional": True}, "a pack holds rows of different classes", LABELLED),
    ({"game": {"pack": 3}, "run": {"batch": 64}},
     "game.pack is 3 and run.batch is 64, .* do not make whole packs: .* such as 63$", POINTS),
    ({"game": {"pack": 100}, "run": {"batch": 64}}, "such as 100$", POINTS),
]  # fmt: skip
GAMES = [
    ({"game": {"penalties": [{"name": "r1"}, {"name": "r1"}]}}, "each penalty can stand there once"),
    ({"game": {"objective": "ns", "penalties": [{"name": "r1"}]}, "discriminator": BATCH_NORM},
     "penalty 'r1' is the gradient at each row .* batch normalisation .* couples"),
    ({"game": {"objective": "rp"}, "discriminator": BATCH_NORM}, "objective 'rp' compares one real"),
    ({"game": {"objective": "wgan"}}, "objective 'wgan' has no minimum .* add penalty wgan-gp"),
    ({"game": {"objective": "hinge", "clip": 1, "spectral": True}}, "clip and spectral both fix"),
    ({"game": {"penalties": [{"name": "r2"}]}, "discriminator": {"name": "maxout"}},
     "penalty 'r2' needs the gradient of one fixed function"),
    ({"run": {"compile": True}, "generator": BATCH_NORM}, "run.compile traces a pure step"),
    ({"run": {"compile": True}, "generator_optimizer": {"name": "sgd"}}, "Adam inside its graph"),
    ({"run": {"compile": True}, "game": {"spectral": True}}, "run.compile does not cover clip"),
    ({"run": {"compile": True, "accumulate": 2}}, "run.compile does not cover"),
    ({"run": {"compile": True}, "game": {"solver": "optimistic"}}, "traces alternating turns only"),
    (
        {"game": {"solver": "extragradient", "discriminator_steps": 5}},
        "moves both players at once, so that 5 discriminator turns a round have no meaning",
    ),
    ({"game": {"penalties": [{"name": "r1", "centre": 0.5}]}}, "'r1' wants slope 0 by construction"),
    ({"game": {"penalties": [{"name": "wgan-gp", "centre": -1.0}]}}, "centre of 'wgan-gp' is -1"),
    ({"game": {"solver": "optimistic", "clip": 0.1}}, "would leave the clip's bounds"),
    ({"game": {"solver": "consensus"}, "run": {"accumulate": 2}}, "second derivatives of one batch"),
    ({"game": {"solver": "consensus", "consensus": -1.0}}, "game.consensus is -1: it must be"),
    ({"run": {"compile": True, "precision": "bf16"}}, "run.compile does not cover"),
]  # fmt: skip


def assert_refused(over, words, shape=FACES):
    with pytest.raises(InputError, match=words) as caught:
        resolve(shape, "custom", over)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("over", "words"), NAMES, ids=[n[1] for n in NAMES])
def test_names_nobody_knows(over, words):
    assert_refused(over, words)


@pytest.mark.parametrize("name", LEAST)
def test_counts_that_are_too_small(name):
    least = LEAST[name]
    for value in (least - 1, -7):
        over = value
        for part in reversed(name.split(".")):
            over = {part: over}
        assert_refused(over, f"^{name} is {value}: at least {least} is needed$")


def test_the_smallest_counts_are_taken():
    over = {}
    for name, least in LEAST.items():
        section, _, leaf = name.rpartition(".")
        (over.setdefault(section, {}) if section else over)[leaf] = least
    config = resolve(POINTS, "custom", over)
    assert (config.latent, config.run.batch, config.generator.depth) == (1, 2, 1)


@pytest.mark.parametrize(("over", "words"), NUMBERS, ids=[n[1] for n in NUMBERS])
def test_numbers_out_of_range(over, words):
    assert_refused(over, words)


@pytest.mark.parametrize(("over", "words", "shape"), SIZES, ids=[s[1] for s in SIZES])
def test_sizes_that_do_not_fit_the_data(over, words, shape):
    assert_refused(over, words, shape)


@pytest.mark.parametrize(("over", "words"), GAMES, ids=[g[1] for g in GAMES])
def test_games_that_make_no_sense(over, words):
    assert_refused(over, words)


def test_every_refusal_is_on_this_page():
    tree = ast.parse(inspect.getsource(module))
    said = sum(isinstance(node, ast.Yield | ast.Raise) for node in ast.walk(tree))
    assert said == 42, "a refusal was added to check.py or taken away: this page must follow"


BOUNDARIES = [
    {"seed": 2**64 - 1},
    {"run": {"batch": 800}},
    {"game": {"label_smoothing": 0.49, "objective": "ns"}},
    {"generator_optimizer": {"lr": {"start": 1e-3, "end": 0, "over": 10}}},
    {"generator_optimizer": {"beta1": 0.999, "beta2": 0.0}},
    {"game": {"penalties": [{"name": "r1", "weight": 0}]}},
    {"game": {"objective": "rp", "spectral": True, "penalties": [{"name": "r1"}]}},
    {"generator": BATCH_NORM, "discriminator": {"name": "residual", "width": 8}},
    {"run": {"compile": True}},
    {"discriminator": {"name": "maxout"}, "game": {"objective": "rp"}},
    {"discriminator": {"name": "maxout"}, "game": {"objective": "rp", "pack": 32}},
    {"game": {"pack": 64}},
]


@pytest.mark.parametrize("over", BOUNDARIES, ids=str)
def test_what_only_looks_odd_is_taken(over):
    resolve(FACES, "custom", over)


@pytest.mark.parametrize("name", sorted(OBJECTIVES))
def test_smoothing_needs_labels_to_smooth(name):
    penalties = [{"name": "wgan-gp"}]
    game = {"objective": name, "label_smoothing": 0.1, "penalties": penalties}
    config = resolve(POINTS, "custom", {"game": game})
    if name in ("mm", "ns", "lsgan"):
        assert build_game(config).objective.name == f"{name}-smooth-0.9"
        return
    with pytest.raises(InputError, match=f"cannot be used with objective '{name}'"):
        build_game(config)


@pytest.mark.parametrize(
    "over",
    [{"generator": {"width": 10**8}}, {"latent": 2**62}, {"discriminator": {"width": 10**30}}],
    ids=str,
)
def test_networks_that_no_machine_holds_are_refused(over):
    config = resolve(POINTS, "custom", over)
    with pytest.raises(InputError, match="is more than this machine can hold: use smaller numbers"):
        build_state(config, Sizes(config.latent, POINTS.event), torch.device("cpu"))


RESTRAINTS = {"free": {}, "clip": {"clip": 0.5}, "spectral": {"spectral": True}}
MATRIX = list(itertools.product(OBJECTIVES, [None, *PENALTIES], RESTRAINTS))


@pytest.mark.parametrize(("objective", "penalty", "restraint"), MATRIX)
def test_every_combination_is_refused_with_a_reason_or_trains(objective, penalty, restraint):
    penalties = [{"name": penalty, "weight": 2.0}] if penalty else []
    game = {"objective": objective, "penalties": penalties, **RESTRAINTS[restraint]}
    if objective == "wgan" and not penalty and restraint == "free":
        assert_refused({"game": game}, "has no minimum")
        return
    some = make(dtype=torch.float32, game=game, latent=2)
    before = [p.detach().clone() for p in some.state.networks["generator"].parameters()]
    record = some.play(2)
    assert all(v.isfinite() for v in record.values())
    after = list(some.state.networks["generator"].parameters())
    assert all(p.isfinite().all() for p in after)
    assert any(not torch.equal(p, q) for p, q in zip(before, after, strict=True))


@pytest.mark.parametrize("form", FAMILIES)
@pytest.mark.parametrize("name", DIVERGENCES)
def test_every_member_of_the_family_resolves_and_trains(form, name):
    game = {"objective": form, "divergence": name, "penalties": [{"name": "r1", "weight": 0.1}]}
    some = make(dtype=torch.float32, game=game, latent=2)
    before = [p.detach().clone() for p in some.state.networks["generator"].parameters()]
    assert all(v.isfinite() for v in some.play(2).values())
    after = list(some.state.networks["generator"].parameters())
    assert any(not torch.equal(p, q) for p, q in zip(before, after, strict=True))


def test_the_family_says_what_cannot_be():
    assert_refused({"game": {"objective": "fgan", "divergence": "helinger"}}, "'hellinger'")
    assert_refused({"game": {"objective": "ns", "divergence": "kl"}}, "use objective fgan")
    assert_refused(
        {"game": {"objective": "fgan", "divergence": "kl", "alpha": 2.0}}, "game.alpha is 2"
    )
    one = {"objective": "fgan", "divergence": "alpha", "alpha": 1.0}
    assert_refused({"game": one}, "alpha is 1, where the formula divides by 0")
    assert_refused({"game": {"objective": "fgam"}}, "did you mean 'fgan'")


def test_alpha_takes_its_order_and_the_family_its_default():
    own = {"objective": "fgan", "divergence": "alpha", "alpha": 0.5}
    half = build_game(resolve(POINTS, "custom", {"game": own})).objective
    assert half.undecided == DIVERGENCES["alpha"].undecided - math.log(math.expm1(2.0))
    plain = build_game(resolve(POINTS, "custom", {"game": {"objective": "fgan"}})).objective
    assert plain.name == "fgan-gan"

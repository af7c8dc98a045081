"""Each recipe has the numbers of its paper, value by value, whatever the data."""

from __future__ import annotations

import subprocess
import sys

import pytest

from zerosum.errors import InputError
from zerosum.recipes.build import build_game, build_plan, resolve
from zerosum.recipes.config import BeganConfig, OptimizerConfig, PenaltyConfig, as_schedule
from zerosum.recipes.presets import PRESETS, DataShape, default_recipe
from zerosum.training.schedule import Schedule

POINTS = DataShape("points", (2,), 100_000, labelled=True)
DIGITS = DataShape("image", (1, 8, 8), 100_000, labelled=True)
FACES = DataShape("image", (3, 64, 64), 100_000, labelled=True)
SHAPES = {"points": POINTS, "digits": DIGITS, "faces": FACES}

# objective, penalties, k, clip, spectral, fresh noise for the generator
GAMES = {
    "goodfellow": ("ns", {}, 1, None, False, True),
    "dcgan": ("ns", {}, 1, None, False, False),
    "wgan": ("wgan", {}, 5, 0.01, False, True),
    "wgan-gp": ("wgan", {"wgan-gp": 10.0}, 5, None, False, True),
    "lsgan": ("lsgan", {}, 1, None, False, False),
    "dragan": ("ns", {"dragan-paper": 10.0}, 1, None, False, False),
    "sngan": ("hinge", {}, 5, None, True, False),
    "r3gan": ("rp", {"r1": ..., "r2": ...}, 1, None, False, False),
    "r3gan-paper": ("rp", {"r1": ..., "r2": ...}, 1, None, False, False),
    "ns-r1": ("ns", {"r1": ...}, 1, None, False, False),
    "ada": ("ns", {"r1": ...}, 1, None, False, False),
    "adagan": ("ns", {"r1": ...}, 1, None, False, False),
    "fgan": ("fgan", {"r1": ...}, 1, None, False, False),
    "began": ("none", {}, 1, None, False, True),
    "veegan": ("none", {}, 1, None, False, False),
    "unrolled": ("ns", {}, 1, None, False, False),
    "pacgan": ("ns", {}, 1, None, False, False),
    "acgan": ("ns", {"r1": ...}, 1, None, False, False),
    "cyclegan": ("lsgan", {}, 1, None, False, False),
    "progressive": ("wgan", {"wgan-gp": 10.0}, 1, None, False, True),
    "adversarial-flow": ("rp", {"r1": ..., "r2": ...}, 1, None, False, False),
}
ADAM_999 = OptimizerConfig("adam", 2e-4, 0.5, 0.999)
OPTIMIZERS = {
    "goodfellow": OptimizerConfig("sgd", 0.05, 0.5),
    "dcgan": ADAM_999,
    "wgan": OptimizerConfig("rmsprop", 5e-5, 0.0, 0.99),
    "wgan-gp": OptimizerConfig("adam", 1e-4, 0.0, 0.9),
    "progressive": OptimizerConfig("adam", 1e-3, 0.0, 0.99),
    "lsgan": ADAM_999,
    "dragan": ADAM_999,
    "sngan": OptimizerConfig("adam", 2e-4, 0.0, 0.9),
}
BATCH = {
    "goodfellow": 100, "dcgan": 128, "wgan": 64, "wgan-gp": 64, "lsgan": 64, "dragan": 64,
    "sngan": 64, "progressive": 16,
}  # fmt: skip

OF_THE_SHAPE = {
    "adversarial-flow",
    "began",
    "r3gan",
    "r3gan-paper",
    "ns-r1",
    "ada",
    "adagan",
    "fgan",
    "pacgan",
    "acgan",
    "cyclegan",
    "veegan",
    "unrolled",
}  # whose numbers are others on small data


def test_every_preset_is_in_this_page():
    assert GAMES.keys() == PRESETS.keys()
    assert OPTIMIZERS.keys() == BATCH.keys() == PRESETS.keys() - OF_THE_SHAPE


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("recipe", GAMES)
def test_the_game_is_the_papers(recipe, shape):
    config = resolve(SHAPES[shape], recipe, {})
    objective, penalties, k, clip, spectral, fresh = GAMES[recipe]
    game = config.game
    assert (game.objective, game.discriminator_steps) == (objective, k)
    assert (game.clip, game.spectral, game.fresh_latents) == (clip, spectral, fresh)
    assert [p.name for p in game.penalties] == list(penalties)
    for penalty in game.penalties:
        assert penalties[penalty.name] in (..., penalty.weight)
    assert (game.label_smoothing, game.instance_noise) == (0.0, 0.0)
    found = ("reconstructor",) if recipe == "veegan" else ()
    assert build_game(config).turns == ("discriminator",) * k + (*found, "generator")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("recipe", OPTIMIZERS)
def test_the_optimisers_are_the_papers(recipe, shape):
    config = resolve(SHAPES[shape], recipe, {})
    assert config.generator_optimizer == config.discriminator_optimizer == OPTIMIZERS[recipe]
    assert config.run.batch == BATCH[recipe]
    assert build_plan(config).clip == GAMES[recipe][3]


def test_r3gan_falls_as_published_on_pictures_and_stays_on_small_data():
    config = resolve(FACES, "r3gan", {})
    gamma = Schedule(1.0, 0.1, 400_000)
    assert config.game.penalties == (PenaltyConfig("r1", gamma), PenaltyConfig("r2", gamma))
    adam = config.generator_optimizer
    assert adam == config.discriminator_optimizer
    assert (adam.name, adam.beta1, adam.beta2) == ("adam", 0.0, 0.99)
    assert adam.lr == Schedule(2e-4, 5e-5, 400_000)
    assert (config.generator.name, config.discriminator.name) == ("residual", "residual")
    assert config.latent == 64

    small = resolve(POINTS, "r3gan", {})
    assert [as_schedule(p.weight) for p in small.game.penalties] == [Schedule(0.1)] * 2
    assert small.generator_optimizer.lr == 1e-3
    assert small.generator.name == "mlp" and small.run.batch == 256


def test_ns_r1_on_pictures_has_gamma_10_and_no_momentum():
    config = resolve(FACES, "ns-r1", {})
    assert config.game.penalties == (PenaltyConfig("r1", 10.0),)
    assert config.generator_optimizer == OptimizerConfig("adam", 1e-4, 0.0, 0.99)


def test_pacgan_has_the_papers_packs_on_points_and_on_pictures():
    for shape, adam, packs in (
        (POINTS, OptimizerConfig("adam", 1e-3, 0.5, 0.999), 100),
        (FACES, ADAM_999, 64),
    ):
        config = resolve(shape, "pacgan", {})
        assert config.generator_optimizer == config.discriminator_optimizer == adam
        assert (config.game.pack, config.run.batch // config.game.pack) == (2, packs)
        assert build_game(config).pack == 2


def test_began_has_the_papers_numbers_and_faster_ones_on_small_pictures():
    for shape, rate, gamma, follow in (
        (POINTS, 1e-4, 0.5, 1e-3),
        (FACES, 1e-4, 0.5, 1e-3),
        (DIGITS, 5e-4, 0.9, 0.02),
    ):
        config = resolve(shape, "began", {})
        assert config.generator_optimizer == OptimizerConfig("adam", rate, 0.5, 0.999)
        assert config.discriminator_optimizer == config.generator_optimizer
        assert config.game.began == BeganConfig(gamma=gamma, lambda_k=follow)
        assert (config.run.batch, config.game.system) == (16, "began")


def test_adversarial_flow_falls_as_published_on_pictures_and_further_on_small_data():
    config = resolve(FACES, "adversarial-flow", {})
    assert config.game.transport == Schedule(0.2, 0.005, 1_000_000)
    assert config.generator_optimizer == OptimizerConfig("adam", 1e-4, 0.0, 0.9)
    small = resolve(POINTS, "adversarial-flow", {})
    assert small.game.transport == Schedule(0.2, 0.001, 1_000_000)
    assert small.generator_optimizer.lr == Schedule(1e-3, 1e-4, 1_200_000)
    for one, gamma in ((config, 0.5), (small, 0.1)):
        assert [p.weight for p in one.game.penalties] == [gamma] * 2


def test_acgan_says_classes_and_asks_for_them():
    config = resolve(DIGITS, "acgan", {})
    assert config.conditional and config.game.auxiliary == 1.0
    assert build_plan(config).coefficients == {"auxiliary": Schedule(1.0), "r1": Schedule(0.1)}
    alone = resolve(DIGITS, "ns-r1", {})
    assert config.generator_optimizer == alone.generator_optimizer
    assert (config.run, config.generator) == (alone.run, alone.generator)
    with pytest.raises(InputError, match="the data have no labels: give labels"):
        resolve(DataShape("image", (1, 8, 8), 1000), "acgan", {})


def test_networks_follow_the_paper_on_pictures_and_the_data_elsewhere():
    names = {
        recipe: [
            (c.generator.name, c.generator.norm, c.discriminator.name, c.discriminator.norm)
            for c in (resolve(s, recipe, {}) for s in (FACES, POINTS))
        ]
        for recipe in PRESETS
    }
    mlps = ("mlp", "none", "mlp", "none")
    batch, plain = ("dcgan", "batch", "dcgan", "batch"), ("dcgan", "batch", "dcgan", "none")
    assert names == {
        "goodfellow": [("goodfellow", "none", "maxout", "none"), ("mlp", "none", "maxout", "none")],
        "dcgan": [batch, mlps],
        "wgan": [batch, mlps],
        "wgan-gp": [plain, mlps],  # no batch normalisation in a penalised critic
        "lsgan": [batch, mlps],
        "dragan": [plain, mlps],
        "sngan": [plain, mlps],
        "r3gan": [("residual", "none", "residual", "none"), mlps],
        "r3gan-paper": [("residual", "none", "residual", "none"), mlps],
        "ns-r1": [plain, mlps],
        "ada": [plain, mlps],
        "adagan": [plain, mlps],
        "fgan": [plain, mlps],
        "pacgan": [batch, mlps],
        "acgan": [plain, mlps],
        "progressive": [("progressive", "none", "progressive", "none"), mlps],
        "adversarial-flow": [("residual", "none", "residual", "none"), mlps],
        "cyclegan": [
            ("translator", "none", "patch", "none"),
            ("mlp-translator", "none", "mlp", "none"),
        ],
        "veegan": [
            ("dcgan", "batch", "conv-pair", "none"),
            ("mlp", "none", "mlp-pair", "none"),
        ],
        "unrolled": [plain, mlps],
        "began": [
            ("upsampling", "none", "conv-autoencoder", "none"),
            ("mlp", "none", "mlp-autoencoder", "none"),
        ],
    }


def test_dcgan_is_convolutional_on_pictures_of_any_size():
    assert resolve(DIGITS, "dcgan", {}).generator.name == "dcgan"
    assert resolve(DIGITS, "wgan", {}).generator.name == "mlp"


# a flow's latents are as large as rows: test_check_transport.py; those that veegan has to find, no larger
@pytest.mark.parametrize("recipe", sorted(PRESETS.keys() - {"adversarial-flow", "veegan"}))
def test_latents_are_the_papers_on_pictures_and_small_on_few_columns(recipe):
    published = {
        "sngan": 128,
        "r3gan": 64,
        "r3gan-paper": 64,
        "ns-r1": 64,
        "ada": 64,
        "adagan": 64,
        "acgan": 64,
        "began": 64,
        "unrolled": 64,
        "progressive": 512,
        "cyclegan": 1,  # it looks at none
    }.get(recipe, 100)
    assert resolve(FACES, recipe, {}).latent == published
    columns = {1: 4, 2: 8, 4: 16, 50: 16}
    columns = dict.fromkeys(columns, 1) if recipe == "cyclegan" else columns
    shapes = {d: DataShape("table", (d,), 1000, labelled=True) for d in columns}
    found = {d: resolve(shape, recipe, {}).latent for d, shape in shapes.items()}
    assert found == columns


@pytest.mark.parametrize(
    ("shape", "small"),
    [
        (POINTS, True),
        (DIGITS, True),
        (DataShape("image", (3, 16, 16), 10), True),
        (DataShape("image", (3, 8, 17), 10), False),
        (DataShape("table", (500,), 10), True),
    ],
)
def test_small_data_are_those_a_full_connection_fits(shape, small):
    assert shape.small is small


def test_every_preset_names_its_paper_in_its_first_line():
    for recipe in PRESETS.values():
        first = recipe.__doc__.splitlines()[0]
        assert "20" in first and any(c.isdigit() and "." in first for c in first), first


def test_the_default_is_named_by_the_shape():
    assert default_recipe(DataShape("image", (1, 8, 8), 1797)) == "r3gan"
    assert default_recipe(DataShape("points", (2,), 1000)) == "r3gan"
    assert default_recipe(DataShape("image", (3, 32, 32), 50_000)) == "ns-r1"


def test_reading_the_names_loads_no_torch():
    code = (
        "import sys, zerosum.recipes.presets, zerosum.data.names, zerosum.cli.main;"
        "print('torch' in sys.modules, 'numpy' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "False"]


def test_a_reconstructor_finds_as_many_numbers_as_a_row_has_at_most():
    tables = (DataShape("table", (columns,), 1000) for columns in (1, 2, 50, 500))
    assert [resolve(t, "veegan", {}).latent for t in tables] == [1, 2, 50, 64]
    assert resolve(FACES, "veegan", {}).latent == 64


def test_unrolling_has_its_authors_numbers_on_points():
    config = resolve(POINTS, "unrolled", {})
    assert config.game.unrolled.steps == 5
    rates = (config.generator_optimizer.lr, config.discriminator_optimizer.lr)
    assert rates == (1e-3, 1e-4) and config.generator_optimizer.beta1 == 0.5
    for network in (config.generator, config.discriminator):
        assert (network.width, network.depth, network.activation) == (128, 2, "tanh")

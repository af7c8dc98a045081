"""A configuration becomes the same objects every time, and nobody's random numbers are touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from zerosum.errors import InputError
from zerosum.penalties.zero_centred import R1, R2
from zerosum.recipes.build import (
    build_game,
    build_generator,
    build_plan,
    build_state,
    choose_device,
    resolve,
)
from zerosum.recipes.config import NetworkConfig
from zerosum.recipes.presets import PRESETS, DataShape
from zerosum.recipes.tables import Sizes
from zerosum.training.schedule import Schedule

POINTS = DataShape("points", (2,), 1000, labelled=True)
FACES = DataShape("image", (3, 32, 32), 1000)
SMALL = {"generator": {"width": 8, "depth": 1}, "discriminator": {"width": 8, "depth": 1}}
CPU = torch.device("cpu")


def state(seed=0, shape=POINTS, recipe="r3gan", **over):
    config = resolve(shape, recipe, {"seed": seed, **SMALL, **over})
    classes = 3 if config.conditional else 0
    return build_state(config, Sizes(config.latent, shape.event, classes), CPU)


def tensors(of):
    return [
        t for m in (*of.networks.values(), *of.averages.values()) for t in m.state_dict().values()
    ] + list(of.vectors.values())


def equal(a, b):
    return all(torch.equal(x, y) for x, y in zip(tensors(a), tensors(b), strict=True))


@pytest.mark.parametrize("recipe", PRESETS)
def test_construction_is_a_function_of_the_seed(recipe):
    shape = FACES if recipe in ("dcgan", "sngan") else POINTS
    first = state(3, shape, recipe)
    torch.manual_seed(1234)
    torch.randn(7)
    assert equal(state(3, shape, recipe), first)
    assert not equal(state(4, shape, recipe), first)


def test_construction_leaves_every_random_stream_where_it_was():
    torch.manual_seed(99)
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    state(5)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (
        np.random.get_state()[1] == before[1]
    ).all()  # (Python's own stream: shape checks use it)


def test_the_players_begin_unrelated():
    built = state(0, POINTS)
    a, b = (
        torch.cat([p.detach().flatten() for p in built.networks[k].parameters()])
        for k in ("generator", "discriminator")
    )
    n = min(len(a), len(b))
    assert not torch.equal(a[:n], b[:n])


def test_the_average_begins_as_the_generator_and_takes_no_gradient():
    built = state()
    for mine, theirs in zip(
        built.averages["generator"].parameters(), built.networks["generator"].parameters(),
        strict=True,
    ):  # fmt: skip
        assert torch.equal(mine, theirs) and mine is not theirs
        assert theirs.requires_grad and not mine.requires_grad
    assert not built.averages["generator"].training and built.networks["generator"].training


def test_each_player_has_an_optimiser_of_its_own_weights():
    built = state()
    for player, optimizer in built.optimizers.items():
        mine = [id(p) for g in optimizer.param_groups for p in g["params"]]
        assert mine == [id(p) for p in built.networks[player].parameters()]


def test_vectors_are_there_for_spectral_normalisation_only():
    assert state().vectors == {}
    built = state(recipe="sngan")
    weights = [n for n, p in built.networks["discriminator"].named_parameters() if p.ndim >= 2]
    assert built.vectors.keys() == {f"{n}.{side}" for n in weights for side in "uv"}


def test_pictures_get_channels_last_networks():
    built = state(0, FACES, "dcgan")
    kernels = [
        p for p in built.networks["generator"].parameters() if p.ndim == 4 and p.shape[1] > 1
    ]
    assert kernels and all(k.is_contiguous(memory_format=torch.channels_last) for k in kernels)


def test_without_a_recipe_the_data_choose():
    config = resolve(POINTS, None, {})
    assert config.recipe == "r3gan" and config.generator.name == "mlp"
    assert resolve(FACES, None, {}).recipe == "ns-r1"


def test_custom_begins_from_the_defaults_with_networks_that_fit():
    config = resolve(FACES, "custom", {})
    assert (config.recipe, config.generator.name, config.game.penalties) == (
        "custom",
        "residual",
        (),
    )
    assert resolve(POINTS, "custom", {}).discriminator.name == "mlp"


def test_an_unknown_recipe_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"unknown recipe 'wgangp'; did you mean 'wgan-gp'\?"):
        resolve(POINTS, "wgangp", {})


def test_what_the_user_says_wins_over_the_recipe():
    over = {"game": {"penalties": []}, "generator_optimizer": {"lr": 0.5}, "run": {"batch": 7}}
    config = resolve(POINTS, "r3gan", over)
    assert config.game.penalties == () and config.game.objective == "rp"
    assert config.generator_optimizer.lr == 0.5 and config.generator_optimizer.beta2 == 0.99
    assert config.discriminator_optimizer.lr == 1e-3 and config.run.batch == 7


def test_a_discriminator_of_packs_fits_them_and_the_generator_stays_as_it_was():
    alone, packed = state(0, FACES, "dcgan"), state(0, FACES, "dcgan", game={"pack": 4})
    weights = [s.networks["discriminator"].body[0].weight.shape[1] for s in (alone, packed)]
    assert weights == [3, 12]
    assert all(
        torch.equal(a, b)
        for a, b in zip(
            alone.networks["generator"].parameters(), packed.networks["generator"].parameters(),
            strict=True,
        )
    )  # fmt: skip


def test_an_auxiliary_discriminator_says_one_number_a_class_more():
    head = state(0, POINTS, "acgan").networks["discriminator"].head
    assert head.linear.out_features == 1 + 3 and head.embedding is None


def test_the_recipes_batch_shrinks_to_whole_packs():
    config = resolve(replace(POINTS, rows=50), "pacgan", {"game": {"pack": 3}})
    assert config.run.batch == 39  # of 40 rows that are trained on


def test_the_recipes_batch_shrinks_to_small_data_but_not_the_users():
    few = replace(POINTS, rows=50)
    assert resolve(few, "r3gan", {}).run.batch == 40  # 50 less the held-out fifth
    with pytest.raises(InputError, match=r"run\.batch is 41, but only 40 rows are trained on"):
        resolve(few, "r3gan", {"run": {"batch": 41}})


def test_the_game_has_what_the_configuration_names():
    config = resolve(POINTS, "r3gan", {"game": {"discriminator_steps": 2}})
    game = build_game(config)
    assert game.penalties == (R1, R2) and game.discriminator_steps == 2
    assert game.objective.name == "rp"
    assert game.joint_pass  # a fully connected network judges each row by itself
    assert not build_game(resolve(FACES, "dcgan", {})).joint_pass


def test_smoothing_makes_a_smoothed_objective():
    game = build_game(resolve(POINTS, "dcgan", {"game": {"label_smoothing": 0.1}}))
    zero = torch.zeros(1)
    assert game.objective.name == "ns-smooth-0.9"
    large = game.objective.discriminator(zero + 10.0, zero - 10.0)
    assert large.item() == pytest.approx(1.0, abs=1e-3)  # 0.1 x 10: being too sure costs


def test_the_plan_has_a_schedule_for_each_number():
    noise = {"start": 0.1, "end": 0.0, "over": 100}
    config = resolve(POINTS, "wgan-gp", {"game": {"instance_noise": noise}, "seed": 8})
    plan = build_plan(config)
    assert plan.coefficients == {
        "wgan-gp": Schedule(10.0), "wgan-gp.centre": Schedule(1.0),
        "instance_noise": Schedule(0.1, 0.0, 100),
    }  # fmt: skip
    assert plan.learning_rates == dict.fromkeys(("generator", "discriminator"), Schedule(1e-4))
    assert plan.beta2 == dict.fromkeys(("generator", "discriminator"), Schedule(0.9))
    assert (plan.seed, plan.batch, plan.fresh_latents) == (8, 64, True)


def test_no_instance_noise_is_no_coefficient():
    assert build_plan(resolve(POINTS, "dcgan", {})).coefficients == {}


def test_an_unknown_generator_is_refused():
    with pytest.raises(InputError, match="unknown generator 'mpl'; did you mean 'mlp'"):
        build_generator(NetworkConfig("mpl"), Sizes(2, (2,)))


def test_devices():
    assert choose_device("cpu") == CPU
    wanted = "cuda" if torch.cuda.is_available() else "cpu"
    assert choose_device("auto").type == wanted
    with pytest.raises(InputError, match="unknown device 'cpuu'; did you mean 'cpu'"):
        choose_device("cpuu")
    with pytest.raises(InputError, match="'meta' is not supported: use cpu or cuda"):
        choose_device("meta")


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a GPU")
@pytest.mark.parametrize("name", ["cuda", "cuda:0", "cuda:7"])
def test_a_gpu_that_is_not_there_is_refused(name):
    with pytest.raises(InputError, match=f"device '{name}' needs a CUDA GPU"):
        choose_device(name)

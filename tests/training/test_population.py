"""Member i of a population is the GAN that training it alone gives, whatever the others do."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from tests.training.members import Crowd
from zerosum.errors import InputError
from zerosum.training.member_plans import MemberPlans
from zerosum.training.stacked import stack

RECIPES = (
    "r3gan",
    "ns-r1",
    "wgan-gp",
    "wgan",
    "sngan",
    "lsgan",
    "dragan",
    "goodfellow",
    "fgan",
    "pacgan",
    "acgan",
    "began",
)
SOLVERS = ("simultaneous", "extragradient", "optimistic", "consensus")
NOISE = {"instance_noise": {"start": 0.5, "end": 0.1, "over": 64, "shape": "linear"}}


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_trains_a_crowd_as_it_trains_one(recipe):
    crowd = Crowd(recipe, 3)
    crowd.play(12)
    # float64 sums in another order; relativistic losses double a difference every few rounds
    assert max(crowd.difference(i, 12) for i in range(3)) < 1e-10


def test_batch_normalised_networks_keep_their_statistics_apart():
    network = {"name": "mlp", "width": 8, "depth": 2, "norm": "batch"}
    crowd = Crowd("lsgan", 3, generator=network, discriminator=network)
    crowd.play(12)
    # the bias of a unit that is linear on the whole batch has gradient 0, since the normalisation
    # after it takes it away; rounding of 1e-18, over Adam's eps of 1e-8, moves it by about 1e-10
    assert max(crowd.difference(i, 12) for i in range(3)) < 1e-8
    state = crowd.alone(1, 12)
    mine = crowd.members.buffers["discriminator"]["hidden.1.1.running_mean"][1]
    alone = state.networks["discriminator"].hidden[1][1].running_mean
    assert float((mine - alone).abs().max()) < 1e-10 and float(alone.abs().max()) > 1e-3


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_moves_a_crowd_as_it_moves_one(solver):
    crowd = Crowd("ns-r1", 3, game={"solver": solver})
    crowd.play(12)
    assert max(crowd.difference(i, 12) for i in range(3)) < 1e-12


def adam(lr, beta1=0.5, beta2=0.9):
    return {"name": "adam", "lr": lr, "beta1": beta1, "beta2": beta2}


@pytest.mark.parametrize("recipe", ["r3gan", "wgan-gp", "sngan", "goodfellow"])
def test_packs_train_a_crowd_as_they_train_one(recipe):
    crowd = Crowd(recipe, 3, game={"pack": 4})
    crowd.play(12)
    assert max(crowd.difference(i, 12) for i in range(3)) < 1e-10


def test_each_member_has_its_own_falling_cost_of_transport():
    falling = [{"start": w, "end": 0.1 * w, "over": 64} for w in (0.05, 0.5, 5.0)]
    vary = [{"latent": 2, "game": {"transport": weight}} for weight in falling]
    crowd = Crowd("adversarial-flow", 3, vary)
    record = crowd.play(12)
    assert record["generator/transport"].shape == (3,)
    assert max(crowd.difference(i, 12) for i in range(3)) < 1e-10
    others = [{"latent": 2, "game": {"transport": w}} for w in (0.05, 0.5, 5.0)]
    still = Crowd("adversarial-flow", 3, others)
    still.play(12)
    moved = [crowd.members.weights["generator"], still.members.weights["generator"]]
    assert any(not torch.equal(moved[0][k], moved[1][k]) for k in moved[0])  # it did fall


@pytest.mark.parametrize("solver", SOLVERS)
def test_classes_and_packs_go_with_every_solver(solver):
    for recipe, game in (("acgan", {}), ("pacgan", {"penalties": [{"name": "r1"}]})):
        crowd = Crowd(recipe, 2, game={"solver": solver, **game})
        crowd.play(6)
        assert max(crowd.difference(i, 6) for i in range(2)) < 1e-10


def test_each_member_has_its_own_weight_of_classes():
    crowd = Crowd("acgan", 3, [{"game": {"auxiliary": w}} for w in (0.1, 1.0, 4.0)])
    record = crowd.play(12)
    assert record["discriminator/class_accuracy/real"].shape == (3,)
    assert max(crowd.difference(i, 12) for i in range(3)) < 1e-10


def test_each_member_has_its_own_centre():
    vary = [
        {"game": {"objective": "wgan", "penalties": [{"name": "wgan-gp", "centre": c}]}}
        for c in (0.0, 0.5, 1.0)
    ]
    crowd = Crowd("wgan-gp", 3, vary)
    crowd.play(12)
    assert max(crowd.difference(i, 12) for i in range(3)) < 1e-10
    first, last = (crowd.members.weights["discriminator"]["hidden.0.weight"][i] for i in (0, 2))
    assert float((first - last).abs().max()) > 1e-6  # they are not the same game


def test_each_member_has_its_own_numbers():
    def numbers(lr, weight, noise, half_life, beta1):
        return {
            "generator_optimizer": adam(lr, beta1),
            "discriminator_optimizer": adam(2e-3, beta1 / 2),
            "game": {
                "objective": "ns",
                "penalties": [{"name": "r1", "weight": weight}],
                "instance_noise": noise,
            },
            "run": {"batch": 8, "steps": 100, "ema_half_life": half_life},
        }

    vary = [
        numbers(1e-3, 0.1, 0.5, 0.0, 0.0),
        numbers(3e-3, 10.0, 0.1, 100.0, 0.5),
        numbers({"start": 1e-2, "end": 1e-4, "over": 80}, 1.0, 0.2, 5000.0, 0.9),
    ]
    crowd = Crowd("custom", 3, vary)
    crowd.play(20)
    assert max(crowd.difference(i, 20) for i in range(3)) < 1e-12


@pytest.mark.parametrize("optimizer", ["rmsprop", "sgd"])
def test_other_optimisers_with_their_own_numbers(optimizer):
    vary = [
        {
            f"{p}_optimizer": {"name": optimizer, "lr": lr, "beta1": b, "beta2": 0.9}
            for p in ("generator", "discriminator")
        }
        for lr, b in ((1e-3, 0.0), (1e-2, 0.5), (3e-3, 0.9))
    ]
    crowd = Crowd("ns-r1", 3, vary)
    crowd.play(20)
    assert max(crowd.difference(i, 20) for i in range(3)) < 1e-12


def test_clips_may_differ():
    vary = [{"game": {"clip": c}} for c in (0.01, 0.1, 1.0)]
    crowd = Crowd("wgan", 3, vary)
    crowd.play(4)
    assert max(crowd.difference(i, 4) for i in range(3)) < 1e-12
    bounds = [
        max(
            float(w[i].detach().abs().max())
            for w in crowd.members.weights["discriminator"].values()
        )
        for i in range(3)
    ]
    assert bounds[0] == 0.01 and bounds[0] < bounds[1] <= 0.1


@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["ns-r1", "wgan-gp", "lsgan", "r3gan"])
def test_three_hundred_steps_in_double_precision(recipe):
    crowd = Crowd(recipe, 4)
    crowd.play(300)
    assert max(crowd.difference(i, 300) for i in range(4)) < 1e-8


@pytest.mark.parametrize("recipe", ["ns-r1", "lsgan", "sngan"])
def test_fifty_steps_in_single_precision(recipe):
    crowd = Crowd(recipe, 3, dtype=torch.float32)
    crowd.play(50)
    assert max(crowd.difference(i, 50) for i in range(3)) < 1e-5


def test_a_member_does_not_depend_on_who_else_is_there():
    many, few = Crowd("ns-r1", 5), Crowd("ns-r1", 2, first=3)
    many.play(20)
    few.play(20)
    for player, named in few.members.weights.items():
        for name, tensor in named.items():
            both = many.members.weights[player][name][3:].detach(), tensor.detach()
            assert_close(*both, rtol=0, atol=1e-13)


def test_a_frozen_member_does_not_even_take_its_last_step_back():
    # the optimistic step subtracts half of what it added a round before
    adam_at = [adam(1e-3), adam(1e300), adam(1e-3)]
    vary = [{f"{p}_optimizer": a for p in ("generator", "discriminator")} for a in adam_at]
    crowd = Crowd("lsgan", 3, vary, game={"objective": "lsgan", "solver": "optimistic"})
    before = {}
    while crowd.members.alive[1]:
        before = {k: w[1].clone() for k, w in crowd.members.weights["discriminator"].items()}
        crowd.play(1)
    after = {k: w[1] for k, w in crowd.members.weights["discriminator"].items()}
    assert_close(after, before, rtol=0, atol=0)


def test_a_member_that_diverges_is_frozen_and_touches_nobody():
    sgd = {"name": "sgd", "lr": 1e-3, "beta1": 0.0}
    wild = {f"{p}_optimizer": {**sgd, "lr": 1e200} for p in ("generator", "discriminator")}
    tame = {f"{p}_optimizer": sgd for p in ("generator", "discriminator")}
    crowd = Crowd("lsgan", 3, [tame, wild, tame])
    crowd.play(6)
    assert crowd.members.alive.tolist() == [True, False, True]
    assert crowd.members.stopped[0] == crowd.members.stopped[2] == -1
    frozen = int(crowd.members.stopped[1])
    assert 0 <= frozen < 6
    assert max(crowd.difference(i, 6) for i in (0, 2)) < 1e-12
    without = Crowd("lsgan", 3, [tame] * 3)
    without.play(6)
    for player, named in crowd.members.weights.items():
        for name, w in named.items():
            assert torch.equal(w[[0, 2]], without.members.weights[player][name][[0, 2]])
    before = {k: w[1].clone() for k, w in crowd.members.weights["generator"].items()}
    crowd.play(2)
    assert int(crowd.members.stopped[1]) == frozen
    after = {k: w[1] for k, w in crowd.members.weights["generator"].items()}
    assert_close(after, before, rtol=0, atol=0)
    assert all(bool(w.isfinite().all()) for w in after.values())


def test_an_average_stays_finite_when_its_network_does_not():
    crowd = Crowd("ns-r1", 3)
    crowd.play(2)
    before = {k: w.clone() for k, w in crowd.members.averages["generator"].items()}
    for w in crowd.members.weights["generator"].values():
        w.data[1] = torch.inf
    crowd.play(2)
    assert crowd.members.alive.tolist() == [True, False, True]
    for name, average in crowd.members.averages["generator"].items():
        assert_close(average[1], before[name][1], rtol=0, atol=0)
        assert not torch.equal(average[0], before[name][0])
        assert bool(average.isfinite().all())


def test_the_record_has_a_number_a_member():
    crowd = Crowd("ns-r1", 4)
    record = crowd.play(1)
    alone = Crowd("ns-r1", 4).somes[2].play()
    assert record.keys() == alone.keys()
    for name, value in record.items():
        assert_close(value[2], alone[name])


def test_structure_may_not_differ():
    crowd = Crowd("ns-r1", 2)
    other = Crowd("wgan-gp", 1)
    with pytest.raises(
        InputError, match="member 1 differs from member 0 in fresh_latents, penalties"
    ):
        MemberPlans(
            [crowd.somes[0].plan, other.somes[0].plan],
            [crowd.somes[0].state.optimizers, other.somes[0].state.optimizers],
        )
    wide = Crowd("ns-r1", 1, generator={"width": 9})
    with pytest.raises(InputError, match="member 1 has networks of other sizes"):
        stack([Crowd("ns-r1", 1).somes[0].state, wide.somes[0].state])
    with pytest.raises(InputError, match="at least one member"):
        stack([])
    begun = Crowd("ns-r1", 1).somes[0]
    begun.play()
    with pytest.raises(InputError, match="have not begun"):
        stack([begun.state])

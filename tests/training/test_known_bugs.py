"""Steps and resumes that other GAN code got wrong; each test fails if the same slip is made here.

The numbers are those of the project's list of known bugs (docs/known-bugs.md).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.tiny_runs import settings, small_pictures
from tests.training.rounds import Round, make, weights
from tests.training.tiny import digest_of_state, prepared
from zerosum.errors import Diverged, InputError
from zerosum.generator import load_generator
from zerosum.penalties import spectral
from zerosum.recipes.tables import PENALTIES
from zerosum.runs.job import Job, prepare
from zerosum.training.checkpoint import parts_to_state, state_to_parts

PLAYERS = ("discriminator", "generator")
# with a first beta of 0, Adam's first moment is the gradient it was last given
PLAIN_ADAM = {"name": "adam", "lr": 1e-3, "beta1": 0.0, "beta2": 0.9}


def wanted_gradients(some: Round, **coefficients: float) -> list[torch.Tensor]:
    """The discriminator's gradient of loss and weighted penalties together, at the next round."""
    generator, discriminator = some.copies()
    networks = {"generator": generator, "discriminator": discriminator}
    at = some.draw(some.state.step)[0][0]
    loss = replace(some.game, penalties=()).loss("discriminator", networks, at, {}).loss
    for name, weight in coefficients.items():
        alone = replace(some.game, penalties=(PENALTIES[name],))
        record = alone.loss("discriminator", networks, at, {name: 0.0, "instance_noise": 0.0})
        whole = alone.loss("discriminator", networks, at, {name: 1.0})
        assert record.record[f"penalty/{name}"] > 0
        loss = loss + weight * (whole.loss - record.loss)
    return list(torch.autograd.grad(loss, list(discriminator.parameters())))


def given_gradients(some: Round) -> tuple[list[torch.Tensor], set[int]]:
    """The gradients the discriminator's Adam was last given, and how often it moved."""
    slots = some.state.optimizers["discriminator"].state.values()
    return [slot["exp_avg"].clone() for slot in slots], {int(slot["step"]) for slot in slots}


def test_bug_03_the_penalty_is_no_move_of_its_own():
    """One move a turn, on loss and penalty together: Adam never sees the penalty alone."""
    some = make("dragan", discriminator_optimizer=PLAIN_ADAM)
    for moves in (1, 2):
        wanted = wanted_gradients(some, **{"dragan-paper": 10.0})
        some.play()
        given, counted = given_gradients(some)
        torch.testing.assert_close(given, wanted)
        assert counted == {moves}


def test_bug_24_every_penalty_is_paid_in_full_at_every_step():
    """A lazy penalty not scaled by its interval is a weaker one; over 17 steps none is skipped."""
    some = make("r3gan")
    for _ in range(17):
        wanted = wanted_gradients(some, r1=0.1, r2=0.1)
        some.play()
        torch.testing.assert_close(given_gradients(some)[0], wanted)


def test_bug_24_micro_batches_have_fresh_data_and_noise():
    for turn in make(run={"accumulate": 4}).draw(0):
        assert len(turn) == 4
        for what in ("real", "latent", "key"):
            values = torch.stack([getattr(draw, what).flatten() for draw in turn])
            assert len(values.unique(dim=0)) == 4


@pytest.mark.filterwarnings("ignore:.*bf16.*")
@pytest.mark.parametrize("recipe", ["wgan-gp", "r3gan"])
def test_bug_20_bf16_needs_no_scaler(recipe):
    """Loss, penalty and gradients are in their own scale: a scaler's least factor would be 2."""
    sizes = {}
    for precision in ("fp32", "bf16"):
        some = make(recipe, torch.float32, run={"precision": precision})
        record = some.play()
        given = torch.cat([g.flatten() for g in given_gradients(some)[0]])
        penalties = [v for k, v in record.items() if "/penalty/" in k]
        assert penalties and given.dtype == torch.float32
        sizes[precision] = torch.stack((given.norm(), *penalties))
    ratio = sizes["bf16"] / sizes["fp32"]
    assert ((ratio > 0.5**0.5) & (ratio < 2**0.5)).all(), ratio


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("player", PLAYERS)
def test_bug_21_a_bad_gradient_is_never_turned_into_a_number(player, bad):
    some = make("ns-r1")
    some.play(2)
    before = weights(some.state.networks[player])
    next(some.state.networks[player].parameters()).register_hook(lambda g: g * 0 + bad)
    with pytest.raises(Diverged, match=f"{player}'s gradient is not finite at step 2"):
        some.play()
    torch.testing.assert_close(weights(some.state.networks[player]), before, rtol=0, atol=0)


def test_bug_21_a_resume_restores_more_than_the_networks():
    """Optimisers, average, spectral vectors, counters and the best: each is there, and used."""
    job = prepared()
    job.run(stop=lambda: job.state.step >= 6)
    job.state.best = {"step": 3, "value": 0.5}
    tensors, position = state_to_parts(job.state)
    again = prepared()
    parts_to_state(again.state, tensors, position)
    mine, theirs = state_to_parts(again.state), state_to_parts(job.state)
    assert mine[1] == theirs[1] and mine[1]["step"] == 6 and mine[1]["seen"] == 6 * 16
    torch.testing.assert_close(mine[0], theirs[0], rtol=0, atol=0)
    groups = {".".join(name.split(".")[:2]) for name in tensors if not name.startswith("vectors")}
    of_players = {f"{kind}.{p}" for kind in ("networks", "optimizers") for p in PLAYERS}
    assert groups >= of_players | {"averages.generator"}
    assert any(name.startswith("vectors.") for name in tensors)
    for one in (job, again):
        one.run()
    assert digest_of_state(job.state) == digest_of_state(again.state)


@pytest.mark.parametrize("change", ["missing", "renamed", "reshaped"])
def test_bug_19_a_checkpoint_with_other_names_is_refused_by_name(change):
    """Looking for literal keys and passing over what is absent would start from fresh weights."""
    job = prepared()
    tensors, position = state_to_parts(job.state)
    name = next(iter(tensors))
    tensor = tensors.pop(name)
    if change == "renamed":
        tensors["itms"] = tensor
    if change == "reshaped":
        tensors[name] = tensor[:1]
    before = digest_of_state(job.state)
    with pytest.raises(InputError, match=r"does not fit this configuration.*(itms|networks\.)"):
        parts_to_state(job.state, tensors, position)
    assert digest_of_state(job.state) == before


@pytest.fixture(scope="module")
def normalised() -> Job:
    """A trained DCGAN with BatchNorm in both networks."""
    small = {"width": 4}
    over = {"latent": 4, "generator": small, "discriminator": small}
    run = {"steps": 3, "batch": 8, "ema_half_life": 1000.0}
    job = prepare(small_pictures(40, 8), recipe="dcgan", settings=over | {"run": run})
    job.run()
    return job


def test_bug_22_buffers_follow_the_average_and_counts_stay_counts(normalised):
    average, network = (
        normalised.state.averages["generator"],
        normalised.state.networks["generator"],
    )
    theirs = dict(network.named_buffers())
    assert {name.rpartition(".")[2] for name in theirs} == {
        "running_mean", "running_var", "num_batches_tracked",
    }  # fmt: skip
    for name, mine in average.named_buffers():
        assert mine.dtype == theirs[name].dtype and mine.abs().sum() > 0
        torch.testing.assert_close(mine, theirs[name], rtol=0, atol=0)
    counts = [b for n, b in average.named_buffers() if n.endswith("num_batches_tracked")]
    assert all(b.dtype == torch.int64 and b == 3 for b in counts)
    pairs = zip(average.parameters(), network.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in pairs)  # the weights are averaged, not copied


def test_bug_22_a_sample_does_not_depend_on_its_batch_mates(normalised, tmp_path):
    made = normalised.generator()
    for generator in (made, load_generator(made.save(tmp_path / "model"))):
        latents = generator.latents(9)
        loud = torch.cat((latents[:1], 30 * latents[1:]))
        alone, among = generator.encoded(latents[:1]), generator.encoded(loud)
        torch.testing.assert_close(among[:1], alone, rtol=0, atol=0)
        assert not generator.network.training


def test_bug_23_power_iteration_never_runs_between_two_passes(monkeypatch):
    """Both passes of a turn see one W / sigma; only the discriminator's own turns iterate."""
    some = make("sngan")
    some.game = replace(some.game, joint_pass=False)
    seen, iterated, original = [], [], spectral.power_iteration

    def counted(*arguments, **named):
        iterated.append(len(seen))
        return original(*arguments, **named)

    def look(module, inputs):
        seen.append([p.detach().clone() for p in module.parameters()])

    monkeypatch.setattr(spectral, "power_iteration", counted)
    some.state.networks["discriminator"].register_forward_pre_hook(look)
    some.play()
    assert len(seen) == 5 * 2 + 1
    assert iterated == [0, 2, 4, 6, 8]
    for turn in range(5):
        torch.testing.assert_close(seen[2 * turn], seen[2 * turn + 1], rtol=0, atol=0)


@pytest.mark.parametrize("fresh", [False, True], ids=["shared", "fresh"])
def test_bug_27_fakes_are_detached_in_the_discriminators_turn(fresh):
    some = make("dcgan", game={"fresh_latents": fresh, "discriminator_steps": 2})
    traced = []

    def look(module, inputs):
        traced.append(inputs[0].requires_grad)

    some.state.networks["discriminator"].register_forward_pre_hook(look)
    some.play()
    assert traced == [False, False, True]
    assert all(p.grad is None for p in some.state.networks["generator"].parameters())


def test_bug_27_no_global_random_stream_is_read_or_moved():
    """Neither batches nor the classes asked of the generator come from NumPy's global stream."""
    before, hashes = np.random.get_state(), []
    for seed in (1, 2):
        np.random.seed(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            states = np.random.get_state(), torch.get_rng_state()
            over = settings(conditional=True)
            job = prepare(small_pictures(), labels=np.arange(120) % 3, settings=over)
            job.run()
            assert np.array_equal(np.random.get_state()[1], states[0][1])
            assert np.random.get_state()[2] == states[0][2]
            assert torch.equal(torch.get_rng_state(), states[1])
        hashes.append(digest_of_state(job.state))
    np.random.set_state(before)
    assert hashes[0] == hashes[1]

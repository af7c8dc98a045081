"""A compiled round is the eager one to float32 rounding, and leaves a state that anybody can go on with."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from tests.training.rounds import make, weights
from zerosum.errors import Diverged, InputError
from zerosum.training.checkpoint import parts_to_state, state_to_parts
from zerosum.training.compiled import CompiledRound

# Weights are of order 1 and move by about lr = 1e-3 a round, so this is far below one move.
CLOSE = {"rtol": 1e-5, "atol": 2e-6}

FALLING = {"start": 1e-3, "end": 5e-4, "over": 64}
ADAM = {"lr": FALLING, "beta1": 0.5, "beta2": {"start": 0.9, "end": 0.99, "over": 64}}
OPTIMIZERS = {"generator_optimizer": ADAM, "discriminator_optimizer": ADAM}
GAMMA = {"start": 1.0, "end": 0.1, "over": 64}
CASES = {
    "rp + R1 + R2": (
        "r3gan",
        {
            "game": {
                "penalties": [{"name": n, "weight": GAMMA} for n in ("r1", "r2")],
                "instance_noise": {"start": 0.2, "end": 0.1, "over": 64},
            },
            "run": {"ema_half_life": 100.0},
        },
    ),
    "rp + R1 on packs": (
        "r3gan",
        {"game": {"pack": 2, "penalties": [{"name": "r1", "weight": GAMMA}]}},
    ),
    "classes": ("acgan", {}),
    "wgan-gp, k = 2": ("wgan-gp", {"game": {"discriminator_steps": 2}}),
}


def build(name):
    recipe, over = CASES[name]
    some = make(recipe, dtype=torch.float32, **{**OPTIMIZERS, **over})
    for optimizer in some.state.optimizers.values():
        # Some gradients are 0 but for rounding (a critic's last bias): Adam with its usual eps of
        # 1e-8 makes a whole step of the sign of that rounding, and no two kernels would agree.
        optimizer.param_groups[0]["eps"] = 1e-3
    return some


def networks(some):
    named = {f"now.{k}": m for k, m in some.state.networks.items()}
    named |= {f"mean.{k}": m for k, m in some.state.averages.items()}
    return {f"{k}.{n}": w for k, m in named.items() for n, w in weights(m).items()}


def assert_same_state(a, b):
    ours, theirs = state_to_parts(a.state)[0], state_to_parts(b.state)[0]
    assert ours.keys() == theirs.keys()
    assert_close(ours, theirs, **CLOSE)
    assert (a.state.step, a.state.seen) == (b.state.step, b.state.seen)


@pytest.mark.compile
@pytest.mark.parametrize("name", CASES)
def test_rounds_are_the_eager_ones(name):
    eager, compiled = build(name), build(name)
    start = networks(compiled)
    play = CompiledRound(compiled.game, compiled.state, compiled.plan)
    for step in range(3):
        drawn = compiled.draw(step)
        record = play(compiled.game, compiled.state, compiled.plan, drawn)
        assert_close(record, eager.play(), rtol=1e-4, atol=1e-5)
        assert_same_state(compiled, eager)
    moved = max(float((networks(compiled)[k] - w).abs().max()) for k, w in start.items())
    assert moved > 1e-3

    # from here on anybody can play: a state that was loaded, eagerly, and the graph again
    resumed = build(name)
    parts_to_state(resumed.state, *state_to_parts(compiled.state))
    resumed.play(), eager.play()
    assert_same_state(resumed, eager)
    play(compiled.game, compiled.state, compiled.plan, compiled.draw(3))
    assert_same_state(compiled, eager)

    # a loss that is not finite moves nobody
    before = state_to_parts(compiled.state)[0]
    bad = [[replace(d, real=d.real * float("nan")) for d in turn] for turn in compiled.draw(4)]
    with pytest.raises(Diverged, match="the discriminator's loss or gradient is not finite"):
        play(compiled.game, compiled.state, compiled.plan, bad)
    assert_close(state_to_parts(compiled.state)[0], before, rtol=0, atol=0)
    assert compiled.state.step == 4


REFUSED = [
    ("wgan", {"game": {"clip": 0.01}}, "Adam"),
    ("wgan-gp", {"game": {"clip": 0.01}}, "clip"),
    ("sngan", {}, "spectral"),
    ("r3gan", {"run": {"accumulate": 2}}, "accumulate"),
    ("r3gan", {"run": {"precision": "bf16"}}, "bf16"),
]


@pytest.mark.parametrize(("recipe", "over", "word"), REFUSED, ids=[r[2] for r in REFUSED])
def test_refuses_what_the_graph_cannot_follow(recipe, over, word):
    some = make(recipe, **over)
    with pytest.raises(InputError, match=rf"run\.compile.*{word}"):
        CompiledRound(some.game, some.state, some.plan)


def test_refuses_networks_with_buffers():
    some = make("r3gan")
    some.state.networks["generator"].norm = nn.BatchNorm1d(4)
    with pytest.raises(InputError, match=r"run\.compile.*buffers"):
        CompiledRound(some.game, some.state, some.plan)


def test_is_not_compiled_before_it_is_played():
    some = make("r3gan")
    before = state_to_parts(some.state)[0]
    CompiledRound(some.game, some.state, some.plan)
    assert_close(state_to_parts(some.state)[0], before, rtol=0, atol=0)
    assert not some.state.optimizers["generator"].state

"""Growing networks in training: the schedule, what is shown, resets, averages, populations."""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import pytest
import torch

from tests.training.tiny import digest_of_state, prepared
from zerosum.errors import InputError
from zerosum.games.protocol import Draw
from zerosum.recipes.build import build_state
from zerosum.runs.crowd import footprint
from zerosum.runs.gap import gap_of_job
from zerosum.training.checkpoint import parts_to_state, state_to_parts
from zerosum.training.growing import Growth, shown, shown_draw
from zerosum.training.member_draws import MemberDraw
from zerosum.training.member_plans import MemberPlans
from zerosum.training.population import play_members
from zerosum.training.stacked import member_average, stack
from zerosum.training.step import play_round

# 16 rows a round: two rounds of 4 x 4, three of fading in, the rest at 8 x 8
SMALL = {
    "latent": 4,
    "generator": {"width": 4},
    "discriminator": {"width": 4},
    "growth": {"stabilise": 32, "fade": 48},
    "run": {"batch": 16, "steps": 8, "ema_half_life": 100, "threads": 1},
}


def job(**over):
    return prepared(SMALL, spec="digits", recipe="progressive", **over)


def played(work, steps):
    """Play rounds and return what each reported."""
    found = []
    for _ in range(steps):
        draws = work.draws.step(work.state.step)
        found.append(play_round(work.game, work.state, work.plan, draws))
    return found


def test_level_by_hand():
    growth = Growth(depth=2, stabilise=100, fade=50)
    at = {0: 0, 99: 0, 100: 0, 110: 0.2, 149: 0.98, 150: 1, 250: 1, 275: 1.5, 300: 2, 10**9: 2}
    assert {seen: growth.at(seen) for seen in at} == pytest.approx(at, rel=1e-15)
    assert growth.samples == 300
    at_once = Growth(depth=2, stabilise=100, fade=0)
    assert [at_once.at(seen) for seen in (99, 100, 199, 200)] == [0, 1, 1, 2]
    never_still = Growth(depth=1, stabilise=0, fade=100)
    assert [never_still.at(seen) for seen in (0, 50, 100)] == [0, 0.5, 1]


def test_a_phase_turns_where_fading_begins_and_where_it_ends():
    growth = Growth(depth=2, stabilise=100, fade=50)
    # 100 has alpha 0 still: the first round that fades is the one after 110 samples
    turning = [seen for seen in range(0, 400, 10) if growth.turns(seen, 10)]
    assert turning == [110, 150, 260, 300]
    assert not growth.turns(0, 10)


def test_real_rows_are_averaged_down_and_faded_in():
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(3, 2, 8, 12, dtype=torch.float64, generator=rng)
    assert torch.equal(shown(x, 2.0, 2), x)
    quarter = torch.stack([x[..., i::2, j::2] for i in (0, 1) for j in (0, 1)]).mean(0)
    torch.testing.assert_close(shown(x, 1.0, 2), quarter)
    sixteenth = torch.stack([x[..., i::4, j::4] for i in range(4) for j in range(4)]).mean(0)
    torch.testing.assert_close(shown(x, 0.0, 2), sixteenth)
    coarse = sixteenth.repeat_interleave(2, 2).repeat_interleave(2, 3)
    # level 0.3: the 4 x 6 picture, its detail at 3 tenths
    torch.testing.assert_close(shown(x, 0.3, 2), coarse + 0.3 * (quarter - coarse))
    # a population's rows have one axis more
    many = shown(torch.stack((x, 2 * x)), 0.3, 2)
    assert torch.equal(many[0], shown(x, 0.3, 2)) and torch.equal(many[1], shown(2 * x, 0.3, 2))


def test_a_draw_keeps_its_noise_and_its_key():
    """Samples kept between turns are found again by the latents' identity."""
    draw = Draw(torch.ones(2, 1, 8, 8), torch.ones(2, 3), None, torch.tensor(5))
    grown = shown_draw(draw, Growth(1, 100, 100), 50)
    assert grown.real.shape == (2, 1, 4, 4)
    assert grown.latent is draw.latent and grown.key is draw.key


def test_each_round_reports_where_it_stands():
    found = played(job(), 7)
    rows = [[float(r[f"game/growth/{k}"]) for k in ("level", "alpha", "resolution")] for r in found]
    third = 1 / 3
    assert rows == [
        pytest.approx(row, abs=1e-6)  # float32 of a third
        for row in (
            [0, 0, 4], [0, 0, 4], [0, 0, 4], [third, third, 8], [2 * third, 2 * third, 8],
            [1, 0, 8], [1, 0, 8],
        )
    ]  # fmt: skip


def test_untouched_layers_do_not_move_nor_do_their_averages():
    work = job()
    first = {k: v.clone() for k, v in work.state.networks["generator"].named_parameters()}
    played(work, 3)
    now = dict(work.state.networks["generator"].named_parameters())
    mean = dict(work.state.averages["generator"].named_parameters())
    waiting = {k for k in now if k.startswith(("stages.0", "rgb.1"))}
    assert len(waiting) == 6
    for name, value in now.items():
        assert torch.equal(value, first[name]) == (name in waiting)
        assert torch.equal(mean[name], first[name]) == (name in waiting)


def test_optimisers_forget_at_both_ends_of_a_fade_and_nowhere_else():
    work = job()
    steps = []
    for _ in range(8):
        played(work, 1)
        optimizer = work.state.optimizers["discriminator"]
        head = work.state.networks["discriminator"].head.linear.weight  # moves in every round
        steps.append(int(optimizer.state[head]["step"]))
    assert steps == [1, 2, 3, 1, 2, 1, 2, 3]


def test_stopped_amid_a_fade_it_ends_the_same(tmp_path):
    untouched = job()
    played(untouched, 8)
    broken = job()
    for stop in (2, 4, 5, 6):  # before, in, at the end of and after the fade
        played(broken, stop - broken.state.step)
        parts = state_to_parts(broken.state)
        broken = job()
        parts_to_state(broken.state, *parts)
        assert broken.state.networks["generator"].level == parts[0][
            "averages.generator._extra_state"
        ].item()  # fmt: skip
    played(broken, 8 - broken.state.step)
    assert digest_of_state(broken.state) == digest_of_state(untouched.state)


def test_without_phases_it_is_the_plain_game_at_full_size():
    """The ablation: with both lengths 0 nothing grows, every picture is full and no level is logged."""
    work = job(growth={"stabilise": 0, "fade": 0})
    assert work.plan.growth is None
    (record,) = played(work, 1)
    assert work.state.networks["generator"].level == 1.0
    assert not any(name.startswith("game/growth") for name in record)


def doubled(work):
    """The same training in float64, and its draws."""
    for module in (*work.state.networks.values(), *work.state.averages.values()):
        module.double()

    def draws(step):
        turns = work.draws.step(step)
        return [
            [replace(d, real=d.real.double(), latent=d.latent.double()) for d in t] for t in turns
        ]

    return work, draws


def test_members_are_what_they_would_be_alone():
    rounds, seeds = 8, (0, 1, 2)
    alone = [doubled(job(seed=seed)) for seed in seeds]
    crowd = [doubled(job(seed=seed)) for seed in seeds]
    members = stack([work.state for work, _ in crowd])
    plans = MemberPlans([w.plan for w, _ in crowd], [w.state.optimizers for w, _ in crowd])
    for step in range(rounds):
        each = [draws(step) for _, draws in crowd]
        turns = [
            MemberDraw(
                torch.stack([d[turn][0].real for d in each]),
                torch.stack([d[turn][0].latent for d in each]),
                None,
                torch.stack([d[turn][0].key for d in each]),
            )
            for turn in range(2)
        ]
        record = play_members(crowd[0][0].game, members, plans, turns)
        for work, draws in alone:
            play_round(work.game, work.state, work.plan, draws(step))
    assert record["game/growth/level"].tolist() == [1.0] * 3
    assert bool(members.alive.all())
    for number, (work, _) in enumerate(alone):
        for player, module in work.state.networks.items():
            for name, value in module.named_parameters():
                gap = (members.weights[player][name][number] - value).detach().abs().max()
                assert float(gap) < 1e-8, (player, name)
        average = copy.deepcopy(work.state.averages["generator"])
        average.load_state_dict(member_average(members, "generator", number))
        z = torch.ones(2, 4, dtype=torch.float64)
        torch.testing.assert_close(average(z), work.state.averages["generator"](z))
        assert average.level == 1.0


def test_the_memory_of_a_member_is_metered_at_full_size():
    """At 4 x 4 a member takes less than at 8 x 8, where every run ends."""
    growing, full = job(), job(growth={"stabilise": 0, "fade": 0})
    assert footprint(growing.config, growing.source).played == pytest.approx(
        footprint(full.config, full.source).played, rel=0.05
    )


def test_no_duality_gap_while_the_game_grows():
    work = job(data={"holdout": 0.2})
    played(work, 4)
    with pytest.raises(InputError, match=r"level 0\.333 of 1"):
        gap_of_job(work, steps=1)
    played(work, 2)
    assert math.isfinite(gap_of_job(work, steps=1).value)


def test_a_fresh_state_stands_at_the_top():
    work = job()
    state = build_state(work.config, work.sizes, work.device)
    assert {m.level for m in (*state.networks.values(), *state.averages.values())} == {1.0}

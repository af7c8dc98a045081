"""The duality gap: exact on games of two scalars, falling with training, and never touching the run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

import zerosum
from tests.training.rounds import make
from tests.training.tiny import EVERYTHING, digest_of_state, prepared
from zerosum.errors import InputError
from zerosum.games.protocol import Draw, Game, Outcome
from zerosum.games.two_player import TwoPlayer
from zerosum.objectives.minimax import MINIMAX
from zerosum.records import checkpoint
from zerosum.runs import session
from zerosum.runs.gap import gap_of_job, gap_of_run
from zerosum.training.checkpoint import state_to_parts
from zerosum.training.duality import DualityGap, Search, ZeroSum, _searched, duality_gap
from zerosum.training.plan import Plan
from zerosum.training.state import TrainState

PLAN = Plan(steps=1, batch=4, latent=1, seed=0)
NOTHING = Draw(torch.zeros(4, 1).double(), torch.zeros(4, 1).double(), None, torch.tensor(0))
LONG = Search(steps=400, learning_rate=0.02)


class Scalar(torch.nn.Module):
    """A player that is one number."""

    def __init__(self, value):
        super().__init__()
        self.value = torch.nn.Parameter(torch.tensor([value], dtype=torch.float64))

    def forward(self, *arguments):
        return self.value


@dataclass(frozen=True)
class Scalars:
    """The discriminator v gains f(u, v), the generator u pays it."""

    payoff: object
    players = ("discriminator", "generator")
    turns = ("discriminator", "generator")

    def constants(self, player):
        return ()

    def loss(self, player, networks, draw, coefficients):
        value = self.payoff(networks["generator"](), networks["discriminator"]()).sum()
        return Outcome(-value if player == "discriminator" else value, {})


def standing(u, v):
    return TrainState({"generator": Scalar(u), "discriminator": Scalar(v)}, {}, {})


def gap_at(payoff, u, v, search):
    return duality_gap(
        Scalars(payoff), standing(u, v), PLAN, lambda step: NOTHING, [NOTHING] * 2, search=search
    )


def in_the_square(tensors):
    for tensor in tensors:
        tensor.clamp_(-1, 1)


SQUARE = replace(
    LONG, steps=150, project={"generator": in_the_square, "discriminator": in_the_square}
)


@pytest.mark.parametrize(("u", "v"), [(0.5, -0.25), (-0.9, 0.3), (0.0, 0.0), (1.0, 1.0)])
def test_on_uv_in_the_square_the_gap_is_the_sum_of_absolute_values(u, v):
    gap = gap_at(lambda a, b: a * b, u, v, SQUARE)
    # 150 steps of 0.02 reach the square's edge from anywhere, where the answer is exact
    assert_close(gap.value, abs(u) + abs(v), atol=1e-12, rtol=0)
    assert gap.standard_error == 0 and not gap.failed
    assert_close(gap.best_discriminator, abs(u), atol=1e-12, rtol=0)
    assert_close(gap.best_generator, -abs(v), atol=1e-12, rtol=0)


def test_too_few_steps_give_less_than_the_gap_never_more():
    some = gap_at(lambda a, b: a * b, 0.5, -0.25, replace(SQUARE, steps=5))
    # by hand: Adam's step on a constant slope is the rate, so each moves 0.1: 0.5 * 0.1 + 0.25 * 0.1
    assert_close(some.value, 0.075, atol=1e-6, rtol=0)


def test_on_the_saddle_game_each_side_finds_its_parabola():
    # f = u^2 - v^2 + uv: max over v is u^2 + u^2/4, min over u is -v^2 - v^2/4
    gap = gap_at(lambda a, b: a**2 - b**2 + a * b, 0.8, -0.4, LONG)
    # Adam settles within its own step size of the top: second order in 0.02
    assert_close(gap.best_discriminator, 1.25 * 0.64, atol=4e-4, rtol=0)
    assert_close(gap.best_generator, -1.25 * 0.16, atol=4e-4, rtol=0)


def test_a_search_that_loses_is_reported_as_failed():
    # steps far too long for the valley |u| - |v| that they start in the middle of
    wild = Search(steps=3, learning_rate=5.0)
    gap = gap_at(lambda a, b: a**2 - b**2, 0.01, 0.01, wild)
    assert gap.value < 0 and gap.failed and "inner optimisation failed" in str(gap)
    assert gap.discriminator_gain < 0 and gap.generator_gain < 0


def test_a_gap_that_is_not_a_number_has_failed():
    assert DualityGap(float("nan"), 0.0, 0.0, 0.0, 0.0, 1).failed


def test_on_dirac_gan_the_gap_is_zero_at_the_equilibrium_only():
    # Mescheder 2018: data at 0, generator at theta, D(x) = psi x. The gap at (theta, psi) with both in
    # [-1, 1], f(t) = -log(1 + exp(-t)): max over psi of f(0) + f(-psi theta), at psi = -sign(theta);
    # min over theta of the same, at theta = sign(psi)
    some = make("custom", game={"objective": "mm"}, latent=1)
    game = TwoPlayer(objective=MINIMAX)
    line = {"generator": Line(), "discriminator": Slope()}
    for theta, psi in ((0.0, 0.0), (0.6, -0.3)):
        line["generator"].value.data.fill_(theta)
        line["discriminator"].value.data.fill_(psi)
        state = TrainState(line, {}, {})
        gap = duality_gap(
            game, state, some.plan, lambda step: NOTHING, [NOTHING] * 2, search=SQUARE
        )
        best = np.log(2) + np.log1p(np.exp(-abs(theta))), np.log(2) + np.log1p(np.exp(abs(psi)))
        assert_close(gap.best_discriminator, -best[0], atol=1e-9, rtol=0)
        assert_close(gap.best_generator, -best[1], atol=1e-9, rtol=0)
        assert (gap.value < 1e-9) == (theta == psi == 0.0)


class Line(Scalar):
    """G(z) = theta."""

    def __init__(self):
        super().__init__(0.0)

    def forward(self, latent, label=None):
        return self.value.expand(len(latent), 1)


class Slope(Scalar):
    """a(x) = psi x."""

    def __init__(self):
        super().__init__(0.0)

    def forward(self, x, label=None, key=None):
        return (x * self.value).squeeze(1)


def test_the_zero_sum_game_is_a_game_whose_losses_cancel():
    some = make("r3gan")
    game, draw = ZeroSum(some.game), some.draw(0)[0][0]
    assert isinstance(game, Game)
    losses = [
        game.loss(p, some.state.networks, draw, some.plan.coefficients_at(0)).loss
        for p in game.players
    ]
    assert float(sum(losses).detach()) == 0.0 and float(losses[0].detach()) != 0.0


@pytest.mark.parametrize(
    "recipe", ["r3gan", "wgan-gp", "wgan", "goodfellow", "sngan", "pacgan", "acgan"]
)
def test_the_state_is_bit_identical_afterwards_under_every_kind_of_restraint(recipe):
    some = make(recipe)
    some.play(3)
    before = digest_of_state(some.state)
    seek = lambda step: some.draw(step)[0][0]  # noqa: E731
    judge = [some.draw(100 + i)[0][0] for i in range(4)]
    twice = [
        duality_gap(some.game, some.state, some.plan, seek, judge, search=Search(steps=5))
        for _ in range(2)
    ]
    assert digest_of_state(some.state) == before
    assert twice[0] == twice[1] and np.isfinite(twice[0].value)
    assert all(p.grad is None for m in some.state.networks.values() for p in m.parameters())


def test_a_clipped_discriminator_is_searched_for_inside_its_bounds():
    some = make("wgan")
    bound = some.plan.clip
    found = _searched(
        ZeroSum(some.game), some.state, some.plan, "discriminator",
        lambda step: some.draw(step)[0][0], Search(steps=3, learning_rate=1.0),
    )  # fmt: skip
    weights = [p.abs().max() for p in found.networks["discriminator"].parameters()]
    assert bound is not None and max(weights) <= bound


def test_the_standard_error_is_the_scatter_over_the_judging_batches():
    some = make("custom")
    seek, search = (lambda step: some.draw(step)[0][0]), Search(steps=3)
    judge = [some.draw(50 + i)[0][0] for i in range(3)]

    def gap(draws):
        return duality_gap(some.game, some.state, some.plan, seek, draws, search=search)

    # a pair of equal draws measures one draw; the searches do not look at them
    alone = [gap([draw, draw]).value for draw in judge]
    whole = gap(judge)
    assert_close(whole.value, float(np.mean(alone)))
    assert_close(whole.standard_error, float(np.std(alone, ddof=1) / np.sqrt(3)))


def test_training_on_the_ring_closes_the_gap():
    job = prepared(data={"n": 800}, run={"steps": 150, "batch": 64})
    gaps = [gap_of_job(job, steps=40)]
    job.run()
    gaps.append(gap_of_job(job, steps=40))
    spread = np.hypot(gaps[0].standard_error, gaps[1].standard_error)
    assert not gaps[0].failed and gaps[1].value < gaps[0].value - 4 * spread


def test_a_job_is_judged_on_rows_it_neither_trained_on_nor_searched_on(monkeypatch):
    from zerosum.runs import gap

    job, seen = prepared(), []
    true_feed = gap.Feed
    monkeypatch.setattr(
        gap, "Feed", lambda s, rows, *rest: seen.append(rows) or true_feed(s, rows, *rest)
    )
    gap_of_job(job, steps=2)
    seek, judge = (set(rows.tolist()) for rows in seen)
    assert not seek & judge and not (seek | judge) & set(job.trained.tolist())
    assert seek | judge == set(job.held_out.tolist())


def test_a_gan_answers_after_fit_but_not_when_loaded(tmp_path):
    small = {
        "data": {"n": 100},
        "generator": {"width": 8, "depth": 1},
        "discriminator": {"width": 8, "depth": 1},
    }
    gan = zerosum.GAN(steps=2, batch=16, settings=small).fit("ring")
    gap = gan.duality_gap(steps=2)
    assert gap.steps == 2 and np.isfinite(gap.value)
    loaded = zerosum.load(gan.save(tmp_path / "model"))
    with pytest.raises(InputError, match="a loaded GAN has no discriminator"):
        loaded.duality_gap()


def test_a_run_folder_gives_what_its_job_gave_and_is_left_as_it_was(tmp_path):
    job = prepared()
    run = session.begin(job, tmp_path).run
    checkpoint.write(run, 0, *state_to_parts(job.state))
    files = {p: p.stat().st_mtime_ns for p in run.rglob("*")}
    assert gap_of_run(run, steps=2) == gap_of_job(job, steps=2)
    assert {p: p.stat().st_mtime_ns for p in run.rglob("*")} == files


@pytest.mark.parametrize(
    ("change", "says"),
    [({"judge": [NOTHING]}, "judge has 1 draw"), ({"search": Search(steps=0)}, "steps is 0")],
)
def test_what_cannot_work_is_refused(change, says):
    right = {"judge": [NOTHING] * 2, "search": LONG}
    with pytest.raises(InputError, match=says):
        duality_gap(Scalars(lambda a, b: a * b), standing(0.1, 0.1), PLAN, lambda s: NOTHING,
                    **(right | change))  # fmt: skip


def test_too_few_held_out_rows_are_refused():
    with pytest.raises(InputError, match="needs 8 held-out rows and there are 4"):
        gap_of_job(prepared(EVERYTHING, data={"n": 40, "holdout": 0.1}))


def test_the_classes_of_an_auxiliary_classifier_are_no_part_of_the_gap():
    some = make("acgan")
    some.play(2)
    others = {k: v for k, v in some.plan.coefficients.items() if k != "auxiliary"}
    weightless = replace(some.plan, coefficients=others)
    draws = [some.draw(100 + i)[0][0] for i in range(4)]
    gaps = [
        duality_gap(
            some.game, some.state, plan, lambda step: draws[0], draws, search=Search(steps=3)
        )
        for plan in (some.plan, weightless)
    ]
    assert len(some.plan.coefficients) > len(others) and gaps[0] == gaps[1]


@pytest.mark.parametrize("pack", [3, 4])
def test_the_gap_of_a_game_of_packs_is_measured_on_whole_packs(pack):
    job = prepared(recipe="pacgan", game={"pack": pack, "solver": "alternating"}, run={"batch": 24})
    assert np.isfinite(gap_of_job(job, steps=2).value)


def test_too_few_rows_for_packs_are_refused_in_one_sentence():
    few = {"data": {"n": 40, "holdout": 0.3}, "run": {"batch": 12}, "game": {"pack": 4}}
    with pytest.raises(InputError, match="needs 16 held-out rows and there are 12"):
        gap_of_job(prepared(recipe="pacgan", **few), steps=2)

"""What the players would say: against the networks asked directly, closed forms, and the field's gradient."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from tests.training.tiny import EVERYTHING, prepared
from zerosum.objectives.hinge import HINGE
from zerosum.objectives.least_squares import LEAST_SQUARES, LEAST_SQUARES_PEARSON
from zerosum.objectives.minimax import MINIMAX
from zerosum.objectives.nonsaturating import NONSATURATING
from zerosum.objectives.relativistic import RELATIVISTIC_PAIRING
from zerosum.objectives.wasserstein import WASSERSTEIN
from zerosum.training import verdicts
from zerosum.training.field import RoundField, bound_networks

A = torch.tensor([-3.0, 0.0, 2.0], dtype=torch.float64)
R = torch.tensor([1.0, -1.0, 0.5], dtype=torch.float64)
SIGMA = torch.sigmoid


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        (MINIMAX, 2 * SIGMA(A)),
        (NONSATURATING, 2 * SIGMA(-A)),
        (WASSERSTEIN, torch.ones(3)),
        (HINGE, torch.ones(3)),
        (LEAST_SQUARES, (A - 1).abs() / 0.5),
        (RELATIVISTIC_PAIRING, 2 * SIGMA(R - A)),
    ],
)
def test_slopes_are_those_of_the_objective_over_an_undecided_ones(objective, expected):
    found = verdicts.slopes(objective, R, A)
    assert_close(torch.from_numpy(found), expected.double())


def test_a_generator_that_wants_the_middle_has_no_slope_to_compare_with():
    assert np.isnan(verdicts.slopes(LEAST_SQUARES_PEARSON, R, A)).all()


def plain(**over):
    return prepared(game={"instance_noise": 0.0, "penalties": [], "spectral": False}, **over)


def test_logits_are_what_the_discriminator_says_of_the_rows():
    job = plain()
    networks = bound_networks(job.state, job.plan)
    draws = [job.draws.step(t)[0][0] for t in range(3)]
    real, fake = verdicts.logits(job.game, networks, draws, {}, job.plan)
    judge, make = job.state.networks["discriminator"], job.state.networks["generator"]
    with torch.no_grad():
        expected = torch.cat([judge(d.real, None, None) for d in draws]).double()
        made = torch.cat([judge(make(d.latent, None), None, None) for d in draws]).double()
    assert_close(real, expected)
    assert_close(fake, made)


def test_the_gradient_is_the_one_a_round_would_take():
    job = prepared(EVERYTHING)
    own = verdicts.copied(job.state)
    draw = job.draws.step(0)[-1][0]
    [norm] = verdicts.gradient_norms(job.game, bound_networks(own, job.plan), [draw], own, job.plan)
    field = RoundField(job.game, job.state, job.plan, [[draw]])
    field.differentiate("generator", 0)
    parts = [float(p.grad.double().square().sum()) for p in field.parameters("generator")]
    assert norm == pytest.approx(np.sqrt(sum(parts)), rel=1e-6)


def test_the_two_player_game_is_found_inside_others():
    assert verdicts.two_player_of(plain().game) is not None
    unrolled = prepared(game={"unrolled": {"steps": 2}, "solver": "alternating"}, recipe="unrolled")
    assert verdicts.two_player_of(unrolled.game) is not None
    assert verdicts.two_player_of(prepared({}, recipe="began", spec="ring").game) is None

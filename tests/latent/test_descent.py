"""Many minimisations at once, against linear algebra, a known valley and torch's own L-BFGS."""

from __future__ import annotations

import pytest
import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.latent.descent import adam, evaluated, lbfgs


def normal(key, *shape):
    return noise.normal(key, shape, dtype=torch.float64)


def bowls(n=12, d=6):
    """n quadratics 1/2 (z - c)' A (z - c) with condition numbers from 1 to 1e4 and any scale."""
    turn = torch.linalg.qr(normal(1, n, d, d)).Q
    wide = torch.logspace(0, 1, d, 10, dtype=torch.float64) ** torch.linspace(0, 4, n)[:, None]
    wide = wide * 10 ** torch.linspace(-3, 3, n, dtype=torch.float64)[:, None]
    a, centre = turn @ torch.diag_embed(wide) @ turn.mT, normal(2, n, d)

    def loss(z):
        apart = z - centre
        return torch.einsum("ni,nij,nj->n", apart, a, apart) / 2

    return loss, centre


def rosenbrock(z):
    return (1 - z[:, 0]) ** 2 + 100 * (z[:, 1] - z[:, 0] ** 2) ** 2


def test_lbfgs_finds_the_centre_of_every_bowl():
    loss, centre = bowls()
    found = lbfgs(loss, torch.zeros_like(centre), 100)
    assert_close(found.value, torch.zeros_like(found.value), atol=1e-12, rtol=0)
    # the flattest way of a bowl has a curvature of 1e-3 at least: sqrt(2e-12 / 1e-3) = 4e-5
    assert_close(found.z, centre, atol=5e-5, rtol=0)


def test_one_length_for_all_rows_is_not_enough():
    # torch's L-BFGS takes the 12 bowls for one function of 72 numbers
    loss, centre = bowls()
    z = torch.zeros_like(centre, requires_grad=True)
    torchs = torch.optim.LBFGS(
        [z],
        max_iter=100,
        max_eval=100,
        history_size=10,
        line_search_fn="strong_wolfe",
        tolerance_grad=0,
        tolerance_change=0,
    )

    def closure():
        torchs.zero_grad()
        total = loss(z).sum()
        total.backward()
        return total

    torchs.step(closure)
    ours = lbfgs(loss, torch.zeros_like(centre), 100)
    worst = (ours.z - centre).norm(dim=1).max()
    assert (z.detach() - centre).norm(dim=1).max() > 1e3 * worst


def test_the_banana_valley_is_run_through():
    starts = torch.tensor([[-1.2, 1.0], [2.0, -2.0], [0.0, 0.0]], dtype=torch.float64)
    found = lbfgs(rosenbrock, starts, 80)
    assert_close(found.z, torch.ones_like(starts), atol=1e-6, rtol=0)


@pytest.mark.parametrize("steps", [0, 1, 7, 30])
@pytest.mark.parametrize("minimise", [adam, lbfgs])
def test_what_is_found_is_never_above_the_start_and_is_where_it_says(minimise, steps):
    starts = 3 * normal(4, 40, 2)
    found = minimise(rosenbrock, starts, steps)
    assert_close(found.value, rosenbrock(found.z))
    assert (found.value <= rosenbrock(starts)).all()
    assert torch.equal(found.z, starts) == (steps == 0)


def test_adam_keeps_the_best_on_the_way_and_not_the_last():
    # a start at the bottom of a valley too sharp for Adam's first steps of the size of the rate
    start = torch.tensor([[1.0, 1.0 + 1e-9]], dtype=torch.float64)
    found = adam(rosenbrock, start, 5)
    assert_close(found.z, start)


@pytest.mark.parametrize("minimise", [adam, lbfgs])
def test_rows_do_not_know_of_each_other(minimise):
    starts = normal(5, 6, 2)
    together = minimise(rosenbrock, starts, 25).z
    alone = torch.cat([minimise(rosenbrock, start[None], 25).z for start in starts])
    # the same operations in another layout: rounding, amplified by valleys of curvature 1e3
    assert_close(together, alone, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("minimise", [adam, lbfgs])
def test_a_row_that_becomes_nan_keeps_its_best_and_harms_nobody(minimise):
    def cliff(z):  # the root is NaN beyond 1, where the second row is drawn to
        return torch.where(z[:, 0] > 5, rosenbrock(z), rosenbrock(z - 9) + (1 - z[:, 1]).sqrt())

    starts = torch.tensor([[6.0, 30.0], [0.0, 0.5]], dtype=torch.float64)
    found = minimise(cliff, starts, 40)
    assert found.z.isfinite().all() and found.value.isfinite().all()
    assert found.value[1] < cliff(starts)[1]
    assert_close(found.z[:1], minimise(cliff, starts[:1], 40).z)


@pytest.mark.parametrize("minimise", [adam, lbfgs])
def test_a_start_without_a_value_is_infinite(minimise):
    starts = torch.tensor([[torch.nan, 0.0], [torch.inf, 0.0], [0.0, 0.0]])
    found = minimise(rosenbrock, starts, 20)
    assert found.value.isinf().tolist() == [True, True, False]


def test_adam_stays_in_its_ball_and_ends_at_its_nearest_point():
    # the least of |z - c|^2 in a ball is c where c lies in it, else c / |c| of the radius
    centre = torch.tensor([[3.0, 4.0], [0.3, 0.4]], dtype=torch.float64)
    far = normal(6, 2, 2)
    found = adam(lambda z: (z - centre).square().sum(dim=1), far, 400, radius=1.0)
    want = torch.tensor([[0.6, 0.8], [0.3, 0.4]], dtype=torch.float64)
    # the last step moves each number by at most 0.2 / 400
    assert_close(found.z, want, atol=1e-3, rtol=0)
    assert (found.z.norm(dim=1) <= 1 + 1e-12).all()
    free = adam(lambda z: (z - centre).square().sum(dim=1), far, 400)
    assert_close(free.z, centre, atol=1e-3, rtol=0)
    wide = adam(lambda z: (z - centre).square().sum(dim=1), far, 400, radius=1e3)
    assert torch.equal(wide.z, free.z)


def test_slopes_come_without_a_graph():
    value, slope = evaluated(rosenbrock, torch.tensor([[0.0, 1.0]]))
    assert value.tolist() == [101.0] and slope.tolist() == [[-2.0, 200.0]]
    assert not value.requires_grad and not slope.requires_grad


@pytest.mark.parametrize("minimise", [adam, lbfgs])
def test_who_watches_sees_every_step_changes_nothing_and_may_end_it(minimise):
    loss, centre = bowls(4)
    start, seen = torch.zeros_like(centre), []
    watched = minimise(loss, start, 5, watch=lambda *moment: seen.append(moment))
    plain = minimise(loss, start, 5)
    assert torch.equal(watched.z, plain.z) and torch.equal(watched.value, plain.value)
    assert [step for step, _, _ in seen][-5:] == [1, 2, 3, 4, 5]
    assert torch.equal(seen[-1][1], plain.z) and torch.equal(seen[-1][2], plain.value)

    def enough(step, z, value):
        if step == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        minimise(loss, start, 5, watch=enough)

"""The law of the triangles: who is in it, and how points come back to it."""

from __future__ import annotations

import math

import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.data.triangles import WIDTH, Triangles, width


def corners_of(points):
    return points.unflatten(1, (3, 2))


def test_width_of_known_triangles():
    right = torch.tensor([[[0.0, 0.0], [0.3, 0.0], [0.0, 0.4]]], dtype=torch.float64)
    assert_close(width(right).item(), 0.3 * 0.4 / 0.5)
    assert_close(width(right.roll(1, dims=1)), width(right))


def test_draws_follow_the_law():
    law = Triangles(28)
    points = law.draw(1, 4000)
    assert points.dtype == torch.float64 and ((points > 0) & (points < 1)).all()
    assert width(corners_of(points)).min() >= WIDTH
    # rejection from uniform corners, done here in one go, has the same mean area and mean square
    free = noise.uniform(2, (20_000, 3, 2), dtype=torch.float64)
    kept = free[width(free) >= WIDTH]
    for statistic in (lambda c: width(c), lambda c: c[:, 0, 0], lambda c: c[:, 2, 1].square()):
        a, b = statistic(corners_of(points)), statistic(kept)
        error = math.hypot(a.std() / len(a) ** 0.5, b.std() / len(b) ** 0.5)
        assert abs(a.mean() - b.mean()) < 4 * error


def test_draws_are_a_function_of_the_key_and_do_not_depend_on_n():
    law = Triangles(28)
    assert_close(law.draw(5, 40), law.draw(5, 900)[:40], atol=0, rtol=0)
    assert not torch.equal(law.draw(5, 40), law.draw(6, 40))


def test_pictures_are_shares_of_pixels():
    law = Triangles(16)
    points = law.draw(3, 600)  # more than are rendered at once
    pictures = law.render(points)
    assert pictures.shape == (600, 256)
    assert pictures.min() > -1e-12 and pictures.max() < 1 + 1e-12
    assert_close(law.slopes(points)[0], pictures)


def test_points_of_the_law_stay_where_they_are():
    points = Triangles(28).draw(4, 500)
    assert_close(Triangles(28).inside(points), points, atol=0, rtol=0)


def test_a_narrow_triangle_gets_its_width_and_nothing_more():
    law = Triangles(28)
    thin = torch.tensor([[0.2, 0.5, 0.8, 0.5, 0.4, 0.6]], dtype=torch.float64)
    back = law.inside(thin)
    assert_close(back, torch.tensor([[0.2, 0.5, 0.8, 0.5, 0.4, 0.75]], dtype=torch.float64))
    other_way = thin.unflatten(1, (3, 2)).flip(1).flatten(1)
    assert_close(width(corners_of(law.inside(other_way))).item(), WIDTH)


def test_what_cannot_be_put_back_is_nan():
    law = Triangles(28)
    # pushed away from its longest side, the corner of a flat triangle at the border leaves the square
    flat = torch.tensor([[0.0, 0.9, 1.0, 0.9, 0.5, 0.95]], dtype=torch.float64)
    outside = torch.tensor([[-0.2, 0.5, 1.3, 0.4, 0.5, 0.9]], dtype=torch.float64)
    assert law.inside(flat).isnan().all()
    assert_close(law.inside(outside)[0, :4].tolist(), [0.0, 0.5, 1.0, 0.4])


def test_shifting_moves_the_picture():
    law = Triangles(8)
    points = torch.tensor([[0.25, 0.25, 0.75, 0.25, 0.25, 0.75]])
    moved = law.render(law.shifted(points, torch.tensor([[1.0, 2.0]]))).reshape(8, 8)
    assert_close(moved, law.render(points).reshape(8, 8).roll((2, 1), dims=(0, 1)))

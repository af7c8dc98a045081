"""A painted row goes to the weighted least-squares point of a linear generator's range."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.inversion import Effort, invert
from zerosum.latent.project import painted, project

FEW = Effort(starts=3, steps=20, polish=40, drawn=64)
MATRIX = noise.normal(1, (3, 12), dtype=torch.float64)


def generate(z):
    return z @ MATRIX


ROWS = generate(noise.normal(2, (5, 3), dtype=torch.float64))


def edited():
    rows = ROWS.clone()
    rows[:, 4:6] += 1.0
    return rows


@pytest.mark.parametrize("stress", [1.0, 10.0, 1e4])
def test_painted_numbers_count_stress_times_more(stress):
    where = painted(ROWS, edited())
    assert where.sum(dim=1).tolist() == [2] * 5
    found = project(generate, edited(), 3, where=where, stress=stress, effort=FEW)
    root = np.sqrt(np.where(where[0].numpy(), stress, 1.0))
    exact = np.linalg.lstsq(root[:, None] * MATRIX.T.numpy(), root[:, None] * edited().T.numpy())[0]
    # slopes differ by sqrt(stress) in scale: what single steps of L-BFGS can settle at
    np.testing.assert_allclose(found.latents.T, exact, atol=1e-5)


def test_the_answer_is_in_the_range_and_stress_brings_it_nearer_to_the_paint():
    where = painted(ROWS, edited())
    low, high = (
        project(generate, edited(), 3, where=where, stress=s, effort=FEW) for s in (1.0, 100.0)
    )
    assert_close(low.reconstruction, generate(low.latents))
    off = [(r.reconstruction - edited()).abs()[where].mean() for r in (low, high)]
    assert off[1] < 0.5 * off[0]
    plain = invert(generate, edited(), 3, effort=FEW)
    assert_close(low.latents, plain.latents, rtol=0, atol=1e-6)


def test_one_brush_for_all_rows():
    brush = torch.zeros(12)
    brush[4:6] = 1
    found = project(generate, edited(), 3, where=brush, effort=FEW)
    each = project(generate, edited(), 3, where=painted(ROWS, edited()), effort=FEW)
    assert_close(found.latents, each.latents)


def test_bad_input():
    where = painted(ROWS, edited())
    with pytest.raises(InputError, match="stress is 0"):
        project(generate, edited(), 3, where=where, stress=0.5, effort=FEW)
    with pytest.raises(InputError, match="false everywhere"):
        project(generate, edited(), 3, where=painted(ROWS, ROWS), effort=FEW)
    with pytest.raises(InputError, match=r"\(5, 11\) does not broadcast"):
        project(generate, edited(), 3, where=where[:, 1:], effort=FEW)
    with pytest.raises(InputError, match="before and after"):
        painted(ROWS, ROWS[:3])

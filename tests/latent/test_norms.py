"""Norms of latents against the chi distribution."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.special import digamma
from scipy.stats import chi
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.norms import norm_surprise, to_shell


def test_the_shell_has_radius_root_d_and_keeps_directions():
    z = noise.normal(1, (5, 4, 9), dtype=torch.float64)
    on = to_shell(z)
    assert_close(on.norm(dim=-1), torch.full((5, 4), 3.0, dtype=torch.float64))
    assert_close(on / 3.0, z / z.norm(dim=-1, keepdim=True))


def test_one_radius_for_each_latent():
    z = torch.tensor([[3.0, 4.0], [0.0, -2.0]])
    want = torch.tensor([[0.6, 0.8], [0.0, -7.0]])
    assert_close(to_shell(z, torch.tensor([1.0, 7.0])), want)


def test_no_length_leaves_the_range_and_zero_stays():
    # squares of 1e-30 and 1e30 are 0 and infinity in float32
    z = torch.tensor([[3e-30, 4e-30], [3e30, 4e30], [0.0, 0.0]])
    assert_close(to_shell(z, 5.0), torch.tensor([[3.0, 4.0], [3.0, 4.0], [0.0, 0.0]]))


@pytest.mark.parametrize("d", [1, 2, 3, 64])
def test_surprise_is_the_chi_log_density_below_its_greatest(d):
    r = torch.linspace(0.1, 12, 50, dtype=torch.float64)
    z = to_shell(torch.ones(50, d, dtype=torch.float64), r)
    want = chi(d).logpdf(math.sqrt(d - 1)) - chi(d).logpdf(r.numpy())
    if d == 1:
        want = r.numpy() ** 2 / 2  # the mode is at 0, where scipy's density is that of one side
    np.testing.assert_allclose(norm_surprise(z).numpy(), want, rtol=1e-9, atol=1e-12)


def test_mean_surprise_of_gaussian_latents():
    d, n = 50, 2000
    s = norm_surprise(noise.normal(2, (n, d), dtype=torch.float64))
    m = d - 1
    want = 0.5 - m / 2 * (digamma(d / 2) + math.log(2) - math.log(m))
    assert abs(float(s.mean()) - want) < 5 * float(s.std()) / math.sqrt(n)
    assert abs(want - 0.5) < 1 / d  # the docstring's 1/2, up to O(1/d)


@pytest.mark.parametrize(
    ("z", "radius", "says"),
    [
        (torch.ones(2, 3), -1.0, "no length"),
        (torch.ones(2, 3), float("nan"), "no length"),
        (torch.ones(2, 3), torch.ones(3), "radius has shape"),
        (torch.ones(2, 0), 1.0, "coordinates"),
        (torch.ones(2, 3, dtype=torch.int64), 1.0, "real numbers"),
        (torch.tensor([float("inf")]), 1.0, "NaN or infinity"),
    ],
)
def test_what_is_refused(z, radius, says):
    with pytest.raises(InputError, match=says):
        to_shell(z, radius)

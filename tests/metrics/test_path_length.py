"""Perceptual path length: exact for linear generators, by the angle for slerp, and rounding caught."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.metrics.path_length import lerp, path_length, slerp


def draw(key: int, *shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return noise.normal(noise.fold("path length", key), shape, dtype=dtype)


@pytest.mark.parametrize("epsilon", [1e-4, 0.3])
def test_a_linear_generator_has_twice_its_squared_norm_for_any_step(epsilon: float) -> None:
    w, starts, ends = draw(0, 5, 3), draw(1, 400, 3), draw(2, 400, 3)
    got = path_length(
        lambda z: z @ w.mT, starts, ends, interpolation="lerp", epsilon=epsilon, key=1
    )
    each = ((ends - starts) @ w.mT).square().sum(dim=1)
    # pair by pair, whatever t: G(a + (t + ε) v) - G(a + t v) = ε W v; rounding is 1e-16 / ε
    assert_allclose(got.value, float(each.mean()), rtol=1e-10)
    assert_allclose(got.error, float(each.std() / 20), rtol=1e-10)
    assert abs(got.value - 2 * float(w.square().sum())) < 3 * got.error
    assert got.unmoved == 0


def test_float32_is_enough_for_the_step_and_256_levels_are_not() -> None:
    w, starts, ends = draw(0, 64, 8).float() / 10, draw(1, 300, 8).float(), draw(2, 300, 8).float()
    exact = float(((ends - starts).double() @ w.double().mT).square().sum(dim=1).mean())

    def smooth(z: torch.Tensor) -> torch.Tensor:
        assert z.dtype == torch.float32
        return z @ w.mT

    got = path_length(smooth, starts, ends, interpolation="lerp")
    # float32 rounds pictures of size 1 by 6e-8, 1e-3 of a step's change of 1e-4: its square adds 1e-6
    # and the cross term is even in sign; 1e-3 would be all of it with one sign
    assert_allclose(got.value, exact, rtol=1e-3)
    rounded = path_length(
        lambda z: (smooth(z) * 127.5).round() / 127.5, starts, ends, interpolation="lerp"
    )
    assert rounded.unmoved > 0.1
    assert not 0.9 * exact < rounded.value < 1.1 * exact
    with pytest.raises(InputError, match=r"torch\.uint8"):
        path_length(lambda z: smooth(z).to(torch.uint8), starts, ends, interpolation="lerp")


@pytest.mark.parametrize("epsilon", [1e-4, 0.2])
def test_on_the_sphere_a_step_is_a_chord_of_the_angle(epsilon: float) -> None:
    # unit vectors: ‖slerp(t + ε) - slerp(t)‖ = 2 sin(ωε/2); lerp would be the straight 2 sin(ω/2)
    starts, ends = (torch.nn.functional.normalize(draw(k, 200, 6)) for k in (3, 4))
    omega = torch.arccos((starts * ends).sum(dim=1))
    got = path_length(lambda z: z, starts, ends, interpolation="slerp", epsilon=epsilon)
    want = (2 * torch.sin(omega * epsilon / 2) / epsilon).square().mean()
    assert_allclose(got.value, float(want), rtol=1e-9)
    line = path_length(lambda z: z, starts, ends, interpolation="lerp", epsilon=epsilon)
    assert_allclose(line.value, float((2 * torch.sin(omega / 2)).square().mean()), rtol=1e-9)


def test_slerp_turns_at_an_even_rate_and_ends_where_it_should() -> None:
    a, b = draw(5, 50, 4), 3 * draw(6, 50, 4)
    assert_close(slerp(a, b, torch.zeros(50).double()), a)
    assert_close(slerp(a, b, torch.ones(50).double()), b)
    angle = torch.arccos(torch.nn.functional.cosine_similarity(a, b))
    # of equal norms the way stays on the sphere, at angle t ω from the start
    c = b * (a.norm(dim=1) / b.norm(dim=1))[:, None]
    third = slerp(a, c, torch.full((50,), 1 / 3).double())
    assert_close(third.norm(dim=1), a.norm(dim=1))
    turned = torch.arccos(torch.nn.functional.cosine_similarity(a, third))
    assert_close(turned, angle / 3)
    t = torch.full((50,), 0.25).double()
    assert_close(slerp(a, 2 * a, t), lerp(a, 2 * a, t))


def test_features_are_what_distances_are_taken_in() -> None:
    starts, ends = draw(1, 60, 3), draw(2, 60, 3)
    got = path_length(
        lambda z: z.reshape(-1, 1, 3, 1),
        starts,
        ends,
        interpolation="lerp",
        features=lambda x: 5 * x[:, :, :1],
    )
    want = 25 * (ends - starts)[:, 0].square().mean()
    assert_allclose(got.value, float(want), rtol=1e-10)


def test_the_trimmed_mean_drops_three_pairs_at_either_end() -> None:
    # 300 pairs: the 1 and 99 % percentiles lie at places 2.99 and 296.01; "lower" and "higher" keep
    # places 2 to 297, so that two at each end go
    starts, ends = draw(1, 300, 2), draw(2, 300, 2)
    got = path_length(lambda z: z, starts, ends, interpolation="lerp")
    each = np.sort((ends - starts).square().sum(dim=1).numpy())
    assert_allclose(got.trimmed, each[2:298].mean(), rtol=1e-10)
    wins = each.copy()
    wins[:2], wins[298:] = each[2], each[297]
    assert_allclose(got.trimmed_error, wins.std(ddof=1) / (0.98 * np.sqrt(300)), rtol=1e-10)
    assert got.trimmed < got.value  # lengths have a long right tail


def test_the_error_covers_in_400_replicates() -> None:
    # 400 pairs of a linear generator, 2‖W‖² = 2 · 14; 3 binomial standard errors around 0.95
    w = torch.tensor([[1.0, 2.0, 3.0]]).double()
    inside = 0
    for i in range(400):
        starts, ends = draw(1000 + i, 400, 3), draw(5000 + i, 400, 3)
        got = path_length(lambda z: z * w, starts, ends, interpolation="lerp", key=i)
        inside += abs(got.value - 28) < 1.96 * got.error
    assert abs(inside / 400 - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 400)


def test_what_cannot_work_is_refused() -> None:
    a, b = draw(1, 5, 2), draw(2, 5, 2)
    refused = [
        ("did you mean 'slerp'", a, b, {"interpolation": "slrp"}),
        ("starts has shape", a, b[:4], {}),
        ("starts has shape", a[:1], b[:1], {}),
        ("starts has shape", a[0], b[0], {}),
        ("use lerp", a[:, :1], b[:, :1], {"interpolation": "slerp"}),
        (r"epsilon is 0\.0", a, b, {"epsilon": 0.0}),
        ("not finite", a, b * torch.nan, {}),
    ]
    for match, starts, ends, options in refused:
        with pytest.raises(InputError, match=match):
            path_length(lambda z: z, starts, ends, **({"interpolation": "lerp"} | options))

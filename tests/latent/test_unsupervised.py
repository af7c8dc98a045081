"""Directions without labels: planted ones come back, to the angle that theory predicts."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.unsupervised import feature_directions, weight_directions


def drawn(key, *shape):
    return noise.normal(noise.fold("unsupervised", key), shape, dtype=torch.float64)


def orthonormal(key, n, k):
    return torch.linalg.qr(drawn(key, n, k))[0]


def up_to_sign(a, b):
    return a * (a * b).sum(dim=-1, keepdim=True).sign()


def test_a_planted_weight_gives_its_directions_back():
    left, right = orthonormal(1, 30, 5), orthonormal(2, 5, 5)
    sizes = torch.tensor([5.0, 4.0, 2.0, 1.0, 0.1]).double()
    found = weight_directions(left * sizes @ right.T, 3)
    # condition: eps 5 / (5 - 4)
    assert_close(up_to_sign(found.vectors, right.T[:3]), right.T[:3], rtol=0, atol=1e-13)
    assert_close(found.shares, sizes[:3].square() / sizes.square().sum())
    assert found.linear.tolist() == [1, 1, 1]


def test_no_direction_is_stretched_more_than_the_first():
    weight = drawn(3, 12, 7)
    found = weight_directions(weight, 7)
    others = drawn(4, 1000, 7)
    stretch = (others @ weight.T).norm(dim=1) / others.norm(dim=1)
    first = float((weight @ found.vectors[0]).norm())
    assert first > float(stretch.max())
    assert_close(found.vectors @ found.vectors.T, torch.eye(7).double())
    assert float(found.shares.sum()) == pytest.approx(1)


def test_angle_of_planted_feature_directions():
    sizes = torch.tensor([5.0, 3.0, 2.0, 1.0, 0.5, 0.25]).double()
    n, replicates = 4000, 60
    left, right = orthonormal(5, 10, 6), orthonormal(6, 6, 6)
    squares = []
    for k in range(replicates):
        z = drawn(f"planted{k}", n, 6)
        found = feature_directions(z, z @ right * sizes @ left.T + 3, 2)
        cosines = (found.vectors * right.T[:2]).sum(dim=1)
        squares.append((1 - cosines.square()).numpy())
    s = sizes.numpy() ** 2
    for k in range(2):
        parts = (s[k] / (s[k] - np.delete(s, k))) ** 2
        want = parts.sum() / n
        got = float(np.mean([q[k] for q in squares]))
        # a mean of 60 weighted sums of chi-squares; terms left out are of relative order 10/n
        error = 5 * math.sqrt(2 * (parts**2).sum() / replicates) / parts.sum()
        assert got / want == pytest.approx(1, abs=error + 0.01)


def test_linear_features_are_linear_and_squares_are_not():
    z = drawn(7, 3000, 4)
    straight = feature_directions(z, z @ drawn(8, 4, 9), 2)
    assert float(straight.linear.min()) > 1 - 4 * 4 / 3000  # all but chance correlations, d / n
    bent = feature_directions(z, 10 * z[:, :1].square() + 0.01 * z, 1)
    # the square is not correlated with z but by chance: d / n, and kurtosis makes that a few times
    assert float(bent.linear[0]) < 30 * 4 / 3000
    assert float(bent.shares[0]) > 0.99


def test_the_regression_is_back_to_the_latents_not_out_of_them():
    # two features of unlike sizes and a shared part: E z x_k / E x_k² with x_k a principal score
    z = drawn(9, 200, 3)
    h = z @ drawn(10, 3, 5) + 0.5 * drawn(11, 200, 5)
    found = feature_directions(z, h, 2)
    x, y = (a.numpy() - a.numpy().mean(axis=0) for a in (h, z))
    values, axes = np.linalg.eigh(x.T @ x)
    scores = x @ axes[:, ::-1][:, :2]
    for k in range(2):
        u = np.linalg.lstsq(scores[:, k : k + 1], y, rcond=None)[0][0]
        u = torch.from_numpy(u / np.linalg.norm(u))
        assert_close(up_to_sign(found.vectors[k], u), u, rtol=0, atol=1e-12)
        correlation = np.corrcoef(scores[:, k], y @ u.numpy())[0, 1]
        assert float(found.linear[k]) == pytest.approx(correlation**2, rel=1e-10)
    shares = values[::-1] / values.sum()
    np.testing.assert_allclose(found.shares.numpy(), shares[:2], rtol=1e-12)


def test_activations_are_flattened_and_signs_are_fixed():
    z = drawn(12, 100, 3)
    h = (z @ drawn(13, 3, 24)).reshape(100, 2, 3, 4)
    found = feature_directions(z, h, 3)
    assert_close(found.vectors, feature_directions(z, -h.flatten(1), 3).vectors)
    top = found.vectors.gather(1, found.vectors.abs().argmax(dim=1, keepdim=True))
    assert (top > 0).all()
    assert_close(found.vectors.norm(dim=1), torch.ones(3).double())


def test_what_is_refused():
    z = drawn(14, 20, 3)
    with pytest.raises(InputError, match="a row for each"):
        feature_directions(z, z[:19], 1)
    with pytest.raises(InputError, match="a row for each"):
        feature_directions(z, z[:, 0], 1)
    with pytest.raises(InputError, match="1 to 3 directions"):
        feature_directions(z, drawn(15, 20, 9), 4)
    with pytest.raises(InputError, match="vary along 0"):
        feature_directions(z, torch.ones(20, 5).double(), 1)
    with pytest.raises(InputError, match="vary along 1"):
        feature_directions(z, z[:, :1] * torch.ones(5).double(), 2)
    with pytest.raises(InputError, match="features holds NaN"):
        feature_directions(z, z * math.nan, 1)
    with pytest.raises(InputError, match="table of rows"):
        weight_directions(drawn(16, 4, 3, 2), 1)
    with pytest.raises(InputError, match="1 to 3 directions"):
        weight_directions(drawn(17, 4, 3), 0)
    with pytest.raises(InputError, match="stretches along 1"):
        weight_directions(torch.outer(drawn(18, 4), drawn(19, 3)), 2)

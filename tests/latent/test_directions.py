"""Planted directions, found to the angle that theory predicts, and judged on latents held out."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.special import ndtr
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.directions import along, difference, orthogonal_to, probe
from zerosum.metrics.intervals import wilson


def drawn(key, *shape):
    return noise.normal(noise.fold("directions", key), shape, dtype=torch.float64)


def axis(d, k=0):
    return torch.eye(d, dtype=torch.float64)[k]


def two_groups(key, n, gap, factor):
    """n latents factor · e of each group, gap apart along the first axis of e; labels; as one."""
    z = drawn(key, 2 * n, len(factor))
    labels = torch.arange(2 * n) < n
    z[:, 0] += torch.where(labels, gap / 2, -gap / 2)
    return z @ factor.T, labels


def squared_tangent(vector, truth):
    along_it = float(vector @ truth) / float(truth.norm())
    return (1 - along_it**2) / along_it**2


def spread_of_a_mean(parts, replicates):
    """Five relative standard errors of a mean of `replicates` chi-squares of `parts` degrees."""
    return 5 * math.sqrt(2 / (parts * replicates))


def test_difference_by_hand():
    having = torch.tensor([[3.0, 1.0], [5.0, 1.0]])
    lacking = torch.tensor([[0.0, -2.0], [2.0, -2.0]])
    found = difference(having, lacking)
    assert_close(found.vector, torch.tensor([1.0, 1.0]) / math.sqrt(2))
    assert found.gap == pytest.approx(3 * math.sqrt(2))
    # variances 2 and 2 over two rows each in the first coordinate, none in the second
    assert_close(found.error, torch.tensor([math.sqrt(2), 0.0]))
    # of that variance 2, half lies across: sqrt(1) / (3 sqrt 2)
    assert found.angle_error == pytest.approx(1 / (3 * math.sqrt(2)))


def test_angle_of_the_difference():
    d, n, gap, replicates = 20, 200, 2.0, 200
    found = [
        (difference(z[y], z[~y]))
        for z, y in (two_groups(k, n, gap, torch.eye(d).double()) for k in range(replicates))
    ]
    # each of d - 1 coordinates across has variance 2/n
    want = (d - 1) * 2 / n / gap**2
    got = float(np.mean([squared_tangent(f.vector, axis(d)) for f in found]))
    # E 1/(gap + e)² is 1 + 3 Var(e) / gap² times larger; then the mean's own error
    assert got / want == pytest.approx(1 + 3 * 2 / n / gap**2, rel=spread_of_a_mean(19, replicates))
    said = float(np.mean([f.angle_error**2 for f in found]))
    # what is reported has the length found below it, which noise makes longer by its share `want`
    assert said / want == pytest.approx(1.0, abs=1.5 * want)


def test_probe_finds_the_discriminant_and_difference_the_means():
    factor = torch.eye(4).double()
    factor[1, 0], factor[2, 1], factor[3, 3] = 1.5, -0.7, 3.0
    n, gap = 40_000, 1.5
    z, labels = two_groups("skew", n, gap, factor)
    inverse_transposed = torch.linalg.inv(factor).T
    tells_apart = inverse_transposed @ axis(4)  # S⁻¹ F e = F⁻ᵀ e
    means = factor @ axis(4)
    assert squared_tangent(tells_apart, means) > 1  # far from each other: above 45 degrees
    by_means, by_probe = difference(z[labels], z[~labels]), probe(z, labels)
    # the square of the angle over its mean is a weighted sum of at most 3 chi-squares of 1: its
    # 1 - 1e-6 quantile is below that of one alone, 24
    assert squared_tangent(by_means.vector, means) < 24 * by_means.angle_error**2
    assert squared_tangent(by_probe.vector, tells_apart) < 24 * by_probe.angle_error**2
    assert by_probe.angle_error < 0.05 and by_means.angle_error < 0.05


def test_angle_of_the_probe():
    d, n, gap, replicates = 10, 600, 1.5, 150
    factor = torch.diag(torch.linspace(0.5, 2.0, d).double())
    truth = torch.linalg.inv(factor).T @ axis(d)
    found = [probe(*two_groups(k, n, gap, factor)) for k in range(replicates)]
    fitted = 0.75 * 2 * n
    precisions = 1 / factor.diagonal().square()
    # Δ = gap: (4/n + Δ²/n) tr(P S⁻¹ P) / ‖w‖², w = gap / 0.5 along the first axis
    want = (4 + gap**2) / fitted * float(precisions[1:].sum()) / (gap / 0.5) ** 2
    got = float(np.mean([squared_tangent(f.vector, truth) for f in found]))
    weights = precisions[1:] / precisions[1:].sum()
    error = 5 * math.sqrt(2 * float(weights.square().sum()) / replicates)
    # terms left out are of order d / n, a few of them
    assert got / want == pytest.approx(1, abs=error + 3 * d / fitted)
    said = float(np.mean([f.angle_error**2 for f in found]))
    assert said / want == pytest.approx(1, abs=5 * d / fitted)


def test_probe_is_linear_discriminant_analysis():
    z, labels = two_groups("peer", 150, 1.0, torch.eye(6).double() + 0.3 * drawn("f", 6, 6))
    labels[:90] = False  # unequal groups move the threshold
    found = probe(z, labels, held_out=0.3, key=4)
    order = noise.permutation(noise.fold(4, "probe"), 300)
    held, fitted = order[:90], order[90:]
    peer = LinearDiscriminantAnalysis(solver="lsqr").fit(z[fitted], labels[fitted])
    w = torch.from_numpy(peer.coef_[0])
    assert_close(found.vector, w / w.norm(), rtol=1e-9, atol=1e-12)
    assert found.threshold == pytest.approx(-float(peer.intercept_[0] / w.norm()), rel=0.05)
    agree = peer.predict(z[held].numpy()) == ((z[held] @ found.vector) > found.threshold).numpy()
    assert agree.all()
    assert found.accuracy == pytest.approx(peer.score(z[held].numpy(), labels[held].numpy()))
    share = wilson(round(found.accuracy * 90), 90)
    assert (found.low, found.high) == pytest.approx((share.low, share.high), rel=1e-12)
    yes = float(labels[held].double().mean())
    assert found.held_out == 90 and found.base == max(yes, 1 - yes) > 0.5


def test_the_threshold_stands_where_both_labels_are_as_likely():
    # on the line: N(±1, 1), 9 of 10 True: even odds at z = -log(9) / 2
    n = 100_000
    labels = torch.arange(n) % 10 > 0
    z = drawn("odds", n, 1) + torch.where(labels, 1.0, -1.0)[:, None]
    found = probe(z, labels)
    # means to 1/√7500 of the fitted False ones, and log odds / gap to the gap's
    assert found.threshold == pytest.approx(-math.log(9) / 2, abs=5 * 1.5 / math.sqrt(7_500))
    assert found.vector.tolist() == [1.0] and found.angle_error == 0.0
    right = 0.9 * ndtr(1 + math.log(9) / 2) + 0.1 * ndtr(1 - math.log(9) / 2)
    assert found.low - 0.005 < right < found.high + 0.005


def test_the_accuracys_interval_holds_the_accuracy_on_new_latents():
    d, n, gap, replicates = 5, 150, 1.0, 200
    hits = 0
    for k in range(replicates):
        found = probe(*two_groups(f"new{k}", n, gap, torch.eye(d).double()))
        way = gap / 2 * float(found.vector[0])  # each group's mean along the unit vector
        exact = (ndtr(way - found.threshold) + ndtr(way + found.threshold)) / 2
        hits += found.low <= exact <= found.high
    assert abs(hits / replicates - 0.95) < 5 * math.sqrt(0.95 * 0.05 / replicates)


def test_a_label_that_is_a_half_space_is_found_by_both():
    d, n = 16, 20_000
    truth = axis(d, 3)
    z = drawn("half", n, d)
    labels = z @ truth > 0
    found, by_probe = difference(z[labels], z[~labels]), probe(z, labels)
    # means of half normals are 2 √(2/π) apart, with 4/n across: (d - 1) π / 2n on average, and a
    # chi-square of 15 degrees is below 4.2 times its mean but once in a million
    assert found.gap == pytest.approx(2 * math.sqrt(2 / math.pi), abs=5 * 2 / math.sqrt(n))
    assert squared_tangent(found.vector, truth) < 4.2 * (d - 1) * math.pi / (2 * n)
    assert squared_tangent(by_probe.vector, truth) < 4.2 * (d - 1) * math.pi / (2 * 0.75 * n)
    assert by_probe.accuracy > 0.98


def test_a_label_that_latents_do_not_tell_is_called_so():
    z, labels = drawn("none", 4000, 8), noise.integers(1, (4000,), 2) == 0
    found = probe(z, labels)
    # chance is in the interval, at the 1 in 1000 level with its width doubled
    assert found.low - 0.03 < 0.5 < found.high + 0.03
    # a direction of noise: no angle to speak of
    assert found.angle_error > 0.5


def test_float32_keeps_its_dtype():
    z, labels = two_groups("single", 50, 2.0, torch.eye(3).double())
    assert probe(z.float(), labels).vector.dtype == torch.float32


def test_orthogonal_to_by_hand_and_in_general():
    v = torch.tensor([1.0, 2.0, 2.0])
    assert_close(orthogonal_to(v, axis(3).float()[None]), torch.tensor([0.0, 1.0, 1.0]) / 2**0.5)
    direction, others = drawn("v", 10), drawn("others", 4, 10)
    left = orthogonal_to(direction, others)
    assert_close(left.norm(), torch.ones(()).double())
    assert float((others @ left).abs().max()) < 1e-14 * float(others.norm())
    # what was taken out lies in the others' span
    rest = direction - (direction @ left) * left
    weights = torch.linalg.lstsq(others.T, rest[:, None]).solution[:, 0]
    assert_close(weights @ others, rest)
    assert float(direction @ left) > 0


def test_orthogonal_to_others_that_depend_on_each_other_or_are_nothing():
    direction, one, two = drawn("a", 6), drawn("b", 6), drawn("c", 6)
    want = orthogonal_to(direction, torch.stack((one, two)))
    # the third hides in the first two; were it counted, one direction too many would be lost
    assert_close(orthogonal_to(direction, torch.stack((one, two, 3 * one - two))), want)
    assert_close(orthogonal_to(direction, torch.zeros(1, 6).double()), direction / direction.norm())


def test_a_short_rest_is_still_orthogonal():
    other = drawn("o", 8).float()
    nearly = other + 1e-5 * drawn("p", 8).float()
    left = orthogonal_to(nearly, other[None])
    assert abs(float(left @ other)) < 8 * torch.finfo(torch.float32).eps * float(other.norm())


def test_along_leaves_the_other_attribute_as_it_is():
    z, style, character = drawn("z", 7, 5), drawn("s", 5), drawn("ch", 5)
    amounts = torch.tensor([-2.0, 0.0, 1.5])
    moved = along(z, orthogonal_to(style, character[None]), amounts)
    assert moved.shape == (3, 7, 5)
    assert_close(moved[1], z)
    assert_close(moved @ character, (z @ character).expand(3, 7))
    assert_close((moved[2] - z).norm(dim=1), torch.full((7,), 1.5).double())


YES = torch.tensor([True, False] * 10)


@pytest.mark.parametrize(
    ("z", "labels", "held_out", "says"),
    [
        (drawn(1, 20, 2), YES[:19], 0.25, "one True or False for each"),
        (drawn(1, 20, 2), YES.long(), 0.25, "one True or False for each"),
        (drawn(1, 20, 2), YES & False, 0.25, "0 True and 15 False"),
        (drawn(1, 20, 13), YES, 0.25, "16 together"),
        (drawn(1, 20, 2), YES, 0.0, "held_out is 0.0"),
        (drawn(1, 20, 2), YES, 0.9, "held_out is 0.9"),
        (drawn(1, 20, 2) * math.nan, YES, 0.25, "NaN"),
        (torch.zeros(20, 2), YES, 0.25, "fewer dimensions"),
        (drawn(1, 3, 2), YES[:3], 0.25, "at least 4"),
    ],
)
def test_what_a_probe_refuses(z, labels, held_out, says):
    with pytest.raises(InputError, match=says):
        probe(z, labels, held_out=held_out)


def test_what_the_others_refuse():
    z = drawn(2, 5, 3)
    with pytest.raises(InputError, match="the same mean"):
        difference(z, z)
    with pytest.raises(InputError, match="having has 1 rows"):
        difference(z[:1], z)
    with pytest.raises(InputError, match="coordinates"):
        difference(z, z[:, :2])
    with pytest.raises(InputError, match="in the span"):
        orthogonal_to(z[0], torch.stack((z[0] + z[1], z[1])))
    with pytest.raises(InputError, match="in the span"):
        orthogonal_to(torch.zeros(3).double(), z[:1])
    with pytest.raises(InputError, match="coordinates"):
        orthogonal_to(z[0], z[:, :2])
    with pytest.raises(InputError, match="finite numbers"):
        along(z, z[0], torch.tensor([math.inf]))
    with pytest.raises(InputError, match="finite numbers"):
        along(z, z[0], torch.tensor(1.0))

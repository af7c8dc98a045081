"""Means of latents against loops, and sums against hand-computed ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent.arithmetic import analogy, class_means, combination
from zerosum.latent.norms import to_shell


def drawn(key, *shape):
    return noise.normal(key, shape, dtype=torch.float64)


def test_means_and_errors_by_a_loop():
    z, labels = drawn(1, 60, 4), noise.integers(2, (60,), 3)
    found = class_means(z, labels)
    assert found.names == (0, 1, 2)
    for k in range(3):
        part = z.numpy()[labels.numpy() == k]
        assert int(found.counts[k]) == len(part)
        np.testing.assert_allclose(found.of(k).numpy(), part.mean(axis=0), rtol=1e-13)
        error = part.std(axis=0, ddof=1) / math.sqrt(len(part))
        np.testing.assert_allclose(found.errors[k].numpy(), error, rtol=1e-13)


@pytest.mark.parametrize(
    ("labels", "names"),
    [(["b", "a", "b"], ("a", "b")), ([True, False, True], (False, True)), ([7, -1, 7], (-1, 7))],
)
def test_labels_of_any_kind(labels, names):
    z = torch.tensor([[1.0, 0.0], [5.0, 6.0], [3.0, 4.0]])
    found = class_means(z, labels)
    assert found.names == names
    assert_close(found.of(names[1]), torch.tensor([2.0, 2.0]))
    assert_close(found.errors[1], torch.tensor([1.0, 2.0]))
    assert found.errors[0].isnan().all()  # one row tells nothing of its spread


def test_a_large_mean_does_not_spoil_the_errors():
    z = drawn(3, 50, 2)
    far = class_means(z + 1e8, [0] * 50).errors
    # the shifted numbers are rounded to 1e8 eps = 2e-8
    assert_close(far, class_means(z, [0] * 50).errors, rtol=1e-6, atol=0)


def test_errors_are_those_of_the_means():
    n, d = 30, 400
    found = class_means(drawn(4, n, d), [0] * n)
    squares = (found.means / found.errors).square()
    # the square of Student's t of 29 degrees: mean 29/27, variance 2.58
    assert abs(float(squares.mean()) - 29 / 27) < 5 * math.sqrt(2.584 / d)


def test_bold_a_minus_a_plus_b_is_bold_b():
    letters, weights, d = drawn(5, 2, 30), drawn(6, 2, 30), 30
    names = [f"{w}{c}" for w in ("thin", "bold") for c in "AB"]
    centres = (weights[:, None] + letters[None]).reshape(4, d)
    labels = np.repeat(names, 50)
    found = class_means(centres.repeat_interleave(50, 0) + drawn(7, 200, d), labels)
    made = analogy(found.of("boldA"), found.of("thinA"), found.of("thinB"))
    # three means of 50: variance 3/50 a coordinate, so a chi-square of 30 degrees times that
    off = float((made - centres[3]).square().sum()) * 50 / 3
    assert abs(off - d) < 5 * math.sqrt(2 * d)
    terms = torch.stack([found.of(n) for n in ("boldA", "thinA", "thinB")])
    assert_close(combination(terms, [1.0, -1.0, 1.0]), made)


def test_three_latents_leave_the_shell_and_come_back():
    d = 400
    a, b, c = drawn(8, 3, 100, d)
    made = analogy(a, b, c)
    # ‖a - b + c‖² / 3 is a chi-square of d degrees: 100 of them
    assert abs(float(made.square().sum(dim=1).mean()) / (3 * d) - 1) < 5 * math.sqrt(2 / d / 100)
    assert_close(to_shell(made, c.norm(dim=1)).norm(dim=1), c.norm(dim=1))


def test_a_difference_is_given_to_many():
    a, b, c = drawn(9, 5), drawn(10, 5), drawn(11, 7, 5)
    assert_close(analogy(a, b, c), c + (a - b)[None])


def test_combination_of_blocks():
    terms = drawn(12, 3, 4, 5)
    want = 2 * terms[0] - terms[1] + 0.5 * terms[2]
    assert_close(combination(terms, torch.tensor([2.0, -1.0, 0.5])), want)


def test_what_is_refused():
    z = drawn(13, 4, 2)
    with pytest.raises(InputError, match="one for each row"):
        class_means(z, [0, 1, 0])
    with pytest.raises(InputError, match="NaN"):
        class_means(z * math.nan, [0, 1, 0, 1])
    with pytest.raises(InputError, match="unknown class"):
        class_means(z, list("abab")).of("c")
    with pytest.raises(InputError, match="for each term"):
        combination(z, [1.0, 2.0])
    with pytest.raises(InputError, match="for each term"):
        combination(z, [1.0, 2.0, math.inf, 0.0])
    with pytest.raises(InputError, match="coordinates"):
        analogy(z, z, z[:, :1])
    with pytest.raises(InputError, match="c holds NaN"):
        analogy(z, z, z * math.nan)

"""Sums of classes on a linear artefact, where a sum of latents is a sum of pictures."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.explore.small import halves, pictures, taught_judge
from zerosum import noise
from zerosum.errors import InputError
from zerosum.explore.adding import (
    Term,
    add,
    class_latents_of_examples,
    class_latents_of_samples,
    parsed,
)
from zerosum.explore.inverting import Search
from zerosum.latent.inversion import Effort

NAMES = ("bold A", "A", "B", "t-shirt")


def test_expressions():
    assert parsed("bold A - A + B", NAMES) == (Term(1, "bold A"), Term(-1, "A"), Term(1, "B"))
    assert parsed("- A + B", NAMES) == (Term(-1, "A"), Term(1, "B"))
    assert parsed("B + t-shirt - A", NAMES) == (Term(1, "B"), Term(-1, "A"), Term(1, "t-shirt"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A - C", "unknown class 'C'"),
        ("A", "is no sum of classes"),
        ("- A - B", "one of them added"),
        ("A-B", "unknown class 'A-B'"),
        ("", "unknown class ''"),
    ],
)
def test_what_is_no_sum(text, words):
    with pytest.raises(InputError, match=words):
        parsed(text, NAMES)


def test_a_sum_by_hand():
    generator = pictures()
    judge = taught_judge()
    z = noise.normal(4, (5, 3))
    latents = {"a": z[:3] + 1, "b": z[:4], "c": z}
    found = add(generator, (Term(1, "a"), Term(-1, "b"), Term(1, "c")), latents, judge, n=8)
    moved = z[:3] + (z[:3] + 1).mean(dim=0) - z[:4].mean(dim=0)
    moved = moved * (z[:3].norm(dim=1) / moved.norm(dim=1))[:, None]
    torch.testing.assert_close(found.latents, moved)
    np.testing.assert_allclose(
        found.results, generator.codec.decode(generator.encoded(moved)), atol=1e-4
    )
    assert found.parts.shape == (3, 3, 4, 4) and found.counts == (3, 4, 5)
    assert sum(found.before.values()) == sum(found.after.values()) == 3


def test_latents_of_classes_from_samples_and_from_examples():
    generator = pictures()
    rows, labels = halves()
    judge = taught_judge()
    sampled = class_latents_of_samples(generator, judge)
    search = Search(effort=Effort(starts=2, steps=20, polish=20, drawn=64))
    inverted = class_latents_of_examples(generator, rows, labels, ("left", "right"), search=search)
    assert len(sampled["left"]) + len(sampled["right"]) == 4096
    assert len(inverted["left"]) == len(inverted["right"]) == 24
    apart = [z["right"].mean(dim=0) - z["left"].mean(dim=0) for z in (sampled, inverted)]
    assert torch.nn.functional.cosine_similarity(*apart, dim=0) > 0.5
    terms = parsed("right - left + left", judge.classes)
    # from the middle of the left it goes over to the right
    found = add(generator, terms, inverted, judge)
    assert found.before == {"left": 8} and found.after.get("right", 0) > 4


def test_a_class_that_is_hardly_made():
    latents = {"left": torch.zeros(2, 3), "right": torch.ones(9, 3)}
    with pytest.raises(InputError, match="class 'left' has 2 latents"):
        add(pictures(), (Term(1, "left"), Term(1, "right")), latents, taught_judge())

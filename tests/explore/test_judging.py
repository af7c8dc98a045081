"""Judge, directions, sums and neighbours, on pictures whose classes are bright halves."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.explore.small import SIDES, halves, pictures, taught_judge
from zerosum.errors import InputError
from zerosum.explore.judging import judge_of, judged_samples


def test_a_judge_knows_its_classes():
    judge = taught_judge()
    assert judge.classes == SIDES and judge.accuracy.n == 15 and judge.accuracy.value == 1
    rows, labels = halves(10)
    assert judge(pictures().codec.encode(rows)).tolist() == list(labels)


def test_samples_are_named():
    generator, judge = pictures(), taught_judge()
    latents, names = judged_samples(generator, judge, 30, seed=3)
    again, _ = judged_samples(generator, judge, 40, seed=3)
    assert torch.equal(again[:30], latents) and set(names) <= set(SIDES)
    encoded = generator.encoded(latents)
    brighter = encoded[..., 2:].mean(dim=(1, 2, 3)) > encoded[..., :2].mean(dim=(1, 2, 3))
    # where one side is clearly brighter, the judge says so
    gap = (encoded[..., 2:].mean(dim=(1, 2, 3)) - encoded[..., :2].mean(dim=(1, 2, 3))).abs()
    clear = (gap > 0.2).numpy()
    assert clear.any() and (names[clear] == np.asarray(SIDES)[brighter.long()][clear]).all()


def test_what_cannot_be_judged():
    rows, _ = halves()
    with pytest.raises(InputError, match="60 rows came with 0 classes"):
        judge_of(pictures(), rows, ())
    with pytest.raises(InputError, match="came with 1 classes"):
        judge_of(pictures(), rows, ("left",) * 60)
    with pytest.raises(InputError, match="is told the class"):
        judged_samples(pictures(classes=2), taught_judge(), 10)

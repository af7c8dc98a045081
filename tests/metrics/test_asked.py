"""The share of pictures named as what they were asked for, with a classifier that reads one pixel."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from zerosum.metrics.asked import asked_class
from zerosum.metrics.classifier import Classifier


class Reader(Classifier):
    """Names a picture by its first pixel."""

    @property
    def id(self) -> str:
        """A name."""
        return "reader"

    def predict(self, batch):
        """Return the first pixels."""
        return batch[:, 0, 0, 0].long().numpy()


JUDGE = Reader((), (1, 2, 2), 3, 0)


def pictures(names):
    return torch.tensor(names).float()[:, None, None, None].expand(-1, 1, 2, 2)


def measured(fake, asked, held=(0, 1, 2, 2), labels=(0, 1, 2, 2), **over):
    return asked_class(
        JUDGE,
        (pictures(list(held)), np.array(labels)),
        (pictures(fake), np.array(asked)),
        **{"story": "real=4", "key": 1, **over},
    )


def test_the_share_and_its_error_by_hand():
    found = measured([0, 1, 2, 0, 1], [0, 1, 2, 2, 1])
    assert (found.name, found.value, found.better) == ("asked class", 0.8, "higher")
    assert found.error == pytest.approx(np.sqrt(0.8 * 0.2 / 5), rel=1e-12)
    assert found.label == "asked[reader | fake=5 | real=4 | reference=20 bootstraps]"


def test_what_was_asked_counts_and_not_what_is_common():
    assert measured([0, 1, 2], [1, 2, 0]).value == 0.0
    assert measured([0, 0, 0], [0, 1, 2]).value == pytest.approx(1 / 3)


def test_the_reference_is_what_real_pictures_get():
    perfect = measured([0], [0]).reference
    assert (perfect.low, perfect.median, perfect.high) == (1.0, 1.0, 1.0)
    held = [0] * 60 + [1] * 40  # of which the judge names 60 right
    reference = measured([0], [0], held, [0] * 100, splits=400).reference
    # a bootstrap mean of 100: normal to about 0.01, with deviation sqrt(0.6 * 0.4 / 100) = 0.049; the
    # ends of 400 of them are within 5 standard errors, 5 * 0.049 * 2.1 / 20 = 0.026 (a 5 % quantile's)
    assert abs(reference.median - 0.6) < 0.026
    assert abs(reference.low - (0.6 - 1.645 * 0.049)) < 0.026 + 0.01
    assert abs(reference.high - (0.6 + 1.645 * 0.049)) < 0.026 + 0.01

"""Data that other GAN code read wrongly; each test fails if the same slip is made here.

The numbers are those of the project's list of known bugs (docs/known-bugs.md).
"""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from zerosum.data.feed import Feed
from zerosum.data.load import load
from zerosum.data.options import DataOptions


def test_bug_18_batches_are_shuffled_anew_in_every_epoch():
    """Data sorted by class, taken in their order, would make batches of one class."""
    source = load(np.arange(200.0)[:, None], labels=np.arange(200) // 20)
    feed = Feed(source, np.arange(200), 20, seed=0)
    epochs = [[feed.batch(10 * epoch + i) for i in range(10)] for epoch in range(2)]
    for epoch in epochs:
        assert all(len(batch.label.unique()) > 3 for batch in epoch)
    first, second = ([batch.label.tolist() for batch in epoch] for epoch in epochs)
    assert first != second


def test_bug_25_pictures_are_made_smaller_with_antialiasing(tmp_path):
    """A fine chequerboard becomes mid-grey; nearest-pixel resizing would make it black or white."""
    board = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    for i in range(2):
        Image.fromarray(board).save(tmp_path / f"{i}.png")
    rows = load(tmp_path, options=DataOptions(size=(8, 8))).rows
    inner = rows[:, 1:-1, 1:-1].astype(int)  # at the border the filter has fewer pixels to average
    assert abs(inner - 127.5).max() <= 1.5  # half a level for the mean, one for rounding


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_bug_25_every_level_comes_back_as_itself(dtype):
    """Truncating instead of rounding darkens generated pictures by half a level, and shifts FD."""
    top = int(np.iinfo(dtype).max)
    rows = np.resize(np.linspace(0, top, 256).round().astype(dtype), (12, 5, 5))
    codec = load(rows).codec
    encoded = codec.encode(rows)
    np.testing.assert_array_equal(codec.decode(encoded), rows)
    np.testing.assert_array_equal(codec.decode(encoded + 0.8 / top), rows)  # 0.4 of a level
    np.testing.assert_array_equal(codec.decode(encoded - 0.8 / top), rows)

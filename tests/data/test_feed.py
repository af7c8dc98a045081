"""Batches: a pure function of the draw number, each epoch a permutation, nothing copied whole."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from tests.data.peak import growth
from zerosum.data.feed import Feed
from zerosum.data.load import load
from zerosum.errors import InputError

ROWS = np.arange(22, dtype=np.float64).reshape(11, 2)


def feed(batch: int, seed: int = 0, **options) -> Feed:
    """A feed of rows 1 .. 10 of a small table."""
    return Feed(load(ROWS), np.arange(1, 11), batch, seed, **options)


@pytest.mark.parametrize("batch", [1, 3, 10, 23])
def test_each_epoch_holds_every_row_once(batch):
    f = feed(batch)
    drawn = np.concatenate([f.positions(t) for t in range(60 // batch + 1)])
    epochs = drawn[: len(drawn) // 10 * 10].reshape(-1, 10)
    assert len(epochs) >= 6
    for epoch in epochs:
        assert sorted(epoch) == list(range(10))
    assert len({tuple(e) for e in epochs}) == len(epochs)


def test_draws_do_not_depend_on_the_draws_before():
    in_order, jumping = feed(3), feed(3)
    wanted = [in_order.batch(t).real for t in range(9)]
    for t in (7, 0, 8, 3):
        assert_close(jumping.batch(t).real, wanted[t], rtol=0, atol=0)


def test_batch_sizes_cut_one_and_the_same_sequence():
    small = np.concatenate([feed(2).positions(t) for t in range(15)])
    large = np.concatenate([feed(5).positions(t) for t in range(6)])
    np.testing.assert_array_equal(small, large)


def test_another_seed_gives_another_order():
    assert feed(10, seed=1).positions(0).tolist() != feed(10, seed=2).positions(0).tolist()


def test_only_the_rows_of_the_index_are_drawn():
    f = feed(10)
    rows = f.source.codec.decode(f.batch(0).real)
    assert sorted(rows[:, 0].round().tolist()) == [2.0 * i for i in range(1, 11)]


def test_kept_and_streamed_batches_are_the_same_bits():
    digits = load("digits")
    index = np.arange(0, 1797, 3)
    kept, streamed = Feed(digits, index, 64, 0), Feed(digits, index, 64, 0, memory_limit=0)
    assert kept._kept is not None and streamed._kept is None
    for t in (0, 9, 31):
        a, b = kept.batch(t), streamed.batch(t)
        assert torch.equal(a.real, b.real) and torch.equal(a.label, b.label)
    where = index[kept.positions(9)]
    assert kept.batch(9).label.tolist() == digits.labels[where].tolist()


def test_no_labels_are_none():
    assert feed(2).batch(0).label is None


@pytest.mark.parametrize(("index", "batch"), [(np.arange(0), 2), (np.arange(5), 0)])
def test_nothing_to_draw(index, batch):
    with pytest.raises(InputError):
        Feed(load(ROWS), index, batch, 0)


def test_a_mapped_file_is_streamed(tmp_path):
    path, shape = tmp_path / "large.npy", (100_000, 64, 64, 3)
    mapped = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
    mapped[3, 0, 0, 0] = 255  # the rest is a hole: 1.2 GB that cost no disk
    del mapped
    code = (
        "s = load(sys.argv[1])\n"
        "train, held = split(s.n, 0.1, 0)\n"
        "f = Feed(s, train, 64, 0)\n"
        "for t in range(20): assert f.batch(t).real.shape == (64, 3, 64, 64)"
    )
    # 1.2 GB raw, 4.9 GB as floats; one batch is 3 MB
    assert growth(code, str(path)) < 60 << 20


def test_a_mapped_table_of_floats_is_swept_in_blocks(tmp_path):
    path, shape = tmp_path / "table.npy", (250_000, 200)
    mapped = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)
    mapped[7] = np.arange(200)
    del mapped
    code = (
        "s = load(sys.argv[1])\n"
        "assert s.kind == 'table' and len(s.fingerprint) == 64\n"
        "Feed(s, np.arange(s.n), 64, 0).batch(9)"
    )
    assert growth(code, str(path)) < 60 << 20  # of 200 MB, or 400 MB in float64

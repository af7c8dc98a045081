"""Sweeps in blocks give what NumPy gives on the whole."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.data import passes

ROWS = np.random.default_rng(0).normal(3, 2, (101, 3, 4))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Seven rows a block, so that there are fifteen of them and the last is short."""
    monkeypatch.setattr(passes, "BLOCK_BYTES", 7 * ROWS[0].nbytes)


def test_blocks_cover_everything_once():
    starts, parts = zip(*passes.blocks(ROWS), strict=True)
    assert starts == tuple(range(0, 101, 7))
    np.testing.assert_array_equal(np.concatenate(parts), ROWS)
    index = np.array([5, 5, 100, 0])
    np.testing.assert_array_equal(
        np.concatenate([b for _, b in passes.blocks(ROWS, index)]), ROWS[index]
    )


@pytest.mark.parametrize("index", [None, np.arange(0, 101, 2)])
def test_moments_are_numpys(index):
    m = passes.moments(ROWS, index)
    whole = ROWS.reshape(101, 12)[slice(None) if index is None else index]
    np.testing.assert_allclose(m.mean, whole.mean(0), rtol=1e-12)
    np.testing.assert_allclose(m.std, whole.std(0), rtol=1e-12)
    np.testing.assert_array_equal((m.low, m.high), (whole.min(0), whole.max(0)))


def test_moments_survive_a_large_offset():
    m = passes.moments(ROWS + 1e8)
    np.testing.assert_allclose(m.std, ROWS.reshape(101, 12).std(0), rtol=1e-6)


def test_extent_and_the_first_bad_sample():
    assert passes.extent(ROWS) == passes.Extent(ROWS.min(), ROWS.max(), None)
    broken = ROWS.copy()
    broken[[40, 90], 1, 2] = np.nan, np.inf
    assert passes.extent(broken).bad == 40


def test_all_equal():
    assert passes.all_equal(np.ones((50, 3)))
    other = np.ones((50, 3))
    other[49, 2] = 2
    assert not passes.all_equal(other)


def test_fingerprint_sees_content_shape_dtype_and_labels():
    plain = passes.fingerprint(ROWS, None)
    changed = ROWS.copy()
    changed[100, 2, 3] += 1e-9
    labels = np.arange(101)
    others = [
        passes.fingerprint(changed, None),
        passes.fingerprint(ROWS.reshape(101, 12), None),
        passes.fingerprint(ROWS.astype(">f8"), None),
        passes.fingerprint(ROWS, labels),
        passes.fingerprint(ROWS, labels[::-1].copy()),
    ]
    assert len({plain, *others}) == 6
    assert passes.fingerprint(np.asfortranarray(ROWS), None) == plain


def test_fingerprint_does_not_depend_on_the_blocks(monkeypatch):
    before = passes.fingerprint(ROWS, None)
    monkeypatch.setattr(passes, "BLOCK_BYTES", 1 << 20)
    assert passes.fingerprint(ROWS, None) == before


def test_release_keeps_the_content_of_mapped_files(tmp_path):
    np.save(tmp_path / "x.npy", ROWS)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    private = np.load(tmp_path / "x.npy", mmap_mode="c")
    private[0] = 0
    for rows in (mapped, private):
        passes.release(rows)
    np.testing.assert_array_equal(mapped, ROWS)
    assert (private[0] == 0).all()

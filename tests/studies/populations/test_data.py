"""The data of a chunk as a file: what comes back is what the training would have been given."""

from __future__ import annotations

import numpy as np
import pytest

import zerosum as zs
from zerosum.records.arrays import decode_arrays
from zerosum.runs.job import configure
from zerosum.studies.populations.data import _loaded, data_bytes, decoded_data, encoded_data, places

RNG = np.random.default_rng(5)
POINTS = RNG.normal(size=(30, 2))
PICTURES = RNG.integers(0, 256, size=(30, 8, 8, 3), dtype=np.uint8)
NAMES = np.array(["left", "right"])[np.arange(30) % 2]
KINDS = {
    "points": (POINTS, None),
    "single precision": (POINTS.astype(np.float32), None),
    "other order of bytes": (POINTS.astype(">f4"), None),
    "numbers": (POINTS[:, 0], None),
    "truths": (POINTS > 0, None),
    "whole numbers": ((100 * POINTS).astype(np.int16), None),
    "turned": (np.ascontiguousarray(POINTS.T).T, None),
    "a column of one value": (np.c_[POINTS, np.full(30, 7.5)], None),
    "pictures": (PICTURES, None),
    "labels": (POINTS, NAMES),
}


def there_and_back(members, **how):
    data = encoded_data(members, **how)
    return decoded_data(
        decode_arrays(data, "x"), places(members), [config for config, _ in members]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_data_set_comes_back(kind):
    rows, labels = KINDS[kind]
    config, source = configure(rows, labels=labels)
    ((other),) = there_and_back([(config, source)], by_name=True)
    np.testing.assert_array_equal(other.rows, source.rows)
    assert other.rows.dtype == source.rows.dtype.newbyteorder("=")
    assert (other.codec, other.classes, other.kind) == (source.codec, source.classes, source.kind)
    if labels is None:
        assert other.labels is None
    else:
        np.testing.assert_array_equal(other.labels, source.labels)


def test_what_members_share_stands_there_once():
    one, other = configure(POINTS), configure(POINTS + 1)
    members = [one, other, one, one]
    assert places(members) == [0, 1, 0, 0]
    assert data_bytes(members, by_name=True) == 2 * POINTS.nbytes
    assert POINTS.nbytes * 2 < len(encoded_data(members, by_name=True)) < POINTS.nbytes * 2 + 2000
    found = there_and_back(members, by_name=True)
    assert found[0] is found[2] is found[3]
    np.testing.assert_array_equal(found[1].rows, POINTS + 1)


def test_a_name_is_read_again_with_its_options():
    members = [configure("ring", settings={"data": {"n": n, "seed": 4}}) for n in (50, 60)]
    data = encoded_data(members, by_name=True)
    assert len(data) < 1000 and data_bytes(members, by_name=True) == 0  # no rows in it
    for (_, source), found in zip(members, there_and_back(members, by_name=True), strict=True):
        np.testing.assert_array_equal(found.rows, source.rows)
    assert len(encoded_data(members, by_name=False)) > 110 * 2 * 4


def test_a_path_that_holds_other_data(tmp_path):
    np.save(tmp_path / "x.npy", POINTS)
    members = [configure(tmp_path / "x.npy")]
    there_and_back(members, by_name=True)
    np.save(tmp_path / "x.npy", POINTS + 1)
    _loaded.cache_clear()  # as in a worker that has not read it yet
    with pytest.raises(zs.InputError, match=r"x\.npy has changed since this population began"):
        there_and_back(members, by_name=True)

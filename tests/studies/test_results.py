"""Results: streamed, or joined in the order of the chunks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.studies import trials
from tests.studies.inline import Inline
from zerosum.errors import InputError
from zerosum.studies.results import read_results
from zerosum.studies.study import run_study


def study(folder, work, chunks=3):
    return run_study(folder, {"seed": 0, "rows": 2}, chunks, work, executor=Inline)


def test_streamed_in_order(tmp_path):
    found = list(study(tmp_path, trials.draw))
    assert [number for number, _ in found] == [0, 1, 2]
    for number, arrays in found:
        expected = trials.draw({"seed": 0, "rows": 2}, number)
        np.testing.assert_array_equal(arrays["rows"], expected["rows"])


def test_joined_whatever_the_chunks_lengths(tmp_path):
    joined = study(tmp_path, trials.ragged).arrays()
    np.testing.assert_array_equal(joined["rows"], [[1, 1], [2, 2], [2, 2]])
    np.testing.assert_array_equal(joined["flag"], [False, True, True])
    assert joined["rows"].dtype == np.int64 and joined["flag"].dtype == bool


def test_a_member_that_diverged_comes_back_as_nan(tmp_path):
    value = study(tmp_path, trials.nan).arrays("value")["value"]
    assert value.dtype == np.float32
    np.testing.assert_array_equal(value, np.float32([np.nan, 0, np.nan, 1, np.nan, 2]))


def test_only_what_is_asked_for(tmp_path):
    results = study(tmp_path, trials.ragged, 4)
    assert results.arrays("rows")["rows"].shape == (6, 2)
    with pytest.raises(InputError, match=r"000003-.*no array 'flag'.*rows \(int64, \(3, 2\)\)"):
        results.arrays()


def test_failed_chunks_are_named_and_left_out(tmp_path):
    results = study(tmp_path, trials.faulty, 2)
    assert results.done == (0,) and not results.complete
    assert results.failed == {1: "ValueError: this chunk is wrong"}
    np.testing.assert_array_equal(results.arrays("number")["number"], [0, 0])


def test_read_again_without_the_work(tmp_path):
    first = study(tmp_path, trials.draw)
    assert read_results(tmp_path) == first
    assert first.complete


def test_a_damaged_result_is_refused(tmp_path):
    results = study(tmp_path, trials.draw)
    path = tmp_path / "results" / results.rows[1].file
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match=f"{path.name} is damaged"):
        results.arrays()
    path.unlink()
    with pytest.raises(InputError, match=f"cannot read .*{path.name}"):
        results.arrays()


def test_nothing_finished_is_a_sentence(tmp_path):
    def wrong(folder):
        return study(folder, trials.ragged, 1)

    results = wrong(tmp_path)
    assert results.arrays()["rows"].shape == (0, 2)
    (tmp_path / "ledger.sqlite").unlink()
    with pytest.raises(InputError, match="holds no study"):
        read_results(tmp_path)

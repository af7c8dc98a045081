"""Resumes that other GAN code got wrong; each test fails if the same slip is made here.

The numbers are those of the project's list of known bugs (docs/known-bugs.md).
"""

from __future__ import annotations

import pytest
import torch

from zerosum.errors import InputError
from zerosum.records.checkpoint import newest_valid, write


def tensors(step: int) -> dict[str, torch.Tensor]:
    return {"a.weight": torch.full((2, 3), float(step)), "b.count": torch.tensor(step)}


def test_bug_19_a_resume_reads_the_slot_that_was_written_last_under_the_same_names(tmp_path):
    """Not the next slot, which is not there yet, nor keys that nobody wrote."""
    for step in (5, 10):
        path = write(tmp_path, step, tensors(step), {"step": step, "seen": 16 * step})
        loaded = newest_valid(tmp_path)
        assert (loaded.step, loaded.path, loaded.passed_over) == (step, path, [])
        assert loaded.state == {"step": step, "seen": 16 * step}
        torch.testing.assert_close(loaded.tensors, tensors(step), rtol=0, atol=0)


def test_bug_19_what_cannot_be_read_is_named_and_nothing_starts_over(tmp_path):
    """A bare `except` turned every fault into a fresh start."""
    for step in (5, 10):
        write(tmp_path, step, tensors(step), {"step": step})
    newest = tmp_path / "checkpoints" / "ckpt-000000010" / "state.json"
    newest.write_text("{}")
    loaded = newest_valid(tmp_path)
    assert loaded.step == 5
    (sentence,) = loaded.passed_over
    assert "state.json" in sentence and "5 steps lost" in sentence
    (tmp_path / "checkpoints" / "ckpt-000000005" / "tensors.safetensors").unlink()
    with pytest.raises(InputError, match=r"none of the 2 checkpoints.*tensors\.safetensors"):
        newest_valid(tmp_path)

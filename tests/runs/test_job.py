"""A job: what it records of its data, and what it knows of the machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.tiny_runs import settings, small_pictures
from zerosum.data.load import load
from zerosum.runs.job import GIVEN, has_bf16, prepare


def recorded(data, /, **over) -> str:
    return prepare(data, settings=settings(**over)).config.data.spec


def test_the_recorded_data_are_those_that_were_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", small_pictures())
    assert prepare("digits").config.data.spec == "digits"
    assert recorded("ring") == "ring"
    assert recorded("x.npy") == "x.npy"
    assert recorded(Path("x.npy")) == "x.npy"
    assert recorded("ring", data={"spec": "grid"}) == "ring"


@pytest.mark.parametrize("given", ["array", "tensor", "source"])
def test_rows_given_in_python_are_recorded_as_that_and_as_no_name(given):
    rows = small_pictures()
    data = {"array": rows, "tensor": torch.from_numpy(rows), "source": load(rows)}[given]
    assert recorded(data) == GIVEN == "(given in Python)"


def test_bf16_is_called_fast_where_torch_says_so():
    assert has_bf16() == torch.ops.mkldnn._is_mkldnn_bf16_supported()


AVX512 = {f"avx512_{part}": True for part in ("f", "bw", "vl", "dq")}


@pytest.mark.parametrize(
    ("units", "fast"),
    [
        ({"avx2": True, "fma3": True}, False),
        (AVX512, True),  # oneDNN needs no more, though avx512_bf16 and AMX make it faster
        (AVX512 | {"avx512_dq": False, "avx512_bf16": False}, False),
        ({"neon": True, "bf16": True}, True),
        ({"neon": True, "bf16": False}, False),
    ],
    ids=["avx2", "avx512", "half an avx512", "arm with", "arm without"],
)
def test_bf16_is_read_off_the_processors_units(monkeypatch, units, fast):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: units)
    assert has_bf16() is fast

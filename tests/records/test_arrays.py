"""Named NumPy arrays in safetensors files, without torch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from zerosum.errors import InputError
from zerosum.records.arrays import Spec, encode_arrays, read_arrays, read_specs
from zerosum.records.tensors import decode, encode

ARRAYS = {
    "f8": np.array([[1.5, np.nan], [np.inf, -0.0]]),
    "f4": np.arange(6, dtype=np.float32).reshape(2, 3).T,  # not contiguous
    "step": np.arange(8)[::2],
    "i8": np.array([-(2**62)]),
    "u1": np.zeros((0, 2), dtype=np.uint8),
    "flag": np.array([True, False]),
    "none": np.array(3.0),
}


def test_arrays_come_back_equal(tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(encode_arrays(ARRAYS, "x"))
    back = read_arrays(path)
    assert back.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(back[name], array)
        assert back[name].dtype == array.dtype and back[name].shape == array.shape
    assert read_specs(path) == {k: Spec(str(a.dtype), a.shape) for k, a in ARRAYS.items()}


def test_they_are_the_tensors_files(tmp_path):
    there = decode(encode_arrays(ARRAYS, "x"), "x", finite=False)
    np.testing.assert_array_equal(there["f4"].numpy(), ARRAYS["f4"])
    path = tmp_path / "x.safetensors"
    path.write_bytes(encode({"b": torch.zeros(2, dtype=torch.bfloat16)}, "x"))
    for read in (read_arrays, read_specs):
        with pytest.raises(InputError, match="BF16, which NumPy does not have"):
            read(path)


@pytest.mark.parametrize(
    "arrays", [{"a": np.array(["text"])}, {"a": np.array([None])}, {"a": np.array([1j])}]
)
def test_what_is_no_number_is_refused(arrays):
    with pytest.raises(InputError, match=r"x cannot hold array 'a' of dtype"):
        encode_arrays(arrays, "x")


def test_bad_names_and_too_many_are_refused():
    with pytest.raises(InputError, match="letters, digits"):
        encode_arrays({"a b": np.zeros(1)}, "x")
    with pytest.raises(InputError, match="stack them"):
        encode_arrays({f"{'n' * 200}{i}": np.zeros(1) for i in range(4000)}, "x")


def test_damage_is_refused(tmp_path):
    path, data = tmp_path / "x.safetensors", encode_arrays(ARRAYS, "x")
    for wrong in (b"", data[:-1], data[:40], b"\x80\x04pickle", data + b"more"):
        path.write_bytes(wrong)
        for read in (read_arrays, read_specs):
            with pytest.raises(InputError, match=r"x\.safetensors"):
                read(path)
    path.write_bytes(data)
    with pytest.raises(InputError, match="is damaged"):
        read_arrays(path, sha256="0" * 64)


def test_torch_stays_unloaded(tmp_path):
    code = (
        "import sys; from zerosum.records.arrays import *; import numpy as np; "
        "encode_arrays({'a': np.zeros(1)}, 'x'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

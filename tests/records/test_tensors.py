"""safetensors files: what is sound is read, what is hostile is refused in one sentence."""

from __future__ import annotations

import json
import os
import pickle
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from zerosum.errors import InputError
from zerosum.records.tensors import MAX_HEADER, decode, encode, read_tensors

SOUND = {"a.weight": torch.arange(4.0).reshape(2, 2), "b": torch.tensor(3, dtype=torch.int64)}


def built(header, data=b"", length=None):
    """Return the bytes of a safetensors file with any header at all."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


FLOATS = np.array([1, 2], "<f4").tobytes()
HOSTILE = {
    "empty": (b"", "missing, too long"),
    "seven bytes": (b"\x07" + b"\0" * 6, "missing, too long"),
    "header of 2^60 bytes": (built(b"{}", length=2**60), "missing, too long"),
    "header above 1 MB": (built(b"{" + b" " * MAX_HEADER + b"}"), "missing, too long"),
    "header past the end": (built(b"{}", length=99), "missing, too long"),
    "a list": (built(b"[]"), "not JSON"),
    "no JSON": (built(b"{not json at all....", b"\0" * 40), "its header is not JSON"),
    "deep": (built(b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}"), "nested deeper"),
    "name twice": (built(b'{"w":%b,"w":%b}' % ((json.dumps(entry()).encode(),) * 2)), "twice"),
    "past the end": (built({"w": entry(shape=(4, 4), offsets=(0, 6400000))}), "do not fill"),
    "truncated": (built({"w": entry()}, FLOATS[:-1]), "promises"),
    "bytes after the end": (built({"w": entry()}, FLOATS + b"PK\x03\x04"), "promises"),
    "shape and bytes differ": (built({"w": entry(shape=(3,))}, FLOATS), "do not fill"),
    "overlap": (built({"v": entry(), "w": entry(offsets=(4, 12))}, FLOATS + FLOATS), "overlap"),
    "same span twice": (built({"v": entry(), "w": entry()}, FLOATS), "overlap"),
    "hole": (built({"v": entry(), "w": entry(offsets=(12, 20))}, b"\0" * 20), "leave a hole"),
    "unknown dtype": (built({"w": entry(dtype="F99")}, FLOATS), "unknown dtype 'F99'"),
    "dtype no text": (built({"w": entry(dtype=["F32"])}, FLOATS), "unknown dtype"),
    "negative": (built({"w": entry(shape=(-1, -2))}, FLOATS), "no list of naturals"),
    "backwards": (built({"w": entry(offsets=(8, 0))}, FLOATS), "do not fill"),
    "huge product": (built({"w": entry(shape=(2**40, 2**40, 0), offsets=(0, 1))}), "do not fill"),
    "huge number": (built({"w": entry(shape=(2**48, 0), offsets=(0, 0))}), "no list of naturals"),
    "true for one": (built({"w": entry(shape=(True, 2))}, FLOATS), "no list of naturals"),
    "extra field": (built({"w": {**entry(), "code": "x"}}, FLOATS), "incomplete"),
    "path as a name": (built({"../../w;rm": entry()}, FLOATS), "letters, digits"),
    "long name": (built({"w" * 300: entry()}, FLOATS), "letters, digits"),
    "NaN": (built({"w": entry()}, np.array([np.nan, 1], "<f4").tobytes()), "NaN or infinity"),
    "infinity": (built({"w": entry("F64", (1,))}, np.array([np.inf]).tobytes()), "infinity"),
}


@pytest.mark.parametrize(("data", "why"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_refused_in_one_sentence(tmp_path, data, why):
    path = tmp_path / "model.safetensors"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_tensors(path)
    text = str(caught.value)
    assert why in text
    assert str(path) in text and "\n" not in text and len(text) < 500


def test_what_is_refused_above_is_refused_for_its_own_fault():
    control = built({"w": entry(), "__metadata__": {"arch": "../../etc/passwd"}}, FLOATS)
    torch.testing.assert_close(decode(control, "control")["w"], torch.tensor([1.0, 2.0]))


def test_non_finite_values_are_read_only_when_asked_for():
    tensors = decode(HOSTILE["NaN"][0], "x", finite=False)
    assert bool(tensors["w"][0].isnan())
    with pytest.raises(InputError, match="tensor 'w'"):
        encode(tensors, "x", finite=True)


class Touch:
    """Touches a file when unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


@pytest.fixture(params=["pickle 0", "pickle 2", "pickle 5", "torch zip"])
def malicious(request, tmp_path):
    payload = Touch(tmp_path / "canary")
    if request.param != "torch zip":
        return pickle.dumps(payload, protocol=int(request.param[-1]))
    with zipfile.ZipFile(tmp_path / "zip", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(payload, protocol=2))
        archive.writestr("archive/version", "3\n")
    return (tmp_path / "zip").read_bytes()


@pytest.mark.parametrize("name", ["m.safetensors", "m.pt", "m.PTH", "m.pkl", "m.bin", "m"])
def test_pickles_are_refused_whatever_their_name(tmp_path, malicious, name):
    (tmp_path / name).write_bytes(malicious)
    with pytest.raises(InputError) as caught:
        read_tensors(tmp_path / name)
    text = str(caught.value)
    assert name in text and not (tmp_path / "canary").exists()
    if name.lower().endswith((".pt", ".pth", ".pkl", ".bin")):
        assert "pickle by its name" in text
    elif malicious[:1] in b"\x80P":  # protocol 0 is plain text that starts with anything
        assert "is a pickle" in text
    else:
        assert "not a valid safetensors" in text


def test_a_header_length_like_a_pickles_first_bytes_is_no_pickle():
    header = json.dumps({"w": entry()}).encode()
    data = built(header.ljust(0x0280), FLOATS)  # length bytes 80 02, as pickle protocol 2 starts
    assert data[:2] == b"\x80\x02"
    assert list(decode(data, "x")) == ["w"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "absent", "loop"])
def test_what_is_no_regular_file_is_refused_at_once(tmp_path, kind):
    path = tmp_path / "model.safetensors"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    with pytest.raises(InputError, match=r"model\.safetensors"):
        read_tensors(path)


def test_a_large_hostile_file_costs_no_memory(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(built({"w": entry()}, FLOATS))
    with open(path, "r+b") as file:
        file.truncate(8_000_000_000)  # sparse
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="promises"):
            read_tensors(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 300), st.binary(max_size=6), st.integers(0, 6))
def test_any_damage_gives_tensors_or_one_kind_of_error(at, insert, delete):
    data = encode(SOUND, "x")
    at = min(at, len(data))
    try:
        decode(data[:at] + insert + data[at + delete :], "x")
    except InputError as error:
        assert "\n" not in str(error)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_header_gives_tensors_or_one_kind_of_error(text):
    with pytest.raises(InputError):
        decode(built(b'{"w":' + text + b"}", FLOATS), "x")


def test_a_wrong_hash_is_told(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(encode(SOUND, "x"))
    with pytest.raises(InputError, match="damaged"):
        read_tensors(path, sha256="0" * 64)


def test_too_many_names_are_refused_when_written():
    with pytest.raises(InputError, match="stack them"):
        encode({f"{'n' * 200}{k}": torch.zeros(1) for k in range(4000)}, "x")

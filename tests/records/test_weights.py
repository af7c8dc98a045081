from __future__ import annotations

import hashlib
import pickle

import pytest
import torch
from safetensors.torch import save_file

from zerosum.errors import InputError
from zerosum.records.weights import read_weights

TENSORS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.count": torch.tensor(3)}


def same(found):
    return found.keys() == TENSORS.keys() and all(torch.equal(found[k], TENSORS[k]) for k in found)


def test_both_formats_give_the_same_tensors_and_the_files_hash(tmp_path):
    safe, pickled = tmp_path / "w.safetensors", tmp_path / "w.pth"
    save_file(TENSORS, safe)
    torch.save(TENSORS, pickled)
    for path in (safe, pickled):
        found = read_weights(path)
        assert same(found.tensors)
        assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("inside", ["state_dict", "model", "teacher"])
def test_tensors_may_stand_in_a_named_part(tmp_path, inside):
    torch.save({inside: TENSORS}, tmp_path / "w.pt")
    assert same(read_weights(tmp_path / "w.pt").tensors)


class Bomb:
    def __reduce__(self):
        return (open, ("exploded", "w"))


def test_a_pickle_that_would_run_code_is_refused_and_runs_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"a": Bomb()}, tmp_path / "bomb.pth")
    (tmp_path / "plain.pth").write_bytes(pickle.dumps({"a": Bomb()}))
    for name in ("bomb.pth", "plain.pth"):
        with pytest.raises(InputError, match="holds more than tensors, or is damaged"):
            read_weights(tmp_path / name)
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"a": 3}, "holds 'a', which is no tensor"),
        ([1, 2], "holds no tensors by name"),
        ({}, "holds no tensors by name"),
        ({"a": torch.tensor([1.0, float("nan")])}, "NaN or infinity in 'a'"),
    ],
)
def test_what_is_not_weights_is_refused(tmp_path, content, words):
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(InputError, match=words):
        read_weights(tmp_path / "w.pth")


def test_damaged_absent_and_other_files_are_refused(tmp_path):
    torch.save(TENSORS, tmp_path / "w.pth")
    whole = (tmp_path / "w.pth").read_bytes()
    (tmp_path / "cut.pth").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "w.onnx").write_bytes(whole)
    with pytest.raises(InputError, match="damaged"):
        read_weights(tmp_path / "cut.pth")
    with pytest.raises(InputError, match=r"ends in \.safetensors, \.pth or \.pt"):
        read_weights(tmp_path / "w.onnx")
    with pytest.raises(InputError, match=r"none\.pth"):
        read_weights(tmp_path / "none.pth")

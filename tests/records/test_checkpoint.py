"""Checkpoints: an exact round trip, all damage found and named, and the way back."""

from __future__ import annotations

import json
import random
import resource
import shutil
import signal

import pytest
import torch

from tests.records.faults import forked, half_done, snapshot
from zerosum.errors import InputError, ZerosumError
from zerosum.records import atomic, checkpoint, manifest
from zerosum.records.checkpoint import discard_after, newest_valid, read, write

STATE = {"seed": 2**63 + 1, "rate": 0.1 + 0.2, "best": float("inf"), "history": [[1, 0.5], None]}
FILES = ["tensors.safetensors", "state.json", "manifest.json"]


def tensors(step):
    return {"g.0.weight": torch.arange(6.0).reshape(2, 3) + step, "steps": torch.tensor(step)}


@pytest.fixture
def run(tmp_path):
    for step in (100, 200, 300):
        write(tmp_path, step, tensors(step), STATE)
    return tmp_path


def newest(run):
    return run / "checkpoints" / "ckpt-000000300"


def test_what_is_written_is_read_bit_for_bit(tmp_path):
    given = {
        "half": torch.tensor([1.5, float("nan")], dtype=torch.float16),
        "brain": torch.tensor([1e30], dtype=torch.bfloat16),
        "double": torch.tensor(1 / 3, dtype=torch.float64),
        "flag": torch.tensor([True, False]),
        "none": torch.zeros(0, 4),
        "rng/state": torch.arange(256, dtype=torch.uint8),
        "view": torch.arange(12).reshape(3, 4).T,
    }
    path = write(tmp_path, 7, given, STATE)
    loaded = read(path)
    assert (loaded.step, loaded.state, loaded.passed_over) == (7, STATE, [])
    assert loaded.tensors.keys() == given.keys()
    for name, tensor in given.items():
        assert loaded.tensors[name].dtype == tensor.dtype
        torch.testing.assert_close(loaded.tensors[name], tensor, rtol=0, atol=0, equal_nan=True)


def test_tensors_that_share_memory_come_back_apart(tmp_path):
    weight = torch.arange(4.0)
    write(tmp_path, 1, {"a": weight, "b": weight, "c": weight[1:]}, {})
    loaded = newest_valid(tmp_path).tensors
    loaded["a"].zero_()
    torch.testing.assert_close(loaded["b"], weight)
    torch.testing.assert_close(loaded["c"], weight[1:])


def test_a_run_without_checkpoints_has_none(tmp_path):
    assert newest_valid(tmp_path) is None
    with pytest.raises(InputError, match="no run folder"):
        newest_valid(tmp_path / "absent")


def test_the_newest_is_chosen_by_step_and_not_by_age(run):
    write(run, 250, tensors(250), STATE)
    assert newest_valid(run).step == 300


def test_retention_keeps_the_last_every_mth_and_protected_ones(tmp_path):
    for step in range(10, 130, 10):
        write(tmp_path, step, tensors(step), {}, keep=2, keep_every=50, protect=(30,))
    names = sorted(p.name for p in (tmp_path / "checkpoints").iterdir())
    assert names == [f"ckpt-{step:09d}" for step in (30, 50, 100, 110, 120)]


def test_the_only_sound_checkpoint_survives_retention(run):
    for step in (200, 300):
        (run / "checkpoints" / f"ckpt-{step:09d}" / "state.json").unlink()
    assert newest_valid(run).step == 100
    write(run, 150, tensors(150), STATE, keep=1)
    loaded = newest_valid(run)
    assert loaded.step == 150 and len(loaded.passed_over) == 2


def test_later_checkpoints_can_be_given_up(run):
    assert discard_after(run, 100) == [200, 300]
    assert newest_valid(run).step == 100 and half_done(run) == []
    assert discard_after(run, 100) == []


def flips(run, count):
    """Yield (name, path, damaged bytes) for seeded single-byte changes over all three files."""
    rng = random.Random(0)
    content = {name: (newest(run) / name).read_bytes() for name in FILES}
    sizes = [len(content[name]) for name in FILES]
    for _ in range(count):
        name = rng.choices(FILES, sizes)[0]
        data = bytearray(content[name])
        data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        yield name, newest(run) / name, bytes(data)


def test_every_changed_byte_is_found_and_the_one_before_is_used(run):
    seen = set()
    for name, path, damaged in flips(run, 150):
        sound = path.read_bytes()
        path.write_bytes(damaged)
        loaded = newest_valid(run)
        assert loaded.step == 200
        assert len(loaded.passed_over) == 1 and str(path) in loaded.passed_over[0]
        assert "100 steps lost" in loaded.passed_over[0]
        path.write_bytes(sound)
        seen.add(name)
    assert seen == set(FILES)
    assert newest_valid(run).step == 300


@pytest.mark.parametrize("name", FILES)
def test_every_truncation_is_found(run, name):
    path = newest(run) / name
    sound = path.read_bytes()
    for size in {0, 1, len(sound) - 1, *range(0, len(sound), max(1, len(sound) // 30))}:
        path.write_bytes(sound[:size])
        assert newest_valid(run).step == 200
    path.write_bytes(sound + b"\n")
    assert newest_valid(run).step == 200


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found_and_named(run, name):
    (newest(run) / name).unlink()
    assert name in newest_valid(run).passed_over[0]


@pytest.mark.parametrize("name", FILES)
def test_a_file_from_another_checkpoint_is_found(run, name):
    other = run / "checkpoints" / "ckpt-000000200"
    (other / "state.json").write_text("{}")  # else all three states would be the same
    shutil.copy(other / name, newest(run) / name)
    assert newest_valid(run).step == 100


def test_a_checkpoint_under_another_step_is_found(run):
    shutil.rmtree(newest(run))
    shutil.copytree(run / "checkpoints" / "ckpt-000000200", newest(run))
    loaded = newest_valid(run)
    assert loaded.step == 200 and "step 200" in loaded.passed_over[0]


def test_a_folder_in_place_of_a_file_is_damage(run):
    (newest(run) / "state.json").unlink()
    (newest(run) / "state.json").mkdir()
    assert newest_valid(run).step == 200


def test_damage_is_told_with_both_hashes(run):
    path = newest(run) / "tensors.safetensors"
    entry = json.loads((newest(run) / "manifest.json").read_text())["files"][path.name]
    path.write_bytes(b"x" + path.read_bytes()[1:])
    text = newest_valid(run).passed_over[0]
    assert f"expected {entry['sha256'][:16]}" in text and "found" in text
    assert "\n" not in text


def test_when_all_are_bad_training_does_not_restart_at_zero(run):
    for folder in (run / "checkpoints").iterdir():
        (folder / "state.json").write_text("{}")
    with pytest.raises(InputError, match="step 0") as caught:
        newest_valid(run)
    assert str(caught.value).count("state.json") == 3


def rewrite_manifest(folder, **changes):
    body = json.loads((folder / "manifest.json").read_text())
    del body["sha256"]
    (folder / "manifest.json").write_bytes(manifest._signed({**body, **changes}))


def test_a_newer_version_is_refused_and_not_passed_over(run):
    rewrite_manifest(newest(run), schema=2)
    with pytest.raises(InputError, match="newer version"):
        newest_valid(run)


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": 0},
        {"schema": "1"},
        {"step": "300"},
        {"step": 301},
        {"files": {}},
        {"files": {"../../state.json": {"size": 1, "sha256": ""}}},
        {"files": {"tensors.safetensors": 1, "state.json": 2}},
        {"extra": 1},
    ],
)
def test_a_hostile_manifest_that_verifies_is_still_refused(run, changes):
    rewrite_manifest(newest(run), **changes)
    assert newest_valid(run).step == 200


def test_a_file_that_may_not_be_read_is_not_called_damaged(run, monkeypatch):
    def refuse(path, limit):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(manifest, "read_bytes", refuse)
    with pytest.raises(InputError, match="make it readable"):
        newest_valid(run)


def test_what_does_not_read_back_is_undone(run, monkeypatch):
    before = snapshot(run)
    real = atomic.write

    def lying(descriptor, data):
        return real(descriptor, bytes(data[:-1]) + b"?")

    monkeypatch.setattr(atomic, "write", lying)
    for step in (300, 400):  # an existing step, whose former checkpoint comes back, and a new one
        with pytest.raises(ZerosumError, match="does not read back"):
            write(run, step, tensors(1), {})
        assert snapshot(run) == before and half_done(run) == []


def test_too_little_space_is_found_before_anything_is_written(run, monkeypatch):
    before = snapshot(run)
    size = sum(len(data) for name, data in before.items() if "300" in name)
    monkeypatch.setattr(atomic, "free_bytes", lambda path: size)
    with pytest.raises(ZerosumError, match=r"No space left on device \(.* needed, .* free\)"):
        write(run, 300, tensors(300), STATE)
    monkeypatch.setattr(atomic, "free_bytes", lambda path: 2 * size)
    write(run, 300, tensors(300), STATE)
    assert snapshot(run) == before


def test_the_kernels_own_refusal_leaves_the_older_ones(run):
    before = snapshot(run)

    def child():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        with pytest.raises(ZerosumError, match="File too large"):
            write(run, 400, {"big": torch.zeros(1000)}, {})

    assert forked(child) == 0
    assert snapshot(run) == before and half_done(run) == []


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((-1, {}, {}), "step=-1"),
        ((1, {}, {"a": {1, 2}}), r"state\.a is a set"),
        ((1, {}, {"a": {3: 4}}), "keys as text"),
        ((1, {"a b": torch.zeros(1)}, {}), "'a b'"),
        ((1, {"z": torch.zeros(1, dtype=torch.complex128)}, {}), "cannot hold"),
    ],
)
def test_what_cannot_be_written_is_refused_before_writing(tmp_path, arguments, match):
    with pytest.raises(InputError, match=match):
        write(tmp_path, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_bad_retention_rule_is_refused_before_writing(tmp_path):
    with pytest.raises(InputError, match="keep=0"):
        write(tmp_path, 1, {}, {}, keep=0)
    assert not (tmp_path / checkpoint.FOLDER).exists()

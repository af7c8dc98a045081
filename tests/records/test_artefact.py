"""The artefact: written at once, read strictly, never in the way of other files."""

from __future__ import annotations

import json
import pickle
import sys

import pytest
import torch

from tests.records.faults import dead_pid, forked, half_done, snapshot
from zerosum.errors import InputError, ZerosumError
from zerosum.records import atomic
from zerosum.records.artefact import read_artefact, write_artefact

CONFIG = {"network": {"name": "mlp", "sizes": [2, 16, 2]}, "codec": {"mean": [0.1, 1e-300]}}
TENSORS = {"0.weight": torch.arange(4.0).reshape(2, 2), "0.bias": torch.tensor([1 / 3, -0.0])}


@pytest.fixture
def folder(tmp_path):
    return write_artefact(tmp_path / "deep" / "model", CONFIG, TENSORS, "# card für alle\n")


def change(folder, **entries):
    envelope = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**envelope, **entries}))


def test_what_is_written_is_read(folder):
    config, tensors = read_artefact(folder)
    assert config == CONFIG and tensors.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        torch.testing.assert_close(tensors[name], tensor, rtol=0, atol=0)
    assert sorted(p.name for p in folder.iterdir()) == [
        "README.md",
        "config.json",
        "model.safetensors",
    ]
    assert (folder / "README.md").read_text() == "# card für alle\n"


def test_it_replaces_an_artefact_and_leaves_nothing_beside_it(folder):
    write_artefact(folder, {"version": 2}, TENSORS, "# second")
    assert read_artefact(folder)[0] == {"version": 2}
    assert [p.name for p in folder.parent.iterdir()] == ["model"]


@pytest.mark.parametrize("other", ["thesis.tex", ".git", "weights.pt"])
def test_it_never_replaces_other_files(tmp_path, other):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / other).write_text("years of work")
    with pytest.raises(InputError, match="other files"):
        write_artefact(tmp_path / "home", CONFIG, TENSORS, "")
    assert snapshot(tmp_path) == {f"home/{other}": b"years of work"}


def test_a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "model").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        write_artefact(tmp_path / "model", CONFIG, TENSORS, "")
    assert (tmp_path / "model").read_text() == "x"


def test_weights_that_are_not_finite_are_never_written(tmp_path):
    with pytest.raises(InputError, match=r"'0\.bias'"):
        write_artefact(tmp_path / "m", CONFIG, {"0.bias": torch.tensor([float("inf")])}, "")
    with pytest.raises(InputError, match=r"config\.rate is nan"):
        write_artefact(tmp_path / "m", {"rate": float("nan")}, TENSORS, "")
    with pytest.raises(InputError, match="below 1000000"):
        write_artefact(tmp_path / "m", {"text": "x" * 10**6}, TENSORS, "")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_former_one(folder, monkeypatch):
    before = snapshot(folder.parent)
    monkeypatch.setattr(atomic, "free_bytes", lambda path: 10)
    with pytest.raises(ZerosumError, match="needed, 10 bytes free"):
        write_artefact(folder, {}, TENSORS, "")
    assert snapshot(folder.parent) == before


def test_one_whose_replacement_was_killed_is_read_and_put_back(folder):
    pid = dead_pid()
    folder.rename(folder.with_name(f".old-model-{pid}"))
    folder.with_name(f".tmp-model-{pid}").mkdir()
    assert read_artefact(folder)[0] == CONFIG
    write_artefact(folder, {"version": 2}, TENSORS, "")
    assert read_artefact(folder)[0] == {"version": 2} and half_done(folder.parent) == []


@pytest.mark.parametrize(
    ("entries", "match"),
    [
        ({"schema": 2}, "newer version"),
        ({"schema": 0}, "entries"),
        ({"schema": "1"}, "entries"),
        ({"kind": "adapter"}, "no zerosum artefact"),
        ({"config": []}, "entries"),
        ({"_target_": "os.system"}, "_target_"),
        ({"sha256": None}, "entries"),
        ({"sha256": "0" * 64}, r"model\.safetensors is damaged"),
    ],
)
def test_a_config_of_another_form_is_refused(folder, entries, match):
    change(folder, **entries)
    with pytest.raises(InputError, match=match) as caught:
        read_artefact(folder)
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ('{"arch": "dcgan", }', "line 1, column 19"),
        ("", "not JSON"),
        ('{"kind": 1, "kind": 2}', "'kind' twice"),
        ("[" * 100 + "]" * 100, "deeper"),
        (" " * 1_000_001, "above the 1.0 MB"),
        ('{"a": NaN}', "NaN"),
        ("[]", "no zerosum artefact"),
    ],
)
def test_a_config_that_is_no_strict_json_is_refused(folder, text, match):
    (folder / "config.json").write_text(text)
    with pytest.raises(InputError, match=match) as caught:
        read_artefact(folder)
    assert "config.json" in str(caught.value)


def test_every_flipped_byte_of_the_weights_is_found(folder):
    path = folder / "model.safetensors"
    sound = path.read_bytes()
    for at in range(len(sound)):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 0x10]) + sound[at + 1 :])
        with pytest.raises(InputError, match=r"model\.safetensors"):
            read_artefact(folder)


def test_links_as_a_model_hub_makes_them_are_followed(folder, tmp_path):
    hub = tmp_path / "snapshot"
    hub.mkdir()
    for name in ("config.json", "model.safetensors"):
        (hub / name).symlink_to(folder / name)
    assert read_artefact(hub)[0] == CONFIG


def test_what_is_no_artefact_is_said(tmp_path, folder):
    for name, match in [("absent", "does not exist"), ("deep", "holds no config.json")]:
        with pytest.raises(InputError, match=match):
            read_artefact(tmp_path / name)
    with pytest.raises(InputError, match="is no folder"):
        read_artefact(folder / "model.safetensors")


@pytest.mark.parametrize("given", ["model.pt", "."])
def test_pickles_are_refused_by_name_and_never_opened(tmp_path, given):
    path = tmp_path / "model.pt"
    path.write_bytes(pickle.dumps({"w": 1}))
    with pytest.raises(InputError, match=r"model\.pt is a pickle"):
        read_artefact(tmp_path / given)


def test_reading_imports_and_runs_nothing(folder):
    read_artefact(folder)  # imports what it needs
    (folder / "config.json").write_text(
        (folder / "config.json").read_text().replace('"mlp"', '"os.system"')
    )
    seen = []
    watched = ("import", "exec", "compile", "os.system", "subprocess.Popen", "socket.connect")

    def child():  # an audit hook stays for the rest of a process
        sys.addaudithook(lambda event, arguments: event in watched and seen.append(event))
        config, _ = read_artefact(folder)
        assert config["network"]["name"] == "os.system"
        assert seen == []
        sys.audit("os.system", b"true")
        assert seen == ["os.system"]

    assert forked(child) == 0

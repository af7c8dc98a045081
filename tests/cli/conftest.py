"""What the command line's tests share: a folder of their own, a way to say things, finished runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tiny_runs import finished, small_pictures
from zerosum.cli.main import main


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """Work in an empty folder, with no settings from outside, and leave `warnings` as it was."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("warnings.showwarning", None)
    for name in [name for name in os.environ if name.startswith("ZEROSUM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZEROSUM_CACHE", str(tmp_path / "cache"))  # and not that of whoever tests


@pytest.fixture
def say(capsys):
    """Return a function that runs a command and gives (exit code, stdout, stderr)."""

    def run(*words):
        try:
            code = main([str(w) for w in words])
        except SystemExit as end:  # argparse ends the process by itself
            code = end.code
        return code, *capsys.readouterr()

    return run


class Runs(Mapping[str, Path]):
    """Finished runs under one folder, each trained when it is first asked for."""

    def __init__(self, root: Path) -> None:
        self._root, self._made = root, dict[str, Path]()
        self._pets = root / "pets.npz"
        labels = np.array(["cat", "dog"])[np.arange(120) % 2]
        np.savez(self._pets, x=small_pictures(), y=labels)
        told: dict[str, Any] = {"data": {"labels": "y"}}
        self._wanted: dict[str, tuple[tuple[Path, ...], dict[str, Any]]] = {
            "points": ((), {}),
            "other game": ((), {"game": {"objective": "ns"}}),
            "other seed": ((), {"seed": 1}),
            "other rows": ((), {"data": {"seed": 1}}),
            "pictures": ((self._pets,), {**told, "conditional": True}),
            "untold": ((self._pets,), told),
        }

    def __getitem__(self, name: str) -> Path:
        if name not in self._made:
            data, settings = self._wanted[name]
            self._made[name] = finished(self._root, *data, **settings)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._wanted)

    def __len__(self) -> int:
        return len(self._wanted)


@pytest.fixture(scope="session")
def runs(tmp_path_factory) -> Runs:
    """Finished runs: points, conditional pictures, and pictures with labels that were not told."""
    return Runs(tmp_path_factory.mktemp("runs"))

"""What the command line's tests share: a folder of their own, a way to say things, finished runs."""

from __future__ import annotations

import os

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


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Finished runs: points, conditional pictures, and pictures with labels that were not told."""
    root = tmp_path_factory.mktemp("runs")
    labels = np.array(["cat", "dog"])[np.arange(120) % 2]
    np.savez(root / "pets.npz", x=small_pictures(), y=labels)
    return {
        "points": finished(root),
        "other game": finished(root, game={"objective": "ns"}),
        "other seed": finished(root, seed=1),
        "other rows": finished(root, data={"seed": 1}),
        "pictures": finished(
            root, root / "pets.npz", data={"labels": "y"}, conditional=True,
        ),
        "untold": finished(root, root / "pets.npz", data={"labels": "y"}),
    }  # fmt: skip

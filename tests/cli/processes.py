"""`zerosum` run in processes of its own, and how the command line's answers are looked at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# a small and short training
TINY = (
    "--data.n", "120", "--batch", "16", "--steps", "3", "--generator.width", "8",
    "--discriminator.width", "8", "--run.previews", "1", "--run.ticks", "1",
    "--evaluation.times", "1",
)  # fmt: skip


def environment():
    """An environment with the package in reach, and no buffering forced on it."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    root = str(Path(__file__).resolve().parents[2])
    return kept | {"PYTHONPATH": root, "OMP_NUM_THREADS": "1"}


def python(*words, **options):
    """Run a fresh interpreter to its end."""
    command = [sys.executable, *words]
    return subprocess.run(command, env=environment(), text=True, check=False, **options)


def started(*words, **options):
    """Start `zerosum` and return at once."""
    command, pipe = [sys.executable, "-m", "zerosum", *words], subprocess.PIPE
    return subprocess.Popen(
        command, env=environment(), text=True, stdout=pipe, stderr=pipe, **options
    )


def assert_one_sentence(answer, code, *words):
    """The command ended with this code and one line on stderr (after notes about the data)."""
    found, out, err = answer
    assert (found, out) == (code, "")
    lines = [line for line in err.splitlines() if not line.startswith("zerosum: ring: ")]
    assert len(lines) == 1 and lines[0].startswith("zerosum: ") and "bug" not in lines[0]
    for word in words:
        assert word in lines[0]

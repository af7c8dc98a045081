"""How much memory does one call of a metric take? Run by `metrics_speed`, each in a process of its own.

    python -m benchmarks.metrics_speed_memory ours|prdc ROWS COLUMNS

prints, in MB, this process's peak less what it had before the call (packages, rows, and a call on a few
rows), the peak itself, and the call's seconds of CPU. The rows are 8 bytes a number: 2 x ROWS x COLUMNS.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import torch

from benchmarks import machine
from benchmarks.metrics_speed_cases import points
from zerosum.metrics.prdc import prdc


def main() -> None:
    """Measure what the command line names."""
    who, n, d = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(1)
    if who == "ours":
        call = lambda x, y: prdc(x, y, splits=0)  # noqa: E731
    else:
        from prdc import compute_prdc

        call = lambda x, y: compute_prdc(x, y, nearest_k=5)  # noqa: E731
    x, y = points(n, d)
    call(x[:100], y[:100])
    before, started = machine.memory(), time.process_time()
    call(x, y)
    seconds, peak = time.process_time() - started, machine.memory("VmHWM")
    found = {"MB of the call": peak - before, "peak MB": peak, "cpu s": seconds}
    print(json.dumps({name: round(value, 2) for name, value in found.items()}))


def ask(who: str, n: int, d: int) -> dict[str, float]:
    """Return what another process measures, with one thread."""
    command = [sys.executable, "-m", "benchmarks.metrics_speed_memory", who, str(n), str(d)]
    single = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    done = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, **single},
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()

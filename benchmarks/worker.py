"""One contestant in a process of its own; it answers one JSON line for each line of command.

A process each keeps allocator settings, global flags and stand-in modules from touching the others,
and gives each its own peak memory. Commands: {"do": "time", "steps": n}, {"do": "flops"},
{"do": "memory"}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from benchmarks.cases import CASES, Step
from benchmarks.contestants import CONTESTANTS
from benchmarks.machine import memory


def main() -> None:
    """Serve `worker CONTESTANT CASE THREADS` until the input ends."""
    name, case, threads = sys.argv[1], CASES[sys.argv[2]], int(sys.argv[3])
    import torch

    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what contestants print must not come between the answers
    torch.set_num_threads(threads)
    contestant = CONTESTANTS[name]
    step = contestant.build(case)
    before = memory()
    for line in sys.stdin:
        command = json.loads(line)
        answer: dict[str, Any]
        if command["do"] == "time":
            answer = timed(step, command["steps"])
        elif command["do"] == "flops":
            answer = {"flops": flops(step) if contestant.counted else None}
        else:
            answer = {"before": before, "now": memory(), "peak": memory("VmHWM")}
        answers.write(json.dumps(answer) + "\n")


def timed(step: Step, steps: int) -> dict[str, float]:
    """Return wall and CPU seconds of a step, averaged over `steps`."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(steps):
        step()
    return {
        "wall": (time.perf_counter() - wall) / steps,
        "cpu": (time.process_time() - cpu) / steps,
    }


def flops(step: Step) -> int | None:
    """Return the floating-point operations of one step's products and convolutions.

    None where torch cannot count them: its hooks on modules fail under a double `autograd.grad`.
    """
    from torch.utils.flop_counter import FlopCounterMode

    try:
        with FlopCounterMode(display=False) as counter:
            step()
    except RuntimeError:
        return None
    return counter.get_total_flops()


if __name__ == "__main__":
    main()

"""What does a person wait for before zerosum answers? CPU time of the commands that need no torch.

    python -m benchmarks.imports [--rounds 15]

Every command is run in a fresh interpreter, interleaved; bare Python and `import torch` are the
ends of the scale. The exit code is 1 if a command that should not needs torch.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from statistics import median
from typing import Any

from benchmarks import machine
from benchmarks.race import ROOT

_CALL = "import sys; sys.argv = {argv}; from zerosum.cli.main import main; sys.exit(main())"
COMMANDS = {
    "python": "pass",
    "import zerosum": "import zerosum",
    "zerosum --help": _CALL.format(argv=["zerosum", "--help"]),
    "zerosum --version": _CALL.format(argv=["zerosum", "--version"]),
    "zerosum list recipes": _CALL.format(argv=["zerosum", "list", "recipes"]),
    "import torch": "import torch",
}
_TELL = """
import atexit, sys
atexit.register(lambda: sys.stderr.write("torch" * ("torch" in sys.modules)))
"""


def main() -> None:
    """Time every command and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, code in COMMANDS.items():
            result = run(code)
            if number:  # the first round fills the disk's cache
                runs[name].append(result)
    results = {name: _summary(r) for name, r in runs.items()}
    for name, r in results.items():
        failed = "" if r["exit code"] == 0 else f"  FAILED with {r['exit code']}"
        torch = "  imports torch" if r["imports torch"] else ""
        times = f"{r['median cpu s']:.3f} s CPU (best {r['best cpu s']:.3f})"
        print(f"{name:22}{times}, {r['best wall s']:.3f} s wall{torch}{failed}")
    machine.write("imports", {"rounds": rounds, "commands": results}, threads=1)
    ours = [r for name, r in results.items() if "zerosum" in name]
    sys.exit(any(r["imports torch"] or r["exit code"] for r in ours))


def run(code: str) -> dict[str, Any]:
    """Run code in a fresh interpreter; return CPU and wall seconds and if it imported torch."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _TELL + code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    torch = done.stderr.endswith("torch")
    return {"cpu": cpu, "wall": wall, "torch": torch, "code": done.returncode}


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "median cpu s": round(median(r["cpu"] for r in runs), 4),
        "best cpu s": round(min(r["cpu"] for r in runs), 4),
        "best wall s": round(min(r["wall"] for r in runs), 4),
        "imports torch": any(r["torch"] for r in runs),
        "exit code": max(abs(r["code"]) for r in runs),
    }


if __name__ == "__main__":
    main()

"""What a result was measured on and with; never a host name or a path."""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def facts(threads: int) -> dict[str, Any]:
    """Return processor, cores, threads used and versions."""
    import torch

    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if sys.platform == "linux" else ""
    fields = [line.split(":", 1) for line in text.splitlines() if ":" in line]
    cpu = {key.strip(): value.strip() for key, value in reversed(fields)}
    flags = cpu.get("flags", "").split()
    return {
        "machine": {
            "cpu": cpu.get("model name", platform.processor()),
            "cores": os.cpu_count(),
            "threads": threads,
            "vector units": torch.backends.cpu.get_cpu_capability(),
            "bf16 units": sorted({"avx512_bf16", "amx_bf16"} & set(flags)),
            "system": platform.system(),
        },
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "zerosum": _version("zerosum"),
        },
    }


def write(name: str, result: dict[str, Any], threads: int) -> Path:
    """Write a result with the command and the machine's facts; return the file."""
    command = ["python", "-m", f"benchmarks.{Path(sys.argv[0]).stem}", *_public(sys.argv[1:])]
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    whole = {"command": " ".join(command), **facts(threads), **result}
    path.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    return path


def memory(field: str = "VmRSS") -> float:
    """Return this process's memory in MB: VmRSS is the present, VmHWM the peak since its start."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise KeyError(field)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "from the working tree"


def _public(arguments: list[str]) -> list[str]:
    # a path says where somebody's files are, and nothing about the measurement
    return [Path(a).name if os.sep in a else a for a in arguments]

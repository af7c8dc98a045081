"""What a run depends on beside its configuration, noted when it begins and compared when it goes on."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from zerosum.runs.domains import second_facts
from zerosum.runs.job import Job


def environment(job: Job) -> dict[str, Any]:
    """Return what a run depends on beside its configuration: versions, machine, data."""
    second = {} if job.other is None else second_facts(job.other.source)
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("zerosum", "torch", "numpy", "safetensors")},
        "machine": platform.machine(),
        "processor": _processor(),
        "device": str(job.device),
        "threads": job.threads,
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "data": job.source.name,
        "rows": job.source.n,
        "fingerprint": job.source.fingerprint,
        **second,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return a sentence's beginning for each thing that a run's last bits may depend on and that changed."""
    names = ("zerosum", "torch", "numpy", "machine", "processor", "device", "threads")
    return [
        f"{name} was {before.get(name)} and is {now[name]}"
        for name in names
        if before.get(name) != now[name]
    ]

"""Say what this machine has: versions, device, threads, free disk. The first thing in a bug report."""

from __future__ import annotations

import argparse
import os
import platform
import shutil


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags (none)."""


def run(parsed: argparse.Namespace) -> int:
    """Print one fact a line."""
    import torch

    from zerosum import __version__
    from zerosum.records.reading import size_text
    from zerosum.runs.extractors import features_folder
    from zerosum.runs.feature_cache import limit_bytes, size
    from zerosum.runs.precision import has_bf16

    free = shutil.disk_usage(os.getcwd()).free / 1e9
    facts = {
        "zerosum": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "cpu threads": f"{torch.get_num_threads()} of {os.cpu_count()}",
        "cpu bf16": "yes" if has_bf16() else "no: --precision bf16 would be many times slower",
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "free disk": f"{free:.1f} GB here",
        "features": f"{size_text(size(features_folder()))} of at most {size_text(limit_bytes())} kept",
    }
    for name, fact in facts.items():
        print(f"{name:<12}{fact}")
    return 0

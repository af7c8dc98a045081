"""What a precision costs on this machine."""

from __future__ import annotations

import warnings

import torch

from zerosum.recipes.build import BF16_SLOWER
from zerosum.recipes.config import Config


def warn_of_slow_precision(config: Config, device: torch.device) -> None:
    """Warn when bf16 is asked of a CPU that has no units for it."""
    if config.run.precision != "bf16" or device.type != "cpu":
        return
    if not has_bf16():
        warnings.warn(
            f"this CPU has no bf16 units: a step can take {BF16_SLOWER} times as long as in fp32",
            stacklevel=2,
        )


def has_bf16() -> bool:
    """Return whether torch has fast bf16 on this CPU; else it emulates it, many times slower.

    The rule is that of the library torch computes with (oneDNN): these parts of AVX-512, or ARM's bf16.
    """
    units = torch.cpu.get_capabilities()
    wide = all(units.get(f"avx512_{part}", False) for part in ("f", "bw", "vl", "dq"))
    return wide or bool(units.get("bf16", False))

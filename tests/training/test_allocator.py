"""Memory that a step frees is kept for the next one, unless a person says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
from zerosum.training.allocator import keep_freed_memory
import torch
torch.set_num_threads(1)
kept = keep_freed_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
torch.ones(2_000_000)
before = faults()
for _ in range(50):
    torch.ones(2_000_000)  # 8 MB, freed at once
print(kept, faults() - before)
"""


def page_faults(setting: str) -> tuple[bool, int]:
    environment = os.environ | {"ZEROSUM_MALLOC": setting}
    ended = subprocess.run(
        [sys.executable, "-c", FAULTS], env=environment, capture_output=True, text=True, check=True
    )
    kept, faults = ended.stdout.split()
    return kept == "True", int(faults)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's setting")
def test_freed_blocks_are_used_again_with_few_page_faults():
    kept, faults = page_faults("1")
    left_alone, many = page_faults("0")
    assert (kept, left_alone) == (True, False)
    # 8 MB are 1,954 pages of 4 kB, which fifty new mappings would fault in fifty times
    assert faults < many / 3

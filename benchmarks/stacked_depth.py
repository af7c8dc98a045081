"""Do modes get lost by the game or by the network? The stacked digits, by systems and by depth.

    python -m benchmarks.stacked_depth [--systems gan pacgan2 veegan r3gan] [--updates 4000] [--seeds 3]

The bench's own terms and judge (`zerosum study modes --protocols stacked-digits`), but for the hidden
layers of all networks, which are one after the other 3 of 256, 2 of 256 and 1 of 512 units. 1000 modes
are to be found; the divergence is that of equal shares, less its chance floor; near a scan are the per cent
of stacks that look like digits.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np
import torch
from scipy import stats

from benchmarks import machine
from zerosum.studies.mode_bench.bench import Bench
from zerosum.studies.mode_bench.cell import work
from zerosum.studies.mode_bench.entrants import ENTRANTS
from zerosum.studies.mode_bench.protocols import protocol

NETWORKS = ((3, 256), (2, 256), (1, 512))
DATA = "stacked-digits"


def main() -> None:
    """Train every system with every network, print a line each and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ["gan", "pacgan2", "veegan", "r3gan"]
    parser.add_argument("--systems", nargs="+", default=names, choices=list(ENTRANTS))
    parser.add_argument("--updates", type=int, default=4000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found: dict[str, dict[str, dict]] = {}
    for depth, width in NETWORKS:
        for system in options.systems:
            figures = examined(system, depth, width, options)
            found.setdefault(f"{depth} x {width}", {})[system] = figures
            print(f"{depth} x {width} {system}: {figures}", flush=True)
    seeds = list(range(options.first, options.first + options.seeds))
    result = {"updates": options.updates, "seeds": seeds, "networks": found}
    machine.write("stacked-depth", result, threads=1)


def examined(system: str, depth: int, width: int, options: argparse.Namespace) -> dict:
    """Return modes and divergence of one system with networks of `depth` hidden layers."""
    wanted = {"protocols": (DATA,), "systems": (system,), "seed": options.first}
    bench = Bench(**wanted, updates=options.updates, seeds=options.seeds)
    network = {"name": "mlp", "width": width, "depth": depth}
    on = replace(bench.terms(DATA), generator=network, discriminator=network)
    description = bench.description()
    (cell,) = (c for c in description["work"] if c["system"] == system)
    cell["settings"] = ENTRANTS[system].settings(on)
    began = time.process_time()
    made = work(description, description["work"].index(cell))
    names = [score.name for score in protocol(DATA).scores]
    scores = dict(zip(names, made["scores"].T, strict=True))
    return {
        **{name: interval(scores[name]) for name in ("modes", "reverse KL", "near a scan")},
        "all modes": int((scores["modes"] == 1000).sum()),
        "failed": int(made["failed"].sum()),
        "CPU seconds": round(time.process_time() - began, 1),
    }


def interval(values: np.ndarray) -> dict[str, float]:
    """Return the mean and half of its 95 % interval (Student's t)."""
    n = len(values)
    half = stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / n**0.5
    return {"mean": float(values.mean()), "half width": float(half)}


if __name__ == "__main__":
    main()

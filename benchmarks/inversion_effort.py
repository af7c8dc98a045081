"""How many of a generator's own samples does a search find again, and what does finding more cost?

    python -m benchmarks.inversion_effort [RUN ...] [--own 200] [--held-out 48]

Without runs, the default recipe learns the digits from seeds 0 and 1. Own samples have a least error of 0,
and count as found below 1 % of the generator's spread; Wilson's 95 % interval. Beside them what is left of
held-out rows, whose least error nobody knows: less is better. CPU seconds of one thread.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from benchmarks import machine
from zerosum import noise
from zerosum.explore.generating import generating
from zerosum.explore.inverting import USUAL
from zerosum.generator import Generator, load_generator
from zerosum.latent.inversion import Effort, Inversion, invert
from zerosum.metrics.intervals import wilson
from zerosum.runs.job import prepare
from zerosum.runs.recorded import rows_of
from zerosum.runs.rows import Rows

GOAL, FOUND = 0.95, 0.01
EFFORTS = {
    "the best start alone": Effort(8, 200, 600, again=0),
    "the same, 2,000 steps of L-BFGS": Effort(8, 200, 2000, again=0),
    "three more, without Adam": Effort(8, 0, 600, again=3),
    "three more (the default)": USUAL,
}
KEY = 0


def main() -> None:
    """Search as hard as each effort says, print a line each and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="*", help="run folders (default: two are trained)")
    parser.add_argument("--own", type=int, default=200)
    parser.add_argument("--held-out", type=int, default=48)
    options = parser.parse_args()
    torch.set_num_threads(1)
    given = [(load_generator(Path(run) / "model"), rows_of(Path(run))[1]) for run in options.runs]
    found = [
        measured(generator, held, options.own, options.held_out)
        for generator, held in given or [trained(seed) for seed in (0, 1)]
    ]
    machine.write("inversion-effort", {**vars(options), "runs": found}, threads=1)
    for number, one in enumerate(found):
        for name, row in one.items():
            print(number, name, row, sep="  ")


def trained(seed: int) -> tuple[Generator, Rows]:
    """Return the generator of the default recipe, and the digits that it did not see."""
    job = prepare("digits", settings={"seed": seed, "data": {"seed": seed}})
    job.run()
    return job.generator(), Rows(job.source, job.held_out)


def measured(generator: Generator, held: Rows, own: int, most: int) -> dict[str, dict[str, Any]]:
    """Return a row of the table for each effort."""
    samples = generator.encoded(generator.latents(own, noise.fold(KEY, "own samples")))
    others = generator.codec.encode(held.some(most, noise.fold(KEY, "held-out")).read())
    found = {}
    for name, effort in EFFORTS.items():
        mine, first = _timed(generator, samples, effort)
        rest, second = _timed(generator, others, effort)
        share = wilson(int((mine.relative < FOUND).sum()), own)
        found[name] = {
            "effort": asdict(effort),
            "found": asdict(share),
            "goal met": share.value >= GOAL,
            "median of own": float(mine.relative.median()),
            "CPU seconds, own": round(first, 2),
            "held-out, mean": float(rest.relative.mean()),
            "held-out, median": float(rest.relative.median()),
            "CPU seconds, held-out": round(second, 2),
        }
    return found


def _timed(generator: Generator, rows: torch.Tensor, effort: Effort) -> tuple[Inversion, float]:
    start = time.process_time()
    found = invert(
        generating(generator, None), rows, generator.sizes.latent, effort=effort, key=KEY
    )
    return found, time.process_time() - start


if __name__ == "__main__":
    main()

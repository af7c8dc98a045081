"""Is a generator flagged that copies half of its training set, and one cleared that copies nothing?

    python -m benchmarks.memorisation [--draws 40]

Real digits stand in for both. Each draw deals scikit-learn's into 600 training, 300 held-out and more fresh
rows. The copier makes a copy of one of 300 training rows, moved by noise of a fortieth of the range, or,
half of the time, a fresh row; the honest one makes fresh rows only. Three tests are asked at a level of 1 %:
`copies` (exact), C_T (shuffles within cells) and `closer to train` (a bound). Flagged is what any of them
flags after Holm's correction. Authenticity, which has no p of its own, is printed beside.
"""

from __future__ import annotations

import argparse

import numpy as np
from sklearn.datasets import load_digits

from benchmarks import machine
from zerosum import noise
from zerosum.metrics import cells, intervals
from zerosum.metrics.authenticity import authenticity
from zerosum.metrics.data_copying import data_copying
from zerosum.metrics.holm import holm
from zerosum.metrics.memorisation import copies
from zerosum.metrics.nearness import nearness

LEVEL = 0.01
TRAIN, HELD, MADE = 600, 300, 300
NOISE = 16 / 40  # standard deviation, grey levels of 0 to 16


def main() -> None:
    """Judge both generators in every draw, print the rates and write them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=40)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    draws = range(options.first, options.first + options.draws)
    found = {}
    for name, copied in (("copies half", True), ("copies nothing", False)):
        p = [judged(draw, copied=copied) for draw in draws]
        tests = list(p[0])
        flagged = [bool((holm(np.array([v[t] for t in tests[:3]])) <= LEVEL).any()) for v in p]
        found[name] = {"flagged": rate(flagged)} | {
            t: rate([v[t] <= LEVEL for v in p]) for t in tests[:3]
        }
        found[name]["authenticity"] = {"mean": float(np.mean([v[tests[3]] for v in p]))}
        print(name, found[name])
    machine.write("memorisation", {"draws": options.draws, "level": LEVEL, "found": found}, 1)


def judged(draw: int, *, copied: bool) -> dict[str, float]:
    """Return the p of each test, and the authenticity itself."""
    rows = load_digits().data.astype(np.float64)
    order = noise.permutation(noise.fold(draw, "deal"), len(rows)).numpy()
    train, held, fresh = np.split(rows[order], [TRAIN, TRAIN + HELD])
    made = fresh[:MADE].copy()
    if copied:
        half = MADE // 2
        which = noise.integers(noise.fold(draw, "which"), (half,), TRAIN // 2).numpy()
        moved = NOISE * noise.normal(noise.fold(draw, "moved"), (half, rows.shape[1])).numpy()
        made[:half] = train[which] + moved
    seen = train[:HELD]  # as many as are held out, the rows that are copied among them
    parts = cells.partition(seen, 3, key=draw)
    return {
        "copies": copies(made, seen, held).p,
        "C_T": data_copying(made, seen, held, parts=parts, shuffles=999, key=draw).p,
        "closer to train": nearness(made, seen, held, key=draw).p,
        "authenticity": authenticity(seen, made, splits=0).value,
    }


def rate(flags: list[bool]) -> dict[str, float]:
    """Return how often, with Wilson's interval."""
    share = intervals.wilson(sum(flags), len(flags))
    return {"share": share.value, "low": share.low, "high": share.high}


if __name__ == "__main__":
    main()

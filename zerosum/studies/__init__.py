"""`zs.studies`: many games, run as numbered chunks whose results outlive any death on the way.

The public face, loaded when asked for:

- `inference`: a GAN on each of many data sets of a known truth; `intervals_of`: on somebody's own numbers
- `fit_population`: somebody's own `zs.Population`, in other processes and kept chunk by chunk
- `compare`: formulations x hyper-parameters x seeds on one data set
- `modes`: systems x protocols of mode collapse x seeds

- `task`: what a worker does with one chunk, and what it says of it
- `ledger`: SQLite, one writer: which chunks are done, and the hash of each result
- `results`: the chunks' arrays, streamed or joined in order
- `memory`: how many workers the machine's free memory holds
- `local`: one single-threaded process a core
- `ray_cluster`: the nodes of a Ray cluster
- `executors`: these two by name
- `drive`: the driver's loop, its progress and how it is interrupted
- `study`: `run_study`, begun or gone on with
"""

from __future__ import annotations

from typing import Any

__all__ = ["compare", "fit_population", "inference", "intervals_of", "modes"]


def __getattr__(name: str) -> Any:
    # no module of this room bears one of these names: importing it would hide the function
    if name == "inference":
        from zerosum.studies.monte_carlo.study import inference

        return inference
    if name == "intervals_of":
        from zerosum.studies.monte_carlo.own_data import intervals_of

        return intervals_of
    if name == "compare":
        from zerosum.studies.comparison.study import compare

        return compare
    if name == "modes":
        from zerosum.studies.mode_bench.study import modes

        return modes
    if name == "fit_population":
        from zerosum.studies.populations.study import fit_population

        return fit_population
    raise AttributeError(f"module 'zerosum.studies' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

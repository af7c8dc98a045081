"""Do modes get lost by the game or by the network? The stacked digits, by systems and by depth.

    python -m benchmarks.stacked_depth [--systems gan pacgan2 veegan r3gan] [--updates 4000] [--seeds 10]

The bench's own terms and judge (`zerosum study modes --protocols stacked-digits`), but for the hidden
layers of all networks, which are one after the other 3 of 256, 2 of 256 and 1 of 512 units. 1000 modes
are to be found; the divergence is that of equal shares, less its chance floor; near a scan are the per cent
of stacks that look like digits. Each system is held against `gan`, seed by seed, by the sign-flip test of
modes, corrected by Holm over the systems of one depth. What is found is kept depth by depth, so that the same
call goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

import numpy as np
import torch
from scipy import stats

from benchmarks import machine
from zerosum import noise
from zerosum.metrics.holm import holm
from zerosum.studies.comparison.paired import sign_flip
from zerosum.studies.mode_bench.bench import Bench
from zerosum.studies.mode_bench.cell import work
from zerosum.studies.mode_bench.entrants import ENTRANTS
from zerosum.studies.mode_bench.protocols import protocol

NETWORKS = ((3, 256), (2, 256), (1, 512))
DATA, BASELINE = "stacked-digits", "gan"
NAME = "stacked-depth"
SHOWN = ("modes", "reverse KL", "near a scan")


def main() -> None:
    """Train every system with every network, print a line each and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ["gan", "pacgan2", "veegan", "r3gan"]
    parser.add_argument("--systems", nargs="+", default=names, choices=list(ENTRANTS))
    parser.add_argument("--updates", type=int, default=4000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    torch.set_num_threads(1)
    seeds = list(range(options.first, options.first + options.seeds))
    terms = {"updates": options.updates, "seeds": seeds, "systems": options.systems}
    found = kept(terms)
    for depth, width in NETWORKS:
        network = f"{depth} x {width}"
        if network not in found:
            found[network] = of_network(depth, width, options)
            machine.write(NAME, {**terms, "networks": found}, threads=1)
        print(f"{network}: {found[network]}", flush=True)


def kept(terms: dict) -> dict[str, dict]:
    """Return what an earlier call on the same terms had found before it was stopped."""
    path = machine.RESULTS / f"{NAME}.json"
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    same = all(earlier.get(name) == value for name, value in terms.items())
    return earlier["networks"] if same else {}


def of_network(depth: int, width: int, options: argparse.Namespace) -> dict[str, dict]:
    """Return every system's figures with networks of `depth` hidden layers."""
    scores = {system: examined(system, depth, width, options) for system in options.systems}
    found = {
        system: {name: interval(values) for name, values in of.items()}
        | {"all modes": int((of["modes"] == 1000).sum())}
        for system, of in scores.items()
    }
    for system, of in over(BASELINE, scores).items():
        found[system][f"over {BASELINE}"] = of
    return found


def examined(
    system: str, depth: int, width: int, options: argparse.Namespace
) -> dict[str, np.ndarray]:
    """Return the scores of every seed of one system with networks of `depth` hidden layers."""
    bench = Bench(
        (DATA,), (system,), seeds=options.seeds, updates=options.updates, seed=options.first
    )
    network = {"name": "mlp", "width": width, "depth": depth}
    on = replace(bench.terms(DATA), generator=network, discriminator=network)
    description = bench.description()
    (cell,) = (c for c in description["work"] if c["system"] == system)
    cell["settings"] = ENTRANTS[system].settings(on)
    made = work(description, description["work"].index(cell))
    names = [score.name for score in protocol(DATA).scores]
    return {
        name: values for name, values in zip(names, made["scores"].T, strict=True) if name in SHOWN
    }


def over(baseline: str, scores: dict[str, dict[str, np.ndarray]]) -> dict[str, dict]:
    """Return what every other system finds more than the baseline, and whether that is chance."""
    others = [system for system in scores if system != baseline and baseline in scores]
    differences = [scores[system]["modes"] - scores[baseline]["modes"] for system in others]
    p = np.array([sign_flip(d, key=noise.fold(0, "depth")) for d in differences])
    return {
        system: interval(d) | {"p": raw, "p, Holm": adjusted}
        for system, d, raw, adjusted in zip(
            others, differences, p.tolist(), holm(p).tolist(), strict=True
        )
    }


def interval(values: np.ndarray) -> dict[str, float]:
    """Return the mean and half of its 95 % interval (Student's t)."""
    n = len(values)
    half = stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / n**0.5
    return {"mean": float(values.mean()), "half width": float(half)}


if __name__ == "__main__":
    main()

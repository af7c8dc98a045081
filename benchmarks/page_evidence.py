"""The sections of docs/results.md about evidence and latents; `benchmarks.page` puts them into the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.digits_memorisation import rows_of
from benchmarks.page_systems import source, table

RESULTS = Path(__file__).parent / "results"


def evidence_sections() -> Iterator[str]:
    """Yield every section whose results are kept."""
    yield from _peers()
    yield from _speed()
    yield from _memorisation()
    yield from _digits_memorisation()
    yield from _inversion()
    yield from _augmentation()


def _read(name: str) -> dict[str, Any] | None:
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _peers() -> Iterator[str]:
    result = _read("metric-peers")
    if result is None:
        return
    yield "## Metrics: agreement with the peers"
    yield source(result)
    yield (
        f"{result['rows']:,} rows of {result['features']} features of known laws; networks with drawn "
        "weights. The relative difference to each peer; of features, the largest one over their spread."
    )
    rows = []
    for name, found in result["found"].items():
        others = {k: v["relative difference"] for k, v in found.items() if isinstance(v, dict)}
        if not others:  # features of a network
            others = {"torch-fidelity or transformers": found["over their spread"]}
        rows += [[name, peer, f"{value:.1g}"] for peer, value in others.items()]
    yield table(["number", "peer", "difference"], rows)


def _speed() -> Iterator[str]:
    result = _read("metrics-speed")
    if result is None:
        return
    yield "## Metrics: speed beside the peers"
    yield source(result)
    yield (
        "The same arrays, in one process, taking turns; processor seconds, the median of the rounds. The "
        "goal is the one set before anything was measured."
    )
    rows = []
    for name, case in result["cases"].items():
        ours = case["contestants"]["zerosum"]["median cpu s"]
        for who, ratio in case["ratios"].items():
            theirs = case["contestants"][who]["median cpu s"]
            found = f"{ratio['median cpu s']:.1f}"
            goal = f"{ratio['goal']:g}" + (
                "" if ratio["median cpu s"] >= ratio["goal"] else ", missed"
            )
            rows.append([name, f"{ours:.3g} s", who, f"{theirs:.3g} s", found, goal])
    yield table(["case", "zerosum", "peer", "its time", "times faster", "goal"], rows)
    yield table(
        ["memory", "MB of the call", "peak MB"],
        [
            [name, f"{found['MB of the call']:,.0f}", f"{found['peak MB']:,.0f}"]
            for name, found in result["memory"].items()
            if "peak MB" in found
        ],
    )


def _memorisation() -> Iterator[str]:
    result = _read("memorisation")
    if result is None:
        return
    yield "## Is copying seen, and honesty let pass?"
    yield source(result)
    yield (
        f"{result['draws']} draws of digits: a generator that copies half of its training set with a little "
        f"noise, and one that copies nothing. Share flagged at a level of {100 * result['level']:g} %, with "
        "Wilson's 95 % interval; of authenticity the mean."
    )
    tests = list(result["found"]["copies half"])
    rows = [[name, *(_rate(found[t]) for t in tests)] for name, found in result["found"].items()]
    yield table(["generator", *tests], rows)


def _rate(found: dict[str, float]) -> str:
    if "mean" in found:
        return f"{found['mean']:.3f}"
    return f"{100 * found['share']:.1f} % [{100 * found['low']:.1f}, {100 * found['high']:.1f}]"


def _digits_memorisation() -> Iterator[str]:
    result = _read("digits-memorisation")
    if result is None:
        return
    runs = sorted(result["runs"], key=lambda run: (run["settings"], run["seed"]))
    yield "## Does `zerosum train` repeat its training digits?"
    yield source(result)
    yield (
        "The former default (5,000 steps, 256 units a layer, R1 and R2 of 0.1) beside the present one, each "
        "seed with its own split; what real rows get in square brackets. Near is the share of 5,000 samples "
        "whose nearest real row was trained on; authenticity is low and C_T negative where rows are copied. "
        "The present default was chosen on seeds 100 and 101, and these were trained once. An alarm is named "
        "with its step."
    )
    head = ["", *(f"{run['settings']}, seed {run['seed']}" for run in runs)]
    yield table(head, rows_of(runs))


def _inversion() -> Iterator[str]:
    result = _read("inversion-effort")
    if result is None:
        return
    yield "## Own samples found again by inversion"
    yield source(result)
    yield (
        f"{result['own']} own samples of each generator of the default recipe on digits, sought from 8 "
        "starts: how many are found to 1 % of the generator's spread, with Wilson's 95 % interval (the goal "
        f"is 95 %); and what is left of {result['held_out']} held-out digits, whose least error nobody "
        "knows. CPU seconds of one thread, for all rows."
    )
    rows = [
        [f"{number}: {name}", *_sought(row)]
        for number, run in enumerate(result["runs"])
        for name, row in run.items()
    ]
    head = ["run: search", "own found", "seconds", "held-out, mean", "median", "seconds"]
    yield table(head, rows)


def _sought(row: dict[str, Any]) -> list[str]:
    found, left = row["found"], ("held-out, mean", "held-out, median")
    share = f"{100 * found['value']:.1f} % [{100 * found['low']:.1f}, {100 * found['high']:.1f}]"
    seconds = (f"{row[f'CPU seconds, {of}']:.1f}" for of in ("own", "held-out"))
    mean, median = (f"{100 * row[name]:.1f} %" for name in left)
    return [share, next(seconds), mean, median, next(seconds)]


def _augmentation() -> Iterator[str]:
    result = _read("augmentation")
    if result is None:
        return
    settings = result["settings"]
    yield "## Do generated digits help a classifier that has seen few?"
    yield source(result)
    yield (
        f"{settings['repeats']} repeats, each with {settings['each']} real digits of a class, a GAN trained "
        f"on these alone ({settings['recipe']}, {settings['steps']:,} steps); {settings['more']} more "
        "of a class are added. Gain in accuracy on all other digits ± its standard error over repeats, and "
        "the exact p of the sign-flip test. Shifted copies stand beside, as what costs nothing."
    )
    rows = [
        [
            name,
            f"{100 * found['without']:.1f} %",
            _gain(found["generated"]),
            _gain(found["shifted"]),
        ]
        for name, found in result["gain"].items()
    ]
    yield table(["classifier", "without", "generated digits", "shifted copies"], rows)


def _gain(found: dict[str, float]) -> str:
    mean, error = 100 * found["mean"], 100 * found["error"]
    return f"{mean:+.2f} ± {error:.2f} % (p {found['p']:.2g})"

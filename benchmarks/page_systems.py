"""The sections of docs/results.md about the systems; `benchmarks.page` puts them into the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KEPT = HERE.parent / "docs" / "results"


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def source(result: dict[str, Any]) -> str:
    """Return by which command and on what a result was measured."""
    machine, versions = result["machine"], result["versions"]
    by = f"`{result['command']}` on " if "command" in result else "On "
    return (
        f"{by}{machine['cpu']}, {machine['cores']} cores, {machine['threads']} thread(s) a process, "
        f"torch {versions['torch']}, Python {versions['python']}."
    )


def sections() -> Iterator[str]:
    """Yield every section whose results are kept."""
    yield from _modes()
    yield from _depth()
    yield from _began()
    yield from _flow()
    yield from _translation()
    yield from _pictures()


def _read(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _modes() -> Iterator[str]:
    for place in sorted(KEPT.glob("modes-*")):
        result = _read(place / "modes.json")
        if result is None:
            continue
        yield f"## Mode collapse: `zerosum study modes --budget {result['budget']}` ({place.name})"
        yield (
            f"Means over seeds from {result['seed']} on; every number, interval and published row stands in "
            f"[table.txt](results/{place.name}/table.txt), every training in "
            f"[scores.csv](results/{place.name}/scores.csv). A cell: modes (high quality in per cent), or "
            "the median of C, or modes alone; in brackets in how many seeds all modes were found."
        )
        protocols = result["protocols"]
        systems = list(dict.fromkeys(s for p in protocols.values() for s in p["systems"]))
        rows = [[s, *(_found(p["systems"].get(s)) for p in protocols.values())] for s in systems]
        yield table(["", *protocols], rows)


def _found(system: dict[str, Any] | None) -> str:
    if system is None:
        return "-"
    means = {name: found["value"] for name, found in system["means"].items()}
    if "C" in means:
        return f"{system['means']['C']['median']:.2f}"
    seeds = len(system["scores"]["modes"])
    good = f" ({means['high quality']:.0f} %)" if "high quality" in means else ""
    return f"{means['modes']:.1f}{good} [{system['all_modes']}/{seeds}]"


def _depth() -> Iterator[str]:
    result = _read(HERE / "results" / "stacked-depth.json")
    if result is None:
        return
    yield "## Stacked digits: what depth does, and what the game"
    yield source(result)
    yield (
        f"{result['updates']:,} updates, {len(result['seeds'])} seeds; hidden layers x units of all "
        "networks. A cell: modes of 1000, reverse KL in nats, per cent near a scan (97 if perfect). "
        "Bold: more modes than `gan` of the same depth: sign-flip test over seeds, Holm, p < 0.05."
    )
    systems = list(next(iter(result["networks"].values())))
    rows = []
    for network, found in result["networks"].items():
        rows.append([network, *(_of_depth(found[s]) for s in systems)])
    yield table(["", *systems], rows)


def _of_depth(found: dict[str, Any]) -> str:
    modes, kl, near = (found[name]["mean"] for name in ("modes", "reverse KL", "near a scan"))
    over = found.get("over gan", {"p, Holm": 1.0, "mean": 0.0})
    count = f"{modes:.0f}"
    better = over["p, Holm"] < 0.05 and over["mean"] > 0
    return f"{f'**{count}**' if better else count}, {kl:.2f}, {near:.0f} %"


def _began() -> Iterator[str]:
    result = _read(HERE / "results" / "began-diversity.json")
    if result is None:
        return
    yield "## BEGAN's gamma as a control of diversity"
    yield source(result)
    rows = [
        [
            name,
            *(f"{row['mean']:.3f} ± {row['half width']:.3f}" for row in found["rows"]),
            f"{result['real halves'][name]:.3f}",
            f"{found['rank correlation']:+.2f}",
        ]
        for name, found in result["by gamma"].items()
    ]
    gammas = [f"gamma {row['gamma']:g}" for row in result["by gamma"]["distance"]["rows"]]
    yield table(["", *gammas, "real", "rank correlation"], rows)


def _flow() -> Iterator[str]:
    result = _read(HERE / "results" / "adversarial-flow.json")
    if result is None:
        return
    yield "## Adversarial flow: transport cost over the exact W₂²"
    yield source(result)
    yield (
        f"{len(result['seeds'])} seeds. Ratio: cost over W₂² (goal: within 5 %). Spread: variance over seeds "
        "of where one latent goes, over that of the data. To the data: W₂ from samples to data, beside what "
        "fresh rows get. Saving: share of the cost that another pairing of the same points would save; a "
        "ratio of 1 with a saving above 0 comes from samples that miss the data."
    )
    rows = []
    for name, target in result["targets"].items():
        for which in ("with", "without"):
            found = target[which]
            cells = [
                f"{found[k]['mean']:.3f} ± {found[k]['half width']:.3f}"
                for k in ("ratio", "to data", "saving")
            ]
            fresh = f"{target['real']:.3f}"
            rows.append(
                [name, which, cells[0], f"{found['spread']:.2g}", cells[1], fresh, cells[2]]
            )
    yield table(["", "cost", "ratio", "spread", "to the data", "fresh rows", "saving"], rows)
    yield "![maps beside exact plans](../benchmarks/results/adversarial-flow.png)"


def _translation() -> Iterator[str]:
    result = _read(KEPT / "pictures" / "emoji32-cyclegan.json")
    if result is None:
        return
    yield "## CycleGAN between two emoji styles, judged by the true partners"
    missed = [n for n, d in result["directions"].items() if d["identity over translation"] < 2]
    yield source(result)
    yield "The goal is " + (f"missed ({' and '.join(missed)})." if missed else "met both ways.")
    yield (
        f"{result['rows']['train']} training rows of each style, unpaired; {result['rows']['test']} test "
        f"pairs of other concepts; {result['settings']['steps']:,} steps of {result['settings']['batch']}, "
        f"{result['seconds'] / 60:.0f} minutes. Fréchet distances are debiased, in the features of "
        "randconv-v1; pixel distances to the true partner are in levels of 0 to 255. Goal: identity over "
        "translation at least 2 in Fréchet distance."
    )
    rows = []
    for name, d in result["directions"].items():
        frechet = [f"{f['value']:.3f} ± {f['error']:.3f}" for f in d["Frechet"].values()]
        pixels = [f"{f['mean']:.1f}" for f in d["distance to the partner"].values()]
        ratio = f"{d['identity over translation']:.2f}"
        rows.append([name, *frechet, ratio, *pixels, f"{d['cycle']['mean']:.1f}"])
    one = next(iter(result["directions"].values()))
    head = [f"FD {k}" for k in one["Frechet"]] + ["identity over translation"]
    head += [f"pixels {k}" for k in one["distance to the partner"]] + ["cycle error"]
    yield table(["", *head], rows)
    yield "![input, translation, partner, round trip](results/pictures/emoji32-cyclegan.png)"


def _pictures() -> Iterator[str]:
    found = [(p.stem, _read(p)) for p in sorted((KEPT / "pictures").glob("*.json"))]
    kept = [(name, r) for name, r in found if r is not None and "evidence" in r]
    if kept:
        yield "## Relativistic GANs with R1 and R2 on real pictures"
    for name, result in kept:
        yield f"### {name}"
        yield source(result)
        yield (
            f"{result['steps']:,} steps of {result['batch']}, networks {result['networks']} of width "
            f"{result['width']}, {result['trained on']:,} training rows, judged on {result['judged on']:,} "
            "test rows of other concepts or font families. Reference: training rows in the samples' place."
        )
        rows = [
            [
                m["name"],
                f"{m['value']:.4g} ± {m['error'] or 0:.2g}",
                f"{m['reference']['median']:.4g}",
            ]
            for m in result["evidence"]["measurements"]
            if m.get("value") is not None and m.get("reference")
        ]
        yield table(["", "found", "reference"], rows)
        yield f"![samples](results/pictures/{name}.png)"

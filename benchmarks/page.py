"""Write docs/results.md from the kept results: `python -m benchmarks.page`. No figure is typed by hand."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.page_evidence import evidence_sections
from benchmarks.page_studio import studio_sections
from benchmarks.page_systems import sections, source, table
from zerosum.recipes.presets import PRESETS, DataShape

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "results.md"
DIGITS_STEPS = PRESETS["r3gan"](DataShape("image", (1, 8, 8), 1797))["run"]["steps"]
COLUMNS = {
    "digits": (
        "FD randconv plug-in",
        "FD classifier plug-in",
        "precision classifier",
        "recall classifier",
        "coverage classifier",
        "KL classes",
    ),
    "ring": ("W1 sliced", "modes found", "high quality", "recall points", "coverage points"),
}


def main() -> None:
    """Write the page."""
    parts = [
        "# Results",
        INTRODUCTION,
        *_digits(),
        *_recipes(),
        *_throughput(),
        *_population(),
        *_inference(),
        *_comparison(),
        *sections(),
        *evidence_sections(),
        *studio_sections(),
        *_small(),
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


INTRODUCTION = (
    "Made by `python -m benchmarks.page` from `benchmarks/results/`; every figure carries the command "
    "that measured it. Values are beside what real data get in their place (training rows against "
    "held-out rows, same number of rows), in square brackets."
)


def _load(name: str) -> dict[str, Any] | None:
    path = HERE / "results" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _digits() -> Iterator[str]:
    result = _load("digits")
    if result is None:
        return
    yield "## The digits of `zerosum train`, five seeds"
    yield source(result)
    if any(seed["steps"] != DIGITS_STEPS for seed in result["seeds"]):
        yield (
            "Trained at the former default of 5,000 steps, 256 units a layer and R1 and R2 of 0.1, which "
            "repeats training digits: see [below](#does-zerosum-train-repeat-its-training-digits), where the "
            "present one stands beside it."
        )
    names = [n for n in result["seeds"][0] if n != "seed"]
    rows = [
        [name, *(f"{seed[name]:g}" for seed in result["seeds"]), f"{result['median'][name]:g}"]
        for name in names
    ]
    yield table(["", *(f"seed {s['seed']}" for s in result["seeds"]), "median"], rows)


def _recipes() -> Iterator[str]:
    result = _load("recipes")
    if result is None:
        return
    runs: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for run in result["runs"]:
        runs[run["run"][0], run["run"][1]].append(run)
    failed = [run for run in result["runs"] if run["outcome"] != "done"]
    yield "## Every recipe at its defaults"
    yield source(result)
    yield (
        f"{len(result['runs'])} runs, {len(failed)} of which did not finish"
        + ("." if not failed else ": " + "; ".join(str(r["run"]) for r in failed) + ".")
        + " Median over seeds, with the smallest and largest. Budgets differ between recipes, so this "
        "shows that each trains, and is no ranking. Seconds are wall time; some of these runs shared "
        "the machine with other work."
    )
    if any(r["steps"] != DIGITS_STEPS for r in runs["digits", "r3gan"]):
        yield "`r3gan` had its former default on digits: 5,000 steps, 256 units a layer, R1 and R2 of 0.1."
    for data, columns in COLUMNS.items():
        found = {recipe: group for (d, recipe), group in runs.items() if d == data}
        if found:
            yield f"### {data}"
            yield _recipe_table(found, columns)


def _recipe_table(found: dict[str, list[dict[str, Any]]], columns: tuple[str, ...]) -> str:
    rows = []
    for recipe, group in found.items():
        done = [run for run in group if run["outcome"] == "done"]
        cells = [recipe, f"{len(done)}/{len(group)}"]
        if done:
            cells += [str(done[0]["steps"]), f"{statistics.median(r['seconds'] for r in done):.0f}"]
            cells += [_cell(done, column) for column in columns]
        rows.append(cells)
    return table(["recipe", "done", "steps", "seconds", *columns], rows)


def _cell(done: list[dict[str, Any]], name: str) -> str:
    measured = [m for run in done for m in run["evidence"]["measurements"] if m["name"] == name]
    values = sorted(m["value"] for m in measured)
    real = statistics.median(m["reference"]["median"] for m in measured)
    middle = statistics.median(values)
    return f"{middle:.3g} ({values[0]:.3g} to {values[-1]:.3g}) [{real:.3g}]"


def _population() -> Iterator[str]:
    result = _load("population")
    if result is None:
        return
    yield "## Many GANs at once"
    yield source(result)
    yield (
        "The GANs of `zerosum study inference`, n = 100: zerosum's own step for one after the other, and for "
        "all in lock step, on one thread in turn; medians of CPU time."
    )
    rates = result["GAN-steps a CPU-second"]
    rows = [[name, f"{rate:.0f}", f"{rate / rates['loop']:.2f}"] for name, rate in rates.items()]
    yield table(["", "GAN-steps a CPU-second", "of the loop (goal at some size: 8)"], rows)
    yield (
        "The path of any network (`vmap`) beside that of fully connected ones, whose slopes are "
        "written out; both with the same optimisers and draws."
    )
    paths = [
        [name, f"{p['any network']:.0f}", f"{p['fully connected']:.0f}", f"{p['ratio']:.2f}"]
        for name, p in result["paths"].items()
    ]
    yield table(["GAN-steps a CPU-second", "any network", "fully connected", "ratio"], paths)


def _inference() -> Iterator[str]:
    names = sorted(path.stem for path in (HERE / "results").glob("inference*.json"))
    if names:
        yield "## Ten thousand GANs: inference from samples"
        yield (
            "What is outside its goal is missed, and says so. The own-sd interval got its two "
            "corrections (for the divisor of F_n's variance and for the noise of m samples) after the "
            "plain one had covered 0.9439 on seed 0; no other seed shown was looked at before."
        )
    for name in names:
        result = json.loads((HERE / "results" / f"{name}.json").read_text(encoding="utf-8"))
        yield source(result)
        yield f"{result['table']['title']}; seed {result['seed']}; {result['diverged']} diverged."
        rows = [
            [what, f"{value:.4f}", *_verdict(result, what)]
            for what, value in result["found"].items()
        ]
        yield table(["", "found", "goal", ""], rows)


def _comparison() -> Iterator[str]:
    result = _load("comparison-ring")
    if result is None:
        return
    found = result["comparison"]
    yield "## Seven formulations on the ring, each with the same search"
    yield source(result)
    yield (
        f"{result['trainings']:,} trainings in {result['minutes']:.1f} minutes (goal "
        f"{result['goal_minutes']:g}). {found['score']}, {found['better']} is better; real rows get "
        f"{found['real'][found['score']]:.3g}. Final: the best draw trained with fresh seeds and "
        "judged on rows that chose nothing. Places come from intervals that hold together with 95 %; "
        "where they overlap, nothing is ranked."
    )
    rows = [
        [
            row["objective"],
            f"{row['final_mean']:.3g} ± {row['final_sd']:.2g}",
            f"{row['final_modes found']:.2f}",
            f"{row['search_median']:.3g}",
            f"{row['search_failed']}/{row['search_trainings']}",
            f"{row['place_from']} to {row['place_to']}",
        ]
        for row in sorted(found["rows"], key=lambda row: row["place_from"] + row["place_to"])
    ]
    head = ["", "final, mean ± sd", "modes of 8", "median draw", "failed in search", "place"]
    yield table(head, rows)


def _verdict(result: dict[str, Any], name: str) -> tuple[str, str]:
    if name not in result["goals"]:
        return "-", ""
    low, high = result["goals"][name]
    reached = low <= result["found"][name] <= high
    return f"{low:g} to {high:g}", "reached" if reached else "missed"


def _throughput() -> Iterator[str]:
    files = sorted((HERE / "results").glob("throughput-*.json"))
    if files:
        yield "## Training speed beside other toolkits"
        yield (
            "Full discriminator and generator steps (for `wgan-gp-critic` the critic's step alone) on "
            "the same networks, losses and preloaded batches, contestants taking turns. Ratios are of "
            "median step times, those of the best rounds in brackets; above 1, zerosum is faster. It asks "
            "glibc to keep freed memory between steps, as it does in every run; peers run as installed. "
            "`zerosum-bf16` computes in another precision than those it stands beside."
        )
    for path in files:
        result = json.loads(path.read_text(encoding="utf-8"))
        yield f"### {result['case']}"
        yield source(result)
        yield _speeds(result)
        yield _ratios(result)


def _speeds(result: dict[str, Any]) -> str:
    rows = []
    for name, found in result["contestants"].items():
        seconds, share = found["seconds per step"], found["sgemm fraction"]
        rows.append(
            [
                name,
                f"{1 / seconds['median']:.4g}",
                f"{1 / seconds['best']:.4g}",
                f"{share['median']:.0%} ({share['best']:.0%})" if share else "-",
                f"{found['peak memory MB']:.0f}",
            ]
        )
    return table(["", "steps/s, median", "best", "of the sgemm rate", "peak MB"], rows)


def _ratios(result: dict[str, Any]) -> str:
    rows = []
    for ours, others in result["ratios"].items():
        for name, r in others.items():
            goal = result["goals"].get(name) if ours == "zerosum" else None
            goal = 1.7 if ours == "zerosum-compiled" and name == "plain" else goal
            rows.append(
                [f"{ours} / {name}", f"{r['median']:.2f} ({r['best']:.2f})", str(goal or "-")]
            )
    return table(["", "ratio", "goal"], rows)


def _small() -> Iterator[str]:
    for name, title in (("memory", "Memory of training"), ("imports", "Waiting without torch")):
        result = _load(name)
        if result is None:
            continue
        yield f"## {title}"
        yield source(result)
        kept = {k: v for k, v in result.items() if k not in ("command", "machine", "versions")}
        yield "```json\n" + json.dumps(kept, indent=2) + "\n```"


if __name__ == "__main__":
    main()

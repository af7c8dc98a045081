"""How good are the digits of `zerosum train` at its defaults? Five seeds, all of them reported.

    python -m benchmarks.recipes --data digits --recipes r3gan --seeds 1 2 3 4 5
    python -m benchmarks.digits

The first command trains (what it has already trained it keeps), the second sets the figures beside the
targets. Each seed has its own split, weights, batches and noise. Targets, set before these seeds were
run: training in at most 2 minutes; all ten classes between 5 % and 15 % of 5,000 samples by a
classifier of at least 97 % accuracy; recall and coverage at least 0.85 of their real-vs-real values;
plug-in Fréchet distance at most 1.8 times its real-vs-real value.
"""

from __future__ import annotations

import json
import statistics
from typing import Any

from benchmarks import machine

SPACES = ("randconv", "pixels", "classifier")


def main() -> None:
    """Summarise the kept runs of the default recipe on digits."""
    kept = json.loads((machine.RESULTS / "recipes.json").read_text(encoding="utf-8"))["runs"]
    runs = [run for run in kept if run["run"][:2] == ["digits", "r3gan"]]
    rows = [{"seed": run["run"][2], **summary(run)} for run in runs]
    names = [name for name in rows[0] if name != "seed"]
    middle = {name: statistics.median(row[name] for row in rows) for name in names}
    machine.write("digits", {"seeds": rows, "median": middle}, threads=1)
    print(json.dumps(middle, indent=2))


def summary(result: dict[str, Any]) -> dict[str, float]:
    """Return one run's figures beside the targets: ratios to the real-vs-real medians."""
    found = {m["name"]: m for m in result["evidence"]["measurements"]}
    facts = result["evidence"]["facts"]

    def ratio(name: str) -> float:
        return round(found[name]["value"] / found[name]["reference"]["median"], 3)

    shares = facts["class_share"]["fake"]
    figures: dict[str, float] = {
        "steps": result["steps"],
        "training seconds": result["seconds"],
        "classifier accuracy": facts["classifier_accuracy"],
        "smallest class share": round(min(shares), 4),
        "largest class share": round(max(shares), 4),
    }
    figures |= {f"FD {s} / real": ratio(f"FD {s} plug-in") for s in SPACES}
    for score in ("recall", "coverage"):
        figures |= {
            f"{score} {s} / real": ratio(f"{score} {s}") for s in ("randconv", "classifier")
        }
    return figures


if __name__ == "__main__":
    main()

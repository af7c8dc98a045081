"""Measure a generator against held-out data: numbers with errors, references and labels."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved generator")
    parser.add_argument("--data", help="real data it was never trained on (a run has its own)")
    parser.add_argument("--seed", type=int, default=0, help="of samples and subsets (default: 0)")
    parser.add_argument(
        "--duality-gap",
        type=int,
        nargs="?",
        const=200,
        metavar="STEPS",
        help="also what both networks of a run could still gain in this many steps (default: 200)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(parsed: argparse.Namespace) -> int:
    """Print the evidence."""
    from zerosum.gan import load
    from zerosum.generator import find_artefact, load_generator
    from zerosum.runs import session
    from zerosum.runs.gap import gap_of_run

    folder = Path(parsed.model)
    if parsed.data is None:
        generator = load_generator(find_artefact(folder))
        evidence = session.evidence_of(folder, generator, parsed.seed)
    else:
        evidence = load(folder).evaluate(parsed.data, seed=parsed.seed)
    if parsed.duality_gap is None:
        print(json.dumps(evidence.to_json()) if parsed.json else evidence)
        return 0
    gap = gap_of_run(folder, parsed.duality_gap, parsed.seed)
    if parsed.json:
        print(
            json.dumps(evidence.to_json() | {"duality_gap": asdict(gap) | {"failed": gap.failed}})
        )
    else:
        print(evidence, gap, sep="\n")
    return 0

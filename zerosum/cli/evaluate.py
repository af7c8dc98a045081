"""Measure a generator against held-out data: numbers with errors, references and labels."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved generator")
    parser.add_argument("--data", help="real data it was never trained on (a run has its own)")
    parser.add_argument("--seed", type=int, default=0, help="of samples and subsets (default: 0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(parsed: argparse.Namespace) -> int:
    """Print the evidence."""
    from zerosum.gan import load
    from zerosum.generator import find_artefact, load_generator
    from zerosum.runs import session

    folder = Path(parsed.model)
    if parsed.data is None:
        generator = load_generator(find_artefact(folder))
        evidence = session.evidence_of(folder, generator, parsed.seed)
    else:
        evidence = load(folder).evaluate(parsed.data, seed=parsed.seed)
    print(json.dumps(evidence.to_json()) if parsed.json else evidence)
    return 0

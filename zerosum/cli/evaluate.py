"""Measure a generator against held-out data: numbers with errors, references and labels."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from zerosum.errors import InputError

if TYPE_CHECKING:
    from zerosum.metrics.evidence import Evidence


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
    from zerosum.runs.gap import gap_of_run

    folder = Path(parsed.model)
    evidence = _evidence(folder, parsed.data, parsed.seed)
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


def _evidence(folder: Path, data: str | None, seed: int) -> Evidence:
    from zerosum.gan import load
    from zerosum.runs import session
    from zerosum.runs.translating import judge_translators
    from zerosum.translator import Translator

    found = load(folder)
    if isinstance(found, Translator) and data is not None:
        raise InputError(
            f"{folder} holds a translator, which is judged on the two domains of its run: leave --data out"
        )
    if isinstance(found, Translator):
        return judge_translators(session.job_of(folder), seed)
    if data is None:
        return session.evidence_of(folder, found.generator_, seed)
    return found.evaluate(data, seed=seed)

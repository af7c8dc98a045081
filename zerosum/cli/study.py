"""Train many GANs and say what they show: `study inference`, `study compare`, `study modes`."""

from __future__ import annotations

import argparse

from zerosum.cli import study_compare, study_inference, study_modes

KINDS = {"inference": study_inference, "compare": study_compare, "modes": study_modes}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the studies, each with its own flags and those they share."""
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for name, module in KINDS.items():
        words = module.WORDS
        kind = kinds.add_parser(name, help=words, description=words, allow_abbrev=False)
        module.add_arguments(kind)
        kind.add_argument("--workers", type=int, help="chunks at once (default: one a core)")
        kind.add_argument(
            "--executor",
            default="local",
            help="where: local, processes of this machine, or ray, a running Ray cluster (default: local)",
        )
        kind.add_argument(
            "--out", help="folder of the study; an unfinished one goes on (default: a new one)"
        )
        kind.add_argument("--json", action="store_true", help="print one JSON object")


def run(parsed: argparse.Namespace) -> int:
    """Run or go on with the study and print its table."""
    return KINDS[parsed.kind].run(parsed)

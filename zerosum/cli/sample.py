"""Draw samples from a run or an artefact into a file."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved generator")
    add_checkpoint(parser)
    parser.add_argument("-n", type=int, default=64, help="how many (default: 64)")
    parser.add_argument("--seed", type=int, default=0, help="of the latents (default: 0)")
    parser.add_argument("--label", help="class, for a conditional generator (default: all in turn)")
    parser.add_argument(
        "--out", default="samples.png", metavar="FILE",
        help="grid.png, x.npy, x.csv, or a folder of pictures (default: samples.png)",
    )  # fmt: skip


def add_checkpoint(parser: argparse.ArgumentParser) -> None:
    """Add the flag that takes a run's generator or translator from one of its checkpoints."""
    parser.add_argument(
        "--checkpoint", metavar="best|last|STEP",
        help="of a run folder: the networks of this checkpoint (default: those at the end)",
    )  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """Write the samples and print where they are."""
    from zerosum.runs.checkpoints import generator_of
    from zerosum.runs.saving import check_target, save_samples

    out = Path(parsed.out)
    generator = generator_of(Path(parsed.model), parsed.checkpoint)
    check_target(out, generator.codec)
    rows = generator.sample(parsed.n, parsed.seed, parsed.label)
    print(save_samples(out, rows, generator.codec))
    return 0

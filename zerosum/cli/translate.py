"""Translate rows of one domain into the other's with a trained CycleGAN."""

from __future__ import annotations

import argparse
from pathlib import Path

from zerosum.cli.sample import add_checkpoint


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved translator")
    add_checkpoint(parser)
    parser.add_argument(
        "input", metavar="INPUT", help="a folder of pictures, a picture, .npy or .npz"
    )
    parser.add_argument("--back", action="store_true", help="from the second domain to the first")
    parser.add_argument("--key", help=".npz: which array")
    parser.add_argument(
        "--out", default="translated.png", metavar="FILE",
        help="grid.png, x.npy, x.csv, or a folder of pictures (default: translated.png)",
    )  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """Write the translations and print where they are."""
    from zerosum.runs.checkpoints import translator_of
    from zerosum.runs.inputs import read_given
    from zerosum.runs.saving import check_target, save_samples

    out = Path(parsed.out)
    translator = translator_of(Path(parsed.model), parsed.checkpoint, back=parsed.back)
    check_target(out, translator.target)
    given = read_given(Path(parsed.input), translator.codec, parsed.key)
    rows = translator.translate(given.rows, given.codec)
    print(save_samples(out, rows, translator.target))
    return 0

"""Say which rows a generator of normal ones cannot make: scores with p-values among held-out rows."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("run", metavar="RUN", help="a run folder, whose held-out rows are normal")
    parser.add_argument(
        "rows", metavar="PICTURE|DATA", nargs="+",
        help="picture files of the generator's size, or one file, folder or name of data",
    )  # fmt: skip
    parser.add_argument("-n", type=int, default=16, help="rows of data at most (default: 16)")
    parser.add_argument(
        "--normal", type=int, default=64, help="held-out rows beside them at most (default: 64)"
    )
    parser.add_argument(
        "--prior", type=float, default=0.01, help="keeps latents where they lie (default: 0.01)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of rows and starts (default: 0)")
    parser.add_argument(
        "--out", default="anomaly.png", metavar="FILE",
        help="x.png: row, reconstruction, residual; x.npz; a folder: both (default: anomaly.png)",
    )  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """Print the scores with their p-values and write the pictures."""
    import numpy as np

    from zerosum.explore.inverting import Search
    from zerosum.explore.odd import odd
    from zerosum.generator import find_artefact, load_generator
    from zerosum.runs.own_rows import read_rows
    from zerosum.runs.saving_inverted import check_inverted_target, save_inverted, table

    folder, out = Path(parsed.run), Path(parsed.out)
    generator = load_generator(find_artefact(folder))
    check_inverted_target(out)
    given = read_rows(parsed.rows, generator.codec, folder, most=parsed.n, seed=parsed.seed)
    normal = read_rows([], generator.codec, folder, most=parsed.normal, seed=parsed.seed)
    search = Search(prior=parsed.prior, seed=parsed.seed)
    found = odd(generator, given.rows, normal.rows, search=search)
    print(f"{given.story}; normal: {normal.story}, error {np.median(found.reference):.4f} (median)")
    print(table(found.found, {"p": found.p_values}), found.found.control, sep="\n")
    print(save_inverted(out, found.found, generator.codec))
    return 0

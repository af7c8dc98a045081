"""Show samples beside the training rows nearest to them: is a sample a copy?"""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument(
        "run", metavar="RUN", help="a run folder, whose training rows are looked at"
    )
    parser.add_argument("-n", type=int, default=8, help="samples (default: 8)")
    parser.add_argument("-k", type=int, default=5, help="nearest rows of each (default: 5)")
    parser.add_argument(
        "--by", default="rows",
        help="distance of the rows themselves, or in the hidden layer of a classifier (default: rows)",
    )  # fmt: skip
    parser.add_argument("--label", help="class, for a conditional generator (default: all in turn)")
    parser.add_argument(
        "--seed", type=int, default=0, help="of samples and classifier (default: 0)"
    )
    parser.add_argument(
        "--out", default="neighbours.png", metavar="FILE",
        help="x.png: sample, then its neighbours; or x.npz (default: neighbours.png)",
    )  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """Print the distances beside those of held-out rows and write the pictures."""
    import numpy as np

    from zerosum.errors import unknown
    from zerosum.explore.judging import judge_of
    from zerosum.explore.nearing import neighbours
    from zerosum.generator import find_artefact, load_generator
    from zerosum.runs import session
    from zerosum.runs.own_rows import labelled_rows
    from zerosum.runs.saving_strips import check_strips_target, save_near

    folder, out = Path(parsed.run), Path(parsed.out)
    generator = load_generator(find_artefact(folder))
    check_strips_target(out, generator.codec)
    if parsed.by not in ("rows", "classifier"):
        raise unknown("space", parsed.by, ("rows", "classifier"))
    given = labelled_rows(None, generator.codec, folder)
    features = None
    if parsed.by == "classifier":
        features = judge_of(generator, given.rows, given.labels, seed=parsed.seed).classifier
    found = neighbours(
        generator, given.rows, session.rows_of(folder)[1].read(), n=parsed.n, k=parsed.k,
        features=features, label=parsed.label, seed=parsed.seed,
    )  # fmt: skip
    print(f"{'sample':>6}  {'nearest':>9}  {'held-out rows as near':>21}")
    for i, (distance, share) in enumerate(zip(found.distances[:, 0], found.nearer, strict=True)):
        print(f"{i:>6}  {distance:>9.4f}  {100 * share:>19.1f} %")
    print(f"held-out rows: nearest training row at {np.median(found.reference):.4f} (median)")
    print(save_near(out, found, generator.codec))
    return 0

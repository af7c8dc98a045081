"""Make samples that a classifier of the training labels is least sure of, to have them labelled."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved generator")
    parser.add_argument("--data", help="labelled pictures (a run has its own)")
    parser.add_argument(
        "--by", default="margin",
        help="margin of the two likeliest classes, or entropy over all (default: margin)",
    )  # fmt: skip
    parser.add_argument("-n", type=int, default=8, help="samples (default: 8)")
    parser.add_argument("--label", help="class, for a conditional generator")
    parser.add_argument(
        "--prior", type=float, default=1e-3, help="keeps latents where they lie (default: 0.001)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of starts and classifier (default: 0)")
    parser.add_argument(
        "--out", default="doubt.png", metavar="FILE",
        help="x.png: the samples; or x.npz with their latents (default: doubt.png)",
    )  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """Print between which classes each sample lies and write the pictures."""
    import numpy as np

    from zerosum.explore.doubting import doubted
    from zerosum.explore.generating import generating
    from zerosum.explore.judging import judge_of
    from zerosum.generator import find_artefact, load_generator
    from zerosum.runs.own_rows import labelled_rows
    from zerosum.runs.saving_strips import check_strips_target, save_doubted

    model, out = Path(parsed.model), Path(parsed.out)
    generator = load_generator(find_artefact(model))
    check_strips_target(out, generator.codec)
    generating(generator, parsed.label)  # refuses a label before anything is learnt
    given = labelled_rows(parsed.data, generator.codec, model)
    judge = judge_of(generator, given.rows, given.labels, seed=parsed.seed)
    found = doubted(
        generator, judge, parsed.n, by=parsed.by, label=parsed.label, prior=parsed.prior,
        seed=parsed.seed,
    )  # fmt: skip
    right = judge.accuracy
    print(
        f"judge: right on {right.value:.1%} of {right.n} real rows it has not seen; {given.story}"
    )
    print(f"{'sample':>6}  {'margin':>8}  {'entropy':>8}  {'surer of':>8}  between")
    rows = zip(
        found.margin, found.entropy, found.surer, found.between, found.probabilities, strict=True
    )
    for i, (margin, entropy, surer, (one, other), (p, q)) in enumerate(rows):
        print(
            f"{i:>6}  {margin:>8.4f}  {entropy:>8.4f}  {100 * surer:>6.1f} %  {one} {p:.2f}, "
            f"{other} {q:.2f}"
        )
    print(f"{len(found.usual):,} plain samples: margin {np.median(found.usual):.4f} (median)")
    print(save_doubted(out, found, generator.codec))
    return 0

"""Find directions of a generator's latents and show its samples moved along them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from zerosum.generator import Generator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved generator")
    parser.add_argument(
        "--by", default="pca",
        help="pca (of samples), weights (of the first layer) or labels (of the data) (default: pca)",
    )  # fmt: skip
    parser.add_argument("--data", help="by labels: labelled pictures (a run has its own)")
    parser.add_argument("--count", type=int, default=5, help="pca, weights: how many (default: 5)")
    parser.add_argument("--samples", type=int, default=2, help="moved along each (default: 2)")
    parser.add_argument("--steps", type=int, default=7, help="of a strip, odd (default: 7)")
    parser.add_argument(
        "--reach", type=float, default=3.0, help="how far either way, in latent units (default: 3)"
    )
    parser.add_argument("--label", help="class, for a conditional generator (default: all in turn)")
    parser.add_argument("--seed", type=int, default=0, help="of the samples (default: 0)")
    parser.add_argument(
        "--out", default="directions.png", metavar="FILE",
        help="strips.png, or x.npz with vectors and rows (default: directions.png)",
    )  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """Print a line for each direction and write the strips."""
    from zerosum.explore.directing import strips
    from zerosum.generator import find_artefact, load_generator
    from zerosum.runs.saving_strips import check_strips_target, save_moved

    out = Path(parsed.out)
    generator = load_generator(find_artefact(Path(parsed.model)))
    check_strips_target(out, generator.codec)
    vectors = _labelled(parsed, generator) if parsed.by == "labels" else _found(parsed, generator)
    moved = strips(
        generator, vectors, samples=parsed.samples, reach=parsed.reach, steps=parsed.steps,
        label=parsed.label, seed=parsed.seed,
    )  # fmt: skip
    print(save_moved(out, moved, vectors.numpy(), generator.codec))
    return 0


def _found(parsed: argparse.Namespace, generator: Generator) -> Tensor:
    from zerosum.explore.directing import directions

    found = directions(
        generator, by=parsed.by, count=parsed.count, label=parsed.label, seed=parsed.seed
    )
    print(f"{'direction':>9}  {'share':>8}  {'straight':>8}")
    for i, (share, linear) in enumerate(
        zip(found.shares.tolist(), found.linear.tolist(), strict=True)
    ):
        print(f"{i:>9}  {100 * share:>6.1f} %  {linear:>8.2f}")
    return found.vectors


def _labelled(parsed: argparse.Namespace, generator: Generator) -> Tensor:
    import torch

    from zerosum.explore.directing import label_directions
    from zerosum.explore.judging import judge_of, require_untold
    from zerosum.runs.own_rows import labelled_rows

    require_untold(generator, parsed.label)
    given = labelled_rows(parsed.data, generator.codec, Path(parsed.model))
    judge = judge_of(generator, given.rows, given.labels, seed=parsed.seed)
    right = judge.accuracy
    print(
        f"judge: right on {right.value:.1%} of {right.n} real rows it has not seen; {given.story}"
    )
    found = label_directions(generator, judge, label=parsed.label, seed=parsed.seed)
    wide = max(5, *map(len, found))
    print(f"{'class':<{wide}}  {'accuracy':>8}  {'95 %':>16}  {'base':>8}  {'angle':>8}")
    for name, p in found.items():
        print(
            f"{name:<{wide}}  {100 * p.accuracy:>6.1f} %  {100 * p.low:>6.1f} .. {100 * p.high:>4.1f} %  "
            f"{100 * p.base:>6.1f} %  {p.angle_error:>8.2f}"
        )
    return torch.stack([p.vector for p in found.values()])

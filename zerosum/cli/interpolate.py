"""Rows on the way from one sample of a generator to the next: a strip, a film or numbers."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved generator")
    parser.add_argument(
        "samples", metavar="NUMBER", type=int, nargs="*", default=[0, 1, 2, 3],
        help="of the samples on the way, as `zerosum sample` counts them from 0 (default: 0 1 2 3)",
    )  # fmt: skip
    parser.add_argument("--steps", type=int, default=8, help="from each to the next (default: 8)")
    parser.add_argument(
        "--path", default="spherical",
        help="spherical, linear, or geodesic: the rows change least and evenly (default: spherical)",
    )  # fmt: skip
    parser.add_argument("--closed", action="store_true", help="the last leads back to the first")
    parser.add_argument("--seed", type=int, default=0, help="of the samples (default: 0)")
    parser.add_argument("--label", help="class of all rows (default: that of the samples)")
    parser.add_argument(
        "--out", default="way.png", metavar="FILE",
        help="way.png with a row for each leg, film.gif, x.npy, x.csv, or a folder (default: way.png)",
    )  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """Write the rows and print where they are."""
    from zerosum.explore.interpolating import interpolate, strips
    from zerosum.generator import find_artefact, load_generator
    from zerosum.runs.saving import FILM, check_film, check_target, save_film, save_samples

    out = Path(parsed.out)
    film = out.suffix.lower() == FILM
    generator = load_generator(find_artefact(Path(parsed.model)))
    (check_film if film else check_target)(out, generator.codec)
    rows = interpolate(
        generator, parsed.samples, steps=parsed.steps, path=parsed.path, closed=parsed.closed,
        seed=parsed.seed, label=parsed.label,
    )  # fmt: skip
    if film:
        print(save_film(out, rows, generator.codec))
        return 0
    if out.suffix.lower() == ".png":
        rows = strips(rows, parsed.steps)
    print(save_samples(out, rows, generator.codec, columns=parsed.steps + 1))
    return 0

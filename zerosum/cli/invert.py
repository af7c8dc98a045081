"""Find the latents that make given rows: pictures, numbers, or what a run held out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from zerosum.errors import InputError

if TYPE_CHECKING:
    import numpy as np

    from zerosum.explore.inverting import Search
    from zerosum.generator import Generator
    from zerosum.runs.own_rows import OwnRows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument("model", metavar="RUN|ARTEFACT", help="a run folder or a saved generator")
    parser.add_argument(
        "rows", metavar="PICTURE|DATA", nargs="*",
        help="picture files of the generator's size, or one file, folder or name of data "
        "(default: what the run held out)",
    )  # fmt: skip
    parser.add_argument(
        "--mask", metavar="FILE", help="picture or .npy: white or 1 is known, black or 0 painted in"
    )
    parser.add_argument(
        "--paint", action="store_true",
        help="project pictures that were edited: white in --mask is where, and counts ten times; each "
        "result beside its picture, as NAME-projected.png",
    )  # fmt: skip
    parser.add_argument("--label", help="class of all rows (default: the data's, or try each)")
    parser.add_argument(
        "--by", default="search",
        help="search, encoder (a network's guess), or both: search from the guess (default: search)",
    )  # fmt: skip
    parser.add_argument("-n", type=int, default=16, help="rows of data at most (default: 16)")
    parser.add_argument("--starts", type=int, default=8, help="of each row (default: 8)")
    parser.add_argument("--steps", type=int, default=200, help="of Adam, each start (default: 200)")
    parser.add_argument(
        "--polish", type=int, default=600, help="of L-BFGS, the best (default: 600)"
    )
    parser.add_argument(
        "--again", type=int, default=3,
        help="further starts of L-BFGS, of rows not found to 1 %% (default: 3)",
    )  # fmt: skip
    parser.add_argument(
        "--prior", type=float, default=0.0, help="keeps latents where they lie, such as 0.01"
    )
    parser.add_argument("--seed", type=int, default=0, help="of rows and starts (default: 0)")
    parser.add_argument(
        "--out", default="inverted.png", metavar="FILE",
        help="x.png: originals beside reconstructions; x.npz: latents and errors; a folder: both",
    )  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """Write what was found and print the table, the control and where it is."""
    from zerosum.explore.inverting import Search, invert
    from zerosum.generator import find_artefact, load_generator
    from zerosum.latent.inversion import Effort
    from zerosum.runs.own_rows import read_mask, read_rows
    from zerosum.runs.reconstructor import reconstructor_of
    from zerosum.runs.saving_inverted import check_inverted_target, save_inverted, table

    model, out = Path(parsed.model), Path(parsed.out)
    if parsed.paint and not parsed.rows:
        raise InputError("--paint projects what was edited: name the edited picture or rows too")
    generator = load_generator(find_artefact(model))
    check_inverted_target(out)
    codec = generator.codec
    given = read_rows(parsed.rows, codec, model, most=parsed.n, seed=parsed.seed)
    mask = None if parsed.mask is None else read_mask(Path(parsed.mask), codec)
    encoder = None if parsed.by == "search" else reconstructor_of(model, generator.sizes)
    drawn = max(1024, parsed.starts)
    effort = Effort(parsed.starts, parsed.steps, parsed.polish, drawn, parsed.again)
    search = Search(parsed.by, effort, parsed.prior, encoder, parsed.seed)
    if parsed.paint:
        return _paint(parsed, generator, given, mask, search)
    labels = _labels(parsed, generator, given)
    found = invert(generator, given.rows, mask=mask, labels=labels, search=search)
    print(f"{given.story}; by {_by(parsed, encoder is not None)}")
    print(table(found), found.control, save_inverted(out, found, codec, mask), sep="\n")
    return 0


def _paint(
    parsed: argparse.Namespace,
    generator: Generator,
    given: OwnRows,
    where: np.ndarray | None,
    search: Search,
) -> int:
    """Project, print how much of the paint is left, and write each picture beside its original."""
    from zerosum.explore.painting import paint
    from zerosum.runs.saving_inverted import save_inverted, save_projected, table

    labels = _labels(parsed, generator, given)
    projected = paint(generator, given.rows, where=where, labels=labels, search=search)
    found = projected.found
    extra = {} if where is None else {n: getattr(projected, n) for n in ("painted", "elsewhere")}
    print(f"{given.story}, projected; by {_by(parsed, False)}")
    print(table(found, extra), found.control, sep="\n")
    for path in save_projected([Path(word) for word in parsed.rows], found, generator.codec):
        print(path)
    print(save_inverted(Path(parsed.out), found, generator.codec, where))
    return 0


def _labels(
    parsed: argparse.Namespace, generator: Generator, given: OwnRows
) -> str | tuple[str, ...] | None:
    from zerosum.explore.classes import known_labels

    label: str | None = parsed.label
    return label or known_labels(generator, given.labels)


def _by(parsed: argparse.Namespace, learnt: bool) -> str:
    encoder = "the run's own reconstructor" if learnt else "an encoder of the generator's own rows"
    search = f"search from {parsed.starts} starts"
    words = {"search": search, "encoder": encoder, "both": f"{search}, one of {encoder}"}
    return words.get(parsed.by, parsed.by)

"""Do the tools of `zerosum.latent` do on glyphs what they promise? Attributes of fonts are known there.

    python -m benchmarks.latent_glyphs glyphs32.npz [--unconditional] [--run FOLDER]

A generator of capitals is trained on the training fonts by R3GAN's game with small convolutions (some 20
minutes of a core of its own), or taken from the run folder of an earlier call. Told the character
(`conditional`), its latent is the style, and "bold A - A + B" adds to the style of one character what was
learnt from another. Not told (`unconditional`, with fully connected networks), the latent holds both, and
the character has to survive.

    edits        an attribute is given where it is lacking and taken where it is there: by a linear probe, by
                 means of drawn and of inverted real glyphs, by arithmetic. Two judges trained on real glyphs
                 of the training fonts, with weights and batches of their own: the labeller reads the latents
                 that directions are made of and the glyphs before an edit, the judge what comes out.
                 Steps are chosen on latents of their own, by the share of edits that change the attribute
                 and keep the character; shares are reported on others. Beside them: no change (how often
                 two judges disagree), and a random direction for each glyph with the probe's length
    inversion    own samples found again to 1 % of the spread of what the generator makes
    held out     error of glyphs of unseen fonts beside that of their nearest training picture

Goals: the attribute changed in 80 % of edits with the character kept in 70 %; own samples found in 95 %.
Figures and pictures go to `docs/results/latent-glyphs/`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

import zerosum as zs
from benchmarks import latent_glyphs_pictures as pictures
from benchmarks import machine
from benchmarks.latent_glyphs_data import Glyphs, read, trained
from benchmarks.latent_glyphs_edits import Drawn, drawn, edits
from benchmarks.latent_glyphs_inversion import (
    fitted_encoder,
    held_out,
    own_samples,
    reconstructed,
    some,
)
from benchmarks.latent_glyphs_judges import Judges, Reading, accuracies, trained_judges
from zerosum import noise
from zerosum.generator import Generator
from zerosum.latent.inversion import Effort
from zerosum.records.events import read_events
from zerosum.runs.session import read_config

PLACE = Path(__file__).parent.parent / "docs" / "results" / "latent-glyphs"
EXAMPLES = Effort(starts=2, steps=100, polish=30)  # for a mean of real glyphs


def main() -> None:
    """Train or load, edit, invert, print and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, metavar="FILE.npz")
    parser.add_argument("--unconditional", action="store_true", help="not told the character")
    parser.add_argument("--run", type=Path, help="the run folder of a trained generator")
    parser.add_argument("--steps", type=int, default=16_000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--latent", type=int, default=32)
    parser.add_argument("--rate", type=float, default=4e-4, help="Adam's first step size")
    parser.add_argument("--precision", default="bf16", help="of training: fp32 takes twice as long")
    parser.add_argument("--latents", type=int, nargs=3, default=(10_400, 520, 2080))
    parser.add_argument("--each", type=int, default=8, help="glyphs of a character to invert")
    parser.add_argument("--examples", type=int, default=20, help="real ones for the means")
    parser.add_argument("--encoder", type=int, default=1000, help="its steps of training")
    parser.add_argument("--prior", type=float, default=1e-3, help="of held-out glyphs' latents")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--place", type=Path, default=PLACE)
    options = parser.parse_args()
    torch.set_num_threads(1)
    train, test = read(options.file)
    run = trained(train, options)
    generator = zs.load(run).generator_
    name = "conditional" if generator.sizes.classes else "unconditional"
    options.place.mkdir(parents=True, exist_ok=True)
    result = {
        "benchmark": "latent_glyphs",
        "glyphs": {"train": len(train.names), "test": len(test.names),
                   "fonts": [len(set(g.fonts.tolist())) for g in (train, test)]},
        "generator": facts(run),
        **measured(generator, train, test, options, options.place / name),
        **machine.facts(1),
    }  # fmt: skip
    text = json.dumps(result, indent=2) + "\n"
    (options.place / f"{name}.json").write_text(text, encoding="utf-8")
    print(text, end="")


def facts(run: Path) -> dict[str, Any]:
    """Return what was trained, by its own settings, and how long it took."""
    config = read_config(run)
    seconds = [e["seconds"] for e in read_events(run) if e["kind"] == "tick"]
    return {
        "told the character": config.conditional,
        "latent": config.latent,
        "network": config.generator.name,
        "width": config.generator.width,
        "steps": config.run.steps,
        "batch": config.run.batch,
        "precision": config.run.precision,
        "seed": config.seed,
        "seconds of training": round(seconds[-1]),
    }


def measured(
    generator: Generator, train: Glyphs, test: Glyphs, options: argparse.Namespace, stem: Path
) -> dict[str, Any]:
    """Return all figures, and write the pictures."""
    clock, key = Clock(), options.seed
    judges = clock("judges", lambda: trained_judges(train, generator, key))
    encoder, fit = clock("encoder", lambda: fitted_encoder(generator, options.encoder, key))
    real = clock("examples", lambda: examples(generator, encoder, train, options))
    found = clock("edits", lambda: edits(generator, judges, real, options.latents, key))
    own = clock("own samples", lambda: own_samples(generator, encoder, options.each * 26, key))
    far, shown = clock(
        "held out",
        lambda: held_out(generator, encoder, train, test, options.each, options.prior, key),
    )
    draw(generator, judges, real, found, options, stem)
    pictures.reconstructions(shown, stem.with_name(f"{stem.name}-held-out.png"))
    return {
        "judges": accuracies(judges, test, generator),
        "encoder": {"latent error": fit.latent_error, "row error": fit.row_error},
        "edits": found,
        "own samples": own,
        "held out": far,
        "seconds": clock.seconds,
    }


def examples(generator: Generator, encoder: Any, train: Glyphs, options: Any) -> Drawn:
    """Return latents of real training glyphs with their fonts' attributes."""
    index = some(train, options.examples, noise.fold(options.seed, "examples"))
    one = reconstructed(
        generator, encoder, train, index, options.prior, options.seed, effort=EXAMPLES
    )
    letters = np.searchsorted(np.unique(train.names), train.names[index])
    return Drawn(one.latents, None, Reading(letters, train.attributes[index]))


def draw(
    generator: Generator, judges: Judges, real: Drawn, found: dict[str, Any], options: Any, stem: Path
) -> None:  # fmt: skip
    """Write strips along each direction and the sheet of sums, of latents that nothing was chosen on."""
    key = options.seed
    known = drawn(generator, judges.labeller, options.latents[0], noise.fold(key, "directions"))
    rows = drawn(generator, judges.labeller, 260, noise.fold(key, "pictures"))
    place = [stem.with_name(f"{stem.name}-{name}.png") for name in ("strips", "sums")]
    pictures.strips(generator, known, real, rows, found, place[0], key)
    pictures.sheet(generator, known, rows, found, place[1])


class Clock:
    """Seconds of each part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        done = work()
        self.seconds[name] = round(time.perf_counter() - start, 1)
        return done


if __name__ == "__main__":
    main()

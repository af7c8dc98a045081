"""Relativistic GANs with R1 and R2 on real pictures: emoji at 32 and 64 pixels, and characters by name.

    python -m benchmarks.real_pictures emoji32.npz emoji64.npz glyphs32.npz [--steps 4000] [--networks dcgan]

Each file is one training: the relativistic game of R3GAN (Huang 2024, arXiv 2501.05441) with its published
schedules shortened to the run, on the file's training rows only; the emoji, which are few, with adaptive
augmentation. The evidence is taken on the file's test rows: emoji whose concept is in no training row,
characters of font families that were never seen. What real rows get in the samples' place stands beside it,
training rows against test rows, so that it holds the distance between families as well.

`--networks` says what plays: `residual`, R3GAN's own, which a GPU is for, or `dcgan`, plain convolutions in
the same game, which a CPU trains ten times as fast. The evidence, a grid of samples, a grid of real rows and
the settings go to `docs/results/pictures/`. Runs are kept in `--runs` and go on where they were stopped.
`benchmarks/data/` has the scripts that make the files from public packages.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

import zerosum as zs
from benchmarks import machine
from zerosum.reports.pictures import save_grid

PLACE = Path(__file__).parent.parent / "docs" / "results" / "pictures"
STEPS, GRID = 4000, 64


@dataclass(frozen=True)
class Pictures:
    """Rows to train on and rows to be judged by, with their classes if they have any."""

    name: str
    train: np.ndarray
    test: np.ndarray
    train_labels: np.ndarray | None = None
    test_labels: np.ndarray | None = None


def main() -> None:
    """Train on every file, judge, and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE.npz")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--networks", default="dcgan", choices=("dcgan", "residual"))
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    options = parser.parse_args()
    for path in options.files:
        result = judged(read(path), options)
        print(json.dumps(result["evidence"], indent=2))


def read(path: Path) -> Pictures:
    """Return the pictures of one of the three files."""
    with np.load(path, allow_pickle=False) as file:
        test = file["is_test"]
        if "google" in file:
            return Pictures(path.stem, file["google"][~test], file["google"][test])
        images, names = file["images"], file["char_names"][file["char"]]
        return Pictures(path.stem, images[~test], images[test], names[~test], names[test])


def settings(pictures: Pictures, options: argparse.Namespace) -> dict[str, Any]:
    """Return R3GAN's numbers with schedules as long as the run."""
    seen = options.steps * options.batch
    gamma = {"start": 1.0, "end": 0.1, "over": seen}
    moves = {"lr": {"start": 2e-4, "end": 5e-5, "over": seen}, "beta1": 0.0,
             "beta2": {"start": 0.9, "end": 0.99, "over": seen}}  # fmt: skip
    network = {"name": options.networks, "width": options.width, "depth": 1, "norm": "none"}
    few = pictures.train_labels is None
    return {
        "game": {
            "penalties": [{"name": name, "weight": gamma} for name in ("r1", "r2")],
            **({"augment": {"target": 0.6}} if few else {}),
        },
        "generator": network,
        "discriminator": network,
        "generator_optimizer": moves,
        "discriminator_optimizer": moves,
        "run": {"ema_half_life": min(20_000, seen // 20)},
    }


def judged(pictures: Pictures, options: argparse.Namespace) -> dict[str, Any]:
    """Train, or go on, and return what was measured."""
    name = f"{pictures.name}-{options.networks}"
    place = options.runs / name
    begun = sorted(place.glob("*/config.yaml"))
    if begun:
        gan = zs.resume(begun[-1].parent, pictures.train, pictures.train_labels)
    else:
        gan = zs.GAN(
            "r3gan", seed=options.seed, steps=options.steps, batch=options.batch, out=place,
            conditional=pictures.train_labels is not None, settings=settings(pictures, options),
        )  # fmt: skip
        gan.fit(pictures.train, pictures.train_labels)
    evidence = gan.evaluate(pictures.test, pictures.test_labels)
    PLACE.mkdir(parents=True, exist_ok=True)
    save_grid(shown(gan, pictures), PLACE / f"{name}.png")
    save_grid(
        pictures.test[:: max(1, len(pictures.test) // GRID)][:GRID],
        PLACE / f"{pictures.name}-real.png",
    )
    result = {
        "data": pictures.name, "trained on": len(pictures.train), "judged on": len(pictures.test),
        "steps": options.steps, "batch": options.batch, "seed": options.seed,
        "networks": options.networks, "width": options.width,
        "seconds of training": round(gan._job.state.seconds),
        "evidence": evidence.to_json(),
    }  # fmt: skip
    (PLACE / f"{name}.json").write_text(
        json.dumps({**machine.facts(torch.get_num_threads()), **result}, indent=2) + "\n",
        encoding="utf-8",
    )
    return result


def shown(gan: zs.GAN, pictures: Pictures) -> np.ndarray:
    """Return samples for a grid: one of each class, where there are classes."""
    if pictures.train_labels is None:
        return gan.sample(GRID, seed=0)
    names = sorted(set(pictures.train_labels.tolist()))
    return np.concatenate([gan.sample(1, seed=i, label=c) for i, c in enumerate(names)])


if __name__ == "__main__":
    main()

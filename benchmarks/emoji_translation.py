"""CycleGAN between two emoji styles, judged by what its papers cannot have: the true partner of each picture.

    python -m benchmarks.emoji_translation emoji32.npz [--steps 14000] [--width 16] [--runs runs]

The file holds the same emoji in two styles, row by row. Training takes the training rows only (`is_test`
says which are not) and never sees which belong together: the two styles are shuffled by different seeds.
On the test rows, whose concepts are in no training row, each direction is measured by

    distance    mean |pixel difference| to the true partner, in levels of 0 to 255, with the standard error
                over pictures; beside it what other ways of translating get: leaving the picture as it is,
                a random test picture of the wanted style, and the partner-blind nearest training picture of
                the wanted style (in pixels, to the input)
    Frechet     debiased distance to the true partners in the features of randconv-v1, with its jackknife
                error; beside it the same of untranslated pictures and of real training pictures
    cycle       mean |there and back again - input|, in levels

Translators begin as the identity (`skip-translator`), so that minutes of one core say something; they are
held to their originals by a cycle weight of 2 and no identity term. The objective is not the paper's least
squares but relativistic with R1 and R2 on both judges: in as many steps its pictures are far less noisy.
Recipe `cyclegan` is the paper's.
The run goes on where it was stopped. Result and picture go to `docs/results/pictures/`. The grid shows
test pictures without choice: input, translation, true partner, round trip, for both directions.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

import zerosum as zs
from benchmarks import machine
from zerosum import noise
from zerosum.data.codec import ImageCodec
from zerosum.metrics.features import RandConv, extract
from zerosum.metrics.frechet import frechet_distance
from zerosum.metrics.neighbours import nearest
from zerosum.reports.pictures import save_grid

PLACE = Path(__file__).parent.parent / "docs" / "results" / "pictures"
PENALTY = 5.0  # the weight of R1 and of R2
SHOWN = 16  # test pictures of each direction in the grid


def main() -> None:
    """Train, measure both directions, print and keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, metavar="FILE.npz")
    parser.add_argument("--styles", nargs=2, default=("google", "twitter"))
    parser.add_argument("--steps", type=int, default=14_000)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--patches", type=int, default=2, help="depth of the discriminators")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", type=json.loads, default={}, help="more settings, as JSON")
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--place", type=Path, default=PLACE)
    parser.add_argument(
        "--tuning",
        action="store_true",
        help="leave the test rows alone: an eighth of the others is judged",
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    train, test = read(options.file, options.styles, options.tuning)
    gan, seconds = trained(train, options)
    sides = {"there": (0, 1), "back": (1, 0)}
    found = {
        name: direction(gan, name == "back", train[b], test[a], test[b])
        for name, (a, b) in sides.items()
    }
    result = {
        "benchmark": "emoji_translation",
        "file": options.file.name,
        "styles": list(options.styles),
        "rows": {"train": len(train[0]), "test": len(test[0])},
        "settings": {
            k: getattr(options, k)
            for k in ("steps", "batch", "width", "patches", "rate", "seed", "set", "tuning")
        },
        "seconds": round(seconds, 1),
        "directions": found,
        **machine.facts(1),
    }
    name = f"{options.file.stem}-cyclegan" + ("-tuning" if options.tuning else "")
    options.place.mkdir(parents=True, exist_ok=True)
    save_grid(grid(gan, test), options.place / f"{name}.png", columns=SHOWN)
    text = json.dumps(result, indent=2) + "\n"
    (options.place / f"{name}.json").write_text(text, encoding="utf-8")
    print(text, end="")


def read(
    path: Path, styles: tuple[str, str], tuning: bool = False
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return training rows of both styles, each in an order of its own, and test rows in pairs.

    Args: tuning: choose settings by: the test rows are left out, and an eighth of the concepts of the others
        stands in for them.
    """
    with np.load(path, allow_pickle=False) as arrays:
        held, group = arrays["is_test"], arrays["group"]
        pairs = [arrays[style] for style in styles]
    if tuning:
        pairs, group = [rows[~held] for rows in pairs], group[~held]
        concepts = np.unique(group)
        order = noise.permutation(noise.fold(0, "tuning"), len(concepts)).numpy()
        held = np.isin(group, concepts[order[: len(concepts) // 8]])
    orders = [
        noise.permutation(noise.fold(0, "unpaired", style), int((~held).sum())).numpy()
        for style in styles
    ]
    train = [rows[~held][order] for rows, order in zip(pairs, orders, strict=True)]
    return train, [rows[held] for rows in pairs]


def trained(train: list[np.ndarray], options: argparse.Namespace) -> tuple[zs.GAN, float]:
    """Return the GAN trained to its end, in a run folder, and the seconds that training took."""
    place = options.runs / f"emoji-translation-{options.seed}"
    begun = sorted(place.glob("*/config.yaml"))
    if begun:
        gan = zs.resume(begun[-1].parent, train[0], to=train[1])
    else:
        settings: dict[str, Any] = {
            "generator": {"name": "skip-translator", "width": options.width},
            "discriminator": {"width": 2 * options.width, "depth": options.patches},
            "game": {
                "objective": "rp",
                "penalties": [{"name": name, "weight": PENALTY} for name in ("r1", "r2")],
                "cycle": {"weight": 2.0, "identity": 0.0},
            },
            "generator_optimizer": {"lr": options.rate},
            "discriminator_optimizer": {"lr": options.rate},
            "run": {"threads": 1, "ema_half_life": 4000.0},
        }
        gan = zs.GAN(
            "cyclegan", seed=options.seed, steps=options.steps, batch=options.batch, holdout=0.05,
            settings=merged(settings, options.set), out=place,
        )  # fmt: skip
        gan.fit(train[0], to=train[1])
    return gan, gan._job.state.seconds


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return settings with others laid on them, section by section."""
    return {k: {**base.get(k, {}), **over.get(k, {})} for k in {*base, *over}}


def direction(
    gan: zs.GAN, back: bool, train: np.ndarray, given: np.ndarray, partner: np.ndarray
) -> dict[str, Any]:
    """Return the figures of one direction: test rows `given` and their partners, in order."""
    made = gan.translate(given, back=back)
    order = noise.permutation(noise.fold(0, "random partner"), len(partner)).numpy()
    ways = {
        "translation": made,
        "identity": given,
        "random": partner[order],
        "nearest training picture": train[nearest(flat(given), flat(train), k=1).indices[:, 0]],
    }
    some = noise.permutation(noise.fold(0, "real rows"), len(train)).numpy()[: len(partner)]
    sets = {"translation": made, "identity": given, "real training pictures": train[some]}
    frechet = {name: distance(rows, partner) for name, rows in sets.items()}
    again = gan.translate(made, back=not back)
    return {
        "distance to the partner": {name: apart(rows, partner) for name, rows in ways.items()},
        "Frechet": frechet,
        "identity over translation": frechet["identity"]["value"] / frechet["translation"]["value"],
        "cycle": apart(again, given),
    }


def apart(rows: np.ndarray, others: np.ndarray) -> dict[str, float]:
    """Return the mean absolute pixel difference in levels, and its standard error over pictures."""
    each = np.abs(rows.astype(float) - others).reshape(len(rows), -1).mean(axis=1)
    return {"mean": float(each.mean()), "error": float(each.std(ddof=1) / len(each) ** 0.5)}


def distance(rows: np.ndarray, real: np.ndarray) -> dict[str, Any]:
    """Return the debiased Frechet distance in the features of randconv-v1."""
    height, width, channels = real.shape[1:]
    codec = ImageCodec((channels, height, width), "nhwc", "|u1", 0.0, 255.0)
    see = RandConv((channels, height, width))
    x, y = (extract(see, codec.encode(v)) for v in (rows, real))
    return asdict(frechet_distance(x, y)) | {"features": see.id}


def flat(rows: np.ndarray) -> np.ndarray:
    """Return pictures as rows of numbers."""
    return rows.reshape(len(rows), -1).astype(np.float32)


def grid(gan: zs.GAN, test: list[np.ndarray]) -> np.ndarray:
    """Return inputs, translations, partners and round trips, there and back, row by row."""
    some = np.linspace(0, len(test[0]) - 1, SHOWN).astype(int)
    rows = []
    for back, (given, partner) in enumerate((test, test[::-1])):
        made = gan.translate(given[some], back=bool(back))
        rows += [given[some], made, partner[some], gan.translate(made, back=not back)]
    return np.concatenate(rows)


if __name__ == "__main__":
    main()

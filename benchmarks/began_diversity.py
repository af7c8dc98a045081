"""Is BEGAN's gamma a control of diversity? A population over gamma and seeds, on the digits.

    python -m benchmarks.began_diversity [--gamma 0.1 0.3 0.5 0.7 0.9] [--seeds 4] [--steps 1200]

Every GAN is one member of one population: same networks, rates and number of steps, its own seed and its
own gamma. Diversity is measured in four ways, each beside the value of real rows: mean distance between
two samples, how many classes are made (the exponential of the class entropy, by a nearest-neighbour
classifier), recall and coverage (k = 5, in pixels). Precision says at what price.

A figure is a mean over seeds with its 95 % interval (Student's t); `rank correlation` is Spearman's between
gamma and the figure over all members, and p its two-sided value.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import torch
from scipy import stats
from sklearn.neighbors import KNeighborsClassifier

from benchmarks import machine
from zerosum.data.load import load
from zerosum.gan import GAN
from zerosum.metrics.prdc import prdc
from zerosum.population import Population

SAMPLES = 1000
RATE = 5e-4
LAMBDA = (
    0.02  # twenty times the paper's: k has a thousand rounds here, and a hundred thousand there
)
FIGURES = ("distance", "classes", "recall", "coverage", "precision")


def main() -> None:
    """Train the population, measure every member, print a table and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gamma", type=float, nargs="+", default=[0.1, 0.3, 0.5, 0.7, 0.9])
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=1200)
    options = parser.parse_args()
    torch.set_num_threads(1)
    source = load("digits")
    pixels, labels = np.asarray(source.rows).reshape(source.n, -1) / 16.0, source.labels
    judge = KNeighborsClassifier(5).fit(pixels, labels)
    start = time.process_time()
    many = trained(options)
    seconds = time.process_time() - start
    gammas = np.repeat(options.gamma, options.seeds)
    members = [
        {"gamma": float(gamma), **measured(generator.sample(SAMPLES), pixels, judge)}
        for gamma, generator in zip(gammas, many.generators_, strict=True)
    ]
    found = {name: summary(name, members) for name in FIGURES}
    half = np.random.default_rng(0).permutation(source.n)
    real = measured(source.rows[half[: source.n // 2]], pixels[half[source.n // 2 :]], judge)
    show(found, real)
    result = {
        "data": "digits, all 1797 rows", "steps": options.steps, "batch": 16, "rate": RATE,
        "lambda_k": LAMBDA, "seeds": options.seeds, "alive": int(many.alive_.sum()),
        "CPU seconds of training": round(seconds, 1), "real halves": real, "by gamma": found,
        "members": members,
    }  # fmt: skip
    machine.write("began-diversity", result, threads=1)


def trained(options: argparse.Namespace) -> Population:
    """Return a population whose members differ in gamma and seed."""
    adam = {"lr": RATE}
    settings = {"generator_optimizer": adam, "discriminator_optimizer": adam}
    gan = GAN("began", steps=options.steps, holdout=0.0, settings=settings)
    count = len(options.gamma) * options.seeds
    vary = {
        "game.began.gamma": np.repeat(options.gamma, options.seeds),
        "game.began.lambda_k": [LAMBDA] * count,
        "seed": list(range(options.seeds)) * len(options.gamma),  # the same seeds for every gamma
    }
    return Population(gan, members=count, vary=vary, verbose=True).fit("digits")


def measured(
    pictures: np.ndarray, pixels: np.ndarray, judge: KNeighborsClassifier
) -> dict[str, float]:
    """Return the diversity of some pictures, beside the real pixels."""
    made = np.asarray(pictures, dtype=float).reshape(len(pictures), -1) / 16.0
    shares = np.bincount(judge.predict(made), minlength=10) / len(made)
    entropy = -sum(p * np.log(p) for p in shares if p > 0)
    pairs = np.linalg.norm(
        made[: len(made) // 2] - made[len(made) // 2 :][: len(made) // 2], axis=1
    )
    scores = prdc(pixels, made, k=5, splits=0)
    return {
        "distance": float(pairs.mean()),
        "classes": float(np.exp(entropy)),
        "recall": scores.recall.value,
        "coverage": scores.coverage.value,
        "precision": scores.precision.value,
    }


def summary(name: str, members: list[dict[str, float]]) -> dict[str, Any]:
    """Return means over seeds with intervals, and the rank correlation with gamma."""
    gamma = np.array([m["gamma"] for m in members])
    values = np.array([m[name] for m in members])
    # what is the same for all has no rank
    rank = stats.spearmanr(gamma, values) if np.ptp(values) else None
    rows = []
    for at in np.unique(gamma):
        own = values[gamma == at]
        wide = stats.t.ppf(0.975, len(own) - 1) * own.std(ddof=1) / np.sqrt(len(own))
        rows.append({"gamma": float(at), "mean": float(own.mean()), "half width": float(wide)})
    found = (0.0, 1.0) if rank is None else (float(rank.statistic), float(rank.pvalue))
    return {"rows": rows, "rank correlation": found[0], "p": found[1]}


def show(found: dict[str, Any], real: dict[str, float]) -> None:
    """Print a line for each figure."""
    for name, one in found.items():
        cells = "  ".join(
            f"{row['gamma']:g}: {row['mean']:.3f} ± {row['half width']:.3f}" for row in one["rows"]
        )
        print(
            f"{name:10} {cells}  real {real[name]:.3f}  rank correlation "
            f"{one['rank correlation']:+.2f} (p {one['p']:.2g})"
        )


if __name__ == "__main__":
    main()

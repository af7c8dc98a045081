"""Do generated digits help a classifier that has seen ten real ones of each class?

    python -m benchmarks.augmentation [--repeats 10] [--first 0] [--steps 3000] [--each 10] [--more 50]

Each repeat draws `each` training digits of every class from scikit-learn's (and the rest to test on),
trains a conditional GAN on these alone and adds `more` generated digits a class. Each classifier is taught
with the real digits, with the generated ones added, and, for comparison, with as many shifted copies of the
real ones added. What is said is the mean gain over repeats, its standard error over repeats (each with other
data and another GAN), and an exact sign-flip p.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

import zerosum
from benchmarks import machine
from zerosum import noise
from zerosum.metrics.downstream import Labelled, augmentation
from zerosum.studies.comparison.paired import sign_flip

CLASSES = 10
CLASSIFIERS = {
    "forest": lambda seed: RandomForestClassifier(200, random_state=seed),
    "logistic regression": lambda seed: LogisticRegression(max_iter=2000, random_state=seed),
    "nearest neighbour": lambda seed: KNeighborsClassifier(1),
}


def main() -> None:
    """Measure every repeat, print a line each, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--each", type=int, default=10, help="real digits of a class")
    parser.add_argument("--more", type=int, default=50, help="generated digits of a class")
    parser.add_argument("--recipe", default="r3gan")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.repeats)
    lines = []
    for seed in seeds:
        lines.append(repeat(seed, options))
        print(lines[-1], flush=True)
    found = {
        name: {
            what: summary([line[name][what] for line in lines]) for what in ("generated", "shifted")
        }
        | {"without": float(np.mean([line[name]["without"] for line in lines]))}
        for name in CLASSIFIERS
    }
    for name, row in found.items():
        print(name, row)
    machine.write("augmentation", {"settings": vars(options), "gain": found, "repeats": lines}, 1)


def repeat(seed: int, options: argparse.Namespace) -> dict[str, Any]:
    """Return the gains of one draw of digits with one GAN."""
    digits = load_digits()
    order = noise.permutation(noise.fold(seed, "few digits"), len(digits.target)).numpy()
    few = np.concatenate([order[digits.target[order] == c][: options.each] for c in range(CLASSES)])
    rest = np.setdiff1d(order, few)
    pictures = digits.images.astype(np.float32)
    gan = zerosum.GAN(options.recipe, seed=seed, steps=options.steps, holdout=0.0)
    gan.fit(np.round(pictures[few] * 255 / 16).astype(np.uint8), digits.target[few])
    n = options.more * CLASSES
    made = gan.sample(n, seed=seed + 1).astype(np.float32) * 16 / 255
    real = Labelled(pictures[few].reshape(len(few), -1), digits.target[few])
    test = Labelled(pictures[rest].reshape(len(rest), -1), digits.target[rest])
    sets = {
        "generated": Labelled(made.reshape(n, -1), np.arange(n) % CLASSES),
        "shifted": shifted(pictures[few], digits.target[few], options.more * CLASSES, seed),
    }
    return {name: gains(real, sets, test, make, seed) for name, make in CLASSIFIERS.items()}


def gains(real: Labelled, sets: dict[str, Labelled], test: Labelled, make: Any, seed: int) -> dict:
    """Return accuracy without more rows, and what each set of rows adds to it."""
    found = {
        name: augmentation(real, rows, test, classifier=make, seeds=3, key=seed)
        for name, rows in sets.items()
    }
    return {"without": found["generated"].without.value} | {k: v.value for k, v in found.items()}


def shifted(pictures: np.ndarray, labels: np.ndarray, n: int, seed: int) -> Labelled:
    """Return n copies, each moved by up to a pixel in both directions."""
    key = noise.fold(seed, "shifts")
    rows = noise.integers(noise.fold(key, "rows"), (n,), len(pictures)).numpy()
    moves = noise.integers(noise.fold(key, "moves"), (n, 2), 3).numpy() - 1
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    size = pictures.shape[1]
    moved = [
        padded[r, 1 + y : 1 + y + size, 1 + x : 1 + x + size]
        for r, (y, x) in zip(rows, moves, strict=True)
    ]
    return Labelled(np.stack(moved).reshape(n, -1), labels[rows])


def summary(values: list[float]) -> dict[str, float]:
    """Return mean, standard error and exact sign-flip p of gains."""
    gains = np.asarray(values)
    error = float(gains.std(ddof=1) / np.sqrt(len(gains))) if len(gains) > 1 else float("nan")
    return {"mean": float(gains.mean()), "error": error, "p": float(sign_flip(gains))}


if __name__ == "__main__":
    main()

"""Run folders as training would leave them: pictures, points, a table, and almost nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

Builder = Callable[[Path], Path]

CONFIG = """recipe: {recipe}
seed: 0
latent: 64
data:
  spec: {data}
  holdout: 0.2
generator:
  name: mlp
  width: 256
game:
  objective: rp
  penalties:
  - name: r1
    weight: 1.0
run:
  steps: 6000
  batch: 64
"""


def digits(root: Path) -> Path:
    """A finished R3GAN run on the digits, with every input there is."""
    rng = np.random.default_rng(0)
    scans, labels = load_digits(return_X_y=True)
    scans = (scans.reshape(-1, 8, 8) * 255 / 16).round().astype(np.uint8)
    noisy = scans + rng.normal(0, 26, scans.shape)
    fake = noisy.clip(0, 255).astype(np.uint8)
    order = rng.permutation(len(scans))
    some = order[:8]
    gaps = ((scans[None].astype(float) - fake[some][:, None]) ** 2).sum((2, 3)) ** 0.5
    nearest = np.argsort(gaps, axis=1)[:, :5]
    steps = np.linspace(0, 1, 12)[:, None, None]
    ways = [scans[a] * (1 - steps) + scans[b] * steps for a, b in order[64:72].reshape(4, 2)]
    share = np.bincount(labels, minlength=10) / len(labels)
    fake_share = rng.multinomial(2000, rng.dirichlet(share * 120)) / 2000
    gallery = {
        "real": scans[order[100:164]],
        "fake": fake[order[200:264]],
        "neighbours": fake[some],
        "neighbour_rows": scans[nearest],
        "neighbour_distance": np.take_along_axis(gaps, nearest, 1),
        "interpolation": np.array(ways).astype(np.uint8),
        "class_share_real": share,
        "class_share_fake": fake_share,
        "class_names": np.array([str(k) for k in range(10)]),
        "class_n": np.array(2000),
    }
    run = folder(root, "00007-digits-r3gan", "digits", "r3gan", gallery, ticks(400))
    write(run, "evidence.json", evidence("image"))
    (run / "samples").mkdir()
    for i in range(13):
        blur = rng.normal(0, 220 / (i + 1), (24, 8, 8)) + scans[order[300:324]] * (i / 12)
        tiles = blur.clip(0, 255).astype(np.uint8).repeat(6, 1).repeat(6, 2).reshape(4, 6, 48, 48)
        grid = tiles.transpose(0, 2, 1, 3).reshape(192, 288)
        Image.fromarray(grid).save(run / "samples" / f"{i * 500:08d}.png")
    return run


def ring(root: Path) -> Path:
    """Eight Gaussians on a circle, with a discriminator's heat map."""
    rng = np.random.default_rng(1)
    turn = rng.integers(0, 8, 2000) * np.pi / 4
    real = 2 * np.c_[np.cos(turn), np.sin(turn)] + rng.normal(0, 0.1, (2000, 2))
    turn = rng.choice([0, 1, 2, 4, 5, 7], 2000) * np.pi / 4
    fake = 2 * np.c_[np.cos(turn), np.sin(turn)] + rng.normal(0, 0.2, (2000, 2))
    fake[:5] *= 4
    x, y = np.meshgrid(np.linspace(-4, 4, 80), np.linspace(-4, 4, 80))
    logits = (
        3 * np.exp(-((np.hypot(x, y) - 2) ** 2) / 0.3) - 1.2 + 0.5 * np.sin(2 * np.arctan2(y, x))
    )
    near = rng.integers(0, 2000, (8, 3))
    ways = np.linspace(0, 1, 20)[None, :, None] * (fake[30:38] - fake[20:28])[:, None]
    gallery = {
        "real": real,
        "fake": fake,
        "heat": logits,
        "heat_extent": np.array([-4.0, 4.0, -4.0, 4.0]),
        "neighbours": fake[10:18],
        "neighbour_rows": real[near],
        "neighbour_distance": rng.uniform(0.01, 0.1, (8, 3)),
        "interpolation": fake[20:28][:, None] + ways,
    }
    run = folder(
        root, "00002-ring-wgan-gp", "ring", "wgan-gp", gallery, ticks(60, penalty="wgan_gp")
    )
    write(run, "evidence.json", evidence("points"))
    return run


def line(root: Path) -> Path:
    """A mixture of two Gaussians in one dimension, without a penalty."""
    rng = np.random.default_rng(2)
    real = np.r_[rng.normal(-2, 0.5, 1000), rng.normal(1, 1, 1000)][:, None]
    fake = np.r_[rng.normal(-1.8, 0.6, 900), rng.normal(1, 0.8, 1100)][:, None]
    ways = np.sort(rng.normal(0, 1.4, (6, 16, 1)), axis=1)
    gallery = {"real": real, "fake": fake, "interpolation": ways}
    run = folder(root, "00003-gaussian-ns", "gaussian", "ns", gallery, ticks(40, penalty=None))
    write(run, "evidence.json", evidence("points"))
    return run


def table(root: Path) -> Path:
    """A table of five columns: skewed, bounded, counted, two-valued and plain."""
    rng = np.random.default_rng(3)

    def rows(shift: float) -> np.ndarray:
        columns = [
            rng.lognormal(8, 0.7 + shift, 2000),
            rng.beta(2, 3 + shift, 2000) * 100,
            rng.poisson(3 + shift, 2000),
            rng.random(2000) < 0.3 + shift / 4,
            rng.normal(170, 9, 2000),
        ]
        return np.column_stack(columns).astype(float)

    real, fake = rows(0.0), rows(0.15)
    names = np.array(["income [€]", "age at entry", "children", "smoker", "height [cm]"])
    gallery = {
        "real": real,
        "fake": fake,
        "column_names": names,
        "neighbours": fake[:8],
        "neighbour_rows": real[:24].reshape(8, 3, 5),
        "neighbour_distance": np.linspace(0.2, 2, 24).reshape(8, 3),
    }
    run = folder(root, "00004-people-r1", "people.csv", "r1", gallery, ticks(100))
    write(run, "evidence.json", evidence("table"))
    return run


def colour(root: Path) -> Path:
    """Unlabelled colour images of 48 x 32 pixels, stopped before any evidence was taken."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[0:32, 0:48] / 32.0

    def images(noise: float) -> np.ndarray:
        hue = rng.random((64, 1, 1, 3))
        place = rng.random((64, 2, 1, 1))
        disc = np.hypot(x - 1.5 * place[:, 0], y - place[:, 1])[..., None] < 0.4
        flat = np.where(disc, hue, 0.9 - 0.6 * hue) + rng.normal(0, noise, (64, 32, 48, 3))
        return (flat.clip(0, 1) * 255).astype(np.uint8)

    gallery = {"real": images(0.02), "fake": images(0.2)}
    gallery["interpolation"] = gallery["fake"][:24].reshape(3, 8, 32, 48, 3)
    return folder(root, "00005-photos-dcgan", "photos/", "dcgan", gallery, ticks(25, end=False))


def bare(root: Path) -> Path:
    """A run that died at once: a start event, and nothing else."""
    run = root / "00001-digits-ns"
    run.mkdir(parents=True)
    (run / "events.jsonl").write_text('{"kind": "start"}\n{"kind": "ti')
    return run


BUILDERS: dict[str, Builder] = {
    "digits": digits, "ring": ring, "line": line, "table": table, "colour": colour, "bare": bare,
}  # fmt: skip


def folder(
    root: Path,
    name: str,
    data: str,
    recipe: str,
    gallery: dict[str, np.ndarray],
    events: list[dict[str, Any]],
) -> Path:
    """Write a run folder's config, environment, events and gallery."""
    run = root / name
    run.mkdir(parents=True)
    (run / "config.yaml").write_text(CONFIG.format(data=data, recipe=recipe))
    machine = {
        "zerosum": "0.1.0",
        "python": "3.11.9",
        "device": "cpu",
        "command": ["zerosum", "train", data, "--recipe", recipe],
        "data": data,
        "torch": "2.13.0",
        "numpy": "2.4.6",
        "safetensors": "0.6.2",
        "processor": "AMD EPYC 7B13, 2 cores",
        "commit": "3f1c2ab90d",
    }
    write(run, "environment.json", machine)
    (run / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    np.savez(run / "gallery.npz", **gallery)
    return run


def write(run: Path, name: str, content: object) -> None:
    """Write one JSON file of a run folder."""
    (run / name).write_text(json.dumps(content))


def ticks(n: int, penalty: str | None = "r1", end: bool = True) -> list[dict[str, Any]]:
    """Return the events of a run with n ticks, its curves falling noisily as such curves do."""
    rng = np.random.default_rng(n)
    events: list[dict[str, Any]] = [{"kind": "start"}, *looks()]
    for i in range(n):
        t = i / n
        real, fake = 1.5 - t + rng.normal(0, 0.15), -1.6 + 1.3 * t + rng.normal(0, 0.15)
        tick = {
            "kind": "tick",
            "step": (i + 1) * 6000 // n,
            "seen": (i + 1) * 384000 // n,
            "seconds": (i + 1) * 96 / n,
            "rate": 4000 + rng.normal(0, 150),
            "loss": {
                "discriminator": 0.5 + 0.7 * t + rng.normal(0, 0.06),
                "generator": 1.9 - t + rng.normal(0, 0.1),
            },
            "accuracy": {
                "real": 0.9 - 0.3 * t + rng.normal(0, 0.02),
                "fake": 0.95 - 0.33 * t + rng.normal(0, 0.02),
            },
            "logit": {"real": real, "fake": fake},
        }
        if penalty:
            tick["penalty"] = {penalty: float(np.exp(-7 * t + rng.normal(0, 0.2)))}
        events.append(tick)
    return [*events, {"kind": "end", "reason": "completed"}] if end else events


SOUGHT = ("collapse", "vanishing gradient")


def looks(n: int = 10, steps: int = 6000) -> list[dict[str, Any]]:
    """Return what an evaluator leaves: what it looks at, n evaluations, checkpoints; the eighth is best."""
    watch = {"rows": 200, "space": "randconv-v1", "draws": 12, "best": "KD", "sought": SOUGHT}
    events: list[dict[str, Any]] = [{"kind": "watch", "step": 0, **watch}]
    for i in range(1, n + 1):
        step, far = i * steps // n, 0.001 + 0.3 * abs(i - 8) ** 3 / n**3
        kernel = {"value": far, "error": 0.1 * far, "low": -1e-4, "median": 1e-5, "high": 9e-4}
        share = {"value": 0.1 * i, "error": 0.02, "low": 0.93, "median": 0.95, "high": 0.97}
        measures = {"KD": kernel, "coverage": share}
        best = {"step": min(i, 8) * steps // n, "value": 0.001 if i > 7 else far, "error": 1e-4}
        events += [
            {"kind": "evidence", "step": step, "measures": measures, "signals": {}},
            {"kind": "checkpoint", "step": step, "best": best},
        ]
    return events


def evidence(kind: str) -> dict[str, Any]:
    """Return measurements: two outside the band, two inside, one without a band."""
    rows = [
        ("frechet_distance", 4.82, 0.31, (1.31, 1.02, 1.75), "lower", "FD[pixels | n=360]"),
        ("precision", 0.912, 0.015, (0.941, 0.905, 0.972), "higher", "PRDC[pixels | k=5 | n=360]"),
        ("recall", 0.903, 0.016, (0.938, 0.902, 0.969), "higher", "PRDC[pixels | k=5 | n=360]"),
        ("two_sample_accuracy", 0.581, 0.018, (0.501, 0.462, 0.541), "reference", "C2ST[n=360]"),
        ("memorised_share", 0.0, 0.0, None, "lower", "nearest[pixels]"),
    ]
    measurements = [
        {
            "name": name,
            "value": value,
            "error": error,
            "reference": band
            and dict(zip(("median", "low", "high"), band, strict=True), splits=20),
            "label": label,
            "better": better,
            "note": "",
        }
        for name, value, error, band, better, label in rows
    ]
    return {"measurements": measurements, "facts": {"n_real": 360, "n_fake": 2000, "kind": kind}}

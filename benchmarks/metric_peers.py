"""Do our numbers agree with the peers' on the same arrays? To how many digits?

    python benchmarks/peers/install.py                                   # once
    python -m benchmarks.metric_peers [--peers benchmarks/peers/.venv]

Features are drawn from known Gaussians, weights are drawn too: what is compared is arithmetic and the
networks' wiring, for which no published weights are needed. The peers run in their own environment.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks import machine
from zerosum import noise
from zerosum.metrics.dinov2 import DINOv2
from zerosum.metrics.frechet import frechet_distance
from zerosum.metrics.inception import Inception
from zerosum.metrics.mmd import mmd
from zerosum.metrics.prdc import prdc
from zerosum.metrics.pretrained import dino_v2, inception_v3
from zerosum.metrics.transport import (
    directions,
    sliced_wasserstein,
    wasserstein_1d,
    wasserstein_exact,
)

HERE = Path(__file__).parent
ROWS, WIDE, FEATURES, SUBSETS, SIZE = 5000, 300, 64, 100, 1000
PROJECTIONS = 64


def main() -> None:
    """Print and write ours, the peers' and the difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=Path, default=HERE / "peers" / ".venv")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        rows = drawn()
        np.savez(folder / "rows.npz", **rows)
        mine = networks(folder)
        ask(options.peers, folder)
        theirs = json.loads((folder / "values.json").read_text(encoding="utf-8"))
        found = compared(values(rows), theirs)
        with np.load(folder / "features.npz") as features:
            found |= {f"features, {name}": apart(mine[name], features[name]) for name in mine}
    for name, line in found.items():
        print(name, line)
    machine.write("metric-peers", {"rows": ROWS, "features": FEATURES, "found": found}, threads=1)


def drawn() -> dict[str, np.ndarray]:
    """Return rows of two different laws, and others with fewer rows than features."""
    found = {}
    for prefix, shape in (("", (ROWS, FEATURES)), ("wide_", (WIDE, 512))):
        real, fake = (
            noise.normal(noise.fold(0, "peers", prefix, side), shape, dtype=torch.float64).numpy()
            for side in ("real", "fake")
        )
        found |= {f"{prefix}real": real, f"{prefix}fake": 1.1 * fake + 0.1}
    return found | {"axes": directions(FEATURES, PROJECTIONS).T}


def networks(folder: Path) -> dict[str, np.ndarray]:
    """Write pictures and drawn weights, and return our features of them."""
    pictures = noise.integers(noise.fold(0, "peers", "pictures"), (4, 3, 32, 48), 256)
    np.save(folder / "pictures.npy", pictures.numpy().astype(np.uint8))
    torch.manual_seed(0)
    inception, dino = Inception().state_dict(), DINOv2("small").state_dict()
    for name, value in (inception | dino).items():
        if name.endswith(("running_mean", "gamma", "token", "embed")):
            value.normal_(0.5 if "gamma" in name else 0.0, 0.1)
    torch.save(inception, folder / "inception.pth")
    torch.save(dino, folder / "dinov2.pth")
    x = pictures.float() / 127.5 - 1
    with torch.no_grad():
        one = inception_v3(inception, "0" * 64, resize="tf1")
        features = one(x)
        # at the size that positions were learnt for: transformers resizes them another way than the
        # publisher's code, which ours follows
        two = dino_v2(dino, "0" * 64).network(F.interpolate(x, (518, 518)))
    return {
        "inception": features.numpy(),
        "logits": one.network.logits(features).numpy(),
        "dinov2": two.numpy(),
    }


def ask(peers: Path, folder: Path) -> None:
    """Let the peers compute theirs."""
    command = [str(peers / "bin" / "python"), "-m", "benchmarks.peers.metric_values", str(folder)]
    subprocess.run(command, check=True, cwd=HERE.parent, env={**os.environ, "OMP_NUM_THREADS": "1"})


def values(rows: dict[str, np.ndarray]) -> dict[str, float]:
    """Return ours, in the peers' settings."""
    real, fake = rows["real"], rows["fake"]
    four = prdc(real[:3000], fake[:3000], k=5, splits=0)
    return {
        "FD": frechet_distance(real, fake).plug_in,
        "FD, fewer rows than features": frechet_distance(rows["wide_real"], rows["wide_fake"]).plug_in,
        "KID": subsets(fake, real),
        **{name: getattr(four, name).value for name in ("precision", "recall", "density", "coverage")},
        "W1, exact": wasserstein_exact(real[:500], fake[:500]),
        "W2 squared, one column": wasserstein_1d(real[:, 0], fake[:, 0], p=2) ** 2,
        "W2, sliced": sliced_wasserstein(real, fake, p=2, projections=PROJECTIONS),
    }  # fmt: skip


def subsets(fake: np.ndarray, real: np.ndarray) -> float:
    """Return the mean of our unbiased KID over the very subsets that torch-fidelity draws."""
    draw = np.random.RandomState(2020)
    each = []
    for _ in range(SUBSETS):
        x = fake[draw.choice(len(fake), SIZE, replace=False)]
        y = real[draw.choice(len(real), SIZE, replace=False)]
        each.append(mmd(x, y, permutations=0).value)
    return float(np.mean(each))


def compared(ours: dict[str, float], theirs: dict[str, dict[str, float]]) -> dict[str, dict]:
    """Return each number of ours beside the peers', with the relative difference."""
    return {
        name: {"ours": float(value)}
        | {
            peer: {"value": other, "relative difference": float(value - other) / abs(other)}
            for peer, other in theirs[name].items()
        }
        for name, value in ours.items()
    }  # fmt: skip


def apart(ours: np.ndarray, theirs: np.ndarray) -> dict[str, float]:
    """Return how far two sets of features are from each other, over the size of theirs."""
    gap = np.abs(ours.astype(np.float64) - theirs).max()
    return {"largest difference": float(gap), "over their spread": float(gap / theirs.std())}


if __name__ == "__main__":
    main()

"""The measurements of an evaluation that compare pictures with a manifold known exactly."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, Int

from zerosum.metrics.evidence import Better, Measurement
from zerosum.metrics.inversion import nearest_sample
from zerosum.metrics.manifold import QUICK, Manifold, project
from zerosum.metrics.manifold_scores import SHIFT, tolerances, within
from zerosum.metrics.panels import summarise

_PROJECTED = 512  # pictures of each set whose distance to the manifold is taken
_SUBSETS = 5  # training subsets whose distances are taken; each is another search


def manifold_panel(
    held: Float[np.ndarray, "n pixels"],
    fake: Float[np.ndarray, "n pixels"],
    pool: Float[np.ndarray, "p pixels"],
    draws: Int[np.ndarray, "splits n"],
    truth: Manifold,
    story: str,
) -> list[Measurement]:
    """Return precision and mean distance to the manifold, and recall bounded by nearest samples.

    Args:
        held, fake: held-out and generated pictures in [0, 1]. pool: training pictures.
        draws: rows of the pool, one real subset each, in place of the generated ones.
        truth: the manifold. story: how the rows were chosen, for labels.
    """
    limit = tolerances(truth, (SHIFT,))[SHIFT]
    made = _distances(truth, fake[:_PROJECTED])
    real = [_distances(truth, pool[d[:_PROJECTED]]) for d in draws[:_SUBSETS]]
    near = _nearest(held, fake)
    again = [_nearest(held, pool[d]) for d in draws]
    kept = f"first {len(made)} of {story}"
    rule = f"tolerance {limit:.4f}, half a pixel"

    def share(name: str, d: np.ndarray, reference: list[np.ndarray], label: str) -> Measurement:
        found = within(d, limit)
        values = summarise([within(r, limit).value for r in reference])
        note = f"{name}: Wilson 95 % {found.low:.4f} to {found.high:.4f}"
        return Measurement(name, found.value, found.error, values, label, "higher", note)

    lower: Better = "lower"
    return [
        share("precision manifold", made, real, f"manifold[projection | {rule} | {kept}]"),
        Measurement(
            "distance manifold",
            float(made.mean()),
            float(made.std(ddof=1) / np.sqrt(len(made))),
            summarise([float(r.mean()) for r in real]),
            f"manifold[projection, root mean square of grey in 0 to 1 | {kept}]",
            lower,
        ),
        share(
            "recall manifold, at least",
            near,
            again,
            f"manifold[nearest sample, not the nearest latent | {rule} | {story}]",
        ),
    ]


def _distances(truth: Manifold, pictures: Float[np.ndarray, "n pixels"]) -> np.ndarray:
    return project(truth, torch.from_numpy(pictures).float(), QUICK).distances.double().numpy()


def _nearest(held: np.ndarray, made: np.ndarray) -> np.ndarray:
    pictures, samples = (torch.from_numpy(v).float() for v in (held, made))
    return nearest_sample(pictures, samples)[0].double().numpy()

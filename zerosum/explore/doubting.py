"""Active learning on an artefact: samples that a judge of classes is least sure of, to have them labelled.

    margin:   min over z of  (l_1 - l_2)²  +  prior · surprise(‖z‖),   l the judge's logits of G(z)
    entropy:  min over z of  log C - H(softmax l)  +  prior · surprise(‖z‖)

as `latent/doubt.py` does it, beside how sure the judge is of samples that nobody looked for.

Source: Zhu and Bento 2017, arXiv:1702.07956.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from zerosum import noise
from zerosum.explore.generating import generating
from zerosum.explore.judging import Judge
from zerosum.generator import Generator
from zerosum.latent.doubt import doubtful

_USUAL = 1000  # samples that nobody looked for


@dataclass(frozen=True, eq=False)
class Doubted:
    """n samples that a judge is unsure of.

    Attributes:
        rows: (n, ...) in the data's units. latents: (n, latent).
        between: of each the two likeliest classes, the likelier first.
        probabilities: (n, 2) of these two.
        margin: (n,) difference of the two largest logits. entropy: (n,) in nats, at most log C.
        usual: (m,) margins of plain samples, sorted.
    """

    rows: np.ndarray
    latents: Float[np.ndarray, "n latent"]
    between: tuple[tuple[str, str], ...]
    probabilities: Float[np.ndarray, "n 2"]
    margin: Float[np.ndarray, " n"]
    entropy: Float[np.ndarray, " n"]
    usual: Float[np.ndarray, " m"]

    @property
    def surer(self) -> Float[np.ndarray, " n"]:
        """Share of plain samples of which the judge is surer than of each of these."""
        return 1 - np.searchsorted(self.usual, self.margin, side="right") / len(self.usual)


def doubted(
    generator: Generator,
    judge: Judge,
    n: int = 8,
    *,
    by: str = "margin",
    label: str | int | None = None,
    prior: float = 1e-3,
    seed: int = 0,
) -> Doubted:
    """Return n samples that a judge is least sure of, each the best of its own starts.

    Args:
        generator: an artefact of pictures. judge: of its classes. n: how many.
        by: "margin" of the two likeliest classes, or "entropy" over all.
        label: class of a conditional generator. prior: what a nat of unusual ‖z‖ costs.
        seed: of the starts and of the plain samples.

    Raises:
        InputError: an unknown measure, n below 1, a conditional generator without a label, or one that
            has diverged.
    """
    generate, logits = generating(generator, label), judge.classifier.logits
    key = noise.fold(seed, "doubted")
    found = doubtful(generate, logits, generator.sizes.latent, n, by=by, prior=prior, key=key)
    plain = generator.encoded(
        generator.latents(_USUAL, noise.fold(key, "plain")), generator.labels(_USUAL, label)
    )
    with torch.no_grad():
        top = logits(plain).topk(2, dim=1).values
        likely = logits(found.rows).double().softmax(dim=1)
    margins = (top[:, 0] - top[:, 1]).sort().values
    names = [(judge.classes[a], judge.classes[b]) for a, b in found.between.tolist()]
    return Doubted(
        rows=generator.codec.decode(found.rows),
        latents=found.latents.numpy(),
        between=tuple(names),
        probabilities=likely.gather(1, found.between).numpy(),
        margin=found.margin.double().numpy(),
        entropy=found.entropy.double().numpy(),
        usual=margins.double().numpy(),
    )

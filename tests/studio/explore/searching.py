"""What the tests of searches share: a picture, a short search, and what a search must be equal to."""

from __future__ import annotations

import base64

import numpy as np

from zerosum.latent.inversion import Effort
from zerosum.studio.explore import inverting

EFFORT = Effort(3, 12, 20, 1024)
PIXELS = (np.arange(36, dtype=np.int64) * 41 % 256).astype(np.uint8).reshape(6, 6, 1)
SHORT = {"starts": 3, "steps": 12, "polish": 20, "control": 2, "seed": 5}


def text(values: np.ndarray) -> str:
    return base64.b64encode(values.astype(np.uint8).tobytes()).decode()


def asked(**over) -> inverting.Asked:
    return inverting.read({"pixels": text(PIXELS), **SHORT, **over})


def same(found, want) -> None:
    for field in ("latents", "reconstruction", "error", "relative", "errors", "spread"):
        np.testing.assert_array_equal(getattr(found, field), getattr(want, field))
    assert found.labels == want.labels
    np.testing.assert_array_equal(found.control.relative, want.control.relative)


def pets_picture(pets, found) -> np.ndarray:
    from zerosum.studio.explore.shown import pixels

    return pixels(pets.generator, found.reconstruction)[0]

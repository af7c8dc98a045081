"""One look at a game, which the pictures of the plane and of the line share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from zerosum.data.codec import Codec
from zerosum.studio.game.reading import read


@dataclass(frozen=True)
class Seen:
    """One look.

    Attributes:
        networks: as players see them. samples: encoded, (n, d).
        slopes: the way in which the first samples would make the generator's loss fall, (m, d).
        offset, scale, meaning: how the discriminator is read (`reading`).
    """

    networks: Mapping[str, Callable[..., Tensor]]
    samples: Tensor
    slopes: Tensor
    offset: float
    scale: float
    meaning: str

    def read(self, logits: Tensor) -> np.ndarray:
        """Return what logits say from 0 (generated) to 1 (real)."""
        return read(logits.numpy(), self.offset, self.scale)

    def arrows(self, codec: Codec) -> np.ndarray:
        """Return the slopes as displacements in the data's units, (m, d)."""
        start = self.samples[: len(self.slopes)]
        return units(codec, start + self.slopes) - units(codec, start)


def units(codec: Codec, encoded: Tensor) -> np.ndarray:
    """Return encoded rows in the data's units."""
    return np.asarray(codec.decode(encoded.detach()), dtype=np.float32)

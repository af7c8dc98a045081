"""An artefact as the function that the tools of `latent/` take: latents to encoded rows, with slopes."""

from __future__ import annotations

import torch
from torch import Tensor

from zerosum.errors import InputError
from zerosum.generator import Generator
from zerosum.latent.checks import Generate


def generating(generator: Generator, label: int | str | None = None) -> Generate:
    """Return latents (n, latent) -> encoded rows (n, *event), of one class if there are classes.

    Raises:
        InputError: a conditional generator without a label, or a label that it does not have.
    """
    if generator.sizes.classes and label is None:
        raise InputError(
            f"this generator makes {generator.sizes.classes} classes: give label, one of "
            f"{', '.join(generator.classes[:20]) or 'their numbers'}"
        )
    one = generator.labels(1, label)

    def generate(latents: Tensor) -> Tensor:
        labels = None if one is None else one.to(latents.device).expand(len(latents))
        made: Tensor = generator.network(latents, labels)
        return made.to(torch.promote_types(made.dtype, torch.float32))

    return generate

"""How a class label comes into a network: at the generator's bottom, at the discriminator's top.

    generator       z, y ↦ (z, e_y)                a learned vector beside the latent
    discriminator   a(x, y) = wᵀh(x) + b + e_yᵀh(x)    projection
    or              a(x, y) = e_yᵀWh(x)             the same in a space of their own (R3GAN)
    or              a(x) = wᵀh(x) + b,  c_k(x) = v_kᵀh(x) + b_k    auxiliary: the label is guessed

Projection is the exact form of the best logit when every class is an exponential family with the
features h (Miyato and Koyama 2018, arXiv:1802.05637); it adds one inner product to the logit.
An auxiliary classifier does not see the label but says one number a class, from which a game makes a
cross-entropy (Odena, Olah and Shlens 2017, arXiv:1610.09585); logit and classes are one linear map.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from zerosum.errors import InputError
from zerosum.networks.checks import require_latent, require_sizes


class LabelledLatent(nn.Module):
    """The generator's input: z alone, or z with its label's learned vector of the same length.

    `embedding` gives that vector another length, and R3GAN's first values N(0, 1/classes), those of a
    linear map of the class as one of `classes` numbers.
    """

    def __init__(self, *, latent: int, classes: int, embedding: int = 0) -> None:
        super().__init__()
        require_sizes(latent=latent)
        require_sizes(0, classes=classes, embedding=embedding)
        self.latent, self.classes = latent, classes
        length = embedding or latent
        self.size = latent + length if classes else latent
        self.embedding = nn.Embedding(classes, length) if classes else None
        if self.embedding is not None and embedding:
            nn.init.normal_(self.embedding.weight, 0.0, 1 / math.sqrt(classes))

    def forward(
        self, z: Float[Tensor, "batch latent"], label: Int64[Tensor, " batch"] | None
    ) -> Float[Tensor, "batch size"]:
        """Return (z, e_y), or z itself for a network without classes.

        Args: z: shape (batch, latent). label: class numbers, shape (batch,), or None.
        Returns: shape (batch, self.size).
        Raises: InputError for a wrong latent size, or a missing or wrongly shaped label.
        """
        require_latent(z, self.latent)
        if self.embedding is None:
            return z
        return torch.cat((z, self.embedding(_checked(label, z, self.classes)).to(z.dtype)), dim=1)


class LogitHead(nn.Module):
    """The discriminator's output: features (batch, features) to one raw logit a sample.

    With `auxiliary` the label is not looked at, and one number a class follows the logit.
    """

    def __init__(
        self, *, features: int, classes: int, bias: bool = True, auxiliary: bool = False
    ) -> None:
        super().__init__()
        require_sizes(1 if auxiliary else 0, classes=classes)
        self.classes, self.auxiliary = classes, auxiliary
        self.linear = nn.Linear(features, 1 + classes if auxiliary else 1, bias=bias)
        self.embedding = nn.Embedding(classes, features) if classes and not auxiliary else None
        if self.embedding is not None:
            # the width's size, so that class and common part start equally strong; N(0, 1) would
            # make the first logits grow as √features
            bound = 1 / math.sqrt(features)
            nn.init.uniform_(self.embedding.weight, -bound, bound)

    def forward(
        self, h: Float[Tensor, "batch features"], label: Int64[Tensor, " batch"] | None
    ) -> Float[Tensor, " batch *classes"]:
        """Return wᵀh + b, plus e_yᵀh where the network has classes.

        Args: h: features, shape (batch, features). label: class numbers (batch,), or None.
        Returns: logits, shape (batch,); with `auxiliary` (batch, 1 + classes), the logits first.
        Raises: InputError for a missing or wrongly shaped label.
        """
        if self.auxiliary:
            return self.linear(h)
        logits = self.linear(h).squeeze(1)
        if self.embedding is None:
            return logits
        return logits + (self.embedding(_checked(label, h, self.classes)) * h).sum(1)


class EmbeddedHead(nn.Module):
    """R3GAN's conditional output: picture and class are mapped into one space and multiplied there."""

    def __init__(self, *, features: int, classes: int, embedding: int) -> None:
        super().__init__()
        require_sizes(features=features, classes=classes, embedding=embedding)
        self.classes = classes
        self.linear = nn.Linear(features, embedding, bias=False)
        nn.init.normal_(self.linear.weight, 0.0, 1 / math.sqrt(features))
        self.embedding = nn.Embedding(classes, embedding)
        nn.init.normal_(self.embedding.weight, 0.0, 1 / math.sqrt(classes * embedding))

    def forward(
        self, h: Float[Tensor, "batch features"], label: Int64[Tensor, " batch"] | None
    ) -> Float[Tensor, " batch"]:
        """Return e_yᵀWh.

        Args: h: features, shape (batch, features). label: class numbers (batch,).
        Returns: logits, shape (batch,).
        Raises: InputError for a missing or wrongly shaped label.
        """
        return (self.linear(h) * self.embedding(_checked(label, h, self.classes))).sum(1)


def _checked(label: Tensor | None, rows: Tensor, classes: int) -> Tensor:
    if label is None:
        raise InputError(
            f"label is missing, but this network was made for classes {classes}; give the class "
            "numbers (batch,) or make the network with classes 0"
        )
    if label.shape != rows.shape[:1]:
        raise InputError(
            f"label has shape {tuple(label.shape)} for a batch of {rows.shape[0]}; give one class "
            f"number a sample, shape ({rows.shape[0]},)"
        )
    return label

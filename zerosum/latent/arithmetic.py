"""Arithmetic on latents: means by class or attribute, and a - b + c.

    mean_k = (1/n_k) Σ_(i in k) z_i,   error_k = sd_k / √n_k
    z = Σ_j w_j z_j;   analogy a - b + c: "bold A - A + B" is bold B

Single latents give unstable pictures, means of a few better ones. A mean of n Gaussian latents has norm
√(d/n), and a - b + c of single ones √(3d): neither lies where the generator's latents do
(`norms.to_shell` brings a result back, with the norm that it is given).

Source: Radford, Metz and Chintala 2016, arXiv:1511.06434.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from zerosum.errors import InputError, unknown
from zerosum.latent import checks


@dataclass(frozen=True)
class ClassMeans:
    """The mean latent of each class.

    Attributes:
        names: of the classes, sorted.
        means: (classes, d).
        errors: (classes, d) standard errors of the means, sd/√n; NaN for a class of one row.
        counts: (classes,) rows of each.
    """

    names: tuple[Any, ...]
    means: Float[Tensor, "classes d"]
    errors: Float[Tensor, "classes d"]
    counts: Int64[Tensor, " classes"]

    def of(self, name: object) -> Float[Tensor, " d"]:
        """Return the mean of one class, by name. Raises InputError for an unknown one."""
        if name not in self.names:
            raise unknown("class", name, map(str, self.names))
        return self.means[self.names.index(name)]


def class_means(latents: Tensor, labels: Sequence[Any] | np.ndarray | Tensor) -> ClassMeans:
    """Return the mean of the latents of each label, with standard errors.

    Args:
        latents: (n, d).
        labels: n class numbers, names, or True and False of an attribute.

    Raises:
        InputError: labels of another length, or latents that are not finite.
    """
    latents = checks.rows(latents, "latents")
    given = np.asarray(labels.cpu() if isinstance(labels, Tensor) else labels)
    if given.shape != (len(latents),):
        raise InputError(
            f"labels has shape {given.shape} for {len(latents)} latents: give one for each row"
        )
    names, which = np.unique(given, return_inverse=True)
    index = torch.from_numpy(which).to(latents.device)
    counts = torch.bincount(index, minlength=len(names))
    means = _sums(latents, index, len(names)) / counts[:, None]
    squares = _sums((latents - means[index]).square(), index, len(names))
    # 0/0 for a class of one row: its spread is not known
    errors = (squares / (counts - 1)[:, None] / counts[:, None]).sqrt()
    return ClassMeans(tuple(names.tolist()), means, errors, counts)


def combination(terms: Tensor, weights: Sequence[float] | Tensor) -> Float[Tensor, "*shape d"]:
    """Return the weighted sum Σ_j w_j z_j.

    Args:
        terms: (k, ..., d).
        weights: k numbers; they need not sum to 1.

    Raises:
        InputError: not one finite weight for each term.

    >>> combination(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), [2.0, -1.0])
    tensor([ 2., -1.])
    """
    terms = checks.latents(terms, "terms")
    w = torch.as_tensor(weights, dtype=terms.dtype, device=terms.device)
    if terms.ndim < 2 or w.shape != terms.shape[:1] or not bool(torch.isfinite(w).all()):
        raise InputError(
            f"weights has shape {tuple(w.shape)} for terms {tuple(terms.shape)}: give one finite "
            "weight for each term (k, ..., d)"
        )
    return torch.tensordot(w, terms, dims=1)


def analogy(a: Tensor, b: Tensor, c: Tensor) -> Float[Tensor, "*shape d"]:
    """Return a - b + c: what a has and b has not, given to c.

    Args: a, b, c: latents (..., d) that broadcast: the mean of bold A, that of A, many B.
    """
    a, b, c = (checks.latents(z, n) for z, n in ((a, "a"), (b, "b"), (c, "c")))
    checks.alike(a, b, ("a", "b"))
    checks.alike(a, c, ("a", "c"))
    return a - b + c


def _sums(z: Tensor, index: Tensor, classes: int) -> Tensor:
    return z.new_zeros(classes, z.shape[1]).index_add_(0, index, z)

"""Directions along which one attribute changes, from examples or from labels.

    difference   μ_1 - μ_0,             covariance S_1/n_1 + S_0/n_0
    probe        w = S⁻¹(μ_1 - μ_0),    S the pooled covariance: Fisher's linear discriminant

Groups may differ in other attributes too, where those go together in what was given. The difference
of means then points to all of them, the discriminant to what tells the groups apart once the rest is
accounted for. The probe is linear discriminant analysis in closed form, no logistic regression; for
Gaussian latents both point the same way, even where the label is no linear function of z.

The expected angle between the direction found and the one that endless data would give, for small
angles, with P the projection off w and Δ² = wᵀSw:

    difference   θ² = tr(P C P) / ‖w‖²,   C = S_1/n_1 + S_0/n_0
    probe        θ² = (1/n_1 + 1/n_0 + Δ²/(n - 2)) tr(P S⁻¹ P) / ‖w‖²

Sources: Fisher 1936, doi:10.1111/j.1469-1809.1936.tb02137.x; Shen et al. 2020, arXiv:1907.10786 (edits
orthogonal to other directions); Wilson 1927, doi:10.1080/01621459.1927.10502953.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum import noise
from zerosum.errors import InputError
from zerosum.latent import checks

_Z = 1.959963984540054  # 97.5 % of a standard normal lies below it


@dataclass(frozen=True)
class Difference:
    """The difference of two groups' means.

    Attributes:
        vector: (d,) of length 1, from those that lack the attribute to those that have it.
        gap: distance of the means, in units of the latents; noise alone makes it √tr C.
        error: (d,) standard errors of the difference's coordinates before it was made a unit.
        angle_error: root mean square angle to the true direction, in radians, if small.
    """

    vector: Float[Tensor, " d"]
    gap: float
    error: Float[Tensor, " d"]
    angle_error: float


@dataclass(frozen=True)
class Probe:
    """A linear discriminant, and how well it does on latents it was not fitted to.

    Attributes:
        vector: (d,) of length 1, from label False to True.
        threshold: z · vector above it is called True.
        gap: distance of the groups' means along the vector.
        angle_error: root mean square angle to the true direction, in radians, if small.
        accuracy: share of `held_out` latents called rightly, with its 95 % Wilson interval
            `low` to `high`.
        base: share that the more frequent label has among them: what calling all alike gets.
        held_out: how many there are.
    """

    vector: Float[Tensor, " d"]
    threshold: float
    gap: float
    angle_error: float
    accuracy: float
    low: float
    high: float
    base: float
    held_out: int


def difference(having: Tensor, lacking: Tensor) -> Difference:
    """Return the direction from the latents that lack an attribute to those that have it.

    Args:
        having: (n_1, d), at least 2.
        lacking: (n_0, d), at least 2.

    Raises:
        InputError: fewer than 2 rows, groups of one mean, or numbers that are not finite.
    """
    having, lacking = checks.rows(having, "having", 2), checks.rows(lacking, "lacking", 2)
    checks.alike(having, lacking, ("having", "lacking"))
    w = having.mean(dim=0) - lacking.mean(dim=0)
    gap = _length(w)
    c = _covariance(having) / len(having) + _covariance(lacking) / len(lacking)
    return Difference(w / gap, gap, c.diagonal().sqrt(), _angle(c, w / gap, gap))


def probe(latents: Tensor, labels: Tensor, *, held_out: float = 0.25, key: int = 0) -> Probe:
    """Return the discriminant of a yes-or-no label, judged on latents held out of the fit.

    Args:
        latents: (n, d).
        labels: (n,) True and False.
        held_out: share of the latents, drawn by `key`, on which the accuracy is taken.
        key: of the split.

    Raises:
        InputError: labels of another shape or type, too few rows of a label to fit d coordinates
            or none held out, or latents that are not finite or lie in fewer than d dimensions.
    """
    latents = checks.rows(latents, "latents", 4)
    if labels.shape != latents.shape[:1] or labels.dtype != torch.bool:
        raise InputError(
            f"labels are {labels.dtype} of shape {tuple(labels.shape)} for {len(latents)} latents: "
            "give one True or False for each (labels == the_class)"
        )
    order = noise.permutation(noise.fold(key, "probe"), len(latents)).to(latents.device)
    out = round(held_out * len(latents))
    if not 1 <= out <= len(latents) - 4:
        raise InputError(
            f"held_out is {held_out} of {len(latents)} latents, which leaves {len(latents) - out} to "
            "fit and takes the rest to judge: use 0.25 and more latents"
        )
    w, threshold, gap, angle = _discriminant(latents[order[out:]], labels[order[out:]])
    z, y = latents[order[:out]], labels[order[:out]]
    share = float(((z @ w > threshold) == y).double().mean())
    low, high = _wilson(share, out)
    base = float(y.double().mean())
    return Probe(w, threshold, gap, angle, share, low, high, max(base, 1 - base), out)


def orthogonal_to(direction: Tensor, others: Tensor) -> Float[Tensor, " d"]:
    """Return the unit direction that is left after the span of others is taken out.

    v - Q Qᵀv,   Q an orthonormal basis of the others

    A step along it leaves z · other as it is: to change the style and keep the character, give the
    directions of the characters.

    Args:
        direction: (d,).
        others: (k, d); they may depend on each other.

    Raises:
        InputError: nothing is left, or the numbers of coordinates differ.

    >>> orthogonal_to(torch.tensor([3.0, 4.0]), torch.tensor([[0.0, 2.0]]))
    tensor([1., 0.])
    """
    direction = checks.rows(direction[None], "direction")[0]
    others = checks.rows(others, "others")
    checks.alike(direction, others, ("direction", "others"))
    eps = max(others.shape) * torch.finfo(others.dtype).eps
    _, sizes, basis = torch.linalg.svd(others, full_matrices=False)
    q = basis[sizes > eps * sizes[0]]
    left = direction - q.T @ (q @ direction)
    left = left - q.T @ (q @ left)  # again: what rounding left of the others in a short rest
    if not _norm(left) > 10 * eps * _norm(direction):
        raise InputError(
            "direction lies in the span of others, so nothing of it is left: give fewer others"
        )
    return left / _norm(left)


def along(z: Tensor, direction: Tensor, amounts: Tensor) -> Float[Tensor, "steps *shape d"]:
    """Return z moved along a direction, z + a v for each amount a.

    Args:
        z: latents (..., d). direction: (d,). amounts: (steps,), in units of the direction's length.

    Raises:
        InputError: shapes that do not fit, or numbers that are not finite.
    """
    z, direction = checks.latents(z, "z"), checks.rows(direction[None], "direction")[0]
    checks.alike(z, direction, ("z", "direction"))
    if amounts.ndim != 1 or not bool(torch.isfinite(amounts).all()):
        raise InputError(f"amounts has shape {tuple(amounts.shape)}: give a row of finite numbers")
    return z + amounts.to(z).reshape(-1, *[1] * z.ndim) * direction


def _discriminant(z: Tensor, y: Tensor) -> tuple[Float[Tensor, " d"], float, float, float]:
    """Return w / ‖w‖, the value of z on it above which True is likelier, the gap and the angle."""
    (n_1, n_0), d = (int(y.sum()), int((~y).sum())), z.shape[1]
    if min(n_1, n_0) < 2 or n_1 + n_0 < d + 3:
        raise InputError(
            f"labels leave {n_1} True and {n_0} False latents of {d} coordinates to fit: at least 2 of "
            f"each and {d + 3} together are needed, so give more"
        )
    m_1, m_0 = z[y].mean(dim=0), z[~y].mean(dim=0)
    s = (_covariance(z[y]) * (n_1 - 1) + _covariance(z[~y]) * (n_0 - 1)) / (n_1 + n_0 - 2)
    factor, failed = torch.linalg.cholesky_ex(s)
    if int(failed):
        raise InputError(
            "latents lie in fewer dimensions than they have coordinates: leave constant ones out"
        )
    inverse = torch.cholesky_inverse(factor)
    w = inverse @ (m_1 - m_0)
    size = _length(w)
    middle = float((m_1 + m_0) @ w) / 2 - math.log(n_1 / n_0)
    variance = 1 / n_1 + 1 / n_0 + float(w @ s @ w) / (n_1 + n_0 - 2)
    gap = float((m_1 - m_0) @ w) / size
    return w / size, middle / size, gap, _angle(variance * inverse, w / size, size)


def _covariance(z: Tensor) -> Float[Tensor, "d d"]:
    return torch.atleast_2d(z.T.cov())


def _angle(c: Tensor, unit: Tensor, size: float) -> float:
    """Return sqrt(tr(P C P)) / size, P the projection off the unit vector."""
    return math.sqrt(max(0.0, float(c.trace() - unit @ c @ unit))) / size


def _norm(v: Tensor) -> float:
    return float(v.norm())


def _length(w: Tensor) -> float:
    size = _norm(w)
    if size == 0:
        raise InputError("both groups have the same mean: no direction leads from one to the other")
    return size


def _wilson(p: float, n: int) -> tuple[float, float]:
    centre = p + _Z**2 / (2 * n)
    half = _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n))
    scale = 1 + _Z**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)

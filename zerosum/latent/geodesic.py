"""The curve of least length in a generator's output: the way on which pictures change least.

    E(z_1, ..., z_(n-1)) = Σ_i ‖G(z_(i+1)) - G(z_i)‖²,   z_0 and z_n fixed
    J = E / E_start + prior · mean_i surprise(‖z_i‖)

By Cauchy-Schwarz E >= L²/n with equality where all n pieces are equally long, so the least energy is
the least length run through at one speed. A length here is a sum of chords: below the curve's own by
κ²L³/24n² for curvature κ. L-BFGS finds a local minimum near the path it starts from, and no worse one
than that path. The distance is that of `generate`'s rows: compose a feature extractor into it for
another. The surprise (`norms.norm_surprise`) keeps z where latents lie: without it the way may leave
through latents that the generator was never given.

Sources: Shao, Kumar and Fletcher 2018, arXiv:1711.08014; Arvanitidis, Hansen and Hauberg 2018,
arXiv:1710.11379; Nocedal 1980, doi:10.2307/2006193.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from zerosum.errors import InputError
from zerosum.latent import checks
from zerosum.latent.checks import Generate
from zerosum.latent.norms import norm_surprise


@dataclass(frozen=True)
class Geodesic:
    """A path of least energy between fixed ends.

    Attributes:
        latents: (points, d), the first and last those given.
        length: of the pieces together in `generate`'s units.
        length_before: of the path it started from.
        descent: the least J so far after each evaluation; the first is the start's.
    """

    latents: Float[Tensor, "points d"]
    length: float
    length_before: float
    descent: Float[Tensor, " evaluations"]


def path_length(generate: Generate, path: Tensor) -> float:
    """Return the length of a path's image, Σ_i ‖G(z_(i+1)) - G(z_i)‖.

    Args:
        generate: latents (n, d) to rows (n, ...).
        path: latents (points, d), at least 2.
    """
    with torch.no_grad():
        return float(_squares(generate, checks.rows(path, "path", 2)).sqrt().sum())


def geodesic(
    generate: Generate, path: Tensor, *, prior: float = 0.0, iterations: int = 200
) -> Geodesic:
    """Return the path of least energy near a given one, whose ends stay.

    Args:
        generate: latents (n, d) to rows (n, ...); differentiable, row by row independent.
        path: latents (points, d) to start from, `paths.spherical` or `linear`; 16 to 64 points do.
        prior: weight of the norms' surprise; 0 for none, 0.01 to 0.1 to stay in the shell.
        iterations: of L-BFGS, at most.

    Raises:
        InputError: fewer than 2 points, a negative prior or number of iterations, or rows at the
            path that are not finite.
    """
    path = checks.rows(path, "path", 2).detach()
    if not (prior >= 0 and iterations >= 0):
        raise InputError(f"prior is {prior} and iterations {iterations}: both must be at least 0")
    before = path_length(generate, path)
    with torch.no_grad():
        energy = float(_squares(generate, path).sum())
    if not energy < float("inf"):
        raise InputError(
            "the generator's rows along the path are not finite: start from latents that it knows"
        )
    if len(path) == 2 or iterations == 0 or energy == 0:
        return Geodesic(path, before, before, path.new_ones(1))
    if prior and not bool(torch.isfinite(norm_surprise(path[1:-1])).all()):
        raise InputError(
            "path goes through 0, where no latent ever is: with a prior start from paths.spherical"
        )

    def objective(z: Tensor) -> Tensor:
        value = _squares(generate, z).sum() / energy
        return value + prior * norm_surprise(z[1:-1]).mean() if prior else value

    z, descent = _descend(objective, path, iterations)
    return Geodesic(z, path_length(generate, z), before, descent)


def _descend(
    objective: Callable[[Tensor], Tensor], path: Tensor, iterations: int
) -> tuple[Tensor, Float[Tensor, " evaluations"]]:
    """Return the best path seen, and the least value so far after each evaluation."""
    inner = path[1:-1].clone().requires_grad_()
    best, kept = torch.full((), torch.inf, dtype=path.dtype, device=path.device), path
    descent: list[Tensor] = []

    def closure() -> Tensor:
        nonlocal best, kept
        z = torch.cat((path[:1], inner, path[-1:]))
        value = objective(z)
        # not backward(): the network's own weights must not collect gradients
        (inner.grad,) = torch.autograd.grad(value, inner)
        if value < best:
            best, kept = value.detach(), z.detach()
        descent.append(best)
        return value.detach()

    eps = torch.finfo(path.dtype).eps
    optimiser = torch.optim.LBFGS(
        [inner],
        max_iter=iterations,
        max_eval=25 * iterations,
        tolerance_grad=eps**0.75,
        tolerance_change=eps,
        line_search_fn="strong_wolfe",
    )
    optimiser.step(closure)
    return kept, torch.stack(descent)


def _squares(generate: Generate, path: Tensor) -> Float[Tensor, " pieces"]:
    """Return the squared length of each piece's image."""
    return generate(path).flatten(1).diff(dim=0).square().sum(dim=1)

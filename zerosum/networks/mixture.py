"""A mixture of generators as one generator, whose latent has one coordinate more: which of them it is.

    G(z, c) = G_j(z),   j the first with  s_1 + ... + s_j > Phi(c),   c standard normal like z

So P(j) = s_j, and all that calls a generator (samples, interpolation, inversion) calls a mixture alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from zerosum.errors import InputError

_SUM = 1e-6  # how far from 1 the shares may sum: they are written as decimals


class MixtureGenerator(nn.Module):
    """Latents with a coordinate more -> rows of the component that it says.

    A component is asked for the whole batch or, where no row wants it, not at all: a row's bits then
    depend on the batch's size alone, not on what the other rows want.

    Args:
        components: generators of one latent dimension and event shape.
        shares: of each component, 0 or more, summing to 1.

    Raises:
        InputError: shares that are not a distribution over the components.
    """

    def __init__(self, components: Sequence[nn.Module], shares: Sequence[float]) -> None:
        super().__init__()
        require_shares(shares, len(components))
        self.components = nn.ModuleList(components)
        self.shares = tuple(float(s) for s in shares)

    def forward(
        self, z: Float[Tensor, "batch latent"], label: Int64[Tensor, " batch"] | None = None
    ) -> Float[Tensor, " batch *event"]:
        """Return generated rows.

        Args: z: (batch, latent of a component + 1). label: class numbers (batch,), or None.
        """
        chosen = self.component(z)
        rows = torch.empty(0)
        for j in chosen.unique().tolist():
            made = self.components[j](z[:, :-1], label)
            rows = made if not len(rows) else torch.where(_over(chosen == j, made), made, rows)
        return rows

    def component(self, z: Float[Tensor, "batch latent"]) -> Int64[Tensor, " batch"]:
        """Return the number of the component that each latent means."""
        upto = torch.tensor(list(accumulate(self.shares)), dtype=torch.float64, device=z.device)
        last = max(j for j, share in enumerate(self.shares) if share > 0)
        at = torch.special.ndtr(z[:, -1].double())
        return torch.searchsorted(upto, at.contiguous(), right=True).clamp_max(last)


def require_shares(shares: Sequence[float], components: int) -> None:
    """Raise InputError unless there is a share for each component, and they are a distribution."""
    fine = len(shares) == components and all(0 <= s <= 1 for s in shares)
    if not fine or abs(sum(shares) - 1) > _SUM:
        raise InputError(
            f"the shares {list(shares)[:8]} are no distribution over {components} components: give "
            "one of 0 or more for each, summing to 1"
        )


def _over(mask: Tensor, like: Tensor) -> Tensor:
    return mask.reshape(-1, *[1] * (like.dim() - 1))

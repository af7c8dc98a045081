"""Which latents make these rows? The inversion of `latent/inversion.py` on an artefact, with its control.

    J(z) = mean square of x - G(z) over what counts  +  prior · surprise(‖z‖)

`search` starts from drawn latents, `encoder` guesses in one pass, `both` searches from the guess as well.
A few of the generator's own samples are always looked for in the same way: their least error is 0, so
what is left of it is the search's own.

Sources: Zhu et al. 2016, arXiv:1609.03552; Lipton and Tripathi 2017, arXiv:1702.04782.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from zerosum import noise
from zerosum.data.codec import Codec, ImageCodec
from zerosum.errors import InputError, unknown
from zerosum.explore.classes import Class, candidates_of, names_of
from zerosum.explore.control import Control, control_of
from zerosum.explore.encoders import own_encoder
from zerosum.explore.generating import generating
from zerosum.explore.rows import encoded_mask, encoded_rows
from zerosum.generator import Generator
from zerosum.latent import inversion
from zerosum.latent.encoder import encode
from zerosum.latent.inversion import Effort, Inversion, Moment

WAYS = ("search", "encoder", "both")
# as many latent numbers as pixels are found to 1 % only by a long L-BFGS, and one row in fifty only from
# another start than the best (`benchmarks/inversion_effort.py`)
USUAL = Effort(starts=8, steps=200, polish=600)
_CONTROLLED = 16  # of the generator's own samples
# told which rows are looked for ("rows", or "control" for the own samples), as which class, how far
Watch = Callable[[str, Class, Moment], None]


@dataclass(frozen=True, eq=False)
class Inverted:
    """Rows beside what the generator makes of the latents found for them.

    Attributes:
        rows: (n, ...) as given. reconstruction: (n, ...) both in the data's units.
        latents: (n, latent). labels: class of each reconstruction; () when unconditional.
        error: (n,) root mean square of what is left, over the numbers that count: of pictures as a share
            of the range from black to white, of numbers in standard deviations of their columns.
        relative: (n,) error over the standard deviation of the generator's own numbers.
        errors: (n, starts) error of each start; spread: (n,) their standard deviation.
        control: what the same search finds of the generator's own samples.
    """

    rows: np.ndarray
    reconstruction: np.ndarray
    latents: Float[np.ndarray, "n latent"]
    labels: tuple[str, ...]
    error: Float[np.ndarray, " n"]
    relative: Float[np.ndarray, " n"]
    errors: Float[np.ndarray, "n starts"]
    spread: Float[np.ndarray, " n"]
    control: Control


@dataclass(frozen=True)
class Search:
    """How latents are looked for: by what, how hard, how near to where latents lie; and who watches."""

    by: str = "search"
    effort: Effort = USUAL
    prior: float = 0.0
    encoder: nn.Module | None = None
    seed: int = 0
    watch: Watch | None = None
    of: str = "rows"

    def __call__(
        self, generator: Generator, x: Tensor, mask: Tensor | None, label: Class
    ) -> Inversion:
        """Return the inversion of encoded rows as rows of one class."""
        first = None if self.encoder is None else encode(self.encoder, x)
        effort = self.effort
        if self.by == "encoder":  # the guess is the only start, and is not moved
            effort = Effort(starts=1, steps=0, polish=0, drawn=effort.drawn)
        return inversion.invert(
            generating(generator, label), x, generator.sizes.latent, mask=mask, prior=self.prior,
            first=first, effort=effort, key=noise.fold(self.seed, "invert"), watch=self.watched(label),
        )  # fmt: skip

    def watched(self, label: Class) -> inversion.Watch | None:
        """Return what a search for rows of one class tells."""
        return None if self.watch is None else partial(self.watch, self.of, label)


SEARCH = Search()


def invert(
    generator: Generator,
    rows: np.ndarray,
    *,
    mask: np.ndarray | None = None,
    labels: Class | Sequence[Class] = None,
    search: Search = SEARCH,
    control: int = _CONTROLLED,
) -> Inverted:
    """Return the latents whose rows are nearest to the given ones, and how near they come.

    Args:
        generator: an artefact.
        rows: (n, ...) in its data's units; where a mask is 0 they may hold NaN.
        mask: weights of 0 or more: of a row, or (n, ...), or the pixels of pictures (height, width).
        labels: of a conditional generator: one class for all rows, or n of them; None tries each class
            where there are at most 20, and keeps the nearest.
        search: by what and how hard. control: own samples that are looked for as well.

    Raises:
        InputError: rows or a mask of another shape, numbers that are not finite, an unknown way or
            class, too many classes to try, or an encoder beside a mask.
    """
    search = _ready(generator, search, mask)
    x = encoded_rows(generator.codec, rows)
    weights = encoded_mask(generator.codec, mask, len(x))
    wanted = candidates_of(generator, labels, len(x))
    found, names = _nearest(generator, search, x, weights, wanted)
    own, classes = _own(generator, wanted, control, search.seed)
    # a mask for each row: the own samples take those of the first rows
    seen = None if weights is None else weights[torch.arange(control) % len(x)]
    # without the prior, whose own price is no fault of the search
    again = replace(search, prior=0.0, of="control")
    there, _ = _nearest(generator, again, own, seen, classes)
    scale = unit(generator.codec)
    return Inverted(
        rows=np.asarray(rows),
        reconstruction=generator.codec.decode(found.reconstruction),
        latents=found.latents.cpu().numpy(),
        labels=names_of(generator, names),
        error=scale * found.error.double().cpu().numpy(),
        relative=found.relative.double().cpu().numpy(),
        errors=scale * found.errors.double().cpu().numpy(),
        spread=scale * found.spread.double().cpu().numpy(),
        control=control_of(there.relative.double().cpu().numpy()),
    )


def _ready(generator: Generator, search: Search, mask: np.ndarray | None) -> Search:
    """Return the search with an encoder where it needs one."""
    if search.by not in WAYS:
        raise unknown("way to invert", search.by, WAYS)
    if search.by == "search":
        return replace(search, encoder=None)
    if mask is not None:
        raise InputError(
            f"by is {search.by!r} and there is a mask, but an encoder sees whole rows: use by 'search'"
        )
    encoder = search.encoder or own_encoder(generator, seed=search.seed)[0]
    return replace(search, encoder=encoder)


def _nearest(
    generator: Generator,
    search: Search,
    x: Tensor,
    mask: Tensor | None,
    wanted: Sequence[tuple[Class, ...]],
) -> tuple[Inversion, list[Class]]:
    """Return the best inversion of each row among the classes wanted for it, and which class that is."""
    x = x.to(next(generator.network.parameters()).device)
    best: dict[int, tuple[float, Class, Inversion, int]] = {}
    for label in dict.fromkeys(one for some in wanted for one in some):
        index = [i for i, some in enumerate(wanted) if label in some]
        found = search(generator, x[index], None if mask is None else mask[index].to(x), label)
        for at, (i, value) in enumerate(zip(index, found.value.tolist(), strict=True)):
            if i not in best or value < best[i][0]:
                best[i] = (value, label, found, at)
    order = [best[i] for i in range(len(x))]
    picked = {
        field.name: torch.stack([getattr(found, field.name)[at] for _, _, found, at in order])
        for field in fields(Inversion)
    }
    return Inversion(**picked), [label for _, label, _, _ in order]


def _own(
    generator: Generator, wanted: Sequence[tuple[Class, ...]], n: int, seed: int
) -> tuple[Tensor, list[tuple[Class, ...]]]:
    """Return n own encoded samples, none a start of the search, and the classes to try for each."""
    if n < 1:
        raise InputError(f"control is {n}: 1 or more of the generator's own samples are needed")
    tried = [wanted[i % len(wanted)] for i in range(n)]
    latents = generator.latents(n, noise.fold(seed, "control"))
    if not generator.sizes.classes:
        return generator.encoded(latents), tried
    labels = [generator.labels(1, some[i % len(some)]) for i, some in enumerate(tried)]
    return generator.encoded(latents, torch.cat([one for one in labels if one is not None])), tried


def unit(codec: Codec) -> float:
    """Return what a difference of 1 in encoded rows is in the units of the errors."""
    # encoded pictures range from -1 to 1
    return 0.5 if isinstance(codec, ImageCodec) else 1.0

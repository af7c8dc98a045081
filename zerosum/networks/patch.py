"""The patch discriminator: a map of logits, each of which looks at one square of the picture.

    C64 - C128 - C256 - C512 - 1:   k = 4,  strides 2, ..., 2, 1, 1,   LeakyReLU 0.2, instance norm

After `depth` convolutions of stride 2 come two of stride 1. No norm stands after the first convolution
nor after the last. A logit sees a square of

    side = 4 + 3 + 3·2 + 3·2² + ... : 16, 34, 70 pixels for depth 1, 2, 3

so that depth 3 is the published 70 x 70 network. Which parts of a picture look real is all it can say;
that the whole holds together is left to the cycle.

Source: Isola et al. 2017, arXiv:1611.07004; Zhu et al. 2017, arXiv:1703.10593, appendix 7.2.
"""

from __future__ import annotations

from collections.abc import Sequence

from jaxtyping import Float, Int64
from torch import Tensor, nn

from zerosum.errors import InputError
from zerosum.networks.checks import image_shape_of, require_event, require_sizes
from zerosum.networks.translator import initialise
from zerosum.noise import Key

_WIDEST = 8  # times the width of the first layer
_LEAST = 3  # pixels a side that two convolutions of kernel 4 and padding 1 leave something of


class PatchDiscriminator(nn.Module):
    """Pictures to raw logits of their patches, (batch, patches)."""

    def __init__(self, *, event_shape: Sequence[int], width: int = 64, depth: int = 3) -> None:
        super().__init__()
        require_sizes(width=width, depth=depth)
        self.event_shape = image_shape_of(event_shape, least=1)
        least = _LEAST * 2**depth
        if min(self.event_shape[1:]) < least:
            raise InputError(
                f"a patch discriminator of depth {depth} needs pictures of {least} pixels a side or more, "
                f"and these have {min(self.event_shape[1:])}: use a smaller discriminator.depth"
            )
        widths = [width * min(2**i, _WIDEST) for i in range(depth + 1)]
        first = nn.Conv2d(self.event_shape[0], width, 4, 2, 1)
        blocks: list[nn.Module] = [first, nn.LeakyReLU(0.2)]
        for i in range(1, depth + 1):
            stride = 2 if i < depth else 1
            blocks += [nn.Conv2d(widths[i - 1], widths[i], 4, stride, 1, bias=False)]
            blocks += [nn.InstanceNorm2d(widths[i]), nn.LeakyReLU(0.2)]
        blocks += [nn.Conv2d(widths[-1], 1, 4, 1, 1)]
        self.body = nn.Sequential(*blocks)
        initialise(self)

    def forward(
        self,
        x: Float[Tensor, "batch channels height width"],
        label: Int64[Tensor, " batch"] | None = None,
        key: Key | None = None,
    ) -> Float[Tensor, "batch patches"]:
        """Return raw logits, one a patch.

        Args: x: pictures, shape (batch, channels, height, width). label, key: not looked at.
        Raises: InputError for a wrong event shape.
        """
        require_event(x, self.event_shape)
        return self.body(x).flatten(1)


def patch_side(depth: int) -> int:
    """Return how many pixels a side one logit sees.

    >>> [patch_side(depth) for depth in (1, 2, 3)]
    [16, 34, 70]
    """
    side = 1
    for stride in (1, 1, *(2,) * depth):  # from the logit inwards to the picture
        side = 4 + stride * (side - 1)
    return side

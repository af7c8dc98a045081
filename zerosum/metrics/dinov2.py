"""DINOv2's vision transformers: the network and its input, no weights.

    x = [class, patches of 14 x 14] + positions;   x += γ₁ attention(norm x);   x += γ₂ mlp(norm x)

for every block; the feature of a picture is the normalised class token. Modules have the names that the
published files have, so that such a file fits as it is (`metrics/weights.py` reads it). Positions were
learnt for 37 x 37 patches and are resized by cubic interpolation to the picture's.

Source: Oquab et al. 2023, arXiv:2304.07193; as features of a metric: Stein et al. 2023, arXiv:2306.04675.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from zerosum.errors import InputError

PATCH, LEARNT = 14, 37  # pixels of a patch's side; patches of a side when positions were learnt
SIDE = 224
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of the pictures it was trained on
SIZES = {
    "small": (384, 12, 6),
    "base": (768, 12, 12),
    "large": (1024, 24, 16),
}  # width, blocks, heads
_EPS = 1e-6
_OFFSET = 0.1  # added to a side before the scale of the interpolation is taken, as the published code does


class Attention(nn.Module):
    """softmax(q kᵀ / sqrt(width / heads)) v of every head, then a linear map."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x: Float[Tensor, "n t d"]) -> Float[Tensor, "n t d"]:
        """Return what every token takes from the others."""
        q, k, v = self.qkv(x).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.proj(mixed.transpose(1, 2).flatten(2))


class Perceptron(nn.Module):
    """Two layers with a GELU between, four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Float[Tensor, "n t d"]) -> Float[Tensor, "n t d"]:
        """Return each token's own part."""
        return self.fc2(F.gelu(self.fc1(x)))


class Scale(nn.Module):
    """A learnt factor for every number."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x: Float[Tensor, "n t d"]) -> Float[Tensor, "n t d"]:
        """Return γ x."""
        return self.gamma * x


class Block(nn.Module):
    """One layer of the transformer."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, _EPS), nn.LayerNorm(width, _EPS)
        self.attn, self.mlp = Attention(width, heads), Perceptron(width)
        self.ls1, self.ls2 = Scale(width), Scale(width)

    def forward(self, x: Float[Tensor, "n t d"]) -> Float[Tensor, "n t d"]:
        """Return the tokens after this layer."""
        x = x + self.ls1(self.attn(self.norm1(x)))
        return x + self.ls2(self.mlp(self.norm2(x)))


class DINOv2(nn.Module):
    """Pictures to the normalised class token.

    Args: size: "small", "base" or "large", with 384, 768 or 1024 features.
    """

    def __init__(self, size: str = "large") -> None:
        super().__init__()
        width, blocks, heads = SIZES[size]
        self.width = width
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.mask_token = nn.Parameter(
            torch.zeros(1, width)
        )  # in the files; plays in training only
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + LEARNT**2, width))
        self.patch_embed = nn.ModuleDict({"proj": nn.Conv2d(3, width, PATCH, PATCH)})
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(blocks))
        self.norm = nn.LayerNorm(width, _EPS)
        self.eval()

    def forward(self, x: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n d"]:
        """Return the features of pictures less `MEAN` over `STD` of [0, 1], sides multiples of 14.

        Raises:
            InputError: sides that patches do not fill.
        """
        rows, columns = x.shape[2] // PATCH, x.shape[3] // PATCH
        if (rows * PATCH, columns * PATCH) != tuple(x.shape[2:]) or not rows * columns:
            raise InputError(
                f"pictures of {x.shape[2]} x {x.shape[3]} pixels do not divide into patches of {PATCH}: "
                f"resize them to {SIDE}"
            )
        patches = self.patch_embed["proj"](x).flatten(2).transpose(1, 2)
        tokens = torch.cat((self.cls_token.expand(len(x), -1, -1), patches), dim=1)
        tokens = tokens + self._positions(rows, columns)
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens)[:, 0]

    def _positions(self, rows: int, columns: int) -> Float[Tensor, "1 t d"]:
        if rows == columns == LEARNT:
            return self.pos_embed
        first, square = self.pos_embed[:, :1], self.pos_embed[:, 1:]
        square = square.transpose(1, 2).unflatten(2, (LEARNT, LEARNT))
        scale = tuple((n + _OFFSET) / LEARNT for n in (rows, columns))
        resized = F.interpolate(square, scale_factor=scale, mode="bicubic", antialias=False)
        return torch.cat((first, resized.flatten(2).transpose(1, 2)), dim=1)

"""Feature extractors by name, as a person writes them: `randconv`, `pixels`, `inception=FILE`, `dinov2`.

A network's weights come from the file that is given, or from this machine's cache, or, if asked for, from
their publisher. Nothing is downloaded by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from zerosum.errors import InputError, unknown
from zerosum.metrics.features import Extractor, Pixels, RandConv
from zerosum.metrics.pretrained import dino_v2, inception_v3
from zerosum.records.download import download
from zerosum.records.reading import size_text
from zerosum.records.weights import read_weights

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Published:
    """A network's weights.

    Attributes:
        make: tensors, hash of their file -> extractor. url: the publisher's file.
        sha256: how its hash begins, as its name says; empty where none is published. size: bytes, about.
    """

    make: Callable[..., Extractor]
    url: str
    sha256: str
    size: int


_DINO = "https://dl.fbaipublicfiles.com/dinov2/dinov2_{0}14/dinov2_{0}14_pretrain.pth"
PUBLISHED = {
    "inception": Published(
        inception_v3,
        "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/"
        "pt_inception-2015-12-05-6726825d.pth",
        "6726825d",
        96_000_000,
    ),
    "dinov2": Published(dino_v2, _DINO.format("vitl"), "", 1_220_000_000),
    "dinov2-small": Published(dino_v2, _DINO.format("vits"), "", 89_000_000),
}
BUILT: Mapping[str, Callable[[Shape], Extractor]] = {"randconv": RandConv, "pixels": Pixels}
NAMES = (*BUILT, *PUBLISHED)


def extractor_named(
    text: str, shape: Shape, *, resize: str = "clean", ask: bool = False
) -> Extractor:
    """Return an extractor by name.

    Args:
        text: a name of `NAMES`, or NAME=FILE for one with published weights.
        shape: of an encoded picture, (channels, height, width).
        resize: of a network with published weights, `clean` or `tf1`.
        ask: whether weights that are not here may be downloaded.
    Raises:
        InputError: an unknown name, a file where none belongs, or weights that are nowhere.
    """
    name, given, file = text.partition("=")
    if name in BUILT and not given:
        return BUILT[name](shape)
    if name not in PUBLISHED:
        raise unknown("feature extractor", name, NAMES if not given else tuple(PUBLISHED))
    published = PUBLISHED[name]
    path = Path(file).expanduser() if given else _cached(name, published, ask)
    weights = read_weights(path)
    tensors: Mapping[str, Tensor] = weights.tensors
    return published.make(tensors, weights.sha256, resize=resize)


def cache_folder() -> Path:
    """Return where weights and features are kept: $ZEROSUM_CACHE, or zerosum in the user's cache folder."""
    own = os.environ.get("ZEROSUM_CACHE")
    if own:
        return Path(own)
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "zerosum"


def features_folder() -> Path:
    """Return where features of slow extractors are kept (`runs/remembering.py`)."""
    return cache_folder() / "features"


def _cached(name: str, published: Published, ask: bool) -> Path:
    target = cache_folder() / "weights" / published.url.rpartition("/")[2]
    if target.exists():
        return target
    if not ask:
        raise InputError(
            f"the weights of {name} are not on this machine: give {name}=FILE, or add --download to fetch "
            f"about {size_text(published.size)} from {published.url}"
        )
    return download(published.url, target, sha256=published.sha256, limit=2 * published.size)

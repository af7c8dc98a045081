"""Pictures: grids of images, scatters of points, and the PNG bytes that a page can hold.

Small images are enlarged by whole factors without smoothing, so that the pixels of an 8 x 8 digit
are seen as they are; large ones are averaged down for the page and never for `save_grid`.
"""

from __future__ import annotations

import base64
import io
import math
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8
from matplotlib.axes import Axes
from PIL import Image

from zerosum.errors import InputError
from zerosum.reports import figures, svg

Images = UInt8[np.ndarray, "n height width channels"]
Picture = UInt8[np.ndarray, "tall wide *channels"]

TILE = 64  # pixels: the side that small images are enlarged to, and large ones averaged down to
_CHANNELS = (1, 2, 3, 4)  # grey, grey and alpha, RGB, RGBA


def save_grid(
    images: np.ndarray, path: Path, *, columns: int | None = None, scale: int | None = None
) -> Path:
    """Write images as one PNG, row by row, with thin white gaps.

    Args:
        images: uint8, (n, H, W) or (n, H, W, C) with C = 1, 2, 3 or 4.
        path: the file to write.
        columns: images in a row; the square root of n, rounded up, when None.
        scale: whole factor each pixel is repeated by; None enlarges to about 64 x 64 pixels.

    Raises:
        InputError: not uint8, no image, or a shape that is no stack of images.
    """
    picture = assemble(images, columns=columns, scale=scale, fill=255)
    path.write_bytes(encode(picture))
    return path


def save_animation(images: np.ndarray, path: Path, *, seconds: float = 0.08) -> Path:
    """Write images as one GIF that shows them one after the other, for ever.

    Args:
        images: uint8, (n, H, W) or (n, H, W, C); small ones are enlarged by a whole factor.
        path: the file to write. seconds: that each is shown; a GIF counts hundredths.

    Raises:
        InputError: as in `save_grid`.
    """
    frames = [
        Image.fromarray(np.squeeze(assemble(one[None], columns=1, fill=255))) for one in images
    ]
    frames[0].save(
        path, format="GIF", save_all=True, append_images=frames[1:], duration=round(1000 * seconds),
        loop=0,
    )  # fmt: skip
    return path


def scatter_png(
    points: Float[np.ndarray, "n d"],
    path: Path,
    *,
    real: Float[np.ndarray, "m d"] | None = None,
    extent: figures.Extent | None = None,
) -> Path:
    """Write points as one PNG: a histogram where d = 1, else a scatter of the first two columns.

    Args:
        points: generated samples, (n, d) in the user's units.
        path: the file to write.
        real: real samples to lay under them and to take the frame from.
        extent: left, right, bottom, top; pass the same one to compare pictures (d >= 2 only).
    """
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or not points.size:
        raise InputError(f"points have shape {points.shape}; give an array of shape (n, d), n >= 1")
    base = points if real is None else np.asarray(real, dtype=np.float64)
    if points.shape[1] == 1:
        empty = np.empty(0)
        data = svg.png(
            lambda axes: figures.histogram(axes, empty if real is None else base, points, "value"),
            (3.4, 2.8),
        )
    else:
        where = extent or figures.frame(base[:, :2])
        data = svg.png(lambda axes: _overlay(axes, points, real, where))
    path.write_bytes(data)
    return path


def assemble(
    images: np.ndarray, *, columns: int | None = None, scale: int | None = None, fill: int = 255
) -> Picture:
    """Return images laid out in rows as one picture (H, W, C), gaps of 2 pixels holding `fill`."""
    images = stack(images)
    n, height, width, channels = images.shape
    times = scale or enlargement(height, width)
    images = images.repeat(times, axis=1).repeat(times, axis=2)
    across = max(1, min(n, columns or math.ceil(math.sqrt(n))))
    down = math.ceil(n / across)
    tall, wide = height * times + 2, width * times + 2
    canvas = np.full((down * tall, across * wide, channels), fill, dtype=np.uint8)
    for i, image in enumerate(images):
        top, left = i // across * tall, i % across * wide
        canvas[top : top + tall - 2, left : left + wide - 2] = image
    return canvas[:-2, :-2]


def stack(images: np.ndarray) -> Images:
    """Return uint8 images (n, H, W[, C]) as (n, H, W, C), or say why they cannot be drawn."""
    images = np.asarray(images)
    if images.dtype != np.uint8:
        raise InputError(f"images have dtype {images.dtype}; convert them to uint8 in 0 .. 255")
    if images.ndim == 3:
        images = images[..., None]
    if images.ndim != 4 or not images.size or images.shape[3] not in _CHANNELS:
        raise InputError(
            f"images have shape {images.shape}; give (n, H, W) or (n, H, W, C) with 1 to 4 channels"
        )
    return images


def enlargement(height: int, width: int) -> int:
    """Return the whole factor, 1 or more, that brings an image's area nearest to `TILE`²."""
    return max(1, round(TILE / math.sqrt(height * width)))


def fitted(images: np.ndarray, side: int = TILE) -> Images:
    """Return images averaged down to a longer side of at most `side`; smaller ones as they are."""
    images = stack(images)
    height, width = images.shape[1:3]
    factor = side / max(height, width)
    if factor >= 1:
        return images
    size = max(1, round(width * factor)), max(1, round(height * factor))
    small = [np.asarray(_image(image).resize(size, Image.Resampling.BOX)) for image in images]
    return np.stack(small).reshape(len(images), size[1], size[0], images.shape[3])


def with_alpha(images: np.ndarray) -> Images:
    """Return images with an opaque alpha channel, so that gaps can be the page's own colour."""
    images = stack(images)
    if images.shape[3] in (2, 4):
        return images
    return np.concatenate([images, np.full_like(images[..., :1], 255)], axis=3)


def encode(picture: Picture) -> bytes:
    """Return a picture (H, W) or (H, W, C) as PNG bytes, the same bytes for the same pixels."""
    data = io.BytesIO()
    _image(picture if picture.ndim == 3 else picture[..., None]).save(
        data, format="PNG", compress_level=9
    )
    return data.getvalue()


def data_uri(png: bytes) -> str:
    """Return PNG bytes as an address that holds the picture itself."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def preview(path: Path, side: int = 300) -> tuple[bytes, int, int]:
    """Return a PNG file re-encoded with its longer side at most `side`, and its width and height.

    Raises:
        OSError, ValueError: the file is no picture that Pillow reads, or is too large to be one.
    """
    try:
        with Image.open(path, formats=["PNG"]) as file:
            image = file.convert("RGBA" if "A" in file.getbands() else "RGB")
    except (Image.DecompressionBombError, SyntaxError) as error:  # Pillow's word for a broken PNG
        raise ValueError(str(error)) from error
    image.thumbnail((side, side), Image.Resampling.BOX)
    data = io.BytesIO()
    image.save(data, format="PNG", compress_level=9)
    return data.getvalue(), image.width, image.height


def _image(pixels: np.ndarray) -> Image.Image:
    channels = pixels.shape[2]
    flat = np.ascontiguousarray(pixels[..., 0] if channels == 1 else pixels)
    return Image.fromarray(flat)


def _overlay(
    axes: Axes, points: np.ndarray, real: np.ndarray | None, where: figures.Extent
) -> None:
    if real is not None:
        figures.scatter(axes, np.asarray(real)[:, :2], svg.REAL, where)
    figures.scatter(axes, points[:, :2], svg.FAKE, where)

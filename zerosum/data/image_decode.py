"""One picture file -> bytes of pixels, in 8 bits, upright, without surprises.

- refused from the header, before anything is decoded: more than 16 million pixels;
- orientation: EXIF's is applied, so that pictures lie as viewers show them;
- alpha: composited on white, unless 2 or 4 channels are asked for;
- 16 bits: divided by 257, so that 65535 becomes 255; 32-bit samples are refused: their white value
  is not stated;
- several frames: the first;
- other sizes: the largest centred part of the wanted proportions, resampled with Pillow's
  antialiased bicubic filter.
"""

from __future__ import annotations

import io
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps, UnidentifiedImageError

from zerosum.data.text import shown
from zerosum.errors import InputError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
PIXEL_LIMIT = 16_000_000
SMALLEST_SIDE = 4  # pixels
LONGEST_RATIO = 8  # of the longer side to the shorter one
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}

_GREY = ("1", "L", "LA", "La", "I", "F")
_ALPHA = ("LA", "La", "PA", "RGBA", "RGBa")
_ORIENTATION = 0x0112  # EXIF tag
_SIDEWAYS = (5, 6, 7, 8)  # its values that swap width and height


@dataclass(frozen=True)
class Header:
    """What a picture says before it is decoded: upright size in pixels, colour, alpha, frames."""

    height: int
    width: int
    colour: bool
    alpha: bool
    deep: bool
    animated: bool


def read_header(path: str | os.PathLike[str]) -> Header:
    """Return a picture's header; raise InputError with the reason when it cannot be used."""
    with _opened(path) as image:
        return header(image)


def read_pixels(
    path: str | os.PathLike[str], size: tuple[int, int], channels: int
) -> UInt8[np.ndarray, "height width channels"]:
    """Return a picture file's pixels as asked for; raise InputError with the reason otherwise."""
    with _opened(path) as image:
        header(image)
        return pixels(image, size, channels)


def decoded(content: bytes, formats: tuple[str, ...]) -> UInt8[np.ndarray, "height width channels"]:
    """Return the pixels of a picture file's bytes in its own size: 1 channel if grey, otherwise 3.

    Args:
        content: of the file. formats: Pillow's names of those that are taken.

    Raises:
        InputError: with the reason, when it cannot be used.
    """
    with _answered(formats), _identified(io.BytesIO(content), formats) as image:
        told = header(image)
        return pixels(image, (told.height, told.width), 3 if told.colour else 1)


def header(image: Image.Image) -> Header:
    """Return the header of an opened picture; raise InputError when its size is out of bounds."""
    width, height = image.size
    if width * height > PIXEL_LIMIT:
        raise InputError(
            f"{width:,} x {height:,} pixels, above the limit of {PIXEL_LIMIT:,}; not decoded"
        )
    shorter, longer = min(width, height), max(width, height)
    if shorter < SMALLEST_SIDE or longer > LONGEST_RATIO * shorter:
        raise InputError(
            f"{width:,} x {height:,} pixels: sides must be {SMALLEST_SIDE} or more, "
            f"and one at most {LONGEST_RATIO} times the other"
        )
    if _turned(image):
        width, height = height, width
    grey = image.mode in _GREY or image.mode.startswith("I;16")
    return Header(
        height=height,
        width=width,
        colour=not grey,
        alpha=_has_alpha(image),
        deep=image.mode.startswith("I"),
        animated=bool(getattr(image, "is_animated", False)),
    )


def pixels(
    image: Image.Image, size: tuple[int, int], channels: int
) -> UInt8[np.ndarray, "height width channels"]:
    """Return the pixels of an opened picture.

    Args:
        image: from Pillow, its header already accepted.
        size: (height, width) wanted.
        channels: 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA.
    """
    image.load()
    upright = _eight_bits(ImageOps.exif_transpose(image))
    flat = channels in (1, 3) and _has_alpha(upright)
    converted = (_on_white(upright) if flat else upright).convert(MODES[channels])
    height, width = size
    if converted.size != (width, height):
        converted = ImageOps.fit(converted, (width, height), Image.Resampling.BICUBIC)
    return np.asarray(converted, dtype=np.uint8).reshape(height, width, channels)


def _turned(image: Image.Image) -> bool:
    # asking a PNG without EXIF for it would decode the whole picture
    if "exif" not in image.info and image.format != "TIFF":
        return False
    return image.getexif().get(_ORIENTATION) in _SIDEWAYS


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in _ALPHA or "transparency" in image.info


def _on_white(image: Image.Image) -> Image.Image:
    picture = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    # older Pillow opens 16-bit PNG and PPM in mode "I", with the same 0..65535
    sixteen = image.mode.startswith("I;16") or (
        image.mode == "I" and image.format in ("PNG", "PPM")
    )
    if not sixteen and image.mode in ("I", "F"):
        raise InputError("32-bit samples, whose white value is not stated; save them as an .npy")
    if not sixteen:
        return image
    return Image.fromarray(np.rint(np.asarray(image) / 257).astype(np.uint8))


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[Image.Image]:
    with _answered(FORMATS), open(path, "rb") as file, _identified(file, FORMATS) as image:
        yield image


@contextmanager
def _answered(formats: tuple[str, ...]) -> Iterator[None]:
    """Turn every way in which reading a picture can fail into an InputError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # doubtful EXIF, and sizes that `header` refuses itself
            yield
    except InputError:
        raise
    except UnidentifiedImageError:
        raise InputError(f"not a picture in {', '.join(formats)}") from None
    except Image.DecompressionBombError as error:
        count = re.search(r"\((\d+) pixels", str(error))
        size = f"{int(count[1]):,} pixels" if count else "a size"
        raise InputError(f"{size}, above the limit of {PIXEL_LIMIT:,}; not decoded") from None
    except PermissionError:
        raise InputError("permission denied") from None
    # Pillow's readers answer damaged files with some ten kinds of exception, IndexError included
    except Exception as error:
        raise InputError(f"truncated or corrupt ({shown(error)[:80]})") from None


def _identified(file: BinaryIO, formats: tuple[str, ...]) -> Image.Image:
    """Open a picture by its content."""
    if file.seek(0, os.SEEK_END) == 0:
        raise InputError("empty file, 0 bytes")
    file.seek(0)
    return Image.open(file, formats=formats)

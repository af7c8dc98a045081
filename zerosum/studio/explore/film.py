"""Pictures one after the other as one file that a browser plays for ever."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from zerosum.reports.pictures import assemble, save_animation

FORMATS = ("gif", "webp", "png")


def encoded(
    images: UInt8[np.ndarray, "n height width channels"], format: str, milliseconds: int
) -> bytes:
    """Return an animated GIF (256 colours), WebP or PNG (every pixel as it is), small pictures enlarged.

    Args:
        images: at least one. format: one of `FORMATS`. milliseconds: that each is shown.
    """
    if format == "gif":  # as `zerosum interpolate` writes it
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "film.gif"
            return save_animation(images, path, seconds=milliseconds / 1000).read_bytes()
    pages = [
        Image.fromarray(np.squeeze(assemble(one[None], columns=1, fill=255))) for one in images
    ]
    content = io.BytesIO()
    pages[0].save(
        content, format=format.upper(), save_all=True, append_images=pages[1:],
        duration=milliseconds, loop=0, **({"lossless": True} if format == "webp" else {}),
    )  # fmt: skip
    return content.getvalue()

"""An uploaded picture as pixels, decoded by a process of its own within limits of memory and time."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from jaxtyping import UInt8

import zerosum
from zerosum.data.image_decode import PIXEL_LIMIT
from zerosum.errors import InputError
from zerosum.studio.bodies import MAX_FILE, Refused
from zerosum.studio.decoding import SECONDS

TYPES = ("image/png", "image/jpeg", "image/webp")
_NONE = b'{"error": "no decoder got through it within its limits of memory and time"}'
_LINE = 1 << 12  # bytes of a verdict


def read_picture(content: bytes) -> UInt8[np.ndarray, "height width channels"]:
    """Return a PNG, JPEG or WebP file's pixels, upright, on white, its first frame: 1 channel or 3.

    Args:
        content: of the file, as it was uploaded; its name and media type are not believed.

    Raises:
        Refused: 413, too large. InputError: no such picture, damaged, or beyond a limit.
    """
    if len(content) > MAX_FILE:
        raise Refused(413, f"more than {MAX_FILE:,} bytes were sent: send a smaller picture")
    with _child() as (given, told):
        with contextlib.suppress(BrokenPipeError):  # it ended early; what it said tells why
            given.write(content)
            given.close()
        line = told.readline(_LINE)
        verdict = json.loads(line if line.endswith(b"\n") else _NONE)
        if "error" in verdict:
            raise InputError(f"the picture cannot be used: {verdict['error']}")
        return _pixels(verdict["shape"], told)


def _pixels(shape: list[int], told: BinaryIO) -> np.ndarray:
    height, width, channels = shape
    if height * width > PIXEL_LIMIT or channels not in (1, 3):
        raise InputError("the picture cannot be used: its decoder tells of an impossible size")
    found = np.empty(shape, dtype=np.uint8)
    rest = found.data.cast("B")
    while len(rest):
        count = told.readinto(rest)  # type: ignore[attr-defined]
        if not count:
            raise InputError("the picture cannot be used: its decoder ended in the middle")
        rest = rest[count:]
    return found


@contextlib.contextmanager
def _child() -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Start a decoder; yield its stdin and stdout; after the time that it may take it is killed."""
    secret = {name for name in os.environ if name.startswith("ZEROSUM_")}
    kept = {name: value for name, value in os.environ.items() if name not in secret}
    here = str(Path(zerosum.__file__).resolve().parents[1])
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "zerosum.studio.decoding"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**kept, "PYTHONPATH": here, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    clock = threading.Timer(SECONDS, process.kill)
    clock.start()
    try:
        assert process.stdin is not None and process.stdout is not None
        yield process.stdin, process.stdout  # type: ignore[misc]
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):  # what was not written yet is not wanted
                pipe.close()  # type: ignore[union-attr]

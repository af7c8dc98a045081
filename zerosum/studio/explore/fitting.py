"""A visitor's picture made ready for a generator: its size, channels and units, and what was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps
from starlette.responses import Response

from zerosum import noise
from zerosum.data.codec import ImageCodec
from zerosum.data.image_decode import MODES
from zerosum.errors import InputError
from zerosum.runs.rows import Rows
from zerosum.studio import frames, pictures
from zerosum.studio.bounds import between, one_of, within
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore import real
from zerosum.studio.explore.models import Model
from zerosum.studio.shared import Shared

SOURCES = ("sample", "held-out")
MAX_NUMBER = 1_000_000
MAX_SAMPLE = 10_000  # all samples before it are made
_WORDS = {1: "grey", 2: "grey and transparency", 3: "colour", 4: "colour and transparency"}


@dataclass(frozen=True)
class Wanted:
    """Which picture to start from."""

    source: Annotated[str, "sample or held-out", one_of(SOURCES)] = SOURCES[0]
    number: Annotated[int, "which one, from 0", between(0, MAX_NUMBER)] = 0
    seed: Annotated[int, "of the samples, or of the order of rows", between(0, 2**31)] = 0


def endpoints(shared: Shared) -> list[Endpoint]:
    """Return what gives a picture to start from, and what takes a visitor's own."""

    def start(id: str, asked: Wanted) -> Response:
        model = shared.models.of(id)
        with shared.turns.take():
            pixels, told = started(model, asked)
        return _packed(pixels, [told])

    def own(id: str, content: bytes) -> Response:
        model = shared.models.of(id)
        codec_of(model)
        return _packed(*fitted(model, pictures.read_picture(content)))

    gives = "application/octet-stream"
    return [
        Endpoint("GET", "/api/explore/{id}/start", "A picture to start from, as a frame.", start,
                 query=Wanted, gives=gives),
        Endpoint("POST", "/api/explore/{id}/fitted", "A visitor's picture, made as the generator's are.",
                 own, uploads=pictures.TYPES, gives=gives),
    ]  # fmt: skip


def codec_of(model: Model) -> ImageCodec:
    """Return the codec of a generator of pictures.

    Raises:
        InputError: it makes numbers.
    """
    codec = model.generator.codec
    if not isinstance(codec, ImageCodec):
        raise InputError(
            "this generator makes numbers, and pictures are drawn here: use zerosum invert"
        )
    return codec


def fitted(
    model: Model, pixels: UInt8[np.ndarray, "height width channels"]
) -> tuple[UInt8[np.ndarray, "rows columns depth"], list[str]]:
    """Return a picture cropped to the centre, resized and converted for a generator, and what was done.

    As a folder of pictures is read for training: the largest centred part of the right shape, by bicubic
    interpolation.
    """
    channels, height, width = codec_of(model).event_shape
    done = []
    given = pixels.shape[2]
    image = Image.fromarray(pixels[..., 0] if given == 1 else pixels).convert(MODES[channels])
    if given != channels:
        done.append(f"{_WORDS[given]} was turned into {_WORDS[channels]}")
    if image.size != (width, height):
        cut = image.size[0] * height != image.size[1] * width
        done.append(
            f"{image.size[0]} × {image.size[1]} pixels were {'cropped to the centre and ' if cut else ''}"
            f"resized to {width} × {height}"
        )
        image = ImageOps.fit(image, (width, height), Image.Resampling.BICUBIC)
    found = np.asarray(image, dtype=np.uint8).reshape(height, width, channels)
    return found, done or [f"{width} × {height} pixels: taken as it is"]


def started(model: Model, asked: Wanted) -> tuple[UInt8[np.ndarray, "height width channels"], str]:
    """Return a sample or a held-out picture, and a word on which it is.

    Raises:
        InputError: no such row, or no rows at hand.
    """
    codec_of(model)
    if asked.source == "sample":
        within("number of a sample", asked.number, 0, MAX_SAMPLE)
        generator = model.generator
        classes = max(generator.sizes.classes, 1)
        rows = generator.sample(asked.number + 1, asked.seed)[-1:]
        name = _name(generator.classes, asked.number % classes)
        return real.as_array(model, rows)[0], f"sample {asked.number} of seed {asked.seed}{name}"
    held_out = _row(real.split_of(model)[1], asked)
    label = real.class_names(held_out)
    pixels = real.as_array(model, held_out.read())[0]
    return pixels, f"held-out row {asked.number}{f', class {label[0]}' if label else ''}"


def in_units(model: Model, pixels: UInt8[np.ndarray, "height width channels"]) -> np.ndarray:
    """Return a picture as one row (1, ...) in the generator's units, as `zerosum invert` reads a file."""
    codec = codec_of(model)
    eight_bits = ImageCodec(codec.event_shape, "nhwc", "|u1", 0.0, 255.0)
    return codec.decode(eight_bits.encode(pixels[None]))


def _row(rows: Rows, asked: Wanted) -> Rows:
    if asked.number >= len(rows):
        raise InputError(f"there are {len(rows)} held-out rows: give a number below that")
    place = asked.number
    if asked.seed:
        place = int(noise.permutation(noise.fold(asked.seed, "start"), len(rows))[place])
    return Rows(rows.source, rows.index[place : place + 1])


def _name(classes: tuple[str, ...], at: int) -> str:
    return f", class {classes[at]}" if classes else ""


def _packed(pixels: np.ndarray, done: list[str]) -> Response:
    return Response(
        frames.pack({"done": done}, {"pixels": pixels}), media_type="application/octet-stream"
    )

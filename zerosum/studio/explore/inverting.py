"""A search for the latent of a picture, as a page asks for it and as it is told of it while it goes on.

What is found is what `zerosum invert` finds of the same picture with the same numbers: the search is that of
`explore.inverting`, and whoever watches it changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
import torch

from zerosum.errors import InputError
from zerosum.explore.classes import Class
from zerosum.explore.inverting import Inverted, Search, invert, unit
from zerosum.explore.painting import STRESS, paint
from zerosum.latent.inversion import Effort, Moment
from zerosum.studio import bounds
from zerosum.studio.bounds import between
from zerosum.studio.explore import real
from zerosum.studio.explore.fitting import codec_of, in_units
from zerosum.studio.explore.models import Model

SECONDS = 120.0  # that a search may take
_DRAWN = 1024  # latents among which starts are chosen, as `zerosum invert` draws
Tell = Callable[[Mapping[str, Any], np.ndarray | None], None]


class Stopped(Exception):
    """Raised inside a search that is to end."""


@dataclass(frozen=True)
class Asked:
    """A search."""

    pixels: Annotated[str, "base64 of the picture's bytes, rows of pixels of channels"]
    known: Annotated[str, "base64 of a byte a pixel: 255 counts, 0 is free; empty: all count"] = ""
    painted: Annotated[str, "base64 of a byte a pixel: 255 was painted; empty: no projection"] = ""
    label: Annotated[str, "class; empty tries each"] = ""
    starts: Annotated[int, "latents to start from", between(1, 32)] = 8
    steps: Annotated[int, "of Adam, every start", between(0, 1000)] = 200
    polish: Annotated[int, "of L-BFGS, the best", between(0, 3000)] = 600
    prior: Annotated[float, "keeps latents where they lie", between(0, 10)] = 0.0
    stress: Annotated[float, "how much more a painted pixel counts", between(1, 1000)] = STRESS
    control: Annotated[int, "own samples that are searched for as well", between(1, 32)] = 16
    seed: Annotated[int, "of the starts", between(0, 2**31)] = 0


def read(values: object) -> Asked:
    """Return what a page asks for.

    Raises:
        InputError: an unknown key or a number outside its bounds.
    """
    if not isinstance(values, Mapping):
        raise InputError("a search is a mapping: give pixels and what to change of the rest")
    found: Asked = bounds.read(values, Asked)
    if found.known and found.painted:
        raise InputError("pixels are either free or painted: give known or painted, not both")
    return found


@dataclass
class Watched:
    """Tells of a search now and then, and ends it when it is told to or takes too long.

    Args: model: whose latents. tell: given a header and a picture. wanted: whether to tell now.
        stopped: whether to end.
    """

    model: Model
    tell: Tell
    wanted: Callable[[], bool]
    stopped: Callable[[], bool]
    begun: float = field(default_factory=time.monotonic)
    best: tuple[float, torch.Tensor, Class] | None = None

    def __call__(self, of: str, label: Class, moment: Moment) -> None:
        """Note a moment.

        Raises:
            Stopped: the visitor has gone or has had enough. InputError: time is up.
        """
        if self.stopped():
            raise Stopped
        if time.monotonic() - self.begun > SECONDS:
            raise InputError(
                f"the search was ended after {SECONDS:.0f} s: ask for fewer starts or steps, or one class"
            )
        value = moment.value.double()
        if of == "rows":
            at = int(value[0].nan_to_num(torch.inf).argmin())
            if self.best is None or float(value[0, at]) < self.best[0]:
                self.best = float(value[0, at]), moment.latents[0, at].clone(), label
        if self.wanted() or moment.step == moment.steps:
            self._tell(of, label, moment)

    def _tell(self, of: str, label: Class, moment: Moment) -> None:
        scale = unit(self.model.generator.codec)
        errors = scale * moment.value.double().clamp(min=0).sqrt()
        header = {
            "of": of, "label": None if label is None else str(label), "stage": moment.stage,
            "step": moment.step, "steps": moment.steps,
            "errors": errors[0].tolist() if of == "rows" else errors.min(dim=1).values.tolist(),
            "best": None if self.best is None else scale * self.best[0] ** 0.5,
        }  # fmt: skip
        self.tell(header, None if self.best is None else made(self.model, *self.best[1:]))


def search(
    model: Model, asked: Asked, watched: Watched | None = None
) -> tuple[Inverted, dict[str, Any]]:
    """Return what is found, and of a projection how much is left where painted and elsewhere.

    Raises:
        InputError: a picture or mask of another size, a class that is none. Stopped: by `watched`.
    """
    height, width, channels = _size(model)
    row = in_units(model, _bytes("pixels", asked.pixels, (height, width, channels)))
    effort = Effort(asked.starts, asked.steps, asked.polish, max(_DRAWN, asked.starts))
    how = Search("search", effort, asked.prior, None, asked.seed, watched)
    label = asked.label or None
    if asked.painted:
        where = _bytes("painted", asked.painted, (height, width)) / 255.0
        # with the control of `paint`: as many own samples as `zerosum invert --paint` looks for
        projected = paint(
            model.generator, row, where=where, stress=asked.stress, labels=label, search=how
        )
        left = {"painted": float(projected.painted[0]), "elsewhere": float(projected.elsewhere[0])}
        return projected.found, left
    mask = _bytes("known", asked.known, (height, width)) / 255.0 if asked.known else None
    if mask is not None and not mask.any():
        raise InputError("every pixel is free, so that nothing is looked for: leave some known")
    found = invert(model.generator, row, mask=mask, labels=label, search=how, control=asked.control)
    return found, {}


def made(model: Model, latent: torch.Tensor, label: Class) -> np.ndarray:
    """Return the picture of one latent (latent,), as a page shows it."""
    generator = model.generator
    labels = None if label is None else generator.labels(1, label)
    rows = generator.codec.decode(generator.encoded(latent[None].float().cpu(), labels))
    return real.as_array(model, rows)[0]


def told(found: Inverted, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was found as a page reads it."""
    control = found.control
    return {
        "rms": float(found.error[0]), "relative": float(found.relative[0]),
        "errors": found.errors[0].tolist(), "spread": float(found.spread[0]),
        "label": found.labels[0] if found.labels else None, "latents": found.latents[0].tolist(),
        "control": {
            "relative": control.relative.tolist(), "found": control.found.value, "n": control.found.n,
            "low": control.found.low, "high": control.found.high, "failed": control.failed,
            "text": str(control),
        },
        **more,
    }  # fmt: skip


def _size(model: Model) -> tuple[int, int, int]:
    channels, height, width = codec_of(model).event_shape
    return height, width, channels


def _bytes(name: str, text: str, shape: tuple[int, ...]) -> np.ndarray:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InputError(f"{name} is not base64") from None
    if len(raw) != int(np.prod(shape)):
        raise InputError(f"{name} holds {len(raw)} bytes, but {int(np.prod(shape))} are needed")
    return np.frombuffer(raw, dtype=np.uint8).reshape(shape)

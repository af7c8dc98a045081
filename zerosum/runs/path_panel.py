"""How fast a generator's rows change from latent to latent: the perceptual path length as a measurement."""

from __future__ import annotations

from zerosum import noise
from zerosum.explore.generating import generating
from zerosum.generator import Generator
from zerosum.metrics.evidence import Measurement
from zerosum.metrics.features import RandConv
from zerosum.metrics.path_length import PathLength, path_length

_PAIRS = 256


def walked(generator: Generator, seed: int = 0) -> PathLength:
    """Return path lengths between pairs of latents; not of a mixture, whose latents have jumps.

    Pictures are compared in randconv-v1, numbers in standard deviations of their columns. A conditional
    generator makes its first class.
    """
    ends = generator.latents(2 * _PAIRS, noise.fold(seed, "path"))
    event = generator.codec.event_shape
    features = RandConv((event[0], event[1], event[2])) if len(event) == 3 else None
    return path_length(
        generating(generator, first_class(generator)),
        ends[:_PAIRS],
        ends[_PAIRS:],
        interpolation="slerp" if ends.shape[1] > 1 else "lerp",
        features=features,
        key=seed,
    )


def first_class(generator: Generator) -> int | str | None:
    """Return the first class, None of an unconditional generator."""
    if not generator.sizes.classes:
        return None
    return generator.classes[0] if generator.classes else 0


def path_panel(generator: Generator, found: PathLength) -> Measurement:
    """Return the mean path length, which has no reference: real rows have no latents."""
    pictures = len(generator.codec.event_shape) == 3
    label = first_class(generator)
    one = "" if label is None else f" | class {label}"
    return Measurement(
        name="path length",
        value=found.value,
        error=found.error,
        reference=None,
        label=(
            f"path[{'randconv-v1' if pictures else 'standardised columns'} | {found.interpolation}, step "
            f"{found.epsilon:g}, {found.pairs} pairs{one}]"
        ),
        better="lower",
        note=f"path length: {100 * found.unmoved:.3g} % of pairs did not move at all; median "
        f"{sorted(found.lengths)[found.pairs // 2]:.4g}",
    )

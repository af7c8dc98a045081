"""The likelihood of held-out rows under a generator: bracketed by annealing, and as windows would have it.

    log p_σ(x) = log ∫ N(z; 0, I) N(x; G(z), σ² I) dz

in the generator's units: pictures from -1 to 1, numbers in standard deviations of their columns. A generator
has no density of its own: σ is part of the question, and numbers of different σ do not compare. The error
over rows does not hold the error of annealing, which the gap bounds; both stand in the note.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from zerosum import noise
from zerosum.errors import InputError
from zerosum.explore.generating import generating
from zerosum.generator import Generator
from zerosum.metrics import parzen
from zerosum.metrics.ais import annealed_likelihood
from zerosum.metrics.evidence import Evidence, Measurement
from zerosum.runs.path_panel import first_class
from zerosum.runs.rows import Rows

SIGMA = 0.2
_ROWS, _WINDOWS = 16, 2000  # rows that are annealed; generated rows that carry windows
_LATENT = 64  # beyond, chains of a bearable length leave a gap that says nothing
_SURE = 2.0  # a gap of so many nats for each latent blanks the number


def with_likelihood(
    evidence: Evidence, generator: Generator, held_out: Rows, sigma: float = SIGMA, seed: int = 0
) -> Evidence:
    """Return the evidence with two likelihoods added.

    Args:
        evidence: of the generator. held_out: rows it was never trained on. sigma: of the noise.
        seed: of rows, chains and windows.

    Raises:
        InputError: a sigma that is not positive, more than 64 latents, a mixture, or fewer than 8 rows.
    """
    check_likelihood(generator, sigma)
    key = noise.fold(seed, "likelihood")
    label = first_class(generator)
    rows = _of_class(generator, held_out, label).some(4 * _ROWS, noise.fold(key, "rows"))
    if len(rows) < 8:
        raise InputError(f"{len(rows)} held-out rows are too few for a likelihood: give at least 8")
    x = generator.codec.encode(rows.read()).flatten(1).double().numpy()
    one = "" if label is None else f" | class {label}"
    unit = f"sigma {sigma:g} in encoded units{one}"
    more = (
        _annealed(generator, x[:_ROWS], sigma, unit, key),
        _windows(generator, x, unit.partition(" | ")[2], key),
    )
    return replace(evidence, measurements=(*evidence.measurements, *more))


def check_likelihood(generator: Generator, sigma: float) -> None:
    """Refuse a sigma or a generator without such a likelihood, before anything is computed."""
    if not 0.0 < sigma < np.inf:
        raise InputError(f"sigma is {sigma}: noise has a positive standard deviation, such as 0.2")
    if generator.shares or generator.sizes.latent > _LATENT:
        what = "is a mixture" if generator.shares else f"has {generator.sizes.latent} latents"
        raise InputError(
            f"this generator {what}, and annealing brackets a likelihood of one network with at most "
            f"{_LATENT}: leave --likelihood out"
        )


def _of_class(generator: Generator, rows: Rows, label: str | int | None) -> Rows:
    labels = rows.labels()
    if label is None or labels is None or generator.classes != rows.source.classes:
        return rows
    return Rows(rows.source, rows.index[labels == generator.classes.index(str(label))])


def _annealed(
    generator: Generator, x: np.ndarray, sigma: float, unit: str, key: int
) -> Measurement:
    label, d = first_class(generator), x.shape[1]
    found = annealed_likelihood(
        generating(generator, label), x, sigma=sigma, latent=generator.sizes.latent, key=key
    )
    measured = Measurement(
        name="log-likelihood",
        value=found.value / d,
        error=found.error / d,
        reference=None,
        label=f"AIS[nats a number | {unit} | {len(x)} held-out rows, lower bound]",
        better="higher",
        note=(
            f"log-likelihood: {found.value:.4g} nats a row; the bracket on the generator's own rows is "
            f"{found.gap:.3g} ± {found.gap_error:.2g} nats wide (widest {found.worst_gap:.3g}), which bounds "
            f"the error of annealing; moves accepted {100 * found.acceptance:.0f} %"
        ),
    )
    if found.gap > _SURE * generator.sizes.latent:
        return measured.blank(
            f"the bracket on the generator's own rows is {found.gap:.3g} nats wide"
        )
    return measured


def _windows(generator: Generator, x: np.ndarray, one: str, key: int) -> Measurement:
    fake = generator.encoded(
        generator.latents(_WINDOWS, noise.fold(key, "windows")),
        generator.labels(_WINDOWS, first_class(generator)),
    )
    half = len(x) // 2
    found = parzen.parzen_likelihood(x[:half], fake.flatten(1).double().numpy(), x[half:])
    edge = "; no width fits: the best is the first or last tried" if found.at_edge else ""
    return Measurement(
        name="Parzen log-likelihood",
        value=found.value / x.shape[1],
        error=found.error / x.shape[1],
        reference=None,
        label=f"Parzen[nats a number | {_WINDOWS} windows, width of {half} other rows{one and ' | ' + one}]",
        better="higher",
        note=f"{parzen.LABEL}; width {found.sigma:.3g}{edge}",
    )

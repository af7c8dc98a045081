"""What a game of two domains leaves: both translators, the evidence about them, pictures of them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from zerosum import noise
from zerosum.data.source import Source
from zerosum.errors import InputError
from zerosum.metrics.evaluate import evaluate, headline
from zerosum.metrics.evidence import Evidence, Measurement
from zerosum.metrics.features import Extractor, extract
from zerosum.metrics.frechet import between_gaussians, moments
from zerosum.reports.pictures import save_grid, scatter_png
from zerosum.runs.domains import Domain
from zerosum.runs.gallery import write_gallery
from zerosum.runs.job import Job
from zerosum.runs.quick import seen_through
from zerosum.runs.rows import Rows
from zerosum.runs.saving import display
from zerosum.training.recorder import Evaluate, Found
from zerosum.training.state import TrainState
from zerosum.translator import Translator

_MOST, _JUDGED = 2000, 500  # rows of the evidence, of a checkpoint's judgement
_SHOWN, _PREVIEWED = 12, 6  # columns of the report's pictures, of a preview
_NAMES = ("there", "back")


def translators(job: Job, pair: nn.Module | None = None) -> tuple[Translator, Translator]:
    """Return both translators as they stand: first to second domain, and back.

    Args: pair: the network of both; None: the average of the one in training.
    """
    first, second = sides(job)
    pair = job.state.averages["generator"] if pair is None else pair
    there, back = (pair.get_submodule(name) for name in _NAMES)
    return (_translator(job, there, first, second), _translator(job, back, second, first))


def sides(job: Job) -> tuple[Domain, Domain]:
    """Return both domains alike."""
    if job.other is None:
        raise InputError(
            "this training has one domain, so it translates nothing: use recipe cyclegan"
        )
    return Domain(job.source, job.trained, job.held_out, job.feed), job.other


def _translator(job: Job, network: nn.Module, first: Domain, second: Domain) -> Translator:
    provenance = {
        "from": first.source.name,
        "to": second.source.name,
        "rows trained on": [len(first.trained), len(second.trained)],
        "recipe": job.config.recipe,
        "system": job.config.game.system,
        "objective": job.config.game.objective,
        "steps": job.state.step,
        "seed": job.config.seed,
    }
    codecs = first.source.codec, second.source.codec
    return Translator(network, job.config.generator, *codecs, provenance)


def judge_translators(job: Job, seed: int = 0) -> Evidence:
    """Return the evidence about both translators, on rows they were never trained on.

    Each direction is judged as a generator of the domain it leads to is, beside real rows of that domain.
    The first of its numbers is taken of untranslated rows too: what leaving everything as it is would get.

    Raises:
        InputError: too few rows.
    """
    key = noise.fold(seed, "translations")
    there, back = translators(job)
    first, second = sides(job)
    found = [
        *_direction("there", there, first, second, key),
        *_direction("back", back, second, first, key),
        _cycle("cycle error there", there, back, first, key),
        _cycle("cycle error back", back, there, second, key),
    ]
    rows = [len(side.held_out) for side in (first, second)]
    return Evidence(tuple(found), {"kind": first.source.kind, "held_out": rows})


def _direction(
    name: str, translator: Translator, first: Domain, second: Domain, key: int
) -> list[Measurement]:
    source, rows = second.source, _held_out(first, key).read()

    given: dict[str, Any] = {
        "kind": source.kind,
        "held_out": _held_out(second, key).read(),
        "train": Rows(source, second.trained).some(_MOST, noise.fold(key, "train")).read(),
        "encode": source.codec.encode,
        "key": key,
    }
    as_they_are = source.codec.decode(first.source.codec.encode(rows))
    untouched = headline(fake=as_they_are, **given)
    note = f"{untouched.name} of untranslated rows: what leaving all as it is would get"
    base = replace(untouched, name=f"{untouched.name} {name}, untranslated", note=note)
    made = [
        replace(m, name=f"{m.name} {name}")
        for m in evaluate(fake=translator.translate(rows), **given).measurements
    ]
    return [made[0], base, *made[1:]]


def _cycle(name: str, there: Translator, back: Translator, domain: Domain, key: int) -> Measurement:
    rows = domain.source.codec.encode(_held_out(domain, key).read())
    apart = (back.encoded(there.encoded(rows)) - rows).abs().flatten(1).mean(1).numpy()
    error = float(apart.std(ddof=1) / math.sqrt(len(apart))) if len(apart) > 1 else None
    what = "pixel values in [-1, 1]" if domain.source.kind == "image" else "standard deviations"
    label = (
        f"cycle[mean |back(there(x)) - x|, {what} | held-out {len(apart)} of {domain.source.name}]"
    )
    return Measurement(name, float(apart.mean()), error, None, label, "lower")


def _held_out(domain: Domain, key: int) -> Rows:
    return Rows(domain.source, domain.held_out).some(_MOST, noise.fold(key, "held-out"))


def evaluator(job: Job) -> Evaluate:
    """Return what judges both translators during training: plug-in Fréchet distances, and their sum.

    A translator makes rows of rows, so that generated rows paired with held-out ones, and what real rows get
    instead, say less here: distances are of training rows, without an error.
    """
    see = seen_through(job.source.event_shape)
    encoded = [_encoded(side, _some(side.trained, _JUDGED)) for side in sides(job)]

    def found(state: TrainState) -> Found | None:
        there, back = translators(job)
        a, b = encoded
        ways = {
            "FD there": _distance(see, there.encoded(a), b),
            "FD back": _distance(see, back.encoded(b), a),
        }
        both = sum(ways.values())
        if not math.isfinite(both):
            return None
        measures = {name: {"value": value} for name, value in (ways | {"FD both": both}).items()}
        return Found(both, event={"measures": measures, "signals": {}})

    return found


def _distance(see: Extractor, fake: Tensor, real: Tensor) -> float:
    if not bool(fake.isfinite().all()):
        return math.inf
    x, y = (moments(extract(see, rows)) for rows in (fake, real))
    return between_gaussians(x.mean, x.covariance, y.mean, y.covariance)


def _some(index: np.ndarray, n: int) -> np.ndarray:
    return index[:: max(1, math.ceil(len(index) / n))]


def _encoded(side: Domain, index: np.ndarray) -> Tensor:
    return side.source.codec.encode(np.asarray(side.source.rows[index]))


def draw_gallery(path: Path, job: Job) -> Path:
    """Write the arrays of the report's pictures."""
    return write_gallery(path, gallery(job))


def gallery(job: Job) -> dict[str, np.ndarray]:
    """Return held-out rows, their translations, and these translated back.

    `real` and `fake` are rows of the second domain and translations into it; `there` and `back` have shape
    (3, n, ...): rows, translations, round trips.
    """
    there, back = translators(job)
    a, b = (_encoded(side, _some(side.held_out, 64)[:64]) for side in sides(job))
    triples = {"there": (there, back, a[:_SHOWN]), "back": (back, there, b[:_SHOWN])}
    first, second = sides(job)
    shown = {
        "real": _shown(second.source, b),
        "fake": _shown(second.source, there.encoded(a)),
    }
    for name, (go, come, x) in triples.items():
        y = go.encoded(x)
        ends = (first.source, second.source, first.source)
        ends = ends if name == "there" else (second.source, first.source, second.source)
        rows = [_shown(s, v) for s, v in zip(ends, (x, y, come.encoded(y)), strict=True)]
        shown[name] = np.stack(rows)
    return shown


def _shown(source: Source, encoded: Tensor) -> np.ndarray:
    if source.kind == "image":
        return display(encoded)
    return np.asarray(source.codec.decode(encoded), dtype=np.float64)


def preview(job: Job, path: Path, pair: nn.Module | None = None) -> None:
    """Draw some training rows of the first domain, their translations, and these translated back.

    Args: pair: as for `translators`.
    """
    there, back = translators(job, pair)
    first, second = sides(job)
    picture = first.source.kind == "image"
    n = _PREVIEWED if picture else _JUDGED
    rows = _encoded(first, _some(first.trained, n)[:n])
    made = there.encoded(rows)
    if picture:
        grid = torch.cat((rows, made, back.encoded(made)))
        save_grid(display(grid), path, columns=len(rows))
        return
    points = second.source.codec.decode(made).astype("f8")
    real = np.asarray(second.source.rows[_some(second.trained, _JUDGED)]).astype("f8")
    scatter_png(points, path, real=real)

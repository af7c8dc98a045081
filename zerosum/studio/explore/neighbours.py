"""Training rows nearest to samples, as `zerosum neighbours` finds them, and how usual such distances are.

A distance says nothing alone: beside it stand those of held-out rows, which cannot have been copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from starlette.responses import Response

from zerosum.explore.judging import judge_of
from zerosum.explore.nearing import Features, Near, neighbours
from zerosum.runs.rows import Rows
from zerosum.studio import frames
from zerosum.studio.bounds import between, one_of
from zerosum.studio.endpoint import Endpoint
from zerosum.studio.explore import real
from zerosum.studio.explore.models import Model
from zerosum.studio.shared import Shared

MAX_SAMPLES, MAX_NEAREST = 64, 12
SPACES = ("rows", "classifier")
_SUSPECT = 0.01  # a sample nearer than all but this share of held-out rows is suspected
_TAUGHT = 20_000  # rows that teach the classifier


@dataclass(frozen=True)
class Asked:
    """Whose neighbours are wanted."""

    n: Annotated[int, "samples", between(1, MAX_SAMPLES)] = 24
    k: Annotated[int, "nearest rows of each", between(1, MAX_NEAREST)] = 5
    by: Annotated[str, "rows, or classifier: in its hidden layer", one_of(SPACES)] = "rows"
    label: Annotated[str, "class of a conditional generator; empty takes all in turn"] = ""
    seed: Annotated[int, "of the samples and the classifier", between(0, 2**31)] = 0


def endpoint(shared: Shared) -> Endpoint:
    """Return the endpoint that finds neighbours."""

    def answer(id: str, asked: Asked) -> Response:
        model = shared.models.of(id)
        with shared.turns.take():
            return _packed(model, asked)

    return Endpoint(
        "GET", "/api/explore/{id}/neighbours", "Training rows nearest to samples, as a frame.",
        answer, query=Asked, gives="application/octet-stream",
    )  # fmt: skip


def near(model: Model, asked: Asked) -> Near:
    """Return samples and their nearest training rows.

    Raises:
        InputError: no real rows at hand, too few of them, or a classifier that nothing can teach.
    """
    train, held_out = (real.some_of(rows, asked.seed) for rows in real.split_of(model))
    features = _features(model, train, asked.seed) if asked.by == "classifier" else None
    return neighbours(
        model.generator, train.read(), held_out.read(), n=asked.n, k=asked.k, features=features,
        label=asked.label or None, seed=asked.seed,
    )  # fmt: skip


def meaning(found: Near, by: str) -> list[str]:
    """Return for each sample what its distance means, a sentence each."""
    where = "" if by == "rows" else " in the classifier's features"
    m = len(found.reference)
    told = []
    for share in found.nearer:
        as_near = round(share * m)
        usual = f"{as_near} of {m} held-out rows lie as near to a training row{where}"
        if m < 1 / _SUSPECT:
            told.append(f"{usual}: too few rows to tell what is unusual.")
        elif share < _SUSPECT:
            told.append(f"{usual}: unusually near. Look whether it is a copy.")
        elif share > 1 - _SUSPECT:
            told.append(f"{usual}: it is farther from the training rows than real ones are.")
        else:
            told.append(f"{usual}: as real rows do, so nothing here says that it was copied.")
    return told


def _packed(model: Model, asked: Asked) -> Response:
    found = near(model, asked)
    train, held_out = real.split_of(model)
    used = [len(real.some_of(rows, asked.seed)) for rows in (train, held_out)]
    names = real.class_names(train)
    index = found.index if len(train) == used[0] else None
    header = {
        "by": asked.by,
        "unit": _unit(model, asked.by),
        "trained": len(train), "held_out": len(held_out), "looked_at": used,
        "distances": found.distances.tolist(), "nearer": found.nearer.tolist(),
        "meaning": meaning(found, asked.by),
        "index": None if index is None else index.tolist(),
        "classes": None if index is None or not names else [[names[j] for j in row] for row in index],
        "columns": list(getattr(model.generator.codec, "columns", ())),
    }  # fmt: skip
    arrays = {
        "samples": real.as_array(model, found.samples),
        "rows": real.as_array(model, found.rows.reshape(-1, *found.rows.shape[2:])),
        "reference": found.reference,
    }
    return Response(frames.pack(header, arrays), media_type="application/octet-stream")


def _features(model: Model, train: Rows, seed: int) -> Features:
    taught = train.some(_TAUGHT, seed) if len(train) > _TAUGHT else train
    rows, names = taught.read(), real.class_names(taught)

    def made() -> Features:
        return judge_of(model.generator, rows, names, seed=seed).classifier

    found: Features = model.part(("judge", seed), made)
    return found


def _unit(model: Model, by: str) -> str:
    if by == "classifier":
        return "root mean square difference of the classifier's features"
    if model.kind == "picture":
        return "root mean square difference of pixels, as a share of the range from black to white"
    return "root mean square difference of columns, in standard deviations"

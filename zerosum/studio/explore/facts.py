"""What a page must know of a generator before it shows it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from zerosum.data.codec import NumericCodec
from zerosum.errors import InputError
from zerosum.generator import Generator, find_artefact
from zerosum.records.artefact import CONFIG, MAX_CONFIG
from zerosum.records.text import read_json
from zerosum.studio.explore.axes import why_no_labels
from zerosum.studio.explore.classes import why_not
from zerosum.studio.explore.models import Model, Models
from zerosum.studio.index import Entry

MAX_LISTED = 500
_TOLD = ("recipe", "objective", "system", "steps", "seed", "rows trained on", "method")


def describe(model: Model) -> dict[str, Any]:
    """Return what a generator makes, of what, and how it was trained.

    kind: "picture", "points" or "table". shape: (height, width, channels) of a picture, else (columns,).
    classes: names, () when unconditional. columns: of numbers, with mean and std of the training rows.
    """
    generator = model.generator
    return {
        "id": model.entry.id,
        "name": model.entry.name,
        "run": model.entry.kind == "run",
        "kind": model.kind,
        "shape": _shape(generator),
        "latent": generator.sizes.latent,
        "classes": list(generator.classes) or [str(i) for i in range(generator.sizes.classes)],
        "components": len(generator.shares),
        "columns": _columns(generator),
        "unlabelled": why_no_labels(model),
        "unmixed": why_not(generator),
        "network": generator.config.name,
        "data": PurePath(str(generator.provenance.get("data", ""))).name,
        "trained": {k: v for k, v in generator.provenance.items() if k in _TOLD},
    }


def listed(models: Models) -> list[dict[str, Any]]:
    """Return what there is to explore: each with a word on it, or why it cannot be."""
    return [_line(entry) for entry in models.entries()[:MAX_LISTED]]


def _line(entry: Entry) -> dict[str, Any]:
    line: dict[str, Any] = {"id": entry.id, "name": entry.name, "kind": None, "why": None}
    try:
        config = read_json(find_artefact(entry.path) / CONFIG, limit=MAX_CONFIG)["config"]
        if "translator" in config:
            return line | {"why": "a translator, which makes rows of rows and not of noise"}
        shape = [int(v) for v in config["event_shape"]]
        kind = "picture" if len(shape) == 3 else "points" if shape == [2] else "table"
        classes, told = int(config["number_of_classes"]), dict(config["provenance"])
        data = PurePath(str(told.get("data", ""))).name
        found = {"kind": kind, "shape": shape, "classes": classes, "latent": int(config["latent"])}
        return line | found | {"data": data, "recipe": str(told.get("recipe", ""))}
    except (InputError, OSError, KeyError, TypeError, ValueError):
        return line | {"why": "no trained generator yet"}


def _shape(generator: Generator) -> list[int]:
    event = generator.sizes.event
    return [event[1], event[2], event[0]] if len(event) == 3 else list(event)


def _columns(generator: Generator) -> list[dict[str, Any]]:
    codec = generator.codec
    if not isinstance(codec, NumericCodec):
        return []
    facts = zip(codec.columns, codec.mean, codec.std, codec.constant, strict=True)
    return [{"name": n, "mean": m, "std": s, "constant": c} for n, m, s, c in facts]

"""Generators of each kind, by name: points, a table, pictures with and without a class, a mixture.

They are not trained and have no evidence, which takes long and changes nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tiny_runs import settings as tiny
from tests.tiny_runs import small_pictures
from zerosum.generator import Generator, find_artefact, load_generator, mixed
from zerosum.runs import session
from zerosum.runs.job import prepare
from zerosum.studio import frames
from zerosum.studio.index import Index
from zerosum.studio.shared import Shared


@pytest.fixture(scope="session")
def root(tmp_path_factory) -> Path:
    """A folder of runs and of one artefact alone."""
    folder = tmp_path_factory.mktemp("explore")
    runs = folder / "runs"
    labels = np.array(["cat", "dog"])[np.arange(120) % 2]
    np.savez(folder / "pets.npz", x=small_pictures(), y=labels)
    named = {"labels": "y"}
    table = np.arange(360.0).reshape(120, 3) % np.array([7.0, 11.0, 13.0])
    np.save(folder / "table.npy", table)
    runs.mkdir()
    _begun(runs, "ring", "ring")
    _begun(runs, "table", folder / "table.npy")
    _begun(runs, "told", folder / "pets.npz", data=named, conditional=True)
    _begun(runs, "pets", folder / "pets.npz", data=named, conditional=False)
    one = load_generator(runs / "pets" / "model")
    mixed([one, one], [0.5, 0.5]).save(runs / "mixture")
    (runs / "unfinished").mkdir()
    (runs / "unfinished" / "config.yaml").write_text("seed: 0\n")
    return runs


def _begun(runs: Path, name: str, data: str | Path, /, **over: Any) -> None:
    """Make a run folder with the generator as it was before the first step."""
    spec = {"spec": str(data)}
    job = prepare(str(data), settings=tiny(**{**over, "data": {**spec, **over.get("data", {})}}))
    work = session.begin(job, runs, name)
    job.generator().save(work.run / "model")


@pytest.fixture
def generator(root) -> Callable[[str], Generator]:
    """Return a function that loads a generator by its name, without the studio."""
    return lambda name: load_generator(find_artefact(root / name))


@pytest.fixture
def ids(studio) -> dict[str, str]:
    """Name -> number of all that is listed."""
    return {m["name"]: m["id"] for m in studio.get("/api/explore").json()["models"]}


@pytest.fixture
def made(studio, ids) -> Callable[..., Any]:
    """Return a function that asks for a frame of a named generator: (header, arrays), or the refusal."""

    def ask(name: str, what: str, **body: Any) -> Any:
        answer = studio.post(
            f"/api/explore/{ids[name]}/{what}", content=json.dumps(body), headers=JSON
        )
        if answer.status_code != 200:
            return answer.status_code, answer.json()["error"]
        return frames.unpack(answer.content)

    return ask


@pytest.fixture
def shared(settings) -> Shared:
    """What the studio's routes share."""
    return Shared(settings, Index(settings))


JSON = {"content-type": "application/json"}

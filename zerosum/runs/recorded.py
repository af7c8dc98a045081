"""What a run folder was made of: its configuration, its data, its rows to train on and those held out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zerosum.data.load import load
from zerosum.data.source import Source
from zerosum.data.split import split
from zerosum.errors import InputError
from zerosum.recipes.config import Config, from_mapping
from zerosum.records.text import read_json, read_yaml
from zerosum.runs.job import GIVEN, data_options
from zerosum.runs.rows import Rows


def read_config(run: Path) -> Config:
    """Return the configuration of a run.

    Raises:
        InputError: not a run folder, or a configuration this version does not know.
    """
    if not (run / "config.yaml").is_file():
        raise InputError(f"{run} is not a run folder: it has no config.yaml")
    return from_mapping(read_yaml(run / "config.yaml"))


def same_data(run: Path, config: Config, data: object = None, labels: Any = None) -> Source:
    """Return the data that a run was trained on.

    Raises:
        InputError: they were given in Python and are not given again, or they have changed.
    """
    spec = config.data.spec if data is None else data
    if isinstance(spec, str) and spec == GIVEN:
        raise InputError(
            f"the data of {run} were given in Python and are not kept with it: go on in Python with "
            f"zerosum.resume({str(run)!r}, X, y), or judge it by a file with evaluate --data"
        )
    source = load(spec, options=data_options(config.data), labels=labels)
    recorded = read_json(run / "environment.json").get("fingerprint")
    if recorded != source.fingerprint:
        raise InputError(
            f"the data {config.data.spec!r} are not what {run} was trained on: start a new run, or "
            "put the former data back (with their labels, if they had any)"
        )
    return source


def rows_of(run: Path) -> tuple[Rows, Rows]:
    """Return a run's rows to train on and those held out, encoded as it encodes them.

    Raises:
        InputError: not a run folder, or its data have changed.
    """
    config = read_config(run)
    source = same_data(run, config)
    trained, held_out = split(source.n, config.data.holdout, config.data.seed)
    source = source.fitted(trained)
    return Rows(source, trained), Rows(source, held_out)

"""How a configuration says its data are to be read."""

from __future__ import annotations

from dataclasses import fields

from zerosum.data.options import DataOptions
from zerosum.recipes.config import DataConfig

GIVEN = "(given in Python)"  # where a name or path stands in the configuration, for data without


def data_options(config: DataConfig) -> DataOptions:
    """Return how the data are read, from the configuration's section."""
    values = {f.name: getattr(config, f.name) for f in fields(DataOptions)}
    if config.size is not None and len(config.size) == 1:
        values["size"] = config.size * 2  # one number means a square
    return DataOptions(**values)

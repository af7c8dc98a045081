"""Where chunks are done, by the name that `--executor` takes."""

from __future__ import annotations

from zerosum.errors import unknown
from zerosum.studies.local import start_local
from zerosum.studies.ray_cluster import ray_library, start_on_ray
from zerosum.studies.task import Start

EXECUTORS: dict[str, Start] = {"local": start_local, "ray": start_on_ray}


def executor(name: str) -> Start:
    """Return what starts an executor: "local", processes of this machine, or "ray", a Ray cluster.

    Errors: InputError when the name is unknown, or its library is not installed: before a study
    makes anything.
    """
    if name not in EXECUTORS:
        raise unknown("executor", name, EXECUTORS)
    if name == "ray":
        ray_library()
    return EXECUTORS[name]

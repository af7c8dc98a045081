"""The table of rooms, and the checks of direction: who may import which room and which library."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.architecture.source import PACKAGE, Import, Module

# Imports whose top name differs from the name of the distribution that brings them.
DISTRIBUTIONS = {"PIL": "pillow", "sklearn": "scikit-learn", "yaml": "pyyaml", "ot": "pot"}
PICKLES = {"pickle", "_pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}
HEAVY = {"torch", "numpy", "scipy", "sklearn", "matplotlib", "pandas", "PIL"}


@dataclass(frozen=True)
class Room:
    """A row of the table; None stands for "all rows above" or for any declared library."""

    row: float
    rooms: tuple[str, ...] | None
    eager: tuple[str, ...] | None  # libraries, besides the standard one and jaxtyping
    lazy: tuple[str, ...] = ()  # libraries that only a function or TYPE_CHECKING may import


# Errors and noise are open to all rooms; fractional rows hold what stands beside the rooms.
ROOMS: dict[str, Room] = {
    "errors": Room(-2, (), ()),
    "noise": Room(-1, (), ("torch",)),
    "theory": Room(0, (), ("torch", "numpy", "scipy")),
    "networks": Room(0, (), ("torch",)),
    "data": Room(0, (), ("torch", "numpy", "PIL"), ("sklearn", "pandas", "pyarrow", "datasets")),
    "records": Room(0, (), ("safetensors", "yaml"), ("torch", "safetensors.torch")),
    "objectives": Room(1, ("theory",), ("torch",)),
    "penalties": Room(1, (), ("torch",)),
    "solvers": Room(1, (), ("torch",)),
    "latent": Room(1, (), ("torch", "numpy")),
    "metrics": Room(1.2, ("theory", "latent"), ("torch", "numpy", "scipy", "sklearn"), ("ot",)),
    "games": Room(2, None, ("torch",)),
    "training": Room(3, None, ("torch", "numpy")),
    "recipes": Room(4, None, ("torch", "numpy")),
    "generator": Room(4.5, None, None),
    "translator": Room(4.6, None, None),
    "explore": Room(4.7, None, ("torch", "numpy")),
    "reports": Room(5, ("records",), ("numpy", "matplotlib", "PIL")),
    "claims": Room(6, None, None),
    "runs": Room(6, None, None),
    "gan": Room(6.5, None, None),
    "population": Room(6.6, None, None),
    "studies": Room(
        6.65, None, ("torch", "numpy", "scipy", "matplotlib"), ("optuna", "pandas", "ray")
    ),
    PACKAGE: Room(6.7, None, None),
    "studio": Room(7, None, None),
    "cli": Room(7.5, None, None),  # its verb `studio` starts the studio
    "__main__": Room(8, None, None),
}
GROUND = ("errors", "noise")


def wrong_directions(package: dict[str, Module]) -> list[str]:
    """Imports that go down or sideways in the table, and modules that are in no room."""
    found = [f"{m.name}: there is no room {m.room!r}" for m in package.values() if not _has_room(m)]
    for module, item in _imports(package):
        target = _room_of(item.target)
        if target is not None and not _may_import(module.room, target):
            found.append(f"{module.name}:{item.line}: {module.room} may not import {item.target}")
    return list(dict.fromkeys(found))  # `from x import a, b` is one line


def wrong_libraries(package: dict[str, Module]) -> list[str]:
    """Libraries that the room's row does not list, or lists only for use inside functions."""
    return [
        f"{module.name}:{item.line}: {module.room} may not import {item.target}"
        + (" outside a function" if _listed(ROOMS[module.room].lazy, item.target) else "")
        for module, item in _imports(package)
        if _is_library(item.target) and not _may_use(ROOMS[module.room], item)
    ]


def undeclared(package: dict[str, Module], pyproject: Path) -> list[str]:
    """Libraries that pyproject.toml does not name, and extras imported outside a function."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    core = {_distribution(line) for line in project["dependencies"]}
    lists = (v for k, v in project["optional-dependencies"].items() if k not in ("test", "all"))
    extras = {_distribution(line) for lines in lists for line in lines}
    found = []
    for module, item in _imports(package):
        top = item.target.split(".")[0]
        name = DISTRIBUTIONS.get(top, top).lower().replace("_", "-")
        allowed = core | extras if item.lazy or item.typing else core
        if _is_library(item.target) and name not in allowed:
            why = "an extra outside a function" if name in extras else "not in pyproject.toml"
            found.append(f"{module.name}:{item.line}: {item.target} is {why}")
    return found


def pickles(package: dict[str, Module]) -> list[str]:
    """Imports of anything whose loading runs code from a file."""
    return [
        f"{module.name}:{item.line}: {item.target} reads pickles"
        for module, item in _imports(package)
        if item.target.split(".")[0] in PICKLES
    ]


def circle(package: dict[str, Module]) -> list[str]:
    """The modules of one import circle (lazy and typing imports count), or nothing."""
    graph = {
        m.name: {i.target for i in m.imports if i.target in package and i.target != m.name}
        for m in package.values()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def heavy_at_import(package: dict[str, Module], start: str) -> list[str]:
    """Heavy libraries that `import start` loads, each as the path of modules that leads to it."""
    paths, queue = {start: (start,)}, [start]
    found = []
    while queue:
        name = queue.pop()
        if name.split(".")[0] in HEAVY:
            found.append(" -> ".join(paths[name]))
        for reached in _eager(package, name):
            if reached not in paths:
                paths[reached] = (*paths[name], reached)
                queue.append(reached)
    return found


def _eager(package: dict[str, Module], name: str) -> list[str]:
    if name not in package:
        return []
    direct = [i.target for i in package[name].imports if not (i.lazy or i.typing)]
    parents = [name.rsplit(".", n)[0] for n in range(1, name.count(".") + 1)]
    return [*direct, *parents]


def _imports(package: dict[str, Module]) -> Iterator[tuple[Module, Import]]:
    """Every import of every module that has a room."""
    return ((m, item) for m in package.values() if _has_room(m) for item in m.imports)


def _has_room(module: Module) -> bool:
    return module.room in ROOMS


def _room_of(target: str) -> str | None:
    parts = target.split(".")
    if parts[0] != PACKAGE:
        return None
    return parts[1] if len(parts) > 1 else PACKAGE


def _may_import(room: str, target: str) -> bool:
    if target not in ROOMS:
        return False
    if target == room:
        return True
    lower = ROOMS[target].row < ROOMS[room].row
    return lower and (ROOMS[room].rooms is None or target in (*GROUND, *ROOMS[room].rooms))


def _is_library(target: str) -> bool:
    return target.split(".")[0] not in (*sys.stdlib_module_names, PACKAGE, "")


def _listed(names: tuple[str, ...], target: str) -> int:
    """The length of the longest listed name that `target` is or lies in; 0 when there is none."""
    return max((len(n) for n in names if f"{target}.".startswith(f"{n}.")), default=0)


def _may_use(room: Room, item: Import) -> bool:
    if room.eager is None or item.target.split(".")[0] == "jaxtyping":
        return True
    eager, lazy = _listed(room.eager, item.target), _listed(room.lazy, item.target)
    if item.lazy or item.typing:
        return bool(eager or lazy)
    return eager > lazy


def _distribution(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower().replace("_", "-")

"""The code keeps to the table of rooms in docs/architecture.md, and the checker can fail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture import habits, rooms
from tests.architecture.source import PACKAGE, read_package

ROOT = Path(__file__).resolve().parents[1]
CODE = read_package(ROOT / PACKAGE)

HABITS = [
    habits.long_files,
    habits.long_functions,
    habits.deep_functions,
    habits.unannotated,
    habits.unchecked_protocols,
    habits.strings_into_objects,
    habits.hidden_randomness,
]
DIRECTIONS = [rooms.wrong_directions, rooms.wrong_libraries, rooms.pickles, rooms.circle]


def brief(value: object) -> str:
    """A short name for a parameter of a test: planted text is only called that."""
    return getattr(value, "__name__", value if str(value).endswith(".py") else "text")


def light_modules() -> list[str]:
    """What must load without torch: `zerosum --help`, the names of datasets, the records."""
    named = ("cli.main", "data.names", "data.options", "recipes.presets")
    exact = {PACKAGE, *(f"{PACKAGE}.{name}" for name in named)}
    return sorted(n for n in CODE if n in exact or n.startswith(f"{PACKAGE}.records"))


def test_the_checker_sees_the_code():
    assert {f"{PACKAGE}.errors", f"{PACKAGE}.noise"} <= CODE.keys()


@pytest.mark.parametrize("check", [*DIRECTIONS, *HABITS], ids=lambda check: check.__name__)
def test_code_keeps_to(check):
    found = check(CODE)
    assert not found, "\n".join(found)


def test_every_library_is_declared():
    found = rooms.undeclared(CODE, ROOT / "pyproject.toml")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("room", ["games", "runs", "metrics", "networks", "latent", "explore"])
def test_the_first_page_of_a_room_names_every_file(room):
    page = CODE[f"{PACKAGE}.{room}"].tree.body[0].value.value
    files = {path.stem for path in (ROOT / PACKAGE / room).glob("*.py")} - {"__init__"}
    assert files == {name for name in files if re.search(rf"\b{name}\b", page)}


def test_the_page_lists_the_rooms_of_the_table():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| [\d.]+ \| `(\w+)/`", page, flags=re.MULTILINE))
    beside = {*rooms.GROUND, "generator", "translator", "gan", "population", PACKAGE, "__main__"}
    assert listed == rooms.ROOMS.keys() - beside


@pytest.mark.parametrize("module", light_modules())
def test_loads_without_heavy_libraries(module):
    assert rooms.heavy_at_import(CODE, module) == []


def test_reports_load_no_torch():
    starts = (n for n in CODE if n.startswith(f"{PACKAGE}.reports"))
    paths = [p for n in starts for p in rooms.heavy_at_import(CODE, n)]
    assert [p for p in paths if p.endswith("torch")] == []


@pytest.fixture
def planted(tmp_path):
    """Return a function that reads a small package made from {path: text}."""

    def plant(files):
        for path, text in files.items():
            target = tmp_path / PACKAGE / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return read_package(tmp_path / PACKAGE)

    return plant


WRONG_WAY = [
    ("theory/a.py", "from zerosum.games import b"),  # down
    ("penalties/a.py", "import zerosum.solvers.b"),  # sideways
    ("networks/a.py", "from ..data import b"),  # relative
    ("objectives/a.py", "def f():\n    from zerosum.metrics import b"),  # lazy
    ("latent/a.py", "if TYPE_CHECKING:\n    from zerosum.training import b"),  # for types only
    ("data/a.py", "import importlib\nimportlib.import_module('zerosum.recipes.b')"),  # by literal
    ("reports/a.py", "from zerosum.metrics import b"),  # above it, but its row says records only
    ("games/a.py", "from zerosum import GAN"),  # the package's own face
    ("training/a.py", "from zerosum import gan"),
    ("studio/a.py", "from zerosum.cli import b"),
    ("records/a.py", "from zerosum.utilities import b"),  # no such room
]
RIGHT_WAY = [
    ("objectives/a.py", "from zerosum.theory import b"),
    ("penalties/a.py", "from . import b\nfrom .b import c\nfrom zerosum.noise import fold"),
    ("training/a.py", "from zerosum.games.protocol import Game\nfrom zerosum.penalties import b"),
    ("reports/a.py", "from ..records import b"),
    ("cli/a.py", "def f():\n    from zerosum.studio import b\n    from zerosum import GAN"),
    ("gan.py", "from zerosum.generator import b\nfrom zerosum.reports import b"),
]


@pytest.mark.parametrize(("path", "text"), WRONG_WAY, ids=brief)
def test_finds_a_wrong_direction(planted, path, text):
    assert len(rooms.wrong_directions(planted({path: text}))) == 1


@pytest.mark.parametrize(("path", "text"), RIGHT_WAY, ids=brief)
def test_lets_a_right_direction_pass(planted, path, text):
    assert rooms.wrong_directions(planted({path: text})) == []


def test_finds_a_module_in_no_room(planted):
    assert len(rooms.wrong_directions(planted({"utils.py": "", "helpers/a.py": ""}))) == 2


WRONG_LIBRARY = [
    ("objectives/a.py", "import numpy as np"),
    ("records/a.py", "import torch"),
    ("records/a.py", "from safetensors import torch"),
    ("records/a.py", "def f():\n    import numpy"),
    ("data/a.py", "import pandas"),
    ("reports/a.py", "def f():\n    import torch"),
]
RIGHT_LIBRARY = [
    (
        "objectives/a.py",
        "import math\nimport torch.nn.functional as F\nfrom jaxtyping import Float",
    ),
    ("records/a.py", "import yaml\nfrom safetensors import safe_open"),
    ("records/a.py", "def f():\n    from safetensors.torch import load\n    import torch"),
    ("data/a.py", "if TYPE_CHECKING:\n    import pandas"),
    ("cli/a.py", "import torch, rich"),
]


@pytest.mark.parametrize(("path", "text"), WRONG_LIBRARY, ids=brief)
def test_finds_a_wrong_library(planted, path, text):
    assert len(rooms.wrong_libraries(planted({path: text}))) == 1


@pytest.mark.parametrize(("path", "text"), RIGHT_LIBRARY, ids=brief)
def test_lets_a_right_library_pass(planted, path, text):
    assert rooms.wrong_libraries(planted({path: text})) == []


def test_finds_an_undeclared_library(planted):
    text = "import requests\nimport ray\ndef f():\n    import ot\n    from PIL import Image"
    found = rooms.undeclared(planted({"cli/a.py": text}), ROOT / "pyproject.toml")
    assert [line.split(": ")[1] for line in found] == [
        "requests is not in pyproject.toml",
        "ray is an extra outside a function",
    ]


def test_finds_pickles(planted):
    assert (
        len(rooms.pickles(planted({"records/a.py": "import pickle\nfrom joblib import load"}))) == 2
    )


def test_finds_a_circle(planted):
    files = {
        "games/a.py": "from zerosum.games import b",
        "games/b.py": "def f():\n    from .c import x",
    }
    assert rooms.circle(planted(files | {"games/c.py": "x = 1"})) == []
    found = rooms.circle(planted(files | {"games/c.py": "from zerosum.games.a import y"}))
    assert set(found) == {"zerosum.games.a", "zerosum.games.b", "zerosum.games.c"}


def test_finds_torch_behind_a_light_import(planted):
    files = {
        "__init__.py": "",
        "cli/__init__.py": "",
        "cli/main.py": "from zerosum.records import a",
    }
    light = files | {"records/__init__.py": "", "records/a.py": "def f():\n    import torch"}
    assert rooms.heavy_at_import(planted(light), "zerosum.cli.main") == []
    heavy = light | {"records/__init__.py": "from zerosum.records.b import x"}
    found = rooms.heavy_at_import(
        planted(heavy | {"records/b.py": "import torch"}), "zerosum.cli.main"
    )
    assert len(found) == 1 and found[0].endswith("zerosum.records.b -> torch")


BAD_HABITS = [
    (habits.long_files, "theory/a.py", "\n" * 300),
    (habits.long_files, "objectives/a.py", "\n" * 100),
    (habits.long_functions, "theory/a.py", "def f():\n" + "    x = 1\n" * 41),
    (habits.deep_functions, "theory/a.py",
     "def f():\n if a:\n  for b in c:\n   while d:\n    with e:\n     pass"),
    (habits.unannotated, "theory/a.py", "def f(a: int, *b) -> int: ..."),
    (habits.unannotated, "theory/a.py", "class A:\n    def f(self, a: int): ..."),
    (habits.unannotated, "theory/a.py", "class A:\n    def __init__(self, a) -> None: ..."),
    (habits.unchecked_protocols, "theory/a.py", "class A(Protocol[T]): ..."),
    (habits.strings_into_objects, "cli/a.py", "import importlib\nimportlib.import_module(name)"),
    (habits.strings_into_objects, "cli/a.py", "from torch import nn\ngetattr(nn, name)"),
    (habits.strings_into_objects, "data/a.py", "eval(text)"),
    (habits.hidden_randomness, "data/a.py", "import numpy as np\nnp.random.default_rng(0)"),
    (habits.hidden_randomness, "data/a.py", "import torch\ndef f():\n    return torch.randn(3)"),
    (habits.hidden_randomness, "data/a.py", "import random"),
    (habits.hidden_randomness, "data/a.py", "import torch\ntorch.manual_seed(1)"),
]  # fmt: skip
GOOD_HABITS = [
    (habits.long_files, "objectives/a.py", "\n" * 99),
    (habits.long_functions, "theory/a.py",
     'def f():\n    """' + "Line.\n" * 60 + '    """\n' + "    x = 1\n" * 40),
    (habits.deep_functions, "theory/a.py",
     "def f():\n if a:\n  pass\n elif b:\n  pass\n elif c:\n  for d in e:\n   if f:\n    pass"),
    (habits.unannotated, "theory/a.py", "def _f(a): ...\nclass A:\n    def f(self) -> int: ..."),
    (habits.unchecked_protocols, "theory/a.py", "@runtime_checkable\nclass A(Protocol): ..."),
    (habits.strings_into_objects, "recipes/a.py", "import importlib as i\ni.import_module(name)"),
    (habits.strings_into_objects, "cli/a.py", "import torch\ngetattr(torch, 'nn')\ngetattr(x, y)"),
    (habits.hidden_randomness, "data/a.py", "import torch\ntorch.zeros(3)\nnoise.normal(1)"),
    (habits.hidden_randomness, "recipes/a.py",
     "import torch\nwith torch.random.fork_rng():\n    torch.manual_seed(1)"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "path", "text"), BAD_HABITS, ids=brief)
def test_finds_a_bad_habit(planted, check, path, text):
    assert len(check(planted({path: text}))) == 1


@pytest.mark.parametrize(("check", "path", "text"), GOOD_HABITS, ids=brief)
def test_lets_a_good_habit_pass(planted, check, path, text):
    assert check(planted({path: text})) == []

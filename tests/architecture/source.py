"""Read a package into syntax trees and resolve every import: lazy, relative and typing ones too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
PACKAGE = "zerosum"


@dataclass(frozen=True)
class Import:
    """One name that one line brings in."""

    target: str  # a module of the package, or a dotted name from outside such as "torch.nn"
    line: int
    lazy: bool  # inside a function
    typing: bool  # under `if TYPE_CHECKING:`


@dataclass(frozen=True)
class Module:
    """One file: its dotted name, its text, its syntax tree and its imports."""

    name: str
    is_package: bool
    text: str
    tree: ast.Module
    imports: tuple[Import, ...]

    @property
    def room(self) -> str:
        """The room (or lone module) it lives in; the package's own name for its `__init__`."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else parts[0]

    @property
    def aliases(self) -> dict[str, str]:
        """Local name -> dotted name, for everything that import statements bind in this file."""
        return dict(_bindings(self.tree, self.name, self.is_package))


def read_package(root: Path) -> dict[str, Module]:
    """Read every Python file under `root`, a folder named like the package; name -> module."""
    paths = {_dotted(path, root): path for path in sorted(root.rglob("*.py"))}
    return {name: _read(name, path, frozenset(paths)) for name, path in paths.items()}


def dotted(node: ast.AST, aliases: dict[str, str]) -> str | None:
    """Return the dotted name that an expression such as `np.random.rand` stands for, if any."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id], *reversed(parts)])


def _dotted(path: Path, root: Path) -> str:
    parts = [PACKAGE, *path.relative_to(root).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read(name: str, path: Path, known: frozenset[str]) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, filename=str(path))
    is_package = path.name == "__init__.py"
    found = [
        Import(_known(target, known), node.lineno, lazy, typing)
        for node, lazy, typing in _statements(tree, False, False)
        for target in _targets(node, name, is_package)
    ]
    return Module(name, is_package, text, tree, tuple(found))


def _known(target: str, known: frozenset[str]) -> str:
    """Cut `zerosum.room.module.symbol` back to the module that holds the symbol."""
    parts = target.split(".")
    if parts[0] != PACKAGE or len(parts) == 1:
        return target
    prefixes = (".".join(parts[:n]) for n in range(len(parts), 1, -1))
    found = next((p for p in prefixes if p in known), None)
    if found or len(parts) > 2 or any(name.startswith(f"{target}.") for name in known):
        return found or ".".join(parts[:2])
    return PACKAGE  # `from zerosum import GAN`: a name of the package's own face


def _statements(
    node: ast.AST, lazy: bool, typing: bool
) -> Iterator[tuple[ast.stmt | ast.Call, bool, bool]]:
    """Yield each import, and each call that could be one, with where it stands."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Call):
        yield node, lazy, typing
    lazy = lazy or isinstance(node, (*FUNCTIONS, ast.Lambda))
    if isinstance(node, ast.If) and _asks_type_checking(node.test):
        for child in node.body:
            yield from _statements(child, lazy, True)
        for child in node.orelse:
            yield from _statements(child, lazy, typing)
        return
    for child in ast.iter_child_nodes(node):
        yield from _statements(child, lazy, typing)


def _asks_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def _targets(node: ast.stmt | ast.Call, module: str, is_package: bool) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = _base(node, module, is_package)
        return [base if a.name == "*" else f"{base}.{a.name}" for a in node.names]
    literal = imported_literal(node) if isinstance(node, ast.Call) else None
    return [literal] if literal else []


def imported_literal(call: ast.Call) -> str | None:
    """Return "x.y" for `import_module("x.y")` and `__import__("x.y")`, else None."""
    named = getattr(call.func, "attr", getattr(call.func, "id", None))
    if named not in ("import_module", "__import__") or not call.args:
        return None
    first = call.args[0]
    return first.value if isinstance(first, ast.Constant) and first.value else None


def _base(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """The absolute module of a `from ... import`; each leading dot climbs one package."""
    if not node.level:
        return node.module or ""
    package = module.split(".") if is_package else module.split(".")[:-1]
    climbed = package[: len(package) - node.level + 1]
    return ".".join([*climbed, *([node.module] if node.module else [])])


def _bindings(tree: ast.Module, module: str, is_package: bool) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for a in node.names:
                top = a.name.split(".")[0]
                yield (a.asname, a.name) if a.asname else (top, top)
        if isinstance(node, ast.ImportFrom):
            base = _base(node, module, is_package)
            yield from ((a.asname or a.name, f"{base}.{a.name}") for a in node.names)

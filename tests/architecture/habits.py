"""Checks of size, nesting and annotations, of where strings become objects, and of randomness."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import FUNCTIONS, PACKAGE, Module, dotted, imported_literal

FILE_LINES = 300  # a file stays below this
FORMULATION_LINES = 100  # a file of objectives/ stays below this
BODY_LINES = 40
NESTING = 3
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef

# Modules of the standard library whose computed names can only be whole numbers.
CONSTANTS = {"errno", "signal"}

# Randomness is a pure function of a key (zerosum/noise.py); these draw from a hidden state instead.
DRAWS = (
    *("rand", "rand_like", "randn", "randn_like", "randint", "randint_like", "randperm", "normal"),
    *("bernoulli", "poisson", "multinomial", "seed", "manual_seed", "Generator"),
)
HIDDEN_STATE = {f"torch.{name}" for name in DRAWS}


def long_files(package: dict[str, Module]) -> list[str]:
    """Files that hold more lines than one idea needs."""
    limits = {
        m.name: FORMULATION_LINES if m.room == "objectives" else FILE_LINES
        for m in package.values()
    }
    lines = {m.name: len(m.text.splitlines()) for m in package.values()}
    return [
        f"{n}: {lines[n]} lines, below {limits[n]} wanted" for n in lines if lines[n] >= limits[n]
    ]


def long_functions(package: dict[str, Module]) -> list[str]:
    """Functions whose body, docstring apart, is longer than a screen."""
    return [
        f"{m.name}:{f.lineno}: {f.name} has {n} body lines, at most {BODY_LINES} wanted"
        for m in package.values()
        for f in _functions(m.tree)
        if (n := _body_lines(f)) > BODY_LINES
    ]


def deep_functions(package: dict[str, Module]) -> list[str]:
    """Functions that nest more blocks than a reader can hold."""
    return [
        f"{m.name}:{f.lineno}: {f.name} nests {n} deep, at most {NESTING} wanted"
        for m in package.values()
        for f in _functions(m.tree)
        if (n := max((_depth(child, 0) for child in f.body), default=0)) > NESTING
    ]


def unannotated(package: dict[str, Module]) -> list[str]:
    """Public functions and methods with an argument or a return value that has no type."""
    return [
        f"{m.name}:{f.lineno}: {f.name} has no type for {', '.join(missing)}"
        for m in package.values()
        for f, is_method in _public(m.tree.body)
        if (missing := _missing(f, is_method))
    ]


def unchecked_protocols(package: dict[str, Module]) -> list[str]:
    """Protocols without `@runtime_checkable`, which the tests' shape checks cannot look at."""
    return [
        f"{m.name}:{node.lineno}: Protocol {node.name} needs @runtime_checkable"
        for m in package.values()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ClassDef)
        and any(_last_name(base) == "Protocol" for base in node.bases)
        and not any(_last_name(d) == "runtime_checkable" for d in node.decorator_list)
    ]


def strings_into_objects(package: dict[str, Module]) -> list[str]:
    """Lookups of code by a computed name outside `recipes` and the package's lazy `__init__`."""
    found = []
    for m in package.values():
        if m.room in ("recipes", PACKAGE):
            continue
        aliases = m.aliases
        calls = (n for n in ast.walk(m.tree) if isinstance(n, ast.Call))
        found += [f"{m.name}:{c.lineno}: {why}" for c in calls if (why := _looks_up(c, aliases))]
    return found


def hidden_randomness(package: dict[str, Module]) -> list[str]:
    """Draws from a hidden random state instead of `zerosum.noise`."""
    found = []
    for m in package.values():
        aliases, spared = m.aliases, _forked_lines(m.tree)
        nodes = [n for n in ast.walk(m.tree) if isinstance(n, ast.Attribute | ast.Name)]
        names = [(n.lineno, dotted(n, aliases)) for n in nodes]
        targets = [(i.line, i.target) for i in m.imports]
        lines = {line for line, name in (*names, *targets) if name and _is_hidden(name)}
        found += [f"{m.name}:{line}: draws from a hidden state" for line in sorted(lines - spared)]
    return found


def _forked_lines(tree: ast.AST) -> set[int]:
    """Lines under `with fork_rng(...)`, where torch's initialisers get a borrowed stream."""
    blocks = (n for n in ast.walk(tree) if isinstance(n, ast.With))
    forked = (b for b in blocks if any(_is_fork(item.context_expr) for item in b.items))
    return {line for b in forked for line in range(b.lineno, (b.end_lineno or b.lineno) + 1)}


def _is_fork(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _last_name(node.func) == "fork_rng"


def _is_hidden(name: str) -> bool:
    return name in HIDDEN_STATE or f"{name}.".startswith(("random.", "numpy.random."))


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))


def _body_lines(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def _depth(node: ast.AST, above: int) -> int:
    """The deepest nesting of blocks in a statement; an `elif` is no deeper than its `if`."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return above  # measured for itself
    here = above + isinstance(node, BLOCKS)
    elif_of = getattr(node, "orelse", []) if isinstance(node, ast.If) else []
    is_elif = len(elif_of) == 1 and isinstance(elif_of[0], ast.If)
    return max(
        (
            _depth(c, above if is_elif and c is elif_of[0] else here)
            for c in ast.iter_child_nodes(node)
        ),
        default=here,
    )


def _public(body: list[ast.stmt], in_class: bool = False) -> Iterator[tuple[Function, bool]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node.body, in_class=True)
        if isinstance(node, FUNCTIONS) and (node.name == "__init__" or node.name[0] != "_"):
            decorators = {_last_name(d) for d in node.decorator_list}
            yield node, in_class and "staticmethod" not in decorators


def _missing(function: Function, is_method: bool) -> list[str]:
    a = function.args
    positional = [*a.posonlyargs, *a.args][1 if is_method else 0 :]
    named = [*positional, *a.kwonlyargs, *(x for x in (a.vararg, a.kwarg) if x)]
    returned = [] if function.returns else ["the return value"]
    return [x.arg for x in named if x.annotation is None] + returned


def _last_name(node: ast.expr) -> str | None:
    node = node.value if isinstance(node, ast.Subscript) else node
    return getattr(node, "attr", getattr(node, "id", None))


def _looks_up(call: ast.Call, aliases: dict[str, str]) -> str | None:
    name = _last_name(call.func)
    plain = isinstance(call.func, ast.Name)
    if plain and name in ("eval", "exec"):
        return f"{name} runs a string as code"
    if name in ("import_module", "__import__") and imported_literal(call) is None:
        return f"{name} of a computed name"
    if not (plain and name == "getattr" and len(call.args) >= 2):
        return None
    owner, key = call.args[:2]
    if isinstance(key, ast.Constant):
        return None
    if dotted(owner, aliases) in CONSTANTS:
        return None
    from_call = isinstance(owner, ast.Call) and _last_name(owner.func) == "import_module"
    return "getattr of a module by a computed name" if from_call or dotted(owner, aliases) else None

"""A person's own function by the place it was named at: FILE.py:NAME as typed, or module:NAME of a call.

Only what a person types or calls gets here. A study's folder holds the place and the file's SHA-256 to
compare with; nothing that stands in a folder is ever run because it stands there.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from zerosum.errors import InputError, nearest
from zerosum.records.reading import display, explaining, read_bytes

_LARGEST = 16 << 20  # bytes of a file of somebody's own code

Function = Callable[..., Any]


@dataclass(frozen=True)
class OwnFunction:
    """Where a function is, so that another process finds the same one.

    Attributes:
        place: /folder/file.py:name, or package.module:name.
        sha256: of the file's bytes, in hexadecimal; empty for a module without one.
    """

    place: str
    sha256: str

    @property
    def name(self) -> str:
        """The function's own name."""
        return self.place.rpartition(":")[2]

    def load(self) -> Function:
        """Return the function; the bytes that are run are those that were hashed.

        Raises: InputError where the file is another by now, or has no such function.
        """
        where, _, name = self.place.rpartition(":")
        module = _executed(Path(where), self.sha256) if _is_file(where) else _imported(where)
        return _found(module, where, name)


def typed(place: str) -> OwnFunction:
    """Return the function that a person typed as FILE.py:NAME, its file read and hashed, not yet run.

    Raises: InputError where there is no such file.
    """
    where, _, name = place.rpartition(":")
    path = Path(where).absolute()
    return OwnFunction(f"{path}:{name}", hashlib.sha256(_read(path)).hexdigest())


def looks_typed(text: str) -> bool:
    """Return whether a text means FILE.py:NAME.

    >>> looks_typed("mine.py:trimmed"), looks_typed("quantile:0.9")
    (True, False)
    """
    return _is_file(text.rpartition(":")[0])


def placed(function: Function) -> OwnFunction:
    """Return where a function of the caller's is: in a module's top level, or in the script itself.

    Raises: InputError for one that another process cannot find, such as a lambda.
    """
    module = sys.modules.get(str(getattr(function, "__module__", None)))
    name = str(getattr(function, "__qualname__", type(function).__name__))
    if module is None or vars(module).get(name) is not function:
        raise InputError(
            f"statistic is {name!r}, which a worker process cannot find by name; give a function "
            "defined at the top level of a file"
        )
    file = getattr(module, "__file__", None)
    if module.__name__ != "__main__":
        digest = "" if file is None else hashlib.sha256(_read(Path(file))).hexdigest()
        return OwnFunction(f"{module.__name__}:{name}", digest)
    if file is None:
        raise InputError(
            f"statistic is {name!r} of a session without a file, which a worker process cannot read; "
            "put the function into a file and import it"
        )
    return typed(f"{file}:{name}")


def _is_file(where: str) -> bool:
    return where.endswith(".py")


@cache
def _executed(path: Path, sha256: str) -> ModuleType:
    """Run a file as a module of its own; `if __name__ == "__main__":` in it stays closed."""
    data = _read(path)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise InputError(
            f"{display(path)} has changed since the study was described; put it back as it was, or "
            "begin another study"
        )
    module = ModuleType(f"zerosum_own_{sha256[:16]}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses and the like look their module up
    try:
        exec(compile(data, str(path), "exec"), vars(module))
    except (Exception, SystemExit) as error:
        raise InputError(f"{display(path)} cannot be run: {_line(error)}; mend it") from error
    return module


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise InputError(f"{name} cannot be imported: {_line(error)}; install it here") from error


def _found(module: ModuleType, where: str, name: str) -> Function:
    if name not in vars(module):
        known = [k for k, v in vars(module).items() if callable(v) and not k.startswith("_")]
        close = nearest(name, known)
        hint = f"; did you mean {close!r}?" if close else ", so give a name that it defines"
        raise InputError(f"{display(where)} has no {name!r}{hint}")
    found = vars(module)[name]
    if not callable(found):
        raise InputError(
            f"{name!r} of {display(where)} is {type(found).__name__} and no function of a sample; "
            "give the name of a function"
        )
    return found


def _read(path: Path) -> bytes:
    with explaining(path):
        return read_bytes(path, _LARGEST)


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"

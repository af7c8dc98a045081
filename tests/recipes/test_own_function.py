"""A person's own function: found by another process too, the very bytes hashed, refused by sentence."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.recipes.own_function import OwnFunction, looks_typed, placed, typed

CODE = """
from dataclasses import dataclass

@dataclass
class Pair:
    low: float

def smallest(x):
    return Pair(min(x)).low

number = 5

if __name__ == "__main__":
    raise SystemExit("run as a script")
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(CODE)
    return path


def test_a_typed_function_is_that_of_the_file(file):
    own = typed(f"{file}:smallest")
    assert own == OwnFunction(f"{file}:smallest", hashlib.sha256(CODE.encode()).hexdigest())
    assert own.name == "smallest"
    assert own.load()([3.0, 2.0]) == 2.0


def test_a_relative_place_becomes_absolute(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    assert typed("mine.py:smallest") == typed(f"{file}:smallest")


def test_nothing_is_run_before_it_is_loaded(tmp_path):
    path = tmp_path / "trap.py"
    path.write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')\ndef f(x): return 0.0\n")
    own = typed(f"{path}:f")
    assert not (tmp_path / "sprung").exists()
    own.load()
    assert (tmp_path / "sprung").exists()


def test_a_function_that_was_called_with_is_found_by_its_module():
    assert placed(np.median).load() is np.median
    own = placed(looks_typed)
    assert own.place == "zerosum.recipes.own_function:looks_typed" and len(own.sha256) == 64
    assert own.load() is looks_typed


def test_names_of_statistics_are_not_files():
    assert [looks_typed(t) for t in ("a.py:b", "/x/a.py:b", "quantile:0.9", "mean", "a.py")] == [
        True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("place", "said"), [
    ("mine.py:smalest", "has no 'smalest'; did you mean 'smallest'"),
    ("mine.py:number", "'number' of .* is int and no function"),
    ("mine.py:", "has no ''"),
    ("other.py:f", "cannot read .*other.py: No such file"),
    (".:f.py:x", "cannot read"),
])  # fmt: skip
def test_bad_places_are_one_sentence(file, monkeypatch, place, said):
    monkeypatch.chdir(file.parent)
    with pytest.raises(InputError, match=said) as caught:
        typed(place).load()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("text", "said"), [
    ("def f(x:\n", "cannot be run: SyntaxError"),
    ("import nowhere_at_all\n", "cannot be run: ModuleNotFoundError"),
    ("raise SystemExit(3)\n", "cannot be run: SystemExit: 3"),
])  # fmt: skip
def test_a_file_that_cannot_be_run_is_one_sentence(tmp_path, text, said):
    (tmp_path / "bad.py").write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        typed(f"{tmp_path / 'bad.py'}:f").load()
    assert "\n" not in str(caught.value)


def test_a_file_that_changed_is_not_run(file):
    own = typed(f"{file}:smallest")
    file.write_text(CODE + "\n")
    with pytest.raises(InputError, match="has changed since"):
        own.load()
    assert typed(f"{file}:smallest").load()([1.0]) == 1.0


def test_what_no_other_process_finds_is_refused():
    def inside(x):
        return 0.0

    for unknown in (inside, lambda x: 0.0, np.random.default_rng(0).normal):
        with pytest.raises(InputError, match="cannot find by name"):
            placed(unknown)

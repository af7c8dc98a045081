"""Bounds stand in annotations: what breaks one is refused by name, at any depth, and each is described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest

from zerosum.errors import InputError
from zerosum.studio.bounds import between, count, each, one_of, read
from zerosum.studio.openapi import schema_of


@dataclass(frozen=True)
class Inner:
    """A part."""

    weight: Annotated[float, "how much", between(-1, 1)] = 0.5


@dataclass(frozen=True)
class Outer:
    """A whole with every kind of bound."""

    n: Annotated[int, "how many", between(1, 4)] = 1
    least: Annotated[int, "no most", {"minimum": 0}] = 0
    name: Annotated[str, "which", one_of(("ring", "grid"))] = "ring"
    free: Annotated[str, "without a bound"] = ""
    numbers: Annotated[tuple[int, ...], "some", count(0, 3) | each(between(0, 9))] = ()
    names: Annotated[tuple[str, ...], "some", each(one_of(("a", "b")))] = ()
    maybe: Annotated[tuple[float, ...] | None, "points", each(between(-2, 2))] = None
    limit: Annotated[float | None, "none: no limit", between(0, 5)] = None
    part: Annotated[Inner, "one"] = Inner()
    parts: Annotated[tuple[Inner, ...], "many", count(0, 2)] = ()


WHOLE = {
    "n": 4, "least": 10**9, "name": "grid", "free": "x", "numbers": [0, 9, 3], "names": ["b", "a", "a"],
    "maybe": [-2, 2.0], "limit": 5, "part": {"weight": -1}, "parts": [{"weight": 1}, {}],
}  # fmt: skip


def test_what_lies_on_every_bound_is_read():
    found = read(WHOLE, Outer)
    assert found == Outer(
        4, 10**9, "grid", "x", (0, 9, 3), ("b", "a", "a"), (-2.0, 2.0), 5.0,
        Inner(-1.0), (Inner(1.0), Inner(0.5)),
    )  # fmt: skip
    assert read({}, Outer) == Outer()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"n": 0}, "n is 0: give 1 to 4"),
        ({"n": 5}, "n is 5: give 1 to 4"),
        ({"least": -1}, "least is -1: give 0 to inf"),
        (
            {"name": "rings"},
            "unknown value of name 'rings'; did you mean 'ring'? Known: grid, ring",
        ),
        ({"numbers": [1, 2, 3, 4]}, "numbers holds 4: give 0 to 3"),
        ({"numbers": [1, 10]}, "numbers[1] is 10: give 0 to 9"),
        ({"names": ["a", "c"]}, "unknown value of names[1] 'c'; Known: a, b"),
        ({"maybe": [0, -2.5]}, "maybe[1] is -2.5: give -2 to 2"),
        ({"limit": 5.5}, "limit is 5.5: give 0 to 5"),
        ({"part": {"weight": 1.5}}, "part.weight is 1.5: give -1 to 1"),
        ({"parts": [{}, {"weight": -2}]}, "parts[1].weight is -2: give -1 to 1"),
        ({"parts": [{}, {}, {}]}, "parts holds 3: give 0 to 2"),
        ({"limit": 1e301}, "limit is beyond all bounds: give 0 to 5"),
    ],
    ids=str,
)
def test_what_lies_outside_is_refused_by_name(values, sentence):
    with pytest.raises(InputError) as refused:
        read(values, Outer)
    assert str(refused.value) == sentence


def test_a_place_is_written_before_every_name():
    with pytest.raises(InputError, match=r"^point\.part\.weight is 7: give -1 to 1$"):
        read({"part": {"weight": 7}}, Outer, "point.")
    with pytest.raises(InputError, match=r"point\.colour"):
        read({"colour": 7}, Outer, "point.")


def test_a_long_name_is_cut_in_the_refusal():
    with pytest.raises(InputError) as refused:
        read({"name": "x" * 10_000}, Outer)
    assert len(str(refused.value)) < 200


def test_the_description_says_the_same_bounds():
    told = schema_of(Outer)["properties"]
    assert told["n"] == {"type": "integer", "description": "how many", "minimum": 1, "maximum": 4}
    assert told["name"]["enum"] == ["ring", "grid"]
    assert told["numbers"] == {
        "type": "array", "description": "some", "minItems": 0, "maxItems": 3,
        "items": {"type": "integer", "minimum": 0, "maximum": 9},
    }  # fmt: skip
    assert told["parts"]["items"]["properties"]["weight"]["maximum"] == 1

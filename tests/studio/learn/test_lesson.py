"""Controls: what the page is told of them, and what is refused."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import pytest

from zerosum.errors import InputError
from zerosum.studio.bounds import check
from zerosum.studio.learn.figure import Figure
from zerosum.studio.learn.lesson import Lesson, controls, names, span


@dataclass(frozen=True)
class Values:
    height: Annotated[float, "how high", span("Height", -1, 2, 0.5, kind="a")] = 0.5
    count: Annotated[int, "how many", span("Count", 0, 9, 1)] = 3
    kind: Annotated[str, "which", names("Kind", "a", "b")] = "a"


def test_controls_are_told_in_order_with_bounds_and_defaults():
    lesson = Lesson("", (), "", "", "", Values, lambda values: Figure((), ()), "")
    height, count, kind = controls(lesson)
    assert (height["name"], height["default"], height["minimum"], height["maximum"]) == (
        "height",
        0.5,
        -1,
        2,
    )
    assert height["x-when"] == {"kind": "a"} and not height["whole"]
    assert count["whole"] and kind["enum"] == ["a", "b"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"height": 2.1}, "height is 2.1: give -1 to 2"),
        ({"height": math.nan}, "height is"),
        ({"count": -1}, "count is -1: give 0 to 9"),
        ({"kind": "c"}, "kind"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(values, said):
    with pytest.raises(InputError, match=said):
        check(Values(**values))


def test_the_ends_are_inside():
    check(Values(height=-1.0, count=9, kind="b"))
    check(Values(height=2.0, count=0))

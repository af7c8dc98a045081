"""Figures as JSON: kinds are named, and what is not finite is said in a way that JSON can hold."""

from __future__ import annotations

import json
import math

import numpy as np

from zerosum.studio.learn.figure import Axis, Figure, Heat, Line, Number, Panel, plain


def figure():
    line = Line("a", np.array([0.0, 1.0]), np.array([np.nan, np.inf]))
    heat = Heat("b", (0, 1, 0, 1), np.array([[1.0, np.nan], [2.0, 3.0]]), 1.0, 3.0)
    panel = Panel("p", Axis("x", 0, 1), Axis("y", 0, 1), (line, heat))
    return Figure(
        (panel,),
        (
            Number("n", math.inf),
            Number("l", -math.inf),
            Number("m", math.nan),
            Number("k", np.float64(2)),
        ),
    )


def test_marks_say_their_kind_and_gaps_are_null():
    told = json.loads(json.dumps(plain(figure()), allow_nan=False))
    line, heat = told["panels"][0]["marks"]
    assert (line["kind"], line["x"], line["y"]) == ("line", [0.0, 1.0], [None, None])
    assert (heat["kind"], heat["values"]) == ("heat", [[1.0, None], [2.0, 3.0]])


def test_an_infinite_number_beside_a_picture_is_said():
    assert [n["value"] for n in plain(figure())["numbers"]] == ["inf", "-inf", None, 2.0]


def test_numbers_are_found_by_name():
    assert figure().number("k") == 2

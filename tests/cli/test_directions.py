"""`zerosum directions`, `arithmetic` and `neighbours`: pictures, tables and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.cli.processes import assert_one_sentence

pytestmark = pytest.mark.usefixtures("own_folder")


def test_strips_along_directions(say, runs):
    code, out, err = say("directions", runs["pictures"], "--count", "3", "--steps", "5")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 5 and out.splitlines()[-1] == "directions.png"
    wide, tall = Image.open("directions.png").size
    assert 0.8 < (wide / 5) / (tall / 6) < 1.2  # 3 directions of 2 samples, 5 steps
    words = ("directions", runs["points"], "--by", "weights", "--count", "1", "--out", "x.npz")
    assert say(*words)[0] == 0
    with np.load("x.npz") as kept:
        assert kept["rows"].shape == (1, 2, 7, 2) and kept["vectors"].shape[0] == 1


def test_sums_of_classes_of_examples(say, runs):
    words = ("arithmetic", runs["untold"], "cat - dog + dog", "--by", "examples", "-n", "3")
    code, out, err = say(*words)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("judge: right on") and lines[-1] == "arithmetic.png"
    assert lines[1:4] == [f"{sign}: mean of 24 latents" for sign in ("+ cat", "- dog", "+ dog")]
    wide, tall = Image.open("arithmetic.png").size
    assert 1.2 < wide / tall < 1.5  # 3 results of 4 pictures


@pytest.mark.parametrize("by", ["rows", "classifier"])
def test_neighbours_of_samples(say, runs, by):
    code, out, err = say("neighbours", runs["untold"], "-n", "3", "-k", "4", "--by", by)
    assert (code, err) == (0, "") and len(out.splitlines()) == 6
    wide, tall = Image.open("neighbours.png").size
    assert 1.5 < wide / tall < 1.8  # 3 lines of 5 pictures


def test_points_have_neighbours_as_numbers(say, runs):
    assert say("neighbours", runs["points"], "-n", "3", "--out", "x.npz")[0] == 0
    with np.load("x.npz") as kept:
        assert kept["rows"].shape == (3, 5, 2) and (np.diff(kept["distances"]) >= 0).all()


def test_what_is_refused(say, runs):
    points, told, untold = runs["points"], runs["pictures"], runs["untold"]
    for words, sentence in (
        (("directions", points), "numbers make no strips of pictures: use .npz"),
        (("directions", untold, "--by", "sefa"), "unknown way to find directions 'sefa'"),
        (("directions", untold, "--count", "999"), "count is 999"),
        (("directions", told, "--by", "labels"), "is told the class"),
        (("directions", points, "--by", "labels", "--out", "x.npz"), "judged of pictures only"),
        (("directions", untold, "--out", "x.gif"), "use one of .png, .npz"),
        (("directions", untold / "model", "--by", "labels"), "is not a run folder"),
        (("arithmetic", untold, "cat - cow"), "unknown class 'cow'"),
        (("arithmetic", untold, "cat"), "is no sum of classes"),
        (("arithmetic", untold, "cat - dog", "--by", "means"), "unknown source of latents 'means'"),
        (("arithmetic", told, "cat - dog"), "is told the class"),
        (("neighbours", untold, "-k", "1000"), "cannot be found among"),
        (("neighbours", untold, "--by", "pixels"), "unknown space 'pixels'"),
        (("neighbours", untold / "model"), "is not a run folder"),
        (("neighbours", points, "--by", "classifier", "--out", "x.npz"), "judged of pictures only"),
    ):
        assert_one_sentence(say(*words), 2, sentence)

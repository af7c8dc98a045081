"""`zerosum interpolate`: strips, films and numbers between samples."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.cli.processes import assert_one_sentence

pytestmark = pytest.mark.usefixtures("own_folder")


def test_points_into_numbers(say, runs):
    code, out, err = say(
        "interpolate", runs["points"], "3", "1", "--steps", "5", "--out", "way.npy", "--seed", "2"
    )
    assert (code, out, err) == (0, "way.npy\n", "")
    assert say("sample", runs["points"], "--seed", "2", "--out", "own.npy")[0] == 0
    way, own = np.load("way.npy"), np.load("own.npy")
    assert way.shape == (6, 2)
    np.testing.assert_allclose(way[[0, -1]], own[[3, 1]], rtol=1e-4)


def test_pictures_into_a_strip_and_a_film(say, runs):
    words = ("interpolate", runs["pictures"], "0", "2", "4", "--steps", "3")  # all of one class
    assert say(*words)[:2] == (0, "way.png\n")
    assert say(*words, "--closed", "--out", "film.gif")[:2] == (0, "film.gif\n")
    strip, film = Image.open("way.png"), Image.open("film.gif")
    assert film.n_frames == 9 and film.info["loop"] == 0
    wide, tall = strip.size
    assert 1.8 < wide / tall < 2.2  # two legs of four pictures


def test_what_cannot_be_drawn(say, runs):
    for words, sentence in (
        (("--out", "film.gif"), "numbers do not make a film"),
        (("--out", "none/x.npy"), "the folder none does not exist"),
        (("1",), "are no way"),
        (("--path", "sperical"), "did you mean 'spherical'"),
        (("--label", "cat"), "unconditional"),
        (("--out", "x.mp4"), "use one of .png, .npy, .csv"),
    ):
        assert_one_sentence(say("interpolate", runs["points"], *words), 2, sentence)
    mixed = say("interpolate", runs["pictures"], "0", "1")
    assert_one_sentence(mixed, 2, "a class has no middle")
    nowhere = say("interpolate", runs["pictures"], "0", "2", "--out", "none/film.gif")
    assert_one_sentence(nowhere, 2, "the folder none does not exist")

"""`zerosum doubt`: samples that a classifier of the training labels is unsure of, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.cli.processes import assert_one_sentence

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture(autouse=True)
def little_taught(monkeypatch):
    """Teach the judge in little time."""
    monkeypatch.setattr("zerosum.metrics.classifier._PASSES", 1500)


def test_doubtful_samples(say, runs):
    code, out, err = say("doubt", runs["untold"], "-n", "4")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == 1 + 1 + 4 + 1 + 1 and lines[-1] == "doubt.png"
    assert lines[0].startswith("judge: right on") and "training rows of" in lines[0]
    assert all("cat" in line and "dog" in line for line in lines[2:6])
    assert lines[6].startswith("1,000 plain samples: margin ")
    wide, tall = Image.open("doubt.png").size
    assert wide == tall  # two lines of two


def test_arrays_of_a_class(say, runs):
    words = ("doubt", runs["pictures"], "--label", "cat", "-n", "3", "--by", "entropy")
    assert say(*words, "--out", "x.npz")[:1] == (0,)
    with np.load("x.npz") as kept:
        assert kept["rows"].shape == (3, 6, 6) and kept["between"].shape == (3, 2)
        assert (kept["margin"] >= 0).all() and kept["usual"].shape == (1000,)


def test_what_is_refused(say, runs):
    points, told, untold = runs["points"], runs["pictures"], runs["untold"]
    for words, sentence in (
        ((points, "--out", "x.npz"), "judged of pictures only"),
        ((points,), "use .npz"),
        ((told,), "give label, one of cat, dog"),
        ((told, "--label", "cow"), "unknown label 'cow'"),
        ((untold, "--label", "cat"), "leave the label out"),
        ((untold, "--by", "entropi"), "did you mean 'entropy'"),
        ((untold, "-n", "0"), "n is 0"),
        ((untold, "--prior", "nan"), "prior is nan"),
        ((untold / "model",), "is not a run folder"),
        ((untold, "--data", "ring"), "ring holds rows of shape (2,)"),
        ((untold, "--out", "x.gif"), "use one of .png, .npz"),
    ):
        assert_one_sentence(say("doubt", *words), 2, sentence)

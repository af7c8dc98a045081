"""`zerosum invert` and `anomaly`: what is printed and written, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.processes import assert_one_sentence

pytestmark = pytest.mark.usefixtures("own_folder")
QUICK = ("--starts", "2", "--steps", "5", "--polish", "5")


@pytest.fixture
def files():
    """Pictures of the runs' size and of others, and masks."""
    grey = np.arange(36, dtype=np.uint8).reshape(6, 6)
    Image.fromarray(grey).save("right.png")
    Image.fromarray(grey[:5]).save("short.png")
    Image.fromarray(np.stack([grey, grey + 90, grey], axis=-1)).save("colour.png")
    Image.fromarray(np.where(np.arange(6) < 3, 255, 0).astype(np.uint8)[:, None].repeat(6, 1)).save(
        "top.png"
    )
    np.save("wide.npy", np.ones((3, 4)))


def test_held_out_rows_into_every_kind_of_file(say, runs):
    code, out, err = say("invert", runs["points"], "-n", "5", *QUICK)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("5 of 40 rows, held-out rows of") and "2 starts" in lines[0]
    assert len(lines) == 1 + 1 + 5 + 1 + 1 + ("fails" in out) + 1 and lines[-1] == "inverted.png"
    assert say("invert", runs["points"], "-n", "5", *QUICK, "--out", "x.npz")[0] == 0
    with np.load("x.npz") as kept:
        assert kept["rows"].shape == kept["reconstruction"].shape == (5, 2)
        assert kept["errors"].shape == (5, 2) and kept["control"].shape == (16,)
    assert say("invert", runs["points"], *QUICK, "--out", "both")[1].splitlines()[-1] == "both"
    assert_one_sentence(say("invert", runs["points"], "--out", "both"), 2, "exists already")


def test_pictures_of_a_class_and_with_a_mask(say, runs, files):
    code, out, _ = say("invert", runs["pictures"], "right.png", "--label", "dog", *QUICK)
    assert code == 0 and out.startswith("1 picture;") and "dog" in out
    wide, tall = Image.open("inverted.png").size
    assert 2.8 < wide / tall < 3.3  # original, reconstruction, residual
    assert say("invert", runs["pictures"], "right.png", "--mask", "top.png", *QUICK)[0] == 0
    wide, tall = Image.open("inverted.png").size
    assert 3.8 < wide / tall < 4.4  # and what was seen


def test_by_an_encoder(say, runs, monkeypatch):
    monkeypatch.setattr(
        "zerosum.explore.encoders.own_encoder.__kwdefaults__", {"steps": 3, "seed": 0}
    )
    code, out, _ = say("invert", runs["points"], "-n", "3", "--by", "both", *QUICK)
    assert code == 0 and "one of an encoder of the generator's own rows" in out


def test_the_classes_of_data_are_used(say, runs):
    code, out, _ = say("invert", runs["pictures"], "-n", "4", *QUICK)
    assert code == 0 and ("cat" in out or "dog" in out)


def test_edited_pictures_are_projected_beside_themselves(say, runs, files):
    Path("drawn").mkdir()
    Image.open("right.png").save("drawn/a.png")
    words = ("invert", runs["pictures"], "drawn/a.png", "right.png", "--paint", *QUICK)
    code, out, err = say(*words, "--mask", "top.png", "--label", "cat")
    assert (code, err) == (0, "") and "2 pictures, projected; by search" in out
    assert "painted" in out and "elsewhere" in out
    ends = [str(Path("drawn/a-projected.png")), "right-projected.png", "inverted.png"]
    assert out.splitlines()[-3:] == ends
    kept = [np.asarray(Image.open(name)) for name in ends[:2]]
    assert kept[0].shape == (6, 6) and (kept[0] == kept[1]).all()  # the same picture twice
    assert not (kept[0] == np.asarray(Image.open("right.png"))).all()
    plain = say(*words, "--out", "x.npz")  # nothing is said to be painted: all counts alike
    assert plain[0] == 0 and "painted" not in plain[1] and len(plain[1].splitlines()) > 4
    np.save("rows.npy", np.zeros((2, 2)))
    code, out, _ = say("invert", runs["points"], "rows.npy", "--paint", *QUICK)
    assert code == 0 and "-projected" not in out


def test_what_cannot_be_inverted(say, runs, files):
    points, pictures = runs["points"], runs["pictures"]
    for words, sentence in (
        ((pictures, "short.png"), "has 5 x 6 pixels (height x width), but 6 x 6 are needed"),
        ((pictures, "colour.png"), "is in colour, but grey"),
        ((pictures, "none.png"), "there is no file none.png"),
        ((pictures, "right.png", "--mask", "short.png"), "has 5 x 6 pixels"),
        ((pictures, "right.png", "--mask", "wide.npy"), "mask has shape (3, 4)"),
        ((pictures, "right.png", "--label", "cow"), "unknown label 'cow'"),
        ((pictures, "right.png", "right.npy"), "there is no file right.npy"),
        ((pictures, "digits"), "holds rows of shape (1, 8, 8)"),
        ((points, "right.png"), "this generator makes numbers"),
        (
            (points, "wide.npy"),
            "rows have shape (3, 4), but this generator makes rows of 2 numbers",
        ),
        ((points, "ring", "grid"), "of data only one can be given"),
        ((points, "--mask", "top.png"), "is no mask of numbers"),
        ((points, "--mask", "none.npy"), "there is no file none.npy"),
        ((points, "--by", "encoders"), "did you mean 'encoder'"),
        ((points, "--starts", "0"), "give starts of 1 or more"),
        ((points, "--out", "x.csv"), "use one of .png, .npz, or a folder"),
        ((points, "--paint"), "name the edited picture"),
        ((pictures, "right.png", "--paint", "--by", "both"), "does not know what was painted"),
        ((pictures, "right.png", "--paint", "--mask", "wide.npy"), "mask has shape (3, 4)"),
        ((points, "--out", "none/x.png"), "the folder none does not exist"),
    ):
        assert_one_sentence(say("invert", *words), 2, sentence)
    alone = say("invert", points / "model")
    assert_one_sentence(alone, 2, "is not a run folder")


def test_anomalies_have_p_values_among_held_out_rows(say, runs):
    np.save("far.npy", np.array([[0.0, 0.0], [50.0, 50.0]]))
    code, out, err = say("anomaly", runs["points"], "far.npy", "--normal", "9", "--out", "far.npz")
    assert (code, err) == (0, "")
    line = next(line for line in out.splitlines() if line.lstrip().startswith("1 "))
    assert line.split()[-1] == "0.1000"  # 1 / (1 + 9)
    assert_one_sentence(say("anomaly", runs["points"], "wide.npy"), 2, "wide.npy")

"""Every bad input of the evidence and the latent verbs, given as a person would give it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.processes import assert_one_sentence
from tests.tiny_runs import finished, small_pictures

pytestmark = pytest.mark.usefixtures("own_folder")
QUICK = ("--starts", "2", "--steps", "2", "--polish", "2")
CAT = ("--label", "cat", *QUICK)
INCEPTION = ("--features", "inception=x.pth")


@pytest.fixture
def numbers():
    """Points that cannot be measured, each for a reason of its own."""
    good = np.random.default_rng(0).normal(size=(100, 2))
    for n in (0, 1, 3, 12):
        np.save(f"{n}.npy", good[:n])
    for name, wrong in (("nan", np.nan), ("inf", np.inf)):
        rows = good.copy()
        rows[7, 1] = wrong
        np.save(f"{name}.npy", rows)
    np.save("wide.npy", good.reshape(-1, 4))
    np.save("bare.npy", good[:, 0])
    np.save("words.npy", np.array([["a", "b"]] * 30))
    np.save("flat.npy", np.ones((100, 2)))
    np.save("flat column.npy", good * [1, 0])


@pytest.fixture
def pictures():
    """Pictures, labels and masks that do not fit a generator of 6 x 6 grey pixels."""
    rows = small_pictures(60)
    colour = np.stack([rows, rows // 2, rows], axis=-1)
    spoilt = rows / 255.0
    spoilt[3, 2, 2] = np.nan
    named = {"short": rows[:, :5], "colour": colour, "nan": spoilt, "11": rows[:11], "1": rows[:1]}
    for name, array in named.items():
        np.save(f"{name}.npy", array)
    Image.fromarray(rows[0]).save("right.png")
    Image.fromarray(rows[0, :5]).save("short.png")
    Image.fromarray(colour[0]).save("colour.png")
    Path("broken.png").write_bytes(Path("right.png").read_bytes()[:40])
    Path("folder").mkdir()
    for i in range(14):
        Image.fromarray(rows[i, :5]).save(f"folder/{i}.png")
    pets = np.array(["cat", "dog"])[np.arange(60) % 2]
    np.savez("fewer labels.npz", x=rows, y=pets[:59])
    np.savez("one class.npz", x=rows, y=np.array(["cat"] * 60))
    np.savez("no labels.npz", x=rows)
    np.savez("short.npz", x=rows[:, :5], y=pets)
    for name, mask in (("5 x 6", np.ones((5, 6))), ("two", np.ones((2, 6, 6)))):
        np.save(f"mask {name}.npy", mask)
    for name, value in (("nan", np.nan), ("minus", -1.0), ("nothing", 0.0)):
        np.save(f"mask {name}.npy", np.full((6, 6), value))


def state(*folders):
    """What lies in some folders, and when it was written."""
    paths = (p for folder in folders for p in Path(folder).rglob("*"))
    return {p: p.stat().st_mtime_ns for p in paths}


def refused(say, runs, cases):
    """Each command exits 2 with one sentence on stderr, nothing on stdout, and no file written."""
    folders = (Path(), runs["points"].parent)
    before = state(*folders)
    for words, sentence in cases:
        assert_one_sentence(say(*words), 2, sentence)
        assert state(*folders) == before, words


def test_rows_too_few_not_finite_or_of_another_shape(say, runs, numbers):
    points = runs["points"]
    wrong = {
        "0": "at least 2 are needed",
        "1": "at least 2 are needed",
        "3": "holding out 2 of 3",
        "12": "are too few: give at least 12",
        "nan": "sample 7 (counted from 0) holds a NaN",
        "inf": "sample 7 (counted from 0) holds a NaN or an infinity",
        "wide": "shape (4,), training rows (4,) and generated ones (2,)",
        "bare": "generated ones (2,)",
        "words": "cannot be pixels or numbers",
    }
    for model in (points, points / "model"):
        given = ((("evaluate", model, "--data", f"{n}.npy"), said) for n, said in wrong.items())
        refused(say, runs, given)
    for verb, more in (("invert", (*QUICK, "-n", "100")), ("anomaly", ("-n", "100"))):
        refused(
            say, runs,
            [
                ((verb, points, "nan.npy", *more), "rows hold NaN or infinity, first in row 7"),
                ((verb, points, "inf.npy", *more), "rows hold NaN or infinity, first in row 7"),
                ((verb, points, "0.npy", *more), "rows have shape (0, 2)"),
                ((verb, points, "wide.npy", *more), "rows have shape (50, 4)"),
                ((verb, points, "bare.npy", *more), "rows have shape (100,)"),
                ((verb, points, "words.npy", *more), "which are no numbers"),
            ],
        )  # fmt: skip
    refused(
        say, runs,
        [
            (("quiz", points, "--data", "1.npy"), "at least 2 are needed"),
            (("quiz", points, "--data", "nan.npy"), "sample 7"),
            (("quiz", points, "--data", "wide.npy"), "have shape (4,) and the generator makes (2,)"),
            (("quiz", points, "--data", "12.npy"), "too few"),
        ],
    )  # fmt: skip


def test_constant_features_leave_panels_out_and_that_is_said(say, runs, numbers):
    code, out, err = say("evaluate", runs["points"], "--data", "flat.npy")
    assert (code, err) == (0, "") and "nan" not in out.lower()
    assert "left out: kernel: more than half of all pairs of rows are equal" in out
    assert "left out: supports" in out and "precision points" in out
    code, out, err = say("evaluate", runs["points"], "--data", "flat column.npy")
    assert (code, err) == (0, "") and "nan" not in out.lower() and "MMD points" in out


def test_pictures_of_another_size_or_number_of_channels(say, runs, pictures):
    told = runs["pictures"]
    refused(
        say, runs,
        [
            (("evaluate", told, "--data", "short.npy"), "(1, 5, 6) and the generator makes (1, 6, 6)"),
            (("evaluate", told, "--data", "colour.npy"), "the pictures are (3, 6, 6)"),
            (("evaluate", told, "--data", "folder"), "the pictures are (1, 5, 6)"),
            (("evaluate", told, "--data", "right.png"), "is one picture; give the folder"),
            (("evaluate", told, "--data", "11.npy"), "are too few: give at least 12"),
            (("evaluate", told, "--data", "nan.npy"), "sample 3 (counted from 0)"),
            (("quiz", told, "--data", "short.npy"), "and the generator makes (1, 6, 6)"),
            (("quiz", told, "--data", "colour.npy"), "have shape (3, 6, 6)"),
            (("neighbours", told, "short.png"), "unrecognized arguments: short.png"),
        ],
    )  # fmt: skip
    for verb, run, more in (("invert", told, CAT), ("anomaly", runs["untold"], ())):
        refused(
            say, runs,
            [
                ((verb, run, "short.png", *more, "-n", "60"), "has 5 x 6 pixels (height x width), but 6 x 6"),
                ((verb, run, "colour.png", *more, "-n", "60"), "is in colour, but grey"),
                ((verb, run, "broken.png", *more, "-n", "60"), "broken.png cannot be read"),
                ((verb, run, "short.npy", *more, "-n", "60"), "rows have shape (60, 5, 6)"),
                ((verb, run, "colour.npy", *more, "-n", "60"), "rows have shape (60, 6, 6, 3)"),
                ((verb, run, "nan.npy", *more, "-n", "60"), "first in row 3"),
                ((verb, run, "folder", *more, "-n", "60"), "holds rows of shape (1, 5, 6)"),
            ],
        )  # fmt: skip


def test_a_run_whose_data_have_changed_since(say, tmp_path):
    """The run's own rows, which the verbs read again, are now of another size."""
    np.save("pets.npy", small_pictures())
    run = finished(tmp_path / "runs", tmp_path / "pets.npy")
    np.save("pets.npy", small_pictures(side=5))
    refused(
        say, {"points": run},
        [
            ((verb, run, *more), "pets.npy")
            for verb, *more in (
                ("evaluate",), ("neighbours",), ("invert", *QUICK), ("anomaly", "pets.npy"), ("quiz",),
            )
        ],
    )  # fmt: skip


def test_a_folder_of_mixed_sizes_is_not_resized_in_silence(say, runs, pictures):
    Path("mixed").mkdir()
    for i, rows in enumerate((6, 6, 5)):
        Image.fromarray(small_pictures()[i, :rows]).save(f"mixed/{i}.png")
    code, _, err = say("invert", runs["pictures"], "mixed", *CAT)
    assert code == 0 and "1 picture cropped to the centre and resized to 6 x 6" in err


def test_masks_of_another_shape(say, runs, pictures):
    verb = ("invert", runs["pictures"], "right.png", *CAT, "--mask")
    refused(
        say, runs,
        [
            ((*verb, "mask 5 x 6.npy"), "mask has shape (5, 6)"),
            ((*verb, "mask two.npy"), "mask has shape (2, 6, 6)"),
            ((*verb, "mask nan.npy"), "mask holds a negative or infinite number"),
            ((*verb, "mask minus.npy"), "mask holds a negative"),
            ((*verb, "mask nothing.npy"), "or a row of zeros"),
            ((*verb, "short.png"), "has 5 x 6 pixels"),
            ((*verb, "colour.png"), "is in colour"),
            ((*verb, "folder"), "there is no file folder"),
            ((*verb, "mask 5 x 6.npy", "--paint"), "mask has shape (5, 6)"),
            ((*verb, "mask nan.npy", "--paint"), "where holds NaN"),
            ((*verb, "mask nothing.npy", "--paint"), "where is false everywhere"),
        ],
    )  # fmt: skip


def test_labels_that_do_not_fit(say, runs, pictures):
    told, untold = runs["pictures"], runs["untold"]
    sums, ways = ("arithmetic", untold, "cat - dog"), ("directions", untold, "--by", "labels")
    refused(
        say, runs,
        [
            (("evaluate", told, "--data", "fewer labels.npz"), "60 samples and labels of shape (59,)"),
            (("invert", told, "fewer labels.npz", *QUICK), "labels of shape (59,)"),
            ((*sums, "--data", "fewer labels.npz"), "labels of shape (59,)"),
            ((*sums, "--data", "one class.npz"), "60 rows came with 1 classes"),
            ((*sums, "--data", "no labels.npz"), "60 rows came with 0 classes"),
            ((*sums, "--data", "short.npz"), "holds rows of shape (1, 5, 6)"),
            ((*ways, "--data", "fewer labels.npz"), "labels of shape (59,)"),
            ((*ways, "--data", "no labels.npz"), "60 rows came with 0 classes"),
            ((*ways, "--data", "short.npz"), "holds rows of shape (1, 5, 6)"),
            (("doubt", untold, "--data", "one class.npz"), "60 rows came with 1 classes"),
            (("doubt", untold, "--data", "short.npz"), "holds rows of shape (1, 5, 6)"),
            (("arithmetic", untold, "cat - cow"), "unknown class 'cow'"),
            (("arithmetic", untold, ""), "unknown class ''"),
            (("arithmetic", untold, "- cat - dog"), "is no sum of classes"),
        ],
    )  # fmt: skip


def test_one_class_is_no_class_and_that_is_said(say, runs, pictures):
    code, out, _ = say("evaluate", runs["pictures"], "--data", "one class.npz")
    assert code == 0 and "left out: classes: the training rows have one only" in out
    assert "KL classes" not in out


def test_settings_that_cannot_be(say, runs, monkeypatch):
    monkeypatch.setattr("zerosum.metrics.classifier._PASSES", 64)
    points, told, untold = runs["points"], runs["pictures"], runs["untold"]
    pixels = "unknown feature extractor 'incepton'; did you mean 'inception'"
    refused(
        say, runs,
        [
            (("evaluate", told, "--features", "incepton"), pixels),
            (("evaluate", told, "--features", ""), "unknown feature extractor ''"),
            (("evaluate", told, *INCEPTION), "cannot read x.pth"),
            (("evaluate", points, "--rows", "1"), "--rows 1 cannot be"),
            (("evaluate", told, "--rows", "1", *INCEPTION), "--rows 1 cannot be"),
            (("evaluate", told, "--rows", "two", *INCEPTION), "invalid int value"),
            (("evaluate", points, "--likelihood", "0"), "sigma is 0.0"),
            (("evaluate", points, "--likelihood", "-1"), "sigma is -1.0"),
            (("evaluate", points, "--likelihood", "nan"), "sigma is nan"),
            (("evaluate", points, "--likelihood", "inf"), "sigma is inf"),
            (("evaluate", points, "--duality-gap", "0"), "steps is 0"),
            (("neighbours", untold, "-k", "0"), "0 neighbours of 8 samples"),
            (("neighbours", untold, "-k", "500"), "among 96 training rows"),
            (("neighbours", untold, "-n", "0"), "of 0 samples"),
            (("invert", points, "-n", "0"), "0 rows cannot be looked at"),
            (("invert", points, "-n", "-1"), "-1 rows cannot be looked at"),
            (("invert", points, "--prior", "nan"), "prior is nan"),
            (("anomaly", points, "ring", "--normal", "0"), "0 rows cannot be looked at"),
            (("arithmetic", untold, "cat - dog", "-n", "0"), "n is 0"),
            (("arithmetic", untold, "cat - dog", "-n", "-2"), "n is -2"),
        ],
    )  # fmt: skip


def answers(**changed):
    """A file of one answer, of which something was changed."""
    row = {"question": 1, "truth": "real", "said": "fake", "score_in_sight": False} | changed
    return json.dumps({"format": "zerosum quiz answers 1", "answers": [row]})


def test_damaged_answers(say, runs):
    damaged = {
        "cut.json": (answers()[:60], "is not JSON"),
        "empty.json": ("", "is not JSON"),
        "list.json": ("[1, 2]", "is no file of answers"),
        "other.json": ('{"format": "other"}', "is no file of answers"),
        "none.json": ('{"format": "zerosum quiz answers 1", "answers": []}', "nothing to score"),
        "words.json": ('{"format": "zerosum quiz answers 1", "answers": "all"}', "no list of"),
        "truth.json": (answers(truth="maybe"), "has 'maybe' as its truth"),
        "nobody.json": (answers(truth=""), "neither real nor fake"),
        "said.json": (answers(said=None), "has None as its said"),
        "nested.json": (answers(said=["real"]), "as its said"),
        "silent.json": (answers(said=""), "nothing to score"),
        "deep.json": ("[" * 100_000, "nested deeper"),
        "columns.csv": ("question,truth\n1,real\n", "its first line has to be"),
        "short.csv": ("question,truth,said,score_in_sight\n1,real\n", "has None as its said"),
    }
    for name, (text, _) in damaged.items():
        Path(name).write_text(text)
    Path("bytes.json").write_bytes(b"\xff\xfe\x00\x01")
    Path("folder").mkdir()
    refused(say, runs, ((("quiz", "--score", n), said) for n, (_, said) in damaged.items()))
    refused(
        say, runs,
        [
            (("quiz", "--score", "bytes.json"), "is not UTF-8"),
            (("quiz", "--score", "folder"), "folder is not a regular file"),
        ],
    )  # fmt: skip

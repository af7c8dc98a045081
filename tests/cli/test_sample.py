"""`zerosum sample`: into pictures, arrays, tables and folders, and onto disks that refuse."""

from __future__ import annotations

import csv
import resource
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.processes import assert_one_sentence, python
from tests.tiny_runs import small_pictures
from zerosum.runs import saving

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.mark.parametrize("suffix", ["png", "npy", "csv", "PNG"])
def test_points_are_sampled_into_any_file(say, runs, suffix):
    code, out, err = say("sample", runs["points"], "-n", "20", "--out", f"x.{suffix}")
    assert (code, out, err) == (0, f"x.{suffix}\n", "")
    assert [p.name for p in Path().iterdir()] == [f"x.{suffix}"]
    if suffix == "npy":
        assert np.load("x.npy").shape == (20, 2)
    elif suffix == "csv":
        rows = list(csv.reader(Path("x.csv").read_text().splitlines()))
        assert len(rows) == 21 and all(len(row) == 2 for row in rows)
        float(rows[1][0])
    else:
        assert Image.open(f"x.{suffix}").size[0] > 50


def test_the_seed_of_samples(say, runs):
    for seed, name in ((0, "a"), (0, "b"), (1, "c")):
        assert say("sample", runs["points"], "--seed", seed, "--out", f"{name}.npy")[0] == 0
    a, b, c = (np.load(f"{name}.npy") for name in "abc")
    assert np.array_equal(a, b) and not np.array_equal(a, c) and len(a) == 64


def test_samples_of_a_checkpoint(say, runs):
    """The small runs are evaluated once, at their end, so that their best is their last."""
    for which, name in (("best", "a"), ("last", "b"), ("2", "c")):
        answer = say("sample", runs["points"], "--checkpoint", which, "--out", f"{name}.npy")
        assert answer == (0, f"{name}.npy\n", "")
    say("sample", runs["points"], "--out", "d.npy")
    a, b, c, d = (np.load(f"{name}.npy") for name in "abcd")
    assert np.array_equal(a, b) and np.array_equal(b, d) and not np.array_equal(c, d)
    answer = say("sample", runs["points"], "--checkpoint", "3")
    assert_one_sentence(answer, 2, "keeps no checkpoint of step 3: there are 2, 4")
    assert_one_sentence(say("sample", runs["points"] / "model", "--checkpoint", "best"), 2, "run")


def test_csv_and_array_hold_the_same_numbers(say, runs):
    for name in ("x.npy", "x.csv"):
        say("sample", runs["points"] / "model", "-n", "5", "--out", name)
    np.testing.assert_array_equal(np.loadtxt("x.csv", delimiter=",", skiprows=1), np.load("x.npy"))


def test_pictures_are_sampled_into_grids_arrays_and_folders(say, runs):
    for out in ("x.png", "x.npy", "folder"):
        assert say("sample", runs["pictures"], "-n", "7", "--out", out)[:2] == (0, f"{out}\n")
    array = np.load("x.npy")
    assert array.shape == (7, 6, 6) and array.dtype == np.uint8
    files = sorted(Path("folder").iterdir())
    assert [f.name for f in files] == [f"{i:05d}.png" for i in range(7)]
    shown = np.stack([np.asarray(Image.open(f)) for f in files]).astype(int)
    low, high = small_pictures().min(), small_pictures().max()
    assert shown.shape == array.shape and abs(shown - array).max() <= 255 - high + low


def test_classes_are_sampled_by_name(say, runs):
    for label in ("cat", "dog"):
        args = ("--label", label, "--out", f"{label}.npy")
        assert say("sample", runs["pictures"], *args)[0] == 0
    assert not np.array_equal(np.load("cat.npy"), np.load("dog.npy"))
    answer = say("sample", runs["pictures"], "--label", "cow")
    assert_one_sentence(answer, 2, "unknown label 'cow': this generator has cat, dog")
    assert_one_sentence(say("sample", runs["points"], "--label", "cat"), 2, "unconditional")


REFUSED = [
    ("points", ["--out", "x.jpg"], "x.jpg ends in '.jpg': use one of .png, .npy, .csv"),
    ("points", ["--out", "folder"], "numbers need a file"),
    ("pictures", ["--out", "x.csv"], "pictures do not fit into a .csv"),
    ("pictures", ["--out", "full"], "full exists already"),
    ("points", ["--out", "nowhere/x.png"], "the folder nowhere does not exist"),
    ("points", ["--out", "taken.npy"], "taken.npy"),
    ("points", ["-n", "0"], "n is 0"),
    ("points", ["-n", "-3"], "n is -3"),
    ("points", ["-n", "99999999999"], "n is 99999999999"),
    ("points", ["-n", "ten"], "invalid int value: 'ten'"),
]


@pytest.mark.parametrize(("run", "words", "sentence"), REFUSED, ids=[r[2] for r in REFUSED])
def test_samples_that_cannot_be_written_are_refused(say, runs, run, words, sentence):
    Path("full").mkdir()
    Path("full/mine.txt").write_text("keep")
    Path("taken.npy").mkdir()
    assert_one_sentence(say("sample", runs[run], *words), 2, sentence)
    assert sorted(str(p) for p in Path().rglob("*")) == ["full", "full/mine.txt", "taken.npy"]


def small_files(limit=2000):
    """Make the kernel refuse any file above `limit` bytes, as a full disk would."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


@pytest.mark.parametrize("name", ["x.npy", "x.csv", "x.png"])
def test_a_full_disk_leaves_the_former_file(runs, tmp_path, name):
    (tmp_path / name).write_text("former")
    words = ("sample", str(runs["points"]), "-n", "3000", "--out", name)
    done = python("-m", "zerosum", *words, capture_output=True, preexec_fn=small_files)
    assert_one_sentence((done.returncode, done.stdout, done.stderr), 1, f"cannot write {name}")
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "former"


def test_a_full_disk_leaves_no_half_folder(say, runs, monkeypatch):
    written, save = [], saving.save_grid

    def full(picture, path, **options):
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        written.append(path)
        return save(picture, path, **options)

    monkeypatch.setattr(saving, "save_grid", full)
    answer = say("sample", runs["pictures"], "--out", "folder")
    assert_one_sentence(answer, 1, "cannot write folder: No space left on device")
    assert not Path("folder").exists() and len(written) == 3
    Path("empty").mkdir()
    written.clear()
    assert say("sample", runs["pictures"], "--out", "empty")[0] == 1
    assert list(Path("empty").iterdir()) == []


def test_a_place_that_may_not_be_written_is_refused(say, runs, monkeypatch):
    def refused(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(saving.np, "save", refused)
    answer = say("sample", runs["points"], "--out", "x.npy")
    assert_one_sentence(answer, 2, "x.npy cannot be used: Permission denied")
    assert list(Path().iterdir()) == []

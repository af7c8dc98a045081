"""`zerosum train A --to B` and `zerosum translate`, end to end on tiny folders."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

import zerosum as zs
from tests.training.test_resume_translation import pictures
from zerosum.cli.main import main
from zerosum.errors import InputError
from zerosum.translator import Translator, load_translator

TRAIN = ["--generator.width", "2", "--generator.depth", "1", "--discriminator.width", "2",
         "--steps", "3", "--batch", "2", "--game.cycle.pool", "4", "--previews", "1"]  # fmt: skip
TRAIN[-2] = "--run.previews"


def folder(path, n, seed, channels=3, side=8):
    path.mkdir()
    for i, x in enumerate(pictures(n, seed, channels, side)):
        Image.fromarray(x if channels > 1 else x[..., 0]).save(path / f"{i:02d}.png")
    return path


def run_of(where, channels=3, *more):
    a, b = folder(where / "a", 40, 0, channels), folder(where / "b", 40, 1, channels)
    out = ["--out", str(where / "runs"), "--name", "it", *TRAIN, *more]
    assert (
        main(["train", str(a), "--to", str(b), "--recipe", "cyclegan", "--holdout", "0.4", *out])
        == 0
    )
    return where / "runs" / "it"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("translate"))


def test_a_run_leaves_both_translators_evidence_and_pictures(run):
    there, back = zs.load(run), zs.load(run / "back")
    assert isinstance(there, Translator) and isinstance(back, Translator)
    names = [m["name"] for m in json.loads((run / "evidence.json").read_text())["measurements"]]
    for way in ("there", "back"):
        assert {f"FD randconv {way}", f"FD randconv {way}, untranslated", f"cycle error {way}"} <= {
            *names
        }
    page = (run / "report.html").read_text()
    assert "held-out pictures from the first domain to the second" in page
    assert list((run / "samples").glob("*.png"))


def test_the_evidence_can_be_taken_again(run, capsys):
    assert main(["evaluate", str(run), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((run / "evidence.json").read_text())
    assert main(["evaluate", str(run), "--data", "digits"]) == 2
    assert "leave --data out" in capsys.readouterr().err


@pytest.mark.parametrize("back", [False, True])
def test_every_kind_of_input_is_translated_alike(run, tmp_path, back):
    rows = pictures(5, 7, 3)
    np.save(tmp_path / "x.npy", rows)
    np.savez(tmp_path / "x.npz", a=rows, b=rows[:1])
    given = folder(tmp_path / "given", 5, 7)
    expected = load_translator(run / ("back" if back else "model")).translate(rows)
    inputs = {"x.npy": [], "x.npz": ["--key", "a"], given.name: []}
    for name, more in inputs.items():
        out = tmp_path / f"out-{name}.npy"
        flags = [*more, *(["--back"] if back else []), "--out", str(out)]
        assert main(["translate", str(run), str(tmp_path / name), *flags]) == 0
        assert np.array_equal(np.load(out), expected)
    out = tmp_path / "one.npy"
    flags = ["--back"] if back else []
    assert main(["translate", str(run), str(given / "03.png"), *flags, "--out", str(out)]) == 0
    # one row and many: the order of sums in a matrix product may differ by a rounding
    assert np.abs(np.load(out).astype(int) - expected[3:4]).max() <= 1


def test_a_folder_of_pictures_comes_out(run, tmp_path):
    given, out = folder(tmp_path / "given", 3, 7), tmp_path / "made"
    assert main(["translate", str(run / "model"), str(given), "--out", str(out)]) == 0
    assert [p.name for p in sorted(out.iterdir())] == ["00000.png", "00001.png", "00002.png"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: np.save(p / "x.npy", pictures(3, 0, 1)), r"reads \(n, 8, 8, 3\)"),
        (lambda p: np.save(p / "x.npy", np.full((2, 8, 8, 3), np.nan)), "no finite number"),
        (lambda p: np.save(p / "x.npy", np.zeros((0, 8, 8, 3), np.uint8)), "give rows"),
        (lambda p: np.save(p / "x.npy", np.full((2, 8, 8, 3), "a")), "no finite number"),
        (lambda p: (p / "x.npy").mkdir(), "holds no picture"),
        (lambda p: None, "there is no file or folder"),
    ],
)
def test_what_cannot_be_translated_is_refused_in_one_sentence(run, tmp_path, capsys, make, words):
    make(tmp_path)
    assert (
        main(["translate", str(run), str(tmp_path / "x.npy"), "--out", str(tmp_path / "o.npy")])
        == 2
    )
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    with pytest.raises(InputError, match=words):
        raise InputError(said)


def test_a_checkpoint_translates_and_is_judged(run, tmp_path, capsys):
    """Three steps, each of which left a checkpoint."""
    np.save(tmp_path / "x.npy", pictures(5, 7, 3))
    words = ["translate", str(run), str(tmp_path / "x.npy"), "--out"]
    made = {}
    for which in ("1", "3", "last", "end"):
        more = [] if which == "end" else ["--checkpoint", which]
        for way in ([], ["--back"]):
            out = str(tmp_path / f"{which}.npy")
            assert main([*words, out, *more, *way]) == 0
            made[which, bool(way)] = np.load(out)
    capsys.readouterr()
    for back in (False, True):
        assert np.array_equal(made["3", back], made["end", back])
        assert np.array_equal(made["last", back], made["end", back])
        assert not np.array_equal(made["1", back], made["end", back])
    found = {}
    for which in ("1", "last"):
        assert main(["evaluate", str(run), "--json", "--checkpoint", which]) == 0
        found[which] = json.loads(capsys.readouterr().out)
    at_end = json.loads((run / "evidence.json").read_text())
    assert found["last"] == at_end != found["1"]
    assert main([*words, str(tmp_path / "o.npy"), "--checkpoint", "7"]) == 2
    assert "keeps no checkpoint of step 7: there are 1, 2, 3" in capsys.readouterr().err
    assert main(["sample", str(run), "--checkpoint", "last"]) == 2
    said = capsys.readouterr().err
    assert "holds a translator" in said and said.count("\n") == 1


def test_a_checkpoint_of_a_folder_that_is_no_run_is_refused(run, tmp_path, capsys):
    np.save(tmp_path / "x.npy", pictures(5, 7, 3))
    words = ["translate", str(run / "model"), str(tmp_path / "x.npy"), "--checkpoint", "last"]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "is not a run folder" in said and said.count("\n") == 1


def test_sample_says_to_use_translate(run, capsys):
    assert main(["sample", str(run)]) == 2
    assert (
        "holds a translator, which makes rows of rows and not of noise: use zerosum translate"
        in (capsys.readouterr().err)
    )


@pytest.mark.parametrize("channels", [1, 4])
def test_grey_pictures_and_pictures_with_alpha(tmp_path, capsys, channels):
    run = run_of(tmp_path, channels, "--channels", str(channels))
    given, out = folder(tmp_path / "given", 2, 7, channels), tmp_path / "o.npy"
    assert main(["translate", str(run), str(given), "--out", str(out)]) == 0
    assert np.load(out).shape == (2, 8, 8, channels)
    if channels == 1:
        colour = folder(tmp_path / "colour", 2, 7)
        assert main(["translate", str(run), str(colour), "--out", str(out)]) == 2
        assert "is in colour, but this translator reads grey pictures" in capsys.readouterr().err


def test_resume_asks_for_the_same_second_domain(tmp_path, capsys):
    run = run_of(tmp_path)
    folder(tmp_path / "c", 2, 9)
    (tmp_path / "b" / "99.png").write_bytes((tmp_path / "c" / "00.png").read_bytes())
    assert main(["train", "--resume", str(run)]) == 2
    assert "is not what" in capsys.readouterr().err
    (tmp_path / "b" / "99.png").unlink()
    assert main(["train", "--resume", str(run)]) == 0


def test_points_are_translated_too(tmp_path, capsys):
    out = ["--out", str(tmp_path), "--name", "it", "--steps", "3", "--n", "200", "--batch", "16"]
    assert main(["train", "ring", "--to", "grid", "--recipe", "cyclegan", *out]) == 0
    np.save(tmp_path / "x.npy", np.zeros((4, 2)))
    made = tmp_path / "made.csv"
    assert (
        main(["translate", str(tmp_path / "it"), str(tmp_path / "x.npy"), "--out", str(made)]) == 0
    )
    assert len(made.read_text().splitlines()) == 5

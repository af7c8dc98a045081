"""The command line as a person meets it: what it says where, with which exit code, and what it leaves."""

from __future__ import annotations

import csv
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tiny_runs import finished, small_pictures
from zerosum import __version__
from zerosum.cli.main import VERBS, main
from zerosum.errors import Diverged, InputError, ZerosumError
from zerosum.metrics.evidence import Evidence
from zerosum.recipes.presets import PRESETS
from zerosum.records.text import read_yaml
from zerosum.runs import saving

TINY = (
    "--data.n", "120", "--batch", "16", "--steps", "3", "--generator.width", "8",
    "--discriminator.width", "8", "--run.previews", "1", "--run.ticks", "1",
)  # fmt: skip


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Work in an empty folder, with no settings from outside, and leave `warnings` as it was."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("warnings.showwarning", None)
    for name in [name for name in os.environ if name.startswith("ZEROSUM_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def say(capsys):
    """Return a function that runs a command and gives (exit code, stdout, stderr)."""

    def run(*words):
        try:
            code = main([str(w) for w in words])
        except SystemExit as end:  # argparse ends the process by itself
            code = end.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Finished runs: points, and conditional pictures."""
    root = tmp_path_factory.mktemp("runs")
    labels = np.array(["cat", "dog"])[np.arange(120) % 2]
    np.savez(root / "pets.npz", x=small_pictures(), y=labels)
    return {
        "points": finished(root),
        "other game": finished(root, game={"objective": "ns"}),
        "other seed": finished(root, seed=1),
        "other rows": finished(root, data={"seed": 1}),
        "pictures": finished(
            root, root / "pets.npz", data={"labels": "y"}, conditional=True,
        ),
    }  # fmt: skip


def assert_one_sentence(answer, code, *words):
    """The command ended with this code and one line on stderr (after notes about the data)."""
    found, out, err = answer
    assert (found, out) == (code, "")
    lines = [line for line in err.splitlines() if not line.startswith("zerosum: ring: ")]
    assert len(lines) == 1 and lines[0].startswith("zerosum: ") and "bug" not in lines[0]
    for word in words:
        assert word in lines[0]


def python(*words, **options):
    """Run a fresh interpreter with the package in reach, and no buffering forced on it."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    env |= {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "OMP_NUM_THREADS": "1"}
    return subprocess.run([sys.executable, *words], env=env, text=True, check=False, **options)


# what is asked without torch


@pytest.mark.parametrize(
    "words",
    [["--help"], ["train", "--help"], ["list", "recipes"], ["list", "datasets"], ["--version"]],
)
def test_help_and_lists_load_no_torch(words):
    code = (
        "import sys\nfrom zerosum.cli.main import main\n"
        f"try: main({words!r})\nexcept SystemExit: pass\n"
        "print([m for m in ('torch', 'numpy', 'scipy', 'sklearn') if m in sys.modules],"
        " file=sys.stderr)"
    )
    done = python("-c", code, capture_output=True)
    assert done.stderr.strip() == "[]" and done.stdout


def test_help_names_every_verb_and_every_setting(say):
    code, out, err = say("--help")
    assert (code, err) == (0, "")
    assert all(re.search(rf"^    {verb} +\w", out, re.MULTILINE) for verb in VERBS)
    code, out, _ = say("train", "--help")
    assert code == 0 and "--game.discriminator_steps" in out and "--generator_optimizer.lr" in out


def test_version(say):
    assert say("--version") == (0, f"zerosum {__version__}\n", "")


def test_lists_have_a_line_for_each_name(say):
    code, out, err = say("list", "recipes")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == list(PRESETS)
    for kind in ("datasets", "objectives", "penalties", "networks", "optimizers"):
        code, out, err = say("list", kind)
        assert (code, err) == (0, "")
        assert all(len(line.split()) > 2 for line in out.splitlines()) and len(out.splitlines()) > 2


def test_doctor_says_what_there_is(say):
    code, out, err = say("doctor")
    assert (code, err) == (0, "")
    facts = dict(
        line.split(None, 1) for line in out.splitlines() if not line.startswith(("cpu", "fr"))
    )
    assert facts["zerosum"] == __version__ and {"python", "torch", "gpu"} <= facts.keys()
    assert re.search(r"^free disk +[\d.]+ GB", out, re.MULTILINE)


# words nobody knows

HINTS = [
    (["trian"], "did you mean train?"),
    (["lst", "recipes"], "did you mean list?"),
    (["list", "recipe"], "did you mean recipes?"),
    (["train", "--setps", "3"], "did you mean --steps?"),
    (["train", "--game.objectiv", "mm"], "did you mean --game.objective?"),
    (["sample", "x", "--ot", "y"], "did you mean --out?"),
    (["train", "--recipe", "wgangp"], "did you mean 'wgan-gp'?"),
    (["train", "digitz"], "digits"),
    (["train", "ring", "--game.objective", "hing"], "did you mean 'hinge'?"),
    (["train", "ring", "--generator.name", "dcgn"], "did you mean 'dcgan'?"),
    (["train", "ring", "--game.penalties", '[{"name": "r1", "wieght": 2}]'], "[0].weight'?"),
    (["train", "ring", "--device", "gpu"], "unknown device 'gpu'"),
]


@pytest.mark.parametrize(("words", "hint"), HINTS, ids=[h[1] for h in HINTS])
def test_a_slip_gets_the_nearest_word(say, words, hint):
    assert_one_sentence(say(*words), 2, hint)


WRONG = [
    ([], "VERB"),
    (["train", "ring", "--steps", "many"], "run.steps is 'many': a whole number is needed"),
    (["train", "ring", "--steps", "0"], "run.steps is 0: at least 1 is needed"),
    (["train", "ring", "--steps"], "expected one argument"),
    (["train", "ring", "--st", "3"], "--st"),  # no abbreviations: they would break with a new flag
    (["train", "ring", "--batch", "1000000"], "run.batch is 1000000, but only 8000 rows"),
    (["train", "ring", "--latent", "10000000000000"], "more than this machine can hold"),
    (["train", "ring", "--generator.width", "1e9"], "generator.width is '1e9': a whole number"),
    (["train", "ring", "--generator.width", "99999999999"], "more than this machine can hold"),
    (["train", "ring", "--game.penalties", "[{]"], "is not JSON"),
    (["train", "ring", "--game.penalties", "r1"], "a list is needed"),
    (["train", "ring", "--seed", "-1"], "seed is -1"),
    (["train", "ring", "--conditional", "true"], "the data have no labels"),
    (["train", "nowhere.npy"], "nowhere.npy"),
    (["train", "--config", "nowhere.yaml"], "nowhere.yaml"),
    (["train", "--resume", "nowhere"], "nowhere is not a run folder"),
    (["train", "ring", "--name", "../x"], "cannot name a run folder"),
    (["train", "ring", "--init-from", "nowhere"], "nowhere does not exist"),
    (["sample", "nowhere"], "nowhere does not exist"),
    (["sample", "."], "holds no config.json"),
    (["evaluate", "nowhere"], "nowhere"),
    (["report", "nowhere"], "nowhere is not a run folder"),
    (["compare", "nowhere"], "compare needs at least two runs"),
    (["compare", "nowhere", "there"], "nowhere has no evidence.json"),
]


@pytest.mark.parametrize(("words", "sentence"), WRONG, ids=[w[1] for w in WRONG])
def test_what_cannot_work_ends_with_2_and_leaves_nothing(say, tmp_path, words, sentence):
    assert_one_sentence(say(*words), 2, sentence)
    assert list(tmp_path.rglob("*.yaml")) == [] and list(tmp_path.rglob("*.npz")) == []


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (InputError("bad input"), 2, "zerosum: bad input\n"),
        (Diverged("it broke"), 3, "zerosum: it broke\n"),
        (ZerosumError("the disk"), 1, "zerosum: the disk\n"),
        (KeyboardInterrupt(), 130, "zerosum: interrupted\n"),
        (MemoryError(), 1, "zerosum: not enough memory: use a smaller batch or narrower networks\n"),
        (RuntimeError("[x] can't allocate memory: 5"), 1, "zerosum: not enough memory: use a "
         "smaller batch or narrower networks\n"),
        (KeyError("a\nb"), 1, "zerosum: KeyError: 'a\\nb' (this is a bug in zerosum: --debug shows "
         "where)\n"),
    ],
    ids=lambda v: type(v).__name__,
)  # fmt: skip
def test_every_failure_has_its_code_and_one_line(say, monkeypatch, error, code, sentence):
    def fail(parsed):
        raise error

    monkeypatch.setattr(VERBS["doctor"], "run", fail)
    assert say("doctor") == (code, "", sentence)


def test_debug_shows_where(say):
    code, out, err = say("sample", "nowhere", "--debug")
    assert (code, out) == (2, "")
    assert err.startswith("Traceback") and err.splitlines()[-1].startswith("zerosum: nowhere does")


# training


def test_train_says_on_stdout_only_where_things_are(say):
    code, out, err = say("train", "ring", *TINY)
    assert code == 0
    where = dict(line.split(None, 1) for line in out.splitlines()[:3])
    assert list(where) == ["run", "model", "report"]
    assert where["run"] == "runs/00000-ring-r3gan" and all(
        os.path.exists(p) for p in where.values()
    )
    assert "zerosum sample runs/00000-ring-r3gan" in out
    assert "step 3/3" in err and "step" not in out


def test_json_is_one_object(say):
    code, out, _ = say("train", "ring", *TINY, "--json", "--out", "elsewhere", "--name", "mine")
    assert code == 0 and out.count("\n") == 1
    assert json.loads(out) == {
        "run": "elsewhere/mine", "model": "elsewhere/mine/model",
        "report": "elsewhere/mine/report.html",
    }  # fmt: skip


def test_a_dry_run_prints_settings_that_feed_back(say, tmp_path):
    words = (
        "ring",
        *TINY,
        "--recipe",
        "wgan-gp",
        "--discriminator.norm",
        "none",
        "--game.clip",
        "none",
    )
    code, out, _ = say("train", *words, "--dry-run")
    assert code == 0 and list(tmp_path.iterdir()) == []
    (tmp_path / "again.yaml").write_text(out)
    config = read_yaml(tmp_path / "again.yaml")
    assert config["recipe"] == "wgan-gp" and config["run"]["steps"] == 3
    assert config["data"]["spec"] == "ring" and config["generator"]["width"] == 8
    assert say("train", "--config", "again.yaml", "--dry-run")[:2] == (0, out)


def test_precedence_is_flag_environment_file_recipe(say, tmp_path, monkeypatch):
    def latent(*words):
        code, out, err = say("train", "ring", "--dry-run", *words)
        assert code == 0, err
        (tmp_path / "out.yaml").write_text(out)
        found = read_yaml(tmp_path / "out.yaml")
        return found["latent"], found["recipe"]

    (tmp_path / "c.yaml").write_text("latent: 21\nrecipe: wgan\n")
    assert latent() == (8, "r3gan")
    assert latent("--config", "c.yaml") == (21, "wgan")
    monkeypatch.setenv("ZEROSUM_LATENT", "22")
    assert latent("--config", "c.yaml") == (22, "wgan")
    assert latent("--config", "c.yaml", "--latent", "23", "--recipe", "sngan") == (23, "sngan")


def test_settings_come_from_the_environment(say, monkeypatch):
    monkeypatch.setenv("ZEROSUM_RUN__STEPS", "nine")
    assert_one_sentence(say("train", "ring"), 2, "run.steps is 'nine'")
    monkeypatch.setenv("ZEROSUM_RUN__STEPS", "2")
    monkeypatch.setenv("ZEROSUM_RUNS", "of-mine")
    assert say("train", "ring", *TINY[:4], *TINY[6:])[0] == 0
    run = Path("of-mine/00000-ring-r3gan")
    assert read_yaml(run / "config.yaml")["run"]["steps"] == 2


CONFIGS = [
    ("data: digits\n", "data must be a mapping"),
    ("data: {spec: 3}\n", "data.spec is 3"),
    ("run: 5\n", "run must be a mapping"),
    ("- a\n", "mapping"),
    ("sed: 1\n", "did you mean 'seed'"),
    ("recipe: 5\n", "recipe"),
    ("seed: !!python/object/apply:os.system ['touch x']\n", "tag"),
    ("a: &a 1\nb: *a\n", "a"),
    ("seed: [\n", "line"),
]


@pytest.mark.parametrize(("text", "words"), CONFIGS, ids=[c[0].strip() for c in CONFIGS])
def test_a_file_that_cannot_be_meant_is_refused(say, tmp_path, text, words):
    (tmp_path / "c.yaml").write_text(text)
    assert_one_sentence(say("train", "--config", "c.yaml"), 2, words)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.yaml"]


# what is done with a run


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


def test_evaluate_prints_a_table_or_one_object(say, runs):
    code, table, err = say("evaluate", runs["points"])
    assert (code, err) == (0, "")
    code, out, err = say("evaluate", runs["points"], "--json")
    assert (code, err) == (0, "") and out.count("\n") == 1
    found = Evidence.from_json(json.loads(out))
    assert str(found) == table.rstrip("\n")
    stored = Evidence.from_json(json.loads((runs["points"] / "evidence.json").read_text()))
    assert found == stored


def test_evaluate_on_given_data(say, runs):
    rows = small_pictures(60).reshape(-1, 2).astype(np.float64)[:100]
    np.save("fresh.npy", rows)
    np.save("wide.npy", rows.reshape(-1, 4))
    code, out, _ = say("evaluate", runs["points"] / "model", "--data", "fresh.npy")
    assert code == 0 and len(out.splitlines()) > 3
    answer = say("evaluate", runs["points"] / "model")
    assert_one_sentence(answer, 2, "is not a run folder")
    assert_one_sentence(say("evaluate", runs["points"], "--data", "wide.npy"), 2, "4")


def test_runs_are_compared_when_their_numbers_are_alike(say, runs):
    code, out, err = say("compare", runs["points"], runs["other game"])
    assert (code, err) == (0, "") and str(runs["other game"]) in out and "W1 exact" in out
    assert say("compare", runs["points"], runs["other seed"])[0] == 0
    for other in ("other rows", "pictures"):
        assert_one_sentence(say("compare", runs["points"], runs[other]), 2, "evaluate both")


def test_a_report_is_written_anew(say, runs, tmp_path):
    run = tmp_path / "copy"
    shutil.copytree(runs["points"], run)
    (run / "report.html").unlink()
    code, out, err = say("report", run)
    assert (code, err) == (0, "") and Path(out.strip()).samefile(run / "report.html")


def test_initialising_from_a_trained_generator(say, runs):
    model = runs["points"] / "model"
    words = ("ring", *TINY, "--generator.depth", "1", "--discriminator.depth", "1")
    code, _, err = say("train", *words, "--init-from", model)
    assert code == 0, err
    answer = say("train", *words, "--init-from", model, "--generator.width", "9")
    assert answer[0] == 2 and "generator of other sizes than this run's" in answer[2]


# disks and pipes that do not take what is written


def test_a_reader_that_left_is_no_error():
    for words in (["list", "recipes"], ["train", "--help"]):
        read, write = os.pipe()
        os.close(read)
        done = python("-m", "zerosum", *words, stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        assert (done.returncode, done.stderr) == (0, "")


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
    monkeypatch.setattr("zerosum.records.atomic.mkdir", refused)
    code, out, err = say("train", "ring", *TINY, "--out", "locked")
    assert (code, out) == (2, "") and "locked cannot be used: Permission denied" in err
    assert list(Path().iterdir()) == []

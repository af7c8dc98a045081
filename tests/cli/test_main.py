"""The command line as a person meets it: what it says where, with which exit code."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from tests.cli.processes import assert_one_sentence, python
from zerosum import __version__
from zerosum.cli.main import VERBS
from zerosum.errors import Diverged, InputError, ZerosumError
from zerosum.recipes.presets import PRESETS
from zerosum.recipes.systems import SYSTEMS

pytestmark = pytest.mark.usefixtures("own_folder")

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
    assert all(re.search(rf"^    {verb}\s+\w", out, re.MULTILINE) for verb in VERBS)
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


def test_systems_are_listed_by_what_they_play(say):
    code, out, err = say("list", "systems")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == list(SYSTEMS)
    assert re.search(r"^began +An autoencoder as discriminator", out, re.MULTILINE)


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


def test_a_reader_that_left_is_no_error():
    for words in (["list", "recipes"], ["train", "--help"]):
        read, write = os.pipe()
        os.close(read)
        done = python("-m", "zerosum", *words, stdout=write, stderr=subprocess.PIPE)
        os.close(write)
        assert (done.returncode, done.stderr) == (0, "")

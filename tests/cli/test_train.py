"""`zerosum train`: settings from flags, environment and files, and what it leaves and says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.processes import TINY, assert_one_sentence
from zerosum.records.text import read_yaml

pytestmark = pytest.mark.usefixtures("own_folder")


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


def test_the_best_step_is_named_at_the_end(say):
    _, out, err = say("train", "ring", *TINY, "--evaluation.times", "3")
    assert "zerosum: Best by coverage: step " in err and "Best" not in out


def test_too_few_rows_to_evaluate_by_are_said_once(say):
    few = [*TINY, "--data.n", "50", "--evaluation.times", "3"]  # 10 rows are held out
    code, _, err = say("train", "ring", *few)
    assert code == 0 and err.count("no evaluation during training, and no best checkpoint") == 1
    assert "10 held-out and 40 training rows are too few for it" in err and "Best by" not in err


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


def test_initialising_from_a_trained_generator(say, runs):
    model = runs["points"] / "model"
    words = ("ring", *TINY, "--generator.depth", "1", "--discriminator.depth", "1")
    code, _, err = say("train", *words, "--init-from", model)
    assert code == 0, err
    answer = say("train", *words, "--init-from", model, "--generator.width", "9")
    assert answer[0] == 2 and "generator of other sizes than this run's" in answer[2]


def test_a_place_that_may_not_be_written_is_refused(say, monkeypatch):
    def refused(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("zerosum.records.atomic.mkdir", refused)
    code, out, err = say("train", "ring", *TINY, "--out", "locked")
    assert (code, out) == (2, "") and "locked cannot be used: Permission denied" in err
    assert list(Path().iterdir()) == []

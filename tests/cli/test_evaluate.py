"""`zerosum evaluate`, `compare` and `report`: what is said of runs that are done."""

from __future__ import annotations

import inspect
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.cli.processes import assert_one_sentence
from tests.tiny_runs import small_pictures
from zerosum.metrics.evidence import Evidence
from zerosum.metrics.rows import choose

pytestmark = pytest.mark.usefixtures("own_folder")


def test_evaluate_prints_a_table_or_one_object(say, runs):
    code, table, err = say("evaluate", runs["points"])
    assert (code, err) == (0, "")
    code, out, err = say("evaluate", runs["points"], "--json")
    assert (code, err) == (0, "") and out.count("\n") == 1
    found = Evidence.from_json(json.loads(out))
    assert str(found) == table.rstrip("\n")
    stored = Evidence.from_json(json.loads((runs["points"] / "evidence.json").read_text()))
    assert found == stored


def test_a_checkpoint_is_judged_on_the_same_rows(say, runs):
    code, out, err = say("evaluate", runs["points"], "--checkpoint", "best")
    assert code == 0 and "chosen with a look at some of these held-out rows" in err
    assert say("evaluate", runs["points"])[1] == out  # the last is the best here
    code, other, err = say("evaluate", runs["points"], "--checkpoint", "2")
    assert (code, err) == (0, "") and other != out


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


def test_pictures_are_also_compared_in_published_features(say, runs, monkeypatch):
    """A small network stands in for a published one: what is read, named and compared is the same."""
    import torch
    from safetensors.torch import save_file

    from zerosum.metrics.features import Pixels
    from zerosum.metrics.wrapped import as_extractor
    from zerosum.runs import extractors

    def make(tensors, digest, *, resize):
        assert resize == "tf1" and tensors["w"].shape == (3,)
        return as_extractor(
            lambda x: x.flatten(1)[:, :5], torch.zeros(2, *shape), id=f"own:{digest[:4]}"
        )

    shape = Pixels(small_pictures()[:1].shape[-1:] * 3).event_shape
    published = extractors.Published(make, "https://example.org/own.safetensors", "", 10)
    monkeypatch.setitem(extractors.PUBLISHED, "own", published)
    save_file({"w": torch.ones(3)}, "own.safetensors")
    words = ("evaluate", runs["pictures"], "--features", "own=own.safetensors", "--resize", "tf1")
    code, out, err = say(*words, "--json")
    assert (code, err) == (0, "")
    found = Evidence.from_json(json.loads(out))
    assert found["FD own"].label.startswith("FD[own:") and ":5d" in found["FD own"].label
    assert found["FD own"].reference.splits == 20 and found["recall own"].value <= 1
    plain = Evidence.from_json(json.loads(say("evaluate", runs["pictures"], "--json")[1]))
    assert [m for m in found.measurements if "own" not in m.name] == list(plain.measurements)


@pytest.fixture
def own_features(monkeypatch):
    """Put a quick network in the place of a published one and return how many rows it is asked about."""
    import torch
    from safetensors.torch import save_file

    from zerosum.metrics.wrapped import Wrapped
    from zerosum.runs import extractors

    asked = []

    def make(tensors, digest, *, resize):
        def features(batch):
            asked.append(len(batch))
            return batch.flatten(1)[:, :5]

        return Wrapped(features, f"own:{digest[:8]}", 5)

    published = extractors.Published(make, "https://example.org/own.safetensors", "", 10)
    monkeypatch.setitem(extractors.PUBLISHED, "own", published)
    save_file({"w": torch.ones(3)}, "own.safetensors")
    save_file({"w": torch.zeros(3)}, "other.safetensors")
    return asked


def test_features_are_computed_once(say, runs, monkeypatch, own_features):
    """The second evaluation asks the network about nothing and prints the same."""
    words = ("evaluate", runs["pictures"], "--features", "own=own.safetensors")
    first = say(*words)
    n = sum(own_features)
    assert n > 0 and say(*words) == first and sum(own_features) == n
    code, out, _ = say("doctor")
    assert code == 0 and "kB of at most 2.0 GB kept" in out
    assert say(*words[:-1], "own=other.safetensors")[0] == 0  # other weights: nothing is known
    assert sum(own_features) == 2 * n
    monkeypatch.setenv("ZEROSUM_CACHE_LIMIT", "lots")
    assert_one_sentence(say(*words), 2, "ZEROSUM_CACHE_LIMIT is 'lots'")


@pytest.mark.skipif(
    "limit" not in inspect.signature(choose).parameters,
    reason="NOT TESTED: evaluate does not ask an extractor how many rows it is worth",
)
def test_a_slow_extractor_sees_fewer_rows_and_its_label_says_so(say, runs, own_features):
    words = ("evaluate", runs["pictures"], "--features", "own=own.safetensors", "--json")
    found = Evidence.from_json(json.loads(say(*words, "--rows", "12")[1]))
    assert (
        sum(own_features) == 12 + 12 + 30
    )  # held-out, generated, and 2.5 times as many for references
    label = found["FD own"].label
    assert "real=held-out 12" in label and "fake=12" in label
    assert "fake=24" in found["FD randconv"].label  # the others see all


def test_rows_that_cannot_be(say, runs):
    for words in (("--rows", "100"), ("--rows", "11", "--features", "inception=x.pth")):
        assert_one_sentence(
            say("evaluate", runs["pictures"], *words), 2, "it bounds what --features"
        )


@pytest.mark.parametrize(
    ("which", "features", "words"),
    [
        ("pictures", "incepton", "unknown feature extractor 'incepton'; did you mean 'inception'"),
        ("pictures", "pixels", "--features pixels is taken of pictures in any case"),
        ("pictures", "inception=none.pth", "cannot read none.pth"),
        ("points", "inception", "--features inception sees pictures, and these data are none"),
    ],
)
def test_features_that_cannot_be_taken(say, runs, features, which, words):
    assert_one_sentence(say("evaluate", runs[which], "--features", features), 2, words)


def test_weights_are_not_fetched_unasked(say, runs, tmp_path, monkeypatch):
    monkeypatch.setenv("ZEROSUM_CACHE", str(tmp_path / "cache"))
    answer = say("evaluate", runs["pictures"], "--features", "dinov2-small")
    assert_one_sentence(answer, 2, "give dinov2-small=FILE, or add --download")
    assert not (tmp_path / "cache").exists()

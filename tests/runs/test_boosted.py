"""A mixture of GANs in a run folder: what it leaves, and that a kill anywhere changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny_runs import settings, small_pictures
from zerosum.errors import InputError
from zerosum.generator import load_generator
from zerosum.recipes.config import merge
from zerosum.records.events import read_events
from zerosum.records.lock import Lock
from zerosum.records.tensors import read_tensors
from zerosum.records.text import read_json
from zerosum.runs import boosted, boosting, session
from zerosum.runs.job import Job, prepare
from zerosum.training.checkpoint import module_tensors

STEPS = 6
# three components, a checkpoint every two rounds, and a classifier that sees something
BOOST = {"components": 3, "rounds": 25, "width": 8}
SMALL = settings(boost=BOOST, run={"steps": STEPS, "checkpoints": 3, "ticks": 6})


class Killed(Exception):
    """What a test stops a training with, where a kill would."""


def prepared(**over) -> Job:
    return prepare("ring", recipe="ns-r1", settings=merge(SMALL, over))


def trained(root, **over) -> boosted.Boosted:
    work = boosted.begin(prepared(**over), root)
    with Lock(work.run):
        assert work.train() == "done"
    return work


def resumed(run) -> boosted.Boosted:
    with Lock(run) as lock:
        work = boosted.resume(run, lock, pytest.fail)
        assert work.train() == "done"
    return work


def components(work: boosted.Boosted) -> list[dict[str, Any]]:
    """What is written about the components, but for the seconds."""
    found = boosting.summary(work.first.config, work.parts)["components"]
    return [{k: v for k, v in c.items() if not k.endswith("seconds")} for c in found]


def kept(work: boosted.Boosted) -> dict[str, torch.Tensor]:
    """All tensors that a mixture's run leaves: the artefact's, and each component's weights of rows."""
    tensors = module_tensors(work.job.generator().network)
    for path in sorted(work.run.glob("components/*/weights.safetensors")):
        tensors[path.parent.name] = read_tensors(path)["weights"]
    return tensors


def assert_same(work: boosted.Boosted, other: boosted.Boosted) -> None:
    mine, theirs = kept(work), kept(other)
    assert mine.keys() == theirs.keys() and {"01", "02"} <= mine.keys()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    assert components(work) == components(other)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    work = trained(tmp_path_factory.mktemp("runs"))
    work.conclude()
    return work


def test_the_folder_is_that_of_a_run_with_a_training_for_each_component(whole):
    names = {p.name for p in whole.run.iterdir() if not p.name.startswith(".")}
    assert names == {
        "config.yaml", "environment.json", "events.jsonl", "samples", "components", "mixture.json",
        "model", "evidence.json", "gallery.npz", "report.html",
    }  # fmt: skip
    inside = {p.name for p in (whole.run / "components" / "01").iterdir()}
    assert inside == {
        "weights.safetensors", "events.jsonl", "checkpoints", "component.json", "model",
    }  # fmt: skip
    assert [p.name for p in sorted((whole.run / "samples").iterdir())] == [
        "000006.png", "000012.png", "000018.png",
    ]  # fmt: skip
    assert "Components of the mixture" in (whole.run / "report.html").read_text()


def test_the_log_counts_rounds_and_samples_of_all_components(whole):
    events = read_events(whole.run)
    ticks = [e for e in events if e["kind"] == "tick"]
    assert [(t["step"], t["component"]) for t in ticks] == [
        (3, 1), (6, 1), (9, 2), (12, 2), (15, 3), (18, 3),
    ]  # fmt: skip
    assert [t["seen"] for t in ticks] == [16 * t["step"] for t in ticks]
    assert [e["step"] for e in events if e["kind"] == "end"] == [18]


def test_the_first_component_is_the_gan_without_a_mixture(whole):
    alone = prepared(boost={"components": 1})
    alone.run()
    first = load_generator(whole.run / "components" / "00" / "model")
    for name, tensor in module_tensors(alone.generator().network).items():
        assert torch.equal(first.network.state_dict()[name], tensor)


def test_the_mixture_is_of_the_components_that_lie_beside_it(whole):
    mixture = load_generator(whole.run / "model")
    assert mixture.shares == pytest.approx((1 / 3,) * 3)
    assert mixture.sizes.latent == whole.first.sizes.latent + 1
    for t in range(3):
        part = load_generator(whole.run / "components" / f"{t:02d}" / "model")
        for name, tensor in part.network.state_dict().items():
            assert torch.equal(mixture.network.state_dict()[f"components.{t}.{name}"], tensor)
    assert mixture.provenance["components"] == 3 and mixture.provenance["steps"] == 18


def test_the_costs_are_those_of_the_components(whole):
    found = read_json(whole.run / "mixture.json")
    assert [c["rounds"] for c in found["components"]] == [STEPS] * 3
    assert (found["rounds"], found["samples"]) == (18, 18 * 16)
    assert [c["share"] for c in found["components"]] == pytest.approx([1 / 3] * 3)
    seconds = [c["seconds"] + c["classifier_seconds"] for c in found["components"]]
    assert found["seconds"] == pytest.approx(sum(seconds), rel=1e-12)
    assert found["times_one"] == pytest.approx(sum(seconds) / seconds[0], rel=1e-12)
    assert found["components"][0]["classifier_seconds"] == 0 < found["classifier_seconds"]
    assert found["networks_to_sample"] == 3


def test_components_are_trained_on_the_weights_that_are_kept(whole):
    weights = read_tensors(whole.run / "components" / "01" / "weights.safetensors")["weights"]
    job = boosting.component_job(whole.first, 1, weights)
    assert job.feed.weights is weights and job.config.seed != whole.first.config.seed
    assert float(weights.sum()) == pytest.approx(1) and len(weights) == len(whole.first.trained)


def test_killed_in_the_second_component_it_ends_the_same(whole, tmp_path, monkeypatch):
    work = boosted.begin(prepared(), tmp_path)
    with Lock(work.run), pytest.raises(Killed):
        work.train(on_tick=lambda tick: stop_at(tick, 9))
    assert not (work.run / "components" / "01" / "model").exists()
    again = resumed(work.run)
    assert_same(whole, again)
    steps = [e["step"] for e in read_events(work.run) if e["kind"] == "tick"]
    assert steps == [3, 6, 9, 12, 15, 18]
    assert [e["step"] for e in read_events(work.run) if e["kind"] == "end"] == [18]


def stop_at(tick, step: int) -> None:
    if tick["step"] == step:
        raise Killed


def test_killed_during_the_classifier_it_ends_the_same(whole, tmp_path, monkeypatch):
    work = boosted.begin(prepared(), tmp_path)
    calls = []

    def killed(*args):
        calls.append(args)
        if len(calls) == 2:  # the second classifier, between components 2 and 3
            raise Killed
        return estimate(*args)

    estimate = boosting.log_density_ratio
    monkeypatch.setattr(boosting, "log_density_ratio", killed)
    with Lock(work.run), pytest.raises(Killed):
        work.train()
    monkeypatch.undo()
    assert (work.run / "components" / "01" / "model").is_dir()
    assert not (work.run / "components" / "02" / "weights.safetensors").exists()
    assert_same(whole, resumed(work.run))


@pytest.mark.slow
def test_killed_before_a_trained_component_was_kept_it_ends_the_same(whole, tmp_path, monkeypatch):
    work = boosted.begin(prepared(), tmp_path)

    def killed(*args):
        raise Killed

    with monkeypatch.context() as patched, Lock(work.run), pytest.raises(Killed):
        patched.setattr("zerosum.generator.Generator.save", killed)
        work.train()
    assert (work.run / "components" / "00" / "component.json").exists()
    assert_same(whole, resumed(work.run))


def test_stopped_by_a_person_and_resumed_twice_it_ends_the_same(whole, tmp_path):
    work = boosted.begin(prepared(), tmp_path)
    with Lock(work.run):
        assert work.train(stop=lambda: work.now is not None and work.now.state.step >= 2) == (
            "interrupted"
        )
    assert work.job.state.step == 2
    with Lock(work.run) as lock:
        again = boosted.resume(work.run, lock, pytest.fail)
        assert again.train(stop=lambda: again.job.state.step >= 11) == "interrupted"
    assert again.job.state.step == 11 and again.job.made is not None
    assert_same(whole, resumed(work.run))


@pytest.mark.slow
def test_a_run_whose_measuring_was_killed_is_measured_again(whole, tmp_path):
    work = boosted.begin(prepared(), tmp_path)
    with Lock(work.run):
        work.train()
    assert_same(whole, resumed(work.run))


def test_a_damaged_record_of_a_component_is_said(tmp_path):
    work = trained(tmp_path, boost={"components": 2, "method": "ensemble"})
    (work.run / "components" / "01" / "component.json").write_text('{"rounds": 3}')
    with Lock(work.run) as lock, pytest.raises(InputError, match="is not what a component"):
        boosted.resume(work.run, lock, pytest.fail)


@pytest.mark.slow
def test_a_changed_component_changes_all_that_follow(tmp_path, whole):
    other = trained(tmp_path, seed=1)
    with pytest.raises(AssertionError):
        assert_same(whole, other)


def test_an_ensemble_has_equal_shares_and_no_weights(tmp_path):
    work = trained(tmp_path, boost={"method": "ensemble"})
    assert work.job.generator().shares == pytest.approx((1 / 3,) * 3)
    assert not list(work.run.glob("components/*/weights.safetensors"))
    assert all(part.cost.classifier_seconds == 0 for part in work.parts)


def test_the_best_is_the_component_nearest_to_training_rows(tmp_path):
    work = trained(tmp_path, boost={"method": "best"})
    found = boosting.summary(work.first.config, work.parts)
    distances = [c["distance"] for c in found["components"]]
    best = int(np.argmin(distances))
    assert [c["share"] for c in found["components"]] == [float(i == best) for i in range(3)]
    generator = work.job.generator()
    part = load_generator(work.run / "components" / f"{best:02d}" / "model")
    assert generator.shares == () and found["networks_to_sample"] == 1
    assert np.array_equal(generator.sample(20, 3), part.sample(20, 3))


def test_a_searched_beta_is_that_of_the_weights(tmp_path):
    work = trained(tmp_path, boost={"beta": "search"})
    betas = [part.beta for part in work.parts]
    held = [read_tensors(p) for p in sorted(work.run.glob("components/*/weights.safetensors"))]
    assert betas == [1.0, *(float(h["numbers"][1]) for h in held)]
    assert 0.25 <= betas[1] <= 0.75 and 1 / 6 <= betas[2] <= 5 / 6


@pytest.mark.parametrize("recipe", ["began", "wgan-gp", "pacgan", "goodfellow", "veegan"])
def test_any_game_is_a_weak_learner(recipe, tmp_path):
    tiny = merge(SMALL, {"boost": {"components": 2}, "run": {"steps": 2}})
    work = boosted.begin(prepare("ring", recipe=recipe, settings=tiny), tmp_path)
    assert work.train() == "done" and work.job.generator().sample(5).shape == (5, 2)


def test_a_conditional_mixture_keeps_the_classes_in_their_shares(tmp_path):
    labels = (np.arange(120) % 4 == 0).astype(int)
    job = prepare(
        small_pictures(),
        labels=labels,
        recipe="ns-r1",
        settings=merge(SMALL, {"conditional": True}),
    )
    work = boosted.begin(job, tmp_path)
    assert work.train() == "done"
    label = torch.from_numpy(job.source.labels[job.trained])
    for path in sorted(work.run.glob("components/*/weights.safetensors")):
        weights = read_tensors(path)["weights"]
        share = float((label == 1).double().mean())
        assert float(weights[label == 1].sum()) == pytest.approx(share, abs=1e-12)
    assert work.job.generator().sample(4, label="1").shape == (4, 6, 6)


def test_first_weights_and_a_mixture_exclude_each_other(tmp_path):
    with pytest.raises(InputError, match=r"first weights were given, but boost\.components is 3"):
        boosted.begin(prepared(), tmp_path, given=True)
    assert not list(tmp_path.iterdir())


def test_without_a_mixture_it_is_an_ordinary_session(tmp_path):
    work = boosted.begin(prepared(boost={"components": 1}), tmp_path)
    assert isinstance(work, session.Session) and work.steps == STEPS

"""The evaluator during training: on its own stream, on held-out rows, and the same after a resume."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.tiny_runs import settings, small_pictures
from zerosum import noise
from zerosum.metrics.features import extract
from zerosum.metrics.frechet import frechet_distance
from zerosum.recipes.config import merge
from zerosum.records.events import read_events
from zerosum.records.lock import Lock
from zerosum.reports.watched import conclusion
from zerosum.runs import boosted, session, watching
from zerosum.runs.job import prepare
from zerosum.runs.quick import seen_through

SMALL = {"run": {"steps": 12, "previews": 0}, "evaluation": {"times": 4, "rows": 30}}
TABLE = np.random.default_rng(0).normal(size=(150, 5))
DATA = {
    "line": (np.random.default_rng(1).normal(size=(120, 1)), None, {}),
    "plane": ("ring", None, {}),
    "table": (TABLE, None, {}),
    "pictures": (small_pictures(), None, {}),
    "classes": (small_pictures(), np.arange(120) % 3 // 2, {"conditional": True}),
}


def prepared(data="ring", y=None, **over):
    named = {"data": {"spec": data}} if isinstance(data, str) else {}
    made = merge(merge(SMALL, named), over)
    return prepare(data, labels=y, settings=settings(**made))


def trained(root, job, name=None, stop_at=None, tell=lambda sentence: None):
    work = session.begin(job, root, name)
    with Lock(work.run):
        work.train(lambda: job.state.step == stop_at, tell=tell)
    return work


def seen(run):
    return watching.history_of(read_events(run))


@pytest.mark.parametrize("name", DATA)
def test_every_kind_of_data_is_looked_at(name, tmp_path):
    data, y, over = DATA[name]
    work = trained(tmp_path, prepared(data, y, **over))
    looks = seen(work.run)
    assert [look["step"] for look in looks] == [3, 6, 9, 12]
    pictures = name in ("pictures", "classes")
    kernel = "KD" if pictures else "MMD"
    names = {"FD", kernel, "precision", "recall", "density", "coverage"}
    for look in looks:
        assert set(look["measures"]) == names
        for number in look["measures"].values():
            assert set(number) == {"value", "error", "low", "median", "high"}
            assert number["error"] >= 0 and number["low"] <= number["median"] <= number["high"]
    watch = next(e for e in read_events(work.run) if e["kind"] == "watch")
    by = "coverage" if name in ("line", "plane") else kernel
    assert watch["best"] == by and watch["rows"] == min(30, len(work.job.held_out))
    values = {look["step"]: look["measures"][by] for look in looks}
    best = (max if by == "coverage" else min)(values, key=lambda step: values[step]["value"])
    found = {"step": best} | {key: values[best][key] for key in ("value", "error")}
    assert work.job.state.best == found


def test_the_numbers_are_of_the_averaged_generator_and_held_out_rows():
    job = prepared(run={"ema_half_life": 64.0})
    job.run(stop=lambda: job.state.step == 5)
    look = watching.evaluator(job, [])
    found = look(job.state)
    chosen = noise.fold(noise.fold(job.config.seed, "evaluator"), "held-out")
    index = job.held_out[np.sort(noise.permutation(chosen, len(job.held_out))[:30].numpy())]
    generator, see = job.generator(), seen_through((2,))
    latents = generator.latents(30, noise.fold(job.config.seed, "evaluation"))
    real = extract(see, job.source.codec.encode(job.source.rows[index]))
    expected = frechet_distance(real, extract(see, generator.encoded(latents)))
    assert found.event["measures"]["FD"]["value"] == expected.value
    with torch.no_grad():
        for parameter in job.state.networks["generator"].parameters():
            parameter.add_(1.0)
    assert look(job.state).value == found.value  # the average has not moved
    with torch.no_grad():
        for parameter in job.state.averages["generator"].parameters():
            parameter.add_(1.0)
    assert look(job.state).value != found.value


def test_generated_rows_have_the_classes_of_the_held_out_ones():
    data, y, over = DATA["classes"]
    look = watching.evaluator(prepared(data, y, **over), [])
    assert len(look.labels) == len(look.watched.held)
    assert set(look.labels.tolist()) == {0, 1}
    assert look.labels.float().mean() < 0.5  # one row in three is of class 1


def test_a_resumed_run_looks_at_the_same_steps_and_finds_the_same(tmp_path):
    whole = trained(tmp_path, prepared(), "whole")
    broken = trained(tmp_path, prepared(), "broken", stop_at=7)
    with Lock(broken.run) as lock:
        again = session.resume(broken.run, lock, lambda sentence: None)
        again.train()
    assert seen(broken.run) == seen(whole.run) and len(seen(whole.run)) == 4
    assert again.job.state.best == whole.job.state.best
    kinds = [e["kind"] for e in read_events(broken.run)]
    assert kinds.count("watch") == 1


@pytest.mark.parametrize("best, higher", [("coverage", True), ("FD", False)])
def test_the_best_goes_by_the_number_asked_for(best, higher, tmp_path):
    job = prepared(evaluation=SMALL["evaluation"] | {"best": best})
    work = trained(tmp_path, job)
    values = [look["measures"][best]["value"] for look in seen(work.run)]
    assert job.state.best["value"] == (max if higher else min)(values)


def test_too_few_rows_are_said_in_a_sentence_and_training_goes_on(tmp_path):
    told: list[str] = []
    job = prepared(TABLE[:40], run={"batch": 4})  # 8 rows are held out
    work = trained(tmp_path, job, tell=told.append)
    assert job.state.step == 12 and job.state.best == {}
    assert len(told) == 1 and told[0].startswith("no evaluation during training, and no best")
    assert "8 held-out and 32 training rows are too few" in told[0]
    watch = [e for e in read_events(work.run) if e["kind"] == "watch"]
    assert [e["reason"] for e in watch] == told
    assert conclusion(work.run) == []


def test_alarms_are_told_once_also_after_a_resume(tmp_path, monkeypatch):
    from zerosum.metrics.diagnosis import Alarm

    def ill(history):
        said = "a", "because", "do"
        return [Alarm("ill", e["step"], *said) for e in history if e["step"] >= 6][:1]

    monkeypatch.setattr(watching, "diagnose", ill)
    told: list[str] = []
    work = trained(tmp_path, prepared(), stop_at=7, tell=told.append)
    with Lock(work.run) as lock:
        session.resume(work.run, lock, lambda sentence: None).train(tell=told.append)
    assert told == ["alarm at step 6: ill: a. Likely because. What to change: do."]
    alarms = [e for e in read_events(work.run) if e["kind"] == "alarm"]
    assert [(e["step"], e["name"], e["change"]) for e in alarms] == [(6, "ill", "do")]


def test_large_pictures_are_seen_in_parts_with_the_same_numbers(monkeypatch):
    job = prepared(small_pictures())
    whole = watching.evaluator(job, [])(job.state)
    monkeypatch.setattr(watching, "_PART", 36 * 7)  # seven pictures at a time
    parts = watching.evaluator(job, [])(job.state)
    value = {name: m["value"] for name, m in whole.event["measures"].items()}
    # a product of another shape rounds differently: float64, of numbers near 1
    again = {name: m["value"] for name, m in parts.event["measures"].items()}
    assert again == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_a_mixture_is_looked_at_after_each_component(tmp_path):
    over = {"boost": {"components": 3, "method": "ensemble"}, "run": {"steps": 4, "previews": 0}}
    work = boosted.begin(prepared(**over), tmp_path)
    with Lock(work.run):
        work.train()
    looks = seen(work.run)
    assert [look["step"] for look in looks] == [4, 8, 12]
    first = prepared(run={"steps": 4, "previews": 0})  # the GAN without a mixture
    first.run()
    alone = watching.evaluator(first, [])(first.state)
    assert looks[0]["measures"] == alone.event["measures"]
    with Lock(work.run) as lock:
        boosted.resume(work.run, lock, lambda sentence: None)
    assert seen(work.run) == looks


def test_a_kill_between_a_component_and_its_look_costs_nothing(tmp_path, monkeypatch):
    over = {"boost": {"components": 2, "method": "ensemble"}, "run": {"steps": 4, "previews": 0}}
    whole = boosted.begin(prepared(**over), tmp_path, "whole")
    with Lock(whole.run):
        whole.train()
    broken = boosted.begin(prepared(**over), tmp_path, "broken")

    def killed(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, Lock(broken.run), pytest.raises(KeyboardInterrupt):
        patch.setattr(boosted.Boosted, "_look", killed)
        broken.train()
    with Lock(broken.run) as lock:
        boosted.resume(broken.run, lock, lambda sentence: None).train()
    assert seen(broken.run) == seen(whole.run) and len(seen(whole.run)) == 2

"""An interrupted and resumed run ends with the bits of one left in peace, and the test can tell."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
import torch

from tests.training.tiny import (
    EVERYTHING,
    digest,
    digest_of_run,
    digest_of_state,
    prepared,
)
from zerosum.records import checkpoint
from zerosum.records.events import EventLog, read_events
from zerosum.records.lock import Lock
from zerosum.runs import session
from zerosum.runs.job import Job
from zerosum.training.checkpoint import parts_to_state, state_to_parts
from zerosum.training.recorder import Found, Intervals, Recorder

SMALL = {
    "latent": 4,
    "generator": {"width": 8, "depth": 2},
    "discriminator": {"width": 8, "depth": 2},
    "run": {"steps": 6, "batch": 16},
}
PLAYERS = ("generator", "discriminator")
CONVOLUTIONS = {player: {"width": 4} for player in PLAYERS}
NOISE = {"instance_noise": {"start": 0.5, "end": 0.0, "over": 64}}
FALLING = {"transport": {"start": 0.5, "end": 0.01, "over": 64}}

# name -> data, recipe, what is laid on SMALL
RECIPES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "everything": ("ring", "custom", EVERYTHING | {"run": EVERYTHING["run"] | {"steps": 6}}),
    "r3gan": ("ring", "r3gan", {"run": {"ema_half_life": 200}}),
    "wgan-gp, five turns": ("ring", "wgan-gp", {}),
    "wgan, clipped, RMSProp": ("ring", "wgan", {}),
    "goodfellow, dropout and momentum": ("digits", "goodfellow", {}),
    "sngan, spectral vectors": ("ring", "sngan", {}),
    "dcgan, batch normalisation": ("digits", "dcgan", CONVOLUTIONS),
    "lsgan, instance noise": ("ring", "lsgan", {"game": NOISE}),
    "conditional": ("digits", "r3gan", {"conditional": True}),
    "extragradient with Adam": ("ring", "ns-r1", {"game": {"solver": "extragradient"}}),
    "consensus": ("ring", "ns-r1", {"game": {"solver": "consensus"}}),
    "simultaneous": ("ring", "ns-r1", {"game": {"solver": "simultaneous"}}),
    "packs": ("ring", "pacgan", {"game": {"pack": 4}}),
    "auxiliary classifier": ("digits", "acgan", {}),
    "began, k": ("ring", "began", {"game": {"began": {"lambda_k": 0.5}}}),
    "began, convolutions": ("digits", "began", CONVOLUTIONS),
    "adversarial flow, a falling cost": (
        "ring",
        "adversarial-flow",
        {"latent": 2, "game": FALLING},
    ),
    "progressive, amid a fade": (
        "digits",
        "progressive",
        {player: {"width": 4, "depth": 1} for player in PLAYERS}
        | {"growth": {"stabilise": 8, "fade": 56}},
    ),
    "veegan, three players": ("ring", "veegan", {"reconstructor": {"width": 8}}),
    "unrolled": ("ring", "unrolled", {}),
    "two micro-batches": ("ring", "ns-r1", {"run": {"accumulate": 2}}),
}


def build(name: str) -> Job:
    data, recipe, over = RECIPES[name]
    return prepared(SMALL, spec=data, recipe=recipe, **over)


def until(job: Job, step: int) -> None:
    """Train up to a step, as a person's Ctrl-C there would end it."""
    job.run(stop=lambda: job.state.step >= step)


@pytest.mark.parametrize("name", RECIPES)
def test_interrupted_anywhere_it_ends_the_same(name, tmp_path):
    untouched = build(name)
    until(untouched, 99)
    broken = build(name)
    for step in (1, 2, 5):  # three sessions, each with a fresh job and the one before's checkpoint
        until(broken, step)
        checkpoint.write(tmp_path, step, *state_to_parts(broken.state))
        broken, loaded = build(name), checkpoint.newest_valid(tmp_path)
        assert loaded.step == step
        parts_to_state(broken.state, loaded.tensors, loaded.state)
    until(broken, 99)
    assert broken.state.step == untouched.state.step == 6
    assert digest_of_state(broken.state) == digest_of_state(untouched.state)
    for player in PLAYERS:  # rates and betas are not saved: they are functions of the samples seen
        groups = [job.state.optimizers[player].param_groups for job in (broken, untouched)]
        mine, other = ({k: v for k, v in g[0].items() if k != "params"} for g in groups)
        assert mine == other


def test_another_seed_has_another_hash():
    first, second = prepared(), prepared(seed=4)
    until(first, 2)
    until(second, 2)
    assert digest_of_state(first.state) != digest_of_state(second.state)


# --- the whole session: folder, recorder, log ---


WATCHED, UNWATCHED = {"evaluation": {"times": 4}}, {"evaluation": {"times": 0}}


def trained(root, name, stop=None, evaluation=WATCHED["evaluation"], **run) -> session.Session:
    work = session.begin(prepared(run=run, evaluation=evaluation), root, name)
    with Lock(work.run):
        work.train(lambda: work.job.state.step == stop)
    return work


def resumed(run) -> list[str]:
    told: list[str] = []
    with Lock(run) as lock:
        session.resume(run, lock, told.append).train()
    return told


def test_a_session_stopped_between_two_saves_goes_on_bit_for_bit(tmp_path):
    """Step 7 is no save of its own: what stopping adds there (a save) must leave no trace."""
    every = {"ticks": 12, "checkpoints": 3}
    untouched = trained(tmp_path, "untouched", **every)
    broken = trained(tmp_path, "broken", stop=7, **every)
    assert broken.job.state.step == 7
    assert resumed(broken.run) == []
    assert digest_of_run(broken.run) == digest_of_run(untouched.run)
    events = read_events(broken.run)
    assert [e["step"] for e in events if e["kind"] == "tick"] == list(range(1, 13))
    assert [(e["step"], e["reason"]) for e in events if e["kind"] == "end"] == [
        (7, "interrupted"),
        (12, "done"),
    ]


def test_stopping_between_two_saves_does_not_look_for_the_best(tmp_path):
    """The best is one of the looks the untouched run takes too, or the two would differ in it."""
    work, asked = trained(tmp_path, "begun", stop=1, **UNWATCHED), []
    observer = Recorder(
        work.run,
        Intervals(0, 0, 6, evaluation=6),
        12,
        evaluate=lambda s: asked.append(s.step) or Found(1.0, 0.5),
    )
    work.job.run([observer], stop=lambda: work.job.state.step == 8)
    assert asked == [6]
    assert work.job.state.best == {"step": 6, "value": 1.0, "error": 0.5}


def test_a_fresh_process_ends_the_same(tmp_path):
    untouched = trained(tmp_path, "untouched")
    broken = trained(tmp_path, "broken", stop=5)
    script = (
        "import sys; from pathlib import Path; import torch; from zerosum.runs import session;"
        "from zerosum.records.lock import Lock; torch.set_num_threads(1); run = Path(sys.argv[1])\n"
        "with Lock(run) as lock: session.resume(run, lock, sys.exit).train()"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati"}
    subprocess.run([sys.executable, "-c", script, str(broken.run)], env=environment, check=True)
    assert digest_of_run(broken.run) == digest_of_run(untouched.run)


@pytest.mark.parametrize(
    "data, recipe, over",
    [("ring", "custom", EVERYTHING), ("digits", "dcgan", SMALL | CONVOLUTIONS)],
    ids=["everything", "batch normalisation"],
)
def test_looking_on_changes_nothing(data, recipe, over, tmp_path, monkeypatch):
    """Ticks, previews, checkpoints and evaluations, often or hardly ever: the same weights."""

    def weights(name, times, **run):
        run |= {"steps": 6, "batch": 16}
        job = prepared(over, spec=data, recipe=recipe, run=run, evaluation={"times": times})
        work = session.begin(job, tmp_path, name)
        with Lock(work.run):
            work.train()
        tensors, position = state_to_parts(job.state)
        assert (position.pop("best") != {}) == (times > 0)
        return digest(tensors, position)

    often = weights("often", 6, ticks=6, previews=6, checkpoints=6)
    assert weights("seldom", 1, ticks=0, previews=0, checkpoints=1) == often
    assert weights("never", 0, ticks=1, previews=2, checkpoints=3) == often
    assert len(list((tmp_path / "often" / "samples").glob("*.png"))) == 6


def likes(best: int):
    """Return an evaluator that likes one step best."""
    return lambda state: Found(float(abs(state.step - best)), 0.1)


def test_the_best_stays_when_older_ones_go(tmp_path, monkeypatch):
    job = prepared(run={"checkpoints": 12, "keep": 2}, evaluation={"times": 12})
    monkeypatch.setattr(session.Session, "_evaluator", lambda self, tell: likes(3))
    work = session.begin(job, tmp_path)
    with Lock(work.run):
        work.train()
    kept = sorted(path.name for path in (work.run / "checkpoints").iterdir())
    assert kept == ["ckpt-000000003", "ckpt-000000011", "ckpt-000000012"]


def test_the_best_is_saved_though_no_checkpoint_is_due(tmp_path, monkeypatch):
    job = prepared(run={"checkpoints": 1, "keep": 1}, evaluation={"times": 6})
    monkeypatch.setattr(session.Session, "_evaluator", lambda self, tell: likes(6))
    work = session.begin(job, tmp_path)
    with Lock(work.run):
        work.train()
    kept = sorted(path.name for path in (work.run / "checkpoints").iterdir())
    assert kept == ["ckpt-000000006", "ckpt-000000012"]
    assert job.state.best == {"step": 6, "value": 0.0, "error": 0.1}


def test_a_best_judged_by_another_number_of_a_former_version_counts_for_nothing():
    assert Found(3.0, 0.1).beats({"step": 1, "value": 2.0})
    assert not Found(3.0, 0.1).beats({"step": 1, "value": 2.0, "error": 0.1})
    assert Found(3.0, 0.1, higher=True).beats({"step": 1, "value": 2.0, "error": 0.1})
    assert not Found(float("nan")).beats({})


def test_the_log_reaches_the_disk_before_the_checkpoint_that_follows_it(tmp_path, monkeypatch):
    """Or a power cut could leave a checkpoint whose steps the log has lost."""
    order = []
    write, sync, append = checkpoint.write, EventLog.sync, EventLog.append

    def noted(what, do):
        return lambda *arguments, **named: (order.append(what), do(*arguments, **named))[1]

    monkeypatch.setattr(checkpoint, "write", noted("checkpoint", write))
    monkeypatch.setattr(EventLog, "sync", noted("sync", sync))
    monkeypatch.setattr(EventLog, "append", noted("event", append))
    trained(tmp_path, "run", **UNWATCHED, ticks=12, checkpoints=4)
    before = [order[i - 1] for i, what in enumerate(order) if what == "checkpoint"]
    assert before == ["sync"] * 4


@pytest.mark.parametrize("name", RECIPES)
def test_modules_and_optimisers_hide_no_tensor(name):
    """No buffer outside the state_dict, and no entry of an optimiser that is no tensor."""
    job = build(name)
    until(job, 2)
    tensors, _ = state_to_parts(job.state)
    for group in ("networks", "averages"):
        for player, module in getattr(job.state, group).items():
            named = [*dict(module.named_parameters()), *dict(module.named_buffers())]
            assert {f"{group}.{player}.{k}" for k in named} <= tensors.keys()
    for player, optimizer in job.state.optimizers.items():
        count = len(list(job.state.networks[player].parameters()))
        assert len(optimizer.state) == count
        values = [v for entry in optimizer.state.values() for v in entry.values() if v is not None]
        assert all(isinstance(v, torch.Tensor) for v in values)
        assert len(values) == sum(k.startswith(f"optimizers.{player}.") for k in tensors)

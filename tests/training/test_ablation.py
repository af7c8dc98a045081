"""Every item a checkpoint holds is needed: resuming without any one of them changes the end.

Without this a resume test proves nothing of an item that its run does not use.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

import pytest
import torch

from tests.training.tiny import UNCOMPARED, digest_of_state, prepared
from zerosum.runs.job import Job
from zerosum.training.checkpoint import parts_to_state, state_to_parts
from zerosum.training.recorder import Found, Intervals, Recorder
from zerosum.training.state import TrainState

PLAYERS = ("generator", "discriminator")
MIDDLE = 6
MOMENTS = ("step", "exp_avg", "exp_avg_sq")
# what is forgotten -> the names of its parts, as a pattern
ITEMS = {
    **{f"networks.{p}": rf"networks\.{p}\..*" for p in PLAYERS},
    "averages.generator": r"averages\.generator\..*",
    **{f"optimizers.{p}": rf"optimizers\.{p}\..*" for p in PLAYERS},
    **{f"optimizers.{p}, {m}": rf"optimizers\.{p}\.\d+\.{m}" for p in PLAYERS for m in MOMENTS},
    "vectors": r"vectors\..*",
    **{f"memory.{p}": rf"memory\.{p}\..*" for p in PLAYERS},
    **{name: name for name in ("step", "seen", "best")},
}
Parts = tuple[Mapping[str, torch.Tensor], Mapping[str, Any]]


def judged(job: Job, run, steps: int) -> str:
    """Train to a step with an evaluator that likes step 3 best, and return the hash."""
    run.mkdir(exist_ok=True)
    often = Intervals(0, 0, 1, evaluation=1)
    watch = Recorder(run, often, 12, evaluate=lambda s: Found(float(abs(s.step - 3)), 0.1))
    job.run([watch], stop=lambda: job.state.step >= steps)
    return digest_of_state(job.state)


@pytest.fixture(scope="module")
def middle(tmp_path_factory) -> tuple[Parts, str]:
    """The parts saved in the middle of a run, and the hash at its end."""
    job, run = prepared(), tmp_path_factory.mktemp("runs")
    judged(job, run, MIDDLE)
    parts = state_to_parts(job.state)
    return parts, judged(job, run, 12)


def without(pattern: str, parts: Parts, fresh: Parts) -> Parts:
    """Return the parts with those that match as a fresh state has them."""
    # a fresh optimiser has no moments yet, which is the same as zeros; nor has a solver a memory
    later = ("optimizers.", "memory.")
    zeros = {k: torch.zeros_like(v) for k, v in parts[0].items() if k.startswith(later)}
    old = zeros | fresh[0], fresh[1]
    tensors, position = (
        {name: start[name] if re.fullmatch(pattern, name) else v for name, v in part.items()}
        for part, start in zip(parts, old, strict=True)
    )
    return tensors, position


def hash_without(pattern: str, parts: Parts, run) -> str:
    """Resume from the middle without what matches, and return the hash at the end."""
    job = prepared()
    parts_to_state(job.state, *without(pattern, parts, state_to_parts(job.state)))
    return judged(job, run, 12)


@pytest.mark.parametrize("item", ITEMS)
def test_forgetting_any_item_changes_the_end(item, middle, tmp_path):
    parts, end = middle
    assert hash_without(ITEMS[item], parts, tmp_path) != end


@pytest.mark.parametrize("pattern", ["nothing", "seconds"])
def test_forgetting_nothing_does_not(pattern, middle, tmp_path):
    parts, end = middle
    assert hash_without(pattern, parts, tmp_path) == end


def test_every_saved_item_is_forgotten_once(middle):
    """So a new item cannot be saved without being in the ablation above."""
    tensors, position = middle[0]
    known = [*ITEMS.values(), *UNCOMPARED]
    names = [*tensors, *position]
    assert [n for n in names if not any(re.fullmatch(p, n) for p in known)] == []
    assert [p for p in known if not any(re.fullmatch(p, n) for n in names)] == []


# Lists of the same tensors that `networks` and `averages` hold, made anew when they are missing.
DERIVED = {"_averaged"}


def test_every_attribute_of_the_state_is_saved_or_derived(middle):
    tensors, position = middle[0]
    # this game carries no numbers from round to round; test_carrying has one that does
    saved = {name.split(".")[0] for name in tensors} | set(position) | {"carried"}
    assert saved | DERIVED == {field.name for field in dataclasses.fields(TrainState)}
    job = prepared()
    job.run(stop=lambda: job.state.step == 2)
    assert set(vars(job.state)) == saved | DERIVED


def test_what_is_derived_is_what_is_saved(middle):
    """Those lists must follow a restore: they hold the modules' own tensors, not copies."""
    job = prepared()
    job.run(stop=lambda: job.state.step == 2)
    parts_to_state(job.state, *middle[0])
    average, network = job.state.averages["generator"], job.state.networks["generator"]
    ((mine, theirs, _),) = job.state.averaged()
    assert [id(p) for p in mine] == [id(p) for p in average.parameters()]
    assert [id(p) for p in theirs] == [id(p) for p in network.parameters()]

"""A number that is not finite stops the run before it reaches a weight, and leaves the saves alone."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
import torch

from tests.training.tiny import EVERYTHING, digest_of_run, prepared
from zerosum.cli.main import main
from zerosum.errors import Diverged
from zerosum.games.two_player import TwoPlayer
from zerosum.records import checkpoint
from zerosum.records.events import read_events
from zerosum.records.lock import Lock
from zerosum.runs import session
from zerosum.runs.job import Job

BAD = 7  # the step in which things go wrong; the last save before it is that of step 6
ONE_TURN = EVERYTHING["game"] | {"discriminator_steps": 1}


def built() -> Job:
    return prepared(game=ONE_TURN, run={"checkpoints": 6})


def spoil_row(job: Job, monkeypatch, value: float) -> None:
    """Put a bad number into one real row of step BAD."""
    draws = job.draws.step

    def spoilt(number):
        turns = draws(number)
        if number != BAD:
            return turns
        real = turns[0][0].real.clone()
        real[3, 1] = value
        return [[replace(turns[0][0], real=real)], *turns[1:]]

    monkeypatch.setattr(job.draws, "step", spoilt)


def spoil_gradient(job: Job, player: str, value: float) -> None:
    """Put a bad number into one entry of a player's gradient in step BAD."""

    def spoilt(gradient):
        bad = gradient.clone()
        bad.view(-1)[0] = value
        return bad if job.state.step == BAD else gradient

    next(job.state.networks[player].parameters()).register_hook(spoilt)


class Before:
    """What each player's weights and optimiser were when its loss was last asked for."""

    def __init__(self, job: Job, monkeypatch) -> None:
        self._state, self.weights, self.moments = job.state, {}, {}
        loss = TwoPlayer.loss

        def noting(game, player, *arguments):
            self.weights[player], self.moments[player] = self.now(player)
            return loss(game, player, *arguments)

        monkeypatch.setattr(TwoPlayer, "loss", noting)

    def now(self, player):
        """Return copies of a player's tensors, and of its optimiser's."""
        module, optimizer = self._state.networks[player], self._state.optimizers[player]
        moments = [v.clone() for entry in optimizer.state.values() for v in entry.values()]
        return {k: v.clone() for k, v in module.state_dict().items()}, moments


CASES = {
    "NaN in a real row": ("discriminator", "loss", lambda j, m: spoil_row(j, m, math.nan)),
    "infinity in a real row": ("discriminator", "loss", lambda j, m: spoil_row(j, m, math.inf)),
    "infinite gradient of G": (
        "generator",
        "gradient",
        lambda j, m: spoil_gradient(j, "generator", -math.inf),
    ),
    "NaN in a gradient of D": (
        "discriminator",
        "gradient",
        lambda j, m: spoil_gradient(j, "discriminator", math.nan),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_stops_before_the_weights_and_can_be_resumed(case, tmp_path, monkeypatch):
    player, what, spoil = CASES[case]
    job = built()
    work = session.begin(job, tmp_path, "run")
    with monkeypatch.context() as patch, Lock(work.run):
        before = Before(job, patch)
        spoil(job, patch)
        with pytest.raises(Diverged, match=f"{player}'s {what} is not finite at step {BAD}"):
            work.train()
    weights, moments = before.now(player)
    torch.testing.assert_close(weights, before.weights[player], rtol=0, atol=0)
    torch.testing.assert_close(moments, before.moments[player], rtol=0, atol=0)
    assert all(p.grad is None for m in job.state.networks.values() for p in m.parameters())
    assert read_events(work.run)[-1] == {"kind": "end", "step": BAD, "reason": "diverged"}
    assert checkpoint.newest_valid(work.run).step == 6
    assert ends_as_untouched(work.run, tmp_path)


def ends_as_untouched(run, root) -> bool:
    """Resume without the fault, and compare with a run that never had it."""
    untouched = session.begin(built(), root, "untouched")
    untouched.train()
    with Lock(run) as lock:
        session.resume(run, lock, pytest.fail).train()
    return digest_of_run(run) == digest_of_run(untouched.run)


def test_without_the_fault_the_same_run_is_healthy(tmp_path):
    job = built()
    assert session.begin(job, tmp_path).train() == "done"
    assert all(torch.isfinite(p).all() for p in job.state.networks["generator"].parameters())


# --- a learning rate that explodes ---

EXPLODING = json.dumps({"start": 1e-3, "end": 1e30, "over": 32, "shape": "linear"})
# Out of float32's range at the second step. The generator moves last, so no loss shows it before
# the round ends; the generator's own turn shows the discriminator's.
OVERFLOWING = json.dumps({"start": 1e-3, "end": 1e41, "over": 3200, "shape": "linear"})


def train_on_the_command_line(root, *flags) -> int:
    network = ("--generator.width", "8", "--discriminator.width", "8")
    run = ("--steps", "9", "--batch", "16", "--run.previews", "0", "--run.checkpoints", "9")
    return main(["train", "ring", "--data.n", "400", "--out", str(root), "--name", "run",
                 *network, *run, *flags])  # fmt: skip


@pytest.mark.parametrize("player", ["generator", "discriminator"])
def test_the_command_says_so_and_exits_3(player, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("warnings.showwarning", None)  # main sets it for its own process
    assert train_on_the_command_line(tmp_path, f"--{player}_optimizer.lr", EXPLODING) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    (said,) = [line for line in err.splitlines() if "not finite" in line]
    assert said.startswith("zerosum: the ") and "weights were left as they were" in said
    assert err.endswith(said + "\n")
    assert f"{tmp_path / 'run'}/checkpoints" in said
    assert read_events(tmp_path / "run")[-1]["reason"] == "diverged"
    assert not (tmp_path / "run" / "model").exists()


def test_weights_out_of_range_are_never_saved(tmp_path, capsys, monkeypatch):
    """With keep 1 they would take the place of the only good save."""
    monkeypatch.setattr("warnings.showwarning", None)
    flags = ("--generator_optimizer.lr", OVERFLOWING, "--run.keep", "1")
    assert train_on_the_command_line(tmp_path, *flags) == 3
    loaded = checkpoint.newest_valid(tmp_path / "run")
    assert loaded.passed_over == []
    assert all(torch.isfinite(tensor).all() for tensor in loaded.tensors.values())
    said = capsys.readouterr().err.splitlines()[-1]
    assert f"the generator's weights are not finite at step {loaded.step + 1}" in said


def test_weights_out_of_range_are_not_saved_by_an_interruption_either(tmp_path):
    job = prepared(run={"checkpoints": 1}, evaluation={"times": 0})  # none saves a best one before
    work = session.begin(job, tmp_path)

    def spoil_and_stop() -> bool:
        if job.state.step == 5:
            next(job.state.networks["generator"].parameters()).data[0, 0] = math.nan
        return job.state.step == 5

    with pytest.raises(Diverged, match="the generator's weights are not finite at step 5"):
        work.train(spoil_and_stop)
    assert checkpoint.newest_valid(work.run) is None
    assert [e["reason"] for e in read_events(work.run) if e["kind"] == "end"] == ["diverged"]

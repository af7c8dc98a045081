"""`zerosum train` stopped by a signal, resumed, locked, damaged: what a person sees and gets."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.cli.processes import started
from tests.records.faults import snapshot
from tests.training.tiny import digest_of_run
from zerosum.cli.main import main
from zerosum.records import checkpoint
from zerosum.records.events import read_events
from zerosum.records.lock import Lock
from zerosum.runs import session
from zerosum.training.signals import StopRequest

pytestmark = pytest.mark.usefixtures("own_folder")

NETWORKS = ("--generator.width", "8", "--discriminator.width", "8")
FEW = ("--data.n", "400", "--batch", "16", "--run.previews", "0", *NETWORKS)
# Hundreds of steps, so that a signal sent at the first tick finds most of them still to do.
LONG = ("train", "ring", "--steps", "501", "--run.ticks", "100", "--run.checkpoints", "7", *FEW)
SHORT = ("train", "ring", "--steps", "12", "--run.ticks", "6", "--run.checkpoints", "6", *FEW)


@pytest.fixture
def brief(monkeypatch):
    """Leave out the measuring and the report, which come after the last step."""
    monkeypatch.setattr(session.Session, "conclude", lambda self: {"run": "r", "report": "h"})


@dataclass(frozen=True)
class Stopped:
    """A training that was sent a signal."""

    code: int
    out: str
    said: list[str]

    @property
    def step(self) -> int:
        """The step it says it stopped at."""
        (line,) = [line for line in self.said if "stopped and saved at step" in line]
        return int(line.split("step ")[1].split(".")[0])


def stopped_by(number: int, meanwhile=lambda: None) -> Stopped:
    """Start a long training, send it a signal at its first tick, and return how it ended."""
    process = started(*LONG, "--name", "run")
    try:
        said = []
        while not said or not said[-1].startswith("step "):
            said.append(process.stderr.readline())
            assert said[-1], f"ended before its first tick: {said}"
        meanwhile()
        process.send_signal(number)
        out, rest = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    return Stopped(process.returncode, out, "".join(said).splitlines() + rest.splitlines())


def untouched(flags: tuple[str, ...]) -> str:
    """Train in this process, in one go, and return the hash."""
    assert main([*flags, "--name", "untouched"]) == 0
    return digest_of_run(Path("runs/untouched"))


def test_ctrl_c_saves_and_the_printed_command_goes_on_bit_for_bit(brief, capsys):
    refused = []
    stopped = stopped_by(
        signal.SIGINT, lambda: refused.append(main(["train", "--resume", "runs/run"]))
    )
    run = Path("runs/run")
    assert refused == [2]
    assert "runs/run is being trained by process" in capsys.readouterr().err
    assert stopped.code == 130 and stopped.out == ""
    assert stopped.said[-1] == "  zerosum train --resume runs/run"
    assert checkpoint.newest_valid(run).step == stopped.step < 501
    end = read_events(run)[-1]
    assert (end["kind"], end["step"], end["reason"]) == ("end", stopped.step, "interrupted")

    process = started(*shlex.split(stopped.said[-1])[1:])
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert f"resuming runs/run at step {stopped.step}" in err
    assert "report" in out and (run / "report.html").is_file() and (run / "model").is_dir()
    assert digest_of_run(run) == untouched(LONG)
    ticks = [event["step"] for event in read_events(run) if event["kind"] == "tick"]
    assert ticks == [*range(5, 501, 5), 501]


def test_sigterm_saves_and_ends_with_143():
    stopped = stopped_by(signal.SIGTERM)
    assert stopped.code == 143
    assert stopped.said[-1] == "  zerosum train --resume runs/run"
    assert checkpoint.newest_valid(Path("runs/run")).step == stopped.step


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_is_not_held_back(number):
    def handler(signum, frame):
        raise InterruptedError

    before = signal.signal(number, handler)
    try:
        with StopRequest() as stop:
            assert not stop()
            os.kill(os.getpid(), number)
            assert stop() and stop.signal == number
            with pytest.raises(InterruptedError):
                os.kill(os.getpid(), number)
        assert signal.getsignal(number) is handler
    finally:
        signal.signal(number, before)


# --- resuming what is damaged, changed or otherwise meant: in this process ---


def interrupted(step: int, monkeypatch, flags: tuple[str, ...] = SHORT) -> Path:
    """Train up to a step and stop there as Ctrl-C does; return the run folder."""

    class Stop(StopRequest):
        signal = signal.SIGINT

        def __init__(self) -> None:
            super().__init__()
            self.signal, self._asked = signal.SIGINT, 0

        def __call__(self) -> bool:
            self._asked += 1
            return self._asked == step

    with monkeypatch.context() as patch:
        patch.setattr("zerosum.training.signals.StopRequest", Stop)
        assert main([*flags, "--name", "run"]) == 130
    return Path("runs/run")


def flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def test_a_damaged_newest_checkpoint_is_named_and_passed_over(brief, capsys, monkeypatch):
    run = interrupted(7, monkeypatch)
    broken = run / "checkpoints" / "ckpt-000000007" / "tensors.safetensors"
    flip_a_byte(broken)
    capsys.readouterr()
    assert main(["train", "--resume", str(run)]) == 0
    err = capsys.readouterr().err
    (named,) = [line for line in err.splitlines() if str(broken) in line]
    assert "went back to step 6, 1 steps lost" in named
    assert "resuming runs/run at step 6" in err
    assert digest_of_run(run) == untouched(SHORT)
    ticks = [event["step"] for event in read_events(run) if event["kind"] == "tick"]
    assert ticks == [2, 4, 6, 8, 10, 12]


def test_a_damaged_checkpoint_is_not_met_twice(monkeypatch):
    """The future that was given up is deleted, or the next crash would find it again."""
    run, told = interrupted(7, monkeypatch), []
    flip_a_byte(run / "checkpoints" / "ckpt-000000007" / "state.json")
    with Lock(run) as lock:
        assert session.resume(run, lock, told.append).job.state.step == 6
    assert len(told) == 1
    loaded = checkpoint.newest_valid(run)
    assert (loaded.step, loaded.passed_over) == (6, [])


def test_with_every_checkpoint_damaged_nothing_starts_over(capsys, monkeypatch):
    run = interrupted(7, monkeypatch)
    for file in run.glob("checkpoints/*/state.json"):
        flip_a_byte(file)
    before = snapshot(run)
    assert refusal("train", "--resume", str(run), capsys=capsys).startswith("zerosum: none of the ")
    assert snapshot(run) == before


def test_checkpoints_that_are_gone_are_missed(capsys, monkeypatch):
    run = interrupted(7, monkeypatch)
    shutil.rmtree(run / "checkpoints")
    before = snapshot(run)
    line = refusal("train", "--resume", str(run), capsys=capsys)
    assert "the checkpoints of runs/run are gone" in line
    assert snapshot(run) == before


def refusal(*arguments: str, capsys) -> str:
    """Return the one line said by a command that must exit 2."""
    capsys.readouterr()
    assert main(list(arguments)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_changed_data_are_refused(capsys, monkeypatch):
    rows = np.random.default_rng(0).normal(size=(400, 2))
    np.save("points.npy", rows)
    run = interrupted(7, monkeypatch, ("train", "points.npy", *SHORT[2:6], "--batch", "16"))
    rows[123, 1] += 1e-9
    np.save("points.npy", rows)
    before = snapshot(run)
    line = refusal("train", "--resume", str(run), capsys=capsys)
    assert "points.npy' are not what runs/run was trained on" in line
    assert snapshot(run) == before


def test_vanished_data_are_refused(capsys, monkeypatch):
    np.save("points.npy", np.random.default_rng(0).normal(size=(400, 2)))
    run = interrupted(7, monkeypatch, ("train", "points.npy", *SHORT[2:6], "--batch", "16"))
    Path("points.npy").unlink()
    assert "points.npy" in refusal("train", "--resume", str(run), capsys=capsys)


@pytest.mark.parametrize(
    "flags",
    [
        ("digits",), ("--recipe", "r3gan"), ("--steps", "13"), ("--seed", "0"), ("--name", "other"),
        ("--out", "other"), ("--config", "c.yaml"), ("--init-from", "model"), ("--dry-run",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_resume_with_anything_else_is_refused(flags, capsys, monkeypatch, stopped_run):
    Path("c.yaml").write_text("seed: 0\n")
    before = snapshot(stopped_run)
    line = refusal("train", "--resume", str(stopped_run), *flags, capsys=capsys)
    assert "cannot be given with it" in line
    assert snapshot(stopped_run) == before


@pytest.fixture(scope="module")
def stopped_run(tmp_path_factory) -> Path:
    """A run that was stopped in the middle, for tests that must leave it alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("stopped"))
        return interrupted(3, patch).resolve()


def test_what_is_no_run_is_refused_and_left_alone(capsys):
    Path("empty").mkdir()
    for name in ("empty", "nothing"):
        assert "is not a run folder" in refusal("train", "--resume", name, capsys=capsys)
    assert list(Path("empty").iterdir()) == []


def test_given_weights_are_not_lost_with_the_first_steps(brief, capsys, monkeypatch):
    """Stopped before its first save, a run goes on from the weights it was given, not from fresh ones."""
    interrupted(3, monkeypatch)
    model = session.reopen(Path("runs/run"), pytest.fail).job.generator().save(Path("model"))
    start = (*SHORT, "--seed", "5", "--init-from", str(model))
    end = untouched(start)

    def dies(self, *arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(session.Session, "train", dies)
        assert main([*start, "--name", "broken"]) == 130
    assert main(["train", "--resume", "runs/broken"]) == 0
    assert digest_of_run(Path("runs/broken")) == end

"""Every operation of every write, failed or killed one after the other until one run is untouched.

The method is SQLite's: make the n-th operation go wrong, n = 1, 2, ..., and look at what is left.
"""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from tests.records.faults import (
    dead_pid,
    every_operation,
    failing,
    forked,
    half_done,
    killing,
    snapshot,
)
from zerosum.errors import InputError, ZerosumError
from zerosum.records import checkpoint
from zerosum.records.artefact import read_artefact, write_artefact
from zerosum.records.events import EventLog, read_events, truncate_events
from zerosum.records.lock import Lock
from zerosum.records.run_folder import clean_leftovers, create_run
from zerosum.records.text import read_json, read_yaml, write_json, write_yaml


def tensors(step: int) -> dict[str, torch.Tensor]:
    return {"g.weight": torch.full((3, 2), float(step)), "count": torch.tensor(step)}


def save(run: Path, step: int, mark: str = "") -> None:
    checkpoint.write(run, step, tensors(step), {"step": step, "mark": mark}, keep=3)


def three(run: Path) -> list[None]:
    return [save(run, step) for step in (100, 200, 300)]


def found(run: Path) -> tuple[int, str, list[str]]:
    loaded = checkpoint.newest_valid(run)
    torch.testing.assert_close(loaded.tensors, tensors(loaded.step), rtol=0, atol=0)
    return loaded.step, loaded.state["mark"], loaded.passed_over


def found_any(run: Path) -> object:
    return checkpoint.newest_valid(run) and found(run)


def log_of(run: Path) -> list[int]:
    return [event["step"] for event in read_events(run)]


def write_log(run: Path) -> None:
    for step in (10, 20, 30, 40):
        EventLog(run).append("tick", step=step)


def damage_two_then_stand_in(run: Path) -> None:
    """A run that died while it replaced checkpoint 300, with a dead process's other leftovers."""
    three(run)
    pid, folder = dead_pid(), run / "checkpoints"
    (folder / "ckpt-000000300").rename(folder / f".old-ckpt-000000300-{pid}")
    (folder / f".tmp-ckpt-000000300-{pid}").mkdir()
    (folder / f".tmp-ckpt-000000300-{pid}" / "state.json").write_text("{")
    (folder / "ckpt-000000100").rename(folder / f".del-ckpt-000000100-{pid}")
    (run / f".tmp-config.yaml-{pid}").write_text("see")


def give_up_300(run: Path) -> None:
    checkpoint.discard_after(run, 200)


def clean(run: Path) -> None:
    with Lock(run) as lock:
        clean_leftovers(lock)


@dataclass(frozen=True)
class Scenario:
    """A write, what may be read after it went wrong anywhere, and how many operations it has."""

    prepare: Callable[[Path], object]
    act: Callable[[Path], object]
    read: Callable[[Path], object]
    before: object
    after: object
    at_least: int


ARTEFACT = {"weight": torch.ones(2)}


def saved_model(run: Path) -> str:
    return read_artefact(run / "model")[0]["version"]


def runs(run: Path) -> list[str]:
    return sorted({p.name[6:] for p in (run / "runs").glob("0*")})  # without their numbers


SCENARIOS = {
    "first checkpoint": Scenario(
        lambda run: None, lambda run: save(run, 400), found_any, None, (400, "", []), 13
    ),
    "checkpoint and retention": Scenario(
        three, lambda run: save(run, 400), found, (300, "", []), (400, "", []), 19
    ),
    "same step again": Scenario(
        three, lambda run: save(run, 300, "b"), found, (300, "", []), (300, "b", []), 17
    ),
    "discard after": Scenario(three, give_up_300, found, (300, "", []), (200, "", []), 6),
    "cleaning": Scenario(damage_two_then_stand_in, clean, found, (300, "", []), (300, "", []), 8),
    "truncating the log": Scenario(
        write_log, lambda run: truncate_events(run, 20), log_of, [10, 20, 30, 40], [10, 20], 5
    ),
    "appending to the log": Scenario(
        write_log,
        lambda run: EventLog(run).append("tick", step=50),
        log_of,
        [10, 20, 30, 40],
        [10, 20, 30, 40, 50],
        2,
    ),
    "replacing JSON": Scenario(
        lambda run: write_json(run / "a.json", 1),
        lambda run: write_json(run / "a.json", 2),
        lambda run: read_json(run / "a.json"),
        1,
        2,
        5,
    ),
    "replacing YAML": Scenario(
        lambda run: write_yaml(run / "a.yaml", {"a": 1}),
        lambda run: write_yaml(run / "a.yaml", {"a": 2}),
        lambda run: read_yaml(run / "a.yaml"),
        {"a": 1},
        {"a": 2},
        5,
    ),
    "replacing the artefact": Scenario(
        lambda run: write_artefact(run / "model", {"version": "old"}, ARTEFACT, "# a"),
        lambda run: write_artefact(run / "model", {"version": "new"}, ARTEFACT, "# b"),
        saved_model,
        "old",
        "new",
        17,
    ),
    "a second run": Scenario(
        lambda run: create_run(run / "runs", "digits", "dcgan"),
        lambda run: create_run(run / "runs", "ring", "dcgan"),
        runs,
        ["digits-dcgan"],
        ["digits-dcgan", "ring-dcgan"],
        2,
    ),
}


@pytest.fixture(params=SCENARIOS.values(), ids=SCENARIOS.keys())
def scenario(request):
    return request.param


@pytest.fixture
def fresh(scenario, tmp_path):
    """Return a function that gives a new copy of the prepared run folder."""
    original = tmp_path / "original"
    original.mkdir()
    scenario.prepare(original)
    counter = itertools.count()

    def copy() -> Path:
        return Path(shutil.copytree(original, tmp_path / str(next(counter))))

    return copy


def settled(scenario: Scenario, run: Path) -> object:
    """Check what can be read before and after the start-up cleaning, and return it."""
    left = scenario.read(run)
    assert left in (scenario.before, scenario.after)
    clean(run)
    assert half_done(run) == []
    assert scenario.read(run) == left
    return left


@pytest.mark.parametrize("halfway", [False, True], ids=["before", "halfway"])
def test_a_kill_at_any_operation_loses_nothing(scenario, fresh, halfway):
    for n in itertools.count(1):
        run = fresh()

        def child(n=n, run=run):
            with every_operation(killing(n, halfway=halfway)):
                scenario.act(run)

        code = forked(child)
        settled(scenario, run)
        if code == 0:
            break
        assert code == -9
        scenario.act(run)
        assert scenario.read(run) == scenario.after
    assert n > scenario.at_least


@pytest.mark.parametrize(
    ("code", "for_ever"),
    [(errno.EIO, False), (errno.EIO, True), (errno.ENOSPC, False), (errno.EACCES, True)],
    ids=["EIO", "EIO for ever", "ENOSPC", "EACCES for ever"],
)
def test_an_error_at_any_operation_is_told_and_loses_nothing(scenario, fresh, code, for_ever):
    for n in itertools.count(1):
        run = fresh()
        with every_operation(failing(n, code, for_ever=for_ever)) as called:
            error = None
            try:
                scenario.act(run)
            except ZerosumError as raised:
                error = raised
        if len(called) < n:
            assert error is None
            break
        settled(scenario, run)
        if error is None:  # only the deletion of a leftover may fail silently: the next start does
            assert called[n - 1] in ("unlink", "rmdir")
            continue
        text = str(error)
        assert os.strerror(code) in text and str(run) in text and "\n" not in text
        assert isinstance(error, InputError) or ("needed" in text and "free" in text)
    assert n > scenario.at_least


def test_only_a_place_to_start_in_is_the_users_fault(tmp_path):
    # The same lack of permission is wrong usage before a run and a failure in the middle of one.
    with every_operation(failing(1, errno.EACCES)), pytest.raises(InputError):
        create_run(tmp_path / "runs", "digits", "dcgan")
    with every_operation(failing(1, errno.EACCES)), pytest.raises(ZerosumError) as caught:
        save(tmp_path, 1)
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EACCES])
def test_a_failed_save_leaves_no_temporary_folder(tmp_path, code):
    three(tmp_path)
    before = snapshot(tmp_path)
    for n in range(1, 14):  # up to the synchronisation of the parent: retention comes later
        with every_operation(failing(n, code)), pytest.raises(ZerosumError):
            save(tmp_path, 400)
        assert half_done(tmp_path) == []
        now = snapshot(tmp_path)
        assert {k: v for k, v in now.items() if "400" not in k} == before
    assert "checkpoints/ckpt-000000400/manifest.json" in now


def test_the_order_of_the_write_recipe(tmp_path):
    three(tmp_path)
    names = {}  # inode -> name, since fsync and write see descriptors only
    lines = []

    def note(number, name, arguments, do):
        result = do()
        path = arguments[0]
        if name in ("mkdir", "create"):
            names[os.stat(path).st_ino] = path.name.replace(str(os.getpid()), "PID")
        if isinstance(path, int):
            inode = os.fstat(path).st_ino
            lines.append(f"{name} {names.get(inode, 'parent')}")
        else:
            lines.append(" ".join([name, *(a.name for a in arguments)]))
        return result

    with every_operation(note):
        save(tmp_path, 400)
    files = ("tensors.safetensors", "state.json", "manifest.json")
    written = [f"{verb} {file}" for file in files for verb in ("create", "write", "fsync")]
    pid = os.getpid()
    victim = f".del-ckpt-000000100-{pid}"
    assert lines == [
        f"mkdir .tmp-ckpt-000000400-{pid}",
        *written,
        "fsync .tmp-ckpt-000000400-PID",
        f"rename .tmp-ckpt-000000400-{pid} ckpt-000000400",
        "fsync parent",
        f"rename ckpt-000000100 {victim}",
        "fsync parent",
        *(f"unlink {file}" for file in sorted(files)),
        f"rmdir {victim}",
    ]

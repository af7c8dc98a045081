"""The lock: one trainer, named to the second; freed by any death."""

from __future__ import annotations

import os
import signal
import socket
import time

import pytest

from tests.records.faults import dead_pid, forked
from zerosum.errors import InputError
from zerosum.records.lock import Lock


def holder(run, then=lambda: signal.pause()):
    """Start a child that takes the lock and runs `then`; return its pid once it holds the lock."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with Lock(run):
                os.write(writer, b"held")
                then()
        finally:
            os._exit(1)
    os.close(writer)
    assert os.read(reader, 4) == b"held"
    os.close(reader)
    return pid


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_a_second_trainer_is_refused_by_pid_and_host_until_the_first_is_killed(tmp_path):
    pid = holder(tmp_path)
    try:
        with pytest.raises(InputError) as caught, Lock(tmp_path):
            pass
        assert f"process {pid} on {socket.gethostname()}" in str(caught.value)
        assert "\n" not in str(caught.value)
    finally:
        kill(pid)
    start = time.monotonic()
    with Lock(tmp_path) as lock:
        assert lock.held
    assert time.monotonic() - start < 1


def test_the_same_process_cannot_take_it_twice(tmp_path):
    with (
        Lock(tmp_path),
        pytest.raises(InputError, match=f"process {os.getpid()}"),
        Lock(tmp_path),
    ):
        pass


def test_it_is_free_after_the_block_whatever_happened(tmp_path):
    lock = Lock(tmp_path)
    assert not lock.held
    with pytest.raises(KeyError), lock:
        raise KeyError
    assert not lock.held
    with lock:
        assert lock.held


def test_a_dead_holders_name_is_not_given(tmp_path):
    (tmp_path / ".lock").write_text(f'{{"pid": {dead_pid()}, "host": "{socket.gethostname()}"}}')
    descriptor = os.open(tmp_path / ".lock", os.O_RDWR)
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(InputError, match="another process"), Lock(tmp_path):
            pass
    finally:
        os.close(descriptor)


def test_a_worker_forked_by_a_killed_trainer_does_not_keep_it(tmp_path):
    reader, writer = os.pipe()

    def fork_a_worker():
        worker = os.fork()
        if worker:
            os.write(writer, str(worker).encode())
        signal.pause()

    pid = holder(tmp_path, fork_a_worker)
    worker = int(os.read(reader, 20))
    kill(pid)
    try:
        with Lock(tmp_path) as lock:
            assert lock.held
    finally:
        os.kill(worker, signal.SIGKILL)


def test_a_child_that_leaves_the_block_does_not_free_its_parents_lock(tmp_path):
    lock = Lock(tmp_path)
    with lock:

        def child():
            assert not lock.held
            lock.__exit__(None, None, None)

        assert forked(child) == 0
        with pytest.raises(InputError), Lock(tmp_path):
            pass


def test_of_thirty_at_once_one_trains(tmp_path):
    reader, writer = os.pipe()
    pids = []
    for _ in range(30):
        pid = os.fork()
        if pid == 0:
            try:
                with Lock(tmp_path):
                    os.write(writer, b"1")
                    signal.pause()
            except InputError as error:
                os.write(writer, b"2" if "process" in str(error) else b"3")
            os._exit(0)
        pids.append(pid)
    answers = b"".join(os.read(reader, 1) for _ in pids)
    for pid in pids:
        kill(pid)
    assert answers.count(b"1") == 1 and answers.count(b"2") == 29


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="no run folder"), Lock(tmp_path / "absent"):
        pass


def test_a_lock_that_is_a_link_is_refused(tmp_path):
    (tmp_path / ".lock").symlink_to(tmp_path / "victim")
    with pytest.raises(InputError, match="cannot be used"), Lock(tmp_path):
        pass
    assert not (tmp_path / "victim").exists()

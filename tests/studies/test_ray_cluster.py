"""Chunks on a real Ray cluster of two nodes, one of which dies: each trial once, same results."""

from __future__ import annotations

import importlib.util
import inspect
import shutil
import signal
import socket
import sys
import tempfile
import types
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.records.faults import half_done
from tests.studies import trials
from tests.studies.processes import gone, start
from tests.studies.ray_nodes import kill_nodes, listening, start_nodes, until
from tests.studies.test_local import collect
from zerosum.errors import InputError
from zerosum.records.arrays import read_arrays
from zerosum.studies import ray_cluster
from zerosum.studies.ray_cluster import start_on_ray
from zerosum.studies.results import read_results
from zerosum.studies.study import run_study
from zerosum.studies.task import Demand, Executor, Task

pytestmark = pytest.mark.slow

TRIALS = 30
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


@pytest.fixture(scope="module")
def cluster():
    """Return (folder, port, nodes) of a cluster that is gone afterwards, whatever happens."""
    if importlib.util.find_spec("ray") is None:
        message = "ray is not installed, so no study ran on a cluster; `make cluster` installs it"
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    folder = Path(tempfile.mkdtemp(prefix="zr"))  # short: the path of a socket has 107 bytes
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    try:
        nodes = start_nodes(folder, port, 2, TRIALS=folder)
        yield folder, port, nodes
        kill_nodes(nodes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def join(cluster, tmp_path, monkeypatch):
    """Return a function that joins the cluster with some work."""
    monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{cluster[1]}")
    monkeypatch.setattr(
        "ray._private.services.get_node_ip_address", lambda address=None: "127.0.0.1"
    )
    # a generator whose shapes are checked is wrapped in what Ray does not take for a generator
    monkeypatch.setattr(ray_cluster, "work_on", inspect.unwrap(ray_cluster.work_on))
    made = []

    def begin(work, limit=None, **more):
        task = Task(tmp_path, trials.DESCRIPTION, work, limit)
        made.append(start_on_ray(task, Demand(10, **more)))
        return made[-1]

    yield begin
    for executor in made:
        executor.close()


@pytest.fixture
def drive(cluster):
    """Return a function that starts a driver on the cluster; none is left behind."""
    # the second keeps the driver to 127.0.0.1, as RAY does the nodes
    variables = {"RAY_ADDRESS": f"127.0.0.1:{cluster[1]}", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": 0}
    drivers = []

    def begin(folder, chunks, work):
        drivers.append(start(folder, chunks, 0, work, "ray", **variables))
        return drivers[-1]

    yield begin
    for driver in drivers:
        driver.kill()
        driver.communicate()


def test_nobody_else_reaches_the_cluster(cluster):
    found = listening([pid for node in cluster[2] for pid in node.pids()])
    assert found and found <= LOOPBACK


def test_a_chunk_is_computed_with_one_thread_somewhere_else(join, tmp_path, cluster):
    told = []
    executor = join(trials.environment, workers=1, tell=told.append)
    assert isinstance(executor, Executor)
    assert told == [
        "10 chunks to do, 1 at once on a Ray cluster of 2 nodes with 2 CPUs, each with at most "
        "300.0 MB of its node's memory"
    ]
    for number in range(2):
        executor.submit(number)
    outcomes, most = [], 0
    while len(outcomes) < 2:
        outcomes += executor.outcomes(0.2)
        most = max(most, len(executor._asked))
    assert most == 1  # as many as were asked for
    for outcome in outcomes:
        arrays = read_arrays(tmp_path / outcome.file)
        np.testing.assert_array_equal(arrays["threads"], [1, 1, 1, 1])
        assert arrays["pid"] in [pid for node in cluster[2] for pid in node.pids()]


def test_a_chunk_that_hangs_or_kills_its_worker_is_lost(join):
    executor = join(trials.hanging, 1.0)
    executor.submit(1)
    (late,) = collect(executor, 1)
    assert (late.kind, late.reason) == ("died", "it took longer than 1.0 s")
    executor.close()
    executor = join(trials.deadly)
    for number in range(4):
        executor.submit(number)
    kinds = {outcome.number: outcome.kind for outcome in collect(executor, 4)}
    assert kinds == {0: "done", 1: "done", 2: "died", 3: "done"}


def test_a_node_that_cannot_do_the_work_is_refused(join, monkeypatch):
    executor = join(trials.draw)
    executor._version = "0.0.0"
    executor.submit(0)
    with pytest.raises(InputError, match=r"has zerosum \d.* and this machine 0\.0\.0; install"):
        collect(executor, 1)
    executor.close()
    module = types.ModuleType("only_here")
    exec("def work(description, number): return {}", module.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", module)
    executor = join(module.work)
    executor.submit(0)
    with pytest.raises(InputError, match=r"cannot begin the work .*only_here.*; install") as caught:
        collect(executor, 1)
    assert "\n" not in str(caught.value)


def test_an_interrupted_driver_leaves_the_cluster_idle_and_running(cluster, drive, tmp_path):
    driver = drive(tmp_path / "study", 4, "slow")
    assert until(lambda: all(node.working() for node in cluster[2]))
    driver.send_signal(signal.SIGINT)
    words, message = driver.communicate(timeout=20)
    assert driver.returncode == 130 and words == "0\n"
    assert message == (
        "interrupted; 0 of 4 chunks are done and kept. To go on:\n  zerosum study again\n"
    )
    assert until(lambda: not any(node.working() for node in cluster[2]))
    assert all(node.pids() for node in cluster[2])


def test_each_trial_finishes_once_when_a_node_is_killed(cluster, drive, tmp_path):
    folder, _, nodes = cluster
    (folder / "hold").touch()
    driver = drive(tmp_path / "study", TRIALS, "held")
    assert until(lambda: len(held(folder)) == 2, 60)  # a chunk that cannot end on either node
    killed = nodes[1].pids()
    nodes[1].kill()
    (folder / "hold").unlink()
    seen = [int(line) for line in driver.stdout]  # numbers and nothing of Ray's
    assert seen == sorted(set(seen)) and seen[-1] == TRIALS
    assert (driver.wait(), driver.stderr.read()) == (0, "")
    assert killed and gone(killed, 0) and nodes[0].pids()

    results = read_results(tmp_path / "study")
    assert results.done == tuple(range(TRIALS))
    peaceful = run_study(tmp_path / "peaceful", trials.DESCRIPTION, TRIALS, trials.trial, 2)
    assert [row.file for row in results.rows] == [row.file for row in peaceful.rows]
    for row in results.rows:
        ours, theirs = (place / "results" / row.file for place in (results.folder, peaceful.folder))
        assert ours.read_bytes() == theirs.read_bytes()
    files = [path.name for path in (tmp_path / "study" / "results").iterdir()]
    assert len(files) == TRIALS and half_done(tmp_path) == []

    # the node had one CPU: what it lost is the trial it was doing, and perhaps one about to begin
    extra = {row.number: row.attempts - 1 for row in results.rows if row.attempts > 1}
    assert 1 <= sum(extra.values()) <= 2
    begun = Counter(starts(folder))
    assert begun.keys() == set(range(TRIALS)) and begun.total() == TRIALS + 1
    assert max(begun, key=begun.get) in extra


def starts(folder):
    """Return the numbers of the chunks that workers have begun, in that order."""
    log = folder / "log"
    return [int(number) for number in log.read_text().split()[1::2]] if log.exists() else []


def held(folder):
    """Return the chunks that wait for $TRIALS/hold to go."""
    return {number for number in starts(folder) if number >= 6}

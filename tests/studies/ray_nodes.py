"""A Ray cluster on this machine that only this machine can reach, node by node, killed to the last."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.studies.processes import ROOT, alive, gone

# `ray start`, except that Ray turns 127.0.0.1 into an address which other machines reach
RAY = (
    "from ray._private import services\n"
    "services.get_node_ip_address = lambda address=None: '127.0.0.1'\n"
    "from ray.scripts.scripts import main\n"
    "main()\n"
)


class Node:
    """What one `ray start` has started: the processes of one session.

    Args:
        log: file for what it says.
        flags: of `ray start`.
        variables: of the environment of its workers.
    """

    def __init__(self, log, *flags, **variables):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0"}
        environment.pop("OMP_NUM_THREADS", None)  # the executor has to say it
        environment |= {name: str(value) for name, value in variables.items()}
        command = [sys.executable, "-c", RAY, "start", *flags, "--num-cpus=1"]
        with open(log, "w") as words:  # a pipe would never end: the daemons inherit it
            self._leader = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=words,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            code = self._leader.wait(90)
            assert code == 0, Path(log).read_text()
        except BaseException:
            self.kill()
            raise

    def pids(self):
        """Return the process numbers of its daemons and workers."""
        return [pid for pid in processes() if session(pid) == self._leader.pid and alive(pid)]

    def working(self):
        """Return the process numbers of workers that have a chunk."""
        return [pid for pid in self.pids() if b"work_on" in said(pid, "cmdline")]

    def kill(self):
        """Kill them all, as when the machine loses its power."""
        for _ in range(100):
            pids = self.pids()
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if gone(pids, 1) and not self.pids():
                break
        self._leader.wait()


def start_nodes(folder, port, count, **variables):
    """Start a head and further nodes, each with one CPU; all or none of them run on return."""
    head = [
        "--head", "--node-ip-address=127.0.0.1", f"--port={port}", "--include-dashboard=false",
        f"--temp-dir={folder}", "--disable-usage-stats",
    ]  # fmt: skip
    nodes = []
    try:
        nodes.append(Node(folder / "head.log", *head, **variables))
        for number in range(1, count):
            flags = [f"--address=127.0.0.1:{port}", "--disable-usage-stats"]
            nodes.append(Node(folder / f"node-{number}.log", *flags, **variables))
    except BaseException:
        kill_nodes(nodes)
        raise
    return nodes


def kill_nodes(nodes):
    """Kill every process of these nodes, and make sure of it."""
    for node in nodes:
        node.kill()
    assert not [pid for node in nodes for pid in node.pids()]


def listening(pids):
    """Return the addresses, in the kernel's hexadecimal, at which processes listen."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            with suppress(OSError):
                inodes.add(os.readlink(link))
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return {
        row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes
    }


def until(condition, seconds=30.0):
    """Wait for something to hold; whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


def processes():
    """Return the process numbers there are."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def session(pid):
    """Return the session a process belongs to; 0 when it is gone."""
    words = said(pid, "stat").rpartition(b")")[2].split()
    return int(words[3]) if words else 0


def said(pid, what):
    """Return a file of /proc/PID; nothing when the process is gone."""
    with suppress(OSError):
        return (Path(f"/proc/{pid}") / what).read_bytes()
    return b""

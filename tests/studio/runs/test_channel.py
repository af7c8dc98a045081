"""A run that is followed: the newest state at once, then what changes, shared by all who watch."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import replace

import pytest

from tests.studio.conftest import BASE, visitor
from zerosum.errors import InputError
from zerosum.records.events import EventLog
from zerosum.records.lock import Lock
from zerosum.studio import frames
from zerosum.studio.channel import Post
from zerosum.studio.index import Index
from zerosum.studio.mailbox import Mailbox
from zerosum.studio.runs import follower as module
from zerosum.studio.runs.channel import RunChannel, opener
from zerosum.studio.runs.follower import Follower, Followers, time_left
from zerosum.studio.shared import Shared

PATIENCE = 10
SOCKET = BASE.replace("http", "ws") + "/socket"


class Listener(Post):
    """Keeps what is posted."""

    def __init__(self):
        super().__init__(0, Mailbox(lambda: None))
        self.heard, self._bell = [], threading.Condition()

    def __call__(self, kind, header, arrays):
        with self._bell:
            self.heard.append((kind, header, arrays))
            self._bell.notify_all()

    def wait(self, kind, holds=lambda header: True):
        """Return the first frame of this kind that holds, and forget it and those of its kind before."""
        end = time.monotonic() + PATIENCE
        with self._bell:
            while True:
                for i, (told, header, arrays) in enumerate(self.heard):
                    if told == kind and holds(header):
                        before = [each for each in self.heard[:i] if each[0] != kind]
                        self.heard = before + self.heard[i + 1 :]
                        return header, arrays
                assert self._bell.wait(end - time.monotonic()), f"no such {kind}: {self.heard}"


@pytest.fixture
def run(root, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(next(root.glob("*-ring-*")), run)
    return run


@pytest.fixture
def followed(run):
    follower, listener = Follower(run, every=0.02), Listener()
    follower.listen("me", listener)
    yield run, listener
    follower.leave("me")
    follower.close()


def test_a_finished_run_is_told_whole(followed):
    _, listener = followed
    now, _ = listener.wait("now")
    assert (now["state"], now["step"], now["steps"], now["read"]) == ("done", 4, 4, 1)
    assert [len(now["previews"][of]) for of in ("average", "generator")] == [1, 1]
    curves, arrays = listener.wait("curves")
    assert curves["step"] == 4 and arrays["loss/generator"].shape == (4, 2)
    evidence, _ = listener.wait("evidence")
    assert evidence["final"]["rows"] and evidence["looks"] and evidence["watch"]["rows"] == 20


def test_what_happens_is_told(followed):
    run, listener = followed
    listener.wait("curves")
    listener.heard = []
    log = EventLog(run)
    with Lock(run):
        log.append("resume", step=4)
        assert listener.wait("now", lambda now: now["state"] == "training")
        log.append("tick", step=6, seen=60, seconds=3.0, rate=10.0, loss={"generator": 1.5})
        _, arrays = listener.wait("curves")
        assert arrays["loss/generator"][:, -1].tolist() == [6, 1.5, 1.5, 1.5]
        log.append("control", step=6, order="abc", done="paused")
        now, _ = listener.wait("now", lambda now: now["state"] == "paused")
        assert now["answer"] == {"order": "abc", "done": "paused", "step": 6}
        log.append("alarm", step=6, name="collapse", evidence="seen in /home/me/x")
        found, _ = listener.wait("evidence", lambda found: found["alarms"])
        assert found["alarms"][0]["evidence"] == "seen in x"
    assert listener.wait("now", lambda now: now["state"] == "interrupted")


def test_nothing_is_told_while_nothing_happens(followed):
    _, listener = followed
    listener.wait("curves")
    listener.heard = []
    time.sleep(0.3)
    assert listener.heard == []


def test_a_watcher_who_comes_later_gets_all_at_once(run):
    followers, first, second = Followers(), Listener(), Listener()
    try:
        followers.begin(run, 1, first)
        first.wait("curves")
        first.heard = []
        followers.begin(run, 2, second)
        second.wait("curves")
        assert first.heard == []
        followers.end(run, 1)
        log = EventLog(run)
        log.append("alarm", step=4, name="collapse", evidence="e")
        second.wait("evidence", lambda found: found["alarms"])  # who is left is still told
        assert first.heard == []
        thread = followers._held[run]._thread
    finally:
        followers.end(run, 1)
        followers.end(run, 2)
    assert followers._held == {} and not thread.is_alive()


def test_so_many_runs_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_FOLLOWED", 1)
    followers = Followers()
    followers.begin(tmp_path / "a", 1, Listener())
    with pytest.raises(InputError, match="1 runs are followed already"):
        followers.begin(tmp_path / "b", 2, Listener())
    followers.begin(tmp_path / "a", 3, Listener())  # a second look at the same one is free
    followers.end(tmp_path / "a", 1)
    followers.end(tmp_path / "a", 3)
    followers.begin(tmp_path / "b", 2, Listener())
    followers.end(tmp_path / "b", 2)


def test_many_watchers_are_told_less_often_and_cost_no_more(run):
    follower, listeners = Follower(run, every=0.5), [Listener() for _ in range(5)]
    paces = []
    for listener in listeners:
        follower.listen(listener, listener)
        paces.append(follower.pause)
    assert paces == pytest.approx([0.5, 0.5, 0.6, 0.8, 1.0])
    for listener in listeners[:3]:
        follower.leave(listener)
    assert follower.pause == 0.5
    follower.close()


def test_a_page_that_goes_ends_its_look(run):
    followers = Followers()
    channel = RunChannel(followers, run, Listener())
    assert list(followers._held) == [run]
    channel.close()
    assert followers._held == {}


def test_a_saved_generator_is_not_followed(settings, root):
    (run,) = root.glob("*-ring-*")
    shared = Shared(settings, Index(replace(settings, root=run, named=(run / "model",))))
    (entry,) = shared.index.entries()[:1]
    with pytest.raises(InputError, match="saved generator"):
        opener(shared)({"id": entry.id}, Listener())


def test_through_the_socket(settings, root):
    with visitor(settings) as client:
        runs = client.get("/api/runs").json()["runs"]
        with client.websocket_connect(SOCKET, headers={"origin": BASE}) as socket:
            socket.send_json({"open": "run", "channel": 3, "id": runs[0]["id"]})
            kinds = set()
            for _ in range(3):
                header, _ = frames.unpack(socket.receive_bytes())
                kinds.add(header["kind"])
                socket.send_json({"channel": 3, "drawn": True})
            assert kinds == {"now", "curves", "evidence"}
            socket.send_json({"channel": 3, "do": {"stop": True}})
            header, _ = frames.unpack(socket.receive_bytes())
            assert header["error"] == "a run is only watched here"
            socket.send_json({"open": "run", "channel": 4, "id": "../../etc"})
            header, _ = frames.unpack(socket.receive_bytes())
            assert "no such run" in header["error"]


def test_time_left_goes_by_the_last_pace():
    assert time_left({"step": 100, "seen": 6400, "rate": 640.0}, 300) == 20.0
    assert time_left({"step": 400, "seen": 800, "rate": 2.0}, 300) == 0.0  # trained on for longer
    assert time_left({}, 300) is None and time_left({"step": 1, "seen": 1, "rate": 0.0}, 3) is None

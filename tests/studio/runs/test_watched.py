"""Five who watch: the weights of a training are the same bits, and each sees it end."""

from __future__ import annotations

from tests.studio.runs.test_channel import Listener
from tests.training.tiny import digest, digest_of_run, prepared
from zerosum.records.lock import Lock
from zerosum.runs import session
from zerosum.studio.runs import follower as module
from zerosum.studio.runs.follower import Followers
from zerosum.training.checkpoint import state_to_parts

WATCHERS = 5


def trained(tmp_path, name):
    run = {"steps": 40, "ticks": 40, "previews": 2, "checkpoints": 4}
    work = session.begin(prepared(run=run), tmp_path, name)
    return work, lambda: (work.train(), digest(*state_to_parts(work.job.state)))


def test_a_training_that_is_watched_ends_with_the_same_bits(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "EVERY", 0.005)
    alone, train = trained(tmp_path, "alone")
    with Lock(alone.run):
        expected = train()
    watched, train = trained(tmp_path, "watched")
    followers, listeners = Followers(), [Listener() for _ in range(WATCHERS)]
    try:
        for number, listener in enumerate(listeners):
            followers.begin(watched.run, number, listener)
        with Lock(watched.run):
            assert train() == expected
        assert digest_of_run(watched.run) == digest_of_run(alone.run)
        for listener in listeners:
            now, _ = listener.wait("now", lambda now: now["state"] == "done")
            assert now["step"] == 40
        assert len(followers._held) == 1  # one thread for all of them
    finally:
        for number in range(WATCHERS):
            followers.end(watched.run, number)

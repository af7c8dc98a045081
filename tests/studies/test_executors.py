"""Executors by name; without ray, or without a cluster, one sentence."""

from __future__ import annotations

import importlib.util
import signal
import socket
import sys
import time
from types import SimpleNamespace

import pytest

from tests.studies import trials
from zerosum.errors import InputError
from zerosum.studies import ray_cluster
from zerosum.studies.executors import executor
from zerosum.studies.local import start_local
from zerosum.studies.ray_cluster import start_on_ray
from zerosum.studies.study import run_study
from zerosum.studies.task import Demand, Encoded, Task, compute, keep

NEEDS_RAY = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs ray")


def test_executors_have_names():
    assert executor("local") is start_local
    with pytest.raises(InputError, match="unknown executor 'rai'; did you mean 'ray'"):
        executor("rai")


def test_a_missing_ray_is_one_sentence_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"pip install 'zerosum\[cluster\]'$") as caught:
        executor("ray")
    assert caught.value.exit_code == 2


@pytest.fixture
def closed():
    """An address at which nobody listens, as long as the test runs."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{one.getsockname()[1]}"


def test_a_cluster_that_does_not_answer_is_one_sentence(tmp_path, monkeypatch, closed):
    def never(**given):
        raise AssertionError("Ray would try for two minutes")

    library = SimpleNamespace(is_initialized=lambda: False, init=never)
    monkeypatch.setattr(ray_cluster, "ray_library", lambda: library)
    monkeypatch.setattr(ray_cluster, "_address", lambda given: closed)
    task = Task(tmp_path, trials.DESCRIPTION, trials.draw)
    with pytest.raises(InputError, match=f"at {closed} .*refused.*`ray start --head`") as caught:
        start_on_ray(task, Demand(1))
    assert "\n" not in str(caught.value)


@NEEDS_RAY
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, "refused"),  # the closed address
        ("local", "no running cluster"),  # Ray would start one
        ("ray://127.0.0.1:10001", "Ray Client is not supported"),
        ("nonsense", "Invalid address"),
    ],
)
def test_an_address_of_no_cluster_is_refused_at_once(
    tmp_path, monkeypatch, closed, given, sentence
):
    monkeypatch.setenv("RAY_ADDRESS", given or closed)
    monkeypatch.setattr(
        "ray._private.services.get_node_ip_address", lambda address=None: "127.0.0.1"
    )
    before, answer = time.monotonic(), signal.getsignal(signal.SIGTERM)
    with pytest.raises(InputError, match=sentence):
        run_study(tmp_path, {"rows": 1}, 2, trials.draw, executor=executor("ray"))
    assert time.monotonic() - before < 30  # importing ray takes a second or two
    assert signal.getsignal(signal.SIGTERM) is answer


def test_a_result_damaged_on_the_way_counts_as_lost(tmp_path):
    task = Task(tmp_path, trials.DESCRIPTION, trials.draw)
    sent = compute(task, 3)
    assert isinstance(sent, Encoded) and list(tmp_path.iterdir()) == []
    damaged = Encoded(3, sent.data[:-1] + b"?", sent.sha256, sent.seconds)
    assert keep(task, damaged).kind == "died" and list(tmp_path.iterdir()) == []
    kept = keep(task, sent)
    assert (tmp_path / kept.file).read_bytes() == sent.data and kept.seconds >= sent.seconds

"""A population on a real Ray cluster, whose nodes see no disk of ours: the members of `fit`."""

from __future__ import annotations

import inspect
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

from tests.studies.populations.crowds import DATA, many, same
from tests.studies.ray_nodes import kill_nodes, start_nodes
from zerosum.studies import fit_population, ray_cluster

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(monkeypatch):
    """A cluster of one node that is gone afterwards, whatever happens."""
    pytest.importorskip("ray", reason="ray is not installed; `make cluster` installs it")
    folder = Path(tempfile.mkdtemp(prefix="zr"))  # short: the path of a socket has 107 bytes
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{port}")
    monkeypatch.setattr(
        "ray._private.services.get_node_ip_address", lambda address=None: "127.0.0.1"
    )
    # a generator whose shapes are checked is wrapped in what Ray does not take for a generator
    monkeypatch.setattr(ray_cluster, "work_on", inspect.unwrap(ray_cluster.work_on))
    try:
        nodes = start_nodes(folder, port, 1)
        yield
        kill_nodes(nodes)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_data_travel_to_the_nodes(cluster, tmp_path):
    said = []
    made = fit_population(many(), DATA, folder=tmp_path / "s", executor="ray", tell=said.append)
    assert "on a Ray cluster of 1 node" in said[0]
    assert same(made, many().fit(DATA))
    assert not (tmp_path / "s" / "data").exists()

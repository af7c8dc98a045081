"""How much memory is free."""

from __future__ import annotations

from zerosum.training import memory
from zerosum.training.memory import free_memory


def test_the_machine_says_how_much_is_free():
    free = free_memory()
    assert free is not None and 10**7 < free < 10**14


def test_a_containers_limit_counts(tmp_path, monkeypatch):
    limit, used = tmp_path / "limit", tmp_path / "used"
    limit.write_text("1000000\n")
    used.write_text("400000\n")
    monkeypatch.setattr(memory, "_GROUPS", ((str(limit), str(used)),))
    assert free_memory() == 600_000
    limit.write_text("max\n")
    assert free_memory() > 600_000

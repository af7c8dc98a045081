"""The meter counts what tensors hold at one time."""

from __future__ import annotations

import torch

from zerosum.training.meter import peak_memory

KB = 4000  # bytes of a thousand float32


def test_what_is_freed_is_counted_no_more():
    def one_after_the_other():
        for _ in range(10):
            torch.zeros(1000)

    assert peak_memory(one_after_the_other) == KB
    assert peak_memory(lambda: [torch.zeros(1000) for _ in range(10)]) == 10 * KB


def test_views_and_what_was_there_before_cost_nothing():
    outside = torch.zeros(1000)
    assert peak_memory(lambda: outside.view(10, 100)[3].add_(1)) == 0


def test_what_a_graph_keeps_counts():
    def sines(count):
        x = torch.ones(1000, requires_grad=True)
        for _ in range(count):
            x = x.sin()
        return x

    # each sine keeps what it was taken of
    assert peak_memory(lambda: sines(7)) == 8 * KB

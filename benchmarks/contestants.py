"""Who takes part: name -> how to build its step, imported only in the process that runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.cases import Case, Step

SGEMM_SIDE = 2048


@dataclass(frozen=True)
class Contestant:
    """`peer`: runs in the peers' environment. `counted`: its arithmetic can be counted by torch."""

    name: str
    build: Callable[[Case], Step]
    peer: bool = False
    counted: bool = True


def _plain(case: Case) -> Step:
    from benchmarks import plain

    return plain.build(case)


def _plain_detached(case: Case) -> Step:
    from benchmarks import plain

    return plain.build_detached(case)


def _torchgan(case: Case) -> Step:
    from benchmarks.peers import torchgan_step

    return torchgan_step.build(case)


def _mimicry(case: Case) -> Step:
    from benchmarks.peers import mimicry_step

    return mimicry_step.build(case)


def _zerosum(case: Case) -> Step:
    from benchmarks import ours

    return ours.build(case)


def _zerosum_compiled(case: Case) -> Step:
    from benchmarks import ours

    return ours.build_compiled(case)


def _zerosum_own_networks(case: Case) -> Step:
    from benchmarks import ours

    return ours.build_own_networks(case)


def _zerosum_bf16(case: Case) -> Step:
    from benchmarks import ours

    return ours.build_bf16(case)


def _sgemm(case: Case) -> Step:
    import torch

    left, right = torch.randn(2, SGEMM_SIDE, SGEMM_SIDE).unbind()
    out = torch.empty_like(left)
    return lambda: torch.mm(left, right, out=out)


CONTESTANTS = {
    c.name: c
    for c in (
        Contestant("plain", _plain),
        Contestant("plain-detached", _plain_detached),
        Contestant("torchgan", _torchgan, peer=True),
        Contestant("mimicry", _mimicry, peer=True),
        Contestant("zerosum", _zerosum),
        Contestant("zerosum-compiled", _zerosum_compiled, counted=False),
        Contestant("zerosum-own-networks", _zerosum_own_networks),
        Contestant("zerosum-bf16", _zerosum_bf16),
        Contestant("sgemm", _sgemm),
    )
}

ENTERED = {
    "dcgan-32x32x1": ("plain", "torchgan", "mimicry", "zerosum", "zerosum-own-networks"),
    "dcgan-32x32x1-narrow": ("plain", "torchgan", "mimicry", "zerosum"),
    "dcgan-64x64x3": ("plain", "torchgan", "mimicry", "zerosum", "zerosum-own-networks"),
    "mlp": ("plain", "torchgan", "mimicry", "zerosum", "zerosum-compiled"),
    "wgan-gp-critic": ("plain", "plain-detached", "mimicry", "zerosum"),
}

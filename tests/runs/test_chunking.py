"""Which members are trained in lock step."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.errors import InputError
from zerosum.runs.chunking import Crowd
from zerosum.runs.crowd import Footprint
from zerosum.runs.job import configure

MEMBER = configure(np.arange(9.0).reshape(3, 3), settings={"run": {"device": "cpu"}})


def crowd(groups, wanted, *each):
    footprints = [Footprint(state=n, played=0, kept=7, numbers=1, a_number=16.0) for n in each]
    return Crowd([MEMBER] * sum(map(len, groups)), groups, footprints, wanted)


SMALL = crowd([[0, 2, 4], [1, 3]], 2, 0, 0)


def test_groups_are_cut_into_chunks_one_after_the_other():
    assert SMALL.wishes == [2, 2] and SMALL.kept == 35
    assert SMALL.sizes(lambda device: None) == [2, 2]
    assert SMALL.chunks([2, 2]) == [[0, 2], [4], [1, 3]]
    assert SMALL.chunks([1, 2]) == [[0], [2], [4], [1, 3]]


def test_each_group_has_as_many_as_the_memory_holds():
    two = crowd([[0, 1, 2], [3, 4, 5]], 3, 10**6, 10**7)
    room = two.footprints[1].chunk(2)
    assert two.sizes(lambda device: room) == [3, 2]
    assert two.chunk_bytes([3, 2]) == two.footprints[1].chunk(2)
    assert not two.shrunk([3, 3], lambda device: room)
    assert two.shrunk([3, 2], lambda device: room).startswith("chunks of 2 members instead of 3")
    assert two.fits(lambda device: room)
    with pytest.raises(InputError, match="one member takes up to"):
        two.sizes(lambda device: two.footprints[0].chunk(3))
    assert not two.fits(lambda device: two.footprints[0].chunk(3))

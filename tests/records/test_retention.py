"""Which checkpoints may go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zerosum.errors import InputError
from zerosum.records.retention import victims

STEPS = st.sets(st.integers(0, 60), min_size=1)


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        ({"keep": 3}, [10, 20, 30]),
        ({"keep": 1}, [10, 20, 30, 40, 50]),
        ({"keep": 9}, []),
        ({"keep": 1, "keep_every": 20}, [10, 30, 50]),
        ({"keep": 1, "protect": (30, 77)}, [10, 20, 40, 50]),
    ],
)
def test_rules(rule, gone):
    assert victims([60, 10, 20, 30, 40, 50], 60, **rule) == gone


@given(STEPS, st.data())
def test_the_newest_and_later_ones_always_stay(steps, data):
    newest = data.draw(st.sampled_from(sorted(steps)))
    keep = data.draw(st.integers(1, 5))
    gone = victims(steps, newest, keep=keep)
    assert all(step < newest for step in gone)
    assert len([s for s in steps if s <= newest]) - len(gone) <= keep


def test_rules_that_would_delete_all_are_refused():
    with pytest.raises(InputError, match="keep=0"):
        victims([1], 1, keep=0)
    with pytest.raises(InputError, match="keep_every=0"):
        victims([1], 1, keep_every=0)

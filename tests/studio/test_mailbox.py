"""The newest frame only, and the next one only when the last was drawn."""

from __future__ import annotations

import pytest

from zerosum.studio.mailbox import Mailbox


@pytest.fixture
def rung() -> list[int]:
    """How often somebody rang."""
    return []


@pytest.fixture
def mailbox(rung) -> Mailbox:
    """An empty one."""
    return Mailbox(lambda: rung.append(1))


def test_an_older_frame_of_the_same_kind_is_forgotten(mailbox, rung):
    mailbox.post("moving", b"old")
    mailbox.post("moving", b"new")
    assert len(rung) == 2
    assert mailbox.fetch() == b"new"
    mailbox.drawn()
    assert mailbox.fetch() is None


def test_nothing_is_sent_while_the_browser_draws(mailbox):
    mailbox.post("still", b"1")
    mailbox.post("moving", b"2")
    assert mailbox.fetch() == b"1"
    assert mailbox.fetch() is None
    mailbox.drawn()
    assert mailbox.fetch() == b"2"


def test_a_kind_that_waited_longer_is_not_overtaken_by_one_that_is_renewed(mailbox):
    mailbox.post("still", b"1")
    mailbox.post("moving", b"2")
    mailbox.post("still", b"3")
    assert mailbox.fetch() == b"3"


def test_a_frame_is_wanted_only_where_none_is_before_it(mailbox):
    assert mailbox.wanted
    mailbox.post("moving", b"1")
    assert not mailbox.wanted
    mailbox.fetch()
    assert not mailbox.wanted
    mailbox.drawn()
    assert mailbox.wanted


def test_ten_thousand_frames_leave_one(mailbox):
    for number in range(10_000):
        mailbox.post("moving", str(number).encode())
    assert mailbox.fetch() == b"9999"
    mailbox.drawn()
    assert mailbox.fetch() is None

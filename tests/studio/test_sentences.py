"""Folders never leave the studio; fractions and units stay as they are."""

from __future__ import annotations

import pytest

from zerosum.studio.sentences import LONGEST, outward


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("/home/ada/runs/a/config.yaml is damaged", "config.yaml is damaged"),
        ("the checkpoints of '/tmp/x/run' are gone", "the checkpoints of 'run' are gone"),
        (r"C:\Users\ada\runs\a is no run", "a is no run"),
        (r"(\\server\share\a)", r"(a)"),
        ("runs/a is no run", "runs/a is no run"),
        ("12 pixels/second, 1/2 and r1/r2", "12 pixels/second, 1/2 and r1/r2"),
        ("give image/png or image/jpeg", "give image/png or image/jpeg"),
    ],
)
def test_folders_are_left_out(sentence, told):
    assert outward(sentence) == told


@pytest.mark.parametrize("quoted", ["x" * 10**6, "/" * 10**6, "/a" * 10**6, "\n\r\x00" * 10**5])
def test_what_a_visitor_sent_is_not_sent_back_at_length(quoted):
    told = outward(f"n is {quoted}")
    assert len(told) <= LONGEST and told.isprintable()


def test_what_utf_8_cannot_hold_is_written_out():
    assert outward("unknown \udcff\ud800").encode() == b"unknown \\udcff\\ud800"

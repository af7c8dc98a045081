"""The event log: whole lines only, whatever tears it."""

from __future__ import annotations

import errno
import json
import os

import pytest

from zerosum.errors import InputError, ZerosumError
from zerosum.records import atomic
from zerosum.records.events import MAX_LINE, EventLog, read_events, truncate_events


@pytest.fixture
def log(tmp_path):
    log = EventLog(tmp_path)
    log.append("start", recipe="dcgan")
    for step in (10, 20, 30):
        log.append("tick", step=step, loss={"discriminator": step / 7})
        log.append("note", text=f"after {step}")
    return log


def test_events_come_back_in_order_with_exact_numbers(log, tmp_path):
    events = read_events(tmp_path)
    assert events[0] == {"kind": "start", "recipe": "dcgan"}
    assert [e["loss"]["discriminator"] for e in events[1::2]] == [10 / 7, 20 / 7, 30 / 7]
    assert log.path.read_bytes().count(b"\n") == 7


def test_no_log_is_no_event(tmp_path):
    assert read_events(tmp_path) == [] and truncate_events(tmp_path, 0) == 0
    EventLog(tmp_path).sync()
    assert list(tmp_path.iterdir()) == []


def test_odd_text_stays_one_line(tmp_path):
    text = "a\nb\u2028c\udce9\0"
    EventLog(tmp_path).append("note", text=text)
    assert (tmp_path / "events.jsonl").read_bytes().count(b"\n") == 1
    assert read_events(tmp_path) == [{"kind": "note", "text": text}]


def test_numbers_that_are_not_finite_become_null(tmp_path):
    EventLog(tmp_path).append("tick", loss={"g": float("nan"), "d": [float("-inf"), 1.0]})
    assert read_events(tmp_path)[0]["loss"] == {"g": None, "d": [None, 1.0]}


@pytest.mark.parametrize(
    "tail", [b'{"kind": "ti', b"\0" * 5000, b'{"kind":"tick","step":40}', b"\xff"]
)
def test_a_torn_tail_is_left_out_and_cut_off_by_the_next_event(log, tmp_path, tail):
    whole = log.path.read_bytes()
    log.path.write_bytes(whole + tail)
    assert len(read_events(tmp_path)) == 7
    log.append("resume", step=30)
    assert read_events(tmp_path)[-1] == {"kind": "resume", "step": 30}
    assert log.path.read_bytes().startswith(whole) and len(read_events(tmp_path)) == 8


def test_a_log_that_is_one_torn_line_starts_again(tmp_path):
    (tmp_path / "events.jsonl").write_bytes(b"x" * 200_000)
    assert read_events(tmp_path) == []
    EventLog(tmp_path).append("start")
    assert read_events(tmp_path) == [{"kind": "start"}]


def test_torn_anywhere_the_whole_lines_before_stay(log, tmp_path):
    data = log.path.read_bytes()
    for size in range(len(data)):
        log.path.write_bytes(data[:size])
        assert len(read_events(tmp_path)) == data[:size].count(b"\n")


def test_a_bad_line_in_the_middle_is_named(log, tmp_path):
    lines = log.path.read_bytes().splitlines(keepends=True)
    for bad in (b"{}\n", b"[1]\n", b"{]\n", b'{"kind":"tick","step":"9"}\n', b'{"kind":1}\n'):
        log.path.write_bytes(b"".join([*lines[:2], bad, *lines[2:]]))
        for reader in (read_events, lambda run: truncate_events(run, 10)):
            with pytest.raises(InputError, match="line 3") as caught:
                reader(tmp_path)
            assert str(log.path) in str(caught.value)


def test_truncation_keeps_bytes_and_drops_what_came_later(log, tmp_path):
    before = log.path.read_bytes().splitlines(keepends=True)
    assert truncate_events(tmp_path, 20) == 2
    assert log.path.read_bytes() == b"".join(before[:5])
    assert truncate_events(tmp_path, 20) == 0
    assert truncate_events(tmp_path, 0) == 4
    assert read_events(tmp_path) == [{"kind": "start", "recipe": "dcgan"}]


def test_after_truncation_each_step_stands_once(log, tmp_path):
    truncate_events(tmp_path, 20)
    log.append("resume", step=20)
    log.append("tick", step=30)
    ticks = [e["step"] for e in read_events(tmp_path) if e["kind"] == "tick"]
    assert ticks == [10, 20, 30]


def test_appends_of_several_processes_stay_apart(tmp_path):
    pids = []
    for child in range(8):
        pid = os.fork()
        if pid == 0:
            for k in range(25):
                EventLog(tmp_path).append("note", child=child, k=k, text="x" * 500)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        assert os.waitpid(pid, 0)[1] == 0
    got = sorted((e["child"], e["k"]) for e in read_events(tmp_path))
    assert got == [(child, k) for child in range(8) for k in range(25)]


def test_a_disk_that_fills_up_within_a_line_leaves_whole_lines(log, tmp_path, monkeypatch):
    before = log.path.read_bytes()
    real = atomic.write
    monkeypatch.setattr(atomic, "write", lambda fd, data: real(fd, data[:7]))
    with pytest.raises(ZerosumError, match=os.strerror(errno.ENOSPC)) as caught:
        log.append("tick", step=40)
    assert str(log.path) in str(caught.value)
    assert log.path.read_bytes() == before


def test_a_full_device_is_told(tmp_path):
    (tmp_path / "events.jsonl").symlink_to("/dev/full")
    with pytest.raises(ZerosumError, match="No space left"):
        EventLog(tmp_path).append("tick", step=1)


def test_what_json_cannot_hold_is_named(tmp_path):
    with pytest.raises(InputError, match=r"tick\.loss is a complex"):
        EventLog(tmp_path).append("tick", loss=1j)
    with pytest.raises(InputError, match="bytes"):
        EventLog(tmp_path).append("note", text="x" * MAX_LINE)
    assert list(tmp_path.iterdir()) == []


def test_a_line_without_end_is_refused_without_being_read_whole(tmp_path):
    line = json.dumps({"kind": "note", "text": "x" * (2 * MAX_LINE)})
    (tmp_path / "events.jsonl").write_text(line + "\n")
    with pytest.raises(InputError, match="line 1 is longer"):
        read_events(tmp_path)

"""What is read from a run folder: a log that grows, states, curves thinned, pictures, text without paths."""

from __future__ import annotations

import json
import os
import time

import numpy as np
import pytest

from zerosum.records.events import EventLog, truncate_events
from zerosum.records.lock import Lock, holder
from zerosum.studio.runs import previews
from zerosum.studio.runs.about import brief
from zerosum.studio.runs.plain import named, plain, tidy
from zerosum.studio.runs.series import BINS, Series, thin
from zerosum.studio.runs.state import is_held, state_of
from zerosum.studio.runs.story import Story
from zerosum.studio.runs.summary import end_of
from zerosum.studio.runs.tail import Tail, last_lines

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20 + b"IEND\xaeB`\x82"


def ticks(run, steps):
    log = EventLog(run)
    for step in steps:
        log.append(
            "tick", step=step, seen=2 * step, seconds=step / 10, loss={"generator": step / 4}
        )


def test_only_what_is_new_is_read(tmp_path):
    tail = Tail(tmp_path)
    assert tail.read() == (False, [])
    ticks(tmp_path, [1, 2])
    anew, events = tail.read()
    assert anew and [e["step"] for e in events] == [1, 2]
    ticks(tmp_path, [3])
    assert [e["step"] for e in tail.read()[1]] == [3]
    assert tail.read() == (False, []) and tail.share == 1


def test_a_line_is_read_once_it_is_whole(tmp_path):
    ticks(tmp_path, [1])
    tail = Tail(tmp_path)
    tail.read()
    path = tmp_path / "events.jsonl"
    with path.open("ab") as file:
        file.write(b'{"kind":"tick",')
        file.flush()
        assert tail.read()[1] == []
        file.write(b'"step":2}\nnonsense\n{"kind":3}\n{"kind":"tick","step":3}\n')
    assert [e["step"] for e in tail.read()[1]] == [2, 3]


def test_a_resumed_run_is_read_anew(tmp_path):
    ticks(tmp_path, [1, 2, 3])
    tail = Tail(tmp_path)
    tail.read()
    truncate_events(tmp_path, 1)
    ticks(tmp_path, [2])
    anew, events = tail.read()
    assert anew and [e["step"] for e in events] == [1, 2]


def test_the_last_lines_are_whole_and_newest_first(tmp_path):
    ticks(tmp_path, range(50))
    lines = last_lines(tmp_path, 400)
    assert [json.loads(line)["step"] for line in lines][:2] == [49, 48] and len(lines) < 8
    assert len(last_lines(tmp_path, 10**6)) == 50


def test_the_end_of_a_log_says_where_it_is(tmp_path):
    log = EventLog(tmp_path)
    log.append("start", step=0)
    ticks(tmp_path, [10, 20])
    log.append("evidence", step=20, measures={"KD": {"value": 0.5, "error": 0.1}})
    log.append("control", step=21, order="x", done="paused")
    log.append("control", step=21, order="y", done="saved")
    end = end_of(tmp_path)
    assert (end.tick["step"], end.usual, end.standing, end.begun) == (20, 1.0, True, "")
    assert end.look["measures"]["KD"]["value"] == 0.5
    log.append("control", step=21, order="z", done="resumed")
    assert not end_of(tmp_path).standing
    log.append("end", step=30, reason="diverged")
    assert end_of(tmp_path).begun == "diverged"


@pytest.mark.parametrize(
    ("held", "begun", "standing", "silent", "usual", "state"),
    [
        (True, "", False, 1, 1.0, "training"), (True, "", True, 900, 1.0, "paused"),
        (True, "", False, 59, 1.0, "training"), (True, "", False, 61, 1.0, "stalled"),
        (True, "", False, 61, 100.0, "training"), (True, "", False, 1001, 100.0, "stalled"),
        (True, "", False, 299, None, "training"), (True, "", False, 301, None, "stalled"),
        (True, "done", False, 900, 1.0, "measuring"), (False, "done", False, 0, 1.0, "done"),
        (False, "interrupted", False, 0, 1.0, "interrupted"), (False, "", False, 0, 1.0, "interrupted"),
        (False, "", True, 0, 1.0, "interrupted"), (False, "diverged", False, 0, 1.0, "diverged"),
    ],
)  # fmt: skip
def test_states(held, begun, standing, silent, usual, state):
    assert state_of(held, begun, standing, silent, usual) == state


def test_who_holds_a_run(tmp_path):
    assert holder(tmp_path) is None and not is_held(tmp_path)
    with Lock(tmp_path):
        assert is_held(tmp_path) and holder(tmp_path) == os.getpid()
    assert not is_held(tmp_path)
    (tmp_path / ".lock").write_text(
        '{"pid": 1, "host": "elsewhere"}'
    )  # as a killed trainer leaves it
    assert not is_held(tmp_path)
    with Lock(tmp_path):
        pass


def test_the_story_of_a_log():
    story = Story()
    changed = [
        story.add(event)
        for event in [
            {"kind": "start", "step": 0},
            {"kind": "note", "step": 0, "text": "read from /home/me/x.npz"},
            {"kind": "tick", "step": 5, "seconds": 1.0, "loss": {"generator": 2.0}},
            {"kind": "alarm", "step": 5, "name": "collapse", "evidence": "e"},
            {"kind": "evidence", "step": 5, "measures": {"KD": {"value": 1.0, "error": 0.1}}},
            {"kind": "checkpoint", "step": 5, "best": {"step": 5, "value": 1.0, "error": 0.1}},
            {"kind": "control", "step": 6, "order": "n", "done": "paused"},
        ]
    ]
    assert changed == ["evidence", "evidence", "curves", "evidence", "evidence", "evidence", "now"]
    assert story.standing and story.step == 6 and story.saves == 1
    found = story.evidence()
    assert found["notes"] == ["read from x.npz"] and found["alarms"][0]["name"] == "collapse"
    assert found["looks"] == [{"step": 5, "measures": {"KD": {"value": 1.0, "error": 0.1}}}]
    story.add({"kind": "tick", "step": 7, "seconds": 3.0})
    assert not story.standing and story.end().usual == 2.0


def test_thinning_keeps_means_and_extremes():
    n = 100_000
    x, y = np.arange(n, dtype=float), np.sin(np.arange(n))
    y[12_345] = 9.0
    thinned = thin(x, y, 400)
    assert thinned.shape == (4, 400)
    np.testing.assert_allclose(thinned[0], x.reshape(400, 250).mean(1))
    np.testing.assert_allclose(thinned[1], y.reshape(400, 250).mean(1), atol=1e-6)
    assert thinned[3].max() == 9.0 and thinned[3].argmax() == 12_345 // 250
    np.testing.assert_allclose(thinned[2], y.reshape(400, 250).min(1), atol=1e-6)


def test_every_number_of_a_tick_is_a_curve():
    series = Series()
    series.add(
        {"kind": "tick", "step": 1, "seen": 9, "rate": 5.0, "loss": {"generator": 0.5, "odd": None}}
    )
    series.add(
        {"kind": "tick", "step": 2, "rate": 6.0, "flag": True, "text": "x", "deep": {"a": {"b": 1}}}
    )
    found = series.thinned()
    assert found.keys() == {"rate", "loss/generator"}
    assert found["rate"].tolist() == [[1, 2], [5, 6], [5, 6], [5, 6]]


def test_a_hundred_thousand_events_are_thinned_in_no_time():
    series = Series()
    tick = {
        "loss": {"generator": 0.5, "discriminator": 0.7},
        "logit": {"real": 1.0, "fake": 0.0},
        "rate": 1.0,
    }
    for step in range(100_000):
        series.add({"kind": "tick", "step": step, **tick})
    start = time.perf_counter()
    found = series.thinned()
    # 15 ms on an idle core; a page is told at most 2.5 times a second
    assert time.perf_counter() - start < 0.5
    assert sum(curve.nbytes for curve in found.values()) == 5 * 4 * BINS * 4


def test_previews_are_listed_in_order_and_only_whole(tmp_path):
    folder = tmp_path / "samples"
    folder.mkdir()
    for step in (1_000_000, 50, 100):
        (folder / f"{step:06d}.png").write_bytes(PNG)
    (folder / "notes.png").write_bytes(PNG)
    (folder / ".12-000150.png").write_bytes(PNG)
    assert [step for step, _ in previews.shown(tmp_path)] == [50, 100, 1_000_000]
    (folder / "1000001.png").write_bytes(PNG[:-4])
    assert [step for step, _ in previews.shown(tmp_path)] == [50, 100, 1_000_000]
    assert previews.shown(tmp_path, "generator") == []
    assert previews.picture(tmp_path, 1_000_000, "average") == PNG


def test_settings_of_the_list_are_found_without_reading_all(tmp_path):
    (tmp_path / "config.yaml").write_text(
        "recipe: adagan\nseed: 3\ndata:\n  spec: /home/me/x.npz\n  seed: 9\nboost:\n  components: 4\n"
        "run:\n  steps: 300\n"
    )
    found = brief(tmp_path)
    assert (found.data, found.recipe, found.seed, found.steps) == ("x.npz", "adagan", "3", 1200)


def test_paths_are_cut_down():
    assert plain("in '/a b' and /x/y/z.npz, ../u/v and ~/w") == "in 'a b' and z.npz, v and w"
    assert plain("E|x|/n, samples/s, 3 / 4, a/b, mean |back(there(x))|/d") == (
        "E|x|/n, samples/s, 3 / 4, a/b, mean |back(there(x))|/d"
    )
    assert named("/a/b c/") == "b c"
    assert tidy({"/k/l": ["/m/n", 1, None, float("nan")]}) == {"l": ["n", 1, None, None]}

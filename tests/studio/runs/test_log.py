"""A log that is odd or long: it is read on, kept small, and never believed further than it can be."""

from __future__ import annotations

import json
import os
import time

import pytest

from tests.studio.runs.test_reading import PNG, ticks
from zerosum.records.events import FILE, MAX_LINE, EventLog
from zerosum.studio.index import _entry
from zerosum.studio.runs import previews, summary
from zerosum.studio.runs.series import _MOST, Series
from zerosum.studio.runs.state import silence
from zerosum.studio.runs.story import Story
from zerosum.studio.runs.summary import Summaries, end_of, headline
from zerosum.studio.runs.tail import Tail, parsed


def told(story: Story, *events: dict) -> Story:
    """Return the story of these events."""
    for event in events:
        story.add(event)
    return story


def test_a_log_that_is_cut_short_in_its_place_is_read_anew(tmp_path):
    ticks(tmp_path, [1, 2, 3])
    tail, file = Tail(tmp_path), tmp_path / FILE
    tail.read()
    with file.open("r+b") as log:
        log.truncate(len(file.read_bytes().splitlines(keepends=True)[0]))
    anew, events = tail.read()
    assert anew and [event["step"] for event in events] == [1]


def test_a_line_without_an_end_is_not_kept(tmp_path):
    tail, file = Tail(tmp_path), tmp_path / FILE
    file.write_bytes(b"x" * (MAX_LINE + 1))
    assert tail.read()[1] == [] and len(tail._rest) <= MAX_LINE
    with file.open("ab") as log:
        log.write(b'\n{"kind": "tick", "step": 3}\n')
    assert [event["step"] for event in tail.read()[1]] == [3]


@pytest.mark.parametrize("step", ["3", None, 1.5, True, [1]])
def test_a_step_that_is_no_whole_number_makes_no_event(step):
    assert parsed(json.dumps({"kind": "tick", "step": step}).encode()) is None


def test_a_pause_stands_until_somebody_goes_on():
    paused = {"kind": "control", "step": 1, "done": "paused"}
    for event, standing in (
        ({"kind": "control", "step": 1, "done": "saved"}, True),
        ({"kind": "control", "step": 1, "done": "refused"}, True),
        ({"kind": "control", "step": 1, "done": "resumed"}, False),
        ({"kind": "control", "step": 1, "done": "stopped"}, False),
        ({"kind": "end", "step": 1, "reason": "interrupted"}, False),
        ({"kind": "resume", "step": 1}, False),
    ):
        assert told(Story(), paused, event).standing == standing, event


def test_the_end_of_a_log_goes_by_its_newest_events(tmp_path):
    log = EventLog(tmp_path)
    log.append("control", step=1, order="x", done="paused")
    for value in (2.0, 1.0):
        log.append("evidence", step=2, measures={"KD": {"value": value, "error": 0.1}})
    ticks(tmp_path, [10, 20, 40])
    end = end_of(tmp_path)
    assert end.look["measures"]["KD"]["value"] == 1.0
    assert (end.tick["step"], end.usual, end.standing) == (40, 2.0, False)


def test_a_log_ends_as_its_newest_beginning_or_end_says(tmp_path):
    log = EventLog(tmp_path)
    for kind, said, begun in (
        ("start", {}, ""),
        ("end", {"reason": "done"}, "done"),
        ("resume", {}, ""),
        ("end", {"reason": "diverged"}, "diverged"),
    ):
        log.append(kind, step=1, **said)
        assert end_of(tmp_path).begun == begun


def test_the_best_checkpoint_is_kept_where_the_next_one_says_nothing():
    saved = [{"kind": "checkpoint", "best": best} for best in ({"step": 5}, None, {})]
    story = told(Story(), *saved)
    assert (story.best, story.saves) == ({"step": 5}, 3)


def test_a_story_stays_small():
    story = Story()
    for step in range(1000):
        measures = {"KD": {"value": 1.0, "error": 0.1}}
        told(
            story,
            {"kind": "evidence", "step": step, "measures": measures},
            {"kind": "alarm", "step": step, "name": "collapse", "evidence": "e"},
            {"kind": "note", "step": step, "text": "n"},
        )
    found = story.evidence()
    looks = [look["step"] for look in found["looks"]]
    assert len(looks) == 400 and (looks[0], looks[-1]) == (0, 999)
    assert (len(found["alarms"]), len(found["notes"])) == (40, 40)


def test_a_run_has_only_so_many_curves():
    series = Series()
    series.add({"kind": "tick", "step": 1, "loss": {f"n{i}": 1.0 for i in range(100)}})
    assert len(series.thinned()) == _MOST


def test_silence_is_counted_from_the_last_event(tmp_path):
    ticks(tmp_path, [1])
    os.utime(tmp_path / FILE, (time.time() - 1000,) * 2)
    assert 1000 <= silence(tmp_path) < 1500
    assert silence(tmp_path / "absent") == 0.0


def test_a_number_that_is_not_finite_is_not_shown():
    found = headline(
        {"measures": {"KD": {"value": float("inf"), "error": float("nan"), "low": 0.1}}}
    )
    assert (found["value"], found["error"], found["low"]) == (None, None, 0.1)


def run_of(path, *steps):
    """Make a run folder with these previews."""
    (path / "samples").mkdir(parents=True)
    (path / "config.yaml").write_text("seed: 0\n")
    for step in steps:
        (path / "samples" / f"{step:06d}.png").write_bytes(PNG)
    return _entry(path)


def test_a_line_of_the_list_shows_the_newest_picture_and_what_changed_since(tmp_path):
    lines, entry = Summaries(), run_of(tmp_path / "run", 50, 100)
    (line,) = lines([entry])
    assert (line["picture"][0], line["step"]) == (100, 0)
    ticks(entry.path, [7])
    assert lines([entry])[0]["step"] == 7


def test_what_has_not_changed_is_not_read_again(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(summary, "end_of", lambda run: read.append(run.name) or end_of(run))
    lines = Summaries()
    entries = [run_of(tmp_path / name) for name in "ab"]
    for entry in entries:
        ticks(entry.path, [1])
    for _ in range(3):
        assert [line["step"] for line in lines(entries)] == [1, 1]
    assert read == ["a", "b"]


def test_the_list_is_of_runs_and_ends_somewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(summary, "MAX_SHOWN", 2)
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "config.json").write_text("{}")
    entries = [_entry(tmp_path / "saved"), *(run_of(tmp_path / name) for name in "abc")]
    assert [line["name"] for line in Summaries()(entries)] == ["a", "b"]


def test_of_very_many_previews_some_are_listed_the_last_among_them(tmp_path, monkeypatch):
    monkeypatch.setattr(previews, "_MOST_SHOWN", 2)
    run = run_of(tmp_path / "run", 10, 20, 30, 40, 50).path
    (run / "samples" / "000060.png.part").write_bytes(PNG)
    (run / "samples" / "000070.png").symlink_to(run / "samples" / "000010.png")
    assert [step for step, _ in previews.shown(run)] == [20, 50]

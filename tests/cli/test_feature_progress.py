"""What is said of a slow extractor, and when."""

from __future__ import annotations

from zerosum.cli.feature_progress import FeatureProgress


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_quick_ones_are_silent(capsys):
    clock = Clock()
    told = FeatureProgress("inception", 900, clock)
    for _ in range(14):
        clock.now += 1
        told(64, False)
    assert capsys.readouterr() == ("", "")


def test_slow_ones_say_how_far_they_are(capsys):
    clock = Clock()
    told = FeatureProgress("inception", 9000, clock)
    told(64, True)
    for _ in range(4):
        clock.now += 6.4
        told(64, False)
    out, err = capsys.readouterr()
    # 3 parts of 64 in 19.2 s
    assert (out, err) == ("", "inception: 256 rows so far, 0.10 s each; 9,000 at most\n")


def test_on_a_terminal_one_line_is_drawn_again(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    clock = Clock()
    told = FeatureProgress("dinov2", 90, clock)
    clock.now = 2.0
    told(64, False)
    assert capsys.readouterr().err.endswith("\r")

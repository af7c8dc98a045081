"""How far a population is."""

from __future__ import annotations

from zerosum.runs.countdown import Countdown


def test_a_line_now_and_then_with_the_time_left():
    told, now = [], [0.0]
    countdown = Countdown([(200, 300), (100, 300)], told.append, clock=lambda: now[0])
    for chunk, step, seconds in ((0, 1, 4.9), (0, 150, 10.0), (0, 151, 14.0), (1, 150, 25.0)):
        now[0] = seconds
        countdown(chunk, step)
    # 30,000 of 90,000 member-steps in 10 s, then 75,000 in 25 s
    assert [str(p) for p in told] == [
        "chunk 1/2  0 of 300 members  step 150/300  0:20 left",
        "chunk 2/2  200 of 300 members  step 150/300  0:05 left",
    ]

"""200 trials, 20 worker kills, 2 driver kills: each trial once, with the unkilled study's results."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter

import numpy as np
import pytest

from tests.records.faults import half_done
from tests.studies.processes import gone, start, workers_of
from tests.studies.trials import DESCRIPTION, draw, trial
from zerosum.studies.ledger import NAME
from zerosum.studies.results import read_results
from zerosum.studies.study import run_study

TRIALS = 200
# create, half a write, fsync, rename, fsync of the folder: the last finds the result in its place
WRITING = [(1, False), (2, True), (3, False), (4, False), (5, False)]


def set_traps(folder, rng, count):
    """Lay `count` traps inside the writing of results, every operation in turn."""
    for place, number in enumerate(rng.sample(range(TRIALS), count)):
        (folder / f"trap-{number}").write_text(json.dumps(WRITING[place % len(WRITING)]))


def one_life(folder, rng, moments, last, **variables):
    """Run a driver, killing a worker some milliseconds after it has done so many trials.

    Returns:
        (exit code, worker kills, workers there when it ended).
    """
    driver = start(folder / "study", TRIALS, TRIALS=folder, **variables)
    kills, workers = 0, []
    for line in driver.stdout:
        done = int(line)
        if done >= last:
            time.sleep(rng.uniform(0, 0.01))
            driver.kill()
            break
        time.sleep(rng.uniform(0, 0.01))
        there = workers_of(driver.pid)
        workers = there or workers
        if moments and done >= moments[0] and there:
            moments.pop(0)
            os.kill(rng.choice(there), signal.SIGKILL)
            kills += 1
    driver.stdout.close()
    code = driver.wait()
    message = driver.stderr.read()
    driver.stderr.close()
    assert code in (0, -signal.SIGKILL), message
    return code, kills, workers


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2, 3, 4))]
)
def test_each_trial_finishes_once_whatever_is_killed(tmp_path, seed):
    rng = random.Random(seed)
    set_traps(tmp_path, rng, 10)
    moments = sorted(rng.sample(range(1, 190), 10))
    lives = [
        one_life(tmp_path, rng, moments, TRIALS + 1, KILL_AT=60),
        one_life(tmp_path, rng, moments, last=130),
        one_life(tmp_path, rng, moments, TRIALS + 1),
    ]
    codes, kills, workers = zip(*lives, strict=True)
    assert codes == (-signal.SIGKILL, -signal.SIGKILL, 0)  # two driver kills
    assert not list(tmp_path.glob("trap-*"))  # ten kills inside the writing of a result
    assert sum(kills) == 10 and not moments  # ten by the clock
    assert gone([pid for some in workers for pid in some])  # no orphans

    results = read_results(tmp_path / "study")
    assert results.done == tuple(range(TRIALS))
    peaceful = run_study(tmp_path / "peaceful", DESCRIPTION, TRIALS, trial, 2)
    assert [row.file for row in results.rows] == [row.file for row in peaceful.rows]
    files = sorted(p.name for p in (tmp_path / "study" / "results").iterdir())
    assert files == [row.file for row in peaceful.rows]  # one result a trial, and nothing else
    joined = results.arrays()
    for name in ("rows", "number"):
        expected = np.concatenate([draw(DESCRIPTION, n)[name] for n in range(TRIALS)])
        np.testing.assert_array_equal(joined[name], expected)
    assert half_done(tmp_path) == []

    starts = Counter(tuple(line.split()) for line in (tmp_path / "log").read_text().splitlines())
    assert not [n for what, n in starts if what == "late"]  # nothing finished was begun again
    again = {int(n): times - 1 for (_, n), times in starts.items() if times > 1}
    # only what was lost: by each worker kill at most one trial, by each driver kill one a worker
    assert 0 < sum(again.values()) <= 20 + 2 * 2
    base = sqlite3.connect(tmp_path / "study" / NAME)
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    base.close()

"""How a fit that was asked for in Python ends: concluded, or with a word on how to go on."""

from __future__ import annotations

import warnings
from pathlib import Path

from zerosum.runs import boosted, session
from zerosum.runs.job import GIVEN, Job
from zerosum.training.signals import StopRequest


def to_the_end(work: session.Session | boosted.Boosted, stop: StopRequest) -> str:
    """Train a run to its end and conclude it; return "done" or "interrupted"."""
    reason = work.train(stop)
    if reason == "done":
        work.conclude()
    return reason


def say_if_interrupted(reason: str, job: Job, run: Path | None, labelled: bool) -> None:
    """Raise KeyboardInterrupt with the call that goes on, if the reason is "interrupted"."""
    if reason != "interrupted":
        return
    again = [", X"] if job.config.data.spec == GIVEN else []
    again += [", y=y"] if labelled else []
    again += [", to=Y"] if job.config.data.to == GIVEN else []
    call = f"to go on: zerosum.resume({str(run)!r}{''.join(again)})"
    kept = "the generator so far is kept" if run is None else call
    raise KeyboardInterrupt(f"stopped at step {job.state.step}; {kept}")


def warn(sentence: str) -> None:
    """Say a sentence to whoever called `resume`."""
    warnings.warn(sentence, stacklevel=3)

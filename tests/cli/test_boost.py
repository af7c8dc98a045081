"""Mixtures from the command line: cost, samples, evidence, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import zerosum as zs
from tests.cli.processes import TINY

pytestmark = pytest.mark.usefixtures("own_folder")

BOOST = ("--boost.components", "2", "--boost.rounds", "10", "--boost.width", "4")


def test_a_mixture_trains_samples_and_is_judged_like_any_run(say):
    code, out, err = say("train", "ring", *TINY, *BOOST, "--name", "mix")
    assert code == 0 and "component 2" in err
    assert "2 components took 6 rounds" in err and "times the first of them alone" in err
    assert "2 networks are kept to sample from" in err
    assert say("sample", "runs/mix", "-n", "20", "--out", "x.npy")[0] == 0
    assert np.load("x.npy").shape == (20, 2)
    assert say("sample", "runs/mix/components/01", "-n", "3", "--out", "y.npy")[0] == 0
    code, out, _ = say("evaluate", "runs/mix", "--json")
    assert code == 0 and json.loads(out)
    gan = zs.load("runs/mix")
    assert np.array_equal(gan.sample(20), np.load("x.npy"))


def test_a_mixture_has_no_checkpoint_and_its_components_have(say):
    made = say("train", "ring", *TINY, *BOOST, "--name", "mix", "--run.checkpoints", "3")
    assert made[0] == 0
    for verb in ("sample", "evaluate", "quiz"):
        for which in ("best", "last", "2"):
            code, _, err = say(verb, "runs/mix", "--checkpoint", which)
            assert code == 2 and err.count("\n") == 1
            assert "no checkpoint is of the whole: leave --checkpoint out, or take a com" in err
    first = "runs/mix/components/00"
    for out, more in (("a", ()), ("b", ("--checkpoint", "last")), ("c", ("--checkpoint", "2"))):
        assert say("sample", first, "-n", "3", "--out", f"{out}.npy", *more)[0] == 0
    a, b, c = (np.load(f"{out}.npy") for out in "abc")
    assert np.array_equal(a, b) and not np.array_equal(a, c)
    code, _, err = say("sample", first, "--checkpoint", "best")
    assert code == 2 and "as a mixture's component is" in err and err.count("\n") == 1


def test_no_components_are_refused(say):
    answer = say("train", "ring", *TINY, "--boost.components", "0")
    assert answer[0] == 2 and "boost.components is 0" in answer[2]
    assert answer[2].count("\n") == 1


def test_a_component_is_no_run_to_resume(say):
    assert say("train", "ring", *TINY, *BOOST, "--name", "mix")[0] == 0
    code, _, err = say("train", "--resume", "runs/mix/components/01")
    assert code == 2 and "is not a run folder" in err
    code, _, err = say("evaluate", "runs/mix", "--duality-gap", "2")
    assert code == 2 and "a discriminator for each component and no one gap" in err

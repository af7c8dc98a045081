"""What a system cannot be trained on, typed as a person would: one sentence, exit code 2, nothing left."""

from __future__ import annotations

import numpy as np
import pytest

from zerosum.cli.main import main
from zerosum.reports.pictures import save_grid

# arguments of `zerosum train`, and words that the sentence must have
REFUSED = {
    "one domain empty": ("colour --to nothing --recipe cyclegan", "no picture found"),
    "the other domain empty": ("nothing --to colour --recipe cyclegan", "no picture found"),
    "no other domain": ("colour --recipe cyclegan", "--to"),
    "domains of other channels": ("colour --to grey --recipe cyclegan", "channels"),
    "no labels for acgan": ("ring --recipe acgan", "labels"),
    "no labels for projection": ("ring --recipe r3gan --conditional true", "labels"),
    "packs that are not whole": ("ring --recipe pacgan --run.batch 33", "game.pack is 2"),
    "no component": ("ring --boost.components 0", "boost.components is 0"),
    "a side no doubling reaches": ("odd.npy --recipe progressive", "--data.size"),
    "latents of another size": ("ring --recipe adversarial-flow --latent 5", "latent 2"),
    "derivatives without end": ("ring --recipe unrolled --game.solver consensus", "consensus"),
}  # fmt: skip


@pytest.fixture
def here(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    for name, channels in (("colour", 3), ("grey", 1), ("nothing", 0)):
        (tmp_path / name).mkdir()
        for i in range(12 if channels else 0):
            shape = (1, 32, 32, 3) if channels == 3 else (1, 32, 32)
            rows = rng.integers(0, 255, shape).astype("u1")
            save_grid(rows, tmp_path / name / f"{i}.png", columns=1, scale=1)
    np.save(tmp_path / "odd.npy", rng.integers(0, 255, (60, 30, 30, 3)).astype("u1"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("command", "words"), REFUSED.values(), ids=REFUSED)
def test_a_system_that_cannot_be_trained_is_refused(here, capsys, command, words):
    before = sorted(p for p in here.rglob("*"))
    code = main(["train", *command.split()])
    out, err = capsys.readouterr()
    assert code == 2 and out == "" and words in err, err
    assert len(err.strip().splitlines()) == 1 and "Traceback" not in err
    assert sorted(p for p in here.rglob("*")) == before, "something was left behind"

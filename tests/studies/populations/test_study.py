"""A population trained by other processes: the members of `fit`, kept, gone on with, or refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import zerosum as zs
from tests.studies.inline import Inline
from tests.studies.populations import driver
from tests.studies.populations.crowds import DATA, many, same
from tests.studies.processes import ROOT, gone, workers_of
from zerosum.records.arrays import read_arrays
from zerosum.studies import fit_population
from zerosum.studies.executors import EXECUTORS
from zerosum.studies.populations import study, work
from zerosum.studies.results import read_results

LABELS = np.arange(60) % 3
PICTURES = np.random.default_rng(1).integers(0, 256, size=(20, 8, 8), dtype=np.uint8)
BIG = DATA.astype(">f8")
GAP = np.where(np.arange(DATA.size).reshape(DATA.shape) == 2 * 120 + 15, np.nan, DATA)
RATE = {"generator_optimizer.lr": [1e-3, 2e-3, 3e-3, 4e-3]}
KINDS = {"game.objective": ["ns", "ns", "lsgan", "ns"], **RATE}
CONVOLUTIONS = {p: {"name": "dcgan", "width": 4} for p in ("generator", "discriminator")}
WILD = {f"{p}_optimizer.lr": [1e-3, 1e30, 1e-3, 1e-3] for p in ("generator", "discriminator")}
STEPS = {"run.steps": [3, 6, 6, 6], "seed": [5, 5, 6, 7]}


@pytest.fixture(autouse=True)
def inline(monkeypatch):
    """Chunks are done in this process; those of "elsewhere" get their data sent."""
    monkeypatch.setitem(EXECUTORS, "local", Inline)
    monkeypatch.setitem(EXECUTORS, "elsewhere", Inline)
    # latents made ahead: by default those of thousands of such steps
    monkeypatch.setattr("zerosum.training.member_draws._BLOCK_NUMBERS", 4096)


WORDS = [np.array(["b", "a", "c"])[(LABELS + i) % 3] for i in range(4)]
CASES = {
    "structure varies": (lambda: many(vary=KINDS), [*DATA[:3], BIG[3]], None),
    "names": (many, ["ring", "grid", "ring", "ring"], None),
    "labels of each": (many, list(DATA), WORDS),
    "diverged": (lambda: many(vary=WILD), DATA, None),
}
MORE = {
    "each its own": (many, DATA, None),
    "shared": (many, DATA[0], None),
    "labels of all": (many, DATA, LABELS),
    "a name with labels": (many, "ring", np.arange(10_000) % 2),
    "steps vary": (lambda: many(vary=STEPS), DATA, None),
    "the data's seed varies": (lambda: many(vary={"data.seed": [1, 2, 3, 4]}), "ring", None),
    "pictures": (lambda: many(steps=2, **CONVOLUTIONS), [PICTURES] * 4, None),
}


@pytest.mark.parametrize("executor", ["local", pytest.param("elsewhere", marks=pytest.mark.slow)])
@pytest.mark.parametrize("case", [*CASES, *(pytest.param(c, marks=pytest.mark.slow) for c in MORE)])
def test_members_are_those_of_fit_to_the_bit(tmp_path, case, executor):
    make, data, y = {**CASES, **MORE}[case]
    made = fit_population(make(), data, y, folder=tmp_path / "s", executor=executor)
    there = make().fit(data, y)
    assert same(made, there)
    assert made.alive_.all() == (case != "diverged")


@pytest.mark.slow  # three processes load torch
def test_a_killed_study_goes_on_where_it_was(tmp_path):
    command = [sys.executable, "-m", "tests.studies.populations.driver", str(tmp_path / "s")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    workers = []
    for done in map(int, process.stdout):
        workers = workers_of(process.pid) or workers
        if done == 1:
            os.kill(workers[0], signal.SIGKILL)
        if done == 2:
            process.kill()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL and gone(workers)

    before = read_results(tmp_path / "s")
    left = len(before.rows) - len(before.done)
    assert 0 < left <= 2
    lines = []
    made = fit_population(driver.long(), DATA, folder=tmp_path / "s", progress=lines.append)
    assert len(lines) == 1 + left  # what was done is not done again
    assert [row.file for row in read_results(tmp_path / "s").rows if row.number in before.done] == [
        row.file for row in before.rows if row.state == "done"
    ]
    assert same(made, driver.long().fit(DATA))


@pytest.fixture
def begun(tmp_path):
    """The folder of a study that is done."""
    fit_population(many(), DATA, folder=tmp_path / "s")
    return tmp_path / "s"


OTHERS = {
    "data": (many, DATA + 1e-9, None, "has data "),
    "a row": (many, np.concatenate([DATA[:, 1:], DATA[:, :1]], axis=1), None, "has data "),
    "labels": (many, DATA, LABELS, "has conditional false where true"),
    "a name": (many, "ring", None, "has data "),
    "steps": (lambda: many(steps=7), DATA, None, "has run.steps 6 where 7 is given"),
    "seed": (lambda: many(seed=4), DATA, None, r"has seed 3 where 4 is given \(1 more differ\)"),
    "numbers": (lambda: many(vary=RATE), DATA, None, "has vary .* where .*optimizer.lr"),
    "members": (lambda: many(members=3), DATA[:3], None, "has data "),
}


def test_other_data_and_settings_are_refused(begun):
    files = sorted(begun.rglob("*"))
    for make, data, y, said in OTHERS.values():
        with pytest.raises(zs.InputError, match=said) as caught:
            fit_population(make(), data, y, folder=begun)
        assert "another folder for another study" in str(caught.value)
        assert "\n" not in str(caught.value) and caught.value.exit_code == 2
    assert sorted(begun.rglob("*")) == files  # nothing lost, nothing put beside it


def test_a_study_keeps_the_chunks_it_began_with(begun, monkeypatch):
    monkeypatch.setattr(study, "free_memory", lambda *device: 2)
    lines = []
    again = fit_population(many(chunk=1), DATA, folder=begun, progress=lines.append)
    assert lines == [] and same(again, many().fit(DATA))


def test_what_shares_a_data_set_stores_it_once(tmp_path):
    fit_population(many(steps=1, chunk=1), DATA[0], folder=tmp_path / "s")
    (file,) = (tmp_path / "s" / "data").iterdir()
    rows = [v for k, v in read_arrays(file).items() if k.startswith("rows")]
    np.testing.assert_array_equal(rows, DATA[:1][None])


def test_damaged_data_are_written_again(tmp_path, monkeypatch):
    def killed(*arguments, **more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(study, "run_study", killed)
        fit_population(many(), DATA, folder=tmp_path / "s")
    damaged = sorted((tmp_path / "s" / "data").iterdir())[0]
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    made = fit_population(many(), DATA, folder=tmp_path / "s")
    assert same(made, many().fit(DATA))


def test_data_that_change_under_their_name_are_noticed(tmp_path):
    np.save(tmp_path / "x.npy", DATA[0])
    with pytest.raises(
        zs.ZerosumError, match=r"x\.npy has changed since this population began"
    ) as e:
        fit_population(
            many(), tmp_path / "x.npy", folder=tmp_path / "s",
            progress=lambda line: np.save(tmp_path / "x.npy", DATA[1]),
        )  # fmt: skip
    assert "the same call tries it again" in str(e.value)


def test_little_memory_means_smaller_chunks_or_fewer_workers(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(study, "free_memory", lambda *device: 700_000_000)
    crowd = many(chunk=2)._crowd(DATA, None)
    each = crowd.footprints[0]
    way = study._InProcesses(
        tmp_path / "s", True, 2, Inline, False, said.append, said.append, "again"
    )
    fixed = study.WORKER + way._data_bytes(crowd, [2])

    def sizes(share):
        """Chunks' sizes where each of two workers has so many bytes beside what is fixed."""
        free = int(2 * (share + fixed) / (1 - study._LEFT)) + crowd.kept + 2
        monkeypatch.setattr(study, "free_memory", lambda *device: free)
        return way._sizes(crowd)

    assert sizes(each.chunk(2)) == [2] and not said
    assert sizes(each.chunk(1)) == [1]
    assert "chunks of 1 member instead of 2, which would take" in said.pop()
    # too little for two at once: one worker has it all
    assert sizes(each.chunk(1) // 2) == [
        1 if each.chunk(2) > 2 * (each.chunk(1) // 2) + fixed else 2
    ]


BAD = {
    "no population": (lambda: zs.GAN(), DATA, {}, "population is a GAN: give a zs.Population"),
    "no workers": (many, DATA, {"workers": 0}, "workers is 0, and nobody"),
    "unknown place": (many, DATA, {"executor": "locall"}, "unknown executor 'locall'; did you mean"),
    "a gap": (many, GAP, {}, "member 2: the array: sample 7"),
    "fewer data": (many, DATA[:3], {}, "datasets holds 3 data sets for 4 members"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence_and_makes_nothing(tmp_path, case):
    make, data, how, said = BAD[case]
    with pytest.raises(zs.InputError, match=said) as caught:
        fit_population(make(), data, folder=tmp_path / "s", **how)
    assert "\n" not in str(caught.value) and not (tmp_path / "s").exists()


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "s").write_text("mine")
    with pytest.raises(zs.InputError, match="cannot be used"):
        fit_population(many(), DATA, folder=tmp_path / "s")
    assert (tmp_path / "s").read_text() == "mine"


def test_too_much_to_send(tmp_path, monkeypatch):
    monkeypatch.setattr(study, "MOST_SENT", 5_000)
    with pytest.raises(
        zs.InputError, match=r"take more than 5\.0 kB, .* give them by name or path"
    ):
        fit_population(many(), DATA, folder=tmp_path / "s", executor="elsewhere")


def test_what_fails_is_named_and_the_rest_is_kept(tmp_path, monkeypatch):
    def trained(members):
        if len(members) == 1:
            raise RuntimeError("no luck")
        return train_chunk(members)

    train_chunk = work.train_chunk
    monkeypatch.setattr(work, "train_chunk", trained)
    one = many()
    with pytest.raises(zs.ZerosumError, match=r"chunk 1 of 2 could not be trained \(.*no luck\)"):
        fit_population(one, DATA, folder=tmp_path / "s")
    assert read_results(tmp_path / "s").done == (0,) and not hasattr(one, "generators_")
    monkeypatch.setattr(work, "train_chunk", train_chunk)
    assert same(fit_population(one, DATA, folder=tmp_path / "s"), many().fit(DATA))


def test_it_speaks_when_told_to(tmp_path, capsys):
    one = many().set_params(verbose=True)
    fit_population(one, DATA, folder=tmp_path / "s")
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("0/2 chunks\n1/2 chunks  ")
    assert err.endswith("4 members trained, 0 diverged\n")

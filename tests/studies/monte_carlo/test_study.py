"""The whole study in one process: its result, its files, one n and several, gone on with, refused."""

from __future__ import annotations

import numpy as np
import pytest

from tests.records.faults import snapshot
from tests.studies.inline import Inline
from tests.studies.monte_carlo import own
from tests.studies.quick import Quick
from zerosum.errors import Diverged, InputError, ZerosumError
from zerosum.records.lock import Lock
from zerosum.studies.executors import EXECUTORS
from zerosum.studies.ledger import NAME
from zerosum.studies.monte_carlo import study as inference_study
from zerosum.studies.monte_carlo.rate import EXPONENT, RATE, WINS
from zerosum.studies.monte_carlo.result import InferenceResult
from zerosum.studies.monte_carlo.study import inference
from zerosum.studies.monte_carlo.work import Inference, datasets
from zerosum.studies.study import run_study
from zerosum.theory.empirical import mean_distance

WORK = "zerosum.studies.monte_carlo.work"


def study(members=6, n=12, m=40, **more):
    return inference(members, n, m, **({"executor": "inline"} | more))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Train at once, here, and draw nothing: what GANs and pages do has tests of its own."""
    monkeypatch.setattr(f"{WORK}.Population", Quick)
    monkeypatch.setitem(EXECUTORS, "inline", Inline)
    monkeypatch.setitem(EXECUTORS, "nobody", nobody)
    monkeypatch.setattr(InferenceResult, "write", lambda self: None)


def nobody(task, demand):
    """Start an executor that must not be asked."""
    raise AssertionError("work was to be done")


def test_a_study_without_a_folder_keeps_its_arrays():
    lines = []
    result = study(statistic="median", progress=lines.append)
    assert lines[0] == "0/1 chunks  0 GANs" and lines[-1] == "1/1 chunks  6 GANs  0:00 left"
    assert result.complete and result.folder is None
    statistics = result.statistics
    assert statistics["mean_gan"].shape == (6,) and statistics["quantiles_data"].shape == (6, 5)
    first = datasets(Inference(members=6, n=12, m=40), range(6))[:, :, 0]
    np.testing.assert_array_equal(statistics["t_data"], np.median(first, axis=1))
    assert result.table.cell("the mean", "data", "mean").value == pytest.approx(first.mean())


def test_a_folder_is_gone_on_with(tmp_path):
    first = study(folder=tmp_path / "s", statistic=own.middle)
    again = study(folder=tmp_path / "s", statistic=own.middle, executor="nobody")
    assert again.to_json() == first.to_json()
    before = snapshot(tmp_path)
    for more, said in (
        ({"statistic": "median"}, "statistic .* where .*median. is given"),
        ({"seed": 1, "statistic": own.middle}, "seed 0 where 1 is given"),
        ({"n": (12, 16), "statistic": own.middle}, "holds a study that is none of several n"),
    ):
        with pytest.raises(InputError, match=said):
            study(folder=tmp_path / "s", executor="nobody", **more)
    assert snapshot(tmp_path) == before


def test_another_file_under_the_same_name_is_refused(tmp_path):
    mine = tmp_path / "mine.py"
    mine.write_text("def t(x):\n    return x.max()\n")
    study(folder=tmp_path / "s", statistic=f"{mine}:t")
    mine.write_text("def t(x):\n    return x.min()\n")
    with pytest.raises(InputError, match=r"has statistic_sha256 .* where .* is given"):
        study(folder=tmp_path / "s", statistic=f"{mine}:t", executor="nobody")


def test_several_n_make_a_study_of_each_and_the_rate(tmp_path):
    lines = []
    sizes = (16, 8, 16)  # in any order, and once each
    result = study(members=5, n=sizes, folder=tmp_path, progress=lines.append, statistic="mean")
    assert list(result.studies) == [8, 16] and lines[-1].startswith("n = 16: 1/1 chunks  5 GANs")
    assert (tmp_path / "n-000008" / NAME).exists()
    found = result.table.cell(RATE, "F_n, exact law", "n = 16")
    assert found.value == pytest.approx(4 * mean_distance(16))
    assert result.table.cell(WINS, "share", "n = 8").error >= 0
    assert result.table.cell(RATE, "F*, GAN", EXPONENT).error > 0
    assert set(result.to_json()["studies"]) == {"8", "16"}
    with pytest.raises(InputError, match="statistics of 2 n"):
        _ = result.statistics
    again = study(members=5, n=(8, 16), folder=tmp_path, executor="nobody", statistic="mean")
    assert again.to_json() == result.to_json()
    more = study(members=5, n=(8, 16, 20), folder=tmp_path, statistic="mean")  # one n more
    assert more.studies[8].table.to_json() == result.studies[8].table.to_json()
    with pytest.raises(InputError, match="holds studies of several n, n-000008 among them"):
        study(members=5, n=8, folder=tmp_path, executor="nobody")


def test_data_of_different_n_have_nothing_in_common():
    eight, sixteen = inference_study._studies(Inference(members=3, m=9), [8, 16])
    assert eight.seed != sixteen.seed
    few, many = datasets(eight, range(3)), datasets(sixteen, range(3))
    assert len(np.intersect1d(few, many)) == 0
    one = inference_study._studies(Inference(members=3, m=9, seed=7), [8])
    assert [s.seed for s in one] == [7]  # alone it has the seed it was given


def test_a_second_driver_of_several_n_is_refused(tmp_path):
    with Lock(tmp_path), pytest.raises(InputError, match=r"driven by process .* two drivers"):
        study(n=(8, 16), folder=tmp_path, executor="nobody")
    assert not list(tmp_path.glob("n-*"))


def test_another_kind_of_study_is_refused(tmp_path):
    run_study(tmp_path, {"study": "compare"}, 1, _other, executor=Inline)
    with pytest.raises(InputError, match=r"study .*compare"):
        study(folder=tmp_path, executor="nobody")


def _other(description, number):
    return {"x": np.zeros(1)}


def test_failed_chunks_are_named_and_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{WORK}.CHUNK", 3)
    monkeypatch.setattr(Quick, "breaks", 3)
    told = []
    part = study(folder=tmp_path / "s", tell=told.append)
    assert not part.complete and len(part.statistics["closer"]) == 3
    assert any("chunk 1 failed and is left out: ValueError: not these" in line for line in told)
    assert part.parts[0].failed == {1: "ValueError: not these"}
    monkeypatch.setattr(Quick, "breaks", 0)
    with pytest.raises(ZerosumError, match=r"no chunk .* could be done; chunk 0: ValueError"):
        study(folder=tmp_path / "none")
    monkeypatch.setattr(Quick, "breaks", None)
    assert study(folder=tmp_path / "s").complete


def test_diverged_members_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(Quick, "dead", (1, 4))
    result = study(folder=tmp_path, statistic="variance")
    assert result.parts[0].diverged == 2 and len(result.statistics["t_gan"]) == 4
    assert result.parts[0].said() == "2 of 6 GANs diverged and are left out"
    monkeypatch.setattr(Quick, "dead", (0, 1, 2, 3, 4))
    with pytest.raises(Diverged, match="5 of 6 GANs diverged"):
        study(seed=1)


@pytest.mark.parametrize(("more", "said"), [
    ({"m": 10**12}, "6 GANs on n = 12 draws with m = 1,000,000,000,000 .* of memory are free; give a"),
    ({"n": 10**12}, "6 GANs on n = 1,000,000,000,000 draws .* of memory are free"),
    ({"members": 10**12}, "statistics of 1,000,000,000,000 members need .* smaller --members"),
    ({"n": (8, 3)}, "--n is 3: at least 4"),
    ({"n": ()}, "n is empty"),
    ({"members": 0}, "--members is 0"),
    ({"workers": 0}, "workers is 0"),
    ({"executor": "rays"}, "unknown executor 'rays'; did you mean 'ray'"),
    ({"truth": "norml"}, "did you mean 'normal'"),
    ({"statistic": "medain"}, "unknown statistic 'medain'; did you mean 'median'"),
    ({"statistic": own.broken}, "broken failed on a sample"),
    ({"statistic": lambda x: 0.0}, "cannot find by name"),
])  # fmt: skip
def test_bad_input_is_one_sentence_before_anything_is_made(tmp_path, monkeypatch, more, said):
    monkeypatch.setitem(EXECUTORS, "local", nobody)
    with pytest.raises(InputError, match=said) as caught:
        study(folder=tmp_path / "s", **({"executor": "local"} | more))
    assert "\n" not in str(caught.value) and not (tmp_path / "s").exists()

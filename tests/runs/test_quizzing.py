"""Which rows are asked about: held out, each once, treated alike, and chosen by coins."""

from __future__ import annotations

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from scipy.stats import binom

from tests.tiny_runs import settings, small_pictures
from zerosum import noise
from zerosum.data.load import load
from zerosum.errors import InputError
from zerosum.generator import load_generator
from zerosum.recipes.config import merge
from zerosum.runs import session
from zerosum.runs.job import prepare
from zerosum.runs.quizzing import choose_questions, quiz
from zerosum.runs.recorded import rows_of
from zerosum.runs.rows import Rows


def begun(root, spec="ring", /, **over):
    """Return a run folder with its generator as it begins: a quiz does not ask for training."""
    wanted = merge(over, {"data": {"spec": str(spec)}})
    job = prepare(str(spec), settings=settings(**wanted))
    run = session.begin(job, root).run
    job.generator().save(run / "model")
    return run


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    root = tmp_path_factory.mktemp("quiz")
    labels = np.array(["cat", "dog", "owl"])[np.arange(120) % 3]
    np.savez(root / "pets.npz", x=small_pictures(), y=labels)
    return {
        "points": begun(root, data={"n": 2000}),
        "pictures": begun(root, root / "pets.npz", data={"labels": "y"}, conditional=True),
    }


def questions(run, n=12, key=0):
    return choose_questions(load_generator(run / "model"), rows_of(run)[1], n, key)


def test_real_rows_are_held_out_ones_each_once(runs):
    train, held = rows_of(runs["points"])
    asked = questions(runs["points"])
    size = asked.rows.shape[1]
    assert size == min(200, len(held) // int(asked.real.sum())) and asked.rows.shape[2:] == (2,)
    real = asked.rows[asked.real].reshape(-1, 2)
    # decoding of encoding is float32 arithmetic: the nearest held-out row is the row itself
    at = np.abs(held.read()[None] - real[:, None]).sum(-1)
    assert at.min(1).max() < 1e-6 and len(set(at.argmin(1))) == len(real)
    assert np.abs(train.read()[None] - real[:, None]).sum(-1).min() > 1e-9


def test_generated_rows_are_the_generators_and_no_others(runs):
    asked = questions(runs["points"], key=3)
    generator, fake = load_generator(runs["points"] / "model"), asked.rows[~asked.real]
    made = generator.sample(fake.shape[0] * fake.shape[1], noise.fold(3, "fake"))
    order = np.lexsort(made.T), np.lexsort(fake.reshape(-1, 2).T)
    np.testing.assert_array_equal(made[order[0]], fake.reshape(-1, 2)[order[1]])


def test_classes_are_not_made_in_an_order_that_tells(runs):
    """A generator makes its classes in turn, so the third generated picture would always be an owl."""
    generator = load_generator(runs["pictures"] / "model")
    sides = [questions(runs["pictures"], 30, key) for key in range(4)]
    found = []
    for key, asked in enumerate(sides):
        fake = asked.rows[~asked.real][:, 0]
        made = generator.sample(60, noise.fold(noise.fold(key, "fake")))
        found.append([int(np.abs(made.astype(int) - f).sum((1, 2)).argmin()) % 3 for f in fake])
    turns = [[i % 3 for i in range(len(f))] for f in found]
    assert all(f != t for f, t in zip(found, turns, strict=True))


def test_pictures_of_both_kinds_went_through_the_codec(runs):
    asked = questions(runs["pictures"], 24)
    held = rows_of(runs["pictures"])[1]
    real = asked.rows[asked.real][:, 0]
    again = held.source.codec.decode(held.source.codec.encode(held.read()))
    assert asked.rows.dtype == again.dtype == np.uint8
    assert all((again == picture).all(axis=(1, 2)).any() for picture in real)


def test_each_question_is_a_coin_of_its_own(runs):
    """400 coins in 50 quizzes: within the 99.9 % interval of a fair one, and not always as many."""
    held = rows_of(runs["pictures"])[1]
    generator = load_generator(runs["pictures"] / "model")
    heads = [int(choose_questions(generator, held, 8, key).real.sum()) for key in range(50)]
    low, high = binom(400, 0.5).interval(0.999)
    assert low <= sum(heads) <= high and len(set(heads)) > 3


def test_the_page_holds_these_questions_and_the_same_ones_again(runs):
    page = quiz(runs["pictures"], n=12, seed=5)
    assert page == quiz(runs["pictures"], n=12, seed=5) != quiz(runs["pictures"], n=12, seed=6)
    shown = [base64.b64decode(s) for s in re.findall(r"base64,([^\"]+)", page)]
    assert len(shown) == 12
    formats = {(i.format, i.size, i.mode) for i in (Image.open(io.BytesIO(s)) for s in shown)}
    assert formats == {("PNG", (6, 6), "L")}
    assert "the 24 rows of pets that its run held out" in page


def test_other_generators_have_other_coins(runs):
    orders = [re.search(r'"order": "([^"]+)"', quiz(runs[k], n=12))[1] for k in runs]
    assert orders[0] != orders[1]


def test_given_data_are_put_into_the_generators_units(runs, tmp_path):
    """Floats in [0, 1] are the same pictures as bytes, and are shown as the same bytes."""
    bytes_, key = small_pictures(80, key=1), 4
    np.save(tmp_path / "own.npy", bytes_.astype(np.float32) / 255)
    source, generator = load(str(tmp_path / "own.npy")), load_generator(runs["pictures"] / "model")
    asked = choose_questions(generator, Rows(source, np.arange(source.n)), 12, key)
    real = asked.rows[asked.real][:, 0]
    assert real.dtype == np.uint8 and len(real)
    assert all((np.abs(bytes_.astype(int) - p).max(axis=(1, 2)) == 0).any() for p in real)
    page = quiz(runs["pictures"] / "model", data=str(tmp_path / "own.npy"), n=8)
    assert "own.npy, 80 rows given as such" in page


def test_a_table_shows_three_columns(tmp_path):
    rows = np.random.default_rng(0).normal(size=(1200, 5))
    rows[:, 1] = 7.0
    np.save(tmp_path / "t.npy", rows)
    page = quiz(begun(tmp_path, tmp_path / "t.npy", data={"n": None}), n=6)
    assert page.count("<svg") == 6 and page.count('class="bars"') == 18
    assert json.loads(re.search(r'json">(.*?)</script>', page)[1])["format"]


def test_what_cannot_be_asked(runs, tmp_path):
    with pytest.raises(InputError, match="holds a generator and no rows: give --data"):
        quiz(runs["points"] / "model")
    with pytest.raises(InputError, match="--n 5 cannot be: give 6 to 500"):
        quiz(runs["points"], n=5)
    with pytest.raises(InputError, match="24 held-out rows are too few for"):
        quiz(runs["pictures"], n=200)
    with pytest.raises(InputError, match="drawings of at least 20: give a smaller --n"):
        quiz(runs["points"], n=100)
    np.save(tmp_path / "wide.npy", np.random.default_rng(0).normal(size=(500, 4)))
    with pytest.raises(InputError, match=r"shape \(4,\) and the generator makes \(2,\)"):
        quiz(runs["points"], data=str(tmp_path / "wide.npy"))

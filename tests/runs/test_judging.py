"""What the report shows of a generator, and on which rows it is judged."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.tiny_runs import settings, small_pictures
from zerosum.metrics.neighbours import nearest
from zerosum.runs import judging
from zerosum.runs.job import prepare, quick_distance
from zerosum.runs.judging import Rows, draw_gallery, judge_generator


@pytest.fixture(scope="module")
def job():
    made = prepare(small_pictures(), settings=settings())
    made.run()
    return made


@pytest.mark.parametrize("numbers", [1 << 25, 6 * 6 * 7])
def test_neighbours_are_the_nearest_of_all_training_rows(job, tmp_path, monkeypatch, numbers):
    monkeypatch.setattr(judging, "_MOST_NUMBERS", numbers)  # in one part, and in parts of 7 rows
    with np.load(draw_gallery(tmp_path / "gallery.npz", job, None)) as gallery:
        found = {name: gallery[name] for name in gallery.files}
    fake = found["neighbours"].astype(np.float64).reshape(8, -1)
    base = job.source.codec.encode(job.source.rows[job.trained]).flatten(1).numpy()
    generator = job.generator()
    from zerosum import noise

    query = generator.encoded(generator.latents(8, noise.fold(0, "copies"))).flatten(1).numpy()
    expected = nearest(query, base, k=5)
    np.testing.assert_allclose(found["neighbour_distance"], expected.distances, rtol=1e-12)
    rows = job.source.rows[job.trained[expected.indices]]
    assert np.abs(found["neighbour_rows"].astype(int) - rows.astype(int)).max() <= 1
    assert fake.shape == (8, 36)


def test_the_gallery_leaves_nothing_half_written(job, tmp_path, monkeypatch):
    def full(*arguments, **arrays):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space"):
        draw_gallery(tmp_path / "gallery.npz", job, None)
    assert list(tmp_path.iterdir()) == []


def test_judging_is_a_function_of_its_seed_and_moves_nothing(job):
    train, held_out = Rows(job.source, job.trained), Rows(job.source, job.held_out)
    torch.manual_seed(3)
    before = torch.random.get_rng_state()
    first = judge_generator(job.generator(), train, held_out, seed=1)
    assert torch.equal(before, torch.random.get_rng_state())
    assert first == judge_generator(job.generator(), train, held_out, seed=1)
    assert first != judge_generator(job.generator(), train, held_out, seed=2)


def test_some_rows_are_drawn_by_key_and_keep_their_labels():
    source = prepare("digits", settings=settings(data={"n": None})).source
    rows = Rows(source, np.arange(500)).some(50, key=3)
    assert len(rows) == 50 and len(set(rows.index.tolist())) == 50
    assert (rows.labels() == source.labels[rows.index]).all()
    assert (rows.read() == source.rows[rows.index]).all()
    assert (Rows(source, np.arange(500)).some(50, key=4).index != rows.index).any()


def test_the_quick_distance_falls_to_zero_only_for_the_training_rows(job):
    judge = quick_distance(job)
    here = judge(job.state)
    assert here > 0 and here == judge(job.state)
    with torch.no_grad():
        for parameter in job.state.averages["generator"].parameters():
            parameter.fill_(float("nan"))
    assert judge(job.state) == float("inf")

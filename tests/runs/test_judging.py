"""What the report shows of a generator, and on which rows it is judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.tiny_runs import settings, small_pictures
from zerosum import noise
from zerosum.generator import mixed
from zerosum.metrics.memorisation import closest_pairs
from zerosum.metrics.neighbours import nearest
from zerosum.runs import trust_gallery
from zerosum.runs.gallery import draw_gallery
from zerosum.runs.job import prepare
from zerosum.runs.judging import judge_generator
from zerosum.runs.reconstructing import reconstruct, reconstruction_panel
from zerosum.runs.rows import Rows


@pytest.fixture(scope="module")
def job():
    made = prepare(small_pictures(), settings=settings())
    made.run()
    return made


@pytest.mark.parametrize("numbers", [1 << 25, 6 * 6 * 7])
def test_the_most_copied_samples_come_first_with_the_nearest_of_all_training_rows(
    job, tmp_path, monkeypatch, numbers
):
    monkeypatch.setattr(
        trust_gallery, "_MOST_NUMBERS", numbers
    )  # in one part, and in parts of 7 rows
    with np.load(draw_gallery(tmp_path / "gallery.npz", job, None)) as gallery:
        found = {name: gallery[name] for name in gallery.files}
    n = 500 if numbers > 1000 else 8
    generator, encode = job.generator(), job.source.codec.encode
    fake = generator.encoded(generator.latents(n, noise.fold(0, "copies"))).flatten(1).numpy()
    base = encode(job.source.rows[job.trained]).flatten(1).numpy()
    expected = nearest(fake, base, k=5)
    assert found["distance_fake"] == pytest.approx(expected.distances[:, 0], rel=1e-12)
    worst = [
        int(np.abs(found["distance_fake"] - d[0]).argmin()) for d in found["neighbour_distance"]
    ]
    np.testing.assert_allclose(found["neighbour_distance"], expected.distances[worst], rtol=1e-12)
    rows = job.source.rows[job.trained[expected.indices[worst]]]
    assert np.abs(found["neighbour_rows"].astype(int) - rows.astype(int)).max() <= 1
    if numbers > 1000:
        held = encode(job.source.rows[job.held_out]).flatten(1).numpy()
        pairs = closest_pairs(fake, base, held, k=8)
        assert worst == pairs.rows.tolist()
        np.testing.assert_allclose(found["neighbour_p"], pairs.p, rtol=1e-12)


def test_the_gallery_holds_what_the_pictures_of_trust_need(job, tmp_path):
    sides = (Rows(job.source, job.trained), Rows(job.source, job.held_out))
    made = reconstruct(job.generator(), *sides)
    with np.load(draw_gallery(tmp_path / "gallery.npz", job, None, made)) as gallery:
        found = {name: gallery[name] for name in gallery.files}
    n = min(1000, len(job.held_out))
    assert {len(found[f"directions_{side}"]) for side in ("real", "train", "fake")} == {n}
    assert all(found[f"bin_count_{side}"].sum() == n for side in ("real", "train", "fake"))
    assert len(found["path_lengths"]) == 256 and (found["path_lengths"] >= 0).all()
    assert found["remade"].shape == found["remade_rows"].shape == (8, 6, 6)
    assert (np.diff(found["remade_error"][:4]) <= 0).all()  # the worst first
    median = np.median(made.held_out.error)
    assert found["remade_error"][4] >= median >= found["remade_error"][7]


def test_a_mixture_is_not_inverted_and_a_failed_search_is_blank(job):
    sides = (Rows(job.source, job.trained), Rows(job.source, job.held_out))
    generator = job.generator()
    assert reconstruct(mixed([generator, generator], [0.5, 0.5]), *sides) is None
    made = reconstruct(generator, *sides)
    measured = reconstruction_panel(made, "story")
    assert measured.value == np.median(made.held_out.error) and "| story]" in measured.label
    lost = replace(made.held_out.control, relative=np.full(16, 10.0))
    blank = reconstruction_panel(replace(made, held_out=replace(made.held_out, control=lost)), "s")
    assert blank.value is None and "own samples" in blank.note


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


@pytest.mark.parametrize("latent", [1, 2, 3])
def test_a_line_or_a_square_of_latents_is_laid_into_the_plane(tmp_path, latent):
    rows = noise.normal(1, (300, 2)).double().numpy() * 5 + 3
    plane = prepare(rows, settings=settings(latent=latent))
    with np.load(draw_gallery(tmp_path / "gallery.npz", plane, None)) as gallery:
        found = {name: gallery[name] for name in gallery.files}
    assert ("curve" in found) == (latent == 1) and ("sheet" in found) == (latent == 2)
    if latent == 2:
        corner = plane.generator().encoded(torch.tensor([[-3.0, -3.0]]))
        np.testing.assert_allclose(
            found["sheet"][0, 0], plane.source.codec.decode(corner)[0], rtol=1e-5
        )

"""Grids hold the pixels they were given, and files can be opened again."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from zerosum.errors import InputError
from zerosum.reports import pictures


def stack_of(n, *shape):
    return np.random.default_rng(0).integers(0, 256, (n, *shape), dtype=np.uint8)


def test_grid_repeats_pixels_and_leaves_white_gaps():
    images = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
    picture = pictures.assemble(images, columns=2, scale=3)[..., 0]
    assert picture.shape == (2 * 6 + 2, 2 * 6 + 2)
    np.testing.assert_array_equal(picture[:6:3, :6:3], images[0])
    np.testing.assert_array_equal(picture[:6:3, 8::3], images[1])
    np.testing.assert_array_equal(picture[8::3, :6:3], images[2])
    assert (picture[:6, :6] == images[0].repeat(3, 0).repeat(3, 1)).all()
    assert (picture[6:8] == 255).all()
    assert (picture[8:, 8:] == 255).all()


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 1), (8, 6, 2), (5, 8, 3), (8, 8, 4)])
def test_save_grid_can_be_read_back(tmp_path, shape):
    images = stack_of(5, *shape)
    path = pictures.save_grid(images, tmp_path / "grid.png", columns=5, scale=1)
    read = np.asarray(Image.open(path)).reshape(shape[0], -1, *shape[2:])
    np.testing.assert_array_equal(read[:, : shape[1]].reshape(images[0].shape), images[0])
    assert read.shape[1] == 5 * shape[1] + 4 * 2


def test_small_images_are_enlarged_until_they_can_be_seen(tmp_path):
    path = pictures.save_grid(stack_of(4, 8, 8), tmp_path / "grid.png")
    assert Image.open(path).size == (2 * 64 + 2, 2 * 64 + 2)


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (np.zeros((2, 8, 8)), "float64"),
        (np.zeros((8, 8), np.uint8), "shape"),
        (np.zeros((2, 8, 8, 5), np.uint8), "channels"),
        (np.zeros((0, 8, 8), np.uint8), "shape"),
    ],
)
def test_save_grid_refuses_what_is_no_stack_of_images(tmp_path, images, said):
    with pytest.raises(InputError, match=said):
        pictures.save_grid(images, tmp_path / "grid.png")


def test_fitted_averages_large_images_and_leaves_small_ones():
    images = stack_of(2, 128, 64, 3)
    small = pictures.fitted(images, 32)
    assert small.shape == (2, 32, 16, 3)
    blocks = images.reshape(2, 32, 4, 16, 4, 3).mean((2, 4))
    assert np.abs(small - blocks).max() <= 1, "Pillow rounds rows and columns in turn"
    np.testing.assert_array_equal(pictures.fitted(images, 128), images)


def test_gaps_of_the_page_grid_are_transparent():
    picture = pictures.assemble(pictures.with_alpha(stack_of(4, 8, 8)), scale=1, fill=0)
    assert (picture[8:10, :, -1] == 0).all()
    assert (picture[:8, :8, -1] == 255).all()


def test_preview_is_shrunk_and_refuses_other_files(tmp_path):
    pictures.save_grid(stack_of(100, 8, 8), tmp_path / "a.png")
    data, width, height = pictures.preview(tmp_path / "a.png", 100)
    assert (width, height) == (100, 100)
    assert data.startswith(b"\x89PNG")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    with pytest.raises((OSError, ValueError)):
        pictures.preview(tmp_path / "b.png")


@pytest.mark.parametrize("d", [1, 2, 5])
def test_scatter_png_draws_points_of_any_width(tmp_path, d):
    points = np.random.default_rng(d).normal(size=(50, d))
    alone = pictures.scatter_png(points, tmp_path / "a.png").read_bytes()
    beside = pictures.scatter_png(points, tmp_path / "b.png", real=points + 1).read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert min(image.size) > 300
    assert alone != beside


def test_scatter_png_keeps_a_given_frame(tmp_path):
    frame = (-9.0, 9.0, -9.0, 9.0)
    shown = [
        pictures.scatter_png(np.full((1, 2), x), tmp_path / f"{x}.png", extent=frame)
        for x in (20.0, 30.0)
    ]
    assert shown[0].read_bytes() == shown[1].read_bytes(), "both points lie outside the same frame"


def test_scatter_png_refuses_nothing(tmp_path):
    with pytest.raises(InputError, match="shape"):
        pictures.scatter_png(np.empty((0, 2)), tmp_path / "a.png")

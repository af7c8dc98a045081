"""Single pictures: alpha on white, 16 bits, orientation, crops, limits."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from zerosum.data.image_decode import header, pixels, read_header, read_pixels
from zerosum.errors import InputError


def test_alpha_is_composited_on_white():
    half = Image.new("RGBA", (6, 5), (100, 0, 50, 51))  # 51 / 255 = 0.2
    want = np.round(np.array([100, 0, 50]) * 0.2 + 255 * 0.8)
    assert np.abs(pixels(half, (5, 6), 3)[0, 0] - want).max() <= 1
    np.testing.assert_array_equal(pixels(half, (5, 6), 4)[0, 0], [100, 0, 50, 51])
    clear = Image.new("LA", (6, 5), (0, 0))
    assert (pixels(clear, (5, 6), 1) == 255).all()


def test_palette_and_colour_key_transparency():
    paletted = Image.new("P", (6, 5), 0)
    paletted.putpalette([10, 20, 30] + [0] * 765)
    assert pixels(paletted, (5, 6), 3)[0, 0].tolist() == [10, 20, 30]
    paletted.info["transparency"] = 0
    assert pixels(paletted, (5, 6), 3)[0, 0].tolist() == [255, 255, 255]


def test_sixteen_bits_are_scaled_by_65535():
    values = np.array([[0, 128, 129, 32767], [32768, 65278, 65407, 65535]] * 2, dtype=np.uint16)
    got = pixels(Image.fromarray(values), (4, 4), 1)[..., 0]
    np.testing.assert_array_equal(got, np.rint(values / 65535 * 255))


def test_floating_point_pictures_are_refused():
    with pytest.raises(InputError, match="32-bit"):
        pixels(Image.fromarray(np.zeros((8, 8), np.float32)), (8, 8), 1)


def test_one_bit_is_black_and_white():
    bits = Image.fromarray(np.eye(8, dtype=bool))
    np.testing.assert_array_equal(pixels(bits, (8, 8), 1)[..., 0], np.eye(8) * 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_undone(tmp_path, orientation):
    upright = np.arange(6 * 4).reshape(6, 4).astype(np.uint8) * 10
    # how a camera stores an upright picture under each tag, from the EXIF standard's table
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: upright.T[::-1],
        7: upright.T[::-1, ::-1],
        8: upright.T[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a.png", exif=exif)
    head = read_header(tmp_path / "a.png")
    assert (head.height, head.width) == (6, 4)
    np.testing.assert_array_equal(read_pixels(tmp_path / "a.png", (6, 4), 1)[..., 0], upright)


def test_the_crop_is_centred_and_keeps_proportions():
    wide = np.zeros((8, 24), np.uint8)
    wide[:, 8:16] = 200
    assert (pixels(Image.fromarray(wide), (8, 8), 1) == 200).all()
    assert (pixels(Image.fromarray(wide.T.copy()), (8, 8), 1) == 200).all()


def test_shrinking_averages_instead_of_picking():
    stripes = np.tile(np.array([0, 255], np.uint8), (16, 8))
    small = pixels(Image.fromarray(stripes), (4, 4), 1)
    assert np.abs(small.astype(int) - 127).max() < 20


@pytest.mark.parametrize("size", [(4000, 4001), (3, 8), (8, 3), (4, 33), (33, 4)])
def test_sizes_out_of_bounds(size):
    with pytest.raises(InputError, match="pixels"):
        header(Image.new("1", size))


def test_sizes_at_the_bounds():
    for size in ((4000, 4000), (4, 4), (4, 32)):
        assert header(Image.new("1", size)).width == size[0]

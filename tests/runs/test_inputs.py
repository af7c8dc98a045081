"""What a translator is given: pictures of any size and kind, arrays in its own units."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from zerosum.data.codec import ImageCodec, NumericCodec
from zerosum.errors import InputError
from zerosum.runs.inputs import read_given

COLOUR = ImageCodec((3, 8, 6), "nhwc", "|u1", 0.0, 255.0)
FLOATS = ImageCodec((3, 8, 6), "nhwc", "<f4", 0.0, 1.0)


def picture(path, value, size=(6, 8), mode="RGB"):
    Image.new(mode, size, value).save(path)
    return path


def test_a_folder_is_read_in_the_order_of_its_names_at_the_translators_size(tmp_path):
    for name, value in (("b.png", (0, 0, 9)), ("a.png", (9, 0, 0))):
        picture(tmp_path / name, value, size=(12, 16))
    given = read_given(tmp_path, FLOATS)
    assert given.rows.shape == (2, 8, 6, 3) and given.rows.dtype == np.uint8
    assert given.rows[0, 0, 0].tolist() == [9, 0, 0] and given.rows[1, 0, 0].tolist() == [0, 0, 9]
    # pictures are of 8 bits, whatever the translator was trained in
    assert given.codec.high == 255.0


def test_grey_is_read_in_colour(tmp_path):
    rows = read_given(picture(tmp_path / "grey.png", 7, mode="L"), COLOUR).rows
    assert rows.shape == (1, 8, 6, 3) and (rows == 7).all()


def test_an_array_keeps_the_translators_units(tmp_path):
    np.save(tmp_path / "x.npy", np.full((2, 8, 6, 3), 0.5, np.float32))
    given = read_given(tmp_path / "x.npy", FLOATS)
    assert given.codec is FLOATS and (given.rows == 0.5).all()


@pytest.mark.parametrize(
    ("name", "codec", "key", "words"),
    [
        ("nothing", COLOUR, None, "there is no file or folder"),
        ("one.png", COLOUR, "a", "names an array of an .npz"),
        ("one.txt", COLOUR, None, "holds no picture"),
        ("empty", COLOUR, None, "holds no picture"),
        ("one.png", ImageCodec((1, 8, 6), "nhw", "|u1", 0.0, 255.0), None, "is in colour"),
        ("one.png", NumericCodec(("x",), (0.0,), (1.0,), (False,), "<f8"), None, "reads numbers"),
        ("broken.png", COLOUR, None, "cannot be translated"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(tmp_path, name, codec, key, words):
    picture(tmp_path / "one.png", (1, 2, 3))
    (tmp_path / "one.txt").write_text("no picture")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=words) as error:
        read_given(tmp_path / name, codec, key)
    assert "\n" not in str(error.value)

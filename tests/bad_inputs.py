"""The answer that every hostile, broken or control input of the shared maker deserves.

Paths are relative to the folder that `bad_inputs/make_bad_inputs.py OUT CANARY` writes. `Loads`
says what a source must look like, `Refused` which words the one sentence must hold beside the name.
The models/ entries belong to the tests of `records`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Loads:
    """Must load with this shape of rows; `notes` are words that its notes must hold."""

    shape: tuple[int, ...]
    notes: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """Must end in an InputError holding these words."""

    words: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)


def no(*words: str, **options: Any) -> Refused:
    """Shorthand for a refusal."""
    return Refused(words, options)


RGB = (64, 32, 32, 3)

# One file of images/ beside two good pictures: None when it loads, else why it is skipped.
PICTURES: dict[str, str | None] = {
    "ok_1.png": None,
    "jpeg_named.png": None,
    "cmyk.jpg": None,
    "gray16.png": None,
    "rgb16.png": None,
    "bilevel.png": None,
    "gray8.png": None,
    "animated.gif": None,
    "palette_trns.png": None,
    "gray_alpha.png": None,
    "rgba_hidden_black.png": None,
    "exif_rotated.jpg": None,
    "name with spaces.png": None,
    "ünïcödé_表情_🙂.png": None,
    "new\nline.png": None,
    "-rf.png": None,
    'quote\'s "x".png': None,
    "semi;colon$(touch x).png": None,
    "UPPER.PNG": None,
    "latin1_\udce9.png": None,
    ".hidden.png": "hidden picture file left alone",
    "truncated.png": "truncated.png (truncated or corrupt",
    "truncated.jpg": "truncated.jpg (truncated or corrupt",
    "zero_byte.png": "zero_byte.png (empty file",
    "text_named.png": "text_named.png (not a picture",
    "bad_crc.png": "bad_crc.png (truncated or corrupt",
    "one_by_one.png": "one_by_one.png (1 x 1 pixels",
    "w1_h3000.png": "w1_h3000.png (1 x 3,000 pixels",
    "w3000_h1.png": "w3000_h1.png (3,000 x 1 pixels",
    "bomb_60000x60000.png": "bomb_60000x60000.png (3,600,000,000 pixels, above the limit",
    "bomb_header_only.png": "bomb_header_only.png (4,611,686,014,132,420,609 pixels, above",
}

FOLDERS: dict[str, Loads | Refused] = {
    "images": Loads(
        (21, 64, 64, 3), ("skipped 10 of 31 files", "1 hidden picture file left alone")
    ),
    "images_links": Loads((2, 64, 64, 3), ("skipped 1 of 3 files", "dangling.png (a link to")),
    "images_empty": no("no picture found", "images_empty", ".png, .jpg"),
    "images_onlybad": no("2 of the 2", "a.png (empty file", "b.png (not a picture"),
    "images_dir_named.png": no("no picture found", "images_dir_named.png"),
    "images_single": no("1 usable picture", "at least 2"),
}

TABLES: dict[str, Loads | Refused] = {
    "csv/ok.csv": Loads((200, 3)),
    "csv/nan.csv": no("3 missing cells", "column a", "line 6", "--missing"),
    "csv/inf.csv": no("column a", "line 8", "infinite", "3 such cells"),
    "csv/string_in_number.csv": no("column a", "line 21", "'hello'"),
    "csv/mixed.csv": no("column city", "line 2", "also text: date"),
    "csv/duplicate_headers.csv": no("more than one column named a"),
    "csv/no_header.csv": Loads((200, 3), ("no header",)),
    "csv/ragged.csv": no("line 11", "2 fields", "3"),
    "csv/empty.csv": no("empty", "at least 2"),
    "csv/header_only.csv": no("0 rows", "at least 2"),
    "csv/one_row.csv": no("1 row", "at least 2"),
    "csv/semicolon.csv": Loads((200, 3), ("a semicolon",)),
    "csv/decimal_comma.csv": no("decimal comma", "line 2"),
    "csv/tab.csv": Loads((200, 3), ("a tab",)),
    "csv/utf16.csv": no("UTF-16", "UTF-8"),
    "csv/utf8_bom.csv": Loads((200, 3)),
    "csv/crlf.csv": Loads((200, 3)),
    "csv/nul_bytes.csv": no("NUL", "line 15", "UTF-8"),
    "csv/latin1.csv": no("line 2", "Latin-1", "UTF-8"),
    "csv/constant_column.csv": Loads((200, 3), ("1 column (b) of one value only",)),
    "csv/id_column.csv": no("column id", "'user00000'"),
    "csv/huge_ints.csv": Loads((200, 2), ("column a", "above 2^53")),
    "csv/quoted_newline.csv": no("column a", "line 2", r"line1\\nline2"),
    "csv/formula.csv": no("column a", "'=1+1'"),
}

_ASK = "--range"
ARRAYS: dict[str, Loads | Refused] = {
    "arrays/ok_uint8_nhwc.npy": Loads(RGB, ("nhwc", "255 is white")),
    "arrays/object_dtype.npy": no("Python objects", "pickle"),
    "arrays/object_malicious.npy": no("Python objects", "pickle"),
    "arrays/wrong_keys.npz": no("foo (64, 32, 32, 3)", "bar (3,)", "--key", "images"),
    "arrays/many_keys.npz": no("images", "images2", "--key"),
    "arrays/empty.npz": no("no array"),
    "arrays/truncated.npz": no("truncated"),
    "arrays/truncated.npy": no("truncated"),
    "arrays/huge_header.npy": no("truncated", "1.26 TB", "64 bytes"),
    "arrays/zip_bomb_200MB.npz": no("210 MB", "limits"),
    "arrays/float16.npy": Loads(RGB, ("[0, 1]",)),
    "arrays/float64.npy": Loads(RGB, ("[0, 1]",)),
    "arrays/float32_0_255.npy": Loads(RGB, ("[0, 255]",)),
    "arrays/float32_m1_1.npy": Loads(RGB, ("[-1, 1]",)),
    "arrays/int64_0_255.npy": Loads(RGB, ("[0, 255]",)),
    "arrays/int8.npy": no("int8", "-128 to 127", _ASK),
    "arrays/uint16_0_65535.npy": Loads(RGB, ("65535 is white",)),
    "arrays/bool.npy": Loads(RGB[:3], ("bool", "1 is white")),
    "arrays/complex64.npy": no("complex64"),
    "arrays/bigendian_f4.npy": Loads(RGB, ("[0, 1]",)),
    "arrays/fortran_order.npy": Loads(RGB, ("[0, 1]",)),
    "arrays/strings.npy": no("<U1"),
    "arrays/datetime64.npy": no("datetime64"),
    "arrays/structured.npy": no("mixed columns"),
    "arrays/has_nan.npy": no("sample 3", "NaN"),
    "arrays/has_inf.npy": no("sample 4", "infinity"),
    "arrays/empty_0x32x32x3.npy": no("(0, 32, 32, 3)", "at least 2"),
    "arrays/empty_shape.npy": no("(64, 0, 32, 3)", "empty"),
    "arrays/zero_dim.npy": no("0 axes"),
    "arrays/constant.npy": Loads(RGB, ("all 64 pictures are equal",)),
    "arrays/single_sample.npy": no("(1, 32, 32, 3)", "at least 2"),
    "arrays/two_samples.npy": Loads((2, 32, 32, 3)),
    "arrays/nchw.npy": Loads((64, 3, 32, 32), ("nchw",)),
    "arrays/nhw.npy": Loads((64, 32, 32), ("nhw",)),
    "arrays/hwc_no_batch.npy": no("(32, 32, 3)", "--layout"),
    "arrays/channels_5.npy": no("(8, 32, 32, 5)"),
    "arrays/channels_2.npy": Loads((8, 32, 32, 2), ("2 channels",)),
    "arrays/ambiguous_3x3x3x3.npy": no("nhwc or nchw", "--layout"),
    "arrays/odd_31x33.npy": Loads((64, 31, 33, 3)),
    "arrays/five_dims.npy": no("5 axes", "(2, 4, 32, 32, 3)"),
}

# The same files, answered once the question they leave open is settled by an option.
WITH_OPTIONS: list[tuple[str, Loads | Refused]] = [
    ("csv/nan.csv", Loads((200, 3), ("3 missing cells set to the mean",), {"missing": "mean"})),
    ("csv/nan.csv", Loads((197, 3), ("3 rows with 3 missing",), {"missing": "drop"})),
    ("csv/inf.csv", no("infinite", missing="mean")),
    ("csv/semicolon.csv", no("one column", "a semicolon", delimiter=",")),
    ("arrays/wrong_keys.npz", Loads(RGB, (), {"key": "foo"})),
    ("arrays/wrong_keys.npz", no("'pics'", "foo, bar", key="pics")),
    ("arrays/many_keys.npz", no("64 samples", "(10,)", key="images")),
    ("arrays/many_keys.npz", Loads(RGB, (), {"key": "images2", "labels": "none"})),
    ("arrays/int8.npy", Loads(RGB, ("as asked",), {"range": (-128.0, 127.0)})),
    ("arrays/int8.npy", no("outside the range", range=(0.0, 127.0))),
    ("arrays/hwc_no_batch.npy", Loads((32, 32, 3), ("as asked",), {"layout": "nhw"})),
    ("arrays/ambiguous_3x3x3x3.npy", Loads((3, 3, 3, 3), ("nchw",), {"layout": "nchw"})),
    ("arrays/nchw.npy", no("nhwc", "does not fit", layout="nhwc")),
]

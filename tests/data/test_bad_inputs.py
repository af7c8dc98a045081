"""Hostile and broken inputs: twenty made here, and every data entry of the shared maker."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bad_inputs import ARRAYS, FOLDERS, PICTURES, TABLES, WITH_OPTIONS, Loads, Refused
from tests.data.peak import growth
from zerosum.data.image_files import SUFFIXES
from zerosum.data.load import load
from zerosum.data.options import DataOptions
from zerosum.errors import InputError

PICTURE = (np.arange(16 * 16 * 3) % 251).astype(np.uint8).reshape(16, 16, 3)


def png(pixels: np.ndarray) -> bytes:
    """The bytes of a PNG file."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and has next to no data."""
    chunk = lambda kind, data: (  # noqa: E731
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    )
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


class Evil:
    """Creates a file when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self):
        return os.mkdir, (str(self.canary),)


def npy_header(shape: tuple[int, ...], dtype: str) -> bytes:
    """The head of an .npy file that announces a shape, without data."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (64 - (len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


CSV_FILES = {
    "nan": (b"a,b\n1,2\nnan,3\n4,5\n", "line 3"),
    "infinite": (b"a,b\n1,2\n4,-inf\n4,5\n", "column b, line 3"),
    "overflow": (b"a,b\n1,2\n4,1e400\n4,5\n", "column b, line 3"),
    "word": (b"a,b\n1,2\n4,x9\n4,5\n", "column b, line 3: 'x9'"),
    "underscores": (b"a,b\n1,2\n4,1_000\n4,5\n", "line 3: '1_000'"),
    "truth_among_numbers": (b"a,b\n1,2\n4,true\n4,5\n", "line 3: 'true'"),
    "ragged": (b"a,b\n1,2\n3\n", "line 3 has 1 field"),
    "twice": (b"a,b,a\n1,2,3\n4,5,6\n", "column named a"),
    "nul": (b"a,b\n1,2\n3,\x004\n", "line 3 holds a NUL"),
    "utf16": ("a,b\n1,2\n3,4\n".encode("utf-16"), "UTF-16"),
    "latin1": (b"n\xe9,b\n1,2\n3,4\n", "line 1 is not UTF-8"),
    "empty": (b"", "is empty"),
    "blank": (b"\n\n\n", "no rows"),
    "one_row": (b"a,b\n1,2\n", "1 row"),
    "open_quote": (b'a,b\n1,2\n"3,4\n5,6\n', "no .csv that can be read"),
    "too_large": (b"a,b\n1,2\n1e200,3\n-1e200,4\n", "too large"),
}


@pytest.mark.parametrize("name", CSV_FILES)
def test_tables_are_refused_with_the_place(tmp_path, name):
    content, words = CSV_FILES[name]
    (tmp_path / f"{name}.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        load(tmp_path / f"{name}.csv")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("layout", ["npy", "npz"])
def test_pickles_are_refused_and_never_run(tmp_path, layout):
    canary, path = tmp_path / "canary", tmp_path / f"evil.{layout}"
    evil = np.array([Evil(canary)], dtype=object)
    if layout == "npy":
        np.save(path, evil, allow_pickle=True)
    else:
        np.savez(path, images=evil)
    with pytest.raises(InputError, match=f"evil.{layout}.*pickle"):
        load(path)
    assert not canary.exists()


@pytest.mark.parametrize("name", ["evil.npy", "evil.npz", "evil.csv", "evil.parquet"])
def test_bare_pickles_are_refused_under_any_name(tmp_path, name):
    canary, path = tmp_path / "canary", tmp_path / name
    path.write_bytes(pickle.dumps(Evil(canary)))
    with pytest.raises(InputError, match=r"evil\."):
        load(path)
    assert not canary.exists()


def test_an_array_inside_a_zip_that_lies_about_its_size(tmp_path):
    with zipfile.ZipFile(tmp_path / "lie.npz", "w") as archive:
        archive.writestr("images.npy", npy_header((1000, 1000, 1000), "<f8") + b"\0" * 64)
    with pytest.raises(InputError, match=r"lie\.npz:images is damaged.*8 GB"):
        load(tmp_path / "lie.npz")


def test_bombs_and_lies_cost_no_memory(tmp_path):
    (tmp_path / "huge.npy").write_bytes(npy_header((10**5, 1024, 1024, 3), "<f4") + b"\0" * 64)
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        zeros = npy_header((200, 1024, 1024), "|u1") + bytes(200 << 20)
        archive.writestr("images.npy", zeros)
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, width in (("wide", 2**31 - 1), ("large", 12_000), ("just", 4001)):
        (folder / f"{name}.png").write_bytes(png_header(width, width if name != "just" else 4000))
    for i in range(3):
        (folder / f"{i}.png").write_bytes(png(PICTURE + i))
    code = (
        "for name in ('huge.npy', 'bomb.npz'):\n"
        "    try:\n        load(sys.argv[1] + '/' + name)\n    except InputError: continue\n"
        "    raise SystemExit(name)\n"
        "assert load(sys.argv[1] + '/pictures').n == 3"
    )
    assert growth(code, str(tmp_path)) < 40 << 20


def test_a_named_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    for i in range(2):
        (tmp_path / f"{i}.png").write_bytes(png(PICTURE + i))
    assert load(tmp_path).n == 2


@pytest.mark.parametrize("kind", ["png", "npy", "npz", "csv"])
def test_flipped_bytes_end_in_a_sentence_or_in_data(tmp_path, kind):
    good = tmp_path / f"good.{kind}"
    if kind == "png":
        good.write_bytes(png(PICTURE))
    elif kind == "csv":
        good.write_text("a,b\n" + "\n".join(f"{i},{i * 0.5}" for i in range(20)))
    else:
        {"npy": np.save, "npz": np.savez_compressed}[kind](good, PICTURE)
    content, random = good.read_bytes(), np.random.default_rng(0)
    good.unlink()
    refused = 0
    for trial in range(150):
        broken = bytearray(content)
        for place in random.integers(0, min(len(content), 400), size=1 + trial % 3):
            broken[place] ^= int(random.integers(1, 256))
        path = tmp_path / f"broken.{kind}"
        path.write_bytes(bytes(broken[: len(content) - trial % 7 * 5]))
        (tmp_path / "whole.png").write_bytes(png(PICTURE))
        try:
            source = load(tmp_path if kind == "png" else path)
            refused += "skipped" in " ".join(source.notes)
        except InputError as error:
            refused += 1
            assert "\n" not in str(error)
    assert refused > 50


def answer(path: Path, wanted: Loads | Refused, named: str) -> None:
    """Assert that loading `path` gives the wanted answer."""
    if isinstance(wanted, Refused):
        with pytest.raises(InputError) as caught:
            load(path, options=DataOptions(**wanted.options))
        sentence = str(caught.value)
        assert named in sentence and "\n" not in sentence
        assert [w for w in wanted.words if w not in sentence] == [], sentence
        return
    source = load(path, options=DataOptions(**wanted.options))
    assert source.rows.shape == wanted.shape
    assert [w for w in wanted.notes if w not in " ".join(source.notes)] == [], source.notes
    x = source.codec.encode(source.rows[:4])
    assert bool(x.isfinite().all()) and x.shape[1:] == source.event_shape
    assert len(source.fingerprint) == 64


ENTRIES = [*FOLDERS.items(), *TABLES.items(), *ARRAYS.items(), *WITH_OPTIONS]


@pytest.mark.parametrize(
    ("path", "wanted"), ENTRIES, ids=[f"{p}-{i}" for i, (p, _) in enumerate(ENTRIES)]
)
def test_every_entry_of_the_maker(hostile, path, wanted):
    assert (hostile / path).exists()
    answer(hostile / path, wanted, Path(path).name)


def test_the_table_names_every_data_file_of_the_maker(hostile):
    tabled = {*TABLES, *ARRAYS, *(f"images/{name}" for name in PICTURES), "images/ok_2.png"}
    there = {
        str(p.relative_to(hostile))
        for d in ("csv", "arrays", "images")
        for p in (hostile / d).iterdir()
    }
    assert there == tabled
    folders = {p.name for p in hostile.iterdir() if p.name.startswith("images")}
    assert folders == {*FOLDERS, "images_noperm"}


@pytest.mark.parametrize("name", PICTURES, ids=ascii)
def test_every_picture_of_the_maker(hostile, tmp_path, name):
    assert os.path.splitext(name)[1].lower() in SUFFIXES
    for i in range(2):
        shutil.copy(hostile / "images" / f"ok_{i + 1}.png", tmp_path / f"ok{i}.png")
    shutil.copy(hostile / "images" / name, tmp_path / name)
    source, reason = load(tmp_path), PICTURES[name]
    assert source.n == (3 if reason is None else 2)
    notes = " ".join(source.notes)
    assert "\n" not in notes and notes.encode("utf-8")
    assert reason is None or reason in notes


def test_the_values_of_the_odd_pictures(hostile):
    folder, rows = hostile / "images", load(hostile / "images").rows
    names = [
        n for n in sorted(os.listdir(folder), key=os.fsencode) if PICTURES.get(n, None) is None
    ]
    by_name = dict(zip([n for n in names if n[0] != "."], rows.astype(float), strict=True))
    assert abs(by_name["gray16.png"].mean() - 127.5) < 1
    assert set(np.unique(by_name["bilevel.png"])) == {0.0, 255.0}
    red = by_name["exif_rotated.jpg"][:, -10:].mean(axis=(0, 1))
    assert red[0] > 200 and red[2] < 60
    square = by_name["rgba_hidden_black.png"]
    assert (square[0, 0] == 255).all() and square[32, 32].tolist() == [255.0, 0.0, 0.0]
    ramp = by_name["gray_alpha.png"]
    assert (ramp[:, 0] == 255).all()


def test_a_file_without_permission(hostile):
    if os.geteuid() == 0:
        assert load(hostile / "images_noperm").n == 2  # root may read it
        return
    with pytest.raises(InputError, match="1 usable picture"):
        load(hostile / "images_noperm")

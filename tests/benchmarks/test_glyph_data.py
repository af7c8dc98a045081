"""Glyphs: the drawing against a font made here, and against the published bits of one that is at hand."""

from __future__ import annotations

import io
import lzma
import tarfile
import zlib
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import features

from benchmarks.data import glyphs

DEJAVU = Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def rectangles(width=500, top=700, bottom=0, advance=600):
    """A font of 1000 units per em whose 62 characters are one rectangle, but "g" hangs by 200."""
    names = [".notdef", *(f"c{i}" for i in range(len(glyphs.CHARACTERS)))]
    made = {}
    for name in names:
        low = -200 if name == f"c{glyphs.CHARACTERS.index('g')}" else bottom
        pen = TTGlyphPen(None)
        pen.moveTo((50, low))
        for point in ((50, top), (50 + width, top), (50 + width, low)):
            pen.lineTo(point)
        pen.closePath()
        made[name] = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(c): f"c{i}" for i, c in enumerate(glyphs.CHARACTERS)})
    font.setupGlyf(made)
    font.setupHorizontalMetrics(dict.fromkeys(names, (advance, 50)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Rectangles", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def package(path, files):
    """A Debian package: an `ar` archive with a version, an empty part of odd size, and the data."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    parts = {
        "debian-binary": b"2.0\n",
        "control.tar": b"odd",
        "data.tar.xz": lzma.compress(data.getvalue()),
    }
    ar = b"!<arch>\n"
    for name, content in parts.items():
        ar += f"{name:16}{0:12}{0:6}{0:6}{100644:8}{len(content):10}`\n".encode()
        ar += content + b"\n" * (len(content) % 2)
    path.write_bytes(ar)


def test_a_font_fills_what_it_may_on_one_baseline():
    """900 units from top to hanging foot become 27 pixels, so a unit is 0.03 and 700 are 21."""
    pictures = glyphs.drawn(rectangles()).astype(float) / 255
    assert pictures.shape == (62, 32, 32)
    plain, hanging = pictures[0], pictures[glyphs.CHARACTERS.index("g")]
    # outlines are put on eighths of a pixel at either end, at either size
    for picture, height in ((plain, 21), (hanging, 27)):
        assert abs(picture.sum(0).max() - height) <= 3 / 8
        assert abs(picture.sum(1).max() - 15) <= 3 / 8
    tops = [np.flatnonzero(p.any(1))[0] for p in (plain, hanging)]
    assert tops[0] == tops[1]
    margins = tops[1], 31 - np.flatnonzero(hanging.any(1))[-1]
    assert abs(margins[0] - margins[1]) <= 1  # 27 of 32 rows, in the middle


def test_a_wide_font_is_as_wide_as_it_may():
    pictures = glyphs.drawn(rectangles(width=2900, advance=3000)).astype(float) / 255
    ink = pictures[0].any(0).nonzero()[0]
    # Pillow's box goes from the origin to the advance: 3000 units are 29 pixels, 2900 of them inked
    assert abs(pictures[0].sum(1).max() - 29 * 2900 / 3000) <= 3 / 8
    assert ink[0] >= 1 and ink[-1] <= 30


@pytest.mark.skipif(not DEJAVU.is_dir(), reason="matplotlib came without its fonts")
@pytest.mark.skipif(
    features.version("freetype2") != "2.14.3", reason="another FreeType may hint in another way"
)
def test_a_font_at_hand_comes_out_as_published():
    """Matplotlib brings the DejaVu 2.37 that Debian's fonts-dejavu-core has too."""
    rows = [r for r in glyphs.table(glyphs.STYLES) if r["file"] == "DejaVuSansMono.ttf"]
    font = (DEJAVU / "DejaVuSansMono.ttf").read_bytes()
    assert f"{zlib.crc32(glyphs.drawn(font).tobytes()):08x}" == rows[0]["crc32"]


def test_fonts_are_found_in_packages_and_as_files(tmp_path):
    rows = [
        {"package": "fonts-a", "file": "A.ttf"},
        {"package": "fonts-b", "file": "B.otf"},
        {"package": "fonts-c", "file": "C.ttf"},
    ]
    package(
        tmp_path / "fonts-a_1%3a2.0-1_all.deb",
        {"./usr/A.ttf": b"one", "./usr/A.txt": b"", "./B.otf": b"another package's"},
    )
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "B.otf").write_bytes(b"two")
    found = glyphs.found(tmp_path, rows)
    assert found == {("fonts-a", "A.ttf"): b"one", ("fonts-b", "B.otf"): b"two"}


def test_the_set_is_written_with_the_fonts_there_are(tmp_path, capsys):
    (tmp_path / "Lato-Regular.ttf").write_bytes(rectangles())
    glyphs.main(["--out", str(tmp_path / "out"), "--fonts", str(tmp_path), "--some"])
    # it is no Lato, and the program can tell
    assert "1 of 934 styles, 0 of them bit for bit" in capsys.readouterr().out
    with np.load(tmp_path / "out" / "glyphs32.npz", allow_pickle=False) as made:
        assert made["images"].shape == (62, 32, 32) and made["images"].dtype == np.uint8
        assert "".join(made["char_names"][made["char"]]) == glyphs.CHARACTERS
        name = made["font_name"][made["font"][0]]
        assert name == "Lato | Regular | Lato-Regular.ttf"
        assert (
            made["family_names"][made["family"][0]] == "Lato" and len(made["family_names"]) == 286
        )
        assert (made["serif"] == 0).all() and made["is_test"].dtype == bool


def test_what_cannot_be_used_is_told_in_one_sentence(tmp_path, capsys):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "fonts-a_1_all.deb").write_bytes(b"nothing")
    for folder, words in (
        ("absent", "--fonts absent is no folder: give one with .deb files or fonts"),
        ("broken", "fonts-a_1_all.deb is no Debian package: download it again"),
        (".", "fonts-a_1_all.deb is no Debian package"),
    ):
        with pytest.raises(SystemExit) as ended:
            glyphs.main(["--out", str(tmp_path), "--fonts", str(tmp_path / folder)])
        assert ended.value.code == 2
        told = capsys.readouterr().err
        assert words in told and told.count("\n") == 1
    (tmp_path / "broken" / "fonts-a_1_all.deb").unlink()
    with pytest.raises(SystemExit):
        glyphs.main(["--out", str(tmp_path), "--fonts", str(tmp_path / "broken")])
    assert "934 of 934 fonts are not there, first AccanthisADFStd-Reg" in capsys.readouterr().err


def test_the_table_of_styles_is_whole():
    rows = glyphs.table(glyphs.STYLES)
    packages = {r["package"] for r in glyphs.table(glyphs.PACKAGES)}
    assert len(rows) == 934 and len({r["family"] for r in rows}) == 286
    assert {r["package"] for r in rows} == packages and len(packages) == 140
    assert len({(r["package"], r["file"]) for r in rows}) == 934
    # look-alikes stay on one side
    assert not {r["cluster"] for r in rows if r["is_test"] == "1"} & {
        r["cluster"] for r in rows if r["is_test"] == "0"
    }

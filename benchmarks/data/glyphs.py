"""Letters and digits of 934 font styles, rebuilt from Debian's font packages.

    python -m benchmarks.data.glyphs --out DIR [--fonts FOLDER] [--some]

Writes DIR/glyphs32.npz. FOLDER holds .deb files, as `apt-get download` leaves them, or fonts, as
/usr/share/fonts does; without it `apt-get download` fetches the packages (Debian 12 "bookworm").

White on black, one scale a font, measured at 200 px per em: with t the top of the highest and h the
height of all 62 boxes, w the largest width,

    k = min(8 · 27 / h, 8 · 29 / w)         size round(200 k) px per em: 8 times too large
    baseline at round((256 − k h)/2 − k t), each box centred: round((256 − width)/2 − left)
    value = round(mean of 8 by 8 pixels)

The table has each style's CRC-32, so that the program can say how many came out bit for bit: hinting
and rasteriser belong to the FreeType inside Pillow.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.data.checked import Unusable, finish

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SIZE, OVER = 32, 8
TALLEST, WIDEST, MEASURED = 27, 29, 200
STYLES = Path(__file__).with_name("glyph_fonts.tsv")
PACKAGES = Path(__file__).with_name("glyph_packages.tsv")
NUMBERS = {"cluster": np.int16, "bold": np.uint8, "italic": np.uint8, "serif": np.int8,
           "weight": np.int16, "mono": np.uint8, "unicase": np.uint8, "is_test": bool}  # fmt: skip

Row = dict[str, str]
Fonts = Mapping[tuple[str, str], bytes]  # (package, file) -> the font
_AR, _HEADER = b"!<arch>\n", 60


def main(words: list[str] | None = None) -> None:
    """Write the set, or what can be made of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the .npz file")
    parser.add_argument("--fonts", type=Path, help="folder of .deb files or of fonts")
    parser.add_argument("--some", action="store_true", help="make do with the fonts there are")
    options = parser.parse_args(words)
    rows = table(STYLES)
    with tempfile.TemporaryDirectory() as scratch, finish():
        fonts = found(options.fonts or downloaded(scratch), rows)
        missing = [row for row in rows if _key(row) not in fonts]
        if missing and not (options.some and fonts):
            raise Unusable(
                f"{len(missing)} of {len(rows)} fonts are not there, first {missing[0]['file']} of package "
                f"{missing[0]['package']}: add its .deb, or say --some"
            )
        made = {i: drawn(fonts[_key(row)]) for i, row in enumerate(rows) if _key(row) in fonts}
    options.out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(options.out / "glyphs32.npz", **arrays(rows, made))
    equal = sum(f"{zlib.crc32(made[i].tobytes()):08x}" == rows[i]["crc32"] for i in made)
    print(
        f"glyphs32.npz: {len(made)} of {len(rows)} styles, {equal} of them bit for bit as published"
    )


def table(path: Path) -> list[Row]:
    """Return the rows of a table by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def downloaded(folder: str) -> Path:
    """Return a folder with all packages, fetched by apt in the versions of the table."""
    wanted = [f"{row['package']}={row['version']}" for row in table(PACKAGES)]
    try:
        subprocess.run(["apt-get", "download", "-qq", *wanted], cwd=folder, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unusable(
            f"apt-get could not download the packages ({error}): use Debian 12, or download the .deb files "
            "that glyph_packages.tsv names and give --fonts FOLDER"
        ) from None
    return Path(folder)


def found(folder: Path, rows: list[Row]) -> dict[tuple[str, str], bytes]:
    """Return the table's fonts that a folder holds, in its packages or as they are."""
    if not folder.is_dir():
        raise Unusable(f"--fonts {folder.name} is no folder: give one with .deb files or fonts")
    wanted = {_key(row) for row in rows}
    fonts = {}
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".deb":
            package = file.name.partition("_")[0]
            inside = ((package, name, data) for name, data in unpacked(file))
            fonts |= {(p, name): data for p, name, data in inside if (p, name) in wanted}
    loose = {f.name: f for f in folder.rglob("*") if f.suffix.lower() in (".ttf", ".otf")}
    for package, name in wanted - fonts.keys():
        if name in loose:
            fonts[package, name] = loose[name].read_bytes()
    return fonts


def unpacked(deb: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and contents of every font in a package, which is an `ar` archive with a tar file in it."""
    data, at = deb.read_bytes(), len(_AR)
    while data[: len(_AR)] == _AR and at + _HEADER <= len(data):
        name, size = data[at : at + 16].decode().strip(), int(data[at + 48 : at + 58])
        at += _HEADER
        if name.startswith("data.tar"):
            yield from _files(data[at : at + size])
            return
        at += size + size % 2
    raise Unusable(f"{deb.name} is no Debian package: download it again")


def _files(archive: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file and member.name.lower().endswith((".ttf", ".otf")):
                yield Path(member.name).name, file.read()


def drawn(font: bytes) -> np.ndarray:
    """Return the 62 characters of a font, uint8 (62, 32, 32), white on black."""
    boxes = _boxes(_sized(font, MEASURED))
    top = min(box[1] for box in boxes)
    height = max(box[3] for box in boxes) - top
    widest = max(box[2] - box[0] for box in boxes)
    scale = min(TALLEST * OVER / height, WIDEST * OVER / widest)
    baseline = round((SIZE * OVER - scale * height) / 2 - scale * top)
    large = _sized(font, round(MEASURED * scale))
    return np.stack(
        [
            _picture(
                large, character, round((SIZE * OVER - (box[2] - box[0])) / 2 - box[0]), baseline
            )
            for character, box in zip(CHARACTERS, _boxes(large), strict=True)
        ]
    )


def _sized(font: bytes, size: int) -> ImageFont.FreeTypeFont:
    # the basic layout knows no ligatures and needs no library beside FreeType
    return ImageFont.truetype(BytesIO(font), size, layout_engine=ImageFont.Layout.BASIC)


def _boxes(font: ImageFont.FreeTypeFont) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of each character, from its origin on the baseline."""
    return [font.getbbox(character, anchor="ls") for character in CHARACTERS]


def _picture(font: ImageFont.FreeTypeFont, character: str, x: int, y: int) -> np.ndarray:
    large = Image.new("L", (SIZE * OVER, SIZE * OVER), 0)
    ImageDraw.Draw(large).text((x, y), character, fill=255, font=font, anchor="ls")
    blocks = np.asarray(large, dtype=np.float64).reshape(SIZE, OVER, SIZE, OVER)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)


def arrays(rows: list[Row], made: Mapping[int, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays of the set; fonts and families keep their numbers where some are missing.

    Args: rows: all styles. made: number of a style -> its 62 pictures.
    """
    which = np.repeat(list(made), len(CHARACTERS))
    families = list(dict.fromkeys(row["family"] for row in rows))
    family = np.array([families.index(row["family"]) for row in rows], dtype=np.int16)
    return {
        "images": np.concatenate(list(made.values())),
        "char": np.tile(np.arange(len(CHARACTERS), dtype=np.uint8), len(made)),
        "char_names": np.array(list(CHARACTERS)),
        "font": which.astype(np.int16),
        "family": family[which],
        **{k: np.array([int(row[k]) for row in rows], dtype=t)[which] for k, t in NUMBERS.items()},
        "font_name": np.array([f"{r['family']} | {r['style']} | {r['file']}" for r in rows]),
        "font_package": np.array([row["package"] for row in rows]),
        "family_names": np.array(families),
    }


def _key(row: Row) -> tuple[str, str]:
    return row["package"], row["file"]


if __name__ == "__main__":
    main()

"""Pairs of emoji in two styles, rebuilt from two npm packages.

    python -m benchmarks.data.emoji --out DIR [--google FILE.tgz --twitter FILE.tgz]

Writes DIR/emoji64.npz and DIR/emoji32.npz: row i of `google` and of `twitter` is the same emoji. Without
files `npm pack` fetches the packages, from wherever npm is configured to look. Either way a package
must have the SHA-256 below, so that the arrays are the same everywhere.

    value = round(colour · α + 255 (1 − α))      each picture on white, 64 by 64
    32 by 32: the rounded mean of 2 by 2 pixels
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.data.checked import Unusable, checked, finish

VERSION = "16.0.0"
STYLES = {
    "google": "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    "twitter": "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
}
SIZES = (64, 32)
TEST = Path(__file__).with_name("emoji_test.txt")  # one code a line: which rows are held out

# what says who, and not what: joiner, presentation, woman and man signs, people, skin tones
_WHO = "200D FE0F 2640 2642 1F468 1F469 1F9D1 1F3FB 1F3FC 1F3FD 1F3FE 1F3FF"

Arrays = dict[str, np.ndarray]


def main(words: list[str] | None = None) -> None:
    """Write both sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the .npz files")
    for style in STYLES:
        parser.add_argument(f"--{style}", type=Path, help=f"emoji-datasource-{style}-{VERSION}.tgz")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as scratch, finish():
        packages = {
            style: checked(getattr(options, style) or packed(style, scratch), sha256)
            for style, sha256 in STYLES.items()
        }
        whole = arrays(packages, TEST.read_text(encoding="utf-8").split())
    options.out.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        np.savez_compressed(options.out / f"emoji{size}.npz", **sized(whole, size))
        print(
            f"emoji{size}.npz: {len(whole['google'])} pairs, {len(whole['google_skin'])} more of skin"
        )


def packed(style: str, folder: str) -> Path:
    """Return a package fetched by npm."""
    name = f"emoji-datasource-{style}"
    try:
        subprocess.run(
            ["npm", "pack", "--silent", f"{name}@{VERSION}"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unusable(
            f"npm could not fetch {name}@{VERSION} ({error}): download it and give --{style} FILE.tgz"
        ) from None
    return Path(folder) / f"{name}-{VERSION}.tgz"


def arrays(packages: Mapping[str, Path], test: Iterable[str]) -> Arrays:
    """Return all arrays at the packages' own size.

    Args: packages: style -> .tgz. test: codes of the held-out emoji.
    """
    contents = {style: opened(path, style) for style, path in packages.items()}
    rows = emoji(contents["google"][0])
    skins = [
        (i, tone, skin)
        for i, row in enumerate(rows)
        for tone, skin in row.get("skin_variations", {}).items()
        if drawn(skin)
    ]
    pictures = {style: on_white(files, rows) for style, (_, files) in contents.items()}
    codes = [row["unified"] for row in rows]
    held_out = set(test)
    return {
        **pictures,
        **{f"{style}_skin": on_white(f, [s for *_, s in skins]) for style, (_, f) in contents.items()},
        "codepoints": np.array(codes),
        "name": np.array([(row["name"] or "").lower() for row in rows]),
        "short_name": np.array([row["short_name"] for row in rows]),
        **numbered("category", rows),
        **numbered("subcategory", rows),
        "group": np.array(groups(rows, pictures)),
        "is_test": np.array([code in held_out for code in codes]),
        "skin_codepoints": np.array([skin["unified"] for *_, skin in skins]),
        "skin_base_index": np.array([i for i, *_ in skins], dtype=np.int32),
        "skin_tone": np.array([tone for _, tone, _ in skins]),
    }  # fmt: skip


def opened(package: Path, style: str) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    """Return a package's table and its pictures by file name; nothing is unpacked to disk."""
    folder = f"package/img/{style}/64/"
    with tarfile.open(package) as tar:
        files = {m.name: tar.extractfile(m) for m in tar.getmembers() if m.isfile()}
        pictures = {
            name.removeprefix(folder): file.read()
            for name, file in files.items()
            if file and name.startswith(folder)
        }
        table = files.get("package/emoji.json")
        return json.loads(table.read() if table else b"[]"), pictures


def emoji(table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the emoji that both styles have, in Unicode's sort order."""
    return sorted(filter(drawn, table), key=lambda row: row["sort_order"])


def drawn(row: Mapping[str, Any]) -> bool:
    """Return whether both styles have a picture of it."""
    return all(row[f"has_img_{style}"] for style in STYLES)


def on_white(files: Mapping[str, bytes], rows: list[dict[str, Any]]) -> np.ndarray:
    """Return pictures on white, uint8 (n, height, width, 3)."""
    return np.stack([_on_white(files[row["image"]]) for row in rows])


def _on_white(file: bytes) -> np.ndarray:
    rgba = np.asarray(Image.open(BytesIO(file)).convert("RGBA")).astype(np.float64)
    alpha = rgba[..., 3:] / 255
    return np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def numbered(field: str, rows: list[dict[str, Any]]) -> Arrays:
    """Return a field as numbers into its sorted names, int16 (n,)."""
    names = sorted({row[field] for row in rows})
    numbers = np.array([names.index(row[field]) for row in rows], dtype=np.int16)
    return {field: numbers, f"{field}_names": np.array(names)}


def groups(rows: list[dict[str, Any]], pictures: Mapping[str, np.ndarray]) -> list[str]:
    """Return what each emoji shows, whoever does it; identical pictures are of one group.

    A split by group leaves no variant of a training picture among the test rows.
    """
    keys = [_concept(row) for row in rows]
    joined = {key: key for key in keys}
    for style in STYLES:
        first: dict[bytes, str] = {}
        for key, picture in zip(keys, pictures[style], strict=True):
            same = first.setdefault(picture.tobytes(), key)
            joined[_root(joined, key)] = _root(joined, same)
    return [_root(joined, key) for key in keys]


def _concept(row: Mapping[str, Any]) -> str:
    if row["category"] == "Flags":  # where a sign is part of the flag
        return str(row["unified"])
    kept = [part for part in row["unified"].split("-") if part not in _WHO.split()]
    return "-".join(kept) or "PERSON"


def _root(joined: Mapping[str, str], key: str) -> str:
    while joined[key] != key:
        key = joined[key]
    return key


def sized(whole: Arrays, size: int) -> Arrays:
    """Return the arrays with pictures of `size` pixels, by means of blocks."""
    return {k: shrunk(v, size) if v.ndim == 4 else v for k, v in whole.items()}


def shrunk(pictures: np.ndarray, size: int) -> np.ndarray:
    """Return uint8 (n, size, size, 3): means of blocks, rounded to the even of two."""
    n, height, _, channels = pictures.shape
    block = height // size
    blocks = pictures.reshape(n, size, block, size, block, channels)
    return np.rint(blocks.mean(axis=(2, 4))).astype(np.uint8)


if __name__ == "__main__":
    main()

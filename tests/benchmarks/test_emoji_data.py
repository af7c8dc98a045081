"""Emoji: tables and pictures from two packages made here, against pixels worked out by hand."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile

import numpy as np
import pytest
from PIL import Image

from benchmarks.data import emoji
from benchmarks.data.checked import Unusable, checked

SIDE = 64


def png(colour, mode="RGBA"):
    out = io.BytesIO()
    Image.new(mode, (SIDE, SIDE), colour).save(out, "png")
    return out.getvalue()


def row(code, order, category="Objects", **more):
    return {
        "name": f"NAME {code}", "unified": code, "image": f"{code.lower()}.png", "short_name": code,
        "category": category, "subcategory": "thing", "sort_order": order,
        "has_img_google": True, "has_img_twitter": True, **more,
    }  # fmt: skip


SKIN = row("1F44B-1F3FB", 0)
TABLE = [
    row("1F4BB", 3),
    row("1F468-200D-1F4BB", 2, "People & Body"),
    row("1F44B", 1, "People & Body", skin_variations={"1F3FB": SKIN}),
    row("26BD", 4, name=None),
    row("1F3F3-FE0F", 5, "Flags"),
    row("1F9FF", 6, has_img_twitter=False),
]
COLOURS = {
    "1f4bb": (0, 0, 0, 255),
    "1f468-200d-1f4bb": (255, 0, 0, 128),
    "1f44b": (10, 20, 30, 255),
    "1f44b-1f3fb": (1, 2, 3, 0),
    "26bd": (10, 20, 30, 255),  # as the hand
    "1f3f3-fe0f": (0, 255, 0, 51),
    "1f9ff": (9, 9, 9, 255),
}


def package(folder, style, colours=None):
    path = folder / f"{style}.tgz"
    files = {
        "package/emoji.json": json.dumps(TABLE).encode(),
        "package/img/other/64/26bd.png": b"no",
    }
    for code, colour in (colours or COLOURS).items():
        files[f"package/img/{style}/64/{code}.png"] = png(colour)
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture
def packages(tmp_path):
    other = {code: (200, 200, i, 255) for i, code in enumerate(COLOURS)}
    return {"google": package(tmp_path, "google"), "twitter": package(tmp_path, "twitter", other)}


def test_rows_are_the_pairs_in_sort_order(packages):
    made = emoji.arrays(packages, ["26BD"])
    assert made["codepoints"].tolist() == [
        "1F44B",
        "1F468-200D-1F4BB",
        "1F4BB",
        "26BD",
        "1F3F3-FE0F",
    ]
    assert made["is_test"].tolist() == [False, False, False, True, False]
    assert made["name"].tolist()[0] == "name 1f44b" and made["name"][3] == ""
    assert made["category_names"].tolist() == ["Flags", "Objects", "People & Body"]
    assert made["category"].tolist() == [2, 2, 1, 1, 0] and made["category"].dtype == np.int16
    assert made["skin_codepoints"].tolist() == ["1F44B-1F3FB"]
    assert (made["skin_base_index"].tolist(), made["skin_tone"].tolist()) == ([0], ["1F3FB"])


def test_pictures_lie_on_white(packages):
    """128/255 of red on white leaves 255 − 128 = 127 of the others; 51/255 of green, 204."""
    made = emoji.arrays(packages, [])
    assert made["google"].shape == (5, SIDE, SIDE, 3) and made["google"].dtype == np.uint8
    assert made["google"][:, 7, 7].tolist() == [
        [10, 20, 30], [255, 127, 127], [0, 0, 0], [10, 20, 30], [204, 255, 204],
    ]  # fmt: skip
    assert made["google_skin"][0, 0, 0].tolist() == [255, 255, 255]
    assert made["twitter"][2, 0, 0].tolist() == [200, 200, 0]


def test_who_does_it_is_no_other_group_and_identical_pictures_are_one(packages):
    """The man at the computer is the computer's; ball and hand look alike; a flag is its whole code."""
    group = emoji.arrays(packages, [])["group"].tolist()
    assert group[1] == group[2] == "1F4BB"
    assert group[0] == group[3] == "1F44B"
    assert group[4] == "1F3F3-FE0F"


def test_half_the_size_is_the_mean_of_four_rounded_to_even():
    picture = np.zeros((1, 4, 4, 3), np.uint8)
    picture[0, :2, :2, 0] = [[1, 0], [0, 1]]  # 0.5
    picture[0, :2, 2:, 0] = [[1, 2], [2, 1]]  # 1.5
    picture[0, 2:, :2, 0] = [[255, 255], [255, 254]]  # 254.75
    assert emoji.shrunk(picture, 2)[0, ..., 0].tolist() == [[0, 2], [255, 0]]


def test_both_sizes_are_written(packages, tmp_path, monkeypatch, capsys):
    sums = {k: hashlib.sha256(p.read_bytes()).hexdigest() for k, p in packages.items()}
    monkeypatch.setattr(emoji, "STYLES", sums)
    files = [word for style, path in packages.items() for word in (f"--{style}", str(path))]
    emoji.main(["--out", str(tmp_path / "out"), *files])
    for size in (64, 32):
        with np.load(tmp_path / "out" / f"emoji{size}.npz", allow_pickle=False) as made:
            assert made["google"].shape == (5, size, size, 3)
            assert made["twitter_skin"].shape == (1, size, size, 3)
    assert "emoji32.npz: 5 pairs" in capsys.readouterr().out


def test_another_file_is_refused(packages, tmp_path, capsys):
    with pytest.raises(Unusable, match=r"google.tgz has SHA-256 .*, and not 00: download that"):
        checked(packages["google"], "00")
    with pytest.raises(SystemExit) as ended:
        emoji.main(["--out", str(tmp_path), "--google", "none.tgz", "--twitter", "none.tgz"])
    assert ended.value.code == 2
    assert (
        capsys.readouterr().err
        == "none.tgz cannot be read (No such file or directory): give another file\n"
    )


def test_without_npm_the_files_can_be_given(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        Unusable, match=r"npm could not fetch emoji-datasource-google@16.0.0 .* give --google"
    ):
        emoji.packed("google", str(tmp_path))


def test_the_held_out_emoji_are_223():
    codes = emoji.TEST.read_text(encoding="utf-8").split()
    assert len(codes) == len(set(codes)) == 223

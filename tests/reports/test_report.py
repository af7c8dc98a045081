"""The page: whole, valid, self-contained, the same each time, and never stopped by a bad input."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest

from tests.reports.folders import BUILDERS, ticks
from zerosum.reports import beside, samples, write_report
from zerosum.reports.read import read_run
from zerosum.reports.report import SECTIONS, section

VOID = {"meta", "img", "br", "link", "hr"}
MADE_FROM = {
    "real": beside.beside,
    "fake": beside.beside,
    "neighbours": samples.neighbours,
    "interpolation": samples.interpolation,
    "class_share_fake": samples.classes,
}
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=y>&\x00"


class Page(HTMLParser):
    """Collects tags, checks that they are balanced, and keeps what the tests look at."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.tags, self.words = [], [], [], []
        self.absent: dict[str, str] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        assert len(found) == len(attrs), f"an attribute twice in {tag}: {attrs}"
        self.tags.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.words.append(data)
        tags = [found.get("class") for _, found in self.open]
        if self.open and self.open[-1][0] == "p" and tags.count("absent") == 2:
            section = next(found for tag, found in self.open if tag == "section")
            self.absent[section["id"]] = data

    @property
    def text(self):
        return " ".join(self.words)


@pytest.fixture(scope="module")
def pages(runs):
    return {name: Page(write_report(run).read_text("utf-8")) for name, run in runs.items()}


@pytest.fixture
def digits(runs, tmp_path):
    return shutil.copytree(runs["digits"], tmp_path / runs["digits"].name)


@pytest.mark.parametrize("name", BUILDERS)
def test_every_page_has_all_sections_in_order(pages, name):
    sections = [found["id"] for tag, found in pages[name].tags if tag == "section"]
    assert sections == [key for key, _, _ in SECTIONS]


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("digits", set()),
        ("ring", {"timeline", "classes"}),
        ("line", {"timeline", "penalties", "neighbours", "classes"}),
        ("table", {"timeline", "interpolation", "classes"}),
        ("colour", {"timeline", "evidence", "neighbours", "classes"}),
        ("bare", {key for key, _, _ in SECTIONS}),
    ],
)
def test_sections_without_input_say_why_in_a_line(pages, name, absent):
    assert set(pages[name].absent) == absent
    assert all(line.endswith(".") and "\n" not in line for line in pages[name].absent.values())


@pytest.mark.parametrize("name", BUILDERS)
def test_ids_are_unique_and_links_lead_somewhere(pages, name):
    page = pages[name]
    assert len(page.ids) == len(set(page.ids))
    links = [found["href"] for tag, found in page.tags if tag in ("a", "use")]
    assert {link[1:] for link in links} <= set(page.ids)
    labels = [found["aria-labelledby"] for tag, found in page.tags if tag == "section"]
    assert set(labels) <= set(page.ids)


@pytest.mark.parametrize("name", BUILDERS)
def test_nothing_is_loaded_or_run(pages, name, runs):
    raw = (runs[name] / "report.html").read_text("utf-8")
    assert not re.search(r"https?://|//cdn|@import|url\((?!#)", raw)
    for tag, found in pages[name].tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "form")
        assert not any(key.startswith("on") for key in found)
        assert found.get("src", "data:image/png;base64,").startswith("data:image/png;base64,")


@pytest.mark.parametrize("name", BUILDERS)
def test_pictures_have_words(pages, name):
    for tag, found in pages[name].tags:
        assert tag != "img" or found["alt"]
        assert tag != "svg" or (found["role"] == "img" and found["aria-label"])
    figures = sum(tag == "figure" for tag, _ in pages[name].tags)
    assert figures == sum(tag == "figcaption" for tag, _ in pages[name].tags)


def test_headings_make_an_outline(pages):
    for page in pages.values():
        assert [tag for tag, _ in page.tags].count("h1") == 1
        assert [tag for tag, _ in page.tags].count("h2") == len(SECTIONS)


def test_the_title_says_what_was_trained_and_found(pages):
    text = pages["digits"].text.replace("\u00a0", " ")
    assert "r3gan on digits" in text
    assert "Trained for 384,000 samples (6,000 steps) in 1 min 36 s on cpu." in text
    assert "Not distinguishable from real data at n = 360 in precision and recall" in text
    assert "the events do not say that it ended" in pages["colour"].text


def test_the_same_folder_gives_the_same_bytes(digits):
    first = write_report(digits).read_bytes()
    assert write_report(digits).read_bytes() == first


def test_a_digits_report_is_small_and_nothing_else_is_left(digits):
    before = {path.name for path in digits.iterdir()}
    path = write_report(digits)
    assert path == digits / "report.html"
    assert path.stat().st_size < 1_000_000
    assert {p.name for p in digits.iterdir()} == before | {"report.html"}


@pytest.mark.parametrize(
    "file", ["config.yaml", "environment.json", "events.jsonl", "evidence.json", "gallery.npz"]
)
def test_each_missing_file_is_tolerated(digits, file):
    (digits / file).unlink()
    page = Page(write_report(digits).read_text("utf-8"))
    assert page.absent
    assert all(file in line for line in page.absent.values())


@pytest.mark.parametrize(
    "name", ["real", "fake", "neighbours", "interpolation", "class_share_fake"]
)
def test_a_malformed_array_makes_its_section_say_so(runs, name):
    whole = read_run(runs["digits"])
    for array in (
        np.zeros(0),
        np.zeros((2, 3)),
        np.full((8, 8, 8), np.nan),
        np.array(["<b>", "x"]),
    ):
        run = dataclasses.replace(whole, gallery={**whole.gallery, name: array})
        made = section(run, "a", "A", MADE_FROM[name])
        assert not made.there
        page = Page(f"<section id='a' class='absent'>{made.body}</section>")
        assert page.absent["a"].endswith(".")


def test_hostile_words_stay_words(digits):
    (digits / "config.yaml").write_text(f"data: {json.dumps(NASTY)}\nrecipe: '<b>'\n")
    (digits / "environment.json").write_text(json.dumps({NASTY: NASTY, "device": NASTY}))
    events = ticks(4)
    events[1]["loss"] = {NASTY: 1.0, "$\\frac{": 2.0}
    events[1]["penalty"] = {NASTY: 1.0}
    events[-1]["reason"] = NASTY
    (digits / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    with np.load(digits / "gallery.npz") as arrays:
        gallery = dict(arrays) | {"class_names": np.array([NASTY] * 10)}
    np.savez(digits / "gallery.npz", **gallery)
    raw = write_report(digits).read_text("utf-8")
    page = Page(raw)
    assert not {"script", "b"} & ({tag for tag, _ in page.tags} - {"body"})
    assert not any("onerror" in found for _, found in page.tags)
    assert "<script>alert(1)</script>" in page.text, "shown as text, not dropped"


def test_columns_keep_their_names(runs, tmp_path):
    run = shutil.copytree(runs["table"], tmp_path / "run")
    with np.load(run / "gallery.npz") as arrays:
        gallery = dict(arrays)
    names = np.array(["<i>income</i>", "$x_{", "a" * 300, "\u202eback", "plain"])
    np.savez(run / "gallery.npz", **(gallery | {"column_names": names}))
    page = Page(write_report(run).read_text("utf-8"))
    assert "<i>income</i>" in page.text
    assert "i" not in {tag for tag, _ in page.tags}


def test_the_command_is_one_comment_line(digits):
    (digits / "environment.json").write_text(
        json.dumps({"command": ["zerosum", "train", "a b", "x\nrm -rf y"]})
    )
    lines = Page(write_report(digits).read_text("utf-8")).text.splitlines()
    assert any(line.endswith("started by: zerosum train 'a b' 'x rm -rf y'") for line in lines)


def test_long_runs_are_thinned(digits):
    (digits / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in ticks(1200)))
    path = write_report(digits)
    assert "1,200 recorded values" in path.read_text("utf-8")
    assert path.stat().st_size < 1_000_000

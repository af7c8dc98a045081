"""The page is whole, loads nothing, says its pictures in words, and stays small."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.studies.comparison.pages import compared, played
from zerosum.studies.comparison.page import page
from zerosum.studies.comparison.spaces import SEVEN
from zerosum.studies.comparison.table import compare
from zerosum.studies.comparison.text import notes

VOID = {"meta", "br", "img", "link", "hr", "col"}


class Tags(HTMLParser):
    """Elements open and close in order; ids and attributes are kept."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.seen = [], [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def text():
    return page(compared(), command="zerosum study compare --data <ring>")


@pytest.fixture(scope="module")
def tags(text):
    found = Tags()
    found.feed(text)
    assert not found.open
    return found


def test_it_is_whole_and_loads_nothing(text, tags):
    assert text.startswith("<!DOCTYPE html>")
    assert not {"script", "link", "iframe"} & {tag for tag, _ in tags.seen}
    assert not re.search(r'(src|href)="(?!#|data:)', text)
    assert len(tags.ids) == len(set(tags.ids))


def test_every_picture_has_words(tags):
    pictures = [a for tag, a in tags.seen if tag == "svg" and a.get("role") == "img"]
    # two strip plots, a budget for each objective, and 4 + 5 scatters
    assert len(pictures) == 2 + 2 + 9
    assert len({a["aria-label"] for a in pictures}) == len(pictures)
    assert sum(tag == "figcaption" for tag, _ in tags.seen) == 4


def test_every_section_is_there(text):
    for key in ("compared", "table", "scores", "budget", "sensitivity", "failures", "pairs",
                "notes", "made"):  # fmt: skip
        assert f'<section id="{key}"' in text
    assert text.count('href="#') >= 9
    assert all(note.split(":")[0] in text for note in notes(compared()))


def test_the_command_is_shown_escaped(text):
    assert "<pre>zerosum study compare --data &lt;ring&gt;</pre>" in text


def test_it_is_the_same_each_time(text):
    assert page(compared(), command="zerosum study compare --data <ring>") == text


def test_of_a_search_that_learns_it_shows_no_band():
    learned = page(compare(played(draws=4, facts={"search": "tpe"})))
    assert "95 % band" not in learned.partition('id="notes"')[0]
    assert "The best mean score among the first k draws" in learned
    assert "best of the first 4" in learned


def test_parts_that_have_nothing_to_say_are_left_out():
    alone = page(compared(objectives=("ns",), draws=4))
    assert 'id="pairs"' not in alone and 'id="sensitivity"' not in alone


@pytest.mark.slow
def test_the_page_of_a_full_study_stays_small():
    trials = played(SEVEN, draws=100, seeds=5, fresh=20, apart=0.3)
    assert len(page(compare(trials)).encode()) < 3e6
    large = played(SEVEN, draws=1000, seeds=2, fresh=20, apart=0.3)
    assert len(page(compare(large)).encode()) < 3e6

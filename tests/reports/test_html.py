"""Escaping is the default, and elements come out as HTML writes them."""

from __future__ import annotations

import pytest

from zerosum.reports.html import Markup, clean, element, escape, join, lead, pairs


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("<script>", "&lt;script&gt;"),
        ('" onload="x', "&quot; onload=&quot;x"),
        ("a & b's", "a &amp; b&#x27;s"),
        ("nul\x00esc\x1b", "nul\ufffdesc\ufffd"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        (Markup("<b>"), "<b>"),
    ],
)
def test_escape(given, wanted):
    assert escape(given) == wanted


def test_escaping_twice_changes_nothing():
    assert escape(escape("<&>")) == escape("<&>")


def test_formatting_markup_into_a_string_makes_it_plain_again():
    assert element("p", f"{Markup('<b>')}") == "<p>&lt;b&gt;</p>"


def test_element_writes_attributes():
    made = element("td", 3, class_="a", data_label='x"y', hidden=None, open=True)
    assert made == '<td class="a" data-label="x&quot;y" open>3</td>'


def test_void_elements_have_no_end():
    assert element("img", src="a", alt="") == '<img src="a" alt="">'


def test_join_escapes_its_parts():
    assert join(["<", Markup("<i>")], ", ") == "&lt;, <i>"


def test_lead_leaves_out_what_is_empty():
    assert lead("a", "", "b") == '<p class="lead">a b</p>'


def test_pairs_keep_their_order():
    assert pairs([("b", 1), ("a", 2)]).index("<dt>b") < pairs([("b", 1), ("a", 2)]).index("<dt>a")


def test_clean_keeps_lines_and_cuts_long_text():
    assert clean("a\r\nb\tc") == "a\nb\tc"
    assert clean("abcdef", 4) == "abc…"
    assert clean("abcd", 4) == "abcd"

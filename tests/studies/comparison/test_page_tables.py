"""The tables say what the statistics say; ties are seen, and colours mean what the lead says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.studies.comparison.pages import compared, played
from tests.studies.comparison.test_words import finals
from zerosum.studies.comparison import page_tables as tables
from zerosum.studies.comparison.table import compare


def cells(table):
    """Each row's texts without markup."""
    rows = re.findall(r"<tr>(.*?)</tr>", table)
    return [
        [re.sub("<[^>]+>", " ", c).split() for c in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)]
        for row in rows
    ]


def test_ties_share_places_and_letters():
    _, a, b, c = cells(tables.main_table(finals(1.0, 1.1, 1.2)))
    assert [row[1] for row in (a, b, c)] == [
        ["1–2", "of", "3"], ["1–3", "of", "3"], ["2–3", "of", "3"],
    ]  # fmt: skip
    assert [row[2] for row in (a, b, c)] == [["a"], ["ab"], ["b"]]
    assert a[3] == ["1.00", "±", "0.10"]


def test_a_place_is_drawn_as_full_boxes():
    table = tables.main_table(finals(1.0, 1.1, 1.2))
    full = [
        re.findall(r'opacity="([\d.]+)"', drawn) for drawn in re.findall("<svg.*?</svg>", table)
    ]
    assert full == [["0.85", "0.85", "0.13"], ["0.85"] * 3, ["0.13", "0.85", "0.85"]]
    assert table.count('aria-hidden="true"') == 3


def test_chosen_parameters_stand_under_their_names_and_are_empty_where_absent():
    head, ns, wgan = cells(tables.chosen_table(compared()))
    assert [h[0] for h in head] == ["objective", "lr", "beta1", "k", "batch_norm", "clip"]
    assert ns[5] == [] and float(wgan[5][0]) == pytest.approx(
        compared().rows[1].parameters["clip"], rel=0.01
    )


def test_failures_have_counts_and_intervals():
    _, ns, wgan = cells(tables.failures_table(compared()))
    assert wgan[1] == ["3", "of", "24"]
    share = compared().rows[1].failures.draws
    assert share.value == 2 / 12
    assert wgan[2] == f"2 of 12: 17 % [{100 * share.low:.0f}–{100 * share.high:.0f} %]".split()
    assert ns[3][:3] == ["0", "of", "6:"]


def test_a_pair_is_decided_only_by_test_and_interval_together():
    apart, tied = finals(1.0, 2.0), finals(1.0, 1.001)
    assert cells(tables.pairs_table(apart))[1][-1] == ["a"]
    assert cells(tables.pairs_table(tied))[1][-1] == ["–"]
    (pair,) = apart.pairs
    doubtful = replace(apart, pairs=(replace(pair, low=-3.0, high=1.0),))
    assert cells(tables.pairs_table(doubtful))[1][-1] == ["–"]
    turned = replace(apart, trials=replace(apart.trials, better="higher"))
    assert cells(tables.pairs_table(turned))[1][-1] == ["b"]


@pytest.mark.parametrize(
    ("rho", "p", "better", "colour"),
    [
        (-0.7, 0.001, "lower", "0 114 178"),
        (+0.7, 0.001, "lower", "213 94 0"),
        (-0.7, 0.001, "higher", "213 94 0"),
        (+0.7, 0.2, "lower", "128 132 138"),
    ],
)
def test_colours_of_the_heat_table(rho, p, better, colour):
    found = compared()
    one = replace(found.sensitivity[0], rho=rho, p_holm=p, share=0.5, share_p_holm=0.01)
    found = replace(found, sensitivity=(one,), trials=replace(found.trials, better=better))
    table = tables.heat_table(found)
    assert f"rgb({colour} / 0.30)" in table  # of the deepest, 0.6, the share
    row = next(row for row in cells(table)[1:] if row[0] == ["ns"])
    star = "*" if p < 0.05 else ""
    assert row[1] == ["50", "%*", "ρ", f"{rho:+.2f}{star}".replace("-", "−")]


def test_names_are_escaped_everywhere():
    nasty = "<b onload='x'>"
    trials = played()
    renamed = {f"{nasty}{name}": v for name, v in trials.parameters.items()}
    found = compare(replace(trials, objectives=(nasty, "wgan"), parameters=renamed))
    for make in (tables.main_table, tables.chosen_table, tables.failures_table,
                 tables.pairs_table, tables.heat_table):  # fmt: skip
        assert nasty not in make(found)

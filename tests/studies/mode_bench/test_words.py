"""Sentences: terms, findings, answers and notes of hand-made systems."""

from __future__ import annotations

from tests.studies.mode_bench.benches import judged, part
from zerosum.studies.mode_bench.bench import Bench
from zerosum.studies.mode_bench.terms import terms
from zerosum.studies.mode_bench.text import text
from zerosum.studies.mode_bench.words import answers, findings, notes, on_terms


def test_terms_in_words():
    assert on_terms("ring", terms("ring", "ours", "quick")) == (
        "ring: 10 seeds, 1,500 discriminator updates of 96 real and 96 generated rows; G mlp 3 x 128, D "
        "mlp 3 x 128, latent 8; Adam 0.002 falling to 5e-05, betas 0 and 0.99"
    )
    assert "100 generated packs; G mlp 4 x 400, batch norm" in on_terms(
        "ring", terms("ring", "paper", "full")
    )


def test_who_found_everything():
    _, found = part(gan=judged("gan", [8, 7]), r3gan=judged("r3gan", [8, 8]))
    assert list(findings([found])) == ["ring-pacgan: all 8 modes in every one of 2 seeds: r3gan."]
    _, none = part(gan=judged("gan", [8, 7]))
    assert next(findings([none])).endswith("no system.")


def test_answers_are_one_sentence_a_pair():
    _, found = part(gan=judged("gan", [1] * 10), mm=judged("mm", [8] * 10))
    assert list(answers(found)) == ["mm better than gan? by modes yes; by reverse KL yes."]


def test_few_seeds_and_numbers_by_hand_are_said():
    bench, found = part(gan=judged("gan", [8, 8, 8]))
    said = " ".join(notes(bench, [found]))
    assert "with 3 seeds the test's p cannot be below 0.25" in said and "set by hand" in said
    assert "set by hand" not in " ".join(notes(Bench(), [found]))


def test_the_text_has_every_part():
    bench, found = part(gan=judged("gan", [1] * 10), mm=judged("mm", [8] * 10, trouble="it broke"))
    said = text(bench, [found])
    for piece in (
        "ring-pacgan: 8 Gaussians",
        "published, Lin",
        "all 8 modes",
        "mm was not trained: it broke",
    ):
        assert piece in said

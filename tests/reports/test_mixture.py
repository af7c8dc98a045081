"""The section of a mixture, and what is said of its cost."""

from __future__ import annotations

from pathlib import Path

from zerosum.records.text import write_json
from zerosum.reports.mixture import cost_sentences, section, sentences
from zerosum.reports.read import Run
from zerosum.reports.report import SECTIONS, page

COMPONENT = {
    "beta": 0.5, "share": 0.5, "rounds": 100, "samples": 6400, "seconds": 2.0,
    "classifier_seconds": 1.0, "distance": 0.25, "effective": 0.4, "left_out": 0.1,
}  # fmt: skip
FOUND = {
    "method": "adagan", "components": [COMPONENT] * 2, "rounds": 200, "samples": 12800, "seconds": 6.0,
    "classifier_seconds": 2.0, "times_one": 3.0, "networks_to_sample": 2,
}  # fmt: skip


def test_the_cost_is_said_beside_one_gan(tmp_path):
    said = [s.replace("\u00a0", " ") for s in sentences(FOUND)]
    assert said[0].startswith("2 components took 200 rounds, 12,800 samples and 6")
    assert said[0].endswith("3 times the first of them alone.") and "2 networks are kept" in said[2]
    write_json(tmp_path / "mixture.json", FOUND)
    assert cost_sentences(tmp_path) == list(sentences(FOUND))
    assert cost_sentences(tmp_path / "none") == []


def test_no_classifier_no_sentence():
    assert len(list(sentences(FOUND | {"classifier_seconds": 0.0, "networks_to_sample": 1}))) == 2


def test_the_table_has_a_row_a_component():
    made = section(Run(Path("run"), mixture=FOUND))
    assert made.count("<tr>") == 3 and "40 %" in made and "10 %" in made and "0.25" in made


def test_only_a_mixture_has_the_section():
    assert "Components of the mixture" not in page(Run(Path("run")))
    assert "Components of the mixture" in page(Run(Path("run"), mixture=FOUND))
    assert "mixture" not in {key for key, _, _ in SECTIONS}


def test_a_damaged_file_costs_its_own_section_only():
    for found in ({"components": 3}, {"components": ["x", None]}, {"other": 1}):
        assert "Components of the mixture" in page(Run(Path("run"), mixture=found))

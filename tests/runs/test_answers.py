"""Saved answers: what the page writes is read, and nothing else is."""

from __future__ import annotations

import json

import pytest

from zerosum.errors import InputError
from zerosum.metrics.human import score
from zerosum.reports.quiz import FORMAT
from zerosum.runs.answers import score_file

TRUTH = ["real", "fake", "fake", "real", "real", "fake", "real"]
SAID = ["real", "fake", "real", "real", "", "fake", "fake"]
SIGHT = [False, False, True, True, False, True, False]


def answers(**over):
    rows = [
        {"question": i + 1, "truth": t, "said": s, "score_in_sight": k}
        for i, (t, s, k) in enumerate(zip(TRUTH, SAID, SIGHT, strict=True))
    ]
    rows[2] |= over
    return {"format": FORMAT, "quiz": "pets", "answers": rows}


def wanted():
    said = [None if s == "" else s == "real" for s in SAID]
    return score([t == "real" for t in TRUTH], said, in_sight=3)


def test_json(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(answers()))
    found = score_file(tmp_path / "a.json")
    assert found == wanted() and found.right.value == 4 / 6 and found.asked == 7


def test_csv(tmp_path):
    lines = ["question,truth,said,score_in_sight"] + [
        f"{i + 1},{t},{s},{'true' if k else 'false'}"
        for i, (t, s, k) in enumerate(zip(TRUTH, SAID, SIGHT, strict=True))
    ]
    (tmp_path / "a.csv").write_text("\n".join([*lines, ""]))
    assert score_file(tmp_path / "a.csv") == wanted()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (json.dumps({"answers": []}), "is no file of answers"),
        (json.dumps([1]), "is no file of answers"),
        (json.dumps({"format": FORMAT}), "holds no list of answers"),
        (json.dumps({"format": FORMAT, "answers": []}), "nothing to score"),
        (json.dumps(answers(said="perhaps")), "question 3 has 'perhaps' as its said"),
        (json.dumps(answers(said=["real"])), "question 3 has"),
        (json.dumps(answers(truth="")), "whose truth is neither real nor fake"),
        (json.dumps(answers(score_in_sight=1)), "question 3 has 1 as its score_in_sight"),
        ("{", "is not JSON"),
    ],
)
def test_other_json_is_refused(tmp_path, text, sentence):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=sentence):
        score_file(tmp_path / "a.json")


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="its first line has to be question,truth"):
        score_file(tmp_path / "a.csv")
    with pytest.raises(InputError, match="cannot read"):
        score_file(tmp_path / "none.json")

"""A quiz in the page: the questions of `zerosum quiz`, and no truth before the answer."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from tests.studio.explore.near import model, opened
from zerosum.metrics.human import score
from zerosum.reports.quiz_panels import frame
from zerosum.runs import session
from zerosum.runs.answers import score_file
from zerosum.runs.quizzing import quiz as quiz_page
from zerosum.studio.explore import quiz, real
from zerosum.studio.explore.quiz_endpoints import Answer
from zerosum.studio.openapi import schema_of

JSON = {"content-type": "application/json"}


def post(studio, path, **body):
    return studio.post(path, content=json.dumps(body), headers=JSON)


def begin(studio, ids, name="pets", **body):
    told = post(studio, f"/api/explore/{ids[name]}/quiz", **body)
    assert told.status_code == 200, told.text
    return told.json(), f"/api/quizzes/{told.json()['quiz']}"


def truths(page: str, n: int) -> list[bool]:
    """Return what a quiz page knows, by its own way of hiding."""
    import base64

    data = json.loads(re.search(r'id="quiz-data"[^>]*>(.*?)</script>', page, re.S)[1])
    state, found = data["salt"], []
    for byte in base64.b64decode(data["order"]):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        found.append(bool(byte ^ (state >> 16 & 0xFF)))
    assert len(found) == n
    return found


@pytest.mark.parametrize("name", ["pets", "ring"])
def test_it_asks_what_the_verb_asks(shared, root, name):
    asked = quiz.made(model(shared, name), 8, 5)
    assert asked.real.tolist() == truths(quiz_page(root / name, n=8, seed=5), 8)
    assert len(asked.shown) == 8 and asked.about == f"{name}, seed 5"


@pytest.mark.parametrize("name", ["pets", "ring"])
def test_what_is_called_real_was_held_out_and_the_rest_was_made(shared, root, name):
    asked = quiz.made(model(shared, name), 8, 5)
    held_out = {row.tobytes() for row in real.as_array(
        model(shared, name), session.rows_of(root / name)[1].read())}  # fmt: skip
    assert 0 < asked.real.sum() < 8
    for truth, rows in zip(asked.real, asked.shown, strict=True):
        # a row of numbers goes through the generator's units, single precision, as generated ones do
        kept = [any(np.allclose(row, np.frombuffer(k, row.dtype).reshape(row.shape), atol=1e-6)
                    for k in held_out) for row in rows]  # fmt: skip
        assert all(kept) if truth else not any(kept)


def test_drawings_have_a_frame_of_all_their_numbers(shared):
    asked = quiz.made(model(shared, "ring"), 8, 5)
    where = frame(list(asked.shown), model(shared, "ring").generator.codec.columns)
    assert (asked.frame["low"], asked.frame["high"]) == (where.low.tolist(), where.high.tolist())
    assert asked.frame["low"][0] < asked.frame["high"][0]


def test_each_question_shows_its_own_rows(studio, ids, shared):
    _, one = begin(studio, ids, n=6, seed=3)
    shown = quiz.made(model(shared, "pets"), 6, 3).shown
    for i in range(6):
        for ahead in (i, min(i + 1, 5)):  # the next but one may be fetched while one is looked at
            _, arrays = opened(studio.get(f"{one}/question?question={ahead}"))
            assert np.array_equal(arrays["rows"], shown[ahead])
        post(studio, f"{one}/answer", question=i, said="real")
    assert studio.get(f"{one}/question?question=6").status_code == 400


def test_when_all_is_over_every_question_can_be_seen(studio, ids):
    _, one = begin(studio, ids, n=6)
    post(studio, f"{one}/answer", question=0, said="real", in_sight=False)
    assert studio.get(f"{one}/question?question=5").status_code == 400
    assert "score" in post(studio, f"{one}/stop").json()
    assert studio.get(f"{one}/question?question=5").status_code == 200


def test_a_score_that_was_never_in_sight_is_told_at_the_end(studio, ids):
    _, one = begin(studio, ids, n=6)
    standing = [
        post(studio, f"{one}/answer", question=i, said="fake", in_sight=False).json()
        for i in range(6)
    ]
    assert ["score" in told for told in standing] == [False] * 5 + [True]
    assert standing[-1]["score"]["right"]["k"] == standing[-1]["real"].count(False)


def test_shares_on_real_and_on_fake_are_not_mixed_up():
    asked = quiz.Quiz("", np.array([True] * 4 + [False] * 2), np.zeros(6), None)
    for i in range(6):
        asked.answer(i, said=True, in_sight=False)
    told = quiz.told(asked.score())
    counts = [(told[name]["k"], told[name]["n"]) for name in ("right", "on_real", "on_fake")]
    assert counts == [(4, 6), (4, 4), (0, 2)]
    assert asked.score() == score(asked.real, [True] * 6, in_sight=0)


def test_no_reply_holds_a_truth_before_its_answer(studio, ids, shared):
    begun, one = begin(studio, ids, n=8, seed=2)
    real = quiz.made(model(shared, "pets"), 8, 2).real
    assert "real" not in begun and "order" not in begun
    header, arrays = opened(studio.get(f"{one}/question?question=0"))
    assert set(header) == {"question"} and set(arrays) == {"rows"}
    hidden = post(studio, f"{one}/answer", question=0, said="real", in_sight=False).json()
    assert hidden == {"answered": 1, "n": 8, "ended": False}
    seen = post(studio, f"{one}/answer", question=1, said="real").json()
    assert set(seen) == {"answered", "n", "ended", "score"}
    assert seen["score"]["right"]["k"] == int(real[:2].sum())
    assert studio.get(f"{one}/answers").status_code == 409
    # neither are pictures of questions that are not asked yet
    assert studio.get(f"{one}/question?question=2").status_code == 200
    assert "is not asked yet" in studio.get(f"{one}/question?question=4").json()["error"]


def test_an_answer_stands(studio, ids):
    _, one = begin(studio, ids, n=6)
    assert post(studio, f"{one}/answer", question=0, said="fake").status_code == 200
    again = post(studio, f"{one}/answer", question=0, said="real")
    assert again.status_code == 409 and "question 1 is not the next one" in again.json()["error"]
    assert post(studio, f"{one}/answer", question=3, said="real").status_code == 409


def test_the_end_is_scored_as_the_verb_scores_its_answers(studio, ids, tmp_path):
    _, one = begin(studio, ids, n=8, seed=1)
    said = ["real", "fake", "fake", "real", "real", "real", "fake", "real"]
    for i, word in enumerate(said):
        last = post(studio, f"{one}/answer", question=i, said=word, in_sight=i > 3).json()
    assert last["ended"] and len(last["real"]) == 8
    answers = studio.get(f"{one}/answers").json()
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    want = score_file(tmp_path / "answers.json")
    assert want == score(last["real"], [w == "real" for w in said], in_sight=4)
    told = last["score"]
    assert told["sentence"] == want.sentence and told["p"] == want.p
    assert told["notes"] == list(want.notes)
    assert [row["question"] for row in answers["answers"]] == list(range(1, 9))
    assert [row["score_in_sight"] for row in answers["answers"]] == [i > 3 for i in range(8)]
    assert told["right"]["low"] == want.right.low and told["on_fake"]["n"] == want.on_fake.n
    late = post(studio, f"{one}/answer", question=8, said="real")
    assert late.status_code == 409 and "has ended" in late.json()["error"]


def test_who_stops_is_scored_on_what_was_answered(studio, ids, tmp_path):
    _, one = begin(studio, ids, n=8)
    assert post(studio, f"{one}/stop").status_code == 400
    post(studio, f"{one}/answer", question=0, said="real")
    stopped = post(studio, f"{one}/stop").json()
    assert stopped["ended"] and stopped["score"]["right"]["n"] == 1
    (tmp_path / "answers.json").write_text(json.dumps(studio.get(f"{one}/answers").json()))
    assert score_file(tmp_path / "answers.json").asked == 8


def test_only_the_last_quizzes_are_kept(monkeypatch):
    monkeypatch.setattr(quiz, "MAX_GOING", 2)
    going = quiz.Quizzes()
    none = np.zeros(0)
    numbers = [going.begin(quiz.Quiz(str(i), none, none, None)) for i in range(3)]
    assert going.find(numbers[1]).about == "1"
    with pytest.raises(ValueError, match="no such quiz"):
        going.find(numbers[0])
    assert len(set(numbers)) == 3 and min(map(len, numbers)) == 16
    going.find(numbers[1])
    going.begin(quiz.Quiz("3", none, none, None))
    assert going.find(numbers[1]).about == "1"  # because it was looked at since
    monkeypatch.setattr(quiz, "MAX_BYTES", 100)
    large = going.begin(quiz.Quiz("large", none, np.zeros(100), None))
    assert going.find(large).about == "large"
    with pytest.raises(ValueError, match="no such quiz"):
        going.find(numbers[2])


def test_quizzes_of_too_many_numbers_are_refused(shared, monkeypatch):
    monkeypatch.setattr(quiz, "MAX_NUMBERS", 36 * 7)
    assert len(quiz.made(model(shared, "pets"), 7, 0)) == 7
    with pytest.raises(ValueError, match="too many: ask for 7"):
        quiz.made(model(shared, "pets"), 8, 0)
    monkeypatch.setattr(quiz, "MAX_NUMBERS", 8 * 2 * 200)
    assert len(quiz.made(model(shared, "ring"), 8, 5)) == 8
    with pytest.raises(ValueError, match="too many: ask for 8"):
        quiz.made(model(shared, "ring"), 9, 5)


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("mixture", {}, "this is a generator alone"),
        ("pets", {"n": 5}, "n is 5: give 6 to 200"),
        ("pets", {"n": 100}, "held-out rows are too few"),
        ("pets", {"m": 7}, "m"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(studio, ids, name, body, sentence):
    answer = post(studio, f"/api/explore/{ids[name]}/quiz", **body)
    assert answer.status_code == 400 and sentence in answer.json()["error"]
    assert "--" not in answer.json()["error"]


def test_other_words_and_numbers_are_refused(studio, ids):
    _, one = begin(studio, ids, n=6)
    refused = post(studio, f"{one}/answer", question=0, said="maybe")
    assert "unknown value of said 'maybe'" in refused.json()["error"]
    assert studio.get("/api/quizzes/0123456789abcdef/answers").status_code == 404
    assert schema_of(Answer)["required"] == ["question", "said"]

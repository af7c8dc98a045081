"""Points of a plane: an anchor is the sample itself, bit for bit, and the newest point alone is made."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from zerosum.errors import InputError
from zerosum.studio.channel import Post
from zerosum.studio.explore import channel as channels
from zerosum.studio.explore.cloud import _cloud, _listed
from zerosum.studio.explore.points import Point, Term, latents, sample_latent
from zerosum.studio.index import Index
from zerosum.studio.shared import Shared


def plane(x, y, *, keep=True, seed=0):
    """The point that the page asks for at a position of the plane through samples 0, 1 and 2."""
    weights = [1 - x - y, x, y]
    terms = [{"of": "sample", "number": n, "weight": w} for n, w in enumerate(weights)]
    return {"terms": terms, "keep": keep, "seed": seed}


@pytest.fixture
def shared(settings) -> Shared:
    return Shared(settings, Index(settings))


def _model(shared, name):
    return shared.models.of(next(e.id for e in shared.models.entries() if e.name == name))


@pytest.mark.parametrize("keep", [True, False])
def test_the_pictures_at_the_anchors_are_the_samples(made, generator, keep):
    _, arrays = made(
        "pets", "rows", points=[plane(*at, keep=keep, seed=5) for at in [(0, 0), (1, 0), (0, 1)]]
    )
    assert np.array_equal(arrays["pixels"][..., 0], generator("pets").sample(3, seed=5))


def test_the_points_at_the_anchors_are_the_samples(made, generator):
    header, _ = made("ring", "rows", points=[plane(0, 0), plane(1, 0), plane(0, 1)])
    assert header["values"] == generator("ring").sample(3).tolist()


def test_a_sample_far_away_is_the_one_that_sample_gives(generator):
    one = generator("pets")
    assert torch.equal(sample_latent(one, 777, 3), one.latents(778, 3)[777])


def test_between_the_anchors_lies_what_the_weights_say(shared, generator):
    model, z = _model(shared, "ring"), generator("ring").latents(3)
    point = Point(tuple(Term("sample", n, w) for n, w in enumerate((0.5, 0.25, 0.25))))
    found = latents(shared, model, [point])[0]
    assert torch.allclose(found, 0.5 * z[0] + 0.25 * z[1] + 0.25 * z[2])


def test_a_lone_sample_is_stretched_by_its_weight(shared, generator):
    model, z = _model(shared, "ring"), generator("ring").latents(1)[0]
    point = Point((Term("sample", 0, -2.0),))
    assert torch.allclose(latents(shared, model, [point])[0], -2 * z)


def test_the_length_is_the_mean_of_the_samples_lengths(shared, generator):
    model, norms = _model(shared, "ring"), generator("ring").latents(3).norm(dim=1)
    point = Point(tuple(Term("sample", n, w) for n, w in enumerate((0.5, 0.75, -0.25))), keep=True)
    wanted = (0.5 * norms[0] + 0.75 * norms[1] + 0.25 * norms[2]) / 1.5
    assert float(latents(shared, model, [point]).norm()) == pytest.approx(float(wanted), rel=1e-5)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"points": []}, "points holds 0: give 1 to 256"),
        ({"points": [plane(0, 0)] * 257}, "points holds 257"),
        ({"points": [{"terms": []}]}, "points[0].terms holds 0: give 1 to 64"),
        ({"points": [{"terms": [{"number": -1}]}]}, "number is -1"),
        (
            {"points": [{"terms": [{"of": "nothing"}]}]},
            "unknown value of points[0].terms[0].of 'nothing'",
        ),
        ({"points": [{"terms": [{"weight": 1e300}]}]}, "weight is beyond all bounds"),
        ({"points": [{"terms": [{}], "classes": [1.0]}]}, "1 weights of classes"),
        ({"points": [{"terms": [{}], "classes": [101]}]}, "classes[0] is 101"),
        ({"points": [plane(0, 0)], "side": 9999}, "side is 9999"),
    ],
)
def test_what_is_out_of_bounds_is_refused(made, body, said):
    status, sentence = made("pets", "rows", **body)
    assert status == 400
    assert said in sentence


def test_each_point_has_its_own_seed_and_class(made, generator):
    one = {"terms": [{"number": 0}]}
    points = [one | {"seed": s, "classes": c} for s, c in ((0, [1, 0]), (1, [0, 1]), (1, []))]
    _, arrays = made("told", "rows", points=points)
    wanted = [
        generator("told").sample(1, s, name)[0] for s, name in ((0, "cat"), (1, "dog"), (1, "cat"))
    ]
    assert np.array_equal(arrays["pixels"][..., 0], np.stack(wanted))
    status, sentence = made("told", "rows", points=[one, one | {"classes": [1.0]}])
    assert (status, sentence[:22]) == (400, "1 weights of classes w")


def test_nothing_added_up_has_no_length_to_keep(made):
    terms = [{"number": 3}, {"number": 3, "weight": -1.0}]
    header, _ = made("ring", "rows", points=[{"terms": terms, "keep": True}], latents=True)
    assert not np.any(header["latents"])


def test_so_many_numbers_are_made_at_once_and_no_more(made, monkeypatch):
    monkeypatch.setattr("zerosum.studio.explore.shown.MAX_NUMBERS", 2 * 36)
    assert made("pets", "rows", points=[plane(0, 0)] * 2)[1]["pixels"].shape == (2, 6, 6, 1)
    status, sentence = made("pets", "rows", points=[plane(0, 0)] * 3)
    assert (status, sentence) == (400, "108 numbers were asked for at once: ask for 72 or less")


def test_pictures_are_shrunk_for_a_lattice(made):
    _, arrays = made("pets", "rows", points=[plane(0, 0)], side=3)
    assert arrays["pixels"].shape == (1, 3, 3, 1)


class Box(Post):
    """Stands where the browser is: keeps what was posted."""

    def __init__(self):
        self.frames, self.bell = [], threading.Condition()

    def __call__(self, kind, header, arrays=None):
        with self.bell:
            self.frames.append((kind, dict(header), arrays or {}))
            self.bell.notify()

    def wait(self, wanted):
        with self.bell:
            assert self.bell.wait_for(lambda: any(map(wanted, self.frames)), timeout=20)
            return next(filter(wanted, self.frames))


def _open(shared, name):
    box = Box()
    number = next(e.id for e in shared.models.entries() if e.name == name)
    return box, channels.opener(shared)({"id": number}, box)


def test_dragging_to_an_anchor_shows_the_sample(shared, generator):
    box, channel = _open(shared, "pets")
    channel.do({"point": plane(1, 0, seed=2), "tag": 7})
    _, header, arrays = box.wait(lambda f: f[0] == "made" and f[1]["exact"])
    channel.close()
    assert header["tag"] == 7
    assert header["norm"] == pytest.approx(float(generator("pets").latents(2, 2)[1].norm()))
    assert np.array_equal(arrays["pixels"][0, ..., 0], generator("pets").sample(2, seed=2)[1])


def test_a_costly_network_answers_at_once_and_exactly_at_rest(shared, generator, monkeypatch):
    monkeypatch.setattr(channels, "_CHEAP", -1.0)
    box, channel = _open(shared, "pets")
    channel.do({"point": plane(0, 1), "tag": 1})
    _, _, arrays = box.wait(lambda f: f[0] == "made" and f[1]["exact"])
    channel.close()
    assert [f[1]["exact"] for f in box.frames] == [False, True]
    # one batch of 1 against one of 64: float32 sums in another order, so a pixel moves by one at most
    quick = box.frames[0][2]["pixels"].astype(int)
    assert np.abs(quick - arrays["pixels"]).max() <= 1
    assert np.array_equal(arrays["pixels"][0, ..., 0], generator("pets").sample(3)[2])


def test_a_point_that_was_left_behind_is_not_made_exactly(shared, monkeypatch):
    monkeypatch.setattr(channels, "_CHEAP", -1.0)
    monkeypatch.setattr(channels, "_REST", 30.0)
    box, channel = _open(shared, "ring")
    channel.do({"point": plane(0, 1), "tag": 1})
    box.wait(lambda f: f[0] == "made" and f[1]["tag"] == 1)
    monkeypatch.setattr(channels, "_REST", 0.0)
    channel.do({"point": plane(1, 0), "tag": 2})
    box.wait(lambda f: f[0] == "made" and f[1]["tag"] == 2 and f[1]["exact"])
    channel.close()
    assert [(f[1]["tag"], f[1]["exact"]) for f in box.frames] == [(1, False), (2, False), (2, True)]


def test_only_the_newest_point_is_made(shared, monkeypatch):
    slow = channels.shown.made

    def made(*given, **named):
        time.sleep(0.1)
        return slow(*given, **named)

    monkeypatch.setattr(channels, "shown", SimpleNamespace(made=made, framed=channels.shown.framed))
    monkeypatch.setattr(channels, "_CHEAP", 9.0)
    box, channel = _open(shared, "ring")
    for tag in range(1, 40):
        channel.do({"point": plane(tag / 40, 0), "tag": tag})
    box.wait(lambda f: f[0] == "made" and f[1]["tag"] == 39)
    channel.close()
    assert len(box.frames) <= 3


@pytest.mark.parametrize(
    "command",
    [
        {},
        {"point": {}},
        {"point": plane(0, 0), "tag": "x"},
        {"point": plane(0, 0), "tag": -1},
        {"point": {"terms": [{}], "classes": [1.0]}},
        {"point": {"terms": [{"number": 10**9}]}},
    ],
)
def test_a_command_that_cannot_be_obeyed_is_refused_at_once(shared, command):
    _, channel = _open(shared, "ring")
    with pytest.raises(InputError):
        channel.do(command)
    channel.close()


def test_a_direction_that_there_is_not_is_said_and_the_channel_lives_on(shared):
    box, channel = _open(shared, "ring")
    channel.do({"point": {"terms": [{"of": "pca", "number": 99}]}, "tag": 1})
    assert "direction 99" in box.wait(lambda f: f[0] == "error")[1]["error"]
    channel.do({"point": plane(0, 0), "tag": 2})
    box.wait(lambda f: f[0] == "made" and f[1]["tag"] == 2)
    channel.close()


def test_so_many_generators_are_dragged_and_no_more(shared, monkeypatch):
    monkeypatch.setattr(channels, "MAX_DRAGGED", 1)
    opener = channels.opener(shared)
    number = next(e.id for e in shared.models.entries() if e.name == "ring")
    first = opener({"id": number}, Box())
    with pytest.raises(InputError, match="close one"):
        opener({"id": number}, Box())
    first.close()
    opener({"id": number}, Box()).close()


def test_a_cloud_has_real_and_generated_points(studio, ids, generator):
    cloud = studio.get(f"/api/explore/{ids['ring']}/cloud").json()
    assert cloud["fake"] == generator("ring").sample(1000).tolist()
    assert len(cloud["real"]) == 160  # 200 rows, a fifth of them held out
    assert studio.get(f"/api/explore/{ids['pets']}/cloud").status_code == 400


def test_real_points_are_some_of_the_rows_in_no_order(shared, monkeypatch):
    ring = _model(shared, "ring")
    data = ring.data().rows.tolist()
    assert sorted(_cloud(ring)["real"]) == sorted(data)
    monkeypatch.setattr("zerosum.studio.explore.cloud.ROWS", 50)
    some = _cloud(ring)["real"]
    assert len(some) == 50 and all(row in data for row in some)
    assert some != [row for row in data if row in some]


def test_a_cloud_without_real_rows_says_why(shared, monkeypatch):
    def gone(self):
        raise InputError("gone")

    ring = _model(shared, "ring")
    monkeypatch.setattr(type(ring), "data", gone)
    found = _cloud(ring)
    assert (found["real"], found["why"], len(found["fake"])) == (None, "gone", 1000)


def test_what_json_cannot_hold_is_null():
    assert _listed(np.array([[np.nan, 1.0], [np.inf, -2.0]])) == [[None, 1.0], [None, -2.0]]

"""Orders to a training: the newest counts, none is lost on the way, and nothing in the file can hurt."""

from __future__ import annotations

import json

import pytest

from zerosum.errors import InputError
from zerosum.records import atomic
from zerosum.records.control import FILE, ORDERS, Order, forget_orders, give_order, take_order


@pytest.mark.parametrize("do", ORDERS)
def test_an_order_is_taken_once_with_its_number(tmp_path, do):
    number = give_order(tmp_path, do)
    assert take_order(tmp_path) == Order(number, do)
    assert take_order(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_newest_order_counts(tmp_path):
    numbers = [give_order(tmp_path, do) for do in ("pause", "stop")]
    assert len(set(numbers)) == 2
    assert take_order(tmp_path) == Order(numbers[1], "stop")
    assert take_order(tmp_path) is None


def test_an_order_given_while_another_is_taken_is_kept(tmp_path, monkeypatch):
    give_order(tmp_path, "pause")
    rename = atomic.rename

    def then_another(source, target):
        rename(source, target)
        monkeypatch.setattr(atomic, "rename", rename)
        give_order(tmp_path, "stop")

    monkeypatch.setattr(atomic, "rename", then_another)
    assert take_order(tmp_path).do == "pause"
    assert take_order(tmp_path).do == "stop"


def test_an_unknown_order_is_not_given(tmp_path):
    with pytest.raises(InputError, match="unknown order 'stopp'; did you mean 'stop'"):
        give_order(tmp_path, "stopp")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b'{"do": "rm -rf"}', b'{"do": ["stop"]}', b"\xff", b"[" * 900, b" " * 2000],
)
def test_what_is_no_order_is_taken_away_and_does_nothing(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    assert take_order(tmp_path).do == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_that_name_does_not_stop_a_training(tmp_path):
    (tmp_path / FILE / "inside").mkdir(parents=True)
    found = take_order(tmp_path)
    assert found is None or found.do == ""


def test_a_number_of_somebody_else_is_cut(tmp_path):
    (tmp_path / FILE).write_text(json.dumps({"order": "n" * 500, "do": "save"}))
    assert take_order(tmp_path) == Order("n" * 40, "save")


def test_a_disk_that_refuses_leaves_the_training_alone(tmp_path, monkeypatch):
    give_order(tmp_path, "stop")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(atomic, "rename", refuse)
    assert take_order(tmp_path) is None


def test_an_order_for_a_former_trainer_is_forgotten(tmp_path):
    give_order(tmp_path, "stop")
    forget_orders(tmp_path)
    forget_orders(tmp_path)
    assert take_order(tmp_path) is None

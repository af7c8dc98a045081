"""Errors: their exit codes, and the nearest name that a slip may have meant."""

from __future__ import annotations

import pytest

from zerosum.errors import Diverged, InputError, ZerosumError, nearest, unknown


@pytest.mark.parametrize(("kind", "code"), [(ZerosumError, 1), (InputError, 2), (Diverged, 3)])
def test_each_kind_has_its_exit_code(kind, code):
    assert kind("why").exit_code == code and str(kind("why")) == "why"
    assert isinstance(kind("why"), ZerosumError)


def test_bad_input_is_a_value_error_too():
    with pytest.raises(ValueError, match="why"):
        raise InputError("why")
    assert not issubclass(Diverged, ValueError)


KNOWN = ("wgan", "wgan-gp", "dcgan", "r3gan")


@pytest.mark.parametrize(
    ("word", "found"),
    [("wgangp", "wgan-gp"), ("dgcan", "dcgan"), ("r3", "r3gan"), ("wgan", "wgan"), ("zzz", None),
     ("", None)],
)  # fmt: skip
def test_the_nearest_word(word, found):
    assert nearest(word, KNOWN) == found


def test_an_unknown_name_is_answered_with_all_there_are_in_order():
    error = unknown("recipe", "wgangp", KNOWN)
    assert isinstance(error, InputError)
    assert str(error) == (
        "unknown recipe 'wgangp'; did you mean 'wgan-gp'? Known: dcgan, r3gan, wgan, wgan-gp"
    )


def test_without_a_near_name_nothing_is_guessed():
    assert str(unknown("recipe", "zzz", iter(KNOWN))) == (
        "unknown recipe 'zzz'; Known: dcgan, r3gan, wgan, wgan-gp"
    )


def test_names_that_are_no_text_are_shown_as_text():
    assert str(unknown("field", None, ["none"])) == (
        "unknown field 'None'; did you mean 'none'? Known: none"
    )

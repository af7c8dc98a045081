"""The allocator's setting is taken by glibc, and is left alone where a person says so or it is absent."""

from __future__ import annotations

import ctypes
import platform

import pytest

from zerosum.training.allocator import keep_freed_memory


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's setting")
def test_glibc_takes_the_setting(monkeypatch):
    monkeypatch.delenv("ZEROSUM_MALLOC", raising=False)
    assert keep_freed_memory()


def test_it_can_be_left_alone(monkeypatch):
    monkeypatch.setenv("ZEROSUM_MALLOC", "0")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: pytest.fail("the library was opened"))
    assert not keep_freed_memory()


def test_a_library_without_the_setting_is_left_alone(monkeypatch):
    monkeypatch.delenv("ZEROSUM_MALLOC", raising=False)
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert not keep_freed_memory()

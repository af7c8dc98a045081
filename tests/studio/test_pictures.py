"""Uploaded pictures: decoded as they are, and refused within limits of time and memory."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from PIL import Image

from zerosum.errors import InputError
from zerosum.studio import decoding, pictures
from zerosum.studio.bodies import MAX_FILE, Refused
from zerosum.studio.pictures import read_picture

COLOURS = (np.arange(24 * 32 * 3) * 37 % 251).astype(np.uint8).reshape(24, 32, 3)


def encoded(pixels: np.ndarray, kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()


def test_a_picture_comes_back_as_it_is():
    found = read_picture(encoded(COLOURS))
    np.testing.assert_array_equal(found, COLOURS)
    found[0, 0, 0] = 1  # its own memory, which may be written
    np.testing.assert_array_equal(read_picture(encoded(COLOURS[..., 0]))[..., 0], COLOURS[..., 0])


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_the_other_kinds_are_read_too(kind):
    even = np.full((16, 16, 3), (200, 100, 50), dtype=np.uint8)  # which these kinds keep nearly
    np.testing.assert_allclose(read_picture(encoded(even, kind)), even, atol=3)


def test_of_several_frames_the_first_is_taken():
    first, second = Image.fromarray(COLOURS), Image.fromarray(255 - COLOURS)
    out = io.BytesIO()
    first.save(out, "WEBP", save_all=True, append_images=[second], lossless=True)
    np.testing.assert_array_equal(read_picture(out.getvalue()), COLOURS)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"hello" * 100, "not a picture"),
        (encoded(COLOURS, "GIF"), "not a picture in PNG, JPEG, WEBP"),
        (encoded(COLOURS, "TIFF"), "not a picture"),
        (encoded(COLOURS, "BMP"), "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (encoded(COLOURS)[:100], "truncated"),
        (encoded(np.zeros((1, 1), np.uint8)), "4 or more"),
        (encoded(np.zeros((4, 4000), np.uint8)), "at most 8 times"),
        (encoded(np.zeros((4001, 4000), np.uint8)), "above the limit of 16,000,000"),
        (encoded(np.zeros((13000, 13000), np.uint8)), "above the limit of 16,000,000"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_cannot_be_used_is_one_sentence(content, word):
    with pytest.raises(InputError, match=word) as refused:
        read_picture(content)
    assert "\n" not in str(refused.value) and "/" not in str(refused.value)


def test_more_bytes_than_the_cap_are_not_even_looked_at():
    with pytest.raises(Refused, match="20,000,000") as refused:
        read_picture(bytes(MAX_FILE + 1))
    assert refused.value.status == 413


def test_a_picture_of_just_the_cap_is_read(monkeypatch):
    content = encoded(COLOURS)
    monkeypatch.setattr(pictures, "MAX_FILE", len(content))
    np.testing.assert_array_equal(read_picture(content), COLOURS)


@pytest.mark.parametrize(
    ("told", "word"),
    [
        (b'{"shape": [4001, 4000, 3]}\n', "impossible size"),
        (b'{"shape": [4, 4, 4]}\n' + bytes(64), "impossible size"),
        (b'{"shape": [4, 4, 1]}', "no decoder got through it"),  # the line is not whole
        (b"", "no decoder got through it"),
        (b'{"shape": [4, 4, 1]}\n' + bytes(15), "ended in the middle"),
        (b'{"shape": [4, 4, 1]}\n', "ended in the middle"),
    ],
    ids=str,
)
def test_what_a_decoder_tells_is_not_believed(told, word, monkeypatch, tmp_path):
    (tmp_path / "told").write_bytes(told)
    with (tmp_path / "heard").open("wb") as heard, (tmp_path / "told").open("rb") as said:
        monkeypatch.setattr(pictures, "_child", lambda: contextlib.nullcontext((heard, said)))
        with pytest.raises(InputError, match=word):
            read_picture(encoded(COLOURS))


@pytest.mark.parametrize(
    "content", [encoded(COLOURS), bytes(10**6)], ids=["small", "not heard out"]
)
def test_a_decoder_that_takes_too_long_is_ended(content, monkeypatch):
    monkeypatch.setattr(pictures, "SECONDS", 0.01)
    begun = time.perf_counter()
    with pytest.raises(InputError, match="limits of memory and time"):
        read_picture(content)
    assert time.perf_counter() - begun < 5


def test_a_decoder_and_its_clock_are_ended_though_nobody_heard_it_out(monkeypatch):
    begun = []

    class Spied(subprocess.Popen):
        def wait(self, timeout=None):
            begun.append(self)
            return super().wait(20)  # one that was not ended waits for its file for ever

    monkeypatch.setattr(subprocess, "Popen", Spied)
    with pictures._child():
        pass
    assert begun[0].poll() is not None
    clocks = [each for each in threading.enumerate() if isinstance(each, threading.Timer)]
    assert all(clock.finished.is_set() for clock in clocks)


def test_a_program_that_lies_where_the_studio_was_started_is_not_run(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(read_picture(encoded(COLOURS)), COLOURS)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit holds on Linux")
def test_the_decoding_process_cannot_take_much_memory_or_write_files(tmp_path):
    code = (
        "import resource, sys; from zerosum.studio import decoding; decoding.main()\n"
        "try: bytearray(decoding.MEMORY)\n"
        "except MemoryError: print('no memory')\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n with open(sys.argv[1], 'wb') as f: f.write(b'x')\n"
        "except OSError: print('no file')\n"
        "print(*resource.getrlimit(resource.RLIMIT_CPU), *resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "x")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, input=""
    )
    limits = done.stdout.splitlines()[1:]  # after its verdict on a file without a byte
    assert limits == ["no memory", "no file", "10 10 0 0"], done.stderr


def test_a_decoder_without_memory_says_so(monkeypatch, capsysbinary):
    def refuse(content, formats):
        raise MemoryError

    monkeypatch.setattr(decoding, "_limit", lambda: None)  # these would be this process's own
    monkeypatch.setattr(decoding, "decoded", refuse)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    decoding.main()
    assert capsysbinary.readouterr().out == b'{"error": "it takes too much memory"}\n'


def test_the_decoding_process_gets_none_of_the_studio_s_secrets(monkeypatch):
    monkeypatch.setenv("ZEROSUM_TOKEN", "secret")
    seen = {}
    real = subprocess.Popen

    def spy(*arguments, **options):
        seen.update(options["env"])
        return real(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", spy)
    read_picture(encoded(COLOURS))
    assert "PATH" in seen and not [name for name in seen if name.startswith("ZEROSUM")]

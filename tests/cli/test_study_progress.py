"""Progress of a study: a line each into a file, one redrawn line on a terminal."""

from __future__ import annotations

from zerosum.cli.study_progress import ProgressLine


def shown(capsys, monkeypatch, terminal):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    line = ProgressLine()
    line("1/3 chunks")
    line("2/3 chunks")
    line.tell("a chunk failed")
    line("3/3 chunks")
    line.close()
    line.close()
    return capsys.readouterr().err


def test_into_a_file_every_line_stays(capsys, monkeypatch):
    found = shown(capsys, monkeypatch, False).splitlines()
    assert found == [
        "zerosum: 1/3 chunks", "zerosum: 2/3 chunks", "zerosum: a chunk failed", "zerosum: 3/3 chunks",
    ]  # fmt: skip


def test_on_a_terminal_the_last_line_stands(capsys, monkeypatch):
    assert shown(capsys, monkeypatch, True) == (
        "\r\x1b[K1/3 chunks\r\x1b[K2/3 chunks\nzerosum: a chunk failed\n\r\x1b[K3/3 chunks\n"
    )

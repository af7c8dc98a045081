"""The ledger: one transaction a change, one sentence for every file that is none."""

from __future__ import annotations

import random
import sqlite3

import pytest

from tests.records.faults import every_operation, failing, forked, killing
from zerosum.errors import InputError, ZerosumError
from zerosum.studies import ledger as ledgers
from zerosum.studies.ledger import NAME, Ledger, Row, create, plain
from zerosum.studies.task import Outcome

DESCRIPTION = plain({"members": 500, "rate": 2e-3, "truth": "normal"})
FILE = "000001-00112233aabbccdd.safetensors"


@pytest.fixture
def folder(tmp_path):
    create(tmp_path, DESCRIPTION, 3)
    return tmp_path


def refusal(folder):
    with pytest.raises(InputError) as caught:
        Ledger(folder)
    sentence = str(caught.value)
    assert "\n" not in sentence and NAME in sentence
    assert caught.value.exit_code == 2
    return sentence


def change(folder, *commands):
    base = sqlite3.connect(folder / NAME, isolation_level=None)
    for command in commands:
        base.execute(command)
    base.close()


def test_a_new_ledger_waits_for_every_chunk(folder):
    with Ledger(folder) as ledger:
        assert ledger.description == DESCRIPTION
        assert ledger.chunks == 3
        assert ledger.rows() == tuple(Row(n, "waiting", "", "", 0.0, 0, "") for n in range(3))


def test_each_change_outlives_the_ledger(folder):
    with Ledger(folder) as ledger:
        assert ledger.blame(1, "its worker ended") == 1
        ledger.finish(Outcome(1, "done", FILE, "00112233aabbccdd" * 4, 2.5))
        ledger.fail(2, "it is wrong")
    with Ledger(folder) as ledger:
        assert ledger.rows()[1:] == (
            Row(1, "done", FILE, "00112233aabbccdd" * 4, 2.5, 2, ""),
            Row(2, "failed", "", "", 0.0, 0, "it is wrong"),
        )
        ledger.wait_again(1, "its result is gone")
        assert ledger.rows()[1] == Row(1, "waiting", "", "", 0.0, 0, "its result is gone")


def test_a_chunk_is_not_counted_twice(folder):
    with Ledger(folder) as ledger:
        ledger.finish(Outcome(1, "done", FILE, "0" * 64))
        for again in (
            lambda: ledger.finish(Outcome(1, "done", FILE, "0" * 64)),
            lambda: ledger.fail(1, ""),
            lambda: ledger.blame(1, ""),
            lambda: ledger.wait_again(0, ""),
        ):
            with pytest.raises(AssertionError):
                again()


@pytest.mark.parametrize(
    ("other", "chunks", "named"),
    [
        (DESCRIPTION | {"members": 10}, 3, "members 500 where 10 is given"),
        ({"members": 500, "rate": 2e-3}, 3, 'truth "normal" where nothing is given'),
        (DESCRIPTION | {"new": [1]}, 3, "new nothing where [1] is given"),
        (DESCRIPTION, 4, "(chunks) 3 where 4 is given"),
        (DESCRIPTION | {"members": 10, "rate": 1.0}, 3, "(1 more differ)"),
    ],
)
def test_another_study_is_refused_by_what_differs(folder, other, chunks, named):
    with Ledger(folder) as ledger:
        ledger.check_same(dict(DESCRIPTION), 3)
        with pytest.raises(InputError) as caught:
            ledger.check_same(other, chunks)
    assert named in str(caught.value)


def test_a_description_is_compared_as_json_gives_it_back():
    assert plain({"b": (1, 2), "a": 1.0}) == {"a": 1.0, "b": [1, 2]}
    with pytest.raises(InputError, match="description"):
        plain({"x": object()})


@pytest.mark.parametrize("version", [0, 2])
def test_another_version_is_refused(folder, version):
    change(folder, f"PRAGMA user_version = {version}")
    before = (folder / NAME).read_bytes()
    assert f"version {version} and this zerosum reads version 1" in refusal(folder)
    assert (folder / NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("PRAGMA application_id = 1", "not a ledger of zerosum"),
        ("CREATE TABLE more (x)", "tables"),
        ("DROP TABLE study", "tables"),
        ("CREATE TRIGGER t AFTER UPDATE ON chunk BEGIN DELETE FROM chunk; END", "tables"),
        ("DELETE FROM study", "describes 0 studies"),
        ('UPDATE study SET description = \'{"a": 1, "a": 2}\'', "twice"),
        ("UPDATE study SET description = 5", "description"),
        ("DELETE FROM chunk WHERE number = 1", "chunks 0 to 2"),
        ("UPDATE chunk SET state = 'done', file = '../../x'", "no result of its own"),
        (f"UPDATE chunk SET state = 'done', file = '{FILE}'", "chunk 0 has no result"),
    ],
)
def test_what_no_driver_writes_is_refused(folder, command, why):
    change(folder, command)
    assert why in refusal(folder)


def test_what_is_no_database_is_refused(tmp_path):
    assert "holds no study" in refusal(tmp_path)
    for content in (b"", b"text", b"SQLite format 3\0" + bytes(4080)):
        (tmp_path / NAME).write_bytes(content)
        assert "damaged" in refusal(tmp_path)
        assert (tmp_path / NAME).read_bytes() == content
    (tmp_path / NAME).unlink()
    (tmp_path / NAME).mkdir()
    assert "holds no study" in refusal(tmp_path)


def test_damage_anywhere_is_a_sentence_or_does_no_harm(folder):
    rng, whole = random.Random(0), (folder / NAME).read_bytes()
    refused = 0
    for _ in range(300):
        data = bytearray(whole)
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        for _ in range(min(len(data), 3)):
            data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        (folder / NAME).write_bytes(data)
        try:
            with Ledger(folder) as ledger:
                assert len(ledger.rows()) == ledger.chunks
        except ZerosumError as error:
            refused += 1
            assert "\n" not in str(error)
    assert refused > 100


def test_a_new_ledger_is_there_whole_or_not_at_all(tmp_path):
    for n in range(1, 20):
        folder = tmp_path / str(n)
        folder.mkdir()

        def make(folder=folder, n=n):
            with every_operation(killing(n, halfway=True)):
                create(folder, DESCRIPTION, 3)

        code = forked(make)
        if (folder / NAME).exists():
            Ledger(folder).rows()
        if code == 0:
            break
    assert 4 < n < 19


def test_a_full_disk_is_a_sentence_and_loses_nothing(folder, tmp_path):
    with every_operation(failing(2, 28)), pytest.raises(ZerosumError, match="No space left"):
        create(folder / "..", DESCRIPTION, 3)
    with Ledger(folder) as ledger:
        ledger._base.execute("PRAGMA max_page_count = 1")  # no page more than there are
        with pytest.raises(ZerosumError, match="full") as caught:
            ledger.fail(1, "x" * 100_000)
        assert caught.value.exit_code == 1
    with Ledger(folder) as ledger:
        assert [row.state for row in ledger.rows()] == ["waiting"] * 3


def test_a_transaction_cut_short_is_undone_at_the_next_opening(folder):
    def die():
        with Ledger(folder) as ledger:
            ledger._base.execute("PRAGMA cache_size = 1")
            ledger._base.execute("BEGIN")
            ledger._base.execute("UPDATE chunk SET state = 'failed', note = ?", ("x" * 50_000,))
            import os

            os.kill(os.getpid(), 9)

    assert forked(die) == -9
    assert (folder / f"{NAME}-journal").exists()  # it was cut short in the middle
    with Ledger(folder) as ledger:
        assert [row.state for row in ledger.rows()] == ["waiting"] * 3


def test_it_is_read_while_it_is_written(folder):
    with Ledger(folder) as writer, Ledger(folder) as reader:
        writer.fail(0, "why")
        assert reader.rows()[0].state == "failed"
        writer.fail(1, "why")


def test_the_constants_that_files_rely_on():
    assert ledgers.VERSION == 1

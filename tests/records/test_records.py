"""The room as a whole: it costs no import of torch, and its contents page is complete."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import zerosum.records

ROOM = Path(zerosum.records.__file__).parent

SCRIPT = """
import sys
from pathlib import Path
from zerosum.records import artefact, checkpoint, events, lock, retention, run_folder, text
run = run_folder.create_run(Path(sys.argv[1]), "digits", "dcgan")
with lock.Lock(run) as held:
    run_folder.clean_leftovers(held)
    events.EventLog(run).append("start")
    text.write_yaml(run / "config.yaml", {"seed": 0})
    assert text.read_yaml(run / "config.yaml") == {"seed": 0}
    assert events.read_events(run) == [{"kind": "start"}]
    assert checkpoint.newest_valid(run) is None
print(sorted({"torch", "numpy"} & set(sys.modules)))
"""


def test_a_report_reads_records_without_torch(tmp_path):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOM.parents[1], check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_contents_page_lists_every_file():
    files = {p.name for p in ROOM.glob("*.py")} - {"__init__.py"}
    listed = {line.split()[0] for line in zerosum.records.__doc__.splitlines() if ".py " in line}
    assert listed == files

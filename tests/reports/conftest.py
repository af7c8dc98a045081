"""One run folder of each kind, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.folders import BUILDERS


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return every kind of run folder by name; tests that change one copy it first."""
    root = tmp_path_factory.mktemp("runs")
    return {name: build(root) for name, build in BUILDERS.items()}

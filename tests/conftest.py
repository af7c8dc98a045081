"""What every test shares: one thread, shape checks, a device, float64 on request, shared data."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: it reads it once

import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKED = "--no-shape-checks" not in sys.argv and os.environ.get("ZEROSUM_SHAPE_CHECKS") != "0"
if CHECKED:  # here, before another conftest imports what is to be checked
    from jaxtyping import install_import_hook

    import tests.shape_checks  # noqa: F401  the hook names it and does not import it

    install_import_hook("zerosum", "tests.shape_checks.checker")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this project's tests."""
    group = parser.getgroup("zerosum")
    group.addoption("--device", default="cpu", help="device for tests that take one (default: cpu)")
    group.addoption(
        "--no-shape-checks",
        action="store_true",
        default=not CHECKED,
        help="run without jaxtyping's import hook, as torch.compile needs "
        "(also ZEROSUM_SHAPE_CHECKS=0)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Tell the workers of a parallel run, which do not see the command line, what it asked for."""
    if config.getoption("--no-shape-checks"):
        os.environ["ZEROSUM_SHAPE_CHECKS"] = "0"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests of torch.compile while shape checks are on: the two do not go together."""
    if config.getoption("--no-shape-checks"):
        return
    left_out = [item for item in items if item.get_closest_marker("compile")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Compute with one thread: sums come out in one order, and parallel runs do not starve."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def short_reconstructions() -> Iterator[None]:
    """Judge tiny runs with a search that is as short as they are; its quality has tests of its own."""
    from zerosum.latent.inversion import Effort
    from zerosum.runs import reconstructing

    full = reconstructing.EFFORT
    reconstructing.EFFORT = Effort(starts=2, steps=0, polish=20, drawn=64, again=0)
    yield
    reconstructing.EFFORT = full


@pytest.fixture
def device(request: pytest.FixtureRequest) -> str:
    """The device named by --device."""
    return str(request.config.getoption("--device"))


@pytest.fixture
def float64() -> Iterator[None]:
    """Make float64 the default dtype for one test, as a claim of mathematics wants it."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared data beside the checkout; the test is skipped, loudly, without it."""
    if not SHARED_DATA.is_dir():
        message = f"no folder ../{SHARED_DATA.parent.name}/{SHARED_DATA.name} beside the checkout"
        warnings.warn(message, stacklevel=1)
        pytest.skip(message)
    return SHARED_DATA


@pytest.fixture(scope="session")
def hostile(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of hostile files that the shared maker writes; its canary must never appear."""
    out = tmp_path_factory.mktemp("hostile")
    maker = shared_data / "bad_inputs" / "make_bad_inputs.py"
    command = [sys.executable, str(maker), str(out / "bad"), str(out / "canary")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    yield out / "bad"
    assert not (out / "canary").exists()
    shutil.rmtree(out)

"""Make the peers' environment: `python benchmarks/peers/install.py [FOLDER]`, from zerosum's own.

It holds the pinned peers without their dependencies and borrows torch from the environment that
runs this script, so that every contestant is timed on the same torch.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Create the environment in the given folder, by default `.venv` beside this file."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / ".venv"
    venv.create(folder)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(packages)]
    subprocess.run([*command, "-r", str(HERE / "requirements.txt")], check=True)


if __name__ == "__main__":
    main()

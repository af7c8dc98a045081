"""Open the studio: a local web page to watch a GAN learn, follow a run and play with a generator."""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the verb's flags."""
    parser.add_argument(
        "models", metavar="RUN|ARTEFACT", nargs="*", help="runs or saved generators to open"
    )
    parser.add_argument(
        "--root",
        metavar="DIR",
        help="where runs are listed from (default: $ZEROSUM_RUNS, or ./runs)",
    )
    parser.add_argument("--port", type=int, help="port (default: 8642, or the next free one)")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen at; another than the loopback needs ZEROSUM_TOKEN",
    )
    parser.add_argument(
        "--allow-control", action="store_true", help="let the page start, pause and stop trainings"
    )
    parser.add_argument("--open", action="store_true", help="open it in the default browser")


def run(parsed: argparse.Namespace) -> int:
    """Serve until Ctrl-C; stdout holds the address."""
    from zerosum.runs.session import default_root
    from zerosum.studio.serve import check_host, serve
    from zerosum.studio.settings import PORT, Settings

    token = os.environ.get("ZEROSUM_TOKEN")
    check_host(parsed.host, token)
    settings = Settings(
        root=Path(parsed.root) if parsed.root else default_root(),
        named=tuple(Path(model) for model in parsed.models),
        host=parsed.host,
        port=PORT if parsed.port is None else parsed.port,
        control=parsed.allow_control,
        **({} if token is None else {"token": token}),
    )

    def ready(address: str) -> None:
        print(address, flush=True)
        print(
            "zerosum: the studio is open until Ctrl-C; the address lets in whoever has it",
            file=sys.stderr,
        )
        if parsed.open:
            webbrowser.open(address)

    serve(settings, told=parsed.port is not None, ready=ready)
    return 0

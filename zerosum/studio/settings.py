"""What the studio was told when it was started."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORT = 8642


@dataclass(frozen=True)
class Settings:
    """Where the studio listens, what it shows and what it lets a visitor do.

    Attributes:
        root: the folder whose runs are listed.
        named: runs and artefacts named at the start, wherever they lie.
        host, port: where it listens.
        token: what a visitor must know; 128 bits or more.
        control: whether a visitor may start, pause and stop trainings.
    """

    root: Path
    named: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = PORT
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    control: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The host names under which the studio answers."""
        if self.everywhere:
            own = socket.gethostname()
            return (*LOOPBACK, own, f"{own}.local")
        return LOOPBACK if self.host in LOOPBACK else (*LOOPBACK, self.host)

    @property
    def everywhere(self) -> bool:
        """Whether it listens at every address of this machine, and so answers under each of them."""
        try:
            return ipaddress.ip_address(self.host).is_unspecified
        except ValueError:
            return False

    @property
    def cookie(self) -> str:
        """The cookie's name: browsers share cookies among the ports of a host."""
        return f"zerosum-{self.port}"

"""What a request must carry to be let in: the right host, the right origin, and the token.

A web page of anybody's can send requests to 127.0.0.1, and by DNS rebinding can even give the loopback
a name of its own. So the host's name is checked against a list (port stripped), an origin must be this
very server, and nothing is answered without the token: once in the address, from then on as a cookie
that other sites never send. A request that changes something also carries a header that a form cannot set.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Sequence

SAFE = ("GET", "HEAD")
HEADER = "x-zerosum"  # what a request that changes something carries


_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?", re.ASCII)


def host_name(host: str) -> str | None:
    """Return a Host header's name without its port, in small letters; None for anything else.

    >>> host_name("LocalHost:8642"), host_name("[::1]:80"), host_name("127.0.0.1")
    ('localhost', '::1', '127.0.0.1')
    >>> host_name("me@127.0.0.1") is host_name("[::1].evil.example") is host_name("") is None
    True
    """
    found = _HOST.fullmatch(host.lower())
    return None if found is None else found[1] or found[2]


def host_allowed(hosts: Sequence[str], names: Sequence[str], *, addresses: bool = False) -> bool:
    """Return whether a request has exactly one Host header, and one that is ours.

    Args:
        hosts: every Host header. names: ours.
        addresses: whether any IP address will do: rebinding needs a name that DNS is asked for.
    """
    name = host_name(hosts[0]) if len(hosts) == 1 else None
    if name is None:
        return False
    return name in {each.lower() for each in names} or (addresses and _is_address(name))


def origin_allowed(origins: Sequence[str], sites: Sequence[str], host: str, scheme: str) -> bool:
    """Return whether a request comes from this server's own page, or from no page at all.

    Args:
        origins: every Origin header. sites: every Sec-Fetch-Site. host: the Host header.
        scheme: http or https.
    """
    if any(site not in ("same-origin", "none") for site in sites):
        return False
    return len(origins) <= 1 and all(origin == f"{scheme}://{host}" for origin in origins)


def same_secret(given: str | None, secret: str) -> bool:
    """Return whether two secrets are equal, in a time that does not tell where they differ."""
    return given is not None and hmac.compare_digest(given.encode(), secret.encode())


def change_token(token: str) -> str:
    """Return what the page puts into `x-zerosum`: derived, so that a page never holds the token itself."""
    return hmac.new(token.encode(), b"change", hashlib.sha256).hexdigest()


def cookie_token(token: str) -> str:
    """Return what the cookie holds: derived as well, so that no browser keeps the token on its disk."""
    return hmac.new(token.encode(), b"cookie", hashlib.sha256).hexdigest()


def cookies_of(headers: Sequence[str], name: str) -> list[str]:
    """Return every value of a cookie: other servers of this host may have set others of its name."""
    pairs = (pair.partition("=") for header in headers for pair in header.split(";"))
    return [value.strip() for key, _, value in pairs if key.strip() == name]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

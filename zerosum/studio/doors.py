"""What a request must carry to be let in: the right host, the right origin, and the token.

A web page of anybody's can send requests to 127.0.0.1, and by DNS rebinding can even give the loopback
a name of its own. So the host's name is checked against a list (port stripped), an origin must be this
very server, and nothing is answered without the token: once in the address, from then on as a cookie
that other sites never send. A request that changes something also carries a header that a form cannot set.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie

SAFE = ("GET", "HEAD", "OPTIONS")
HEADER = "x-zerosum"  # what a request that changes something carries


def host_name(host: str) -> str:
    """Return a Host header's name without its port, in small letters.

    >>> host_name("LocalHost:8642"), host_name("[::1]:80"), host_name("127.0.0.1")
    ('localhost', '::1', '127.0.0.1')
    """
    text = host.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    name, colon, port = text.rpartition(":")
    return name if colon and port.isdigit() else text


def host_allowed(hosts: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether a request has exactly one Host header, and one that is ours."""
    return len(hosts) == 1 and host_name(hosts[0]) in {name.lower() for name in names}


def origin_allowed(origin: str | None, site: str | None, host: str, scheme: str) -> bool:
    """Return whether a request comes from this server's own page, or from no page at all.

    Args:
        origin: the Origin header. site: Sec-Fetch-Site. host: the Host header. scheme: http or https.
    """
    if site is not None and site not in ("same-origin", "none"):
        return False
    return origin is None or origin == f"{scheme}://{host}"


def same_secret(given: str | None, secret: str) -> bool:
    """Return whether two secrets are equal, in a time that does not tell where they differ."""
    return given is not None and hmac.compare_digest(given.encode(), secret.encode())


def change_token(token: str) -> str:
    """Return what the page puts into `x-zerosum`: derived, so that a page never holds the token itself."""
    return hmac.new(token.encode(), b"change", hashlib.sha256).hexdigest()


def cookie_of(headers: Mapping[str, str], name: str) -> str | None:
    """Return a cookie's value, or None where there is none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return None if found is None else found.value

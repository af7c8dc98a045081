"""A claim's picture, from what was measured, for a page or as a file."""

from __future__ import annotations

from functools import partial
from typing import Any

from zerosum.claims.claim import Claim, Data
from zerosum.reports import svg
from zerosum.reports.html import Markup


def inline(claim: Claim, data: Data) -> Markup:
    """Return the picture as an <svg> element."""
    return svg.draw(claim.name, claim.caption, partial(_paint, claim, data), claim.size, claim.grid)


def png(claim: Claim, data: Data) -> bytes:
    """Return the picture as a PNG on white."""
    return svg.png(partial(_paint, claim, data), claim.size, claim.grid)


def _paint(claim: Claim, data: Data, axes: Any) -> None:
    claim.paint(axes, data)

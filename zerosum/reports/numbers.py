"""Numbers as people read them, and the two interval formulas that the figures draw."""

from __future__ import annotations

import math

Number = int | float  # the shape checker of the tests takes `float` at its word

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def count(value: Number) -> str:
    """Return a whole number with thousands separated, "–" where there is none.

    >>> count(12800.0)
    '12,800'
    """
    return fixed(value, 0)


def short(value: Number) -> str:
    """Return a number for an axis: 3 significant digits, thousands as k, M, G.

    >>> short(1_250_000), short(-0.5)
    ('1.25M', '−0.5')
    """
    size, unit = next(((s, u) for s, u in _UNITS if abs(value) >= s), (1.0, ""))
    return f"{value / size:.3g}{unit}".replace("-", "−")


def significant(value: Number, digits: int = 3) -> str:
    """Return a number with so many significant digits, "–" where it is not finite.

    >>> significant(0.012345), significant(1234.4), significant(1.5e-7)
    ('0.0123', '1,234', '1.50 × 10⁻⁷')
    """
    if not math.isfinite(value):
        return "–"
    exponent = _exponent(value, digits)
    if float(value).is_integer() and abs(value) < 1e6:
        return fixed(value, 0)
    if not -4 <= exponent < 6:
        mantissa = f"{value / 10.0**exponent:.{digits - 1}f}"
        return f"{mantissa} × 10{str(exponent).translate(_SUPERSCRIPT)}".replace("-", "−")
    return fixed(value, max(0, digits - 1 - exponent))


def fixed(value: Number, places: int) -> str:
    """Return a number with so many decimals, "–" where it is not finite."""
    return f"{value:,.{places}f}".replace("-", "−") if math.isfinite(value) else "–"


def with_error(value: Number, error: Number | None) -> str:
    """Return "value ± standard error", both to the error's second significant digit.

    >>> with_error(0.71234, 0.0213), with_error(3.0, None)
    ('0.712 ± 0.021', '3')
    """
    if error is None or not math.isfinite(error) or not math.isfinite(value):
        return significant(value)
    if error <= 0:
        return f"{significant(value)} ± 0"
    places = 1 - _exponent(error, 2)
    if not 0 <= places <= 6:
        return f"{significant(value)} ± {significant(error, 2)}"
    return f"{fixed(value, places)} ± {fixed(error, places)}"


def duration(seconds: Number) -> str:
    """Return a length of time in the two largest units that matter, numbers tied to their units.

    >>> duration(3723).replace("\\u00a0", " ")
    '1 h 02 min'
    """
    if not math.isfinite(seconds) or seconds < 0:
        return "an unknown time"
    if seconds < 9.95:
        return f"{seconds:.1f}\u00a0s"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours:,}\u00a0h {minutes:02d}\u00a0min"
    return f"{minutes}\u00a0min {rest:02d}\u00a0s" if minutes else f"{rest}\u00a0s"


def ordinal(rank: int) -> str:
    """Return "nearest", "2nd", "3rd", ... for the rank of a neighbour counted from 1."""
    if rank == 1:
        return "nearest"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(rank % 10 if rank % 100 not in (11, 12, 13) else 0)
    return f"{rank}{ending or 'th'}"


def wilson(share: Number, n: Number, z: float = 1.959964) -> tuple[float, float]:
    """Return Wilson's score interval for a share seen in n draws; 95 % at the default z.

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)

    Args:
        share: p, the observed share, 0 to 1.
        n: number of draws, above 0.
        z: half width in standard deviations.

    Returns:
        lower and upper end, both inside [0, 1].

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def dkw(n: int, level: float = 0.95) -> float:
    """Return the half width of the band that holds a whole distribution function, √(ln(2/α) / 2n).

    Source: Dvoretzky, Kiefer and Wolfowitz 1956; the constant 2 is Massart's, 1990,
    doi:10.1214/aop/1176990746.
    """
    return math.sqrt(math.log(2 / (1 - level)) / (2 * n))


def _exponent(value: Number, digits: int) -> int:
    # read off the rounded number: 0.0999 to two digits is 0.10, whose exponent is -1
    return int(f"{value:.{digits - 1}e}".rpartition("e")[2]) if value else 0

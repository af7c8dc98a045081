"""HTML from Python: a plain string is always escaped, only `Markup` passes through.

Names of runs, columns and classes come from the user's files, so escaping is the default and raw
markup has to be asked for by type.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_VOID = frozenset({"br", "col", "hr", "img", "link", "meta"})
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """A string that is HTML already; every other string is escaped on its way into an element."""

    __slots__ = ()


def escape(value: object) -> Markup:
    """Return the value as HTML text; `Markup` is returned unchanged.

    Control characters and lone surrogates, which no HTML file may hold, become U+FFFD.

    >>> escape('<script>"')
    '&lt;script&gt;&quot;'
    """
    if isinstance(value, Markup):
        return value
    return Markup(html.escape(clean(value), quote=True))


def clean(value: object, longest: int | None = None) -> str:
    """Return plain text without control characters and lone surrogates, cut to the longest length.

    >>> clean("a\\x00b"), clean("a long name", 6)
    ('a\ufffdb', 'a lon…')
    """
    text = _FORBIDDEN.sub("\ufffd", str(value).replace("\r\n", "\n"))
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "…"


def join(parts: Iterable[object], between: str = "") -> Markup:
    """Return the parts, each escaped where needed, with a trusted separator between them."""
    return Markup(between.join(escape(part) for part in parts))


def element(name: str, /, *children: object, **attributes: object) -> Markup:
    """Return one element; `class_` gives class, `data_label` gives data-label, None leaves it out.

    >>> element("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    head = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{head}>")
    return Markup(f"<{name}{head}>{join(children)}</{name}>")


def lead(*parts: object) -> Markup:
    """Return a section's opening paragraph, its parts joined by spaces, empty ones left out."""
    return element("p", join(filter(None, parts), " "), class_="lead")


def pairs(rows: Iterable[tuple[object, object]]) -> Markup:
    """Return a description list of (name, value) rows."""
    items = (element("div", element("dt", name), element("dd", value)) for name, value in rows)
    return element("dl", *items)


def figure(content: Markup, caption: object, class_: str | None = None) -> Markup:
    """Return a captioned figure."""
    return element("figure", content, element("figcaption", caption), class_=class_)


def grid(items: Iterable[Markup], class_: str = "grid") -> Markup:
    """Return items side by side where the page is wide enough, below one another where not."""
    return element("div", *items, class_=class_)


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(value)}"'

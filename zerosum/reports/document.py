"""The frame of a page: head, policy, style, sections; nothing in it knows what the page is about."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from zerosum.reports.html import Markup, clean, element, join
from zerosum.reports.style import CSS

# a page that may load nothing and run nothing but its own script, whatever a name in it manages to say
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Section:
    """One section of a page.

    Attributes:
        key: its anchor, unique on the page.
        title: its heading.
        body: what stands below it.
        there: False for a section that only says why it is empty; the contents leave it out.
    """

    key: str
    title: str
    body: Markup
    there: bool = True


def document(
    title: str,
    head: Markup,
    sections: Iterable[Section],
    footer: object,
    *,
    style: str = "",
    script: str = "",
) -> str:
    """Return a whole self-contained page as text: nothing is loaded from elsewhere.

    Args:
        title: of the page. head: what stands on top. sections: below it. footer: at the end.
        style: rules of this page alone.
        script: what the page runs when it is read; without one nothing can run on it at all.
    """
    sections = list(sections)
    links = [element("li", element("a", s.title, href=f"#{s.key}")) for s in sections if s.there]
    nav = element("nav", element("ul", *links), aria_label="Sections") if links else ""
    top = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(script)),
        element("title", clean(title, 140)),
        element("style", Markup(CSS + style)),
    )
    body = element(
        "body",
        element("header", head, nav),
        element("main", join([_section(s) for s in sections], "\n")),
        element("footer", element("p", footer)),
        element("script", Markup(script)) if script else "",
    )
    return f"<!DOCTYPE html>\n{element('html', top, body, lang='en')}\n"


def write_page(target: Path, text: str) -> Path:
    """Write a page, replacing an older one in one step; return its path."""
    partial = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix}")
    try:
        partial.write_bytes(text.encode("utf-8"))
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _policy(script: str) -> str:
    if not script:
        return _POLICY
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return f"{_POLICY}; script-src 'sha256-{digest}'"


def _section(section: Section) -> Markup:
    return element(
        "section",
        element("h2", section.title, id=f"{section.key}-title"),
        section.body,
        id=section.key,
        aria_labelledby=f"{section.key}-title",
        class_=None if section.there else "absent",
    )

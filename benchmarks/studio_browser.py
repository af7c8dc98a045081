"""A page whose WebSocket writes down when what was sent, came and was drawn; without knowing any view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.studio.running import Served

VIEWPORT = {"width": 1300, "height": 950}
# An answer "drawn" is sent in the animation frame that follows a frame's drawing.
_HOOK = """
window.__wire = { frames: [], drawn: [], sent: [], ready: null };
const text = new TextDecoder();
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (!(data instanceof ArrayBuffer)) return;
      const length = new DataView(data).getUint32(0, true);
      const { arrays, ...header } = JSON.parse(text.decode(new Uint8Array(data, 4, length)));
      const { channel, kind, step, tag } = header;
      __wire.frames.push({ at: performance.now(), bytes: data.byteLength, channel, kind, step, tag });
    });
  }
  send(data) {
    const message = JSON.parse(data), at = performance.now();
    if (message.drawn) __wire.drawn.push({ at, channel: message.channel });
    else __wire.sent.push({ at, channel: message.channel, tag: message.do?.tag });
    super.send(data);
  }
};
new MutationObserver(() => {
  if (document.body?.dataset.ready) __wire.ready ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


@contextmanager
def page_of(browser: Any, served: Served) -> Iterator[Any]:
    """Yield a fresh page, let in, with the hook in every page that it will show."""
    context = browser.new_context(viewport=VIEWPORT)
    context.add_init_script(_HOOK)
    page = context.new_page()
    page.goto(served.entrance)
    try:
        yield page
    finally:
        context.close()


def show(page: Any, served: Served, path: str) -> float:
    """Open a view; return the seconds from the start of the navigation until it could be used."""
    page.goto(served.base + path, wait_until="commit")
    page.wait_for_selector("body[data-ready]", timeout=60_000)
    return float(page.evaluate("__wire.ready")) / 1000


def wire(page: Any, since: float = 0.0) -> dict[str, list[dict[str, Any]]]:
    """Return what went over the wire since a time of the page's clock, in milliseconds."""
    script = """(since) => Object.fromEntries(["frames", "drawn", "sent"].map(
      (name) => [name, __wire[name].filter(({ at }) => at >= since)]))"""
    found: dict[str, list[dict[str, Any]]] = page.evaluate(script, since)
    return found


def clock(page: Any) -> float:
    """Return the page's clock, in milliseconds."""
    return float(page.evaluate("performance.now()"))

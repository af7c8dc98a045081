"""The quiz page: held-out rows and generated ones, one at a time, "real or fake?".

One file that loads nothing. Its script is allowed by its hash and no other is. Truth stands in the page in a
form that no glance reads; it is no secret, and cannot be: the page scores by itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zerosum.reports import pictures
from zerosum.reports.document import Section, document
from zerosum.reports.html import Markup, element, join, lead
from zerosum.reports.numbers import count
from zerosum.reports.quiz_panels import frame, panel
from zerosum.reports.quiz_script import SCRIPT

FORMAT = "zerosum quiz answers 1"
_MOST_SIDE = 512  # pixels: larger pictures are averaged down, both kinds alike
_SHOWN_SIDE, _MOST_TIMES = 320, 24  # pixels that small ones are enlarged to, and how far at most

CSS = """
.play, .result { max-width: 640px; }
.stage { width: min(100%, 384px); aspect-ratio: 1; display: grid; place-items: center; margin: 0 0 14px;
  background: var(--soft); border: 1px solid var(--line); border-radius: 8px; padding: 14px; }
.stage .picture { max-width: 100%; max-height: 100%; object-fit: contain; image-rendering: pixelated; }
.stage svg.picture { width: 100%; height: 100%; }
svg.picture { color: var(--ink); background: var(--page); }
svg.picture .dots { stroke: var(--ink); stroke-width: 4.5; stroke-linecap: round; opacity: 0.5; }
svg.picture .dots.small { stroke-width: 2.6; }
svg.picture .bars { fill: var(--ink); fill-opacity: 0.3; stroke: var(--ink); }
svg.picture .edge { fill: none; stroke: var(--line); }
svg.picture text { font-size: 9px; fill: var(--muted); }
.choices { display: flex; gap: 12px; max-width: 384px; margin-bottom: 10px; }
button { font: inherit; color: var(--ink); background: var(--page); border: 1px solid var(--muted);
  border-radius: 8px; padding: 10px 14px; cursor: pointer; }
.choices button { flex: 1; font-weight: 600; padding: 14px 8px; }
.choices .hint { display: block; font-weight: 400; }
button:hover:enabled { background: var(--soft); }
button:disabled { opacity: 0.45; cursor: default; }
button:focus-visible, input:focus-visible { outline: 2px solid var(--real); outline-offset: 3px; }
.less { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: center; font-size: 0.875rem; }
.less button { padding: 6px 10px; }
progress { width: min(100%, 384px); height: 8px; accent-color: var(--muted); display: block;
  margin-bottom: 14px; }
#where, #running { margin: 0 0 4px; font-variant-numeric: tabular-nums; }
#running { min-height: 1.6em; }
#verdict:focus { outline: none; }
table.shares { max-width: 720px; }
.span { width: min(200px, 30vw); height: 20px; display: block; }
.span .track { stroke: var(--line); } .span .half { stroke: var(--muted); stroke-dasharray: 3 2; }
.span .interval { stroke: var(--ink); stroke-width: 3; } .span .dot { fill: var(--ink); }
ol.told { list-style: none; max-width: none; padding: 0; display: grid; gap: 16px; margin-top: 18px;
  grid-template-columns: repeat(auto-fill, minmax(min(46%, 132px), 1fr)); }
ol.told li { border: 1px solid var(--line); border-radius: 8px; padding: 8px; min-width: 0; }
ol.told li.real-one { border: 2px solid var(--real); }
ol.told li.fake-one { border: 2px dashed var(--fake); }
ol.told .picture { width: 100%; aspect-ratio: 1; height: auto; object-fit: contain;
  image-rendering: pixelated; }
ol.told p { margin: 6px 0 0; font-size: 0.8125rem; }
.files a { display: inline-block; margin-right: 18px; }
[hidden] { display: none !important; }
"""


@dataclass(frozen=True)
class About:
    """What a quiz is of.

    Attributes:
        model: the generator's name. data: what its real rows are. kind: "image", "points" or "table".
        seed: of rows, coins and order. size: rows in each drawing; 1 for a picture.
        made: the command that wrote the page.
    """

    model: str
    data: str
    kind: str
    seed: int
    size: int
    made: str


def picture_items(images: np.ndarray) -> list[Markup]:
    """Return uint8 pictures (n, H, W[, C]) as elements, all written by the same encoder."""
    shown = pictures.fitted(images, _MOST_SIDE)
    height, width = shown.shape[1:3]
    times = min(_MOST_TIMES, max(1, _SHOWN_SIDE // max(height, width)))
    return [
        element(
            "img",
            src=pictures.data_uri(pictures.encode(image)),
            alt=f"Picture {i + 1}: real or generated?",
            width=width * times,
            height=height * times,
            class_="picture",
        )
        for i, image in enumerate(shown)
    ]


def drawn_items(groups: Sequence[np.ndarray], names: Sequence[str]) -> list[Markup]:
    """Return groups of rows (n, columns) as drawings in one frame."""
    where = frame(groups, names)
    return [
        panel(rows, where, f"Drawing {i + 1} of {len(rows)} rows: real or generated?")
        for i, rows in enumerate(groups)
    ]


def quiz_page(items: Sequence[Markup], real: Sequence[bool], about: About) -> str:
    """Return the page as text.

    Args:
        items: (n,) what is shown, in the order of the questions, each of class `picture`.
        real: (n,) whether each is real. about: where they come from.
    """
    head = join(
        (
            element("p", about.model, class_="run"),
            element("h1", "Real or fake?"),
            element("p", _asked(about, len(items)), class_="trained"),
        )
    )
    sections = [
        Section("quiz", "The questions", _play(items, real, about)),
        Section("how", "How it is made and scored", _how(about, len(items))),
    ]
    title = f"Real or fake? · {about.model}"
    footer = f"Made by: {about.made}"
    return document(title, head, sections, footer, style=CSS, script=SCRIPT)


def hidden_order(real: Sequence[bool], salt: int) -> str:
    """Return truths as base64 text in which no glance sees them; `revealed` of the script reads it.

    Each byte is that of a small generator of numbers, x ← 1103515245 x + 12345 mod 2³¹, with the truth added
    to its lowest bit.
    """
    state, made = salt, bytearray()
    for is_real in real:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        made.append((state >> 16 & 0xFF) ^ bool(is_real))
    return base64.b64encode(bytes(made)).decode("ascii")


def _asked(about: About, n: int) -> str:
    if about.kind == "image":
        return f"{n} pictures, one at a time. Say of each whether it is one of the data or made up."
    return (
        f"{n} drawings, one at a time, each of {count(about.size)} rows that are all real or all generated. "
        "Say of each which they are."
    )


def _play(items: Sequence[Markup], real: Sequence[bool], about: About) -> Markup:
    salt = int(hashlib.sha256("".join(items).encode()).hexdigest()[:7], 16)
    told = {
        "format": FORMAT,
        "about": f"{about.model}, seed {about.seed}",
        "salt": salt,
        "order": hidden_order(real, salt),
    }
    # "<" would end the element early if a name held "</script>"
    data = Markup(json.dumps(told).replace("<", "\\u003c"))
    tiles = [element("li", item, element("p", f"{i + 1}")) for i, item in enumerate(items)]
    return join(
        [
            element(
                "noscript", element("p", "This page needs its own script to ask and to score.")
            ),
            element("div", _question(len(items)), id="play", class_="play", hidden=True),
            element("div", _result(tiles), id="result", hidden=True),
            element("script", data, id="quiz-data", type="application/json"),
        ]
    )


def _question(n: int) -> Markup:
    return join(
        [
            element("p", "", id="where", role="status"),
            element("progress", value=0, max=n, id="bar", aria_label="Questions answered"),
            element("div", "", id="stage", class_="stage"),
            element(
                "div",
                _choice("real", "Real", "R or ←"),
                _choice("fake", "Fake", "F or →"),
                class_="choices",
                role="group",
                aria_label="Your answer",
            ),
            element("p", "", id="running", role="status"),
            element(
                "div",
                element("button", "Take back (U)", id="back", type="button"),
                element("button", "Stop and score", id="stop", type="button"),
                element(
                    "label",
                    element("input", type="checkbox", id="sight"),
                    " show the score on the way",
                ),
                class_="less",
            ),
        ]
    )


def _choice(name: str, label: str, keys: str) -> Markup:
    inside = join([element("span", label, class_=name), element("span", keys, class_="hint")])
    return element("button", inside, id=name, type="button")


def _result(tiles: Sequence[Markup]) -> Markup:
    links = [
        element("a", f"Answers as {name.upper()}", id=name, href="#quiz")
        for name in ("json", "csv")
    ]
    return join(
        [
            element("p", "", id="verdict", class_="finding", tabindex="-1", role="status"),
            element("table", element("tbody", "", id="shares"), class_="shares"),
            element(
                "p", "Shares with their 95 % intervals; the broken line is guessing.", class_="hint"
            ),
            element("ul", "", id="notes"),
            element("p", *links, class_="files"),
            element("h3", "Which were which"),
            element("ol", *tiles, id="pictures", class_="told"),
        ]
    )


def _how(about: About, n: int) -> Markup:
    shown = {
        "image": (
            "Real pictures were encoded as for training and decoded again, as generated ones are, and both "
            "are written by one encoder: neither format nor rounding tells them apart."
        )
    }.get(
        about.kind,
        "No row can be judged alone, so each drawing shows many, and no row is in two drawings. All share "
        "one frame; what lies beyond it is drawn on its edge. Of a table the first three columns that are "
        "not constant are drawn: each one's histogram, and every pair.",
    )
    said = (
        f"Real ones are drawn from {about.data}; generated ones are the generator's samples. The seed chose "
        "them and nobody picked.",
        shown,
        "For each question a fair coin chose real or generated. So whoever sees no difference is right with "
        "probability 1/2 at every question, and no counting helps: p is the exact binomial probability of "
        "being as far from half, either way.",
        "The intervals are Wilson's. They tell about you and these pictures, not about everybody: another "
        "person may see more.",
        "With the score in sight, answers cannot be taken back. Taking the quiz again scores your memory.",
        "The truth lies in this file, scrambled against a glance only: it is no secret.",
    )
    items = element("ul", *(element("li", text) for text in said))
    return join([lead(f"Seed {about.seed}, {n} questions."), items])

"""What a quiz page runs: the arithmetic of `metrics/human.py` once more, and the page's buttons and keys.

A page that works from a file with no network has to score by itself; a test holds the two to each other.
"""

# functions of numbers only, so that they can be run without a page
SCORING = r"""
"use strict";
const Z = 1.959963984540054, LEVEL = 0.05, LEAST = 6;

function wilson(k, n) {
  const p = k / n, scale = 1 + Z * Z / n, centre = p + Z * Z / (2 * n);
  const half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
  return { k, n, value: p, low: k === 0 ? 0 : (centre - half) / scale,
    high: k === n ? 1 : (centre + half) / scale };
}

// how often a fair coin gets as far from n/2 as k, or further: the terms from n heads downwards
function guessing(k, n) {
  let term = Math.pow(2, -n), tail = term;
  for (let j = n; j > Math.max(k, n - k); j -= 1) {
    term = term * j / (n - j + 1);
    tail += term;
  }
  return Math.min(1, 2 * tail);
}

const percent = (share) => `${Math.floor(100 * share + 0.5)} %`;
const pText = (p) => p < 0.001 ? "below 0.001" : (Math.floor(1000 * p + 0.5) / 1000).toFixed(3);

function sentence(right, p) {
  const counted = `${right.k} of ${right.n} right, p = ${pText(p)} against guessing`;
  if (p < LEVEL && 2 * right.k > right.n) return `You can tell them apart: ${counted}.`;
  if (p < LEVEL) return `You see a difference, but take it the wrong way round: ${counted}.`;
  return `You cannot be told from guessing at n = ${right.n}: ${counted}. That does not make them ` +
    `alike: you might be right ${percent(right.high)} of the time, and so few answers would not ` +
    `show it.`;
}

function notes(right, p, asked, inSight) {
  const stopped = right.n < asked, apart = right.low > 0.5 || right.high < 0.5;
  return [
    [right.n < LEAST, `Even without a mistake, ${right.n} answers could not tell you from ` +
      `guessing: give at least ${LEAST}.`],
    [stopped, `${right.n} of ${asked} questions were answered.`],
    [stopped && inSight > 0, "The score was in sight on the way: who stops when it looks well " +
      "makes p too small."],
    [!stopped && inSight > 0, "The score was in sight on the way, from which one learns: the " +
      "share is a mean over that learning."],
    [apart !== (p < LEVEL), "The interval is an approximation and p is exact: where they differ, " +
      "as here, go by p."],
  ].filter((pair) => pair[0]).map((pair) => pair[1]);
}

// real: true or false for each question; said: the same, null without an answer
function score(real, said, inSight) {
  const asked = real.map((r, i) => [r, said[i]]).filter((pair) => pair[1] !== null);
  const share = (pairs) => pairs.length
    ? wilson(pairs.filter((pair) => pair[0] === pair[1]).length, pairs.length) : null;
  const right = share(asked);
  if (right === null) return null;
  const p = guessing(right.k, right.n);
  return { right, onReal: share(asked.filter((pair) => pair[0])),
    onFake: share(asked.filter((pair) => !pair[0])), p, sentence: sentence(right, p),
    notes: notes(right, p, real.length, inSight) };
}

// the lowest bit of each byte, after the bytes of a small generator of numbers are taken away
function revealed(text, salt) {
  let state = salt;
  return Array.from(atob(text), (character) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return ((character.charCodeAt(0) ^ (state >> 16)) & 1) === 1;
  });
}
"""

PAGE = r"""
const by = (id) => document.getElementById(id);
const quiz = JSON.parse(by("quiz-data").textContent);
const real = revealed(quiz.order, quiz.salt), n = real.length;
const items = Array.from(by("pictures").children);
const said = Array(n).fill(null), inSight = Array(n).fill(false);
let at = 0, over = false, peeked = false;

const word = (isReal) => isReal ? "real" : "fake";
const tied = (text) => text.replaceAll(" %", "\u00a0%");
const shareText = (s) => s === null ? "none was answered"
  : `${s.k} of ${s.n}, ${percent(s.value)} (${percent(s.low)} to ${percent(s.high)})`;
const sightCount = () => inSight.filter((seen) => seen).length;

function show() {
  by("stage").replaceChildren(items[at].querySelector(".picture").cloneNode(true));
  by("where").textContent = `Question ${at + 1} of ${n}`;
  by("bar").value = at;
  peeked = peeked || by("sight").checked;  // from then on no answer can be taken back
  by("back").disabled = at === 0 || peeked;
  by("stop").disabled = at === 0;
  const now = score(real, said, sightCount());
  by("running").textContent = !by("sight").checked || now === null ? ""
    : `So far: ${shareText(now.right)}.`;
}

function answer(isReal) {
  if (over) return;
  said[at] = isReal;
  inSight[at] = by("sight").checked;
  at += 1;
  if (at === n) finish(); else show();
}

function takeBack() {
  if (over || by("back").disabled) return;
  at -= 1;
  said[at] = null;
  show();
}

function bar(share) {
  const make = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  };
  const x = (value) => (4 + 192 * value).toFixed(2);
  const drawn = make("svg", { viewBox: "0 0 200 20", class: "span", "aria-hidden": "true" });
  drawn.append(
    make("line", { x1: x(0), x2: x(1), y1: 10, y2: 10, class: "track" }),
    make("line", { x1: x(0.5), x2: x(0.5), y1: 1, y2: 19, class: "half" }),
    make("line", { x1: x(share.low), x2: x(share.high), y1: 10, y2: 10, class: "interval" }),
    make("circle", { cx: x(share.value), cy: 10, r: 4, class: "dot" }));
  return drawn;
}

function row(name, share) {
  const made = document.createElement("tr"), head = document.createElement("th");
  const cell = document.createElement("td"), drawn = document.createElement("td");
  head.scope = "row";
  head.textContent = name;
  cell.textContent = tied(shareText(share));
  if (share !== null) drawn.append(bar(share));
  made.append(head, cell, drawn);
  return made;
}

function tell(item, i) {
  const label = item.querySelector("p"), mark = document.createElement("span");
  const verdict = said[i] === null ? "no answer"
    : said[i] === real[i] ? "✓ right" : `✗ you said ${word(said[i])}`;
  mark.className = word(real[i]);
  mark.textContent = word(real[i]);
  label.replaceChildren(mark, document.createTextNode(` · ${verdict}`));
  item.classList.add(word(real[i]) + "-one", said[i] === real[i] ? "hit" : "miss");
}

function download(id, name, kind, text) {
  by(id).href = `data:${kind};charset=utf-8,${encodeURIComponent(text)}`;
  by(id).download = name;
}

function files() {
  const answers = real.map((r, i) => ({ question: i + 1, truth: word(r),
    said: said[i] === null ? "" : word(said[i]), score_in_sight: inSight[i] }));
  download("json", "answers.json", "application/json",
    JSON.stringify({ format: quiz.format, quiz: quiz.about, answers }, null, 1) + "\n");
  const lines = answers.map((a) => [a.question, a.truth, a.said, a.score_in_sight].join(","));
  download("csv", "answers.csv", "text/csv",
    ["question,truth,said,score_in_sight", ...lines, ""].join("\n"));
}

function finish() {
  const found = score(real, said, sightCount());
  if (over || found === null) return;
  over = true;
  by("play").hidden = true;
  by("result").hidden = false;
  by("verdict").textContent = tied(found.sentence);
  by("shares").replaceChildren(row("right", found.right),
    row("real ones called real", found.onReal), row("fake ones called fake", found.onFake));
  by("notes").replaceChildren(...found.notes.map((text) => {
    const made = document.createElement("li");
    made.textContent = text;
    return made;
  }));
  items.forEach(tell);
  files();
  by("verdict").focus();
}

const KEYS = { r: () => answer(true), ArrowLeft: () => answer(true), f: () => answer(false),
  ArrowRight: () => answer(false), u: takeBack, Backspace: takeBack };

document.addEventListener("keydown", (event) => {
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (over || !act || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
});
by("real").addEventListener("click", () => answer(true));
by("fake").addEventListener("click", () => answer(false));
by("back").addEventListener("click", takeBack);
by("stop").addEventListener("click", finish);
by("sight").addEventListener("change", show);
by("play").hidden = false;
show();
"""

SCRIPT = SCORING + PAGE

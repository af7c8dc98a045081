// The way from one sample to the next: as a strip, as a film, and to keep.

import { sharp } from "../lib/canvas.js";
import { raw } from "../lib/api.js";
import { button, check, select, slider } from "../lib/controls.js";
import { colour, h, notice, number, onTheme } from "../lib/dom.js";
import { keepers, save } from "../lib/keep.js";
import { asked, only, rows, sample, sheet, table } from "./made.js";
import { classField, droppable, Palette } from "./palette.js";
import { RowView, tile } from "./rowview.js";

const PATHS = { spherical: "spherical", linear: "linear", geodesic: "geodesic" };
const STORIES = {
  spherical: "Along a great circle: the latents keep the length that the generator was trained on.",
  linear: "Along a straight line: in the middle the latents are shorter than any the generator was trained on.",
  geodesic: "The points of the great circle moved until the rows change least and evenly; this is computed, and takes a while.",
};
const TYPES = { GIF: "gif", WebP: "webp", APNG: "png" };
const FIRST = { samples: "0,1,2,3", steps: 8, path: "spherical", closed: false, seed: 0, label: 0, milliseconds: 80, first: 0 };

export async function show(place, model, address) {
  const now = address.chosen(FIRST);
  if (!(now.path in PATHS)) now.path = "spherical";
  let samples = now.samples.split(",").map(Number).filter((n) => Number.isInteger(n) && n >= 0).slice(0, 16);
  if (samples.length < 2) samples = [0, 1];
  let [made, chosen, frame, timer, turn] = [null, -1, 0, 0, 0];
  const view = new RowView(model, "the film of the way");
  const strip = h("div", { className: "strip", role: "list" });
  const slots = h("div", { className: "tiles" });
  const story = h("p", { className: "hint" });
  const at = h("span", { className: "hint number", role: "status" });

  const body = () => ({ samples, steps: steps(), path: now.path, closed: now.closed, seed: now.seed, label: now.label });
  const most = () => (now.path === "geodesic" ? 32 : 64);
  const steps = () => Math.max(1, Math.min(now.steps, Math.floor(most() / (samples.length - !now.closed))));
  async function load() {
    now.samples = samples.join(",");
    address.remember(now, FIRST);
    drawSlots();
    story.textContent = STORIES[now.path];
    const mine = ++turn;
    strip.setAttribute("aria-busy", "true");
    at.textContent = "computing …";
    try {
      const answer = await asked(model, "strip", body());
      if (mine !== turn) return;
      made = answer;
    } catch (error) {
      if (mine === turn) { at.textContent = ""; strip.replaceChildren(h("p", { className: "hint" }, `${error.message}.`)); strip.removeAttribute("aria-busy"); }
      return;
    }
    strip.removeAttribute("aria-busy");
    frame = 0;
    drawStrip();
    step(0);
    if (steps() < now.steps) notice(`With so many samples ${steps()} steps between two are the most: a strip of this kind has ${most()}.`);
  }
  function drawStrip() {
    if (model.kind === "picture") {
      strip.replaceChildren(...Array.from({ length: made.count }, (_, i) => {
        const press = button("", () => { play(false); step(i); }, { className: "tile", ariaLabel: `frame ${i}` });
        const ends = i % steps() === 0;
        press.append(tile(model, made, i, `frame ${i}`), h("small", {}, ends ? `sample ${samples[(i / steps()) % samples.length]}` : ""));
        return press;
      }));
    } else strip.replaceChildren(new Lines(model, made, (i) => { play(false); step(i); }).element);
    if (model.kind === "points") view.lattice(made.values, made.count);
  }
  function step(i) {
    if (!made) return;
    frame = (i + made.count) % made.count;
    view.show(made, frame);
    at.textContent = `frame ${frame + 1} of ${made.count}`;
    [...strip.children].forEach((one, k) => (k === frame ? one.setAttribute("aria-current", "true") : one.removeAttribute("aria-current")));
  }
  function play(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => step(frame + 1), now.milliseconds) : 0;
    start.textContent = on ? "Pause" : "Play";
  }
  async function film(name, type) {
    const answer = await raw("POST", `/api/explore/${model.id}/film`, { strip: body(), format: type, milliseconds: now.milliseconds });
    save(`${model.name}-film.${type}`, new Blob([await answer.arrayBuffer()], { type: `image/${type}` }));
  }

  // Press a slot and then a sample, or drop a sample on the slot.
  function drawSlots() {
    slots.replaceChildren(...samples.map((n, i) => slot(n, i)),
      button("+ sample", () => { if (samples.length < 16) { samples.push(palette.start + samples.length); chosen = samples.length - 1; load(); } }, { disabled: samples.length > 15 }),
      button("− sample", () => { if (samples.length > 2) { samples.pop(); chosen = -1; load(); } }, { disabled: samples.length < 3 }));
    rows(model, samples.map((n) => ({ terms: [sample(n)], seed: now.seed, classes: only(model, now.label) })), { side: 96 })
      .then((small) => samples.length === small.count && [...slots.querySelectorAll(".slot")].forEach((s, i) => s.replaceChildren(tile(model, small, i, `sample ${samples[i]}`), h("small", {}, samples[i]))));
  }
  function slot(n, i) {
    const element = button(String(n), () => { chosen = chosen === i ? -1 : i; drawSlots(); },
      { className: "tile slot", title: `sample ${n}: press, then press another below`, ariaLabel: `place ${i + 1}, sample ${n}`, ariaPressed: String(chosen === i) });
    droppable(element, (number) => { samples[i] = number; load(); });
    return element;
  }
  const palette = new Palette(model, {
    start: now.first, seed: now.seed, label: now.label, title: "Put a sample on the way",
    picked: (n) => { const place = chosen < 0 ? samples.length - 1 : chosen; samples[place] = n; load(); },
    turned: (s) => { now.first = s; address.remember(now, FIRST); },
  });
  const start = button("Play", () => play(!timer), { className: "main" });
  const keep = keepers(`${model.name}-strip`, {
    png: model.kind === "picture" ? () => sheet(made.pixels, Math.max(2, steps())) : () => strip.querySelector("canvas"),
    csv: () => table(model, made),
    json: () => ({ model: model.name, ...body(), values: made.values, latents: made.latents }),
  });
  const films = model.kind === "picture" ? Object.entries(TYPES).map(([name, type]) => button(name, () => film(name, type), { title: `save the film as ${name}` })) : [];

  place.append(h("div", { className: "card after" }, h("h2", {}, "The way"), slots, strip),
    h("div", { className: "split two" },
      h("figure", { className: "card" }, view.element, h("div", { className: "row after" }, start,
        button("‹", () => { play(false); step(frame - 1); }, { ariaLabel: "previous frame" }),
        button("›", () => { play(false); step(frame + 1); }, { ariaLabel: "next frame" }), at)),
      h("div", { className: "card" },
        select("Path", Object.keys(PATHS), now.path, (v) => { now.path = v; load(); }), story,
        slider("Steps from each to the next", [1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64], now.steps, (v) => { now.steps = v; load(); }),
        slider("Milliseconds a frame", [20, 40, 60, 80, 100, 150, 200, 300, 500, 1000], now.milliseconds, (v) => { now.milliseconds = v; address.remember(now, FIRST); if (timer) play(true); }),
        h("p", {}, check("The last leads back to the first", now.closed, (v) => { now.closed = v; load(); })),
        classField(model, now.label, (v) => { now.label = v; palette.label = v; palette.draw(); load(); }),
        h("div", { className: "row" }, keep, films))),
    palette.element);
  palette.draw().catch((error) => notice(error.message));
  await load();
  return () => clearInterval(timer);
}

// Numbers along the way: a line for each column, in standard deviations of the training rows.
class Lines {
  constructor(model, made, pressed) {
    this.canvas = h("canvas", { role: "img" });
    this.canvas.setAttribute("aria-label", "values of the columns along the way, in standard deviations");
    this.element = h("figure", { className: "lines" }, this.canvas,
      h("figcaption", {}, "Each column along the way, in standard deviations from its mean in the training rows. Press to see the row there."));
    const draw = () => { if (this.canvas.isConnected) this.draw(model, made); };
    requestAnimationFrame(draw);
    onTheme(draw);
    this.canvas.addEventListener("click", (event) => {
      const box = this.canvas.getBoundingClientRect();
      pressed(Math.round(((event.clientX - box.left - 34) / (box.width - 120)) * (made.count - 1)));
    });
  }

  draw(model, made) {
    const height = Math.min(420, Math.max(190, 13 * model.columns.length + 24));
    const width = this.canvas.clientWidth;
    const c = sharp(this.canvas, width, height);
    const scaled = made.values.map((row) => row.map((v, i) => (v - model.columns[i].mean) / model.columns[i].std));
    const most = Math.max(1, ...scaled.flat().map(Math.abs));
    const x = (i) => 34 + (i / Math.max(1, made.count - 1)) * (width - 120);
    const y = (v) => height / 2 - (v / most) * (height / 2 - 10);
    c.font = "11px system-ui, sans-serif";
    for (const v of [-most, 0, most]) {
      c.strokeStyle = colour("line");
      c.beginPath(); c.moveTo(34, y(v)); c.lineTo(width - 86, y(v)); c.stroke();
      c.fillStyle = colour("muted"); c.textAlign = "right"; c.fillText(number(v, 2), 30, y(v) + 4);
    }
    const hues = ["real", "fake", "third", "fourth"];
    const dashes = [[], [6, 3], [2, 2], [8, 2, 2, 2]];
    const ends = [];
    model.columns.forEach((column, k) => {
      c.strokeStyle = colour(hues[k % 4]);
      c.setLineDash(dashes[Math.floor(k / 4) % 4]);
      c.lineWidth = 1.5;
      c.beginPath();
      scaled.forEach((row, i) => c.lineTo(x(i), y(row[k])));
      c.stroke();
      ends.push({ name: column.name, hue: hues[k % 4], y: y(scaled.at(-1)[k]) });
    });
    c.setLineDash([]);
    c.textAlign = "left";
    ends.sort((a, b) => a.y - b.y).forEach((end, i) => {
      const room = height - 12 * (ends.length - i) + 4;
      end.at = Math.max(Math.min(end.y, room), i ? ends[i - 1].at + 12 : 8);
      c.fillStyle = colour(end.hue);
      if (end.at < height) c.fillText(end.name.slice(0, 12), width - 80, end.at + 4);
    });
  }
}

// A plane among the latents: through three samples, or along two directions from one. The picture follows
// the pointer; the lattice behind it shows what lies where.

import { get } from "../lib/api.js";
import { button, check, select } from "../lib/controls.js";
import { colour, h, notice, number, onTheme } from "../lib/dom.js";
import { keepers } from "../lib/keep.js";
import { open } from "../lib/live.js";
import { ordered } from "../lib/maps.js";
import { Plane } from "../lib/plane.js";
import { axis, image, only, rows, sample } from "./made.js";
import { classField, Palette, sampleField } from "./palette.js";
import { RowView } from "./rowview.js";

const WAYS = { "three samples": "samples", "principal directions": "pca", "directions of the first layer": "weights", "directions of the labels": "labels" };
const FIRST = { by: "samples", a: 0, b: 1, c: 2, i: 1, j: 2, x: 0, y: 0, keep: true, label: 0, seed: 0, column: 0, first: 0 };
const BOXES = { samples: [-0.375, 1.375, -0.375, 1.375], axes: [-3.5, 3.5, -3.5, 3.5] };

export async function show(place, model, address) {
  const now = address.chosen(FIRST);
  if (!Object.values(WAYS).includes(now.by)) now.by = "samples";
  const view = new RowView(model);
  const plane = new Plane("Plane among the latents. The arrow keys move the point, with Shift in larger steps; Home goes to A.");
  const status = h("output", { className: "number" });
  const pace = h("span", { className: "number" });
  const settings = h("div");
  let [lattice, last, names, picking] = [null, null, null, "a"];
  const fields = {};
  plane.canvas.tabIndex = 0;
  plane.canvas.setAttribute("role", "application");
  plane.canvas.id = "latent-plane";

  const sent = new Map();
  const times = [];
  let tag = 0;
  const channel = await open("latent", () => ({ id: model.id }), (header, arrays) => {
    if (header.kind !== "made") return;
    last = { ...header, ...arrays };
    view.show(last);
    took(header.tag);
    plane.canvas.dataset.exact = header.exact;
    plane.canvas.dataset.shown = header.tag;
    status.textContent = `(${number(now.x)}, ${number(now.y)}), length of z ${number(header.norm)}`;
  });

  function took(which) {
    if (!sent.has(which)) return;
    times.push(performance.now() - sent.get(which));
    for (const key of sent.keys()) if (key <= which) sent.delete(key);
    if (times.length > 50) times.shift();
    const median = [...times].sort((p, q) => p - q)[Math.floor(times.length / 2)];
    plane.canvas.dataset.median = median;
    pace.textContent = `${median.toFixed(0)} ms from the pointer to the picture (median of ${times.length})`;
  }

  function point(x, y) {
    const shared = { seed: now.seed, keep: now.keep, classes: only(model, now.label) };
    const terms = now.by === "samples"
      ? [sample(now.a, 1 - x - y), sample(now.b, x), sample(now.c, y)]
      : [sample(now.a), axis(now.by, now.i - 1, x), ...(names?.length === 1 ? [] : [axis(now.by, now.j - 1, y)])];
    return { terms, ...shared };
  }

  function go(x, y, timed = true) {
    const [left, right, bottom, top] = plane.box;
    now.x = Math.min(Math.max(x, left), right);
    now.y = Math.min(Math.max(y, bottom), top);
    if (timed) sent.set(++tag, performance.now()); else tag++;
    channel.do({ point: point(now.x, now.y), tag });
    draw();
    later();
  }

  let waiting = 0;
  const later = () => { clearTimeout(waiting); waiting = setTimeout(() => address.remember(rounded(now), FIRST), 250); };

  async function lay() {
    plane.box = now.by === "samples" ? BOXES.samples : BOXES.axes;
    lattice = null;
    draw();
    const mine = JSON.stringify({ ...now, x: 0, y: 0, column: 0, first: 0 });
    lay.wanted = mine;
    const points = cells(plane.box, model.kind === "picture" ? 7 : 15).map(([x, y]) => point(x, y));
    const made = await rows(model, points, { side: 96 });
    if (lay.wanted !== mine) return;
    lattice = made;
    view.lattice(made.values, 15);
    draw();
  }

  function changed() {
    address.remember(rounded(now), FIRST);
    lay().catch((error) => notice(error.message));
    go(now.x, now.y, false);
  }

  function draw() {
    const c = plane.begin();
    if (lattice) background(plane, lattice, now.column);
    else { c.fillStyle = colour("soft"); c.fillRect(0, 0, plane.width, plane.height); }
    if (now.by === "samples") [["A", 0, 0], ["B", 1, 0], ["C", 0, 1]].forEach(([name, x, y]) => mark(plane, name, x, y));
    else mark(plane, "A", 0, 0);
    cross(plane, now.x, now.y);
  }

  async function settle() {
    if (now.by !== "samples") {
      settings.replaceChildren(h("p", { className: "hint" }, "Finding directions …"));
      try {
        if (now.by === "labels" && model.unlabelled) throw new Error(model.unlabelled.charAt(0).toUpperCase() + model.unlabelled.slice(1));
        names = (await get(`/api/explore/${model.id}/directions?by=${now.by}`)).directions.map((d) => d.name);
      } catch (error) {
        settings.replaceChildren(...chooser(), h("p", { className: "hint" }, `${error.message}.`));
        return false;
      }
      [now.i, now.j] = [now.i, now.j].map((k) => Math.min(Math.max(Math.round(k), 1), names.length));
    }
    settings.replaceChildren(...chooser(), ...(now.by === "samples" ? anchors() : along()), ...common());
    return true;
  }

  const chooser = () => [select("Plane through", Object.keys(WAYS), Object.keys(WAYS).find((k) => WAYS[k] === now.by),
    (v) => { Object.assign(now, { by: WAYS[v], x: 0, y: 0, i: 1, j: 2 }); begin(); })];
  const begin = async () => { address.remember(rounded(now), FIRST); if (await settle()) changed(); };
  const anchor = (name, key) => {
    const field = sampleField(name, now[key], (n) => { now[key] = n; changed(); });
    fields[key] = field.input;
    field.input.addEventListener("focus", () => { picking = key; });
    return field.element;
  };
  // A sample that is pressed takes the place of the anchor last touched, then the next one's.
  function pick(n) {
    const keys = now.by === "samples" ? ["a", "b", "c"] : ["a"];
    const key = keys.includes(picking) ? picking : "a";
    now[key] = n;
    if (fields[key]) fields[key].value = n;
    picking = keys[(keys.indexOf(key) + 1) % keys.length];
    changed();
  }
  const anchors = () => [h("div", { className: "anchors" }, anchor("A", "a"), anchor("B", "b"), anchor("C", "c"))];
  const along = () => {
    const pick = (label, key) => select(label, names, names[Math.min(now[key], names.length) - 1],
      (v) => { now[key] = names.indexOf(v) + 1; changed(); });
    return [h("div", { className: "anchors" }, anchor("A", "a")), pick("To the right", "i"), names.length > 1 && pick("Upwards", "j")].filter(Boolean);
  };
  const common = () => [
    classField(model, now.label, (v) => { now.label = v; palette.label = v; palette.draw(); changed(); }),
    model.kind !== "picture" && model.columns.length > 1 ? select("Colour of the plane", model.columns.map((c) => c.name), model.columns[now.column]?.name,
      (v) => { now.column = model.columns.findIndex((c) => c.name === v); address.remember(rounded(now), FIRST); draw(); }) : null,
    h("p", {}, check("Keep the length of the samples", now.keep, (v) => { now.keep = v; changed(); },
      "Latents lie near one length; the middle between samples is shorter than any of them")),
    model.components ? h("p", { className: "hint" }, `A mixture of ${model.components} generators: what is made jumps where another takes over.`) : null,
  ].filter(Boolean);

  handle(plane, () => now, go);
  const keep = keepers(`${model.name}-plane`, {
    png: () => plane.canvas,
    csv: model.kind === "picture" ? undefined : () => ({ columns: model.columns.map((c) => c.name), rows: last ? last.values : [] }),
    json: () => ({ model: model.name, position: { x: now.x, y: now.y }, point: point(now.x, now.y), values: last?.values?.[0] }),
  });
  const latent = button("Latent", async () => {
    const { latents } = await rows(model, [point(now.x, now.y)], { latents: true });
    (await import("../lib/keep.js")).saveJson(`${model.name}-latent`, { point: point(now.x, now.y), z: latents[0] });
  }, { title: "save the latent at the point as JSON" });
  place.append(h("div", { className: "split three" },
    h("figure", { className: "card" }, plane.canvas, h("figcaption", {}, "Drag, or use the arrow keys. ", status)),
    h("figure", { className: "card" }, view.element, h("figcaption", {}, pace)),
    h("div", { className: "card" }, settings, h("div", { className: "row" }, keep, latent))));
  const palette = new Palette(model, { start: now.first, seed: now.seed, label: now.label, title: "Take a sample as an anchor", picked: pick,
    turned: (start) => { now.first = start; address.remember(rounded(now), FIRST); } });
  place.append(palette.element);
  palette.draw().catch((error) => notice(error.message));
  onTheme(draw);
  const fit = new ResizeObserver(draw);
  fit.observe(plane.canvas);
  begin();
  return () => { channel.close(); fit.disconnect(); clearTimeout(waiting); };
}

const rounded = (now) => ({ ...now, x: Number(now.x.toFixed(4)), y: Number(now.y.toFixed(4)) });

// Middles of n × n cells, the top row first.
function cells([left, right, bottom, top], n) {
  const step = [(right - left) / n, (top - bottom) / n];
  return Array.from({ length: n * n }, (_, k) =>
    [left + ((k % n) + 0.5) * step[0], top - (Math.floor(k / n) + 0.5) * step[1]].map((v) => Number(v.toFixed(9))));
}

function background(plane, made, column) {
  const c = plane.context;
  const n = Math.round(Math.sqrt(made.count));
  const size = [plane.width / n, plane.height / n];
  made.tiles ??= made.pixels ? Array.from({ length: made.count }, (_, i) => {
    const drawn = image(made.pixels, i);
    const one = new OffscreenCanvas(drawn.width, drawn.height);
    one.getContext("2d").putImageData(drawn, 0, 0);
    return one;
  }) : [];
  c.imageSmoothingEnabled = false;
  const values = made.values?.map((row) => row[column] ?? row[0]);
  const [low, high] = values ? [Math.min(...values), Math.max(...values)] : [0, 1];
  for (let i = 0; i < made.count; i++) {
    const [x, y] = [(i % n) * size[0], Math.floor(i / n) * size[1]];
    if (made.tiles[i]) c.drawImage(made.tiles[i], x + 0.5, y + 0.5, size[0] - 1, size[1] - 1);
    else { c.fillStyle = `rgb(${ordered((values[i] - low) / (high - low || 1)).map(Math.round).join(" ")})`; c.fillRect(x, y, size[0] + 0.5, size[1] + 0.5); }
  }
  if (!values) return;
  c.font = "12px system-ui, sans-serif";
  c.textAlign = "left";
  const text = `${number(low)} (dark) … ${number(high)} (light)`;
  c.fillStyle = colour("page");
  c.fillRect(4, plane.height - 22, c.measureText(text).width + 10, 18);
  c.fillStyle = colour("ink");
  c.fillText(text, 9, plane.height - 9);
}

function mark(plane, name, x, y) {
  const c = plane.context;
  const [left, top] = [plane.x(x), plane.y(y)];
  c.fillStyle = colour("page");
  c.strokeStyle = colour("ink");
  c.lineWidth = 1.5;
  c.beginPath();
  c.arc(left, top, 11, 0, 6.2832);
  c.fill();
  c.stroke();
  c.fillStyle = colour("ink");
  c.font = "600 12px system-ui, sans-serif";
  c.textAlign = "center";
  c.fillText(name, left, top + 4.5);
}

function cross(plane, x, y) {
  const c = plane.context;
  for (const [hue, width] of [["page", 6], ["fake", 3]]) {
    c.strokeStyle = colour(hue);
    c.lineWidth = width;
    c.beginPath();
    c.arc(plane.x(x), plane.y(y), 14, 0, 6.2832);
    c.stroke();
  }
}

// The pointer and the keyboard. Near an anchor the pointer lands on it.
function handle(plane, now, go) {
  const { canvas } = plane;
  const follow = (event) => {
    const [x, y] = plane.at(event);
    const near = 9 / plane.width * (plane.box[1] - plane.box[0]);
    const spots = now().by === "samples" ? [[0, 0], [1, 0], [0, 1]] : [[0, 0]];
    go(...(spots.find(([p, q]) => Math.hypot(p - x, q - y) < near) ?? [x, y]));
  };
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); canvas.focus(); follow(event); });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) follow(event); });
  canvas.addEventListener("keydown", (event) => {
    const step = ((plane.box[1] - plane.box[0]) / 70) * (event.shiftKey ? 5 : 1);
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    if (event.key === "Home") go(0, 0);
    else if (event.key in moves) go(now().x + moves[event.key][0] * step, now().y + moves[event.key][1] * step);
    else return;
    event.preventDefault();
  });
}

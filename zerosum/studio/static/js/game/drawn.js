// Data drawn by hand: with a pointer, from a shape, or as numbers; on the line or in the plane.

import { button, select } from "../lib/controls.js";
import { h, notice } from "../lib/dom.js";
import { Plane } from "../lib/plane.js";
import { ticks } from "../lib/curves.js";
import { palette } from "./palette.js";

const REACH = 2; // of the sheet, in each direction
const SCALE = 8192; // of a coordinate that is written into an address
const SPRAY = 0.05;

// Points even in angle or place, with a little jitter that is the same each time.
const jitter = (i) => { const v = Math.sin(12.9898 * (i + 1)) * 43758.5453; return 2 * (v - Math.floor(v)) - 1; };
const along = (n, at) => Array.from({ length: n }, (_, i) => at((i + 0.5) / n, i)).flat();
const near = (x, y, i, s = 0.06) => [x + s * jitter(2 * i), y + s * jitter(2 * i + 1)];

export const SHAPES = {
  drawn: {
    "a smile": () => [
      ...along(160, (u, i) => near(Math.cos(6.283 * u) * 1.5, Math.sin(6.283 * u) * 1.5, i, 0.05)),
      ...along(80, (u, i) => near(Math.cos(3.6 + 2.2 * u) * 0.9, Math.sin(3.6 + 2.2 * u) * 0.9, i, 0.05)),
      ...along(30, (u, i) => near(-0.55, 0.5, i, 0.13)), ...along(30, (u, i) => near(0.55, 0.5, i, 0.13)),
    ],
    "a spiral": () => along(300, (u, i) => near(1.6 * u * Math.cos(12 * u), 1.6 * u * Math.sin(12 * u), i, 0.05)),
    "a cross": () => along(300, (u, i) => (i % 2 ? near(3 * u - 1.5, 0, i) : near(0, 3 * u - 1.5, i))),
    "three clouds": () => along(300, (u, i) => near([-1.1, 1.1, 0][i % 3], [-0.8, -0.8, 1.1][i % 3], i, 0.35)),
  },
  "drawn-line": {
    "two bumps": () => along(300, (u, i) => [(i % 2 ? -1 : 1) + 0.3 * (jitter(i) + jitter(i + 900))]),
    "three narrow, one wide": () => along(320, (u, i) => [i % 4 ? [-1.5, -0.5, 0.5][(i % 4) - 1] + 0.08 * jitter(i) : 1.4 + 0.4 * jitter(i)]),
    "a ramp": () => along(300, (u) => [3 * Math.sqrt(u) - 1.5]),
  },
};

// Points as text of an address, and back.
export function written(points) {
  const bytes = new Uint8Array(Int16Array.from(points, (v) => Math.max(-32767, Math.min(32767, Math.round(v * SCALE)))).buffer);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function readBack(text) {
  try {
    const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Array.from(new Int16Array(Uint8Array.from(raw, (c) => c.charCodeAt(0)).buffer), (v) => v / SCALE);
  } catch { return []; }
}

export class Sheet {
  // done(data, points) is told what was drawn
  constructor(most, done) {
    this.most = most;
    this.points = [];
    this.data = "drawn";
    this.plane = new Plane("a sheet to draw points on; shapes and numbers below do the same without a pointer", { ratio: 0.8 });
    this.plane.box = [-REACH * 1.25, REACH * 1.25, -REACH, REACH];
    this.canvas = this.plane.canvas;
    this.canvas.addEventListener("pointerdown", (e) => { this.canvas.setPointerCapture(e.pointerId); this.strokes.push(this.points.length); this.spray(e); });
    this.canvas.addEventListener("pointermove", (e) => { if (e.buttons) this.spray(e); });
    this.strokes = [];
    this.count = h("span", { className: "hint" });
    this.text = h("textarea", { rows: 4, placeholder: "0.5, 1.2\n-0.3, 0.9", ariaLabel: "points as numbers, one a line" });
    this.shapes = h("div", { className: "row" });
    this.kind = select("Where", ["plane", "line"], "plane", (v) => this.turn(v === "line" ? "drawn-line" : "drawn"));
    this.element = h("dialog", { className: "game-sheet", ariaLabel: "draw data" }, h("h2", {}, "Draw data"),
      this.kind, this.canvas, h("div", { className: "row" }, button("Undo stroke", () => this.undo()), button("Clear", () => this.set([])), this.count),
      h("h3", {}, "Or take a shape"), this.shapes,
      h("details", {}, h("summary", {}, "Or paste numbers"), this.text, h("div", { className: "row" }, button("Use these numbers", () => this.paste()))),
      h("div", { className: "row game-end" }, button("Cancel", () => this.element.close()),
        button("Play on these points", () => { this.element.close(); done(this.data, this.points); }, { className: "main" })));
    this.main = this.element.querySelector(".main");
  }

  open(data, points) {
    this.element.showModal();
    this.turn(data in SHAPES ? data : "drawn", points ?? []);
  }

  turn(data, points = []) {
    this.data = data;
    this.kind.set(data === "drawn" ? "plane" : "line");
    this.shapes.replaceChildren(...Object.entries(SHAPES[data]).map(([name, make]) => button(name, () => this.set(make()))));
    this.set(points);
  }

  get size() { return this.data === "drawn" ? 2 : 1; }

  set(points) { this.strokes = []; this.points = points; this.draw(); }

  undo() {
    this.points = this.points.slice(0, this.strokes.pop() ?? 0);
    this.draw();
  }

  spray(event) {
    const [x, y] = this.plane.at(event);
    for (let k = 0; k < 3 && this.points.length < this.most * this.size; k++) {
      const i = this.points.length;
      this.points.push(...(this.size === 2 ? near(x, y, i, SPRAY) : [x + SPRAY * jitter(i)]));
    }
    this.draw();
  }

  paste() {
    const rows = this.text.value.trim().split(/\n+/).map((line) => line.trim().split(/[\s,;]+/).map(Number));
    const width = rows[0].length;
    if (width > 2 || rows.some((r) => r.length !== width || !r.every(Number.isFinite))) {
      notice("Each line must hold one number, or two: x, y.");
      return;
    }
    this.turn(width === 1 ? "drawn-line" : "drawn", rows.flat().slice(0, this.most * width));
  }

  draw() {
    const { plane, points } = this;
    const c = plane.begin();
    c.fillStyle = palette.muted;
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "center";
    for (const v of ticks(-2, 2, 4)) c.fillText(String(v), plane.x(v), plane.height - 5);
    if (this.size === 2) plane.dots(points, palette.real, 2.2, 0.7);
    else this.stacks(c);
    const n = points.length / this.size;
    this.count.textContent = `${n.toLocaleString("en")} points${n < 10 ? ": at least 10 are needed" : ""}`;
    this.main.disabled = n < 10;
  }

  // On the line, points stand on each other: a histogram of dots.
  stacks(c) {
    const heights = new Map();
    const dots = this.points.flatMap((v) => {
      const cell = Math.round(v * 20);
      heights.set(cell, (heights.get(cell) ?? 0) + 1);
      return [cell / 20, heights.get(cell)];
    });
    const most = Math.max(12, ...heights.values());
    for (let k = 1; k < dots.length; k += 2) dots[k] = -REACH + 0.3 + (dots[k] / most) * (2 * REACH - 0.6);
    this.plane.dots(dots, palette.real, 2.4, 0.8);
    c.strokeStyle = palette.muted;
    this.plane.line([-3, -REACH + 0.25, 3, -REACH + 0.25], palette.muted, 1);
  }
}

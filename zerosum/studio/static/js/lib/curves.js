// Curves over steps: several lines, an axis with round numbers, the last value beside each name.

import { sharp } from "./canvas.js";
import { colour, h, number, onTheme } from "./dom.js";

const PAD = { left: 46, right: 8, top: 8, bottom: 20 };

export class Curves {
  // lines: {name: colour name}
  constructor(title, lines, { height = 130, log = false, dashes = {} } = {}) {
    this.dashes = dashes; // of lines that are not solid
    this.lines = lines;
    this.height = height;
    this.log = log;
    this.canvas = h("canvas", { role: "img" });
    this.canvas.setAttribute("aria-label", `${title}, over rounds`);
    this.keys = h("figcaption");
    this.element = h("figure", {}, h("h3", {}, title), this.canvas, this.keys);
    this.clear();
    onTheme(() => this.draw());
  }

  clear() { this.points = Object.fromEntries(Object.keys(this.lines).map((name) => [name, []])); }

  add(step, values) {
    for (const name of Object.keys(this.lines)) {
      const points = this.points[name];
      const value = values[name];
      if (value === null || value === undefined || !Number.isFinite(value)) continue;
      if (points.length && points.at(-1)[0] >= step) points.pop();
      points.push([step, value]);
      if (points.length > 2000) this.points[name] = points.filter((_, i) => i % 2 === 0 || i > points.length - 100);
    }
  }

  draw() {
    const width = this.canvas.clientWidth || 400;
    const c = sharp(this.canvas, width, this.height);
    const all = Object.values(this.points).flat();
    if (!all.length) return;
    const of = this.log ? (v) => Math.log10(Math.max(v, 1e-12)) : (v) => v;
    const xs = [Math.min(...all.map((p) => p[0])), Math.max(...all.map((p) => p[0]))];
    const sorted = all.map((p) => of(p[1])).sort((a, b) => a - b);
    const ys = [sorted[Math.floor(sorted.length * 0.01)], sorted[Math.ceil(sorted.length * 0.99) - 1]];
    if (ys[1] - ys[0] < 1e-9) { ys[0] -= 0.5; ys[1] += 0.5; }
    const x = (v) => PAD.left + ((v - xs[0]) / (xs[1] - xs[0] || 1)) * (width - PAD.left - PAD.right);
    const y = (v) => this.height - PAD.bottom - ((of(v) - ys[0]) / (ys[1] - ys[0])) * (this.height - PAD.top - PAD.bottom);
    this.axes(c, width, xs, ys, y);
    c.save();
    c.beginPath();
    c.rect(PAD.left, 0, width, this.height - PAD.bottom + 2);
    c.clip();
    for (const [name, hue] of Object.entries(this.lines)) {
      c.strokeStyle = colour(hue);
      c.lineWidth = 1.5;
      c.setLineDash(this.dashes[name] ?? []);
      c.beginPath();
      for (const [step, value] of this.points[name]) c.lineTo(x(step), y(value));
      c.stroke();
      c.setLineDash([]);
    }
    c.restore();
    this.keys.replaceChildren(...Object.entries(this.lines).map(([name, hue]) =>
      h("span", { className: `key ${hue}` }, `${name} ${number(this.points[name].at(-1)?.[1])}`)));
  }

  axes(c, width, xs, ys, y) {
    c.fillStyle = colour("muted");
    c.strokeStyle = colour("line");
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "right";
    for (const v of this.log ? logTicks(10 ** ys[0], 10 ** ys[1]) : ticks(ys[0], ys[1], 3)) {
      c.beginPath();
      c.moveTo(PAD.left, y(v));
      c.lineTo(width - PAD.right, y(v));
      c.stroke();
      c.fillText(number(v), PAD.left - 6, y(v) + 4);
    }
    c.textAlign = "left";
    c.fillText(String(xs[0]), PAD.left, this.height - 5);
    c.textAlign = "right";
    c.fillText(xs[1].toLocaleString("en"), width - PAD.right, this.height - 5);
  }
}

// Round numbers of a logarithmic axis: 1, 2 and 5 in each decade, or every so many decades.
function logTicks(low, high) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = Math.max(1, Math.ceil((last - first) / 5));
  const found = [];
  for (let k = first; k <= last; k += every) for (const m of last - first > 2 ? [1] : [1, 2, 5]) found.push(m * 10 ** k);
  const within = found.filter((v) => v >= low * 0.999 && v <= high * 1.001);
  return within.length > 1 ? within : ticks(low, high, 3);
}

export function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const found = [];
  for (let v = Math.ceil(low / step) * step; v <= high + 1e-9 * step; v += step) found.push(Number(v.toPrecision(10)));
  return found;
}

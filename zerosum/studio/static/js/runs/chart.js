// A chart of finished series: lines with a band of extremes or error bars, a reference band, a marked step,
// and a crosshair that follows the pointer or the arrow keys.

import { sharp } from "../lib/canvas.js";
import { ticks } from "../lib/curves.js";
import { colour, h, number } from "../lib/dom.js";

const PAD = { left: 52, right: 10, top: 8, bottom: 20 };

// Charts that nobody sees are not drawn: a run that is watched by many pages must not pay for it.
const charts = new WeakMap();
const inView = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) charts.get(target)?.shown(isIntersecting);
}, { rootMargin: "200px" });

export class Chart {
  constructor(title, unit, { height = 150 } = {}) {
    [this.title, this.unit, this.height] = [title, unit, height];
    [this.lines, this.smooth, this.log, this.band, this.mark, this.cross] = [[], 0, false, null, null, null];
    this.canvas = h("canvas", { role: "img", tabIndex: 0, className: "run-chart" });
    this.keys = h("figcaption");
    this.element = h("figure", { className: "card run-figure" }, h("h3", {}, title, h("span", { className: "hint" }, ` ${unit}`)), this.canvas, this.keys);
    this.canvas.addEventListener("pointermove", (e) => this.point(e.offsetX));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.canvas.addEventListener("blur", () => this.point(null));
    this.canvas.addEventListener("keydown", (e) => this.key(e));
    [this.seen, this.stale] = [true, false];
    charts.set(this.canvas, this);
    inView.observe(this.canvas);
  }

  shown(seen) {
    this.seen = seen;
    if (seen && this.stale) this.draw();
  }

  // lines: [{name, hue, dash, x, y, low, high, error}], arrays of numbers, NaN where there is none.
  set(lines, { band = null, mark = null } = {}) {
    [this.lines, this.band, this.mark] = [lines, band, mark];
  }

  point(place) {
    if (place === null && this.cross === null) return;
    this.cross = place;
    this.draw();
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !this.lines.length) return;
    event.preventDefault();
    const width = this.canvas.clientWidth;
    const inner = width - PAD.left - PAD.right;
    const from = this.cross ?? PAD.left + inner;
    this.point(Math.min(Math.max(from + (step * inner) / 40, PAD.left), width - PAD.right));
  }

  // Draw, now or when it comes into view; `anyway` for a picture that is saved.
  draw(anyway = false) {
    const width = this.canvas.clientWidth;
    this.stale = !this.seen && !anyway;
    if (!width || this.stale) return;
    const c = sharp(this.canvas, width, this.height);
    const shown = this.lines.map((line) => ({ ...line, smooth: smoothed(line.y, this.smooth) }));
    const frame = this.frame(shown, width);
    if (!frame) { this.say(shown, null); return; }
    this.paintAxes(c, frame, width);
    c.save();
    c.beginPath();
    c.rect(PAD.left, 0, width - PAD.left - PAD.right + 4, this.height - PAD.bottom + 2);
    c.clip();
    if (this.band) paintBand(c, this.band, frame, width);
    for (const line of shown) paintLine(c, line, frame, this.smooth > 0);
    c.restore();
    this.say(shown, this.cross === null ? null : this.paintCross(c, shown, frame));
  }

  // Where numbers lie on the canvas; null when there is nothing to draw.
  frame(lines, width) {
    const xs = lines.flatMap((line) => [line.x[0], line.x[line.x.length - 1]]).filter(Number.isFinite);
    const seen = lines.flatMap((line) => [...line.y, ...(line.error ? line.y.map((v, i) => v + line.error[i]) : [])]);
    const all = [...seen, ...(this.band ?? [])].filter(Number.isFinite).sort((a, b) => a - b);
    if (!xs.length || !all.length) return null;
    const log = this.log && all[0] > 0;
    const of = log ? Math.log10 : (v) => v;
    const cut = all.length > 60 ? 0.005 : 0;
    let [low, high] = [of(all[Math.floor(all.length * cut)]), of(all[Math.ceil(all.length * (1 - cut)) - 1])];
    const margin = high - low > 1e-12 ? 0.06 * (high - low) : Math.abs(high) * 0.1 || 0.5;
    [low, high] = [low - margin, high + margin];
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [inner, tall] = [width - PAD.left - PAD.right, this.height - PAD.top - PAD.bottom];
    return {
      log, low, high, left, right,
      x: (v) => PAD.left + (right > left ? ((v - left) / (right - left)) * inner : inner / 2),
      back: (place) => left + ((place - PAD.left) / inner) * (right - left),
      y: (v) => this.height - PAD.bottom - ((of(Math.max(v, log ? 1e-300 : -Infinity)) - low) / (high - low)) * tall,
    };
  }

  paintAxes(c, frame, width) {
    c.fillStyle = colour("muted");
    c.strokeStyle = colour("line");
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "right";
    for (const value of frame.log ? logTicks(frame.low, frame.high) : ticks(frame.low, frame.high, 3)) {
      const y = frame.y(value);
      c.beginPath(); c.moveTo(PAD.left, y); c.lineTo(width - PAD.right, y); c.stroke();
      c.fillText(number(value), PAD.left - 6, y + 4);
    }
    c.textAlign = "left";
    c.fillText(`step ${Math.round(frame.left).toLocaleString("en")}`, PAD.left, this.height - 5);
    c.textAlign = "right";
    c.fillText(Math.round(frame.right).toLocaleString("en"), width - PAD.right, this.height - 5);
    if (this.mark === null || this.mark === undefined) return;
    c.setLineDash([2, 3]);
    c.strokeStyle = colour("muted");
    c.beginPath(); c.moveTo(frame.x(this.mark), PAD.top); c.lineTo(frame.x(this.mark), this.height - PAD.bottom); c.stroke();
    c.setLineDash([]);
  }

  paintCross(c, lines, frame) {
    const step = frame.back(this.cross);
    c.strokeStyle = colour("muted");
    c.beginPath(); c.moveTo(this.cross, PAD.top); c.lineTo(this.cross, this.height - PAD.bottom); c.stroke();
    const at = lines.map((line) => nearest(line.x, step));
    lines.forEach((line, i) => {
      const value = line.smooth[at[i]];
      if (!Number.isFinite(value)) return;
      c.fillStyle = colour(line.hue);
      c.beginPath(); c.arc(frame.x(line.x[at[i]]), frame.y(value), 3, 0, 6.2832); c.fill();
    });
    return at;
  }

  say(lines, at) {
    const parts = lines.map((line, i) => {
      const j = at ? at[i] : lastFinite(line.smooth);
      const error = line.error && Number.isFinite(line.error[j]) ? ` ± ${number(line.error[j], 2)}` : "";
      return [line, `${line.name} ${number(line.smooth[j])}${error}`.trim(), line.x[j]];
    });
    const step = parts.length && Number.isFinite(parts[0][2]) ? `step ${Math.round(parts[0][2]).toLocaleString("en")}` : "no value yet";
    this.keys.replaceChildren(
      ...parts.map(([line, text]) => h("span", { className: `key ${line.hue}${line.dash ? " run-dashed" : ""}` }, text)),
      h("span", { className: "hint" }, step));
    this.canvas.setAttribute("aria-label", `${this.title}: ${parts.map((p) => p[1]).join(", ")} at ${step}`);
  }
}

// Round numbers on a logarithmic axis: powers of ten, or 1, 2 and 5 of each where there are few of them.
function logTicks(low, high) {
  const steps = high - low > 2.5 ? [1] : [1, 2, 5];
  const found = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const step of steps) {
      const value = step * 10 ** power;
      if (Math.log10(value) >= low && Math.log10(value) <= high) found.push(Number(value.toPrecision(3)));
    }
  }
  return found.length > 1 ? found.filter((_, i) => i % Math.ceil(found.length / 5) === 0) : ticks(10 ** low, 10 ** high, 3);
}

function paintBand(c, [low, median, high], frame, width) {
  c.fillStyle = colour("real");
  c.globalAlpha = 0.16;
  const top = frame.y(high);
  c.fillRect(PAD.left, top, width, Math.max(1, frame.y(low) - top));
  c.globalAlpha = 1;
  c.strokeStyle = colour("real");
  c.lineWidth = 1;
  c.beginPath(); c.moveTo(PAD.left, frame.y(median)); c.lineTo(width, frame.y(median)); c.stroke();
}

function paintLine(c, line, frame, faint) {
  c.strokeStyle = c.fillStyle = colour(line.hue);
  if (line.low) {
    c.globalAlpha = 0.16;
    c.beginPath();
    for (let i = 0; i < line.x.length; i++) c.lineTo(frame.x(line.x[i]), frame.y(line.high[i]));
    for (let i = line.x.length - 1; i >= 0; i--) c.lineTo(frame.x(line.x[i]), frame.y(line.low[i]));
    c.fill();
  }
  if (faint) { c.globalAlpha = 0.28; trace(c, line.x, line.y, frame, []); }
  c.globalAlpha = 1;
  trace(c, line.x, line.smooth, frame, line.dash ? [6, 3] : []);
  if (!line.error && line.x.length > 2) return;
  for (let i = 0; i < line.x.length; i++) {
    const [x, value, error] = [frame.x(line.x[i]), line.y[i], line.error?.[i]];
    if (!Number.isFinite(value)) continue;
    c.beginPath(); c.arc(x, frame.y(value), 2.5, 0, 6.2832); c.fill();
    if (!Number.isFinite(error)) continue;
    c.beginPath(); c.moveTo(x, frame.y(value - error)); c.lineTo(x, frame.y(value + error)); c.stroke();
  }
}

function trace(c, x, y, frame, dash) {
  c.lineWidth = 1.5;
  c.setLineDash(dash);
  c.beginPath();
  for (let i = 0; i < x.length; i++) if (Number.isFinite(y[i])) c.lineTo(frame.x(x[i]), frame.y(y[i]));
  c.stroke();
  c.setLineDash([]);
}

// Exponential mean over points, corrected for its beginning; 0 leaves the values as they are.
export function smoothed(y, weight) {
  if (!weight) return Array.from(y);
  let [mean, mass] = [0, 0];
  return Array.from(y, (v) => {
    if (!Number.isFinite(v)) return NaN;
    mean = weight * mean + (1 - weight) * v;
    mass = weight * mass + (1 - weight);
    return mean / mass;
  });
}

function nearest(x, step) {
  let [low, high] = [0, x.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] < step) low = middle; else high = middle;
  }
  return step - x[low] < x[high] - step ? low : high;
}

function lastFinite(y) {
  for (let i = y.length - 1; i >= 0; i--) if (Number.isFinite(y[i])) return i;
  return 0;
}

// Histograms: one or two laws over the same bars, with marks.

import { sharp } from "./canvas.js";
import { ticks } from "./curves.js";
import { colour, h, number, onTheme } from "./dom.js";

const PAD = { left: 8, right: 8, top: 8, bottom: 20 };

export class Bars {
  constructor(label, height = 120) {
    this.height = height;
    this.canvas = h("canvas", { role: "img" });
    this.canvas.setAttribute("aria-label", label);
    this.shown = null;
    onTheme(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  // series: [{shares, hue}], the first filled, the second as a line; marks: [{at, hue, tall}]
  show(edges, series, marks = []) {
    this.shown = { edges, series, marks };
    this.draw();
  }

  draw() {
    const width = this.canvas.clientWidth;
    if (!this.shown || !width) return;
    const c = sharp(this.canvas, width, this.height);
    const { edges, series, marks } = this.shown;
    const [low, high] = [edges[0], edges.at(-1)];
    const x = (v) => PAD.left + ((Math.min(Math.max(v, low), high) - low) / (high - low)) * (width - PAD.left - PAD.right);
    const floor = this.height - PAD.bottom;
    const densest = Math.max(...series.flatMap((s) => Array.from(s.shares)), 1e-12);
    const y = (share) => floor - (share / densest) * (floor - PAD.top);
    this.axis(c, width, low, high, x, floor);
    series.forEach((s, i) => (i ? this.line(c, edges, s, x, y) : this.fill(c, edges, s, x, y, floor)));
    for (const mark of marks) {
      c.strokeStyle = colour(mark.hue);
      c.lineWidth = mark.tall ? 2.5 : 1;
      c.globalAlpha = mark.tall ? 1 : 0.6;
      c.beginPath();
      c.moveTo(x(mark.at), mark.tall ? PAD.top : floor - 10);
      c.lineTo(x(mark.at), floor);
      c.stroke();
      c.globalAlpha = 1;
    }
  }

  axis(c, width, low, high, x, floor) {
    c.strokeStyle = colour("line");
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(PAD.left, floor + 0.5);
    c.lineTo(width - PAD.right, floor + 0.5);
    c.stroke();
    c.fillStyle = colour("muted");
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "center";
    for (const v of ticks(low, high, width > 260 ? 5 : 3)) {
      const text = number(v);
      const half = c.measureText(text).width / 2;
      c.fillText(text, Math.min(Math.max(x(v), half + 1), width - half - 1), this.height - 5);
    }
  }

  fill(c, edges, { shares, hue }, x, y, floor) {
    c.fillStyle = colour(hue);
    c.globalAlpha = 0.4;
    shares.forEach((share, i) => c.fillRect(x(edges[i]), y(share), Math.max(x(edges[i + 1]) - x(edges[i]) - 0.5, 0.5), floor - y(share)));
    c.globalAlpha = 1;
  }

  line(c, edges, { shares, hue }, x, y) {
    c.strokeStyle = colour(hue);
    c.lineWidth = 1.8;
    c.beginPath();
    c.moveTo(x(edges[0]), y(0));
    shares.forEach((share, i) => { c.lineTo(x(edges[i]), y(share)); c.lineTo(x(edges[i + 1]), y(share)); });
    c.lineTo(x(edges.at(-1)), y(0));
    c.stroke();
  }
}

// Shares of numbers in `count` bars from low to high; those beyond count in the outer ones.
export function histogram(values, low, high, count) {
  const edges = Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
  const shares = new Array(count).fill(0);
  for (const v of values) shares[Math.min(Math.max(Math.floor(((v - low) / (high - low)) * count), 0), count - 1)] += 1 / values.length;
  return { edges, shares };
}

// A game on the line: the figure of Goodfellow et al. 2014, with the best discriminator beside the one at play.

import { h } from "../lib/dom.js";
import { ticks } from "../lib/curves.js";
import { Plane } from "../lib/plane.js";
import { palette } from "./palette.js";

const PAD = { left: 46, right: 46, top: 14 };
const REACH = 2.6; // of the noise that is shown, in standard deviations

export class Line {
  constructor(label) {
    this.plane = new Plane(label, { ratio: 0.78 });
    this.canvas = this.plane.canvas;
    this.hidden = new Set();
    this.morph = 1;
  }

  draw(fixed, seen, i) {
    const plane = this.plane;
    const c = plane.begin();
    const [left, right] = fixed.box;
    const floor = Math.round(0.7 * plane.height); // the axis of x
    const base = plane.height - 34; // the axis of z
    const x = (v) => PAD.left + ((v - left) / (right - left)) * (plane.width - PAD.left - PAD.right);
    const most = Math.max(...fixed.p) * 1.08;
    const top = Math.max(most, Math.min(Math.max(...seen.pg) * 1.05, 2 * most));
    const density = (v) => floor - (Math.min(v, top * 1.02) / top) * (floor - PAD.top);
    const share = (v) => floor - v * (floor - PAD.top);
    this.axes(c, { x, density, share, floor, base, left, right, top });
    const curve = (values, of, hue, width, dash) => path(c, fixed.x, values, x, of, palette[hue], width, dash);
    if (seen.best && !this.hidden.has("best")) curve(seen.best, share, "fourth", 1.4, [9, 3, 2, 3]);
    if (!this.hidden.has("d")) curve(seen.d, share, "third", 2, [7, 5]);
    curve(fixed.p, density, "real", 2.4, [1.5, 4]);
    curve(seen.pg, density, "fake", 2, []);
    this.rug(c, seen.fake, x, floor);
    if (!this.hidden.has("arrows")) this.arrows(c, fixed[`${i}/lattice`], seen.image, x, floor, base, [left, right]);
  }

  axes(c, { x, density, share, floor, base, left, right, top }) {
    const { width } = this.plane;
    c.font = "11px system-ui, sans-serif";
    c.lineWidth = 1;
    c.strokeStyle = palette.line;
    c.fillStyle = palette.muted;
    c.textAlign = "right";
    for (const v of ticks(0, top, 4)) {
      segment(c, PAD.left, density(v), width - PAD.right, density(v));
      c.fillText(String(v), PAD.left - 6, density(v) + 4);
    }
    c.textAlign = "left";
    for (const v of [0, 0.5, 1]) c.fillText(v === 0.5 ? "½" : String(v), width - PAD.right + 7, share(v) + 4);
    c.strokeStyle = palette.muted;
    segment(c, PAD.left, floor, width - PAD.right, floor);
    segment(c, PAD.left, base, width - PAD.right, base);
    c.textAlign = "center";
    for (const v of ticks(left, right, 7)) c.fillText(String(v), x(v), floor + 14);
    for (const z of [-2, -1, 0, 1, 2]) c.fillText(String(z), this.z(z), base + 14);
    this.names(c, floor, base);
  }

  names(c, floor, base) {
    const { width } = this.plane;
    c.textAlign = "left";
    c.fillText("x", width - PAD.right + 7, floor + 14);
    c.fillText("z", width - PAD.right + 7, base + 14);
    for (const [text, at, turn] of [["density", 12, -1], ["D", width - 8, -1]]) {
      c.save();
      c.translate(at, floor / 2);
      c.rotate((turn * Math.PI) / 2);
      c.textAlign = "center";
      c.fillText(text, 0, 0);
      c.restore();
    }
  }

  z(v) { return PAD.left + ((v + REACH) / (2 * REACH)) * (this.plane.width - PAD.left - PAD.right); }

  rug(c, fake, x, floor) {
    c.strokeStyle = palette.fake;
    c.globalAlpha = 0.35;
    c.beginPath();
    for (let k = 0; k < fake.length; k += 2) { c.moveTo(x(fake[k]), floor); c.lineTo(x(fake[k]), floor - 6); }
    c.stroke();
    c.globalAlpha = 1;
  }

  // Noise even in probability: where arrows lie close together, much is made.
  arrows(c, lattice, image, x, floor, base, [left, right]) {
    c.strokeStyle = c.fillStyle = palette.ink;
    c.lineWidth = 0.9;
    c.globalAlpha = 0.7;
    const heads = new Path2D();
    c.beginPath();
    for (let k = 0; k < image.length; k++) {
      if (image[k] < left || image[k] > right) continue;
      const [fx, fy, tx, ty] = [this.z(normal(lattice[2 * k])), base, x(image[k]), floor + 20];
      const size = Math.hypot(tx - fx, ty - fy);
      const [dx, dy] = [(tx - fx) / size, (ty - fy) / size];
      c.moveTo(fx, fy);
      c.lineTo(tx, ty);
      heads.moveTo(tx, ty);
      heads.lineTo(tx - 5 * dx + 2.4 * dy, ty - 5 * dy - 2.4 * dx);
      heads.lineTo(tx - 5 * dx - 2.4 * dy, ty - 5 * dy + 2.4 * dx);
      heads.closePath();
    }
    c.stroke();
    c.fill(heads);
    c.globalAlpha = 1;
  }

  legend(best) {
    const key = (className, text) => h("span", { className: `game-line ${className}` }, text);
    return [
      key("dotted real", "data p"), key("solid fake", "generated p_g"), key("dashed third", "D"),
      best && key("dotdash fourth", "best D*"), h("span", { className: "hint" }, "↑ noise z → x(z)"),
    ].filter(Boolean);
  }
}

function path(c, xs, values, x, y, hue, width, dash) {
  c.strokeStyle = hue;
  c.lineWidth = width;
  c.lineCap = dash[0] < 2 ? "round" : "butt";
  c.setLineDash(dash);
  c.beginPath();
  let pen = false;
  for (let k = 0; k < xs.length; k++) {
    if (!Number.isFinite(values[k])) { pen = false; continue; }
    c[pen ? "lineTo" : "moveTo"](x(xs[k]), y(values[k]));
    pen = true;
  }
  c.stroke();
  c.setLineDash([]);
  c.lineCap = "butt";
}

function segment(c, ax, ay, bx, by) {
  c.beginPath();
  c.moveTo(ax, ay);
  c.lineTo(bx, by);
  c.stroke();
}

// The standard normal quantile of a probability: Winitzki's inverse of erf, good to 0.01: enough to place an arrow.
export function normal(u) {
  const t = 2 * u - 1;
  const l = Math.log(1 - t * t);
  const a = 2 / (Math.PI * 0.147) + l / 2;
  return Math.SQRT2 * Math.sign(t) * Math.sqrt(Math.sqrt(a * a - l / 0.147) - a);
}

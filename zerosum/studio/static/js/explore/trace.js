// A search as it goes on: the error of every start over the steps, on a logarithmic axis.

import { sharp } from "../lib/canvas.js";
import { colour, h, number, onTheme } from "../lib/dom.js";

const PAD = { left: 52, right: 10, top: 8, bottom: 22 };

export class Trace {
  constructor() {
    this.canvas = h("canvas", { role: "img" });
    this.canvas.setAttribute("aria-label", "Error of each start over the steps of the search");
    this.clear();
    onTheme(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  clear() {
    this.moments = [];
    this.draw();
  }

  add({ label, stage, step, errors, best }) {
    const done = this.moments.at(-1);
    const run = done && done.label === label && !(done.stage === "lbfgs" && stage === "adam") ? done.run : (done?.run ?? -1) + 1;
    const offset = stage === "lbfgs" ? Math.max(0, ...this.moments.filter((m) => m.run === run && m.stage === "adam").map((m) => m.step)) : 0;
    this.moments.push({ label, stage, run, step, at: step + offset, errors, best });
    if (this.moments.length > 1500) this.moments = this.moments.filter((_, i) => i % 2);
    this.draw();
  }

  draw() {
    const width = this.canvas.clientWidth;
    if (!width) return;
    const height = 150;
    const c = sharp(this.canvas, width, height);
    const all = this.moments.flatMap((m) => m.errors).filter((v) => v > 0);
    if (!all.length) return;
    const [low, high] = [Math.log10(Math.min(...all)) - 0.08, Math.log10(Math.max(...all)) + 0.05];
    const last = Math.max(...this.moments.map((m) => m.at), 1);
    const x = (at) => PAD.left + (at / last) * (width - PAD.left - PAD.right);
    const y = (v) => PAD.top + ((high - Math.log10(Math.max(v, 10 ** low))) / (high - low)) * (height - PAD.top - PAD.bottom);
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "right";
    c.fillStyle = colour("muted");
    for (const value of round(low, high)) {
      c.strokeStyle = colour("line");
      c.beginPath();
      c.moveTo(PAD.left, y(value));
      c.lineTo(width - PAD.right, y(value));
      c.stroke();
      c.fillText(number(value), PAD.left - 6, y(value) + 4);
    }
    c.fillText(`${last} steps`, width - PAD.right, height - 6);
    this.lines(c, x, y);
  }

  lines(c, x, y) {
    for (let run = 0; run <= this.moments.at(-1).run; run++) {
      for (const [stage, hue] of [["adam", "muted"], ["lbfgs", "fake"]]) {
        const some = this.moments.filter((m) => m.run === run && m.stage === stage);
        for (let k = 0; some.length && k < some[0].errors.length; k++) {
          c.strokeStyle = colour(hue);
          c.globalAlpha = stage === "adam" ? 0.7 : 1;
          c.lineWidth = stage === "adam" ? 1 : 2;
          c.beginPath();
          for (const m of some) if (m.errors[k] !== null) c.lineTo(x(m.at), y(m.errors[k]));
          c.stroke();
        }
      }
    }
    c.globalAlpha = 1;
  }
}

// Round numbers between two powers of ten: 1, 2, 5 of each where there are few powers.
function round(low, high) {
  const found = [];
  const wide = high - low;
  for (let power = Math.floor(low); power <= high; power++) {
    if (wide > 5 && power % 2) continue;
    for (const times of wide > 2 ? [1] : wide > 0.8 ? [1, 2, 5] : [1, 1.5, 2, 3, 5, 7]) found.push(times * 10 ** power);
  }
  return found.filter((v) => Math.log10(v) >= low && Math.log10(v) <= high);
}

// Paths of a small game under each solver, on the field that plain descent follows.

import { arrow as addArrow } from "../lib/canvas.js";
import { ticks } from "../lib/curves.js";
import { Plane } from "../lib/plane.js";
import { palette } from "./palette.js";

// a colour, a dash and a mark for each: none is told by its colour alone
export const LOOKS = {
  simultaneous: { hue: "fake", dash: [], mark: "cross" },
  alternating: { hue: "muted", dash: [9, 3], mark: "square" },
  extragradient: { hue: "real", dash: [], mark: "disc" },
  optimistic: { hue: "third", dash: [4, 3], mark: "diamond" },
  consensus: { hue: "fourth", dash: [1.5, 3.5], mark: "triangle" },
};

export class Paths {
  constructor() {
    this.plane = new Plane("paths of the solvers; arrow keys move the start, or click and drag");
    this.canvas = this.plane.canvas;
  }

  // found: the studio's answer; solvers: which to show; upto: rounds shown; names: of the axes
  draw(found, start, solvers, upto, names) {
    const plane = this.plane;
    const reach = found?.reach ?? 2.5;
    plane.box = [-reach, reach, -reach, reach];
    const c = plane.begin();
    this.axes(c, reach, names);
    if (found) {
      this.field(c, found.field);
    }
    c.strokeStyle = palette.card;
    c.fillStyle = palette.muted;
    c.lineWidth = 4; // a rim, so that arrows do not run through the numbers
    this.labels();
    this.mark(c, "plus", plane.x(0), plane.y(0), palette.ink, 9);
    if (found) {
      for (const name of solvers) if (found.paths[name]) this.path(c, found.paths[name], LOOKS[name], upto);
    }
    this.mark(c, "ring", plane.x(start[0]), plane.y(start[1]), palette.ink, 7);
  }

  axes(c, reach, [across, up]) {
    const { plane } = this;
    c.strokeStyle = palette.line;
    c.lineWidth = 1;
    c.beginPath();
    for (const v of ticks(-reach, reach, 6)) {
      c.moveTo(plane.x(v), 0); c.lineTo(plane.x(v), plane.height);
      c.moveTo(0, plane.y(v)); c.lineTo(plane.width, plane.y(v));
    }
    c.stroke();
    c.lineJoin = "round";
    c.font = "11px system-ui, sans-serif";
    const write = (text, x, y) => { c.strokeText(text, x, y); c.fillText(text, x, y); };
    const room = plane.width - c.measureText(across).width - 24;
    this.labels = () => {
      c.textAlign = "center";
      for (const v of ticks(-reach, reach, 6)) if (plane.x(v) > 20 && plane.x(v) < room) write(String(v), plane.x(v), plane.height - 6);
      c.textAlign = "left";
      for (const v of ticks(-reach, reach, 6)) if (plane.y(v) > 30 && plane.y(v) < plane.height - 24) write(String(v), 5, plane.y(v) + 4);
      write(up, 5, 15);
      c.textAlign = "right";
      write(across, plane.width - 6, plane.height - 6);
    };
  }

  field(c, { at, move }) {
    const { plane } = this;
    const lengths = move.map(([x, y]) => Math.hypot(x, y));
    const most = Math.max(...lengths, 1e-12);
    const cell = plane.width / Math.sqrt(at.length);
    c.strokeStyle = c.fillStyle = palette.muted;
    c.lineWidth = 1;
    c.globalAlpha = 0.55;
    const heads = new Path2D();
    c.beginPath();
    at.forEach(([x, y], k) => {
      if (lengths[k] < 1e-9) return;
      // the root keeps weak pulls visible
      const size = 0.85 * cell * Math.sqrt(lengths[k] / most);
      const [dx, dy] = [move[k][0] / lengths[k], -move[k][1] / lengths[k]];
      const from = [plane.x(x) - (size / 2) * dx, plane.y(y) - (size / 2) * dy];
      addArrow(c, heads, from, [dx, dy], size, Math.min(5, size * 0.45));
    });
    c.stroke();
    c.fill(heads);
    c.globalAlpha = 1;
  }

  path(c, { points }, { hue, dash, mark }, upto) {
    const { plane } = this;
    const shown = points.slice(0, upto + 1);
    plane.line(shown.flat(), palette[hue], 1.7, dash);
    const every = Math.max(1, Math.round(shown.length / 40));
    shown.forEach(([x, y], k) => {
      if (k && (k % every === 0 || k === shown.length - 1)) this.mark(c, mark, plane.x(x), plane.y(y), palette[hue], k === shown.length - 1 ? 6.5 : 3);
    });
  }

  mark(c, kind, x, y, hue, r) { mark(c, kind, x, y, hue, r); }
}

export function mark(c, kind, x, y, hue, r) {
  c.fillStyle = c.strokeStyle = hue;
  c.lineWidth = kind === "ring" ? 2 : 1.5;
  c.beginPath();
  if (kind === "disc" || kind === "ring") c.arc(x, y, r, 0, 6.2832);
  else if (kind === "square") c.rect(x - r * 0.85, y - r * 0.85, 1.7 * r, 1.7 * r);
  else if (kind === "cross" || kind === "plus") {
    const d = kind === "cross" ? 0.8 * r : 0;
    c.moveTo(x - (d || r), y - d); c.lineTo(x + (d || r), y + d);
    c.moveTo(x + d, y - (d || r)); c.lineTo(x - d, y + (d || r));
  } else {
    const corners = kind === "diamond" ? [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]] : [[0, -1.2], [1.1, 0.9], [-1.1, 0.9]];
    corners.forEach(([a, b]) => c.lineTo(x + a * r, y + b * r));
    c.closePath();
  }
  if (kind === "ring" || kind === "cross" || kind === "plus") c.stroke(); else c.fill();
}

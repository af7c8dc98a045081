// A game in the plane: D's map, the noise grid and where the generator puts it, points and arrows.

import { arrow as addArrow } from "../lib/canvas.js";
import { h } from "../lib/dom.js";
import { ticks } from "../lib/curves.js";
import { Plane } from "../lib/plane.js";
import { palette, ramp } from "./palette.js";

const SHADES = 8;
const MARGIN = 0.06; // of the box, around the regular noise grid

export class Flat {
  constructor(label) {
    this.plane = new Plane(label);
    this.canvas = this.plane.canvas;
    this.small = new OffscreenCanvas(1, 1);
    this.hidden = new Set();
    this.morph = 1; // 0: the noise, 1: what the generator makes of it
  }

  // fixed: the still frame's arrays; seen: this game's moving arrays; i: which game
  draw(fixed, seen, i) {
    const plane = this.plane;
    plane.box = fixed.box;
    plane.begin();
    if (!this.hidden.has("map")) this.drawMap(seen.map);
    this.axes();
    const grid = this.moved(seen.grid, fixed[`${i}/lattice`]);
    const side = Math.round(Math.sqrt(grid.length / 2));
    if (!this.hidden.has("grid")) {
      if (side * side * 2 === grid.length) this.drawCells(grid, side);
      else plane.line(grid, palette.fourth, 1.6);
    }
    plane.dots(fixed.real, palette.real, 1.7, 0.55);
    const fake = this.moved(seen.fake, fixed[`${i}/spread`]);
    if (!this.hidden.has("arrows") && this.morph > 0.99) this.drawArrows(seen);
    this.rings(fake);
  }

  // Where points are between the noise (even in probability) and the generator's image of it.
  moved(points, spread) {
    if (this.morph >= 1) return points;
    const [left, right, bottom, top] = this.plane.box;
    const [w, v] = [(1 - 2 * MARGIN) * (right - left), (1 - 2 * MARGIN) * (top - bottom)];
    const found = new Float32Array(points.length);
    for (let k = 0; k < points.length; k += 2) {
      found[k] = this.morph * points[k] + (1 - this.morph) * (left + MARGIN * (right - left) + spread[k] * w);
      found[k + 1] = this.morph * points[k + 1] + (1 - this.morph) * (bottom + MARGIN * (top - bottom) + spread[k + 1] * v);
    }
    return found;
  }

  drawMap(map) {
    const [rows, columns] = map.shape;
    if (this.small.width !== columns) {
      this.small = new OffscreenCanvas(columns, rows);
      this.pixels = this.small.getContext("2d").createImageData(columns, rows);
      this.words = new Uint32Array(this.pixels.data.buffer);
    }
    for (let r = 0; r < rows; r++) {
      const from = (rows - 1 - r) * columns;
      for (let c = 0; c < columns; c++) this.words[from + c] = ramp[map[r * columns + c]];
    }
    this.small.getContext("2d").putImageData(this.pixels, 0, 0);
    this.plane.image(this.small);
  }

  axes() {
    const { context: c, width, height, box } = this.plane;
    c.fillStyle = palette.ink;
    c.globalAlpha = 0.75;
    c.font = "11px system-ui, sans-serif";
    c.textAlign = "center";
    for (const v of ticks(box[0], box[1], 6)) if (Math.abs(this.plane.x(v) - width / 2) < width / 2 - 30) c.fillText(String(v), this.plane.x(v), height - 5);
    c.textAlign = "left";
    for (const v of ticks(box[2], box[3], 6)) if (Math.abs(this.plane.y(v) - height / 2) < height / 2 - 26) c.fillText(String(v), 5, this.plane.y(v) + 4);
    c.fillText("x₂", 5, 14);
    c.textAlign = "right";
    c.fillText("x₁", width - 5, height - 5);
    c.globalAlpha = 1;
  }

  // Each cell holds the same share of the noise: the smaller its image, the denser what is made.
  drawCells(grid, side) {
    const c = this.plane.context;
    const at = new Float32Array(grid.length);
    for (let k = 0; k < grid.length; k += 2) [at[k], at[k + 1]] = [this.plane.x(grid[k]), this.plane.y(grid[k + 1])];
    const even = (this.plane.width * this.plane.height) / (side - 1) ** 2;
    const shades = Array.from({ length: SHADES }, () => new Path2D());
    for (let r = 0; r < side - 1; r++) {
      for (let k = 2 * r * side; k < 2 * (r * side + side - 1); k += 2) {
        const below = k + 2 * side;
        const [ax, ay, bx, by] = [at[below + 2] - at[k], at[below + 3] - at[k + 1], at[below] - at[k + 2], at[below + 1] - at[k + 3]];
        const area = Math.abs(ax * by - ay * bx) / 2;
        const shade = Math.min(Math.max(Math.round(1 + Math.log2(even / Math.max(area, 1e-3))), 0), SHADES - 1);
        const path = shades[shade];
        path.moveTo(at[k], at[k + 1]);
        path.lineTo(at[k + 2], at[k + 3]);
        path.lineTo(at[below + 2], at[below + 3]);
        path.lineTo(at[below], at[below + 1]);
        path.closePath();
      }
    }
    c.fillStyle = palette.fourth;
    shades.forEach((path, shade) => { c.globalAlpha = 0.03 + 0.055 * shade; c.fill(path); });
    c.globalAlpha = 0.55;
    c.strokeStyle = palette.fourth;
    c.lineWidth = 0.7;
    c.beginPath();
    for (const [along, across] of [[2, 2 * side], [2 * side, 2]]) {
      for (let r = 0; r < side; r++) {
        for (let k = 0; k < side; k++) c[k ? "lineTo" : "moveTo"](at[r * across + k * along], at[r * across + k * along + 1]);
      }
    }
    c.stroke();
    c.globalAlpha = 1;
  }

  // Which way each sample would go to please the discriminator; the longest are cut at the 95th percentile.
  drawArrows({ arrow, fake }) {
    const c = this.plane.context;
    const count = arrow.length / 2;
    const lengths = Float32Array.from({ length: count }, (_, k) => Math.hypot(arrow[2 * k], arrow[2 * k + 1]));
    const most = Float32Array.from(lengths).sort()[Math.floor(0.95 * (count - 1))] || 1e-12;
    const longest = 0.075 * this.plane.width;
    const heads = new Path2D();
    c.strokeStyle = c.fillStyle = palette.ink;
    c.lineWidth = 1.1;
    c.globalAlpha = 0.8;
    c.beginPath();
    for (let k = 0; k < count; k++) {
      const size = Math.min(lengths[k] / most, 1) * longest;
      if (size < 2.5) continue;
      const [dx, dy] = [arrow[2 * k] / lengths[k], -arrow[2 * k + 1] / lengths[k]];
      const from = [this.plane.x(fake[2 * k]), this.plane.y(fake[2 * k + 1])];
      addArrow(c, heads, from, [dx, dy], size, Math.min(5.5, 0.6 * size));
    }
    c.stroke();
    c.fill(heads);
    c.globalAlpha = 1;
  }

  // Generated points carry a thin rim, so that they are told from real ones without colour.
  rings(points) {
    const c = this.plane.context;
    c.fillStyle = palette.fake;
    c.strokeStyle = palette.card;
    c.lineWidth = 0.6;
    c.beginPath();
    for (let k = 0; k < points.length; k += 2) {
      const [x, y] = [this.plane.x(points[k]), this.plane.y(points[k + 1])];
      c.moveTo(x + 2.5, y);
      c.arc(x, y, 2.5, 0, 6.2832);
    }
    c.fill();
    c.stroke();
  }

  legend() {
    return [
      h("span", { className: "key real" }, "real"), h("span", { className: "key fake" }, "generated, with rim"),
      h("span", { className: "key fourth" }, "noise grid, stronger where denser"), h("span", { className: "hint" }, "→ how a sample would please D"),
    ];
  }
}

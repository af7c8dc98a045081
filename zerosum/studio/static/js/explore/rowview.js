// One row, large: a picture, a point among the others, or the values of a table's row. And small: a tile.

import { get } from "../lib/api.js";
import { colour, h, number, onTheme } from "../lib/dom.js";
import { Plane } from "../lib/plane.js";
import { paint } from "./made.js";

export class RowView {
  constructor(model, label = "what the generator makes here") {
    this.model = model;
    const kinds = { picture: Picture, points: Points, table: Values };
    this.inner = new kinds[model.kind](model, label);
    this.element = this.inner.element;
  }

  // made: {pixels} or {values}; i: which of its rows.
  show(made, i = 0) { this.inner.show(made, i); }

  // A lattice of points (rows × columns) to be drawn below, for generators of points.
  lattice(values, columns) { this.inner.lattice?.(values, columns); }

  get canvas() { return this.inner.canvas; }
}

class Picture {
  constructor(model, label) {
    this.canvas = h("canvas", { className: "pixels large", role: "img" });
    this.canvas.setAttribute("aria-label", label);
    [this.canvas.height, this.canvas.width] = model.shape;
    this.element = this.canvas;
  }

  show({ pixels }, i) { paint(this.canvas, pixels, i); }
}

class Points {
  constructor(model, label) {
    this.plane = new Plane(label);
    this.canvas = this.plane.canvas;
    this.story = h("figcaption");
    this.values = h("output", { className: "number" });
    this.element = h("figure", {}, this.canvas, this.story);
    [this.cloud, this.grid, this.at] = [null, null, null];
    get(`/api/explore/${model.id}/cloud`).then((cloud) => this.heard(cloud));
    onTheme(() => this.draw());
  }

  heard(cloud) {
    const all = [...(cloud.real ?? []), ...cloud.fake].filter(([x, y]) => x !== null && y !== null);
    const middle = [0, 1].map((c) => (Math.min(...all.map((p) => p[c])) + Math.max(...all.map((p) => p[c]))) / 2);
    const half = Math.max(...all.map((p) => Math.max(Math.abs(p[0] - middle[0]), Math.abs(p[1] - middle[1])))) * 1.12 || 1;
    this.plane.box = [middle[0] - half, middle[0] + half, middle[1] - half, middle[1] + half];
    this.cloud = cloud;
    this.story.replaceChildren(
      cloud.real ? h("span", { className: "key real" }, `${cloud.real.length} real`) : h("span", {}, `${cloud.why}. `),
      h("span", { className: "key fake" }, `${cloud.fake.length} generated`), this.values);
    this.draw();
  }

  lattice(values, columns) { this.grid = { values, columns }; this.draw(); }

  show({ values }, i) {
    this.at = values[i];
    this.values.textContent = `(${values[i].map((v) => number(v)).join(", ")})`;
    this.draw();
  }

  draw() {
    if (!this.cloud || !this.canvas.isConnected) return;
    const { plane } = this;
    plane.begin();
    if (this.grid) this.drawGrid();
    plane.dots(this.cloud.fake.flat(), colour("fake"), 1.8, 0.5);
    plane.dots((this.cloud.real ?? []).flat(), colour("real"), 1.4, 0.6);
    if (!this.at) return;
    plane.dots(this.at, colour("page"), 9);
    plane.dots(this.at, colour("ink"), 7);
  }

  drawGrid() {
    const { values, columns } = this.grid;
    const lines = Math.ceil(values.length / columns);
    for (let r = 0; r < lines; r++) this.plane.line(values.slice(r * columns, (r + 1) * columns).flat(), colour("line"), 1);
    for (let c = 0; c < columns; c++) {
      this.plane.line(Array.from({ length: lines }, (_, r) => values[r * columns + c]).flat(), colour("line"), 1);
    }
  }
}

class Values {
  constructor(model, label) {
    this.columns = model.columns;
    this.cells = this.columns.map(() => ({ value: h("td", { className: "number" }), bar: h("i", { className: "zbar" }) }));
    this.element = h("div", { className: "scroll" }, h("table", { className: "rowview" },
      h("caption", { className: "hint" }, `${label.charAt(0).toUpperCase()}${label.slice(1)}; the bar shows standard deviations from the mean of the training rows, up to 3`),
      h("thead", {}, h("tr", {}, ["Column", "Value", "−3 … 3"].map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, this.columns.map((column, i) =>
        h("tr", {}, h("th", { scope: "row" }, column.name), this.cells[i].value, h("td", {}, h("span", { className: "zbars" }, this.cells[i].bar)))))));
  }

  show({ values }, i) {
    this.columns.forEach(({ mean, std, constant }, c) => {
      const { value, bar } = this.cells[c];
      value.textContent = number(values[i][c], 4);
      const off = constant ? 0 : Math.max(-3, Math.min(3, (values[i][c] - mean) / std));
      bar.style.left = `${50 + Math.min(0, off) * (50 / 3)}%`;
      bar.style.width = `${Math.abs(off) * (50 / 3)}%`;
    });
  }
}

// A small view of row i: a canvas for pictures, numbers for others.
export function tile(model, made, i, label) {
  if (model.kind === "picture") {
    const canvas = h("canvas", { className: "pixels", role: "img" });
    canvas.setAttribute("aria-label", label);
    paint(canvas, made.pixels, i);
    return canvas;
  }
  const canvas = h("canvas", { width: 64, height: 64, role: "img", title: `${label}: ${made.values[i].slice(0, 12).map((v) => number(v)).join(", ")}` });
  canvas.setAttribute("aria-label", `${label}: ${made.values[i].slice(0, 12).map((v) => number(v)).join(", ")}`);
  glyph(canvas, model, made.values[i]);
  return canvas;
}

// Numbers at a glance: a point where it lies, or a bar for each column, within 3 standard deviations of the mean.
function glyph(canvas, model, values) {
  const c = canvas.getContext("2d");
  const scaled = values.map((v, i) => {
    const { mean, std, constant } = model.columns[i];
    return constant ? 0 : Math.max(-3, Math.min(3, (v - mean) / std));
  });
  const at = (v) => 32 - v * 9.5;
  c.strokeStyle = colour("muted");
  c.fillStyle = colour("fake");
  c.lineWidth = 1;
  c.beginPath();
  c.moveTo(2, 32); c.lineTo(62, 32);
  if (model.kind === "points") { c.moveTo(32, 2); c.lineTo(32, 62); }
  c.stroke();
  if (model.kind === "points") {
    c.beginPath();
    c.arc(64 - at(scaled[0]), at(scaled[1]), 5, 0, 6.2832);
    return c.fill();
  }
  const width = 60 / scaled.length;
  scaled.forEach((v, i) => c.fillRect(2 + i * width, Math.min(32, at(v)), Math.max(1, width - (width > 3 ? 1 : 0)), Math.abs(at(v) - 32)));
}

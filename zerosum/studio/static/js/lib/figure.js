// A picture that the studio describes as data (zerosum/studio/learn/figure.py): panels and the numbers beside them.

import { colour, h, onTheme } from "./dom.js";
import { formula } from "./formula.js";
import { Panel, said } from "./panel.js";

export class Figure {
  // moved(handle, x, y) and nudged(handle, right, up): what a person did to a handle
  constructor({ moved, nudged }) {
    this.callbacks = [moved, nudged];
    this.panels = [];
    this.place = h("div", { className: "figure-panels" });
    this.numbers = h("dl", { className: "figure-numbers" });
    onTheme(() => this.draw());
    let width = 0;
    new ResizeObserver(() => {
      if (this.place.clientWidth !== width) { width = this.place.clientWidth; this.draw(); }
    }).observe(this.place);
  }

  show(figure) {
    this.figure = figure;
    if (this.panels.length !== figure.panels.length) {
      this.panels = figure.panels.map(() => new Panel(...this.callbacks));
      this.place.replaceChildren(...this.panels.map((panel) => panel.element));
      this.place.dataset.panels = figure.panels.length;
    }
    figure.panels.forEach((data, i) => this.panels[i].show(data));
    this.numbers.replaceChildren(...figure.numbers.map(({ name, value, unit, note }) =>
      h("div", {}, h("dt", {}, formula(name)), h("dd", {}, h("b", {}, `${exact(value)}${unit ? ` ${unit}` : ""}`), note ? h("small", {}, formula(note)) : null))));
  }

  draw() {
    for (const panel of this.panels) panel.draw();
  }

  // All panels as they stand on the page, on the page's ground.
  canvas() {
    const scale = devicePixelRatio || 1;
    const whole = this.place.getBoundingClientRect();
    const canvas = h("canvas", { width: Math.round(whole.width * scale), height: Math.round(whole.height * scale) });
    const c = canvas.getContext("2d");
    c.fillStyle = colour("card");
    c.fillRect(0, 0, canvas.width, canvas.height);
    for (const { canvas: part } of this.panels) {
      const at = part.getBoundingClientRect();
      c.drawImage(part, (at.left - whole.left) * scale, (at.top - whole.top) * scale);
    }
    return canvas;
  }

  // Every number that is drawn, one row a point.
  table() {
    const rows = this.figure.panels.flatMap(({ title, marks }) =>
      marks.filter((mark) => mark.name).flatMap((mark) => rowsOf(mark).map((row) => [title, mark.name, ...row])));
    const beside = this.figure.numbers.map(({ name, value, unit }) => ["numbers", name, "", value, unit]);
    return { columns: ["panel", "series", "x", "y", "more"], rows: [...rows, ...beside] };
  }
}

function rowsOf(mark) {
  if (mark.kind === "heat") {
    const [x0, x1, y0, y1] = mark.box;
    return mark.values.flatMap((row, r) => row.map((value, c) =>
      [x0 + ((x1 - x0) * c) / (row.length - 1), y0 + ((y1 - y0) * r) / (mark.values.length - 1), value]));
  }
  if (mark.kind === "area") return mark.x.map((x, i) => [x, mark.low[i], mark.high[i]]);
  if (mark.kind === "bars") return mark.x.map((x, i) => [x, mark.height[i], mark.base[i]]);
  if (mark.kind === "arrows") return mark.x.map((x, i) => [x, mark.y[i], `${mark.to_x[i]} ${mark.to_y[i]}`]);
  return mark.x.map((x, i) => [x, mark.y[i]]);
}

export function exact(value) {
  if (value === "inf") return "∞";
  if (value === "-inf") return "−∞";
  return said(value, 5);
}

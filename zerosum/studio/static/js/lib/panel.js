// One pair of axes of a figure on its own canvas: drawn, looked at with the pointer, and taken hold of.

import { sharp } from "./canvas.js";
import { ticks } from "./curves.js";
import { colour, h, number } from "./dom.js";
import { formula, write } from "./formula.js";
import { DRAW, swatch } from "./marks.js";

const PAD = { left: 60, right: 12, top: 30, bottom: 42 };
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";
const NEAR = 26; // pixels within which a handle is taken

export const said = (value, digits = 4) => number(value, digits).replace("-", "−");

export class Panel {
  // moved(handle, x, y): a handle was dragged there; nudged(handle, right, up): by so many steps of the keyboard
  constructor(moved, nudged) {
    [this.moved, this.nudged] = [moved, nudged];
    this.held = null;
    this.chosen = 0;
    this.canvas = h("canvas");
    this.tip = h("div", { className: "figure-tip", hidden: true });
    this.element = h("div", { className: "figure-panel" }, this.canvas, this.tip);
    this.canvas.addEventListener("pointerdown", (e) => this.press(e));
    this.canvas.addEventListener("pointermove", (e) => this.point(e));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => { this.held = null; });
    this.canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; this.draw(); });
    this.canvas.addEventListener("keydown", (e) => this.key(e));
    for (const turn of ["focus", "blur"]) this.canvas.addEventListener(turn, () => this.draw());
  }

  show(data) {
    this.data = data;
    const handles = data.handles.map((one) => one.name).join(", ");
    this.canvas.role = handles ? "application" : "img";
    this.canvas.tabIndex = handles ? 0 : -1;
    // a finger that moves something upwards must not scroll the page
    this.canvas.style.touchAction = data.handles.some((one) => one.moves_y) ? "none" : "pan-y";
    this.canvas.setAttribute("aria-label", `${data.title}: ${data.y.label} over ${data.x.label}.` +
      (handles ? ` Arrow keys move ${handles}; Enter takes the next of them.` : ""));
    this.draw();
  }

  layout() {
    const width = this.canvas.clientWidth || 360;
    const { x, y, equal } = this.data;
    const room = width - PAD.left - PAD.right;
    const height = Math.min(Math.max(0.8 * room, 190), 330);
    const box = { left: PAD.left, top: PAD.top, width: room, height };
    if (equal) {
      const unit = Math.min(room / (x.high - x.low), height / (y.high - y.low));
      box.width = unit * (x.high - x.low);
      box.height = unit * (y.high - y.low);
      box.left += (room - box.width) / 2;
    }
    const of = (axis) => (axis.log ? Math.log10 : (v) => v);
    const at = (axis) => { const f = of(axis); return (v) => (f(v) - f(axis.low)) / (f(axis.high) - f(axis.low)); };
    const back = (axis) => { const f = of(axis); return (s) => { const v = f(axis.low) + s * (f(axis.high) - f(axis.low)); return axis.log ? 10 ** v : v; }; };
    const [ax, ay, bx, by] = [at(x), at(y), back(x), back(y)];
    this.plot = {
      box, c: this.canvas.getContext("2d"), hue: colour,
      X: (v) => box.left + ax(v) * box.width, Y: (v) => box.top + (1 - ay(v)) * box.height,
      toX: (px) => bx((px - box.left) / box.width), toY: (py) => by(1 - (py - box.top) / box.height),
    };
    this.keys = this.legend(width, box.top + height + PAD.bottom);
    return { width, height: this.keys.bottom };
  }

  draw(pointer = null) {
    if (!this.data) return;
    const { width, height } = this.layout();
    sharp(this.canvas, width, height);
    const { c, box } = this.plot;
    this.axes();
    c.save();
    c.beginPath();
    c.rect(box.left - 1, box.top - 1, box.width + 2, box.height + 2);
    c.clip();
    c.font = `12px ${FONT}`;
    for (const mark of this.data.marks) DRAW[mark.kind](this.plot, mark);
    c.restore();
    if (pointer) this.cross(pointer);
    this.data.handles.forEach((handle, i) => this.grip(handle, i));
    for (const { mark, x, y } of this.keys.entries) {
      swatch(c, mark, x, y, colour);
      c.fillStyle = colour("muted");
      c.font = `12px ${FONT}`;
      write(c, spoken(mark), x + 30, y + 4);
    }
  }

  legend(width, top) {
    const { c } = this.plot;
    c.font = `12px ${FONT}`;
    const entries = [];
    let [x, y] = [8, top + 12];
    for (const mark of this.data.marks) {
      const same = entries.findIndex((e) => e.mark.name === mark.name);
      if (!mark.name || mark.kind === "text") continue;
      if (same >= 0) { if (entries[same].mark.kind === "area") entries[same].mark = mark; continue; }
      const wide = 30 + write(c, spoken(mark), 0, 0, { draw: false }) + 16;
      if (x > 8 && x + wide > width) { x = 8; y += 19; }
      entries.push({ mark, x, y });
      x += wide;
    }
    return { entries, bottom: y + 12 };
  }

  axes() {
    const { c, box, X, Y } = this.plot;
    const { x, y, title } = this.data;
    c.fillStyle = colour("ink");
    c.font = `600 13px ${FONT}`;
    write(c, title, 8, 16);
    c.font = `11.5px ${FONT}`;
    c.lineWidth = 1;
    c.strokeStyle = colour("line");
    c.fillStyle = colour("muted");
    c.textAlign = "center";
    for (const [v, words] of marksOf(x, box.width / 62)) {
      c.beginPath(); c.moveTo(X(v), box.top); c.lineTo(X(v), box.top + box.height + 3); c.stroke();
      c.fillText(words, X(v), box.top + box.height + 16);
    }
    c.textAlign = "right";
    for (const [v, words] of marksOf(y, box.height / 42)) {
      c.beginPath(); c.moveTo(box.left - 3, Y(v)); c.lineTo(box.left + box.width, Y(v)); c.stroke();
      c.fillText(words, box.left - 6, Y(v) + 4);
    }
    c.font = `12px ${FONT}`;
    write(c, x.label, box.left + box.width / 2, box.top + box.height + 34, { align: "center" });
    c.save();
    c.translate(box.left - 47, box.top + box.height / 2);
    c.rotate(-Math.PI / 2);
    write(c, y.label, 0, 0, { align: "center" });
    c.restore();
  }

  grip(handle, i) {
    const { c, X, Y } = this.plot;
    const [x, y] = [X(handle.x), Y(handle.y)];
    const focused = document.activeElement === this.canvas && i === this.chosen % this.data.handles.length;
    c.beginPath();
    c.arc(x, y, this.held === i || focused ? 8.5 : 7, 0, 6.2832);
    c.fillStyle = colour("card");
    c.fill();
    c.lineWidth = 2.5;
    c.strokeStyle = colour(handle.colour);
    c.stroke();
    c.fillStyle = colour(handle.colour);
    c.beginPath(); // a small cross says in which directions it goes
    if (handle.moves_x) c.rect(x - 4, y - 0.9, 8, 1.8);
    if (handle.moves_y) c.rect(x - 0.9, y - 4, 1.8, 8);
    c.fill();
  }

  place(event) {
    const place = this.canvas.getBoundingClientRect();
    return [event.clientX - place.left, event.clientY - place.top];
  }

  nearest([px, py]) {
    const { X, Y, box } = this.plot;
    let best = null;
    this.data.handles.forEach((handle, i) => {
      const away = Math.hypot(X(handle.x) - px, Y(handle.y) - py);
      if (away < NEAR && (!best || away < best.away)) best = { i, away };
    });
    if (best) return best.i;
    const inside = px >= box.left && px <= box.left + box.width && py >= box.top && py <= box.top + box.height;
    const anywhere = this.data.handles.findIndex((handle) => handle.anywhere);
    return inside && anywhere >= 0 ? anywhere : null;
  }

  press(event) {
    this.held = this.nearest(this.place(event));
    if (this.held === null) return;
    this.chosen = this.held;
    this.canvas.setPointerCapture(event.pointerId);
    this.point(event);
  }

  point(event) {
    const at = this.place(event);
    if (this.held !== null) {
      const { toX, toY } = this.plot;
      this.tip.hidden = true;
      this.moved(this.data.handles[this.held], toX(at[0]), toY(at[1]));
      return;
    }
    this.canvas.style.cursor = this.nearest(at) === null ? "default" : "grab";
    this.draw(at);
  }

  key(event) {
    const { handles } = this.data;
    if (!handles.length) return;
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = ways[event.key];
    if (event.key === "Enter") this.chosen += 1;
    else if (way) this.nudged(handles[this.chosen % handles.length], ...way.map((w) => w * (event.shiftKey ? 5 : 1)));
    else return;
    event.preventDefault();
    this.draw();
  }

  where(px, py) {
    const { x, y, marks } = this.data;
    const across = `${x.label.split(/[,:]/)[0]} ${said(this.plot.toX(px), 3)}`;
    const plane = marks.some((mark) => mark.kind === "heat") && !y.ticks.length;
    return plane ? `${across}, ${y.label.split(/[,:]/)[0]} ${said(this.plot.toY(py), 3)}` : across;
  }

  // What lies under the pointer, in words.
  cross([px, py]) {
    const { c, box, X, Y } = this.plot;
    this.tip.hidden = px < box.left || px > box.left + box.width || py < box.top || py > box.top + box.height;
    if (this.tip.hidden) return;
    const found = this.data.marks.map((mark) => under(mark, this.plot, px, py)).filter(Boolean).slice(0, 9);
    c.strokeStyle = colour("muted");
    c.lineWidth = 0.7;
    c.beginPath(); c.moveTo(px, box.top); c.lineTo(px, box.top + box.height); c.stroke();
    for (const { x, y, hue } of found) {
      if (x === undefined) continue;
      c.fillStyle = colour(hue);
      c.beginPath(); c.arc(X(x), Y(y), 3, 0, 6.2832); c.fill();
    }
    this.tip.replaceChildren(h("b", {}, formula(this.where(px, py))),
      ...found.map(({ words }) => h("div", {}, formula(words))));
    const right = px > box.left + box.width / 2;
    this.tip.style.left = right ? "" : `${px + 14}px`;
    this.tip.style.right = right ? `${this.canvas.clientWidth - px + 14}px` : "";
    this.tip.style.top = `${Math.max(py - 10, 4)}px`;
  }
}

const spoken = (mark) => (mark.kind === "heat" ? `${mark.name}: ${said(mark.low, 3)} to ${said(mark.high, 3)}` : mark.name);

function marksOf(axis, count) {
  if (axis.ticks.length) return axis.ticks;
  if (!axis.log) return ticks(axis.low, axis.high, Math.max(count, 2)).map((v) => [v, said(v, 6)]);
  const [low, high] = [Math.log10(axis.low), Math.log10(axis.high)];
  const each = Math.max(1, Math.ceil((high - low) / Math.max(count, 2)));
  const found = [];
  for (let p = Math.ceil(low - 1e-9); p <= high + 1e-9; p += each) found.push(10 ** p);
  if (high - low < 1.6) for (const m of [0.2, 0.5, 2, 5]) if (m > axis.low && m < axis.high) found.push(m);
  return found.map((v) => [v, Math.abs(Math.log10(v)) > 3.5 ? `10${raised(Math.round(Math.log10(v)))}` : said(v)]);
}

const raised = (n) => [...String(n)].map((d) => (d === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[d])).join("");

function under(mark, { X, Y, toX, toY }, px, py) {
  if (mark.kind === "heat") {
    const [x0, x1, y0, y1] = mark.box;
    const row = Math.round(((toY(py) - y0) / (y1 - y0)) * (mark.values.length - 1));
    const column = Math.round(((toX(px) - x0) / (x1 - x0)) * (mark.values[0].length - 1));
    const value = mark.values[row]?.[column];
    return value === undefined ? null : { words: `${mark.name.split(",")[0].split("(")[0]}: ${said(value)}` };
  }
  if (mark.kind === "bars") {
    const i = mark.x.findIndex((x) => Math.abs(toX(px) - x) <= mark.width / 2);
    return i < 0 ? null : { words: `${mark.name}: ${said(mark.height[i])}` };
  }
  if (mark.kind !== "line" || !mark.name || mark.x.length < 3) return null;
  const function_ = mark.x.every((x, i) => i === 0 || x >= mark.x[i - 1]);
  let best = null;
  mark.x.forEach((x, i) => {
    if (x === null || mark.y[i] === null) return;
    const away = function_ ? Math.abs(X(x) - px) : Math.hypot(X(x) - px, Y(mark.y[i]) - py);
    if (!best || away < best.away) best = { i, away };
  });
  if (!best || best.away > (function_ ? 40 : 18)) return null;
  const [x, y] = [mark.x[best.i], mark.y[best.i]];
  return { x, y, hue: mark.colour, words: function_ ? `${mark.name}: ${said(y)}` : `${mark.name}: ${said(x, 3)}, ${said(y, 3)}` };
}

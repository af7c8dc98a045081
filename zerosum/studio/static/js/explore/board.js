// A board to paint a small picture on: brush, eraser, a mask of free pixels, undo; by pointer or by keys.

import { colour, h, onTheme } from "../lib/dom.js";
import { drawPixels } from "../lib/pixels.js";

const KEPT = 40; // undos

export class Board {
  // shape: [height, width, channels]; changed() is called after every stroke.
  constructor(shape, changed) {
    Object.assign(this, { shape, tool: "paint", size: 1, ink: [255, 255, 255, 255], at: [shape[0] >> 1, shape[1] >> 1] });
    this.canvas = h("canvas", { className: "ed-board", tabIndex: 0, role: "application" });
    this.canvas.setAttribute("aria-label", "The picture: drag to use the brush; or arrow keys to move, space to use it, Z to undo");
    this.small = document.createElement("canvas");
    this.start(new Uint8Array(shape[0] * shape[1] * shape[2]));
    this.canvas.addEventListener("pointerdown", (e) => this.down(e));
    this.canvas.addEventListener("pointermove", (e) => this.move(e));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, () => this.up());
    this.canvas.addEventListener("keydown", (e) => this.key(e));
    for (const end of ["focus", "blur"]) this.canvas.addEventListener(end, () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    onTheme(() => this.draw());
    this.changed = changed;
  }

  // Begin with a picture: nothing painted, every pixel known.
  start(pixels) {
    this.base = pixels.slice();
    this.pixels = pixels.slice();
    this.known = new Uint8Array(this.shape[0] * this.shape[1]).fill(255);
    this.undos = [];
    this.draw();
    this.changed?.();
  }

  // Which pixels differ from the beginning: 255 where painted.
  get painted() {
    const channels = this.shape[2];
    return this.known.map((_, i) => {
      for (let c = 0; c < channels; c++) if (this.pixels[i * channels + c] !== this.base[i * channels + c]) return 255;
      return 0;
    });
  }

  keep() {
    this.undos.push({ pixels: this.pixels.slice(), known: this.known.slice() });
    if (this.undos.length > KEPT) this.undos.shift();
  }

  undo() {
    const last = this.undos.pop();
    if (!last) return;
    Object.assign(this, last);
    this.draw();
    this.changed();
  }

  // Change the whole picture, such as into its negative.
  all(change) {
    this.keep();
    change(this);
    this.draw();
    this.changed();
  }

  stroke(row, column) {
    const [height, width, channels] = this.shape;
    const radius = this.size / 2;
    const middle = (this.size - 1) % 2 ? 0.5 : 0;
    for (let r = Math.floor(row - radius); r <= row + radius; r++) {
      for (let c = Math.floor(column - radius); c <= column + radius; c++) {
        if (r < 0 || c < 0 || r >= height || c >= width || Math.hypot(r - row + middle, c - column + middle) > radius) continue;
        const i = r * width + c;
        if (this.tool === "free" || this.tool === "known") { this.known[i] = this.tool === "free" ? 0 : 255; continue; }
        for (let k = 0; k < channels; k++) this.pixels[i * channels + k] = this.tool === "paint" ? this.ink[channels < 3 && k === 1 ? 3 : k] : this.base[i * channels + k];
      }
    }
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [Math.floor(((event.clientY - box.top) / box.height) * this.shape[0]), Math.floor(((event.clientX - box.left) / box.width) * this.shape[1])];
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.keep();
    this.last = this.at = this.place(event);
    this.stroke(...this.at);
    this.draw();
  }

  move(event) {
    this.at = this.place(event);
    if (this.last) {
      const steps = Math.max(Math.abs(this.at[0] - this.last[0]), Math.abs(this.at[1] - this.last[1]), 1);
      for (let i = 1; i <= steps; i++) this.stroke(...this.last.map((v, k) => Math.round(v + ((this.at[k] - v) * i) / steps)));
      this.last = this.at;
    }
    this.draw(true);
  }

  up() {
    if (!this.last) return;
    this.last = null;
    this.changed();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey) { if (event.key.toLowerCase() === "z") { event.preventDefault(); this.undo(); } return; }
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (step) this.at = this.at.map((v, k) => Math.min(Math.max(v + step[k], 0), this.shape[k] - 1));
    else if (event.key === " ") { this.keep(); this.stroke(...this.at); this.changed(); } else if (event.key.toLowerCase() === "z") this.undo();
    else return;
    event.preventDefault();
    this.draw(true);
  }

  draw(pointed = false) {
    const [height, width] = this.shape;
    const side = Math.round((this.canvas.clientWidth || 384) * (devicePixelRatio || 1));
    this.canvas.width = side;
    this.canvas.height = Math.round((side * height) / width);
    const c = this.canvas.getContext("2d");
    const cell = side / width;
    c.imageSmoothingEnabled = false;
    c.drawImage(drawPixels(this.small, this.pixels, this.shape), 0, 0, this.canvas.width, this.canvas.height);
    c.strokeStyle = colour("fourth");
    c.lineWidth = Math.max(1, cell / 10);
    for (let i = 0; i < this.known.length; i++) {
      if (this.known[i]) continue;
      const [x, y] = [(i % width) * cell, Math.floor(i / width) * cell];
      c.globalAlpha = 0.55;
      c.fillStyle = colour("page");
      c.fillRect(x, y, cell, cell);
      c.globalAlpha = 1;
      c.beginPath();
      c.moveTo(x, y + cell);
      c.lineTo(x + cell, y);
      c.stroke();
    }
    if (pointed || document.activeElement === this.canvas) {
      c.lineWidth = 2;
      c.strokeStyle = colour("fake");
      const [row, column] = this.at.map((v) => v + 0.5 - ((this.size - 1) % 2 ? 0.5 : 0));
      c.beginPath();
      c.arc(column * cell, row * cell, Math.max(this.size / 2, 0.5) * cell, 0, 6.2832);
      c.stroke();
    }
  }
}

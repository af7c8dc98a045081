// What is seen of one game: its figure with a colour key, what was changed last, and its losses.

import { Curves } from "../lib/curves.js";
import { h, number } from "../lib/dom.js";
import { Flat } from "./flat.js";
import { Line } from "./line.js";
import { palette, ramp } from "./palette.js";

const LAP = 2600; // milliseconds from samples to noise and back
const OFTEN = 250; // milliseconds between drawings of the losses

export class Board {
  // redraw is asked for while the noise grid morphs
  constructor(redraw) {
    this.redraw = redraw;
    this.figures = { 1: new Line("the data's density, the generated one, the discriminator and the best discriminator"), 2: new Flat("real and generated points on the discriminator's map, with the noise grid") };
    this.losses = new Curves("Losses", { D: "third", G: "fake" }, { height: 110 });
    this.drawnLosses = 0;
    this.title = h("h2", { className: "game-head" });
    this.note = h("p", { className: "hint", role: "status" });
    this.key = h("canvas", { className: "game-key", width: 256, height: 1, role: "img", ariaLabel: "colours from generated, 0, to real, 1" });
    this.meaning = h("span");
    this.scale = h("div", { className: "game-scale hint" }, h("span", {}, "0 generated"), this.key, h("span", {}, "real 1"), this.meaning);
    this.losses.element.hidden = true;
    this.caption = h("figcaption");
    this.place = h("div");
    this.element = h("section", { className: "card" }, this.title, h("figure", {}, this.place, this.scale, this.caption), this.note, this.losses.element);
    for (const { canvas } of Object.values(this.figures)) {
      canvas.tabIndex = 0;
      canvas.addEventListener("pointerenter", () => this.morph());
    }
    this.figures[2].canvas.addEventListener("focus", () => this.figures[2].canvas.matches(":focus-visible") && this.morph());
  }

  begin(dimensions, choice, hidden, letter) {
    const rules = [choice.objective + (choice.objective.startsWith("fgan") ? ` ${choice.divergence}` : ""), choice.penalty === "none" ? "no penalty" : `${choice.penalty} ${number(choice.weight)}`, choice.solver];
    this.title.textContent = (letter ? `${letter}: ` : "") + rules.join(" · ");
    this.figure = this.figures[dimensions];
    this.figure.hidden = hidden;
    if (this.figure.canvas.parentNode !== this.place) this.place.replaceChildren(this.figure.canvas);
    this.scale.hidden = dimensions === 1;
    this.caption.replaceChildren(...this.figure.legend(!choice.objective.startsWith("fgan") || choice.divergence === "gan"));
    this.paintKey();
  }

  paintKey() {
    const c = this.key.getContext("2d");
    const image = c.createImageData(256, 1);
    new Uint32Array(image.data.buffer).set(ramp);
    c.putImageData(image, 0, 0);
    this.painted = palette.page;
  }

  draw(still, arrays, told, i, live) {
    if (!this.figure) return;
    const seen = {};
    for (const [name, array] of Object.entries(arrays)) if (name.startsWith(`${i}/`)) seen[name.slice(2)] = array;
    if ((seen.map === undefined) === (this.figure === this.figures[2])) return; // a frame of other data
    this.figure.draw(still, seen, i);
    if (this.painted !== palette.page) this.paintKey();
    this.meaning.textContent = told.meaning;
    this.losses.element.hidden = this.losses.points.D.length < 2;
    const now = performance.now();
    if (live && now - this.drawnLosses < OFTEN) return;
    this.drawnLosses = now;
    this.losses.draw();
  }

  // From the samples to the noise that they are made from, and back.
  morph() {
    const flat = this.figures[2];
    if (this.figure !== flat || flat.morph < 1 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const begun = performance.now();
    const next = () => {
      const t = Math.min((performance.now() - begun) / LAP, 1);
      flat.morph = t >= 1 ? 1 : (1 + Math.cos(2 * Math.PI * t)) / 2;
      this.redraw();
      if (t < 1) requestAnimationFrame(next);
    };
    flat.morph = 0.999;
    requestAnimationFrame(next);
  }

  // The figure, or two beside each other, on the page's colour.
  picture(other) {
    const shown = [this, other].filter(Boolean).map((board) => board.figure.canvas);
    const canvas = h("canvas", { width: shown.reduce((w, c) => w + c.width, 0), height: Math.max(...shown.map((c) => c.height)) });
    const c = canvas.getContext("2d");
    c.fillStyle = palette.card;
    c.fillRect(0, 0, canvas.width, canvas.height);
    let left = 0;
    for (const one of shown) { c.drawImage(one, left, 0); left += one.width; }
    return canvas;
  }
}

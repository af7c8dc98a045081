// A row of samples to choose from: by pressing one, by dragging it elsewhere, or drawn anew.

import { button } from "../lib/controls.js";
import { h } from "../lib/dom.js";
import { anything, only, rows, sample } from "./made.js";
import { tile } from "./rowview.js";

export const DRAGGED = "application/x-zerosum-sample";

export class Palette {
  // picked(number): a sample was pressed. turned(start): other samples are shown.
  constructor(model, { start = 0, count = 18, seed = 0, label = 0, picked, turned, title = "Samples" }) {
    Object.assign(this, { model, start, count, seed, label, picked, turned });
    this.tiles = h("div", { className: "tiles" });
    this.story = h("span", { className: "hint number" });
    this.element = h("div", { className: "card" },
      h("div", { className: "row" }, h("h2", { className: "inline" }, title),
        button("Earlier", () => this.turn(Math.max(0, this.start - this.count))),
        button("Later", () => this.turn(this.start + this.count)),
        button("Draw others", () => this.turn(anything(90000))), this.story), this.tiles);
  }

  turn(start) {
    this.start = Math.min(start, 99999 - this.count);
    this.turned?.(this.start);
    return this.draw();
  }

  async draw() {
    const numbers = Array.from({ length: this.count }, (_, i) => this.start + i);
    this.story.textContent = `numbers ${numbers[0]} to ${numbers.at(-1)}`;
    const classes = only(this.model, this.label);
    const points = numbers.map((n) => ({ terms: [sample(n)], seed: this.seed, classes }));
    const made = await rows(this.model, points, { side: 96 });
    if (numbers[0] !== this.start) return;
    this.tiles.replaceChildren(...numbers.map((n, i) => this.one(made, n, i)));
  }

  one(made, n, i) {
    const press = button("", () => this.picked?.(n), { className: "tile", draggable: true, title: `sample ${n}`, ariaLabel: `sample ${n}` });
    press.replaceChildren(tile(this.model, made, i, `sample ${n}`), h("small", {}, n));
    press.dataset.number = n;
    press.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData(DRAGGED, String(n));
      event.dataTransfer.effectAllowed = "copy";
    });
    return press;
  }
}

// Let samples be dropped on an element.
export function droppable(element, dropped) {
  element.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes(DRAGGED)) return;
    event.preventDefault();
    element.classList.add("over");
  });
  element.addEventListener("dragleave", () => element.classList.remove("over"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("over");
    const number = Number(event.dataTransfer.getData(DRAGGED));
    if (Number.isInteger(number)) dropped(number);
  });
}

// Choose the class of what is made; nothing for an unconditional generator.
export function classField(model, label, changed) {
  if (!model.classes.length) return null;
  const list = h("select", { onchange: (event) => changed(Number(event.target.value)) },
    model.classes.map((name, i) => h("option", { value: i, selected: i === label }, name)));
  return h("label", { className: "field" }, h("span", {}, "Class"), list);
}

// A number of a sample, typed or drawn anew.
export function sampleField(name, value, changed) {
  const input = h("input", { type: "number", min: 0, max: 99999, step: 1, value, ariaLabel: `sample ${name}` });
  const set = (number) => { input.value = Math.min(Math.max(Math.round(number) || 0, 0), 99999); changed(Number(input.value)); };
  input.addEventListener("change", () => set(Number(input.value)));
  const element = h("div", { className: "anchor" }, h("span", { className: "hint" }, name), input,
    button("↻", () => set(anything()), { title: `another sample ${name}`, ariaLabel: `another sample ${name}` }));
  return { element, input };
}

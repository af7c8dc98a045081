// The samples of a run at fixed latents, with a slider over time; of the average, or of the weights themselves.

import { button } from "../lib/controls.js";
import { h } from "../lib/dom.js";

const KEPT = 80; // decoded pictures

export class Samples {
  // chosen: {at: step or -1 for the newest, of: "average" | "generator"}; changed: told of each choice
  constructor(id, chosen, changed) {
    [this.id, this.chosen, this.changed] = [id, chosen, changed];
    this.previews = { average: [], generator: [] };
    this.pictures = new Map();
    this.canvas = h("canvas", { role: "img", className: "run-samples" });
    this.range = h("input", { type: "range", min: 0, max: 0, step: 1, value: 0, oninput: () => this.slide(Number(this.range.value)) });
    this.range.setAttribute("aria-label", "Step of the samples");
    this.step = h("output", { className: "number" }, "–");
    this.playing = 0;
    this.play = button("Play", () => this.toggle(), { title: "run through the samples in time" });
    this.newest = button("Newest", () => this.slide(this.list.length - 1), { title: "follow the newest samples" });
    this.of = h("select", { onchange: () => this.choose(this.of.value) },
      h("option", { value: "average" }, "averaged weights (EMA)"), h("option", { value: "generator" }, "weights as they stand"));
    this.why = h("span", { className: "hint" });
    this.none = h("p", { className: "hint run-none" }, "No samples yet: the first come with the first preview.");
    this.element = h("figure", { className: "card" }, this.none, this.canvas,
      h("label", { className: "field" }, h("span", {}, "Samples at step", this.step), this.range),
      h("div", { className: "row" }, this.play, this.newest, h("label", { className: "run-of" }, "Generator: ", this.of), this.why));
  }

  get list() { return this.previews[this.chosen.of] ?? []; }

  get place() {
    if (this.chosen.at < 0) return this.list.length - 1;
    const found = this.list.findIndex(([step]) => step >= this.chosen.at);
    return found < 0 ? this.list.length - 1 : found;
  }

  set(previews) {
    this.previews = previews;
    const raw = previews.generator.length > 0;
    this.of.disabled = !raw;
    this.why.textContent = raw || !previews.average.length ? "" : "This run left no samples of the weights as they stand.";
    if (!raw) this.chosen.of = "average";
    this.of.value = this.chosen.of;
    this.show();
  }

  choose(of) {
    this.chosen.of = of;
    this.changed();
    this.show();
  }

  slide(place) {
    const last = place >= this.list.length - 1;
    this.chosen.at = last ? -1 : this.list[place]?.[0] ?? -1;
    this.changed();
    this.show();
  }

  toggle() {
    clearInterval(this.playing);
    this.playing = this.playing ? 0 : setInterval(() => {
      const next = this.place + 1;
      if (next >= this.list.length) { this.toggle(); this.slide(this.list.length - 1); } else this.slide(next);
    }, 250);
    this.play.textContent = this.playing ? "Stop" : "Play";
    if (this.playing && this.place === this.list.length - 1) this.slide(0);
  }

  async show() {
    const [list, place] = [this.list, this.place];
    this.none.hidden = list.length > 0;
    this.canvas.hidden = this.range.disabled = this.play.disabled = this.newest.disabled = list.length === 0;
    this.canvas.hidden = list.length === 0;
    if (!list.length) return;
    this.range.max = list.length - 1;
    this.range.value = place;
    const [step, version] = list[place];
    this.step.textContent = `${step.toLocaleString("en")}${place === list.length - 1 ? " (newest)" : ""}`;
    this.range.setAttribute("aria-valuetext", `step ${step}`);
    const wanted = (this.wanted = `step=${step}&of=${this.chosen.of}&version=${version}`);
    const picture = await this.fetched(wanted);
    if (!picture || wanted !== this.wanted) return;
    this.canvas.width = picture.width;
    this.canvas.height = picture.height;
    const c = this.canvas.getContext("2d");
    c.imageSmoothingEnabled = false;
    c.drawImage(picture, 0, 0);
    this.canvas.setAttribute("aria-label", `samples at step ${step}, ${this.of.selectedOptions[0]?.textContent}`);
    this.canvas.dataset.step = step;
    for (const near of [place + 1, place - 1]) {
      if (list[near]) this.fetched(`step=${list[near][0]}&of=${this.chosen.of}&version=${list[near][1]}`);
    }
  }

  fetched(query) {
    if (!this.pictures.has(query)) {
      this.pictures.set(query, fetch(`/api/runs/${this.id}/preview?${query}`).then(async (answer) => (answer.ok ? createImageBitmap(await answer.blob()) : null)).catch(() => null));
      if (this.pictures.size > KEPT) this.pictures.delete(this.pictures.keys().next().value);
    }
    return this.pictures.get(query);
  }
}

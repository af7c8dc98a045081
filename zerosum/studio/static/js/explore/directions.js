// Sliders along directions of the latents, from one sample.

import { get } from "../lib/api.js";
import { button, check } from "../lib/controls.js";
import { h, notice, number } from "../lib/dom.js";
import { keepers, saveJson } from "../lib/keep.js";
import { open } from "../lib/live.js";
import { axis, only, rows, sample } from "./made.js";
import { classField, Palette, sampleField } from "./palette.js";
import { RowView } from "./rowview.js";

const WAYS = { pca: "Principal directions", weights: "Directions of the first layer", labels: "Directions of the labels" };
const STORIES = {
  pca: "Where samples change most: principal axes of 2,048 samples, carried back to the latents (GANSpace). The share is of the samples' variance.",
  weights: "What the first layer stretches most: right singular vectors of its matrix (SeFa). The share is of the matrix's squared size.",
  labels: "Towards a class of the data: a linear discriminant of what a classifier calls 8,192 samples. Beside each: how often it is right, and how often whoever always gives the more frequent answer.",
};
const FIRST = { by: "pca", sample: 0, seed: 0, label: 0, keep: false, amounts: "", first: 0 };
const REACH = 6;

export async function show(place, model, address) {
  const now = address.chosen(FIRST);
  if (!(now.by in WAYS)) now.by = "pca";
  let amounts = now.amounts.split(",").map(Number).map((v) => (Number.isFinite(v) ? v : 0));
  let [found, last, tag, waiting] = [null, null, 0, 0];
  const view = new RowView(model);
  const sliders = h("div", { className: "sliders" });
  const story = h("p", { className: "hint" });
  const status = h("figcaption", { className: "number" });
  const channel = await open("latent", () => ({ id: model.id }), (header, arrays) => {
    if (header.kind !== "made") return;
    last = { ...header, ...arrays };
    view.show(last);
    status.textContent = `length of z ${number(header.norm)}`;
    view.element.dataset.shown = header.tag;
  });

  const point = () => ({
    terms: [sample(now.sample), ...amounts.flatMap((v, i) => (v ? [axis(now.by, i, v)] : []))],
    seed: now.seed, keep: now.keep, classes: only(model, now.label),
  });
  function go() {
    channel.do({ point: point(), tag: ++tag });
    now.amounts = amounts.some(Boolean) ? amounts.map((v) => Number(v.toFixed(3))).join(",") : "";
    clearTimeout(waiting);
    waiting = setTimeout(() => address.remember(now, FIRST), 250);
  }
  function reset() {
    amounts = amounts.map(() => 0);
    sliders.querySelectorAll("input").forEach((input) => { input.value = 0; input.dispatchEvent(new Event("input")); });
  }
  async function load(by) {
    now.by = by;
    buttons.forEach((b, i) => b.setAttribute("aria-pressed", Object.keys(WAYS)[i] === by));
    story.textContent = STORIES[by];
    sliders.replaceChildren(h("p", { className: "hint" }, "Finding directions …"));
    found = null;
    try {
      const cannot = by === "labels" ? model.unlabelled : by === "weights" && model.components ? "each of a mixture's networks has weights of its own" : null;
      if (cannot) throw new Error(cannot.charAt(0).toUpperCase() + cannot.slice(1));
      const answer = await get(`/api/explore/${model.id}/directions?by=${by}`);
      if (now.by !== by) return;
      found = answer;
    } catch (error) {
      if (now.by === by) sliders.replaceChildren(h("p", { className: "hint" }, `${error.message}.`));
      amounts = [];
      return go();
    }
    amounts = found.directions.map((_, i) => amounts[i] ?? 0);
    sliders.replaceChildren(...found.directions.map((d, i) => line(d, amounts[i], (v) => { amounts[i] = v; go(); })));
    go();
  }

  const field = sampleField("from sample", now.sample, (n) => { now.sample = n; go(); });
  field.element.classList.add("wide");
  const palette = new Palette(model, {
    start: now.first, seed: now.seed, label: now.label, title: "Start from",
    picked: (n) => { now.sample = n; field.input.value = n; go(); },
    turned: (start) => { now.first = start; address.remember(now, FIRST); },
  });
  const buttons = Object.entries(WAYS).map(([by, title]) => button(title, () => { amounts = []; load(by); }));
  const keep = keepers(`${model.name}-directions`, {
    png: model.kind === "table" ? undefined : () => view.canvas,
    json: () => ({ model: model.name, by: now.by, sample: now.sample, seed: now.seed, amounts: named(found, amounts), vectors: found?.vectors, values: last?.values?.[0] }),
  });
  const latent = button("Latent", async () => {
    const { latents } = await rows(model, [point()], { latents: true });
    saveJson(`${model.name}-latent`, { point: point(), z: latents[0] });
  }, { title: "save the latent as JSON" });
  place.append(h("div", { className: "split two" },
    h("div", {}, h("div", { className: "card" },
      h("div", { className: "row" }, buttons), story,
      sliders,
      h("div", { className: "row" }, button("Reset", reset, { className: "main" }),
        check("Keep the length of the sample", now.keep, (v) => { now.keep = v; go(); })))),
    h("figure", { className: "card" }, view.element, status, field.element,
      classField(model, now.label, (v) => { now.label = v; palette.label = v; palette.draw(); go(); }),
      h("div", { className: "row" }, keep, latent))), palette.element);
  palette.draw().catch((error) => notice(error.message));
  load(now.by);
  return () => { channel.close(); clearTimeout(waiting); };
}

function line(direction, amount, changed) {
  const shown = h("output", { className: "number" }, number(amount));
  const range = h("input", { type: "range", min: -REACH, max: REACH, step: 0.05, value: amount, ariaLabel: direction.name });
  range.addEventListener("input", () => { shown.textContent = number(Number(range.value)); changed(Number(range.value)); });
  range.addEventListener("dblclick", () => { range.value = 0; range.dispatchEvent(new Event("input")); });
  return h("label", { className: "direction" }, h("span", {}, direction.name), h("small", { className: "hint number" }, told(direction)), range, shown);
}

function told({ share, accuracy, base }) {
  if (share !== undefined) return `${(100 * share).toFixed(1)} %`;
  return accuracy === undefined ? "" : `${(100 * accuracy).toFixed(0)} / ${(100 * base).toFixed(0)} %`;
}

const named = (found, amounts) => Object.fromEntries((found?.directions ?? []).map((d, i) => [d.name, amounts[i]]));

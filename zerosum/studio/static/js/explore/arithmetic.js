// A − B + C: samples, or means of classes, dropped into slots.

import { get } from "../lib/api.js";
import { button, check } from "../lib/controls.js";
import { h, notice, number } from "../lib/dom.js";
import { keepers, saveJson } from "../lib/keep.js";
import { mean, only, rows, sample } from "./made.js";
import { classField, droppable, Palette } from "./palette.js";
import { RowView, tile } from "./rowview.js";

const SLOTS = ["A", "B", "C"];
const SIGNS = [1, -1, 1];
const FIRST = { a: "0", b: "1", c: "2", keep: true, seed: 0, label: 0, first: 0 };

export async function show(place, model, address) {
  const now = address.chosen(FIRST);
  let [held, turn, result, classes] = [null, 0, null, null];
  const keys = ["a", "b", "c"];
  const view = new RowView(model, "what A − B + C makes");
  const status = h("figcaption", { className: "number" });
  const means = h("div");
  const slots = SLOTS.map((name, i) => {
    const element = button("", () => press(i), { className: "tile slot large" });
    droppable(element, (n) => put(i, String(n)));
    return element;
  });
  // A slot holds a sample's number, or m and the number of a class.
  const term = (text, weight) => (text.startsWith("m") ? mean(Number(text.slice(1)) || 0, weight) : sample(Number(text) || 0, weight));
  const called = (text) => (text.startsWith("m") ? `mean of ${classes?.[Number(text.slice(1))]?.name ?? "class"}` : `sample ${text}`);
  const base = () => ({ seed: now.seed, keep: now.keep, classes: only(model, now.label) });
  const sum = () => ({ ...base(), terms: keys.map((k, i) => term(now[k], SIGNS[i])) });

  function press(i) {
    if (held === null) { hint.textContent = `Press a sample first, then slot ${SLOTS[i]}.`; return; }
    put(i, held);
  }
  function put(i, text) {
    now[keys[i]] = text;
    release();
    load();
  }
  function release() {
    held = null;
    place.querySelectorAll("[data-held]").forEach((t) => { t.setAttribute("aria-pressed", "false"); delete t.dataset.held; });
  }
  function hold(text, element) {
    const again = held === text;
    release();
    held = again ? null : text;
    if (!again) { element.setAttribute("aria-pressed", "true"); element.dataset.held = "true"; }
    hint.textContent = again ? WAY : `${called(text)} is taken: press a slot to put it there.`;
  }
  const hint = h("p", { className: "hint", role: "status" });
  const WAY = "Drag a sample into a slot; or press the sample, then the slot.";

  async function load() {
    hint.textContent = WAY;
    address.remember(now, FIRST);
    const mine = ++turn;
    let made;
    try {
      made = await rows(model, [...keys.map((k) => ({ ...base(), terms: [term(now[k], 1)] })), sum()], { latents: true });
    } catch (error) { notice(error.message); return; }
    if (mine !== turn) return;
    result = made;
    slots.forEach((slot, i) => {
      slot.replaceChildren(tile(model, made, i, called(now[keys[i]])), h("small", {}, called(now[keys[i]])));
      slot.ariaLabel = `slot ${SLOTS[i]}: ${called(now[keys[i]])}`;
    });
    view.show(made, 3);
    view.element.dataset.shown = mine;
    const size = Math.sqrt(made.latents[3].reduce((s, v) => s + v * v, 0));
    status.textContent = `${called(now.a)} − ${called(now.b)} + ${called(now.c)}; length of z ${number(size)}`;
  }
  async function findMeans() {
    means.replaceChildren(h("p", { className: "hint" }, "A classifier learns the labels and looks at 4,096 samples …"));
    try {
      const found = await get(`/api/explore/${model.id}/means`);
      classes = found.classes;
      means.replaceChildren(
        h("p", { className: "hint" }, `Mean latents of the samples that a classifier calls so; it is right on ${(100 * found.accuracy).toFixed(1)} % of real rows it has not seen.`),
        h("div", { className: "row" }, classes.map((c, i) => {
          const one = button(`${c.name} (${c.count})`, () => hold(`m${i}`, one), { title: `mean latent of ${c.count} samples`, disabled: c.count < 3 });
          return one;
        })));
    } catch (error) { means.replaceChildren(h("p", { className: "hint" }, `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`)); }
  }

  const palette = new Palette(model, {
    start: now.first, seed: now.seed, label: now.label, count: 24,
    picked: (n) => hold(String(n), palette.tiles.querySelector(`[data-number="${n}"]`)),
    turned: (s) => { now.first = s; address.remember(now, FIRST); },
  });
  const keep = keepers(`${model.name}-arithmetic`, {
    png: model.kind === "table" ? undefined : () => view.canvas,
    csv: model.kind === "picture" ? undefined : () => ({ columns: ["of", ...model.columns.map((c) => c.name)], rows: result.values.map((r, i) => [[...SLOTS, "A - B + C"][i], ...r]) }),
    json: () => ({ model: model.name, point: sum(), z: result.latents[3], values: result.values?.[3] }),
  });
  const latent = button("Latents", () => saveJson(`${model.name}-latents`, { A: result.latents[0], B: result.latents[1], C: result.latents[2], result: result.latents[3] }));
  const symbol = (text) => h("span", { className: "sign", ariaHidden: "true" }, text);
  place.append(h("div", { className: "card" }, hint, h("div", { className: "sum" },
    slots[0], symbol("−"), slots[1], symbol("+"), slots[2], symbol("="),
    h("figure", { className: "result" }, view.element, status)),
    h("div", { className: "row" }, check("Bring the result to the length of its terms", now.keep, (v) => { now.keep = v; load(); }), keep, latent),
    classField(model, now.label, (v) => { now.label = v; palette.label = v; palette.draw(); load(); })),
    palette.element,
    h("div", { className: "card" }, h("h2", {}, "Means of classes"), means));
  palette.draw().catch((error) => notice(error.message));
  const asked = keys.some((k) => now[k].startsWith("m"));
  if (model.unlabelled) means.append(h("p", { className: "hint" }, `${model.unlabelled.charAt(0).toUpperCase()}${model.unlabelled.slice(1)}.`));
  else if (asked) findMeans().then(load);
  else means.append(button("Find the mean latent of each class of the data", findMeans));
  if (!asked || model.unlabelled) await load();
}

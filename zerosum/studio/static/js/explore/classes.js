// Classes of a conditional generator: mixed by weights, and one sample through all of them.

import { button } from "../lib/controls.js";
import { h, notice, number } from "../lib/dom.js";
import { keepers, saveJson } from "../lib/keep.js";
import { open } from "../lib/live.js";
import { only, rows, sample, sheet, table } from "./made.js";
import { Palette, sampleField } from "./palette.js";
import { RowView, tile } from "./rowview.js";

const FIRST = { sample: 0, seed: 0, weights: "", first: 0, lines: 4 };

export async function show(place, model, address) {
  const why = model.unmixed;
  if (!model.classes.length) {
    place.append(h("div", { className: "card" }, h("h2", {}, "No classes to mix"), h("p", {}, `${sentence(why)}.`),
      h("p", { className: "hint" }, "A generator learns classes when it is trained with labels: zerosum train digits --conditional true.")));
    return;
  }
  const now = address.chosen(FIRST);
  const given = now.weights.split(",").map(Number);
  let weights = given.length === model.classes.length && given.every(Number.isFinite) ? given : only(model, 0);
  let [last, grid, tag, waiting] = [null, null, 0, 0];
  const view = new RowView(model, "what the mixture of classes makes");
  const sliders = h("div", { className: "sliders" });
  const through = h("div", { className: "scroll" });
  const status = h("figcaption", { className: "number" });
  const channel = await open("latent", () => ({ id: model.id }), (header, arrays) => {
    if (header.kind !== "made") return;
    last = { ...header, ...arrays };
    view.show(last);
    view.element.dataset.shown = header.tag;
  });
  const point = () => ({ terms: [sample(now.sample)], seed: now.seed, classes: weights });
  function go() {
    channel.do({ point: point(), tag: ++tag });
    now.weights = weights.map((v) => Number(v.toFixed(3))).join(",");
    const used = weights.flatMap((v, i) => (v ? [`${number(v)} · ${model.classes[i]}`] : []));
    status.textContent = used.length ? used.join(" + ") : "no class has any weight";
    clearTimeout(waiting);
    waiting = setTimeout(() => address.remember(now, FIRST), 250);
  }
  function set(next) { weights = next; drawSliders(); go(); }
  function drawSliders() {
    sliders.replaceChildren(...model.classes.map((name, i) => why ? choice(name, i) : line(name, i)));
  }
  const choice = (name, i) => h("label", { className: "check" },
    h("input", { type: "radio", name: "class", checked: weights[i] === 1, onchange: () => set(only(model, i)) }), name);
  function line(name, i) {
    const shown = h("output", { className: "number" }, number(weights[i]));
    const range = h("input", { type: "range", min: 0, max: 1, step: 0.01, value: weights[i], ariaLabel: `weight of class ${name}` });
    range.addEventListener("input", () => { weights[i] = Number(range.value); shown.textContent = number(weights[i]); go(); });
    return h("div", { className: "direction" }, button(name, () => set(only(model, i)), { title: `class ${name} alone` }), h("small"), range, shown);
  }
  async function drawGrid() {
    const samples = Array.from({ length: now.lines }, (_, k) => now.sample + k);
    const points = samples.flatMap((n) => model.classes.slice(0, 256 / now.lines).map((_, i) => ({ terms: [sample(n)], seed: now.seed, classes: only(model, i) })));
    grid = await rows(model, points, { side: 96, latents: true });
    const shown = Math.min(model.classes.length, Math.floor(256 / now.lines));
    through.replaceChildren(h("table", { className: "grid" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Sample"), model.classes.slice(0, shown).map((c) => h("th", { scope: "col" }, c)))),
      h("tbody", {}, samples.map((n, r) => h("tr", {}, h("th", { scope: "row" }, n),
        Array.from({ length: shown }, (_, i) => h("td", {}, pressable(n, i, tile(model, grid, r * shown + i, `sample ${n} as ${model.classes[i]}`)))))))));
  }
  function pressable(n, i, content) {
    const press = button("", () => { now.sample = n; field.input.value = n; set(only(model, i)); }, { className: "tile", ariaLabel: `sample ${n} as ${model.classes[i]}` });
    press.append(content);
    return press;
  }
  const restart = (n) => { now.sample = n; field.input.value = n; go(); drawGrid(); };
  const field = sampleField("sample", now.sample, restart);
  field.element.classList.add("wide");
  const palette = new Palette(model, { start: now.first, seed: now.seed, title: `Other samples, as ${model.classes[0]}`, picked: restart,
    turned: (s) => { now.first = s; address.remember(now, FIRST); } });
  const even = () => set(weights.map(() => 1 / weights.length));
  const toOne = () => { const sum = weights.reduce((p, q) => p + q, 0); if (sum) set(weights.map((v) => v / sum)); };
  const keep = keepers(`${model.name}-classes`, {
    png: model.kind === "picture" ? () => sheet(grid.pixels, Math.min(model.classes.length, Math.floor(256 / now.lines))) : undefined,
    csv: () => table(model, grid),
    json: () => ({ model: model.name, point: point(), classes: model.classes, values: last?.values?.[0] }),
  });
  const latent = button("Latent", async () => saveJson(`${model.name}-latent`, { point: point(), z: (await rows(model, [point()], { latents: true })).latents[0] }));
  drawSliders();
  place.append(h("div", { className: "split two" },
    h("div", { className: "card" }, h("h2", {}, why ? "Class" : "Weights of the classes"),
      h("p", { className: "hint" }, why ? `${sentence(why)}.` : "The learned vectors of the classes, weighted and added, take the place of one class's. The network has seen only single classes; press a name for that one alone."),
      sliders, why ? null : h("div", { className: "row" }, button("To sum 1", toOne), button("All alike", even))),
    h("figure", { className: "card" }, view.element, status, field.element, h("div", { className: "row" }, keep, latent))),
    h("div", { className: "card" }, h("h2", {}, "The same latents through all classes"), through), palette.element);
  palette.draw().catch((error) => notice(error.message));
  go();
  await drawGrid();
  return () => { channel.close(); clearTimeout(waiting); };
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

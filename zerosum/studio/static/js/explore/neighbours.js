// Neighbours: samples, the training rows nearest to each, and how usual such distances are.

import { frame, get } from "../lib/api.js";
import { Bars, histogram } from "../lib/bars.js";
import { button, select, slider } from "../lib/controls.js";
import { colour, h, number, onTheme } from "../lib/dom.js";
import { keepers } from "../lib/keep.js";
import { nth, pixels, sheet } from "../lib/pixels.js";
import { Plane } from "../lib/plane.js";

const SPACES = { rows: "the rows themselves", classifier: "a classifier's features" };
const DEFAULTS = { n: 24, k: 5, by: "rows", label: "", seed: 0, at: 0, order: "as drawn" };

export async function show(place, model, address) {
  const choice = address.chosen(DEFAULTS);
  const tiles = h("div", { className: "nn-tiles", role: "listbox", tabIndex: -1, "aria-label": "Samples" });
  const detail = h("section", { className: "card", "aria-live": "polite" });
  const state = h("p", { className: "hint", role: "status" });
  const real = await get(`/api/explore/${model.id}/real`);
  if (real.why) {
    place.append(h("p", { className: "lead" }, `No neighbours can be shown: ${real.why}.`));
    return;
  }
  let found = null;
  let plane = null;
  let turn = 0;

  const seedBox = h("output", {}, String(choice.seed));
  const controls = h("aside", { className: "card" },
    select("Near in", real.taught ? Object.values(SPACES) : [SPACES.rows], SPACES[choice.by] ?? SPACES.rows,
      (value) => ask({ by: Object.keys(SPACES).find((key) => SPACES[key] === value) }), "what the distance is measured between"),
    model.classes.length ? select("Class", ["all in turn", ...model.classes], choice.label || "all in turn",
      (value) => ask({ label: value === "all in turn" ? "" : value })) : null,
    slider("Samples", [6, 12, 24, 36, 48, 64], choice.n, (n) => ask({ n, at: 0 })),
    slider("Nearest rows of each", [1, 2, 3, 4, 5, 6, 8, 10, 12], choice.k, (k) => ask({ k })),
    select("Order", ["as drawn", "nearest first"], choice.order, (order) => { choice.order = order; keep(); draw(); }),
    h("div", { className: "row" }, button("Other samples", () => ask({ seed: choice.seed + 1, at: 0 })),
      h("span", { className: "hint" }, "seed ", seedBox)),
    h("div", { className: "row" }, keepers("neighbours", { png: picture, csv: rows, json: () => ({ ...choice, ...found?.header }) })));

  place.append(h("div", { className: "split" }, h("div", {}, state, tiles, detail), controls));
  tiles.addEventListener("keydown", arrows);
  onTheme(() => draw());
  await ask({});

  function keep() { address.remember(choice, DEFAULTS); }

  async function ask(change) {
    Object.assign(choice, change);
    keep();
    seedBox.textContent = String(choice.seed);
    const mine = ++turn;
    state.textContent = choice.by === "classifier" ? "Teaching a classifier and looking: some seconds …" : "Looking …";
    const { n, k, by, label, seed } = choice;
    try {
      const answer = await frame(`/api/explore/${model.id}/neighbours?${new URLSearchParams({ n, k, by, label, seed })}`);
      if (mine !== turn) return;
      found = answer;
    } catch (error) {
      if (mine !== turn) return;
      found = null;
      tiles.replaceChildren();
      detail.hidden = true;
      state.textContent = `No neighbours can be shown: ${error.message}.`;
      return;
    }
    const { trained, held_out, looked_at } = found.header;
    state.textContent = `${n} samples of seed ${seed} beside ${count(looked_at[0], trained)} training rows; ${count(looked_at[1], held_out)} held-out rows say what is usual.`;
    detail.hidden = false;
    draw();
  }

  function order() {
    const all = found.header.distances.map((_, i) => i);
    if (choice.order === "nearest first") all.sort((a, b) => found.header.distances[a][0] - found.header.distances[b][0]);
    return all;
  }

  function draw() {
    if (!found) return;
    choice.at = Math.min(Math.max(choice.at, 0), found.header.distances.length - 1);
    if (model.kind === "picture") {
      tiles.replaceChildren(...order().map((i) => h("button", {
        type: "button", className: "nn-tile", role: "option", "aria-selected": String(i === choice.at), "data-i": i,
        tabIndex: i === choice.at ? 0 : -1, onclick: () => choose(i),
      }, pixels(...nth(found.arrays.samples, i), `sample ${i}`), h("span", {}, far(found.header.distances[i][0])))));
    } else if (model.kind === "points") cloud(); else lines();
    detail.replaceChildren(...told());
  }

  function choose(i, focus = false) {
    choice.at = i;
    keep();
    for (const tile of tiles.querySelectorAll("[data-i]")) {
      const on = Number(tile.dataset.i) === i;
      tile.setAttribute("aria-selected", String(on));
      tile.tabIndex = on ? 0 : -1;
      if (on && focus) tile.focus();
    }
    if (model.kind === "points") cloud();
    detail.replaceChildren(...told());
  }

  function arrows(event) {
    const all = order();
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose(all[(all.indexOf(choice.at) + step + all.length) % all.length], true);
  }

  // Points of the plane: held by one canvas; arrow keys go from sample to sample, a click takes the nearest.
  function cloud() {
    if (!plane) {
      plane = new Plane("Samples and the training rows nearest to them");
      plane.canvas.tabIndex = 0;
      plane.canvas.addEventListener("click", (event) => {
        const [x, y] = plane.at(event);
        const apart = found.header.distances.map((_, i) => Math.hypot(found.arrays.samples[2 * i] - x, found.arrays.samples[2 * i + 1] - y));
        choose(apart.indexOf(Math.min(...apart)));
      });
      tiles.replaceChildren(h("figure", { className: "nn-cloud" }, plane.canvas, h("figcaption", {},
        h("span", { className: "key fake" }, "samples"), h("span", { className: "key real" }, "nearest training rows of each"),
        "Click a sample, or use the arrow keys.")));
    }
    const { samples, rows: near } = found.arrays;
    plane.box = boxOf([...samples, ...near]);
    plane.begin();
    plane.dots(near, colour("real"), 3, 0.55);
    plane.dots(samples, colour("fake"), 4);
    const k = found.header.distances[0].length;
    const [x, y] = samples.subarray(2 * choice.at, 2 * choice.at + 2);
    for (let j = 0; j < k; j++) plane.line([x, y, near[2 * (choice.at * k + j)], near[2 * (choice.at * k + j) + 1]], colour("muted"), 1);
    plane.line(circle(x, y, (plane.box[1] - plane.box[0]) / 50), colour("ink"), 2);
  }

  // Rows of a table: buttons with their distances.
  function lines() {
    tiles.replaceChildren(...order().map((i) => h("button", {
      type: "button", className: "nn-tile nn-line", role: "option", "aria-selected": String(i === choice.at), "data-i": i,
      tabIndex: i === choice.at ? 0 : -1, onclick: () => choose(i),
    }, `sample ${i}`, h("span", {}, far(found.header.distances[i][0])))));
  }

  function told() {
    const { header, arrays } = found;
    const i = choice.at;
    const k = header.distances[i].length;
    const bars = new Bars("How far held-out rows are from their nearest training row, and where the samples stand");
    const firsts = header.distances.map((d) => d[0]);
    const top = Math.max(...arrays.reference, ...firsts) * 1.02 || 1;
    const { edges, shares } = histogram(arrays.reference, 0, top, 40);
    bars.show(edges, [{ shares, hue: "real" }], [...firsts.map((at) => ({ at, hue: "fake" })), { at: firsts[i], hue: "fake", tall: true }]);
    return [
      h("h2", {}, `Sample ${i}: ${far(firsts[i])} from the nearest training row`),
      h("p", { className: header.nearer[i] < 0.01 && arrays.reference.length >= 100 ? "alarm" : "" }, header.meaning[i]),
      model.kind === "picture" ? strip(i, k) : numbers(i, k),
      h("h3", {}, "Distance to the nearest training row"),
      h("figure", {}, bars.canvas, h("figcaption", {}, h("span", { className: "key real" }, `${arrays.reference.length} held-out rows`),
        h("span", { className: "key fake" }, "samples; the tall mark is this one"), `Distance: ${header.unit}.`)),
    ];
  }

  function strip(i, k) {
    const near = Array.from({ length: k }, (_, j) => h("figure", {}, pixels(...nth(found.arrays.rows, i * k + j), `training row, ${j + 1} of ${k} nearest`),
      h("figcaption", {}, far(found.header.distances[i][j]), found.header.classes ? ` · class ${found.header.classes[i][j]}` : "",
        found.header.index ? h("span", { className: "nn-index" }, `row ${found.header.index[i][j]}`) : "")));
    return h("div", { className: "nn-strip" },
      h("figure", { className: "nn-own" }, pixels(...nth(found.arrays.samples, i), `sample ${i}`), h("figcaption", {}, "sample")), near);
  }

  function numbers(i, k) {
    const d = found.header.columns.length;
    const row = (array, at) => Array.from(array.subarray(at * d, (at + 1) * d), (v) => h("td", {}, number(v, 4)));
    return h("div", { className: "scroll", tabIndex: 0 }, h("table", {}, h("thead", {}, h("tr", {}, ["", "distance", ...found.header.columns].map((c) => h("th", { scope: "col" }, c)))),
      h("tbody", {}, h("tr", {}, h("th", { scope: "row" }, "sample"), h("td", {}, ""), row(found.arrays.samples, i)),
        Array.from({ length: k }, (_, j) => h("tr", {}, h("th", { scope: "row" }, found.header.index ? `row ${found.header.index[i][j]}` : `nearest ${j + 1}`),
          h("td", {}, far(found.header.distances[i][j])), row(found.arrays.rows, i * k + j))))));
  }

  function rows() {
    const k = found.header.distances[0].length;
    return {
      columns: ["sample", "rank", "distance", "training row", "held-out rows as near"],
      rows: found.header.distances.flatMap((all, i) => all.slice(0, k).map((d, j) => [i, j + 1, d, found.header.index?.[i][j] ?? "", j ? "" : found.header.nearer[i]])),
    };
  }

  function picture() {
    if (model.kind === "points") return plane.canvas;
    if (model.kind === "table") return detail.querySelector("canvas");
    const k = found.header.distances[0].length;
    const cells = order().flatMap((i) => [[pixels(...nth(found.arrays.samples, i), ""), `sample ${i}`],
      ...Array.from({ length: k }, (_, j) => [pixels(...nth(found.arrays.rows, i * k + j), ""), number(found.header.distances[i][j])])]);
    return sheet(cells, k + 1, 72);
  }
}

const far = (distance) => (distance >= 10 ? number(distance, 4) : distance.toFixed(3));
const count = (some, all) => (some === all ? all.toLocaleString("en") : `${some.toLocaleString("en")} of ${all.toLocaleString("en")}`);

function boxOf(numbers) {
  const [xs, ys] = [numbers.filter((_, i) => i % 2 === 0), numbers.filter((_, i) => i % 2)];
  const [cx, cy] = [xs, ys].map((v) => (Math.min(...v) + Math.max(...v)) / 2);
  const half = 0.55 * Math.max(...[xs, ys].map((v) => Math.max(...v) - Math.min(...v)), 1e-9);
  return [cx - half, cx + half, cy - half, cy + half];
}

const circle = (x, y, r) => Array.from({ length: 66 }, (_, i) => (i % 2 ? y + r * Math.sin(((i - 1) / 64) * 6.2832) : x + r * Math.cos((i / 64) * 6.2832)));

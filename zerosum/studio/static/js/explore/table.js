// Table: sampled rows, each column's marginal beside the real one, correlations, and KS distances.

import { get } from "../lib/api.js";
import { Bars } from "../lib/bars.js";
import { button, select, slider } from "../lib/controls.js";
import { colour, h, number, onTheme } from "../lib/dom.js";
import { keepers, saveCsv } from "../lib/keep.js";
import { diverging } from "../lib/maps.js";
import { Plane } from "../lib/plane.js";

const DEFAULTS = { n: 1000, label: "", seed: 0, against: "held-out", sort: "", down: false, page: 0 };
const PAGE = 20; // rows of the table at once

export async function show(place, model, address) {
  if (model.kind === "picture") {
    place.append(h("p", { className: "lead" }, "This generator makes pictures: a table has columns of numbers."));
    return;
  }
  const choice = address.chosen(DEFAULTS);
  const state = h("p", { className: "hint", role: "status" });
  const [rows, marginals, relations, distances] = ["Sampled rows", "Columns, one by one", "Correlations", "Kolmogorov–Smirnov distances"]
    .map((title) => h("section", { className: "card", "aria-label": title }));
  const seedBox = h("output", {}, String(choice.seed));
  let found = null;
  let turn = 0;

  const most = Math.floor(200_000 / model.shape[0]);
  const controls = h("aside", { className: "card" },
    slider("Rows", [100, 250, 500, 1000, 2000, 5000, 10_000].filter((n) => n <= most), Math.min(choice.n, most), (n) => ask({ n, page: 0 })),
    model.classes.length ? select("Class", ["all in turn", ...model.classes], choice.label || "all in turn",
      (value) => ask({ label: value === "all in turn" ? "" : value })) : null,
    select("Compare with real rows", ["held-out", "training"], choice.against, (against) => ask({ against }),
      "held-out rows were never trained on: the fair comparison"),
    h("div", { className: "row" }, button("Other rows", () => ask({ seed: choice.seed + 1, page: 0 })), h("span", { className: "hint" }, "seed ", seedBox)),
    h("div", { className: "row" }, keepers("table", { csv: () => ({ columns: found.columns, rows: found.rows }), json: () => ({ ...choice, ...found }) })),
    h("p", { className: "hint" }, "CSV holds the generated rows with all their digits, as zerosum sample writes them."));
  place.append(h("div", { className: "split" }, h("div", { className: "tb-parts" }, state, distances, marginals, relations, rows), controls));
  onTheme(() => found && relate());
  await ask({});

  function keep() { address.remember(choice, DEFAULTS); }

  async function ask(change) {
    Object.assign(choice, change);
    choice.n = Math.min(choice.n, most);
    keep();
    seedBox.textContent = String(choice.seed);
    const mine = ++turn;
    const { n, label, seed, against } = choice;
    state.textContent = "Sampling …";
    const answer = await get(`/api/explore/${model.id}/table?${new URLSearchParams({ n, label, seed, against })}`);
    if (mine !== turn) return;
    found = answer;
    state.textContent = found.why ? `${n.toLocaleString("en")} generated rows of seed ${seed}; no real rows beside them: ${found.why}.`
      : `${n.toLocaleString("en")} generated rows of seed ${seed} beside ${found.real.toLocaleString("en")} ${against} rows.`;
    far();
    marginal();
    relate();
    list();
  }

  function far() {
    distances.hidden = !found.ks;
    if (!found.ks) return;
    const { ks } = found;
    const order = found.columns.map((_, i) => i).sort((a, b) => ks.generated[b] - ks.generated[a]);
    const apart = ks.generated.filter((d) => d > ks.band_of_all).length;
    const top = Math.max(...ks.generated, ...ks.reference, ks.band_of_all) * 1.05;
    const at = (d) => `${(100 * d) / top}%`;
    distances.replaceChildren(h("h2", {}, "How far each column is from the real one"),
      h("p", {}, apart ? `${apart} of ${order.length} columns differ: their D is beyond what two samples of one law reach in 1 of 20 comparisons of all columns.`
        : `No column is beyond what two samples of one law may reach, all columns together: with ${found.rows.length.toLocaleString("en")} and ${found.real.toLocaleString("en")} rows no difference of D below ${number(ks.band_of_all)} can be claimed.`),
      h("div", { className: "tb-ks", role: "table", "aria-label": "Kolmogorov–Smirnov distance of each column" }, order.map((i) => {
        const bar = h("span", { className: ks.generated[i] > ks.band_of_all ? "tb-bar tb-beyond" : "tb-bar" });
        const reference = h("span", { className: "tb-mark" });
        const bands = [ks.band, ks.band_of_all].map((b, j) => Object.assign(h("span", { className: j ? "tb-band tb-all" : "tb-band" })));
        bar.style.width = at(ks.generated[i]);
        reference.style.left = at(ks.reference[i]);
        bands[0].style.left = at(ks.band);
        bands[1].style.left = at(ks.band_of_all);
        return h("div", { role: "row", className: "tb-line" }, h("span", { role: "rowheader" }, found.columns[i]),
          h("span", { className: "tb-track", role: "cell", "aria-label": `bar of length ${number(ks.generated[i])}` }, bands, bar, reference),
          h("span", { role: "cell", className: "number" }, ks.generated[i].toFixed(3), ks.generated[i] > ks.band_of_all ? " beyond" : ""));
      })),
      h("p", { className: "hint" }, h("span", { className: "key fake" }, "D = sup |Fₙ − Gₘ| of generated and real rows"), h("span", { className: "key real" },
        `tick: D of ${choice.against === "held-out" ? "training" : "held-out"} and ${choice.against} rows (${ks.reference_rows.toLocaleString("en")} and ${found.real.toLocaleString("en")})`)),
      h("p", { className: "hint" }, `Broken line: what D of two such samples of one law stays below in 95 % of the comparisons, ${number(ks.band)} (Dvoretzky, Kiefer, Wolfowitz); solid line: of all ${order.length} columns at once, ${number(ks.band_of_all)}.`),
      h("div", { className: "row" }, button("CSV of the distances", () => saveCsv("ks", ["column", "D", "D of real rows", "band", "band of all columns"],
        order.map((i) => [found.columns[i], ks.generated[i], ks.reference[i], ks.band, ks.band_of_all])))));
  }

  function marginal() {
    const shown = found.marginals.slice(0, 64);
    marginals.replaceChildren(h("h2", {}, "Columns, one by one"),
      h("p", { className: "hint" }, found.why ? "" : h("span", { className: "key real" }, "real (filled)"), h("span", { className: "key fake" }, found.why ? "generated" : "generated (line)"),
        "Shares of the rows; what lies beyond the outermost 0.1 % counts in the outer bars."),
      h("div", { className: "tb-marginals" }, shown.map((m, i) => {
        const bars = new Bars(`histogram of ${found.columns[i]}`, 110);
        const generated = { shares: m.generated, hue: "fake" };
        const place = h("figure", {}, h("h3", {}, found.columns[i]), bars.canvas, h("figcaption", { className: "number" },
          m.facts.real_mean === undefined ? `mean ${number(m.facts.mean)}, sd ${number(m.facts.std)}`
            : `mean ${number(m.facts.mean)}, real ${number(m.facts.real_mean)} · sd ${number(m.facts.std)}, real ${number(m.facts.real_std)}`));
        bars.show(m.edges, m.real ? [{ shares: m.real, hue: "real" }, generated] : [generated]);
        return place;
      })),
      h("p", { className: "hint" }, shown.length < found.marginals.length ? `The first ${shown.length} of ${found.marginals.length} columns are drawn; JSON holds all.` : ""));
  }

  function relate() {
    relations.hidden = !found.correlation;
    if (!found.correlation) return;
    const { generated, real } = found.correlation;
    const told = h("p", { className: "hint", role: "status" }, "Point at a cell, or go over one with the arrow keys, to read it.");
    const maps = real ? { "generated": generated, "real": real, "generated − real": minus(generated, real) } : { generated };
    const figures = Object.entries(maps).map(([name, values]) => heat(name, values, told));
    const gap = real ? Math.max(...maps["generated − real"].flat().map(Math.abs).filter(Number.isFinite)) : 0;
    relations.replaceChildren(...[h("h2", {}, "Correlations (Pearson)"),
      real ? h("p", {}, `The largest difference is ${number(gap, 2)}.`) : null, h("div", { className: "tb-maps" }, figures),
      h("p", { className: "hint" }, "Vermilion −1, page 0, blue +1; grey: a column that does not vary."), told,
      model.kind === "points" ? scatter() : null].filter(Boolean));
  }

  function heat(name, values, told) {
    const d = values.length;
    const cell = Math.max(4, Math.floor(320 / d));
    const canvas = h("canvas", { className: "tb-heat", width: d * cell, height: d * cell, tabIndex: 0, role: "img" });
    canvas.setAttribute("aria-label", `correlations, ${name}: ${d} by ${d} columns`);
    const c = canvas.getContext("2d");
    values.forEach((row, i) => row.forEach((v, j) => {
      c.fillStyle = v === null || Number.isNaN(v) ? colour("line") : `rgb(${diverging(v).map(Math.round).join()})`;
      c.fillRect(j * cell, i * cell, cell - (cell > 8 ? 1 : 0), cell - (cell > 8 ? 1 : 0));
    }));
    let [row, column] = [0, 0];
    const tell = () => { told.textContent = `${name}: ${found.columns[row]} and ${found.columns[column]} ${number(values[row][column], 2)}`; };
    canvas.addEventListener("pointermove", (event) => {
      const place = canvas.getBoundingClientRect();
      column = Math.min(Math.max(Math.floor(((event.clientX - place.left) / place.width) * d), 0), d - 1);
      row = Math.min(Math.max(Math.floor(((event.clientY - place.top) / place.height) * d), 0), d - 1);
      tell();
    });
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (!step) return;
      event.preventDefault();
      [row, column] = [(row + step[0] + d) % d, (column + step[1] + d) % d];
      tell();
    });
    return h("figure", {}, h("h3", {}, name), canvas, h("div", { className: "row" }, keepers(`correlation ${name}`, {
      png: () => canvas, csv: () => ({ columns: ["", ...found.columns.slice(0, d)], rows: values.map((r, i) => [found.columns[i], ...r]) }) })));
  }

  function scatter() {
    const plane = new Plane("Generated rows as points");
    const points = found.rows.flat();
    const [xs, ys] = [0, 1].map((k) => found.rows.map((r) => r[k]));
    const centre = [xs, ys].map((v) => (Math.min(...v) + Math.max(...v)) / 2);
    const half = 0.55 * Math.max(...[xs, ys].map((v) => Math.max(...v) - Math.min(...v)), 1e-9);
    plane.box = [centre[0] - half, centre[0] + half, centre[1] - half, centre[1] + half];
    requestAnimationFrame(() => { plane.begin(); plane.dots(points, colour("fake"), 2, 0.6); });
    return h("figure", { className: "nn-cloud" }, h("h3", {}, "Generated rows"), plane.canvas, h("div", { className: "row" }, keepers("points", { png: () => plane.canvas })));
  }

  function list() {
    const order = found.rows.map((_, i) => i);
    const column = found.columns.indexOf(choice.sort);
    if (column >= 0) order.sort((a, b) => (found.rows[a][column] - found.rows[b][column]) * (choice.down ? -1 : 1));
    const pages = Math.ceil(order.length / PAGE);
    choice.page = Math.min(Math.max(choice.page, 0), pages - 1);
    const some = order.slice(choice.page * PAGE, (choice.page + 1) * PAGE);
    const turnTo = (page) => { choice.page = page; keep(); list(); };
    rows.replaceChildren(h("h2", {}, "Sampled rows"),
      h("div", { className: "scroll", tabIndex: 0 }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "row"), found.columns.map((name, i) => {
        const sorted = i === column ? (choice.down ? "descending" : "ascending") : "none";
        return h("th", { scope: "col", "aria-sort": sorted }, button(`${name}${i === column ? (choice.down ? " ↓" : " ↑") : ""}`, () => {
          Object.assign(choice, { sort: name, down: i === column ? !choice.down : false, page: 0 });
          keep();
          list();
          rows.querySelectorAll("thead button")[i].focus();
        }, { className: "tb-sort" }));
      }))), h("tbody", {}, some.map((i) => h("tr", {}, h("td", { className: "hint" }, String(i)), found.rows[i].map((v) => h("td", {}, typeof v === "number" ? number(v, 5) : String(v)))))))),
      h("div", { className: "row tb-pages" }, button("Back", () => turnTo(choice.page - 1), { disabled: choice.page === 0 }),
        h("span", { className: "hint number" }, `rows ${choice.page * PAGE + 1} to ${choice.page * PAGE + some.length} of ${order.length.toLocaleString("en")}`),
        button("On", () => turnTo(choice.page + 1), { disabled: choice.page === pages - 1 })));
  }
}

const minus = (a, b) => a.map((row, i) => row.map((v, j) => (v === null || b[i][j] === null ? null : v - b[i][j])));

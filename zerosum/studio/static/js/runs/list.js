// The list of runs: sortable, live, two can be picked to be compared.

import { chosen, remember } from "../lib/address.js";
import { get } from "../lib/api.js";
import { button } from "../lib/controls.js";
import { h, number } from "../lib/dom.js";
import { keepers } from "../lib/keep.js";
import { badge } from "./about.js";
import { begin } from "./begin.js";
import { duration, LIVE, whole } from "./words.js";

const FIRST = { sort: "", down: false };
const EVERY = 2500; // milliseconds between two looks
const COLUMNS = {
  name: ["Run", (run) => run.name],
  data: ["Data", (run) => run.data],
  recipe: ["Recipe", (run) => run.recipe],
  state: ["State", (run) => run.state],
  step: ["Step", (run) => run.step / (run.steps || 1)],
  headline: ["First measure", (run) => run.headline?.value ?? Infinity],
  seconds: ["Time trained", (run) => run.seconds ?? 0],
};

export async function showList(place) {
  document.title = "Runs · zerosum studio";
  const list = new List();
  place.append(h("h1", {}, "Runs"), h("p", { className: "hint" }, "Trainings in the studio's folder, read from their run folders. Pick two to lay them over each other."),
    begin(), list.bar, list.place);
  await list.load();
  setInterval(() => { if (!document.hidden) list.load().catch(() => {}); }, EVERY);
}

class List {
  constructor() {
    this.choice = chosen(FIRST);
    [this.runs, this.picked, this.seen] = [[], new Set(), ""];
    this.compare = button("Compare the two", () => location.assign(`/runs/${[...this.picked][0]}?with=${[...this.picked][1]}`), { disabled: true });
    this.bar = h("div", { className: "row" }, this.compare,
      ...keepers("runs", { csv: () => this.table(), json: () => this.runs }));
    this.place = h("div", {});
  }

  async load() {
    const { runs } = await get("/api/runs");
    const seen = JSON.stringify(runs.map((run) => ({ ...run, silent: run.state === "stalled" ? run.silent : 0 })));
    if (seen === this.seen) return;
    [this.runs, this.seen] = [runs, seen];
    this.show();
  }

  show() {
    const focused = document.activeElement?.dataset?.key;
    if (!this.runs.length) {
      this.place.replaceChildren(h("p", { className: "card hint" }, "No run here yet: train one with “zerosum train”, or start the studio with --root and the folder your runs are in."));
      return;
    }
    this.place.replaceChildren(h("div", { className: "scroll card", tabIndex: 0, role: "region", "aria-label": "runs" }, h("table", { className: "run-list" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, ""), h("th", { scope: "col" }, "Samples"), Object.entries(COLUMNS).map(([key, [title]]) => this.head(key, title)))),
      h("tbody", {}, this.sorted().map((run) => this.row(run))))));
    if (focused) this.place.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  head(key, title) {
    const own = this.choice.sort === key;
    const press = () => {
      this.choice.down = own && !this.choice.down;
      this.choice.sort = key;
      remember(this.choice, FIRST);
      this.show();
    };
    const press_ = button(`${title}${own ? (this.choice.down ? " ↓" : " ↑") : ""}`, press, { className: "run-sort" });
    press_.dataset.key = `sort-${key}`;
    return h("th", { scope: "col", "aria-sort": own ? (this.choice.down ? "descending" : "ascending") : "none" }, press_);
  }

  sorted() {
    if (!(this.choice.sort in COLUMNS)) return this.runs;
    const of = COLUMNS[this.choice.sort][1];
    const order = (a, b) => (typeof of(a) === "string" ? of(a).localeCompare(of(b)) : of(a) - of(b));
    const found = [...this.runs].sort(order);
    return this.choice.down ? found.reverse() : found;
  }

  row(run) {
    const box = h("input", { type: "checkbox", checked: this.picked.has(run.id), "aria-label": `compare ${run.name}`, onchange: (e) => this.pick(run.id, e.target.checked) });
    box.dataset.key = `pick-${run.id}`;
    const state = h("span", { className: "run-state" });
    badge(state, run);
    const picture = run.picture && h("img", { src: `/api/runs/${run.id}/preview?step=${run.picture[0]}&version=${run.picture[1]}`, alt: "", width: 56, height: 56, loading: "lazy" });
    const link = h("a", { href: `/runs/${run.id}` }, run.name);
    link.dataset.key = `open-${run.id}`;
    return h("tr", {}, h("td", {}, box), h("td", { className: "run-thumb" }, picture), h("th", { scope: "row" }, link), h("td", {}, run.data), h("td", {}, run.recipe),
      h("td", {}, state), h("td", {}, `${whole(run.step)} of ${whole(run.steps)}`, h("progress", { max: 1, value: Math.min(1, run.step / (run.steps || 1)), "aria-label": "progress" })),
      h("td", {}, headline(run.headline)), h("td", {}, run.seconds === null ? "–" : duration(run.seconds), LIVE.includes(run.state) ? h("span", { className: "hint" }, " so far") : ""));
  }

  pick(id, on) {
    if (on) this.picked.add(id); else this.picked.delete(id);
    if (this.picked.size > 2) this.picked.delete(this.picked.values().next().value);
    this.compare.disabled = this.picked.size !== 2;
    this.show();
  }

  table() {
    const columns = ["name", "data", "recipe", "seed", "state", "step", "steps", "seconds", "measure", "value", "error"];
    return { columns, rows: this.runs.map((r) => [r.name, r.data, r.recipe, r.seed, r.state, r.step, r.steps, r.seconds, r.headline?.name, r.headline?.value, r.headline?.error]) };
  }
}

function headline(found) {
  if (!found) return "–";
  const error = Number.isFinite(found.error) ? ` ± ${number(found.error, 2)}` : "";
  const real = Number.isFinite(found.median) ? h("div", { className: "hint" }, `real rows: ${number(found.median)}`) : "";
  return [h("span", {}, `${number(found.value)}${error}`), h("div", { className: "hint" }, found.name), real];
}

// One run, followed while it trains; or two, over each other.

import { chosen, remember } from "../lib/address.js";
import { get } from "../lib/api.js";
import { button, check, slider } from "../lib/controls.js";
import { h, number, onTheme } from "../lib/dom.js";
import { keepers } from "../lib/keep.js";
import { open } from "../lib/live.js";
import { badge, differing, facts, progress } from "./about.js";
import { RunCurves } from "./curves.js";
import { Evidence } from "./evidence.js";
import { Orders } from "./orders.js";
import { Samples } from "./samples.js";

const FIRST = { with: "", at: -1, of: "average", smooth: 0, log: false };

export async function showRun(place, id) {
  const choice = chosen(FIRST);
  const ids = [id, choice.with].filter(Boolean);
  const runs = await Promise.all(ids.map((each) => get(`/api/runs/${encodeURIComponent(each)}`)));
  const compared = runs.length === 2;
  document.title = `${runs.map((run) => run.name).join(" and ")} · zerosum studio`;
  const view = new View(runs, choice);
  place.append(...view.elements);
  onTheme(() => view.draw());
  addEventListener("resize", () => view.draw());
  runs.forEach((run, which) => open("run", () => ({ id: run.id }), (header, arrays) => view.heard(which, header, arrays)));
  view.offer(compared);
}

class View {
  constructor(runs, choice) {
    [this.runs, this.choice, this.nows] = [runs, choice, [null, null]];
    const compared = runs.length === 2;
    const changed = () => remember(this.choice, FIRST);
    this.curves = new RunCurves();
    this.evidence = new Evidence();
    if (compared) this.evidence.same = runs[0].held_out === runs[1].held_out;
    this.evidence.found = [null, null];
    this.samples = runs.map((run) => new Samples(run.id, choice, () => { changed(); this.others(); }));
    this.orders = new Orders(runs[0].id, runs[0].can.control);
    this.badges = runs.map(() => h("span", { className: "run-state" }));
    this.bars = runs.map(() => h("div", { className: "run-progress" }));
    this.facts = runs.map(() => h("dl", { className: "facts" }));
    this.with = h("select", { "aria-label": "compare with", onchange: () => this.compare(this.with.value) });
    this.curves.smooth = choice.smooth;
    this.curves.log = this.evidence.log = choice.log;
    this.settings = h("div", { className: "row run-settings" },
      slider("Smoothing", [0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98], choice.smooth, (v) => { choice.smooth = this.curves.smooth = v; changed(); this.draw(); }, "weight of the values before in an exponential mean"),
      check("Logarithmic where all values are above 0", choice.log, (v) => { choice.log = this.curves.log = this.evidence.log = v; changed(); this.draw(); }));
  }

  get elements() { return this.runs.length === 2 ? this.two() : this.one(); }

  one() {
    const [run] = this.runs;
    return [
      h("div", { className: "run-head" }, h("h1", {}, run.name), this.badges[0]),
      h("p", { className: "hint" }, `${run.settings.recipe ?? "?"} on ${run.settings["data.spec"] ?? "?"}, seed ${run.settings.seed ?? "?"}`),
      this.orders.element,
      this.bars[0],
      h("div", { className: "run-split" },
        h("div", {}, h("h2", {}, "Samples, always at the same latents"), this.samples[0].element),
        h("div", { className: "run-side" }, h("section", { className: "card" }, h("h2", {}, "Where it is"), this.facts[0]), this.evidence.alarms)),
      h("section", {}, h("h2", {}, "Curves"), this.settings, this.curves.element),
      this.evidence.looks,
      this.evidence.final,
      this.below(),
    ];
  }

  two() {
    return [
      h("h1", {}, "Two runs, over each other"),
      h("div", { className: "pair" }, this.runs.map((run, i) => h("section", {},
        h("div", { className: "run-head" }, h("h2", {}, h("span", { className: `key ${i ? "fourth run-dashed" : "third"}` }, "AB"[i]), h("a", { href: `/runs/${run.id}` }, run.name)), this.badges[i]),
        this.bars[i], this.samples[i].element, h("details", {}, h("summary", {}, "Where it is"), this.facts[i])))),
      h("section", { className: "card" }, h("h2", {}, "Settings that differ"), differing(this.runs)),
      h("section", {}, h("h2", {}, "Curves"), this.settings, this.curves.element),
      this.evidence.looks,
      this.evidence.final,
      this.below(),
    ];
  }

  below() {
    const [run] = this.runs;
    const one = this.runs.length === 1;
    return h("section", { className: "run-below" }, h("div", { className: "row" },
      one && run.can.explore && h("a", { className: "button", href: `/explore/${run.id}` }, "Explore its generator"),
      one && h("a", { className: "button", href: `/api/runs/${run.id}/report`, download: "report.html", hidden: !run.can.report, id: "report" }, "Download the report"),
      h("label", {}, "Compare with ", this.with),
      h("span", { className: "hint" }, "Keep:"),
      ...keepers(run.name, { png: () => this.samples[0].canvas }).map((b) => { b.textContent = "Samples PNG"; return b; }),
      ...keepers(`${run.name}-curves`, { png: () => this.curves.picture(), csv: () => this.curves.table() }).map((b, i) => { b.textContent = ["Curves PNG", "Curves CSV"][i]; return b; }),
      ...keepers(`${run.name}-evidence`, { csv: () => this.evidence.table() }).map((b) => { b.textContent = "Evidence CSV"; return b; }),
      ...keepers(run.name, { json: () => this.everything() }),
    ), one && h("details", {}, h("summary", {}, "Settings and machine"), h("dl", { className: "facts" },
      Object.entries({ ...run.machine, ...run.settings }).flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text === null ? "none" : String(text))]))));
  }

  everything() {
    return { runs: this.runs.map((run, i) => ({ ...run, now: this.nows[i], evidence: this.evidence.found[i] })), curves: this.curves.table() };
  }

  heard(which, header, arrays) {
    if (header.kind === "now") this.moved(which, header);
    if (header.kind === "curves") this.curves.set(which, arrays);
    if (header.kind === "evidence") this.evidence.set(which, header);
  }

  moved(which, now) {
    this.nows[which] = now;
    badge(this.badges[which], now);
    progress(this.bars[which], now);
    facts(this.facts[which], now);
    this.samples[which].set(now.previews);
    if (which === 0) this.orders.set(now);
    const report = document.getElementById("report");
    if (report) report.hidden = !now.finished;
  }

  // The choice of step and generator is one for both runs.
  others() { for (const each of this.samples) if (this.nows.some(Boolean)) each.show(); }

  draw() { this.curves.draw(); this.evidence.draw(); }

  async offer(compared) {
    const { runs } = await get("/api/runs");
    const others = runs.filter((run) => run.id !== this.runs[0].id);
    this.with.append(h("option", { value: "" }, compared ? "nothing" : "another run …"), ...others.map((run) => h("option", { value: run.id }, run.name)));
    this.with.value = this.choice.with;
    if (!others.length) this.with.disabled = true;
  }

  compare(id) { location.assign(`/runs/${this.runs[0].id}${id ? `?with=${id}` : ""}`); }
}

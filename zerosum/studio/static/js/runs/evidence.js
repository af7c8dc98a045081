// Evidence of a run: evaluations during training beside what real rows get, alarms, and the final table.

import { h, number } from "../lib/dom.js";
import { Chart } from "./chart.js";

const MOST = 8;
const FAR = 1.96; // combined standard errors beyond which two values are told apart
const TITLES = {
  FD: ["Fréchet distance", "lower is better"], KD: ["Kernel distance, cubic kernel", "lower is better"],
  MMD: ["Kernel distance, Gaussian kernel", "lower is better"], precision: ["Precision", "share, higher is better"],
  recall: ["Recall", "share, higher is better"], density: ["Density", "best where real rows have it"],
  coverage: ["Coverage", "share, higher is better"], "FD there": ["Fréchet distance, there", "lower is better"],
  "FD back": ["Fréchet distance, back", "lower is better"], "FD both": ["Both Fréchet distances", "lower is better"],
};

export class Evidence {
  constructor() {
    this.found = [null, null];
    this.charts = new Map();
    this.said = h("p", { className: "hint" });
    this.grid = h("div", { className: "run-charts" });
    this.looks = h("section", {}, h("h2", {}, "Evidence while it trains"), this.said, this.grid);
    this.alarms = h("section", { className: "card", "aria-live": "polite" });
    this.final = h("section", { className: "card" });
    [this.names, this.same, this.log] = [["A", "B"], true, false];
  }

  set(which, found) {
    this.found[which] = found;
    this.showLooks();
    this.showAlarms();
    this.showFinal();
  }

  draw() {
    for (const chart of this.charts.values()) { chart.log = this.log; chart.draw(); }
  }

  showLooks() {
    const [own, other] = this.found;
    const both = other && this.same && JSON.stringify(own?.watch?.space) === JSON.stringify(other.watch?.space) && own?.watch?.rows === other.watch?.rows;
    const names = [...new Set((own?.looks ?? []).flatMap((look) => Object.keys(look.measures)))].slice(0, MOST);
    this.said.textContent = this.sentence(own, other, both, names);
    if (names.join() !== [...this.charts.keys()].join()) {
      this.charts = new Map(names.map((name) => [name, this.charts.get(name) ?? new Chart(...(TITLES[name] ?? [name, ""]))]));
      this.grid.replaceChildren(...[...this.charts.values()].map((chart) => chart.element));
    }
    for (const [name, chart] of this.charts) {
      const lines = [line(own.looks, name, other ? "A" : "value", other ? "third" : "fake", false)];
      if (both) lines.push(line(other.looks, name, "B", "fourth", true));
      const last = own.looks.at(-1)?.measures[name];
      const band = last && [last.low, last.median, last.high];
      chart.set(lines, { band: band?.every(Number.isFinite) ? band : null, mark: other ? null : own.best?.step });
    }
    this.draw();
  }

  sentence(own, other, both, names) {
    if (!own) return "";
    if (!names.length) return own.watch?.reason ? `${own.watch.reason}.` : own.final ? "This run was not evaluated while it trained." : "No evaluation yet.";
    const { rows, space } = own.watch ?? {};
    const what = rows ? `Each evaluation compares ${rows.toLocaleString("en")} generated rows with as many held-out ones, in ${space}. ` : "";
    const drawn = "Bars are one standard error; the blue band is what real rows get beside real rows (5 to 95 %, the line is their median); the dotted line marks the best step. ";
    const compared = !other ? (own.sentences ?? []).join(" ") : both ? "A and B were evaluated alike, on the same held-out rows." : "B was evaluated on other rows, or in another space, so that it is not drawn here.";
    return what + drawn + compared;
  }

  showAlarms() {
    const own = this.found[0];
    const alarms = own?.alarms ?? [];
    const sought = own?.watch?.sought ?? [];
    const looked = own?.looks?.length ?? 0;
    const none = looked && sought.length
      ? `No alarm was raised in ${looked} evaluation${looked > 1 ? "s" : ""}. Looked for: ${sought.join(", ")}.`
      : own?.final && !looked ? "This run was not watched for trouble while it trained." : "Nothing has been looked for yet: alarms come with the evaluations during training.";
    this.alarms.replaceChildren(h("h2", {}, alarms.length ? `Alarms: ${alarms.length}` : "Alarms"),
      ...(alarms.length ? alarms.map(alarm) : [h("p", { className: "hint" }, none)]),
      ...notes(own?.notes ?? []));
  }

  showFinal() {
    const [own, other] = this.found;
    this.final.replaceChildren(h("h2", {}, "Evidence at the end"), ...(own?.final ? [
      ...[own, other].flatMap((each, i) => (each?.final ? [h("p", { className: "hint" }, `${other ? `${"AB"[i]}: ` : ""}${each.final.finding}`)] : [])),
      other ? this.beside(own.final, other.final) : alone(own.final),
    ] : [h("p", { className: "hint" }, "It is measured when training is done: each value with its error, beside what real data get.")]));
  }

  beside(own, other) {
    if (!other) return h("p", { className: "hint" }, "Run B holds no final evidence, so there is nothing to compare.");
    const theirs = new Map(other.rows.map((row) => [row.key, row]));
    const body = own.rows.map((row) => {
      const match = theirs.get(row.key);
      return h("tr", {}, h("th", { scope: "row", title: row.label }, row.name), h("td", {}, value(row)),
        h("td", { title: match?.label }, match ? value(match) : "–"), h("td", {}, band(row)), h("td", {}, verdict(row, match)));
    });
    return table(["Measure", "A", "B", "Real vs real (median, 5–95 %)", "A against B"], [h("tbody", {}, body)]);
  }

  // Rows for a file.
  table() {
    const columns = ["run", "when", "step", "measure", "value", "error", "low", "median", "high", "verdict", "label"];
    const rows = this.found.flatMap((found, i) => [
      ...(found?.looks ?? []).flatMap((look) => Object.entries(look.measures).map(([name, m]) =>
        ["AB"[i], "training", look.step, name, m.value, m.error, m.low, m.median, m.high, "", ""])),
      ...(found?.final?.rows ?? []).map((r) => ["AB"[i], "end", "", r.key, r.value, r.error, r.low, r.median, r.high, r.verdict, r.label]),
    ]);
    return { columns, rows };
  }
}

function line(looks, name, shown, hue, dash) {
  const of = (key) => Float64Array.from(looks, (look) => look.measures[name]?.[key] ?? NaN);
  return { name: shown, hue, dash, x: Float64Array.from(looks, (look) => look.step), y: of("value"), error: of("error") };
}

function alarm(found) {
  return h("div", { className: "alarm" }, h("h3", {}, `⚠ Step ${found.step?.toLocaleString("en")}: ${found.name}`),
    h("dl", { className: "facts" }, h("dt", {}, "Evidence"), h("dd", {}, found.evidence ?? "–"),
      h("dt", {}, "Likely cause"), h("dd", {}, found.cause ?? "–"), h("dt", {}, "What to change"), h("dd", {}, found.change ?? "–")));
}

const notes = (found) => (found.length ? [h("details", {}, h("summary", {}, `Notes: ${found.length}`), h("ul", {}, found.map((note) => h("li", { className: "hint" }, note))))] : []);

function alone(final) {
  const questions = [...new Set(final.rows.map((row) => row.question))];
  const bodies = questions.map((question) => h("tbody", {},
    h("tr", {}, h("th", { colSpan: 5, scope: "colgroup", className: "run-question" }, question)),
    final.rows.filter((row) => row.question === question).map((row) => h("tr", { title: row.label },
      h("th", { scope: "row" }, row.name), h("td", {}, value(row)), h("td", {}, band(row)), h("td", {}, bar(row)), h("td", {}, told(row))))));
  return table(["Measure", "Value ± SE", "Real vs real (median, 5–95 %)", "Where it lies", "Verdict"], bodies);
}

const table = (heads, bodies) => h("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "evidence" },
  h("table", { className: "run-evidence" }, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), bodies));

const value = (row) => `${number(row.value)}${Number.isFinite(row.error) ? ` ± ${number(row.error, 2)}` : ""}`;
const band = (row) => (Number.isFinite(row.low) ? `${number(row.median)} (${number(row.low)} to ${number(row.high)})` : "–");
const told = (row) => (row.verdict.startsWith("inside") ? "✓ inside" : row.verdict.startsWith("outside") ? "✕ outside" : row.verdict || "no reference");

// Whether two values can be compared at all, and if so whether they differ beyond their errors.
export function verdict(row, match) {
  if (!match) return "not measured of B";
  if (row.label !== match.label) return "not comparable: measured on other rows or in another way";
  if (!Number.isFinite(row.error) || !Number.isFinite(match.error)) return row.value === match.value ? "the same" : "no error is known";
  if (Math.abs(row.value - match.value) <= FAR * Math.hypot(row.error, match.error)) return "not told apart";
  const good = row.better === "reference" ? Math.abs(row.value - row.median) < Math.abs(match.value - row.median) : (row.better === "higher") === (row.value > match.value);
  return good ? "A is closer" : "B is closer";
}

// The band of real rows and the value with its error, on one small scale.
function bar(row) {
  const error = Number.isFinite(row.error) ? row.error : 0;
  const ends = [row.low, row.high, row.value - error, row.value + error].filter(Number.isFinite);
  if (!Number.isFinite(row.value) || !Number.isFinite(row.low)) return "";
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const x = (v) => 4 + ((v - low) / (high - low || 1)) * 112;
  const fake = row.verdict.startsWith("inside") ? "run-inside" : "run-outside";
  return svg("svg", { viewBox: "0 0 120 16", width: 120, height: 16, class: "run-bar", "aria-hidden": "true" },
    svg("rect", { x: x(row.low), y: 3, width: Math.max(2, x(row.high) - x(row.low)), height: 10, class: "run-band" }),
    svg("line", { x1: x(row.median), x2: x(row.median), y1: 2, y2: 14, class: "run-median" }),
    svg("line", { x1: x(row.value - error), x2: x(row.value + error), y1: 8, y2: 8, class: fake }),
    svg("circle", { cx: x(row.value), cy: 8, r: 3.2, class: fake }));
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, text] of Object.entries(attributes)) element.setAttribute(name, text);
  element.append(...children);
  return element;
}

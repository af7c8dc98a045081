// Where a run is, in a few words; and in which settings two of them differ.

import { h, number } from "../lib/dom.js";
import { duration, LIVE, STATES, whole } from "./words.js";

export function badge(element, { state, silent }) {
  const [sign, word] = STATES[state] ?? ["?", state];
  element.className = `run-state run-${state}`;
  element.textContent = `${sign} ${word}${state === "stalled" ? ` for ${duration(silent)}` : ""}`;
}

export function progress(element, now) {
  const share = now.steps ? Math.min(1, now.step / now.steps) : 0;
  const bar = element.querySelector("progress") ?? h("progress", { max: 1, "aria-label": "progress" });
  const words = element.querySelector("p") ?? h("p", { className: "hint number" });
  if (!element.firstChild) element.append(bar, words);
  bar.value = share;
  const left = LIVE.includes(now.state) && now.state !== "measuring" && now.left !== null ? `, ${duration(now.left)} left` : "";
  const reading = now.read < 1 ? ` · reading the log: ${Math.floor(100 * now.read)} %` : "";
  words.textContent = `Step ${whole(now.step)} of ${whole(now.steps)} (${Math.floor(100 * share)} %)${left}${reading}`;
}

export function facts(element, now) {
  const rows = [
    ["State", (STATES[now.state] ?? ["", now.state])[1]],
    ["Throughput", now.rate === null ? "–" : `${number(now.rate, 4)} samples/s`],
    ["Time left", LIVE.includes(now.state) && now.state !== "measuring" ? duration(now.left) : "–"],
    ["Time trained", duration(now.seconds)],
    ["Samples seen", whole(now.seen)],
    ["Checkpoints", `${whole(now.saves)} written`],
    ["Last event", `${duration(now.silent)} ago`],
  ];
  if (now.component) rows.splice(1, 0, ["Component", whole(now.component)]);
  element.replaceChildren(...rows.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
}

export function differing([a, b]) {
  const names = [...new Set([...Object.keys(a.settings), ...Object.keys(b.settings)])];
  const other = names.filter((name) => a.settings[name] !== b.settings[name]);
  if (!other.length) return h("p", { className: "hint" }, "None: both runs have the same settings.");
  const text = (value) => (value === undefined ? "–" : value === null ? "none" : String(value));
  return h("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "settings that differ" }, h("table", {},
    h("thead", {}, h("tr", {}, ["Setting", "A", "B"].map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, other.map((name) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, text(a.settings[name])), h("td", {}, text(b.settings[name])))))));
}

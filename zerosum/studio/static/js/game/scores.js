// How far each game's generator is from the data: numbers with errors, and what real points would get.

import { Curves } from "../lib/curves.js";
import { h, number } from "../lib/dom.js";

const MEANING = {
  W1: ["W₁", "the least distance that earth must be moved, in the data's units"],
  JSD: ["JSD", "Jensen-Shannon divergence in nats, at most ln 2 = 0.693"],
};

export class Scores {
  constructor() {
    this.table = h("table", {}, h("tbody"));
    this.note = h("p", { className: "hint" });
    this.curves = new Curves("W₁", { A: "fake", B: "fourth" }, { height: 110, log: true, dashes: { B: [6, 4] } });
    this.curves.element.hidden = true;
    this.rounds = h("span", { className: "hint" });
    this.element = h("section", { className: "card" },
      h("h3", { className: "game-head" }, "Distance to the data ", this.rounds), h("div", { className: "scroll" }, this.table), this.note, this.curves.element);
  }

  clear() { this.curves.clear(); this.curves.element.hidden = true; this.table.replaceChildren(); this.note.textContent = ""; this.rounds.textContent = ""; }

  // header of a "scores" frame; record: whether the curve goes on by it
  show(header, record = true) {
    const { step, games } = header;
    this.rounds.textContent = `after ${step.toLocaleString("en")} rounds`;
    const first = games[0].scores;
    const names = games.length > 1 ? ["A", "B"] : ["now"];
    const rows = first.map((score, k) => row(MEANING[score.name], games.map((game) => told(game.scores[k])), number(score.real)));
    if (games[0].modes) {
      const { total, perfect } = games[0].modes;
      rows.push(row(["modes", "modes that are the nearest of a sample within 3σ"], games.map((g) => `${g.modes.found} of ${total} found`), String(total)));
      rows.push(row(["high quality", "share of samples within 3σ of a mode, with Wilson's 95 % interval"], games.map(quality), percent(perfect)));
    }
    this.table.replaceChildren(h("thead", {}, h("tr", {}, h("th"), names.map((n) => h("th", {}, n)), h("th", { title: "what as many real points score against real points" }, "real points"))), h("tbody", {}, rows));
    this.note.textContent = first.length ? `W₁ ${first[0].how}; JSD ${first[1].how}.` : "The samples are not finite.";
    if (!record) return;
    this.curves.lines = games.length > 1 ? { A: "fake", B: "fourth" } : { A: "fake" };
    for (const name of Object.keys(this.curves.lines)) this.curves.points[name] ??= [];
    this.curves.add(step, { A: games[0].scores[0]?.value, B: games[1]?.scores[0]?.value });
    this.curves.element.hidden = this.curves.points.A.length < 2;
    this.curves.draw();
  }
}

const row = ([name, meaning], cells, real) =>
  h("tr", {}, h("th", { title: meaning }, name), cells.map((text) => h("td", {}, text)), h("td", { className: "hint" }, real));
const told = (score) => (score ? `${number(score.value)} ± ${spread(score.error)}` : "–");
const spread = (error) => (error < 1e-6 ? "less than 1e-6" : number(error, 1)); // saturated: rounding is no spread
const percent = (v) => `${(100 * v).toFixed(1)} %`;
const quality = ({ modes }) => `${percent(modes.high_quality.value)} (${(100 * modes.high_quality.low).toFixed(1)} to ${(100 * modes.high_quality.high).toFixed(1)})`;

// Two numbers that play against each other, under each solver: who circles, who escapes, who arrives.

import { chosen, remember } from "../lib/address.js";
import { get, send } from "../lib/api.js";
import { button, check, select, slider } from "../lib/controls.js";
import { Curves } from "../lib/curves.js";
import { h, number, onTheme } from "../lib/dom.js";
import { keepers } from "../lib/keep.js";
import { palette } from "../game/palette.js";
import { LOOKS, Paths, mark } from "../game/solvers.js";

const STEPS = [0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2];
const ROUNDS = [10, 20, 30, 50, 75, 100, 150, 200, 300, 400];
const WEIGHTS = [0, 0.05, 0.1, 0.2, 0.4, 0.8, 1, 2, 5, 10];
const NUDGE = 0.1;
const FRAME = 40; // milliseconds a round, while a path is played

export async function show(place) {
  document.title = "Solvers · zerosum studio";
  const view = new Toy(await get("/api/toy"));
  place.append(...view.elements());
  await view.ask();
}

class Toy {
  constructor(known) {
    this.known = known;
    const first = { ...known.first, off: "" };
    delete first.solvers;
    this.defaults = first;
    this.asked = chosen(first);
    this.off = new Set(this.asked.off.split(",").filter(Boolean));
    this.found = null;
    this.upto = Infinity;
  }

  get solvers() { return this.known.solvers.filter((name) => !this.off.has(name)); }
  get start() { return [this.asked.x, this.asked.y]; }
  get names() { return this.asked.game === "dirac" ? ["θ, the generated point", "ψ, D's slope"] : ["x, minimises f", "y, maximises f"]; }

  // Ask for the newest wish only: while one is computed, the next waits and older ones are forgotten.
  async ask() {
    remember({ ...this.asked, off: [...this.off].join(",") }, this.defaults);
    this.draw();
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    const { off, ...body } = this.asked;
    try {
      this.found = await send("POST", "/api/toy", { ...body, solvers: this.solvers });
      this.played = { ...this.asked };
      this.came();
    } catch (error) {
      if (this.played) Object.assign(this.asked, this.played);
      this.set();
      throw error;
    } finally {
      this.busy = false;
      if (this.again) { this.again = false; this.ask(); }
    }
  }

  came() {
    this.shown.max = this.played.rounds;
    if (this.upto > this.played.rounds) this.upto = Infinity;
    const lines = Object.fromEntries(this.solvers.map((name) => [name, LOOKS[name].hue]));
    this.curves.lines = lines;
    this.curves.clear();
    this.solvers.forEach((name) => this.found.paths[name].points.forEach((p, k) => this.curves.add(k, { [name]: Math.hypot(...p) })));
    this.curves.draw();
    this.table.replaceChildren(...this.solvers.map((name) => this.row(name)));
    this.draw();
  }

  row(name) {
    const { points, far, factor } = this.found.paths[name];
    const ends = [points[0], points.at(-1)].map((p) => Math.hypot(...p));
    const ratio = ends[1] / ends[0];
    const verdict = far ? "leaves" : factor === null ? "–" : factor < 1 - 1e-6 ? "arrives" : factor > 1 + 1e-6 ? "leaves" : "circles";
    return h("tr", {}, h("th", { className: "toy-name" }, swatch(name), name), h("td", {}, far ? `gone after ${points.length - 1}` : number(ratio)), h("td", {}, number(factor, 5)), h("td", {}, this.asked.game === "pursuit" ? "–" : verdict));
  }

  draw() {
    const upto = Math.min(this.upto, this.asked.rounds);
    this.paths.draw(this.found, this.start, this.solvers, upto, this.names);
    this.shown.value = upto;
    this.round.textContent = `round ${upto}`;
    this.where.textContent = `start (${number(this.asked.x)}, ${number(this.asked.y)})`;
    const { formula, text } = this.known.games[this.asked.game];
    this.formula.textContent = this.asked.game === "dirac" ? formula : `f(x, y) = ${formula}`;
    this.text.textContent = text;
  }

  play() {
    if (this.timer) { this.stop(); return; }
    this.run.textContent = "Pause";
    if (this.upto >= this.asked.rounds) this.upto = 0;
    this.timer = setInterval(() => {
      this.upto += 1;
      if (this.upto >= this.asked.rounds) this.stop();
      this.draw();
    }, FRAME);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.run.textContent = "Play";
  }

  move(x, y) {
    const clip = (v) => Math.round(Math.min(Math.max(v, -2.4), 2.4) * 100) / 100;
    [this.asked.x, this.asked.y] = [clip(x), clip(y)];
    this.ask();
  }

  key(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    this.move(this.asked.x + NUDGE * way[0], this.asked.y + NUDGE * way[1]);
  }

  set() {
    for (const [key, control] of Object.entries(this.controls)) control.set(this.asked[key]);
    const dirac = this.asked.game === "dirac";
    this.controls.objective.hidden = this.controls.penalty.hidden = !dirac;
    this.controls.weight.hidden = !dirac || this.asked.penalty === "none";
  }

  elements() {
    this.paths = new Paths();
    this.curves = new Curves("Distance to (0, 0)", {}, { height: 150, log: true, dashes: Object.fromEntries(Object.entries(LOOKS).map(([name, { dash }]) => [name, dash])) });
    const { canvas, plane } = this.paths;
    canvas.tabIndex = 0;
    canvas.addEventListener("keydown", (e) => this.key(e));
    canvas.addEventListener("pointerdown", (e) => { canvas.setPointerCapture(e.pointerId); this.move(...plane.at(e)); });
    canvas.addEventListener("pointermove", (e) => { if (e.buttons) this.move(...plane.at(e)); });
    onTheme(() => this.draw());
    addEventListener("resize", () => this.draw());
    this.formula = h("h2", {});
    this.text = h("span");
    this.table = h("tbody");
    this.round = h("span", { className: "hint number" });
    this.where = h("span", { className: "hint number" });
    this.run = button("Play", () => this.play(), { className: "main" });
    this.shown = h("input", { type: "range", min: 0, max: this.asked.rounds, value: this.asked.rounds, ariaLabel: "rounds shown", oninput: () => { this.stop(); this.upto = Number(this.shown.value); this.draw(); } });
    const left = h("div", {},
      h("section", { className: "card toy-board" }, h("div", {}, this.formula, h("p", { className: "hint" }, this.text, ". Arrows: where plain descent pulls; + the rest, ○ the start: click, drag or use the arrow keys.")),
        canvas, h("div", { className: "game-rewind" }, this.run, this.shown, this.round, this.where)));
    const right = h("div", { className: "game-panels" }, this.panel(),
      h("section", { className: "card" }, h("h3", { className: "game-head" }, "Where they end"), h("div", { className: "scroll" }, h("table", {},
        h("thead", {}, h("tr", {}, h("th", {}, "solver"), h("th", { title: "distance to (0, 0) at the end over that at the start" }, "end / start"), h("th", { title: "the factor by which a round near (0, 0) changes the distance in the long run" }, "|λ| a round"), h("th", { title: "in the long run, near (0, 0)" }, "near rest"))), this.table)),
      this.curves.element));
    this.set();
    return [h("div", { className: "game-title" }, h("h1", {}, "Solvers on the smallest games"), h("span", { className: "row" }, this.keepers())), h("div", { className: "split toy" }, left, right)];
  }

  panel() {
    const { known, asked } = this;
    const changed = (key) => (value) => { asked[key] = value; this.set(); this.ask(); };
    const help = (key) => known.fields[key].description;
    this.controls = {
      game: select("Game", Object.keys(known.games), asked.game, changed("game"), help("game")),
      objective: select("Objective", known.objectives, asked.objective, changed("objective"), help("objective")),
      penalty: select("Penalty on D's slope", known.penalties, asked.penalty, changed("penalty"), help("penalty")),
      weight: slider("Weight of the penalty", WEIGHTS, asked.weight, changed("weight"), help("weight")),
      step: slider("Step size η", STEPS, asked.step, changed("step"), help("step")),
      rounds: slider("Rounds", ROUNDS, asked.rounds, changed("rounds"), help("rounds")),
      consensus: slider("Weight of the consensus", WEIGHTS, asked.consensus, changed("consensus"), help("consensus")),
      adam: check("Move by Adam", asked.adam, changed("adam"), help("adam")),
    };
    const solvers = known.solvers.map((name) => {
      const box = check(name, !this.off.has(name), (on) => this.pick(name, on));
      box.append(swatch(name));
      return box;
    });
    return h("div", { className: "card" }, Object.values(this.controls), h("div", { className: "toy-solvers", role: "group", ariaLabel: "solvers" }, solvers));
  }

  pick(name, on) {
    if (!on && this.solvers.length === 1) on = true;
    this.off[on ? "delete" : "add"](name);
    this.ask();
  }

  keepers() {
    return keepers("zerosum-solvers", {
      png: () => this.paths.canvas,
      csv: () => ({ columns: ["solver", "round", ...(this.asked.game === "dirac" ? ["theta", "psi"] : ["x", "y"])], rows: Object.entries(this.found.paths).flatMap(([name, { points }]) => points.map((p, k) => [name, k, ...p])) }),
      json: () => ({ asked: this.played, ...this.found }),
    });
  }
}

// How a solver's path looks: its colour, dash and mark.
function swatch(name) {
  const canvas = h("canvas", { className: "toy-swatch", width: 68, height: 24, ariaHidden: "true" });
  const paint = () => {
    const c = canvas.getContext("2d");
    c.setTransform(2, 0, 0, 2, 0, 0);
    c.clearRect(0, 0, 34, 12);
    const { hue, dash, mark: kind } = LOOKS[name];
    c.strokeStyle = palette[hue];
    c.lineWidth = 1.7;
    c.setLineDash(dash);
    c.beginPath();
    c.moveTo(1, 6);
    c.lineTo(33, 6);
    c.stroke();
    c.setLineDash([]);
    mark(c, kind, 17, 6, palette[hue], 4);
  };
  paint();
  onTheme(paint);
  return canvas;
}

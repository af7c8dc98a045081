// The game, live: one GAN on points, or two side by side, that is watched, played by moves and changed.

import { chosen, remember } from "../lib/address.js";
import { get } from "../lib/api.js";
import { button, check, select, slider } from "../lib/controls.js";
import { h, onTheme } from "../lib/dom.js";
import { keepers } from "../lib/keep.js";
import { open } from "../lib/live.js";
import { Board } from "../game/board.js";
import { Sheet, readBack, written } from "../game/drawn.js";
import { Panel } from "../game/panel.js";
import { Scores } from "../game/scores.js";
import { Tape } from "../game/tape.js";

const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000];
const SLOW = 2; // moves a second in slow motion
const SHARED = ["data", "points", "seed"];
const LAYERS = { map: "D's map", grid: "noise grid", arrows: "arrows" };
const LAYERS_1D = { d: "D", best: "best D*", arrows: "arrows" };

export async function show(place) {
  document.title = "Game · zerosum studio";
  const view = new Game(await get("/api/game/choices"));
  place.append(...view.elements());
  await view.connect();
  return view;
}

class Game {
  constructor(known) {
    this.known = known;
    this.first = { ...known.first };
    delete this.first.points;
    this.defaults = { ...this.first, ...prefixed(this.first), two: false, speed: 1000, hide: "" };
    const asked = chosen({ ...this.defaults });
    this.points = location.hash.startsWith("#points=") ? readBack(location.hash.slice(8)) : null;
    if (known.data[asked.data] === undefined || (asked.data.startsWith("drawn") && !this.points)) asked.data = this.first.data;
    this.two = asked.two;
    this.speed = asked.speed;
    this.choices = [pick(asked, this.first, ""), pick(asked, this.first, "b.")];
    this.hidden = new Set(asked.hide.split(",").filter(Boolean));
    this.tape = new Tape();
    this.shown = null; // index of a taped frame, or null for live
    this.rate = { step: 0, time: 0 };
  }

  get games() {
    const shared = Object.fromEntries(SHARED.map((key) => [key, this.choices[0][key]]));
    if (this.choices[0].data.startsWith("drawn")) shared.points = this.points;
    return this.choices.slice(0, this.two ? 2 : 1).map((choice) => ({ ...choice, ...shared }));
  }

  async connect() {
    const asked = () => { this.version = 0; this.setPlaying(false); return { games: this.games }; };
    this.channel = await open("game", asked, (header, arrays) => this.heard(header, arrays));
  }

  heard(header, arrays) {
    if (header.kind === "still") this.begun(header, arrays);
    if (header.kind === "moving") this.moved(header, arrays);
    if (header.kind === "scores") this.scored(header);
    if (header.kind === "error") this.refused(header);
  }

  begun(header, arrays) {
    const anew = !this.still || header.step === 0 || header.dimensions !== this.dimensions;
    this.still = arrays;
    this.dimensions = header.dimensions;
    header.games.forEach(({ choice, note }, i) => {
      Object.assign(this.choices[i], choice, { points: undefined });
      this.panels[i].set(this.choices[i]);
      this.boards[i].note.textContent = note;
    });
    this.data.set(this.choices[0].data);
    this.seed.set(this.choices[0].seed);
    this.boards.forEach((board, i) => board.begin(this.dimensions, this.choices[i], this.hidden, i < header.games.length && this.two ? "AB"[i] : ""));
    this.layers.replaceChildren(...this.layerChecks());
    if (anew) this.clear();
    for (const b of this.moves) b.disabled = this.games.some((g) => g.solver !== "alternating");
    this.arrange();
    this.keep();
    this.version = header.version;
    if (this.early) this.moved(...this.early);
  }

  moved(header, arrays) {
    // what is played may be told of later than its first frame comes
    this.early = header.version > (this.version ?? 0) ? [header, arrays] : null;
    if (header.version !== this.version) return;
    const frame = { header, arrays, still: this.still };
    this.tape.push(frame);
    header.games.forEach(({ record }, i) => this.boards[i].losses.add(header.step, { D: record["discriminator/loss"], G: record["generator/loss"] }));
    this.slider.max = Math.max(this.tape.length - 1, 0);
    if (this.shown !== null) return;
    this.slider.value = this.slider.max;
    this.draw(frame);
    this.tellSpeed(header.step);
  }

  scored(header) {
    this.lastScores = header;
    const frame = this.tape.length && this.tape.at(-1);
    if (frame) frame.scores = header;
    this.scores.show(header);
  }

  refused(header) {
    this.setPlaying(false);
    this.panels.forEach((panel, i) => panel.set(this.choices[i]));
    this.data?.set(this.choices[0].data);
    if (header.ended) this.start.disabled = true;
    if (!this.still && !header.ended) this.fallBack();
  }

  // What the address asked for cannot be played: play what a first visitor plays.
  fallBack() {
    if (this.fell) return;
    this.fell = true;
    this.choices = this.choices.map(() => ({ ...this.first }));
    this.channel.close();
    this.connect();
  }

  draw(frame) {
    if (!frame) return;
    const { header, arrays, still } = frame;
    this.step.textContent = header.step.toLocaleString("en");
    header.games.forEach((told, i) => this.boards[i].draw(still, arrays, told, i, this.shown === null));
    this.slider.setAttribute("aria-valuetext", `round ${header.step}`);
    const back = this.shown !== null;
    this.live.disabled = !back;
    this.when.textContent = back ? `showing round ${header.step.toLocaleString("en")}` : `live, ${this.tape.length} frame${this.tape.length === 1 ? "" : "s"} kept`;
  }

  redraw() { this.draw(this.tape.length ? this.tape.at(this.shown ?? -1) : null); }

  tellSpeed(step) {
    const now = performance.now();
    if (now - this.rate.time < 500) return;
    const speed = ((step - this.rate.step) / (now - this.rate.time)) * 1000;
    this.pace.textContent = this.playing && this.rate.time && speed >= 0 ? `· ${speed.toFixed(speed < 10 ? 1 : 0)} a second` : "";
    this.rate = { step, time: now };
  }

  clear() {
    this.tape.clear();
    this.shown = null;
    this.boards.forEach((board) => board.losses.clear());
    this.scores.clear();
    this.rate = { step: 0, time: 0 };
  }

  // What a person does

  setPlaying(on) {
    this.playing = on;
    this.start.textContent = on ? "Pause" : "Play";
    this.slow.setAttribute("aria-pressed", String(Boolean(on && this.slowly)));
    if (!on) this.pace.textContent = "";
  }

  play(on, slowly = false) {
    this.slowly = slowly;
    this.setPlaying(on);
    if (on) this.goLive();
    this.channel.do({ play: on ? (slowly ? SLOW : this.speed) : 0, slow: slowly });
  }

  move(which) {
    this.setPlaying(false);
    this.goLive();
    this.channel.do({ play: 0, move: which });
  }

  goLive() { this.shown = null; this.slider.value = this.slider.max; this.redraw(); }

  wind(index) {
    if (!this.tape.length) return;
    this.shown = Math.min(Math.max(index, 0), this.tape.length - 1);
    this.slider.value = this.shown;
    this.redraw();
  }

  change(i, key, value) {
    const games = this.games;
    const keys = SHARED.includes(key) ? games.map((_, n) => n) : [i];
    for (const n of keys) games[n][key] = value;
    this.send(games);
  }

  send(games) {
    const data = games[0].data;
    const dimensions = this.known.data[data];
    if (dimensions !== this.dimensions) for (const game of games) game.latent = dimensions;
    if (data.startsWith("drawn")) for (const game of games) game.points = this.points; else for (const game of games) delete game.points;
    this.channel.do({ games });
  }

  pickData(data) {
    if (data.startsWith("drawn")) { this.data.set(this.choices[0].data); this.sheet.open(data, this.choices[0].data === data ? this.points : null); return; }
    this.change(0, "data", data);
  }

  drew(data, points) {
    this.points = points;
    const games = this.games;
    for (const game of games) game.data = data;
    this.send(games);
  }

  compare(on) {
    this.two = on;
    const same = (key) => SHARED.includes(key) || this.choices[1][key] === this.choices[0][key];
    if (on && (!differs(this.choices, this.first) || Object.keys(this.first).every(same))) {
      Object.assign(this.choices[1], this.choices[0], { objective: this.choices[0].objective === "ns" ? "rp" : "ns" });
    }
    this.panels[1].set(this.choices[1]);
    this.channel.do({ games: this.games });
  }

  keep() {
    const [a, b] = this.choices;
    const values = { ...a, two: this.two, speed: this.speed, hide: [...this.hidden].join(",") };
    remember({ ...values, ...(this.two ? prefixed(b) : {}) }, this.defaults);
    const drawn = a.data.startsWith("drawn") && this.points ? `#points=${written(this.points)}` : "";
    history.replaceState(null, "", location.pathname + location.search + drawn);
  }

  // The page

  elements() {
    this.boards = [0, 1].map(() => new Board(() => this.redraw()));
    this.panels = [0, 1].map((i) => new Panel(this.known, this.choices[i], (key, value) => this.change(i, key, value)));
    this.scores = new Scores();
    this.sheet = new Sheet(this.known.most_points, (data, points) => this.drew(data, points));
    onTheme(() => this.redraw());
    addEventListener("resize", () => this.redraw());
    addEventListener("keydown", (event) => this.key(event));
    this.stage = h("div", { className: "game-stage" }, this.boards.map((b) => b.element), h("div", { className: "game-side" }, this.scores.element));
    return [
      h("div", { className: "game-title" }, h("h1", {}, "The game, live"), h("span", { className: "row" }, this.keepers())),
      h("div", { className: "split game" }, h("div", {}, this.bar(), this.rewind(), this.stage), this.side()), this.sheet.element,
    ];
  }

  bar() {
    this.start = button("Play", () => this.play(!this.playing), { className: "main", title: "space" });
    this.slow = button("Slow motion", () => this.play(!(this.playing && this.slowly), true), { title: `${SLOW} moves a second` });
    this.slow.setAttribute("aria-pressed", "false");
    this.moves = [button("One D move", () => this.move("discriminator"), { title: "d" }), button("One G move", () => this.move("generator"), { title: "g" })];
    this.step = h("output", { className: "number" }, "0");
    this.pace = h("span", { className: "number" });
    return h("div", { className: "row" }, this.start, this.slow, this.moves, button("One round", () => this.move("round"), { title: "r" }),
      button("Start again", () => { this.clear(); this.channel.do({ again: true }); }), h("span", { className: "hint" }, "round ", this.step, " ", this.pace));
  }

  rewind() {
    this.slider = h("input", { type: "range", min: 0, max: 0, value: 0, ariaLabel: "rewind", oninput: () => this.wind(Number(this.slider.value)) });
    this.live = button("Live", () => this.goLive(), { disabled: true });
    this.when = h("span", { className: "hint number" });
    return h("div", { className: "card game-rewind" }, h("span", { className: "hint" }, "Rewind"), this.slider, this.live, this.when);
  }

  side() {
    this.layers = h("div", { className: "game-layers" });
    this.data = select("Data", Object.keys(this.known.data), this.choices[0].data, (v) => this.pickData(v), "what is learnt");
    this.seed = slider("Seed", Array.from({ length: 20 }, (_, i) => i), this.choices[0].seed, (v) => this.change(0, "seed", v), this.known.fields.seed.description);
    this.heads = ["Game A", "Game B"].map((name) => h("h2", {}, name));
    this.boxes = this.panels.map((panel, i) => h("div", { className: "card" }, this.heads[i], panel.element));
    this.both = check("A second game beside it", this.two, (on) => this.compare(on), "on the same data, from the same seed, by the same clock");
    return h("div", { className: "game-panels" }, h("div", { className: "card" },
      this.data, h("div", { className: "row" }, button("Draw data …", () => this.sheet.open(this.choices[0].data, this.points))),
      slider("Rounds a second, at most", SPEEDS, this.speed, (v) => { this.speed = v; this.keep(); if (this.playing && !this.slowly) this.play(true); }),
      this.seed, this.both, this.layers,
      h("p", { className: "hint" }, "Keys: space plays, d, g and r move, ← and → wind back and forth, m morphs the noise.")), this.boxes);
  }

  layerChecks() {
    return Object.entries(this.dimensions === 1 ? LAYERS_1D : LAYERS).map(([layer, name]) => check(name, !this.hidden.has(layer), (on) => {
      this.hidden[on ? "delete" : "add"](layer);
      this.keep();
      this.redraw();
    }));
  }

  arrange() {
    const two = this.two;
    this.stage.classList.toggle("two", two);
    this.boards[1].element.hidden = !two;
    this.boxes[1].hidden = !two;
    this.heads[0].textContent = two ? "Game A" : "The game";
  }

  key(event) {
    if (event.target.closest("input, select, textarea, button, dialog, summary, a") || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { d: "discriminator", g: "generator", r: "round" };
    const last = this.tape.length - 1;
    if (event.key === " ") this.play(!this.playing);
    else if (event.key in moves) this.move(moves[event.key]);
    else if (event.key === "ArrowLeft") this.wind((this.shown ?? last) - 1);
    else if (event.key === "ArrowRight") (this.shown ?? last) >= last - 1 ? this.goLive() : this.wind(this.shown + 1);
    else if (event.key === "m") this.boards.forEach((board) => board.morph());
    else return;
    event.preventDefault();
  }

  keepers() {
    return keepers("zerosum-game", {
      png: () => this.boards[0].picture(this.two ? this.boards[1] : null),
      csv: () => this.rows(),
      json: () => ({ games: this.games, step: this.tape.length ? this.tape.at(-1).header.step : 0, scores: this.lastScores?.games ?? null, losses: this.boards.slice(0, this.games.length).map((b) => b.losses.points) }),
    });
  }

  rows() {
    const frame = this.tape.at(this.shown ?? -1);
    const size = this.dimensions;
    const of = (kind, values) => Array.from({ length: values.length / size }, (_, k) => [kind, ...values.slice(size * k, size * k + size)]);
    return {
      columns: ["points", "x1", "x2"].slice(0, size + 1),
      rows: [...of("real", frame.still.real), ...this.games.flatMap((_, i) => of(`generated ${"AB"[i]}`, frame.arrays[`${i}/fake`]))],
    };
  }
}

const prefixed = (values) => Object.fromEntries(Object.entries(values).filter(([key]) => !SHARED.includes(key)).map(([key, value]) => [`b.${key}`, value]));
const pick = (asked, first, prefix) => Object.fromEntries(Object.keys(first).map((key) => [key, SHARED.includes(key) || !prefix ? asked[key] : asked[prefix + key]]));
const differs = ([, b], first) => Object.keys(first).some((key) => !SHARED.includes(key) && b[key] !== first[key]);

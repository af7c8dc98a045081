// The game, live: points, the discriminator's map, arrows and the noise grid of one GAN.

import { chosen, remember } from "../lib/address.js";
import { get } from "../lib/api.js";
import { button, select, slider } from "../lib/controls.js";
import { Curves } from "../lib/curves.js";
import { colour, h, onTheme } from "../lib/dom.js";
import { open } from "../lib/live.js";
import { diverging, picture } from "../lib/maps.js";
import { Plane } from "../lib/plane.js";

const RATES = [1e-5, 3e-5, 1e-4, 2e-4, 3e-4, 1e-3, 2e-3, 3e-3, 1e-2, 3e-2, 0.1];
const WEIGHTS = [0, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
const SPEEDS = [1, 2, 5, 10, 30, 100, 300, 1000, 10000];

export async function show(place) {
  document.title = "Game · zerosum studio";
  const known = await get("/api/game/choices");
  const choice = chosen(known.first);
  const plane = new Plane("real and generated points on the discriminator's map");
  const losses = new Curves("Losses", { discriminator: "third", generator: "fake" });
  const seen = { still: null, moving: null };
  const step = h("output", { className: "number" }, "0");
  let speed = 1000;
  let playing = false;

  const draw = () => drawGame(plane, seen);
  onTheme(draw);
  const channel = await open("game", () => ({ choice: spoken(choice) }), (header, arrays) => {
    if (header.kind === "still") seen.still = arrays;
    if (header.kind === "moving") {
      seen.moving = arrays;
      step.textContent = header.step.toLocaleString("en");
      losses.add(header.step, { discriminator: header.record["discriminator/loss"], generator: header.record["generator/loss"] });
      losses.draw();
    }
    if (header.kind === "error") play(false);
    draw();
  });

  const start = button("Play", () => play(!playing), { className: "main" });
  function play(on) {
    playing = on;
    start.textContent = on ? "Pause" : "Play";
    channel.do({ play: on ? speed : 0 });
  }
  const change = (key) => (value) => {
    choice[key] = value;
    remember(choice, known.first);
    channel.do({ choice: spoken(choice) });
  };
  const help = (key) => known.fields[key].description;
  const names = (label, key, options) => select(label, options, choice[key], change(key), help(key));
  const numbers = (label, key, values) => slider(label, values, choice[key], change(key), help(key));

  place.append(h("h1", {}, "The game, live"), h("div", { className: "split" },
    h("div", {},
      h("div", { className: "row" }, start,
        button("One D move", () => channel.do({ move: "discriminator" })),
        button("One G move", () => channel.do({ move: "generator" })),
        button("One round", () => channel.do({ move: "round" })),
        button("Start again", () => { losses.clear(); channel.do({ again: true }); }),
        h("span", { className: "hint" }, "round ", step)),
      h("figure", { className: "card" }, plane.canvas,
        h("figcaption", {}, h("span", { className: "key real" }, "real"), h("span", { className: "key fake" }, "generated")))),
    h("div", { className: "card" },
      slider("Rounds a second", SPEEDS, speed, (v) => { speed = v; if (playing) play(true); }),
      names("Data", "data", Object.keys(known.data)),
      names("Objective", "objective", known.objectives),
      names("Penalty", "penalty", known.penalties),
      numbers("Weight of the penalty", "weight", WEIGHTS),
      numbers("D moves a round", "k", [1, 2, 3, 4, 5, 10, 20]),
      names("Solver", "solver", known.solvers),
      numbers("Step size of G", "lr_g", RATES),
      numbers("Step size of D", "lr_d", RATES),
      numbers("Units a layer", "width", [4, 8, 16, 32, 64, 128, 256]),
      numbers("Hidden layers", "depth", [1, 2, 3, 4, 5]),
      losses.element)));
}

const spoken = (choice) => Object.fromEntries(Object.entries(choice).filter(([, v]) => v !== null));

function drawGame(plane, { still, moving }) {
  if (!still || !moving || still.real.shape[1] !== 2) return;
  plane.box = still.box;
  plane.begin();
  const [rows, columns] = moving.map.shape;
  plane.image(picture(moving.map.map((v) => Math.tanh(v)), rows, columns, diverging));
  drawGrid(plane, moving.grid);
  plane.dots(still.real, colour("real"), 1.6, 0.6);
  drawArrows(plane, moving);
  plane.dots(moving.fake, colour("fake"), 2.2, 0.9);
}

function drawGrid(plane, grid) {
  const [rows, columns] = grid.shape;
  const at = (r, c) => [grid[2 * (r * columns + c)], grid[2 * (r * columns + c) + 1]];
  for (let r = 0; r < rows; r++) plane.line(Array.from({ length: columns }, (_, c) => at(r, c)).flat(), colour("muted"), 0.6);
  for (let c = 0; c < columns; c++) plane.line(Array.from({ length: rows }, (_, r) => at(r, c)).flat(), colour("muted"), 0.6);
}

function drawArrows(plane, { arrow, fake }) {
  const size = 0.07 * (plane.box[1] - plane.box[0]);
  const lengths = Array.from({ length: arrow.length / 2 }, (_, i) => Math.hypot(arrow[2 * i], arrow[2 * i + 1]));
  const most = Math.max(...lengths, 1e-12);
  for (let i = 0; i < lengths.length; i++) {
    const [x, y] = [fake[2 * i], fake[2 * i + 1]];
    const [dx, dy] = [(arrow[2 * i] / most) * size, (arrow[2 * i + 1] / most) * size];
    plane.line([x, y, x + dx, y + dy], colour("ink"), 1);
  }
}

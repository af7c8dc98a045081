// A training begun from the page: names from tables and numbers within bounds; never a path.

import { get, send } from "../lib/api.js";
import { button, select } from "../lib/controls.js";
import { h, notice } from "../lib/dom.js";
import { ended } from "./orders.js";

export function begin() {
  const inside = h("div", {});
  const element = h("details", { className: "card run-begin" }, h("summary", {}, "Begin a training"), inside);
  element.addEventListener("toggle", async () => {
    if (element.open && !inside.firstChild) inside.append(...form(await get("/api/trainings")));
  });
  return element;
}

function form(known) {
  if (!known.control) return [h("p", { className: "hint" }, "This studio only watches: start it with --allow-control to train from the page. In a terminal: zerosum train digits.")];
  const wanted = { data: "digits", recipe: "auto", steps: 2000, seed: 0 };
  const about = h("p", { className: "hint" }, known.data[wanted.data]);
  const whole = (label, key, least, most) => h("label", { className: "field" }, h("span", {}, label), h("input", {
    type: "number", min: least, max: most, step: 1, value: wanted[key], required: true, oninput: (e) => { wanted[key] = Number(e.target.value); } }));
  const said = h("p", { className: "hint", role: "status" });
  const start = button("Train", () => run(wanted, start, said), { className: "main" });
  return [h("div", { className: "run-form" },
    select("Data", Object.keys(known.data), wanted.data, (v) => { wanted.data = v; about.textContent = known.data[v]; }),
    select("Recipe", known.recipes, wanted.recipe, (v) => { wanted.recipe = v; }, "auto: chosen from the shape of the data"),
    whole(`Steps, at most ${known.most_steps.toLocaleString("en")}`, "steps", 1, known.most_steps), whole("Seed", "seed", 0, 2 ** 31 - 1)),
  about, h("div", { className: "row" }, start, said)];
}

async function run(wanted, start, said) {
  start.disabled = true;
  try {
    const { number } = await send("POST", "/api/trainings", wanted);
    said.textContent = "Starting: its own process loads the data and builds the networks …";
    const mine = await ended(number);
    said.textContent = "";
    if (mine?.run) location.assign(`/runs/${mine.run}`);
  } catch (error) {
    said.textContent = error.message;
    notice(error.message);
  }
  start.disabled = false;
}

// Edit: a picture of one's own, the latent that makes what is nearest to it, and where one can go from there.

import { frame, get } from "../lib/api.js";
import { button, select, slider } from "../lib/controls.js";
import { h, notice, number } from "../lib/dom.js";
import { keepers } from "../lib/keep.js";
import { open } from "../lib/live.js";
import { ordered } from "../lib/maps.js";
import { base64, drawPixels, sheet } from "../lib/pixels.js";
import { Board } from "./board.js";
import { Trace } from "./trace.js";

const DEFAULTS = { source: "sample", number: 0, seed: 0, starts: 8, steps: 200, polish: 600, prior: 0, stress: 10, control: 16, label: "", search: 0, go: false };
const TYPES = ["image/png", "image/jpeg", "image/webp"];
const MOST = 20_000_000; // bytes of an upload
const DIRECTIONS = 5;
const TOOLS = { paint: "Paint", erase: "Erase", free: "Free", known: "Fix" };
const HELP = { paint: "change pixels", erase: "back to the picture that was begun with", free: "mark pixels as unknown: the search may put there what it likes", known: "mark pixels as known again" };

export async function show(place, model, address) {
  if (model.kind !== "picture") {
    place.append(h("p", { className: "lead" }, "This generator makes numbers, and pictures are drawn here: zerosum invert finds the latents of rows of numbers."));
    return undefined;
  }
  const choice = address.chosen(DEFAULTS);
  const [height, width, channels] = model.shape;
  const real = await get(`/api/explore/${model.id}/real`);
  const board = new Board(model.shape, changed);
  const trace = new Trace();
  const figure = (title) => {
    const canvas = h("canvas", { className: "pixels", width, height, role: "img", "aria-label": title });
    return { canvas, element: h("figure", {}, h("h3", {}, title), canvas) };
  };
  const [given, made, apart, moved] = ["Given", "Reconstruction", "Difference", "Moved"].map(figure);
  const did = h("p", { className: "hint", role: "status" });
  const told = h("p", { role: "status", className: "number" }, "Choose a picture or paint one, then search.");
  const progress = h("progress", { max: 1, value: 0, hidden: true, "aria-label": "how far the search is" });
  const facts = h("div");
  const moves = h("section", { className: "card", hidden: true });
  let state = { busy: false, sent: null, found: null, picture: null, amounts: [], moving: false, waiting: false };
  let untouched = true;

  const channel = await open("invert", () => ({ model: model.id }), heard);
  const begin = button("Search for its latent", () => search("invert"), { className: "main" });
  const project = button("Project what was painted", () => search("paint"), { title: "what the generator makes nearest to the painted picture; painted pixels count more" });
  const stop = button("Stop", () => channel.do({ stop: true }), { hidden: true });
  const file = h("input", { type: "file", accept: TYPES.join(), hidden: true, onchange: () => { upload(file.files[0]); file.value = ""; } });
  place.append(h("div", { className: "split" }, h("div", { className: "ed-main" }, source(), results(), moves), settings()));
  place.addEventListener("dragover", (e) => e.preventDefault());
  place.addEventListener("drop", (e) => { e.preventDefault(); upload(e.dataTransfer.files[0]); });
  const paste = (e) => { const one = [...(e.clipboardData?.files ?? [])][0]; if (one) upload(one); };
  addEventListener("paste", paste);
  await take(choice.source, choice.number, false);
  if (choice.go) search("invert");
  return () => { removeEventListener("paste", paste); channel.close(); };

  // Where the picture comes from, and the board.
  function source() {
    const from = h("div", { className: "row" },
      button("A sample", () => take("sample", choice.source === "sample" ? choice.number + 1 : 0)),
      real.why ? null : button("A held-out picture", () => take("held-out", choice.source === "held-out" ? (choice.number + 1) % real.held_out : 0)),
      button("Upload …", () => file.click(), { title: "PNG, JPEG or WebP, up to 20 MB; or drop or paste one" }), file,
      button("Blank", () => blank()));
    const tools = h("div", { className: "row", role: "group", "aria-label": "brush" }, Object.entries(TOOLS).map(([name, title]) =>
      button(title, () => tool(name), { "data-tool": name, "aria-pressed": String(name === board.tool), title: HELP[name] })));
    const ink = channels < 3
      ? slider("Grey (0 black, 255 white)", Array.from({ length: 18 }, (_, i) => 15 * i), 255, (v) => { board.ink = [v, v, v, 255]; })
      : h("label", { className: "field" }, h("span", {}, "Colour"), h("input", { type: "color", value: "#ffffff", oninput: (e) => {
        board.ink = [...[1, 3, 5].map((i) => parseInt(e.target.value.slice(i, i + 2), 16)), 255];
      } }));
    return h("section", { className: "card ed-source" }, h("h2", {}, "A picture"), from, did, h("div", { className: "ed-paint" }, board.canvas, h("div", {}, tools,
      slider("Brush (pixels)", [1, 2, 3, 4, 5, 7, 9, 12, 16].filter((v) => v <= Math.max(width, 3)), 1, (v) => { board.size = v; }), ink,
      h("div", { className: "row" }, button("Undo", () => board.undo()), button("Clear", () => board.all((b) => { b.pixels = b.base.slice(); b.known.fill(255); }), { title: "take back all paint and every free pixel" }),
        button("Negative", () => board.all((b) => { b.pixels = b.pixels.map((v, i) => (channels % 2 === 0 && i % channels === channels - 1 ? v : 255 - v)); }))),
      h("p", { className: "hint" }, "Free pixels are hatched: the search leaves them out and paints them in. Keys on the picture: arrows, space, Z."))),
      h("div", { className: "row ed-begin" }, begin, project, stop));
  }

  function settings() {
    const set = (name) => (value) => { choice[name] = value; keep(); };
    return h("aside", { className: "card" }, h("h2", {}, "Search"),
      model.classes.length ? select("Class", ["try each", ...model.classes], choice.label || "try each", (v) => { choice.label = v === "try each" ? "" : v; keep(); }) : null,
      slider("Starts", [1, 2, 4, 8, 16, 32], choice.starts, set("starts"), "latents to start from: the nearest of 1,024 samples, and a quarter merely drawn"),
      slider("Steps of Adam, every start", [0, 25, 50, 100, 200, 400, 800], choice.steps, set("steps")),
      slider("Steps of L-BFGS, the best", [0, 50, 100, 200, 400, 600, 1200, 2400], choice.polish, set("polish")),
      h("details", {}, h("summary", {}, "More"),
        slider("Prior", [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1], choice.prior, set("prior"), "keeps the latent where samples lie, in squared units of the rows"),
        slider("Stress of painted pixels", [1, 2, 5, 10, 20, 50, 100], choice.stress, set("stress")),
        slider("Own samples to check the search", [1, 2, 4, 8, 16, 32], choice.control, set("control"), "of zerosum invert: 16; a projection always looks for 16"),
        slider("Seed of the starts", Array.from({ length: 50 }, (_, i) => i), choice.search, set("search"))),
      h("div", { className: "row" }, keepers("inverted", { png: () => sheet([[given.canvas, "given"], [made.canvas, "reconstruction"], [apart.canvas, "difference"]], 3, 160),
        csv: () => ({ columns: ["latent number", "value"], rows: (state.found?.latents ?? []).map((v, i) => [i, v]) }),
        json: () => ({ model: model.name, shape: model.shape, ...choice, given: Array.from(state.sent ?? board.pixels), known: Array.from(board.known), found: state.found }) })),
      h("p", { className: "hint" }, "CSV holds the latent that was found; JSON everything."));
  }

  function results() {
    return h("section", { className: "card" }, h("h2", {}, "What it can make of it"), told, progress,
      h("div", { className: "ed-three" }, given.element, made.element, apart.element),
      h("h3", {}, "Error of each start"), h("figure", {}, trace.canvas, h("figcaption", {}, h("span", { className: "key" }, "each start, by Adam"), h("span", { className: "key fake" }, "the best, by L-BFGS"),
        "Root of J: the root mean square error where the prior is 0, as a share of the range from black to white.")), facts);
  }

  function tool(name) {
    board.tool = name;
    for (const b of place.querySelectorAll("[data-tool]")) b.setAttribute("aria-pressed", String(b.dataset.tool === name));
  }

  function keep() { address.remember(choice, DEFAULTS); }

  function changed() {
    drawPixels(given.canvas, board.pixels, model.shape);
    untouched = !board.painted.some(Boolean);
    project.disabled = state.busy || untouched || board.known.some((v) => !v);
    begin.disabled = state.busy;
  }

  async function take(from, at, forget = true) {
    if (state.busy) return;
    try {
      const { header, arrays } = await frame(`/api/explore/${model.id}/start?${new URLSearchParams({ source: from, number: at, seed: choice.seed })}`);
      Object.assign(choice, { source: from, number: at, go: forget ? false : choice.go });
      keep();
      put(arrays.pixels, header.done);
    } catch (error) { notice(error.message); }
  }

  function put(pixels, done) {
    did.textContent = `${done.join("; ")}.`;
    board.start(pixels);
    tool("paint");
  }

  function blank() {
    if (state.busy) return;
    choice.go = false;
    keep();
    const pixels = new Uint8Array(height * width * channels);
    if (channels % 2 === 0) for (let i = channels - 1; i < pixels.length; i += channels) pixels[i] = 255;
    put(pixels, ["a black picture to paint on; what is painted is not part of the address"]);
  }

  async function upload(one) {
    if (!one || state.busy) return;
    if (!TYPES.includes(one.type)) return void notice(`${one.name} is ${one.type || "of no known type"}: give a PNG, JPEG or WebP picture.`);
    if (one.size > MOST) return void notice(`${one.name} has ${(one.size / 1e6).toFixed(1)} MB: give at most 20 MB.`);
    try {
      const { header, arrays } = await frame(`/api/explore/${model.id}/fitted`, one);
      choice.go = false;
      keep();
      put(arrays.pixels, [one.name, ...header.done]);
    } catch (error) { notice(error.message); }
  }

  function search(task) {
    if (state.busy) return;
    const { starts, steps, polish, prior, stress, control, label } = choice;
    const asked = { pixels: base64(board.pixels), starts, steps, polish, prior, stress, control, label, seed: choice.search };
    if (task === "paint") asked.painted = base64(board.painted);
    else if (board.known.some((v) => !v)) asked.known = base64(board.known);
    state = { ...state, busy: true, sent: board.pixels.slice(), found: null };
    choice.go = untouched && !asked.known && task === "invert" && ["sample", "held-out"].includes(choice.source);
    keep();
    trace.clear();
    facts.replaceChildren();
    moves.hidden = true;
    busy(true);
    told.textContent = "Waiting for its turn …";
    channel.do({ search: asked });
  }

  function busy(on) {
    state.busy = on;
    progress.hidden = !on;
    stop.hidden = !on;
    changed();
  }

  function heard(header, arrays) {
    ({ waiting, moment, found, stopped, directions, moved: hasMoved, error })[header.kind]?.(header, arrays);
  }

  function waiting() { told.textContent = "Looking among 1,024 samples for starts …"; progress.removeAttribute("value"); }

  function moment({ of, label, stage, step, steps, errors, best }, arrays) {
    if (!state.busy) return;
    const part = (stage === "lbfgs" ? 0.5 : 0) + (0.5 * step) / Math.max(steps, 1);
    progress.value = ((of === "control" ? 1 : 0) + part) / 2;
    const by = `${stage === "adam" ? "Adam" : "L-BFGS"}, step ${step} of ${steps}${label === null ? "" : `, as class ${label}`}`;
    told.textContent = of === "control" ? `Checking the search on ${errors.length} of the generator's own samples: ${by}.` : `Searching: ${by}; error ${number(best)}.`;
    if (arrays.picture) result(arrays.picture);
    if (of === "rows") trace.add({ label, stage, step, errors, best });
  }

  function result(picture) {
    state.picture = picture.slice();
    drawPixels(made.canvas, picture, model.shape);
    const bytes = new Uint8Array(height * width * 3);
    const sent = state.sent ?? board.pixels;
    for (let i = 0; i < height * width; i++) {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += Math.abs(picture[i * channels + c] - sent[i * channels + c]);
      ordered(Math.sqrt(sum / channels / 255)).forEach((v, k) => { bytes[3 * i + k] = v; });
    }
    drawPixels(apart.canvas, bytes, [height, width, 3]);
  }

  function found(header, { picture }) {
    busy(false);
    state.found = header;
    result(picture);
    told.textContent = `Found in ${header.seconds.toFixed(1)} s: relative error ${percent(header.relative)}${header.label === null ? "" : `, as class ${header.label}`}.`;
    const { control } = header;
    facts.replaceChildren(h("dl", { className: "facts" }, [
      ["Error", `${number(header.rms)} root mean square, of the range from black to white${header.painted === undefined ? "" : `, painted pixels counting ${choice.stress} times`}`],
      ["Relative error", `${percent(header.relative)} of the standard deviation of the generator's own pictures; 100 % is no better than their mean`],
      ["Starts", `${header.errors.length}, ending at ${number(Math.min(...header.errors))} to ${number(Math.max(...header.errors))}; spread ${number(header.spread)}`],
      header.painted !== undefined && ["Left where painted", `${number(header.painted)}; elsewhere ${number(header.elsewhere)}`],
      ["Length of the latent", `${number(Math.hypot(...header.latents))}; samples lie near ${number(Math.sqrt(model.latent))}`],
    ].filter(Boolean).map(([k, v]) => [h("dt", {}, k), h("dd", {}, v)])), ...control.text.split("\n").map((line, i) =>
      h("p", { className: control.failed && i ? "alarm" : "hint" }, `${line[0].toUpperCase()}${line.slice(1)}.`)),
    h("p", { className: "hint" }, "Difference: dark blue is none, yellow the whole range; its root is drawn, so that little is seen."));
    channel.do({ directions: DIRECTIONS });
  }

  function stopped() { busy(false); told.textContent = "Stopped. The picture is the best until then."; }

  function error(header) {
    if (state.busy) told.textContent = `${header.error}.`;
    busy(false);
    state.moving = false;
  }

  // From what was found: along the directions in which the generator's pictures change most.
  function directions({ count, shares }) {
    state.amounts = new Array(count).fill(0);
    const values = Array.from({ length: 49 }, (_, i) => (i - 24) / 4);
    const sliders = shares.map((share, i) => slider(`Direction ${i + 1} (${percent(share)} of the variance)`, values, 0, () => {}));
    sliders.forEach((field, i) => field.querySelector("input").addEventListener("input", (e) => { state.amounts[i] = values[e.target.value]; step(); }));
    if (state.picture) drawPixels(moved.canvas, state.picture, model.shape);
    moves.replaceChildren(h("h2", {}, "Go on from there"), h("div", { className: "ed-moves" }, moved.element, h("div", {}, sliders,
      h("p", { className: "hint" }, "Principal directions of its samples, in units of a latent number; from the latent that was found."),
      h("div", { className: "row" }, button("Back to it", () => { state.amounts.fill(0); for (const field of sliders) { const input = field.querySelector("input"); input.value = 24; input.dispatchEvent(new Event("input")); } }),
        button("Paint on the reconstruction", () => paintOn(state.picture, "the reconstruction")), button("Paint on the moved picture", () => paintOn(state.shown ?? state.picture, "the moved picture")),
        keepers("moved", { png: () => sheet([[made.canvas, "found"], [moved.canvas, state.amounts.join(", ")]], 2, 160), json: () => ({ amounts: state.amounts, latents: state.latents ?? state.found.latents }) })))));
    moves.hidden = false;
  }

  function step() {
    if (state.moving) { state.waiting = true; return; }
    Object.assign(state, { moving: true, waiting: false });
    channel.do({ move: state.amounts });
  }

  function hasMoved({ latents }, { picture }) {
    Object.assign(state, { moving: false, shown: picture.slice(), latents });
    drawPixels(moved.canvas, picture, model.shape);
    if (state.waiting) step();
  }

  function paintOn(picture, name) {
    choice.go = false;
    keep();
    put(picture, [`${name}, to be painted on; then project what was painted`]);
    board.canvas.focus();
    board.canvas.scrollIntoView({ block: "center" });
  }
}

const percent = (v) => (v === null ? "–" : `${(100 * v).toPrecision(v < 0.0995 ? 2 : 3)} %`);

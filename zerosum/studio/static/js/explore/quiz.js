// Quiz: real or fake? One question at a time; the truth stays with the studio until a question is answered.

import { frame, get, send } from "../lib/api.js";
import { button, check, slider } from "../lib/controls.js";
import { colour, h, notice, number, onTheme } from "../lib/dom.js";
import { keepers, saveJson } from "../lib/keep.js";
import { drawPixels, nth, pixels, sheet } from "../lib/pixels.js";

const DEFAULTS = { n: 24, seed: 0, sight: true };

export async function show(place, model, address) {
  const choice = address.chosen({ ...DEFAULTS, n: model.kind === "picture" ? 24 : 12 });
  const defaults = { ...DEFAULTS, n: model.kind === "picture" ? 24 : 12 };
  const real = await get(`/api/explore/${model.id}/real`);
  if (real.why) {
    place.append(h("p", { className: "lead" }, `No quiz can be asked: ${real.why}.`));
    return undefined;
  }
  const stage = h("div", { className: "qz-stage" });
  const side = h("aside", { className: "card" });
  place.append(h("div", { className: "split" }, stage, side));
  let quiz = null;
  let asked = 0;
  let busy = false;
  let redraw = () => {};
  const listen = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName) || !quiz || quiz.ended) return;
    const said = { r: "real", arrowleft: "real", f: "fake", arrowright: "fake" }[event.key.toLowerCase()];
    if (said) { event.preventDefault(); answer(said); }
  };
  addEventListener("keydown", listen);
  onTheme(() => redraw());
  begin();
  return () => removeEventListener("keydown", listen);

  function begin() {
    quiz = null;
    side.hidden = true;
    address.remember(choice, defaults);
    const what = model.kind === "picture" ? "pictures, one at a time" : "drawings, one at a time, each of many rows that are all real or all generated";
    stage.replaceChildren(h("h2", {}, "Real or fake?"),
      h("p", {}, `You are shown ${what}. A fair coin chose real or generated for each, so that guessing is right half of the time whatever you count.`),
      h("p", { className: "hint" }, `Real ones are drawn from the ${real.held_out.toLocaleString("en")} rows that the run held out and never trained on. The same seed asks what zerosum quiz --n ${choice.n} --seed ${choice.seed} asks.`),
      h("div", { className: "qz-setup" },
        slider("Questions", [6, 8, 12, 16, 24, 36, 48, 100, 200], choice.n, (n) => { choice.n = n; begin(); }),
        slider("Seed", Array.from({ length: 50 }, (_, i) => i), choice.seed, (seed) => { choice.seed = seed; begin(); }),
        check("show the score on the way", choice.sight, (sight) => { choice.sight = sight; address.remember(choice, defaults); },
          "the score is then noted as in sight: whoever stops when it looks well makes p too small")),
      h("div", { className: "row" }, button("Begin", start, { className: "main" })));
  }

  async function start() {
    try {
      quiz = await send("POST", `/api/explore/${model.id}/quiz`, { n: choice.n, seed: choice.seed });
    } catch (error) {
      notice(error.message);
      return;
    }
    asked = 0;
    side.hidden = false;
    side.replaceChildren(h("h2", {}, "Score"), h("p", { className: "hint" }, choice.sight ? "None yet." : "Hidden until the end."));
    await question();
  }

  async function question() {
    const { arrays } = await frame(`/api/quizzes/${quiz.quiz}/question?question=${asked}`);
    const picture = drawing(quiz, arrays.rows, `question ${asked + 1}: real or generated?`);
    redraw = () => draw(quiz, picture, arrays.rows);
    stage.replaceChildren(h("p", { className: "hint number", role: "status" }, `Question ${asked + 1} of ${quiz.n}`),
      h("progress", { value: asked, max: quiz.n, "aria-label": "questions answered" }), h("div", { className: "qz-picture" }, picture),
      h("div", { className: "qz-choices", role: "group", "aria-label": "your answer" },
        button("", () => answer("real"), { className: "qz-real" }), button("", () => answer("fake"), { className: "qz-fake" })),
      h("div", { className: "row" }, check("show the score on the way", choice.sight, (sight) => { choice.sight = sight; }),
        button("Stop and score", stop, { disabled: asked === 0 })));
    const [first, second] = stage.querySelectorAll(".qz-choices button");
    first.append("Real ", h("kbd", {}, "R"));
    second.append("Fake ", h("kbd", {}, "F"));
    redraw();
  }

  async function answer(said) {
    if (busy) return;
    busy = true;
    try {
      const standing = await send("POST", `/api/quizzes/${quiz.quiz}/answer`, { question: asked, said, in_sight: choice.sight });
      asked = standing.answered;
      if (standing.ended) await end(standing);
      else { if (standing.score) score(standing.score); await question(); }
    } catch (error) { notice(error.message); } finally { busy = false; }
  }

  async function stop() {
    try { await end(await send("POST", `/api/quizzes/${quiz.quiz}/stop`)); } catch (error) { notice(error.message); }
  }

  function score(found) {
    side.replaceChildren(h("h2", {}, "Score"), h("p", { className: "qz-big number" }, `${found.right.k} of ${found.right.n}`),
      share("right", found.right), share("real ones called real", found.on_real), share("fake ones called fake", found.on_fake),
      h("p", { className: "number" }, `p = ${p(found.p)} against guessing`),
      h("p", { className: "hint" }, "Bars: 95 % intervals (Wilson); the broken line is guessing. p: exact binomial, both sides."));
  }

  async function end(standing) {
    quiz.ended = true;
    const answers = await get(`/api/quizzes/${quiz.quiz}/answers`);
    score(standing.score);
    const shown = answers.answers.slice(0, standing.answered);
    const tiles = [];
    const list = h("ol", { className: "qz-told" });
    stage.replaceChildren(h("h2", { tabIndex: -1 }, standing.score.sentence), standing.score.notes.map((note) => h("p", { className: "hint" }, note)).reduce((all, one) => { all.append(one); return all; }, h("div")),
      h("div", { className: "row" }, button("Another quiz", () => { choice.seed += 1; begin(); }, { className: "main" }), button("The same again", begin),
        button("Answers as JSON", () => saveJson("answers", answers), { title: "zerosum quiz --score reads it" }),
        keepers("quiz", {
          csv: () => ({ columns: ["question", "truth", "said", "score_in_sight"], rows: answers.answers.map((a) => [a.question, a.truth, a.said, a.score_in_sight]) }),
          png: () => sheet(tiles.map((tile, i) => [tile, `${shown[i].truth}, said ${shown[i].said}`]), 6) })),
      h("h3", {}, "Which were which"), list);
    stage.querySelector("h2").focus();
    const drawn = [];
    for (const [i, one] of shown.entries()) {
      const { arrays } = await frame(`/api/quizzes/${quiz.quiz}/question?question=${i}`);
      const tile = drawing(quiz, arrays.rows, `question ${i + 1} was ${one.truth}`);
      tiles.push(tile);
      drawn.push(() => draw(quiz, tile, arrays.rows));
      const right = one.truth === one.said;
      list.append(h("li", { className: `qz-${one.truth}-one` }, tile, h("p", {}, h("strong", {}, one.truth), right ? " ✓ as you said" : ` ✗ you said ${one.said}`)));
      drawn.at(-1)();
    }
    redraw = () => drawn.forEach((again) => again());
  }
}

function share(name, found) {
  if (!found) return h("p", { className: "hint" }, `${name}: none yet`);
  const interval = h("span", { className: "qz-interval" });
  interval.style.left = `${100 * found.low}%`;
  interval.style.width = `${100 * (found.high - found.low)}%`;
  const dot = h("span", { className: "qz-dot" });
  dot.style.left = `${100 * found.share}%`;
  return h("div", { className: "qz-share" }, h("span", {}, name, h("span", { className: "number" }, `${found.k} of ${found.n}, ${percent(found.share)} (${percent(found.low)} to ${percent(found.high)})`)),
    h("div", { className: "qz-track" }, h("span", { className: "qz-half" }), interval, dot));
}

const percent = (v) => `${Math.round(100 * v)} %`;
const p = (v) => (v < 0.001 ? "below 0.001" : v.toFixed(3));

function drawing(quiz, rows, label) {
  if (!quiz.frame) return pixels(...nth(rows, 0), label);
  const canvas = h("canvas", { className: "qz-drawing", role: "img" });
  canvas.setAttribute("aria-label", label);
  return canvas;
}

// Rows of numbers: a histogram of one column, a scatter of two, each pair of three; all questions in one frame.
function draw(quiz, canvas, rows) {
  if (!quiz.frame) { drawPixels(canvas, ...nth(rows, 0)); return; }
  const { names, index, low, high } = quiz.frame;
  const [size, d] = rows.shape;
  const side = 320;
  [canvas.width, canvas.height] = [2 * side, 2 * side];
  const c = canvas.getContext("2d");
  c.setTransform(2, 0, 0, 2, 0, 0);
  c.clearRect(0, 0, side, side);
  const pairs = names.length === 1 ? [[0]] : names.length === 2 ? [[0, 1]] : [[0, 1], [0, 2], [1, 2], [0]];
  const across = pairs.length > 1 ? 2 : 1;
  const cell = side / across;
  const value = (i, k) => Math.min(Math.max((rows[i * d + index[k]] - low[k]) / (high[k] - low[k]), 0), 1);
  pairs.forEach((pair, at) => {
    const [left, top, box] = [(at % across) * cell + 20, Math.floor(at / across) * cell + 6, cell - 28];
    c.strokeStyle = colour("line");
    c.strokeRect(left, top, box, box);
    c.fillStyle = colour("muted");
    c.font = "10px system-ui, sans-serif";
    c.textAlign = "center";
    c.fillText(`${names[pair[0]]} ${number(low[pair[0]])} to ${number(high[pair[0]])}`, left + box / 2, top + box + 12, box);
    c.fillStyle = colour("ink");
    if (pair.length === 1) {
      const shares = new Array(24).fill(0);
      for (let i = 0; i < size; i++) shares[Math.min(Math.floor(24 * value(i, pair[0])), 23)] += 1;
      const most = Math.max(...shares);
      c.globalAlpha = 0.5;
      shares.forEach((share, i) => c.fillRect(left + (i * box) / 24, top + box - (0.9 * box * share) / most, box / 24 - 0.5, (0.9 * box * share) / most));
    } else {
      c.save();
      c.translate(left - 6, top + box / 2);
      c.rotate(-Math.PI / 2);
      c.fillStyle = colour("muted");
      c.fillText(`${names[pair[1]]} ${number(low[pair[1]])} to ${number(high[pair[1]])}`, 0, 0, box);
      c.restore();
      c.fillStyle = colour("ink");
      c.globalAlpha = 0.55;
      for (let i = 0; i < size; i++) {
        c.beginPath();
        c.arc(left + box * value(i, pair[0]), top + box * (1 - value(i, pair[1])), across > 1 ? 1.5 : 2.4, 0, 6.2832);
        c.fill();
      }
    }
    c.globalAlpha = 1;
  });
}

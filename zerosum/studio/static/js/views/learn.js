// The claims of the theory: the list of them, and each as a page whose picture can be played with.

import { chosen, remember } from "../lib/address.js";
import { get } from "../lib/api.js";
import { button, select, slider } from "../lib/controls.js";
import { h, notice } from "../lib/dom.js";
import { Figure } from "../lib/figure.js";
import { formula } from "../lib/formula.js";
import { keepers } from "../lib/keep.js";
import { measuring } from "../lib/measuring.js";

const STATES = {
  none: "not measured yet", waiting: "waiting", measuring: "being measured", stopped: "stopped", failed: "could not be measured",
  holds: "✓ measured: holds", fails: "✗ measured: fails",
};

export async function show(place, [claim]) {
  if (claim) await showClaim(place, claim);
  else await showList(place);
}

async function showList(place) {
  document.title = "Learn · zerosum studio";
  const { claims } = await get("/api/learn");
  place.append(
    h("h1", {}, "Learn"),
    h("p", { className: "lead" }, `The ${claims.length} claims of the theory. Each has a picture to play with, and is measured by a button.`),
    h("ol", { className: "learn-list" }, claims.map((claim) => h("li", { value: claim.number }, h("a", { className: "card", href: `/learn/${claim.name}` },
      h("h2", {}, h("span", { className: "learn-number" }, claim.number), claim.title),
      h("p", {}, formula(claim.statement)),
      h("p", { className: "hint" }, h("b", {}, "Predicted: "), formula(claim.predicts)),
      h("p", { className: "hint" }, h("b", {}, "Measured: "), formula(claim.measures)),
      h("p", { className: `learn-state ${claim.state}` }, STATES[claim.state]))))),
  );
}

async function showClaim(place, name) {
  const page = await get(`/api/learn/${encodeURIComponent(name)}`);
  document.title = `${page.title} · Learn · zerosum studio`;
  const first = Object.fromEntries(page.controls.map((control) => [control.name, control.default]));
  const values = chosen(first);
  const dials = page.controls.map((control) => dial(control, values, change));
  const figure = new Figure({ moved, nudged });
  let asking = false;
  let stale = true;

  async function ask() {
    stale = true;
    if (asking) return;
    asking = true;
    document.body.setAttribute("aria-busy", "true");
    try {
      while (stale) { // the newest values only: what lay between was never asked for
        stale = false;
        figure.show(await get(`/api/learn/${page.name}/picture?${new URLSearchParams(values)}`));
      }
    } catch (error) {
      notice(error.message);
    } finally {
      asking = false;
      document.body.removeAttribute("aria-busy");
    }
  }

  function change(key, value) {
    const at = dials.find((one) => one.name === key);
    if (!at) return;
    const nearest = at.nearest(value);
    if (nearest === values[key]) return;
    values[key] = nearest;
    at.set(nearest);
    settle();
  }

  function settle() {
    for (const one of dials) one.element.hidden = !one.wanted(values);
    remember(values, first);
    ask();
  }

  function moved(handle, x, y) {
    if (handle.moves_x) change(handle.moves_x, (x - handle.origin[0]) / handle.scale[0]);
    if (handle.moves_y) change(handle.moves_y, (y - handle.origin[1]) / handle.scale[1]);
  }

  function nudged(handle, right, up) {
    const step = (key, way) => key && way && change(key, dials.find((one) => one.name === key).beside(values[key], way));
    step(handle.moves_x, right * Math.sign(handle.scale[0]));
    step(handle.moves_y, up * Math.sign(handle.scale[1]));
  }

  function reset() {
    Object.assign(values, first);
    for (const one of dials) one.set(values[one.name]);
    settle();
  }

  for (const one of dials) values[one.name] = one.nearest(values[one.name]);
  place.append(
    h("p", { className: "hint learn-way" }, h("a", { href: "/learn" }, "Learn"), ` / claim ${page.number}`),
    h("h1", {}, page.title),
    h("p", { className: "lead learn-words" }, formula(page.words)),
    h("div", { className: "learn-equations" }, page.equations.map((line) => h("p", {}, formula(line)))),
    h("figure", { className: "card" }, figure.place,
      h("figcaption", {}, formula(page.caption), " ", h("b", {}, "Try: "), formula(page.play)),
      h("div", { className: "learn-below" },
        h("div", {},
          h("div", { className: "learn-dials" }, dials.map((one) => one.element)),
          h("div", { className: "row learn-keep" }, button("Reset", reset), keepers(page.name, {
            png: () => figure.canvas(), csv: () => figure.table(),
            json: () => ({ claim: page.name, values, ...figure.figure }),
          }))),
        figure.numbers)),
    words(page),
  );
  settle();
  place.append(await measuring(page.name, page.measures));
  place.append(h("nav", { className: "row learn-next", ariaLabel: "Other claims" },
    page.before ? h("a", { className: "button", href: `/learn/${page.before.name}` }, `← ${page.before.title}`) : null,
    page.after ? h("a", { className: "button", href: `/learn/${page.after.name}` }, `${page.after.title} →`) : null));
}

function words(page) {
  return h("div", { className: "learn-parts" },
    h("section", { className: "card" }, h("h2", {}, "The claim"), h("p", {}, formula(page.statement)),
      h("h3", {}, "Predicted"), h("p", {}, formula(page.predicts)),
      h("p", { className: "hint" }, `Source: ${page.source}.`)),
    h("section", { className: "card" }, h("h2", {}, "Why"),
      h("ol", {}, page.derivation.map((line) => h("li", {}, formula(line)))),
      page.slip ? h("p", { className: "alarm" }, h("b", {}, "A slip of the slides, corrected. "), formula(page.slip)) : null),
    h("section", { className: "card" }, h("h2", {}, "Go on"),
      h("ul", {}, page.links.map(({ text, href }) => h("li", {}, h("a", { href }, text))),
        page.pages.map((name) => h("li", {}, "in the documentation: ", h("code", {}, `docs/${name}.md`))))));
}

// A control from its description: its element, and what the page needs of it.
function dial(control, values, change) {
  const wanted = (now) => Object.entries(control["x-when"] ?? {}).every(([key, value]) => now[key] === value);
  const told = (value) => change(control.name, value);
  if (control.enum) {
    const element = select(h("span", {}, formula(control.title)), control.enum, values[control.name], told, control.meaning);
    const nearest = (value) => (control.enum.includes(value) ? value : control.default);
    return { name: control.name, element, nearest, wanted, set: element.set, beside: nearest };
  }
  const places = control["x-decade"] ? decades(control) : steps(control);
  const index = (value) => places.reduce((best, v, i) => (Math.abs(v - value) < Math.abs(places[best] - value) ? i : best), 0);
  const element = slider(h("span", {}, formula(control.title)), places, values[control.name], told, control.meaning);
  element.querySelector("input").addEventListener("input", (e) => told(places[e.target.value])); // while it is dragged, too
  return {
    name: control.name, element, wanted, set: element.set, nearest: (value) => places[index(value)],
    beside: (value, way) => places[Math.min(Math.max(index(value) + way, 0), places.length - 1)],
  };
}

function steps({ minimum, maximum, "x-step": step }) {
  const count = Math.round((maximum - minimum) / step);
  return Array.from({ length: count + 1 }, (_, i) => Number((minimum + i * step).toPrecision(10)));
}

function decades({ minimum, maximum, whole, "x-decade": each }) {
  const count = Math.round(Math.log10(maximum / minimum) * each);
  const raw = Array.from({ length: count + 1 }, (_, i) => minimum * (maximum / minimum) ** (i / count));
  return [...new Set(raw.map((v) => Number(v.toPrecision(2))).map((v) => (whole ? Math.round(v) : v)))];
}

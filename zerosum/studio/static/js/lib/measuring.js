// A claim measured by a button: `zerosum theory CLAIM` in the background, with progress, a stop and its lines.

import { get, send } from "./api.js";
import { button } from "./controls.js";
import { h, notice } from "./dom.js";
import { formula } from "./formula.js";

const AGAIN = 400; // ms between two looks

export async function measuring(claim, text) {
  const path = `/api/learn/${claim}/measurement`;
  const start = button("Measure it", () => begin(), { className: "main" });
  const stop = button("Stop", () => send("DELETE", path).then(told), { hidden: true });
  const seed = h("input", { type: "number", min: 0, max: 2 ** 31, step: 1, value: 0 });
  const state = h("p", { className: "hint", role: "status" });
  const bar = h("progress", { hidden: true, ariaLabel: "measuring" });
  const found = h("div", { className: "scroll" });

  async function begin() {
    try {
      told(await send("POST", path, { seed: Number(seed.value) }));
    } catch (error) {
      notice(error.message);
    }
  }

  function told(look) {
    const busy = look.state === "waiting" || look.state === "measuring";
    start.disabled = busy;
    stop.hidden = bar.hidden = !busy;
    state.textContent = sentence(look);
    if (look.found) found.replaceChildren(table(look.found));
    else if (busy) found.replaceChildren();
    if (busy) setTimeout(async () => { try { told(await get(path)); } catch { state.textContent = "the studio is gone"; } }, AGAIN);
  }

  told(await get(path));
  return h("section", { className: "card learn-measure" }, h("h2", {}, "Measured"), h("p", {}, formula(text)),
    h("div", { className: "row" }, start, stop, h("label", { className: "learn-seed" }, "seed ", seed), state), bar, found);
}

function sentence({ state, seconds, found }) {
  if (state === "waiting") return "It waits for its turn.";
  if (state === "measuring") return `Measuring, ${seconds.toFixed(0)} s; most claims take 1 to 40 s.`;
  if (state === "stopped") return "It was stopped.";
  if (state === "failed") return "It could not be measured: `zerosum theory` says why in a terminal.";
  if (state === "done") return `${found.holds ? "✓ Holds" : "✗ Fails"}: ${found.findings.length} lines, ${seconds.toFixed(1)} s.`;
  return "Runs `zerosum theory` on this machine, with one thread.";
}

const SIGNS = { "=": "", "<=": "≤ ", ">=": "≥ " };

function table({ findings }) {
  return h("table", { className: "learn-lines" },
    h("thead", {}, h("tr", {}, ["", "", "predicted", "measured", "error", "tolerance, and why"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, findings.map((one) => {
      const open = one.relation === "reported";
      return h("tr", {},
        h("td", { className: one.holds ? "ok" : "fail", title: open ? "nothing was predicted" : one.holds ? "holds" : "fails" }, open ? "–" : one.holds ? "✓" : "✗"),
        h("td", {}, formula(one.what)),
        h("td", {}, open ? "–" : SIGNS[one.relation] + digits(one.predicted)),
        h("td", {}, digits(one.measured)),
        h("td", {}, open ? "–" : digits(one.error, 2)),
        h("td", { className: "hint" }, open ? "" : `${digits(one.tolerance, 2)}: `, formula(one.reason)));
    })));
}

function digits(value, count = 6) {
  if (typeof value === "string") return value.replace("-inf", "−∞").replace("inf", "∞");
  const plain = Number(value.toPrecision(count));
  const text = plain !== 0 && (Math.abs(plain) < 1e-4 || Math.abs(plain) >= 1e7) ? value.toExponential(Math.min(count - 1, 2)) : String(plain);
  return text.replaceAll("-", "−");
}

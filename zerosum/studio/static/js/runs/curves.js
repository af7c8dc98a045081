// The series of a run, or of two over each other, as charts.

import { h } from "../lib/dom.js";
import { Chart } from "./chart.js";
import { ORDER, titled } from "./words.js";

const PAIRED = ["logit", "accuracy", "class_accuracy", "error"]; // real and generated rows in one chart
const HUES = { real: "real", fake: "fake" };
const PAIR_TITLES = { logit: ["D's mean logit", "higher says real"], accuracy: ["Rows that D calls right", "share"], class_accuracy: ["Classes that D names right", "share"], error: ["D's reconstruction error", "mean error"] };

export class RunCurves {
  constructor() {
    this.element = h("div", { className: "run-charts" });
    this.charts = new Map();
    this.series = [{}, null]; // of the run, and of the one it is compared with
    [this.smooth, this.log] = [0, false];
  }

  // arrays: {name: Float32Array of shape (4, n)}; which: 0, or 1 for the other run
  set(which, arrays) {
    this.series[which] = Object.fromEntries(Object.entries(arrays).map(([name, flat]) => {
      const n = flat.shape[1];
      return [name, [0, 1, 2, 3].map((row) => flat.subarray(row * n, (row + 1) * n))];
    }));
    this.arrange();
    this.draw();
  }

  draw() {
    for (const [key, chart] of this.charts) {
      [chart.smooth, chart.log] = [this.smooth, this.log];
      chart.set(this.lines(key));
      chart.draw();
    }
  }

  // One chart for each quantity, made once; new ones come behind.
  arrange() {
    const compared = this.series[1] !== null;
    const names = [...new Set(this.series.flatMap((s) => Object.keys(s ?? {})))].filter((n) => n !== "rate");
    const keys = [...new Set(names.map((name) => (!compared && PAIRED.includes(name.split("/")[0]) ? name.split("/")[0] : name)))];
    const place = (key) => (ORDER.indexOf(key.split("/")[0]) + ORDER.length + 1) % (ORDER.length + 1);
    keys.sort((a, b) => place(a) - place(b) || a.localeCompare(b));
    if (this.series.some((s) => s?.rate)) keys.push("rate");
    if (!keys.length) this.element.replaceChildren(h("p", { className: "hint" }, "No numbers yet: the first come with the first entry of the log."));
    if (keys.join() === [...this.charts.keys()].join()) return;
    this.charts = new Map(keys.map((key) => [key, this.charts.get(key) ?? new Chart(...(PAIR_TITLES[key] ?? titled(key)))]));
    this.element.replaceChildren(...[...this.charts.values()].map((chart) => chart.element));
  }

  lines(key) {
    const [own, other] = this.series;
    const made = (series, name, shown, hue, dash) => {
      if (!series?.[name]) return [];
      const [x, y, low, high] = series[name];
      return [{ name: shown, hue, dash, x, y, ...(low.some((v, i) => v !== high[i]) ? { low, high } : {}) }];
    };
    if (other !== null) return [...made(own, key, "A", "third", false), ...made(other, key, "B", "fourth", true)];
    if (own[key]) return made(own, key, "", "third", false);
    return Object.keys(own).filter((name) => name.startsWith(`${key}/`)).flatMap((name) => {
      const of = name.split("/")[1];
      return made(own, name, of === "fake" ? "generated" : of, HUES[of] ?? "third", of === "fake");
    });
  }

  // Rows for a file: what a chart shows is the mean of neighbouring log entries where there are very many.
  table() {
    const columns = ["run", "series", "step", "mean", "least", "greatest"];
    const rows = this.series.flatMap((series, i) => Object.entries(series ?? {}).flatMap(([name, [x, y, low, high]]) =>
      Array.from(x, (step, j) => ["AB"[i], name, step, y[j], low[j], high[j]])));
    return { columns, rows };
  }

  // All charts in one picture.
  picture() {
    for (const chart of this.charts.values()) chart.draw(true);
    const shown = [...this.charts.values()].map((chart) => chart.canvas);
    const across = Math.min(2, shown.length);
    const [wide, tall] = [Math.max(...shown.map((c) => c.width)), Math.max(...shown.map((c) => c.height)) + 30];
    const canvas = h("canvas", { width: wide * across, height: tall * Math.ceil(shown.length / across) });
    const c = canvas.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    c.fillStyle = style.getPropertyValue("--card");
    c.fillRect(0, 0, canvas.width, canvas.height);
    c.font = "15px system-ui, sans-serif";
    c.fillStyle = style.getPropertyValue("--ink");
    [...this.charts.values()].forEach((chart, i) => {
      const [x, y] = [(i % across) * wide, Math.floor(i / across) * tall];
      c.fillText(`${chart.title} (${chart.unit})`, x + 8, y + 20);
      c.drawImage(chart.canvas, x, y + 30);
    });
    return canvas;
  }
}

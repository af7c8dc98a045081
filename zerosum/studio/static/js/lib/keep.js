// What a person takes away: a canvas as PNG, rows as CSV, anything as JSON.

import { button } from "./controls.js";

export function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const savePng = (name, canvas) => canvas.toBlob((blob) => save(`${name}.png`, blob));
export const saveJson = (name, value) =>
  save(`${name}.json`, new Blob([JSON.stringify(value, null, 1)], { type: "application/json" }));
export const saveCsv = (name, columns, rows) =>
  save(`${name}.csv`, new Blob([[columns, ...rows].map((r) => r.map(cell).join(",")).join("\n") + "\n"], { type: "text/csv" }));

const cell = (value) => {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

// Three buttons; each of the three is a function that gives what to save, or absent.
export function keepers(name, { png, csv, json }) {
  return [
    png && button("PNG", () => savePng(name, png()), { title: "save the picture" }),
    csv && button("CSV", () => { const { columns, rows } = csv(); saveCsv(name, columns, rows); }, { title: "save the numbers" }),
    json && button("JSON", () => saveJson(name, json()), { title: "save everything" }),
  ].filter(Boolean);
}

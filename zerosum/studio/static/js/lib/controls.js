// Labelled controls; each calls `changed(value)`. They are plain form elements, so the keyboard works.

import { h, number } from "./dom.js";

export function select(label, options, value, changed, help) {
  const list = h("select", { onchange: (e) => changed(e.target.value) },
    options.map((o) => h("option", { value: o, selected: o === value }, o)));
  list.value = value;
  return Object.assign(field(label, list, help), { set: (v) => { list.value = v; } });
}

// A slider over `values`, a list of numbers: every number that can be chosen is one that can be read.
export function slider(label, values, value, changed, help) {
  const nearest = values.reduce((best, v, i) => (Math.abs(v - value) < Math.abs(values[best] - value) ? i : best), 0);
  const shown = h("output", {}, number(values[nearest]));
  const range = h("input", { type: "range", min: 0, max: values.length - 1, step: 1, value: nearest });
  range.setAttribute("aria-valuetext", number(values[nearest]));
  range.setAttribute("aria-label", label); // the label's own first element is the output
  range.addEventListener("input", () => {
    shown.textContent = number(values[range.value]);
    range.setAttribute("aria-valuetext", shown.textContent);
  });
  range.addEventListener("change", () => changed(values[range.value]));
  const set = (v) => {
    range.value = values.reduce((best, w, i) => (Math.abs(w - v) < Math.abs(values[best] - v) ? i : best), 0);
    shown.textContent = number(v);
    range.setAttribute("aria-valuetext", number(v));
  };
  return Object.assign(field(label, range, help, shown), { set });
}

export function check(label, value, changed, help) {
  const box = h("input", { type: "checkbox", checked: value, onchange: (e) => changed(e.target.checked) });
  return Object.assign(h("label", { className: "check", title: help }, box, label), { set: (v) => { box.checked = v; } });
}

export function button(label, pressed, properties = {}) {
  return h("button", { type: "button", onclick: pressed, ...properties }, label);
}

function field(label, control, help, shown) {
  return h("label", { className: "field", title: help }, h("span", {}, label, shown), control);
}

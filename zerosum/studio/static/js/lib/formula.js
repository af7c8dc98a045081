// Formulas as text with a few signs: `_x` lowers, `^x` raises, braces hold more than one letter together.

import { h } from "./dom.js";

// [text, 0], [text, -1] lowered, [text, 1] raised, in order; what is raised may hold more of the same.
function parts(text) {
  const found = [];
  let at = 0;
  for (const one of text.matchAll(/([_^])(\{[^{}]*\}|[\p{L}\p{N}∞]+)/gu)) {
    found.push([text.slice(at, one.index), 0]);
    found.push([one[2].startsWith("{") ? one[2].slice(1, -1) : one[2], one[1] === "_" ? -1 : 1]);
    at = one.index + one[0].length;
  }
  found.push([text.slice(at), 0]);
  return found.filter(([part]) => part !== "");
}

export function formula(text) {
  return parts(text).map(([part, level]) => (level ? h(level < 0 ? "sub" : "sup", {}, formula(part)) : part));
}

// The same on a canvas, in its font, at (x, y); returns the width. `draw` false only measures.
export function write(c, text, x, y, { align = "left", draw = true } = {}) {
  if (draw && align !== "left") {
    const width = write(c, text, x, y, { draw: false });
    return write(c, text, x - width * (align === "center" ? 0.5 : 1), y);
  }
  const font = c.font;
  const size = Number(font.match(/([\d.]+)px/)[1]);
  let at = x;
  c.textAlign = "left";
  for (const [part, level] of parts(text)) {
    c.font = level ? font.replace(/[\d.]+px/, `${(0.76 * size).toFixed(2)}px`) : font;
    if (draw) c.fillText(part, at, y - (level > 0 ? 0.36 : level < 0 ? -0.22 : 0) * size);
    at += c.measureText(part).width;
  }
  c.font = font;
  return at - x;
}

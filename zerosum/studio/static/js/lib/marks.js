// The marks of a figure, each drawn on a plot: {c, X, Y, box, hue} with c a canvas context in CSS pixels,
// X and Y from the world's units to pixels, box the plot's {left, top, width, height}, hue a colour's name -> colour.

import { diverging, ordered, picture } from "./maps.js";

const DASHES = { solid: [], dashed: [7, 4], dotted: [1.5, 3.5] };
const RAMPS = { ordered: (v) => ordered((v + 1) / 2), diverging };

export const DRAW = { line, points, area, bars, arrows, heat, text };

function line({ c, X, Y, hue }, mark) {
  c.strokeStyle = hue(mark.colour);
  c.lineWidth = mark.width;
  c.lineJoin = "round";
  c.lineCap = mark.dash === "dotted" ? "round" : "butt";
  c.setLineDash(DASHES[mark.dash]);
  c.beginPath();
  let pen = false;
  mark.x.forEach((x, i) => {
    const y = mark.y[i];
    if (x === null || y === null) { pen = false; return; }
    if (pen) c.lineTo(X(x), Y(y)); else c.moveTo(X(x), Y(y));
    pen = true;
  });
  c.stroke();
  c.setLineDash([]);
}

function points(plot, mark) {
  mark.x.forEach((x, i) => {
    if (x !== null && mark.y[i] !== null) marker(plot.c, plot.X(x), plot.Y(mark.y[i]), mark.marker, mark.size, plot.hue(mark.colour));
  });
}

export function marker(c, x, y, shape, size, colour) {
  c.fillStyle = c.strokeStyle = colour;
  c.lineWidth = 2;
  c.beginPath();
  if (shape === "square") c.rect(x - 0.9 * size, y - 0.9 * size, 1.8 * size, 1.8 * size);
  else if (shape === "diamond") {
    c.moveTo(x, y - 1.25 * size); c.lineTo(x + 1.25 * size, y); c.lineTo(x, y + 1.25 * size); c.lineTo(x - 1.25 * size, y);
  } else if (shape === "plus") { c.moveTo(x - size, y); c.lineTo(x + size, y); c.moveTo(x, y - size); c.lineTo(x, y + size); }
  else if (shape === "cross") {
    c.moveTo(x - size, y - size); c.lineTo(x + size, y + size); c.moveTo(x - size, y + size); c.lineTo(x + size, y - size);
  } else c.arc(x, y, size, 0, 6.2832);
  if (shape === "plus" || shape === "cross") c.stroke(); else c.fill();
}

function area({ c, X, Y, hue }, mark) {
  c.fillStyle = hue(mark.colour);
  c.globalAlpha = 0.18;
  c.beginPath();
  mark.x.forEach((x, i) => c.lineTo(X(x), Y(mark.high[i])));
  for (let i = mark.x.length - 1; i >= 0; i--) c.lineTo(X(mark.x[i]), Y(mark.low[i]));
  c.fill();
  c.globalAlpha = 1;
}

function bars({ c, X, Y, hue }, mark) {
  c.fillStyle = hue(mark.colour);
  c.globalAlpha = 0.8;
  mark.x.forEach((x, i) => {
    const [left, right] = [X(x - mark.width / 2), X(x + mark.width / 2)];
    const [from, to] = [Y(mark.base[i]), Y(mark.base[i] + mark.height[i])];
    c.fillRect(left, Math.min(from, to), right - left, Math.abs(from - to));
  });
  c.globalAlpha = 1;
}

function arrows({ c, X, Y, hue }, mark) {
  c.strokeStyle = c.fillStyle = hue(mark.colour);
  c.lineWidth = mark.width;
  mark.x.forEach((x, i) => {
    const [x0, y0, x1, y1] = [X(x), Y(mark.y[i]), X(mark.to_x[i]), Y(mark.to_y[i])];
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length < 1) return;
    const head = Math.min(7, 0.6 * length);
    const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
    c.beginPath();
    c.moveTo(x0, y0);
    c.lineTo(x1 - ux * head * 0.7, y1 - uy * head * 0.7);
    c.stroke();
    c.beginPath();
    c.moveTo(x1, y1);
    c.lineTo(x1 - ux * head - uy * head * 0.38, y1 - uy * head + ux * head * 0.38);
    c.lineTo(x1 - ux * head + uy * head * 0.38, y1 - uy * head - ux * head * 0.38);
    c.fill();
  });
}

function heat({ c, X, Y }, mark) {
  const [rows, columns] = [mark.values.length, mark.values[0].length];
  const middle = (mark.low + mark.high) / 2;
  const half = (mark.high - mark.low) / 2 || 1;
  const shades = mark.values.flat().map((v) => (v === null ? 0 : (v - middle) / half));
  const [x0, x1, y0, y1] = mark.box;
  const [dx, dy] = [(x1 - x0) / (columns - 1) / 2, (y1 - y0) / (rows - 1) / 2]; // the outer values lie on the edges
  c.imageSmoothingEnabled = true;
  const [left, top] = [X(x0 - dx), Y(y1 + dy)];
  c.drawImage(picture(shades, rows, columns, RAMPS[mark.ramp]), left, top, X(x1 + dx) - left, Y(y0 - dy) - top);
}

function text({ c, X, Y, hue }, mark) {
  c.fillStyle = hue(mark.colour);
  c.textAlign = mark.align;
  c.fillText(mark.text, X(mark.x), Y(mark.y));
}

// The sample beside a name in the legend, 24 pixels wide, its middle at y.
export function swatch(c, mark, x, y, hue) {
  const plot = { c, X: (v) => x + v, Y: (v) => y - v, hue };
  if (mark.kind === "line") line(plot, { ...mark, x: [0, 24], y: [0, 0] });
  if (mark.kind === "points") marker(c, x + 12, y, mark.marker, Math.min(mark.size, 5), hue(mark.colour));
  if (mark.kind === "area") area(plot, { ...mark, x: [0, 24], low: [-5, -5], high: [5, 5] });
  if (mark.kind === "bars") bars(plot, { ...mark, x: [12], base: [-5], height: [10], width: 24 });
  if (mark.kind === "arrows") arrows(plot, { ...mark, x: [2], y: [0], to_x: [22], to_y: [0] });
  if (mark.kind === "heat") {
    for (let i = 0; i < 24; i++) {
      c.fillStyle = `rgb(${RAMPS[mark.ramp](i / 11.5 - 1).map(Math.round)})`;
      c.fillRect(x + i, y - 5, 1.5, 10);
    }
  }
}

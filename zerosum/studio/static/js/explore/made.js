// Rows at points among the latents: asked of the studio, and drawn.

import { raw } from "../lib/api.js";
import { unpack } from "../lib/frames.js";

// What a point is made of; see studio/explore/points.py.
export const sample = (number, weight = 1) => ({ of: "sample", number, weight });
export const axis = (by, number, weight) => ({ of: by, number, weight });
export const mean = (number, weight = 1) => ({ of: "mean", number, weight });

// The weights of classes that choose one (the first, if there is no such); none of an unconditional generator.
export const only = (model, label) => model.classes.map((_, i) => (i === (label in model.classes ? label : 0) ? 1 : 0));

export const rows = (model, points, { side = 0, latents = false } = {}) =>
  asked(model, "rows", { points, side, latents });

export async function asked(model, what, body) {
  const response = await raw("POST", `/api/explore/${model.id}/${what}`, body);
  const { header, arrays } = unpack(await response.arrayBuffer());
  const count = arrays.pixels ? arrays.pixels.shape[0] : header.values.length;
  return { ...header, ...arrays, count };
}

// Row i of some pixels (n, height, width, channels) as the browser wants them.
export function image(pixels, i) {
  const [, height, width, channels] = pixels.shape;
  const found = new ImageData(width, height);
  const base = i * height * width * channels;
  for (let p = 0; p < height * width; p++) {
    const from = base + p * channels;
    const colour = channels > 2;
    found.data[4 * p] = pixels[from];
    found.data[4 * p + 1] = pixels[from + (colour ? 1 : 0)];
    found.data[4 * p + 2] = pixels[from + (colour ? 2 : 0)];
    found.data[4 * p + 3] = channels % 2 ? 255 : pixels[from + channels - 1];
  }
  return found;
}

// Draw row i, one canvas pixel for one of its own: the style sheet enlarges it without smoothing.
export function paint(canvas, pixels, i = 0) {
  const drawn = image(pixels, i);
  if (canvas.width !== drawn.width) canvas.width = drawn.width;
  if (canvas.height !== drawn.height) canvas.height = drawn.height;
  canvas.getContext("2d").putImageData(drawn, 0, 0);
}

// All rows side by side on one canvas, to be saved.
export function sheet(pixels, columns, scale = 0) {
  const [count, height, width] = pixels.shape;
  const times = scale || Math.max(1, Math.round(64 / Math.max(height, width)));
  const canvas = document.createElement("canvas");
  canvas.width = columns * (width * times + 2) - 2;
  canvas.height = Math.ceil(count / columns) * (height * times + 2) - 2;
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  const one = document.createElement("canvas");
  for (let i = 0; i < count; i++) {
    paint(one, pixels, i);
    context.drawImage(one, (i % columns) * (width * times + 2), Math.floor(i / columns) * (height * times + 2), width * times, height * times);
  }
  return canvas;
}

// Columns and rows of some latents, or of the rows themselves, for a CSV file.
export function table(model, made) {
  const columns = model.columns.map((c) => c.name);
  const z = made.latents ?? [];
  const names = z.length ? z[0].map((_, i) => `z${i}`) : [];
  const lines = Array.from({ length: made.count }, (_, i) => [i, ...(made.values?.[i] ?? []), ...(z[i] ?? [])]);
  return { columns: ["row", ...columns, ...names], rows: lines };
}

export const anything = (below = 10000) => Math.floor(Math.random() * below);

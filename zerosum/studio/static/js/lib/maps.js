// Colours for numbers. Both ramps keep their order for every common colour vision and in grey.

function mix(stops, t) {
  const place = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const i = Math.min(Math.floor(place), stops.length - 2);
  return stops[i].map((v, c) => v + (stops[i + 1][c] - v) * (place - i));
}

const LIGHT = [[213, 94, 0], [246, 200, 160], [253, 253, 252], [160, 205, 235], [0, 114, 178]];
const DARK = [[190, 84, 0], [92, 50, 18], [26, 30, 34], [14, 58, 88], [0, 114, 178]];
const ORDERED = [[0, 32, 77], [72, 81, 108], [124, 123, 120], [180, 169, 107], [255, 234, 70]];

export const dark = () => matchMedia("(prefers-color-scheme: dark)").matches;

// -1 (generated, vermilion) .. 0 (the page) .. 1 (real, blue)
export const diverging = (v) => mix(dark() ? DARK : LIGHT, (v + 1) / 2);
// 0 .. 1, dark blue to yellow
export const ordered = (v) => mix(ORDERED, v);

// An n x m field of numbers as a picture, bottom row first.
export function picture(values, rows, columns, ramp) {
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const table = Array.from({ length: 513 }, (_, i) => ramp((i - 256) / 256));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const v = Math.round(Math.min(Math.max(values[r * columns + c], -1), 1) * 256) + 256;
      image.data.set([...table[v], 255], 4 * ((rows - 1 - r) * columns + c));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

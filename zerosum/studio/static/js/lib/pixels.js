// Pictures as arrays of bytes (height, width, channels) on canvases of their very size: CSS enlarges them.

import { h } from "./dom.js";

// Draw bytes onto a canvas, which takes the picture's size.
export function drawPixels(canvas, bytes, [height, width, channels]) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const image = context.createImageData(width, height);
  for (let i = 0, j = 0; i < height * width; i++, j += channels) {
    const grey = channels < 3;
    image.data[4 * i] = bytes[j];
    image.data[4 * i + 1] = bytes[grey ? j : j + 1];
    image.data[4 * i + 2] = bytes[grey ? j : j + 2];
    image.data[4 * i + 3] = channels % 2 ? 255 : bytes[j + channels - 1];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export function pixels(bytes, shape, label, className = "pixels") {
  const canvas = h("canvas", { className, role: "img" });
  canvas.setAttribute("aria-label", label);
  return drawPixels(canvas, bytes, shape);
}

// The i-th picture of an array (n, height, width, channels).
export function nth(array, i) {
  const shape = array.shape.slice(-3);
  const size = shape[0] * shape[1] * shape[2];
  return [array.subarray(i * size, (i + 1) * size), shape];
}

// A sheet of pictures as one canvas, for a PNG: `cells` are [canvas, text] in rows of `columns`.
export function sheet(cells, columns, side = 96) {
  const rows = Math.ceil(cells.length / columns);
  const canvas = h("canvas", { width: columns * (side + 12) + 12, height: rows * (side + 30) + 12 });
  const c = canvas.getContext("2d");
  c.fillStyle = "#fff";
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.imageSmoothingEnabled = false;
  c.fillStyle = "#333";
  c.font = "12px system-ui, sans-serif";
  cells.forEach(([picture, text], i) => {
    const [x, y] = [12 + (i % columns) * (side + 12), 12 + Math.floor(i / columns) * (side + 30)];
    if (picture) {
      const scale = side / Math.max(picture.width, picture.height);
      c.drawImage(picture, x, y, picture.width * scale, picture.height * scale);
    }
    c.fillText(text ?? "", x, y + side + 15, side + 8);
  });
  return canvas;
}

// Bytes as base64, for a command.
export function base64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

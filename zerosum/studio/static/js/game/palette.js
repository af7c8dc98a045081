// Colours of the page for canvases, looked up once and again when the page turns light or dark.

import { colour, onTheme } from "../lib/dom.js";
import { diverging } from "../lib/maps.js";

const NAMES = ["page", "card", "ink", "muted", "line", "real", "fake", "third", "fourth"];
export const palette = {};
// 256 colours for what D says, as RGBA in 32 bits: 0 generated, 255 real
export const ramp = new Uint32Array(256);

function look() {
  for (const name of NAMES) palette[name] = colour(name);
  for (let i = 0; i < 256; i++) {
    const [r, g, b] = diverging((i - 127.5) / 127.5);
    ramp[i] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
}
look();
onTheme(look);

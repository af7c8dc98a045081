// A canvas in CSS pixels, sharp on every screen, and arrows drawn all at once.

// Fit a canvas to a size in CSS pixels; returns its context, empty, as new, and in these pixels.
export function sharp(canvas, width, height) {
  const scale = devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * scale), Math.round(height * scale)];
  const context = canvas.getContext("2d");
  canvas.style.height = `${height}px`;
  if (context.reset && canvas.width === wide && canvas.height === tall) context.reset();
  else [canvas.width, canvas.height] = [wide, tall]; // which empties it, too
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}

// Add an arrow from (x, y), `size` long, in the direction (dx, dy) of length 1, to the context's path and to `heads`.
export function arrow(context, heads, [x, y], [dx, dy], size, head) {
  const [ex, ey] = [x + size * dx, y + size * dy];
  context.moveTo(x, y);
  context.lineTo(ex - head * dx, ey - head * dy);
  heads.moveTo(ex, ey);
  heads.lineTo(ex - head * (dx - 0.5 * dy), ey - head * (dy + 0.5 * dx));
  heads.lineTo(ex - head * (dx + 0.5 * dy), ey - head * (dy - 0.5 * dx));
  heads.closePath();
}

// A canvas that knows the world's units: x to the right, y upwards, sharp on every screen.

import { sharp } from "./canvas.js";
import { h } from "./dom.js";

export class Plane {
  constructor(label, { ratio = 1 } = {}) {
    this.canvas = h("canvas", { role: "img" });
    this.canvas.setAttribute("aria-label", label);
    this.ratio = ratio;
    this.box = [-1, 1, -1, 1];
    this.context = this.canvas.getContext("2d");
  }

  // Fit the canvas to its place; returns the context, cleared, in CSS pixels.
  begin() {
    const width = this.canvas.clientWidth || 480;
    const height = Math.round(width * this.ratio);
    [this.width, this.height] = [width, height];
    return sharp(this.canvas, width, height);
  }

  x(x) { return ((x - this.box[0]) / (this.box[1] - this.box[0])) * this.width; }
  y(y) { return this.height - ((y - this.box[2]) / (this.box[3] - this.box[2])) * this.height; }

  // Where in the world a pointer is.
  at(event) {
    const place = this.canvas.getBoundingClientRect();
    return [
      this.box[0] + ((event.clientX - place.left) / place.width) * (this.box[1] - this.box[0]),
      this.box[3] - ((event.clientY - place.top) / place.height) * (this.box[3] - this.box[2]),
    ];
  }

  image(picture) {
    this.context.imageSmoothingEnabled = true;
    this.context.drawImage(picture, 0, 0, this.width, this.height);
  }

  dots(points, colour, radius = 2, alpha = 1) {
    const c = this.context;
    c.globalAlpha = alpha;
    c.fillStyle = colour;
    c.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [this.x(points[i]), this.y(points[i + 1])];
      c.moveTo(x + radius, y);
      c.arc(x, y, radius, 0, 6.2832);
    }
    c.fill();
    c.globalAlpha = 1;
  }

  line(points, colour, width = 1.5, dash = []) {
    const c = this.context;
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.setLineDash(dash);
    c.beginPath();
    for (let i = 0; i < points.length; i += 2) c.lineTo(this.x(points[i]), this.y(points[i + 1]));
    c.stroke();
    c.setLineDash([]);
  }
}

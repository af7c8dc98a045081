// The frames that were shown, to be wound back: kept in the browser, in bounded memory.

const MOST = 600; // frames; beyond it every second one of the older half is forgotten

export class Tape {
  constructor() { this.clear(); }

  clear() { this.frames = []; }

  // Keep a frame; one of the same round replaces the last.
  push(frame) {
    if (this.frames.at(-1)?.header.step === frame.header.step) this.frames.pop();
    this.frames.push(frame);
    if (this.frames.length > MOST) this.frames = thinned(this.frames);
  }

  get length() { return this.frames.length; }
  at(index) { return this.frames.at(index); }
}

export const thinned = (frames) => frames.filter((_, i) => i % 2 === 0 || i > frames.length / 2);

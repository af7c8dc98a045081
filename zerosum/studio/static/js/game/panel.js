// The controls of one game. What cannot be played goes back to what is being played.

import { check, select, slider } from "../lib/controls.js";
import { h } from "../lib/dom.js";

const RATES = [1e-5, 3e-5, 1e-4, 2e-4, 3e-4, 1e-3, 2e-3, 3e-3, 1e-2, 3e-2, 0.1];
const WEIGHTS = [0, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];
const WIDTHS = [4, 8, 16, 32, 64, 128, 256];
const DEPTHS = [1, 2, 3, 4, 5];

export class Panel {
  // changed(key, value) is told what a person asks for
  constructor(known, choice, changed) {
    const help = (key) => known.fields[key]?.description;
    const names = (label, key, options) => select(label, options, choice[key], (v) => changed(key, v), help(key));
    const numbers = (label, key, values) => slider(label, values, choice[key], (v) => changed(key, v), help(key));
    this.controls = {
      objective: names("Objective", "objective", known.objectives),
      divergence: names("Divergence of the f-GAN", "divergence", known.divergences),
      penalty: names("Penalty on D's slope", "penalty", known.penalties),
      weight: numbers("Weight of the penalty", "weight", WEIGHTS),
      k: numbers("D moves a round, k", "k", [1, 2, 3, 4, 5, 10, 20]),
      solver: names("Solver", "solver", known.solvers),
      consensus: numbers("Weight of the consensus", "consensus", WEIGHTS),
      lr_g: numbers("Learning rate of G", "lr_g", RATES),
      lr_d: numbers("Learning rate of D", "lr_d", RATES),
      width_g: numbers("G: units a layer", "width_g", WIDTHS),
      depth_g: numbers("G: hidden layers", "depth_g", DEPTHS),
      width_d: numbers("D: units a layer", "width_d", WIDTHS),
      depth_d: numbers("D: hidden layers", "depth_d", DEPTHS),
      latent: numbers("Noise dimensions", "latent", [1, 2, 3, 4, 8, 16]),
      optimizer: names("Optimiser", "optimizer", known.optimizers),
      clip: numbers("Clip D's weights at (0: not)", "clip", [0, 0.003, 0.01, 0.03, 0.1, 0.3, 1]),
      noise: numbers("Noise on what D sees", "noise", [0, 0.01, 0.03, 0.1, 0.3, 1]),
      spectral: check("Spectral normalisation of D", choice.spectral, (v) => changed("spectral", v), help("spectral")),
    };
    const part = (title, keys, open) => h("details", { open }, h("summary", {}, title), keys.map((key) => this.controls[key]));
    this.families = known.families;
    this.element = h("div", {},
      part("Rules", ["objective", "divergence", "penalty", "weight", "k", "solver", "consensus"], true),
      part("Learning rates", ["lr_g", "lr_d", "optimizer"], true),
      part("Networks", ["width_g", "depth_g", "width_d", "depth_d", "latent"], false),
      part("More restraint of D", ["spectral", "clip", "noise"], false));
    this.set(choice);
  }

  set(choice) {
    for (const [key, control] of Object.entries(this.controls)) control.set(choice[key]);
    this.controls.divergence.hidden = !this.families.includes(choice.objective);
    this.controls.consensus.hidden = choice.solver !== "consensus";
    this.controls.weight.hidden = choice.penalty === "none";
    this.controls.k.hidden = choice.solver !== "alternating";
  }
}

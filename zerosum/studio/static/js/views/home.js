// The first page: what there is.

import { h } from "../lib/dom.js";

const VIEWS = [
  ["/game", "The game, live", "Watch a generator and a discriminator play on points, move by move, and change the rules."],
  ["/toy", "Solvers", "Two numbers that play against each other, under each solver: who circles, who escapes, who arrives."],
  ["/runs", "Runs", "Follow a training: samples, curves, evidence and alarms."],
  ["/explore", "Explore", "Drag through the latent space of a generator, edit a picture, look for what it copied."],
  ["/learn", "Learn", "The claims of the theory, each with a picture that can be played with."],
];

export function show(place) {
  document.title = "zerosum studio";
  place.append(
    h("h1", {}, "zerosum studio"),
    h("p", { className: "lead" }, "Watch, steer and explore generative adversarial networks on this machine."),
    h("div", { className: "cards" }, VIEWS.map(([href, title, text]) =>
      h("a", { className: "card", href }, h("h2", {}, title), h("p", { className: "hint" }, text)))),
  );
}

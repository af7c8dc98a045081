import { h } from "../lib/dom.js";

export function show(place) {
  place.append(h("h1", {}, "explore"), h("p", { className: "hint" }, "Not built yet."));
}

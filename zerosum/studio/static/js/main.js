// Look at the address and show its view. A view is a module in views/ that exports `show(place, rest)`.

import { h, notice } from "./lib/dom.js";

const VIEWS = { "": "home", game: "game", toy: "toy", runs: "runs", explore: "explore", learn: "learn" };

async function start() {
  const [name, ...rest] = location.pathname.split("/").filter(Boolean);
  const place = document.getElementById("view");
  for (const link of document.querySelectorAll(".bar nav a")) {
    if (link.pathname === `/${name}`) link.setAttribute("aria-current", "page");
  }
  const view = await import(`./views/${VIEWS[name ?? ""] ?? "home"}.js`);
  place.replaceChildren();
  await view.show(place, rest.map(decodeURIComponent));
  document.body.dataset.ready = "true";
}

addEventListener("unhandledrejection", (event) => notice(event.reason?.message ?? String(event.reason)));
start().catch((error) => {
  document.getElementById("view").replaceChildren(h("p", {}, error.message));
});

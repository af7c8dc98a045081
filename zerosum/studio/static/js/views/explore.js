// Explore: a list of generators, or one of them behind tabs. A tab is a module in explore/ that exports
// `show(place, model, address)`; it may return what to call when it is left.

import { chosen, remember } from "../lib/address.js";
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";

const TABS = {
  plane: "Plane", directions: "Directions", strip: "Strip", classes: "Classes", arithmetic: "Arithmetic",
  edit: "Edit", neighbours: "Neighbours", table: "Table", quiz: "Quiz",
};

export async function show(place, [id]) {
  if (!id) return list(place);
  const model = await get(`/api/explore/${encodeURIComponent(id)}`);
  document.title = `${model.name} · Explore · zerosum studio`;
  const body = h("section", { id: "tab", tabIndex: -1 });
  const links = Object.entries(TABS).map(([name, title]) =>
    h("a", { href: `${location.pathname}?tab=${name}`, onclick: (event) => follow(event, name) }, title));
  place.append(head(model), h("nav", { className: "tabs", "aria-label": "What to do with it" }, links), body);

  let leave = null;
  let turn = 0;
  async function open(name) {
    const mine = ++turn;
    leave?.();
    leave = null;
    Object.keys(TABS).forEach((tab, i) => {
      if (tab === name) links[i].setAttribute("aria-current", "page"); else links[i].removeAttribute("aria-current");
    });
    const fresh = h("div");
    body.replaceChildren(fresh);
    try {
      const tab = await import(`../explore/${name}.js`);
      const left = await tab.show(fresh, model, addressOf(name));
      if (mine === turn) leave = left ?? null; else left?.();
    } catch (error) {
      if (mine === turn) fresh.replaceChildren(h("p", { className: "hint" }, error.message));
    }
  }
  function follow(event, name) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", `${location.pathname}?tab=${name}`);
    open(name);
  }
  addEventListener("popstate", () => { if (body.isConnected) open(wanted(model)); });
  await open(wanted(model));
}

function wanted(model) {
  const name = new URLSearchParams(location.search).get("tab");
  return name in TABS ? name : model.kind === "table" ? "table" : "plane";
}

// The address of a tab: what was chosen in it, beside the tab's own name.
function addressOf(tab) {
  return {
    chosen: (defaults) => chosen(defaults),
    remember: (values, defaults) => remember({ ...values, tab }, { ...defaults, tab: "" }),
  };
}

function head(model) {
  const told = [makes(model), model.data && `trained on ${model.data}`, `${model.latent} latent numbers`,
    model.classes.length && `${model.classes.length} classes`, model.components && `a mixture of ${model.components}`];
  return h("div", {}, h("h1", {}, model.name), h("p", { className: "hint" }, told.filter(Boolean).join(" · ")));
}

function makes({ kind, shape }) {
  if (kind === "picture") return `pictures of ${shape[0]} × ${shape[1]} pixels`;
  if (kind === "points") return "points of the plane";
  return shape[0] === 1 ? "numbers" : `rows of ${shape[0]} columns`;
}

async function list(place) {
  document.title = "Explore · zerosum studio";
  const { models } = await get("/api/explore");
  const [can, cannot] = [models.filter((m) => !m.why), models.filter((m) => m.why)];
  place.append(h("h1", {}, "Explore"),
    h("p", { className: "lead" }, can.length ? "Choose a generator." : "There is no trained generator here yet: train one, for example with zerosum train digits."),
    h("div", { className: "cards" }, can.map((m) => h("a", { className: "card", href: `/explore/${m.id}` },
      h("h2", {}, m.name), h("p", { className: "hint" },
        [makes({ kind: m.kind, shape: m.kind === "picture" ? m.shape.slice(1) : m.shape }), m.data, m.recipe,
          m.classes && `${m.classes} classes`].filter(Boolean).join(" · "))))),
    cannot.length && h("details", {}, h("summary", {}, `${cannot.length} that cannot be explored`),
      h("ul", {}, cannot.map((m) => h("li", {}, `${m.name}: ${m.why}`)))));
}

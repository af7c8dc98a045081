// Elements from a tag, properties and children; what a person is told; and the colours of the page.

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list" && name !== "form") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let clearing = 0;
export function notice(sentence, seconds = 7) {
  const place = document.getElementById("notice");
  place.replaceChildren(...(sentence ? [h("p", { className: "notice" }, sentence)] : []));
  clearTimeout(clearing);
  if (sentence && seconds) clearing = setTimeout(() => place.replaceChildren(), seconds * 1000);
}

export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// Tell when the page turns light or dark, so that canvases are drawn again.
export function onTheme(draw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}

export function number(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3)) return value.toExponential(1);
  return String(Number(value.toPrecision(digits)));
}

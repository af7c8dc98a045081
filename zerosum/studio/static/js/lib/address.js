// The address of a view holds what was chosen in it, so that it can be sent to somebody or kept.

export function chosen(defaults) {
  const query = new URLSearchParams(location.search);
  const found = { ...defaults };
  for (const [key, value] of Object.entries(defaults)) {
    if (!query.has(key)) continue;
    const text = query.get(key);
    if (typeof value === "number") found[key] = Number.isFinite(Number(text)) ? Number(text) : value;
    else if (typeof value === "boolean") found[key] = text === "true";
    else found[key] = text;
  }
  return found;
}

// Put what differs from the defaults into the address.
export function remember(values, defaults) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (key in defaults && value !== defaults[key]) query.set(key, value);
  }
  const text = query.toString();
  history.replaceState(null, "", location.pathname + (text ? `?${text}` : ""));
}

// The studio's HTTP interface: JSON in and out, with the header that lets a page change something.

import { unpack } from "./frames.js";

let known = null;

export async function session() {
  known ??= answered(await fetch("/api/session"));
  return known;
}

export async function get(path) {
  return answered(await fetch(path));
}

export async function send(method, path, body) {
  return answered(await raw(method, path, body));
}

// The response itself, for files and pictures; `body` is a Blob, or what JSON can hold.
export async function raw(method, path, body) {
  const { header, change } = await session();
  const file = body instanceof Blob;
  const response = await fetch(path, {
    method,
    headers: { [header]: change, "content-type": file ? body.type : "application/json" },
    body: file ? body : JSON.stringify(body ?? {}),
  });
  if (!response.ok) throw new Error(await sentence(response));
  return response;
}

// What comes as a frame of numbers: { header, arrays }; with a body it is sent by POST.
export async function frame(path, body) {
  const response = body === undefined ? await fetch(path) : await raw("POST", path, body);
  if (!response.ok) throw new Error(await sentence(response));
  return unpack(await response.arrayBuffer());
}

async function answered(response) {
  if (!response.ok) throw new Error(await sentence(response));
  return response.json();
}

async function sentence(response) {
  const text = await response.text();
  try { return JSON.parse(text).error ?? text; } catch { return text || `the studio answered ${response.status}`; }
}

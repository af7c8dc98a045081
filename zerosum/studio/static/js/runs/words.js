// Words for what runs are and hold.

export const STATES = {
  training: ["▶", "training"],
  paused: ["❙❙", "paused"],
  measuring: ["◔", "measuring"],
  stalled: ["…", "silent"],
  done: ["✓", "done"],
  interrupted: ["■", "interrupted"],
  diverged: ["✕", "diverged"],
};

export const LIVE = ["training", "paused", "measuring", "stalled"];

const TITLES = {
  loss: (who) => [`Loss of the ${who}`, "loss"],
  logit: (of) => [`Mean logit, ${rows(of)}`, "logit"],
  accuracy: (of) => [`Called right, ${rows(of)}`, "share"],
  class_accuracy: (of) => [`Class named right, ${rows(of)}`, "share"],
  error: (of) => [`D's reconstruction error, ${rows(of)}`, "mean error"],
  penalty: (name) => [`Penalty ${name}`, "penalty"],
  balance: (name) => [name === "k" ? "k, the weight of generated rows in D's loss" : name === "M" ? "M, the measure of convergence" : `Balance: ${name}`, name],
  growth: (name) => [name === "level" ? "Level of growth" : name === "resolution" ? "Resolution" : `Growth: ${name}`, name === "resolution" ? "pixels" : name],
  augment: (name) => [name === "p" ? "p, how often pictures are changed before D looks" : name === "sign" ? "r, how surely D knows its training rows" : `Augmentation: ${name}`, name],
  cycle: (name) => [`Cycle error, ${name}`, "mean difference"],
  identity: (name) => [`Identity error, ${name}`, "mean difference"],
  reconstruction: (name) => [`Latents found back, ${name}`, "share of variance"],
  transport: (name) => [`Transport cost, ${name}`, "cost"],
};

const rows = (of) => (of === "fake" ? "generated rows" : `${of} rows`);

// [title, unit] of a series such as "loss/generator".
export function titled(name) {
  const [group, ...rest] = name.split("/");
  if (name === "rate") return ["Samples a second", "samples/s"];
  const words = TITLES[group];
  return words && rest.length ? words(rest.join("/")) : [name.replaceAll("/", " "), rest.at(-1) ?? group];
}

export const ORDER = ["loss", "logit", "accuracy", "class_accuracy", "error", "penalty", "balance", "augment", "growth", "cycle", "identity", "reconstruction", "transport"];

export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 172800) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86400)} days`;
}

export const whole = (value) => (Number.isFinite(value) ? Math.round(value).toLocaleString("en") : "–");

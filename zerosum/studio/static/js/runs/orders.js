// Orders to a training: pause, go on, save, stop. They are given by a file in the run's folder, and the
// training answers in its log; nothing is shown as done before it has answered.

import { send } from "../lib/api.js";
import { button } from "../lib/controls.js";
import { h, notice } from "../lib/dom.js";
import { LIVE } from "./words.js";

const SAYS = { pause: "pause", resume: "go on", save: "save", stop: "save and stop" };

export class Orders {
  constructor(id, allowed) {
    [this.id, this.allowed, this.waiting, this.now] = [id, allowed, null, null];
    this.pause = button("Pause", () => this.give(this.now?.state === "paused" ? "resume" : "pause"));
    this.save = button("Save now", () => this.give("save"), { title: "write a checkpoint" });
    this.stop = button("Stop", () => this.give("stop"), { title: "save and end, as Ctrl-C does; it can be gone on with" });
    this.again = button("Go on", () => this.resume(), { title: "go on from the last checkpoint, in a process of its own" });
    this.why = h("span", { className: "hint", role: "status" });
    this.element = h("div", { className: "row run-orders" }, this.pause, this.save, this.stop, this.again, this.why);
  }

  set(now) {
    this.now = now;
    if (this.waiting && now.answer.order === this.waiting.order) this.waiting = null;
    if (!LIVE.includes(now.state)) this.waiting = null;
    const obeys = ["training", "paused", "stalled"].includes(now.state);
    const live = this.allowed && obeys && !this.waiting;
    this.pause.textContent = now.state === "paused" ? "Go on" : "Pause";
    for (const each of [this.pause, this.save, this.stop]) { each.disabled = !live; each.hidden = !LIVE.includes(now.state); }
    this.again.hidden = now.state !== "interrupted";
    this.again.disabled = !this.allowed || this.resuming;
    this.why.textContent = this.reason(now, obeys);
    this.element.hidden = !this.why.textContent && this.again.hidden && this.stop.hidden;
  }

  reason(now, obeys) {
    const live = LIVE.includes(now.state);
    if (!this.allowed) return live || now.state === "interrupted" ? "Only watching: start the studio with --allow-control to steer trainings." : "";
    if (this.waiting) return `Asked to ${SAYS[this.waiting.do]}; it answers between two steps …`;
    if (live && !obeys) return "Training is over: it is being measured.";
    if (this.resuming && now.state === "interrupted") return "Going on in a moment …";
    const { done, step } = now.answer;
    return live && done ? `${done[0].toUpperCase()}${done.slice(1)} at step ${step?.toLocaleString("en")}.` : "";
  }

  async give(what) {
    try {
      const { order } = await send("POST", `/api/runs/${this.id}/control`, { do: what });
      this.waiting = { order, do: what };
      this.set(this.now);
    } catch (error) { notice(error.message); }
  }

  async resume() {
    this.resuming = true;
    this.set(this.now);
    try {
      const { number } = await send("POST", `/api/runs/${this.id}/resume`);
      await ended(number);
    } catch (error) { notice(error.message); }
    this.resuming = false;
    this.set(this.now);
  }
}

// Wait until a training that was begun trains; throw its first line of error if it fails before.
export async function ended(number, told = () => {}) {
  for (;;) {
    const { trainings } = await (await fetch("/api/trainings")).json();
    const mine = trainings.find((t) => t.number === number);
    if (!mine || mine.state !== "starting") {
      if (mine?.state === "failed") throw new Error(mine.error);
      return mine;
    }
    told(mine);
    await new Promise((done) => setTimeout(done, 700));
  }
}

/** The bot's newest jobs, read from its own database. */

import { el } from "./dom.js";

const PAUSE = 1000; // milliseconds between two requests; a call of the bot means that something may have changed

export class Jobs {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.list = el("ol", { class: "jobs" });
    this.element = el("section", {}, el("h3", {}, "Its jobs"), this.list);
    this.waits = false;
    store.on("call", () => this.#soon());
    store.on("operator", () => this.#soon());
  }

  /** Requests nothing while the list is hidden. */
  get #hidden() {
    return this.element.closest("[hidden]") !== null;
  }

  #soon() {
    if (this.waits || this.#hidden) return;
    this.waits = true;
    setTimeout(() => {
      this.waits = false;
      this.refresh();
    }, PAUSE);
  }

  async refresh() {
    if (this.#hidden) return;
    const answer = await fetch("demo/jobs").catch(() => null);
    if (!answer?.ok) return;
    const jobs = await answer.json();
    this.list.replaceChildren(...(jobs.length ? jobs.map(row) : [el("li", {}, "None yet")]));
  }
}

function row({ id, style, status, position, attempts, error }) {
  const state = status === "QUEUED" ? `in line, ${position}` : status.toLowerCase();
  const tries = attempts > 1 ? `, attempt ${attempts}` : "";
  return el("li", { title: error ?? "" }, el("b", {}, `#${id} `), el("span", {}, `${style === "file" ? "own style" : style}`),
    el("span", { class: "took" }, `${state}${tries}`));
}

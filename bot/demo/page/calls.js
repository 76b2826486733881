/** The latest calls of the Bot API with their JSON, newest first. */

import { el } from "./dom.js";

const SHOWN = 60;

export class Calls {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    this.list = el("div", { class: "calls" });
    this.polls = el("input", { type: "checkbox", role: "switch", onchange: () => this.refresh() });
    this.element = el("section", {}, el("h3", {}, "The last calls"),
      el("label", { class: "switch" }, el("span", {}, "Show getUpdates"), this.polls), this.list);
    store.on("call", (call) => this.#add(call));
    store.on("state", () => this.refresh());
  }

  /** Builds nothing while the list is hidden. */
  get #hidden() {
    return this.element.closest("[hidden]") !== null;
  }

  refresh() {
    if (this.#hidden) return;
    const calls = this.store.calls.filter((call) => this.#fits(call)).slice(-SHOWN);
    this.list.replaceChildren(...calls.reverse().map(row));
  }

  #fits(call) {
    return this.polls.checked || call.method.toLowerCase() !== "getupdates";
  }

  #add(call) {
    if (this.#hidden || !this.#fits(call)) return;
    this.list.prepend(row(call));
    if (this.list.children.length > SHOWN) this.list.lastElementChild.remove();
  }
}

function row(call) {
  const good = call.status === 200;
  const details = el("details", { class: "call" },
    el("summary", {}, el("span", { class: `status ${good ? "good" : "bad"}` }, String(call.status)),
      el("b", {}, call.method), el("span", { class: "took" }, `${Math.round(call.milliseconds)} ms`)));
  // The JSON is written only when somebody opens it.
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(json("asked", unpacked(call.params)), json("answered", call.answer));
  });
  return details;
}

/** Forms contain objects as JSON text; parsed, they are easier to read. */
function unpacked(params) {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, parsed(value)]));
}

function parsed(value) {
  try {
    return typeof value === "string" && /^[[{]/.test(value) ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

function json(label, value) {
  return el("div", {}, el("h4", {}, label), el("pre", { tabindex: "0", "aria-label": label }, JSON.stringify(value, null, 2)));
}

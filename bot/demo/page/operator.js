/** For developers of the bot: its process, faults of the network to switch on, its jobs and calls. */

import { Calls } from "./calls.js";
import { el, iconButton } from "./dom.js";
import { Jobs } from "./jobs.js";

/** The faults of the stand-in that have a switch. */
const FAULTS = [
  { label: "Slow: every answer takes 2 s", kind: "slow", seconds: 2 },
  { label: "429: every third call has to wait 2 s", kind: "too_many", seconds: 2, probability: 0.33 },
  { label: "502: every third call", kind: "bad_gateway", probability: 0.33 },
  { label: "Answers get lost: every third", kind: "cut_after", probability: 0.33 },
  { label: "Downloads break off: every second", kind: "truncated", method: "download", probability: 0.5 },
  { label: "Updates come twice", kind: "twice" },
];

export class Operator {
  /** @param {import("./shell.js").Shell} shell */
  constructor(shell, element) {
    const { store } = shell;
    const close = () => shell.toggleOperator();
    this.shell = shell;
    this.store = store;
    this.element = element;
    this.calls = new Calls(store);
    this.jobs = new Jobs(store);
    this.process = el("dl", { class: "facts" });
    this.kill = el("button", { type: "button", class: "danger wide", onclick: () => this.#do("kill") }, "Kill the bot");
    this.switches = [
      this.#switch("Offline: the bot loses the network", (now) => now.offline, (on) => this.#do("offline", { on })),
      this.#switch("Flood limits, as strict as Telegram’s", (now) => now.flood, (on) => this.#do("flood", { on })),
      ...FAULTS.map((fault) => this.#faultSwitch(fault)),
    ];
    element.append(
      el("header", { class: "head" }, el("h2", {}, "Operator"), iconButton("close", "Close the drawer", close)),
      el("div", { class: "sections" },
        el("section", {}, el("h3", {}, "The bot’s process"), this.process, this.kill),
        el("section", {}, el("h3", {}, "What can go wrong"), ...this.switches.map((one) => one.element)),
        this.jobs.element, this.calls.element));
    element.addEventListener("keydown", (event) => event.key === "Escape" && close());
    for (const kind of ["state", "operator", "connection"]) store.on(kind, () => this.#refresh());
    this.#refresh();
  }

  toggle() {
    this.element.hidden = !this.element.hidden;
    document.getElementById("app").classList.toggle("operated", !this.element.hidden);
    if (this.element.hidden) {
      this.opener?.focus();
      return;
    }
    this.opener = document.activeElement;
    this.calls.refresh();
    this.jobs.refresh();
    this.element.querySelector("button").focus();
  }

  #refresh() {
    const { bot, pending, faults } = this.store.operator;
    const running = bot?.pid ? `running, pid ${bot.pid}` : "down";
    const hits = faults.reduce((sum, fault) => sum + fault.hits, 0);
    this.process.replaceChildren(
      ...fact("State", bot ? running : "not started from here"),
      ...fact("Started", bot ? times(bot.starts) : "–"),
      ...fact("Updates waiting for it", String(pending)),
      ...fact("Faults so far", String(hits)));
    this.kill.disabled = !bot; // not when the bot is only down: a disabled button loses the focus
    for (const one of this.switches) one.refresh(this.store.operator);
  }

  #switch(label, isOn, set) {
    const box = el("input", { type: "checkbox", role: "switch", onchange: () => set(box.checked) });
    const element = el("label", { class: "switch" }, el("span", {}, label), box);
    return { element, refresh: (now) => (box.checked = Boolean(isOn(now))) };
  }

  #faultSwitch({ label, ...fault }) {
    const find = (now) => now.faults.find((on) => on.kind === fault.kind && on.method === (fault.method ?? ""));
    let asked; // if it is switched off before the page knows that it is on
    return this.#switch(label, find, async (on) => {
      if (on) asked = this.#do("fault_on", fault);
      else await this.#do("fault_off", { number: (find(this.store.operator) ?? (await asked))?.number });
    });
  }

  async #do(action, fields) {
    const answer = await this.shell.act(action, fields);
    this.#refresh();
    return answer;
  }
}

function fact(name, value) {
  return [el("dt", {}, name), el("dd", {}, value)];
}

function times(count) {
  return count === 1 ? "once" : `${count} times`;
}

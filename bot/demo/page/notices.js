/** Short messages to a person: notices that fade, and alerts that the person closes. */

import { announce, el } from "./dom.js";

const SHOWN = 4000; // milliseconds

export function toast(pane, text) {
  pane.querySelector(":scope > .toast")?.remove();
  const note = el("div", { class: "toast" }, text);
  pane.append(note);
  announce(text);
  setTimeout(() => note.remove(), SHOWN);
}

export function alertBox(pane, text) {
  const box = el("dialog", { class: "alert", "aria-label": "Message of the bot" },
    el("p", {}, text),
    el("form", { method: "dialog" }, el("button", { class: "wide" }, "OK")));
  box.addEventListener("close", () => box.remove());
  pane.append(box);
  box.showModal();
}

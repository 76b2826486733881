/** Files dropped onto a chat: one half sends them as photos, the other as files. */

import { el, icon } from "./dom.js";

/** @param {(files: FileList, asFile: boolean) => void} onDrop */
export function receiveDrops(pane, onDrop) {
  const overlay = el("div", { class: "drops", hidden: true, "aria-hidden": "true" },
    zone("photo", "Drop here", "to send as photos"), zone("file", "Drop here", "to send as files, not compressed"));
  pane.append(overlay);
  pane.addEventListener("dragenter", (event) => {
    if (event.dataTransfer.types.includes("Files")) overlay.hidden = false;
  });
  pane.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    for (const one of overlay.children) one.classList.toggle("over", one.contains(event.target));
  });
  pane.addEventListener("dragleave", (event) => {
    if (!pane.contains(event.relatedTarget)) overlay.hidden = true;
  });
  pane.addEventListener("drop", (event) => {
    overlay.hidden = true;
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    onDrop(event.dataTransfer.files, event.target.closest?.("[data-zone]")?.dataset.zone === "file");
  });
}

function zone(name, title, text) {
  return el("div", { class: "zone", "data-zone": name }, icon(name), el("b", {}, title), el("span", {}, text));
}

/** Files dropped onto a chat: one half sends them as photos, the other as files. */

import { el, icon } from "./dom.js";

/** @param {(files: File[], asFile: boolean, folders: boolean) => void} onDrop also told whether there were folders */
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
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile());
    onDrop(files, event.target.closest?.("[data-zone]")?.dataset.zone === "file", items.some(isFolder));
  });
}

/** Beside a chat nothing can be dropped: the browser would leave the page for it, or open it in a tab. */
export function refuseOtherDrops() {
  const refuse = (event) => {
    if (event.defaultPrevented || event.target.matches?.("textarea")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  };
  addEventListener("dragover", refuse);
  addEventListener("drop", refuse);
}

function isFolder(item) {
  return item.webkitGetAsEntry()?.isDirectory ?? false;
}

function zone(name, title, text) {
  return el("div", { class: "zone", "data-zone": name }, icon(name), el("b", {}, title), el("span", {}, text));
}

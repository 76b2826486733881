/** A picture over the whole window; a painting together with its photo. It changes when the bot edits the message. */

import { addressOf, compareFrame, fit, originalOf } from "./compare.js";
import { el, icon, iconButton } from "./dom.js";

/** @param {import("./store.js").Store} store */
export function openViewer(store, chat, id) {
  const opener = document.activeElement;
  const title = el("p", { class: "title" });
  const save = el("a", { class: "round", "aria-label": "Save the picture", title: "Save the picture" }, icon("save"));
  const stage = el("div", { class: "stage" });
  const dialog = el("dialog", { class: "viewer", "aria-label": "Picture" },
    el("header", {}, title, save, iconButton("close", "Close", () => dialog.close(), { class: "round" })), stage);
  const show = () => {
    const message = store.message(chat, id);
    if (!message?.media) dialog.close();
    else if (dialog.isConnected) fill(store, message, { title, save, stage });
  };
  dialog.addEventListener("click", (event) => event.target === stage && dialog.close());
  const ends = [
    store.on("message", ({ message }) => message.chat === chat && message.id === id && show()),
    store.on("state", show), // what has changed while there was no connection
  ];
  dialog.addEventListener("close", () => {
    for (const end of ends) end();
    dialog.remove();
    opener?.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  show();
  dialog.showModal();
  (stage.querySelector("input") ?? dialog.querySelector("button")).focus();
}

function fill(store, message, { title, save, stage }) {
  const { media } = message;
  title.textContent = message.body.replace(/\n/g, ", ") || media.name || `From ${message.from.name}`;
  save.href = media.url;
  save.download = media.name || fileName(message);
  if (stage.dataset.url === media.url) return;
  stage.dataset.url = media.url;
  const original = originalOf(store, message);
  stage.replaceChildren(original ? compareFrame(original, message) : plainFrame(media));
}

/** A photo has no name of its own: the first line of its caption, without what no file name may contain. */
function fileName({ body }) {
  const title = body.split("\n", 1)[0].replace(/[^\p{L}\p{M}\p{N} ,()-]/gu, "").trim().slice(0, 80);
  return `${title || "picture"}.jpg`;
}

function plainFrame(media) {
  const frame = el("div", { class: "frame" }, el("img", { src: addressOf(media), alt: "The picture" }));
  fit(frame, media);
  return frame;
}

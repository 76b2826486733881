/** The pictures and files of a message. The place of a picture is reserved before it has loaded. */

import { ratio } from "./compare.js";
import { el, fileSize, icon, mayMove } from "./dom.js";

const FADE = 180; // milliseconds from one picture of a message to the next
const KINDS = {
  photo: "Photo", document: "File", animation: "GIF", video: "Video", video_note: "Video", sticker: "Sticker",
  voice: "Recording", audio: "Recording",
};

/** A message in one line: its text, or the kind of its media. */
export function gist(body, kind) {
  return body || KINDS[kind] || "Message";
}

export class Media {
  /** @param {import("./conversation.js").Conversation} conversation */
  constructor(conversation) {
    this.conversation = conversation;
    this.element = el("div", { class: "media" });
    this.items = new Map();
  }

  show(messages) {
    const shown = messages.filter((message) => message.media);
    this.element.hidden = !shown.length;
    this.element.className = `media ${layout(shown)}`;
    for (const [id, item] of this.items) {
      if (!shown.some((message) => message.id === id)) item.remove();
    }
    this.items = new Map(shown.map((message) => [message.id, this.#item(message)]));
    // Elements that are in place are not moved: a moved element would lose the focus.
    for (const [id, item] of this.items) {
      if (item.parentNode === this.element) continue;
      this.element.append(item);
      reserve(item, shown.find((message) => message.id === id).media);
    }
  }

  /** The element for one message: the present one with a new picture, or a new element. */
  #item(message) {
    const present = this.items.get(message.id);
    const media = message.media;
    if (present?.dataset.kind === media.kind && media.kind === "photo") {
      if (present.dataset.url !== media.url) exchange(present, message);
      present.setAttribute("aria-label", enlarge(message));
      return present;
    }
    if (present?.dataset.url === media.url) return present;
    present?.remove();
    const item = (BUILD[media.kind] ?? file)(message, () => this.conversation.open(message.id));
    item.dataset.kind = media.kind;
    item.dataset.url = media.url;
    return item;
  }
}

function layout(messages) {
  const photos = messages.every((message) => message.media.kind === "photo");
  if (messages.length > 1 && photos) return "mosaic";
  return photos && messages.length ? "single" : "files";
}

function photo(message, onclick) {
  const box = el("button", { type: "button", class: "photo", "aria-label": enlarge(message), onclick });
  box.append(image(message));
  return box;
}

function image(message) {
  return el("img", { src: message.media.url, alt: "", draggable: "false" });
}

function enlarge(message) {
  const caption = message.body.split("\n", 1)[0];
  return `Enlarge the picture from ${message.from.name}${caption && `: ${caption}`}`;
}

/** Sizes the place of a picture; for a single picture, the whole bubble. */
function reserve(box, media) {
  (box.closest(".stack") ?? box).style.setProperty("--ratio", String(ratio(media)));
}

/** The new picture replaces the old one when it has loaded: no empty box in between, and only one change of shape. */
async function exchange(box, message) {
  const { url } = message.media;
  box.dataset.url = url;
  const next = image(message);
  await next.decode().catch(() => {});
  if (box.dataset.url !== url) return; // a newer picture was faster
  const old = [...box.children];
  reserve(box, message.media);
  box.append(next);
  if (mayMove()) await next.animate([{ opacity: 0 }, { opacity: 1 }], { duration: FADE }).finished;
  for (const picture of old) picture.remove();
}

function file(message, onclick) {
  const { name, size, url, thumbnail } = message.media;
  const shown = name || "File";
  const picture = thumbnail
    ? el("button", { type: "button", class: "thumb", "aria-label": `Enlarge ${shown}`, onclick },
      el("img", { src: thumbnail, alt: "" }))
    : el("span", { class: "thumb" }, icon("file"));
  const link = el("a", { class: "file-name", href: url, download: shown, "aria-label": `Save ${shown}` }, shown);
  return el("div", { class: "file" }, picture,
    el("span", { class: "words" }, link, el("span", { class: "file-size" }, fileSize(size))));
}

/** A GIF plays by itself, over and over; a video waits to be played. */
function moving(message) {
  const { url: src, kind, mime, width, height } = message.media;
  if (mime.startsWith("image/")) return el("img", { class: "moving", src, alt: "GIF" });
  const gif = kind === "animation";
  const alone = gif && mayMove();
  const video = el("video", { class: "moving", src, width, height, controls: !alone, autoplay: alone, loop: gif,
    playsinline: true, "aria-label": gif ? "GIF" : "Video" });
  video.muted = gif;
  video.addEventListener("loadedmetadata", () => { // from now on the video itself knows its size
    video.removeAttribute("width");
    video.removeAttribute("height");
  });
  return video;
}

function sound(message) {
  return el("audio", { src: message.media.url, controls: true, "aria-label": "Recording" });
}

function sticker(message) {
  const { url, mime } = message.media;
  if (mime.startsWith("video/")) {
    return el("video", { class: "sticker", src: url, autoplay: mayMove(), loop: true, muted: true, playsinline: true,
      "aria-label": "Sticker that moves" });
  }
  if (mime.startsWith("image/")) return el("img", { class: "sticker", src: url, alt: "Sticker" });
  return el("span", { class: "sticker" }, "Sticker that moves"); // Telegram's own format, which no browser plays
}

const BUILD = {
  photo, sticker, animation: moving, video: moving, video_note: moving, voice: sound, audio: sound, document: file,
};

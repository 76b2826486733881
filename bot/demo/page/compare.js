/** Before and after in one frame: the photo left of a line that can be dragged, the painting right of it. */

import { el, icon } from "./dom.js";

const SAME_SHAPE = 0.03; // a painting has its photo's aspect ratio, except for rounding
const SHOWN_BY_BROWSERS = /^image\/(jpeg|png|webp|gif|avif)$/;

/** The URL of a message's picture. A file that a browser cannot show has a preview instead. */
export function addressOf(media) {
  const shown = media.kind === "photo" || SHOWN_BY_BROWSERS.test(media.mime);
  return shown ? media.url : media.thumbnail;
}

/** The photo of this painting, or null if the message is no painting. */
export function originalOf(store, message) {
  const original = message.reply && store.message(message.chat, message.reply.id);
  if (!message.from.bot || !isPicture(message.media) || !isPicture(original?.media)) return null;
  const [a, b] = [ratio(message.media), ratio(original.media)];
  return Math.abs(a / b - 1) < SAME_SHAPE ? original : null;
}

function isPicture(media) {
  return Boolean(media && (media.kind === "photo" || (media.kind === "document" && media.thumbnail)));
}

export function ratio(media) {
  return media.width && media.height ? media.width / media.height : 1;
}

/** Sizes a frame: as large as the window, but at most twice the picture's own size. */
export function fit(frame, media) {
  frame.style.setProperty("--ratio", String(ratio(media)));
  frame.style.setProperty("--pixels", String(media.kind === "photo" ? media.width : 1e4));
}

/** The frame. Its line follows a drag anywhere, or the arrow keys while it has the focus. */
export function compareFrame(original, painting) {
  const slider = el("input", { type: "range", min: 0, max: 100, value: 50, "aria-label": "Photo or painting",
    oninput: () => cut(frame, slider, Number(slider.value)) });
  const frame = el("div", { class: "frame compare" },
    el("img", { src: addressOf(painting.media), alt: "The painting", draggable: "false" }),
    el("img", { class: "before", src: addressOf(original.media), alt: "The photo", draggable: "false" }),
    slider, el("span", { class: "seam", "aria-hidden": "true" }, el("span", { class: "knob" }, icon("compare"))),
    el("span", { class: "tag left", "aria-hidden": "true" }, "Photo"),
    el("span", { class: "tag right", "aria-hidden": "true" }, "Painting"));
  fit(frame, painting.media);
  drag(frame, slider);
  cut(frame, slider, 50);
  return frame;
}

function cut(frame, slider, percent) {
  const value = Math.max(0, Math.min(100, percent));
  slider.value = String(value);
  slider.setAttribute("aria-valuetext", `${Math.round(value)} % photo, ${Math.round(100 - value)} % painting`);
  frame.style.setProperty("--cut", `${value}%`);
}

function drag(frame, slider) {
  const follow = (event) => {
    const box = frame.getBoundingClientRect();
    cut(frame, slider, (100 * (event.clientX - box.left)) / box.width);
  };
  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    frame.setPointerCapture(event.pointerId);
    slider.focus();
    follow(event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (frame.hasPointerCapture(event.pointerId)) follow(event);
  });
}

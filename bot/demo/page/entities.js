/** Telegram's formatting entities as elements. Offsets count UTF-16 units, as JavaScript's strings do. */

import { el } from "./dom.js";

const SAFE_LINK = /^(https?|mailto|tel|tg):/i;

/**
 * The text with its formatting.
 * @param {string} text
 * @param {{type: string, offset: number, length: number, url?: string}[]} entities sorted, outer ones first
 * @param {(word: string) => void} onWord called with a command or a mention that is pressed
 */
export function formatted(text, entities, onWord) {
  return build(text, 0, text.length, entities, onWord);
}

function build(text, start, end, entities, onWord) {
  const nodes = [];
  const queue = [...entities];
  let at = start;
  while (queue.length) {
    const entity = queue.shift();
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    nodes.push(text.slice(at, from));
    const [inner, beyond] = divide(queue, to);
    queue.unshift(...beyond);
    nodes.push(wrap(entity, build(text, from, to, inner, onWord), text.slice(from, to), onWord));
    at = to;
  }
  nodes.push(text.slice(at, end));
  return nodes.filter((node) => node !== "");
}

/** Takes from the queue the entities that begin before `to`, and cuts them off at `to`. */
function divide(queue, to) {
  const inner = [];
  const beyond = [];
  while (queue.length && queue[0].offset < to) {
    const entity = queue.shift();
    const stop = entity.offset + entity.length;
    inner.push(entity);
    if (stop > to) beyond.push({ ...entity, offset: to, length: stop - to });
  }
  return [inner, beyond];
}

function wrap(entity, children, text, onWord) {
  if (entity.type in PLAIN) return el(PLAIN[entity.type], {}, ...children);
  if (entity.type in SPECIAL) return SPECIAL[entity.type](children, text, entity, onWord);
  return el("span", { class: entity.type === "hashtag" ? "link" : null }, ...children);
}

const PLAIN = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  blockquote: "blockquote",
};

const SPECIAL = {
  pre: (children) => el("pre", {}, el("code", {}, ...children)),
  url: (children, text) => link(text, children),
  text_link: (children, text, entity) => link(entity.url ?? "", children),
  email: (children, text) => link(`mailto:${text}`, children),
  bot_command: word,
  mention: word,
  spoiler: (children) => spoiler(children),
  expandable_blockquote: (children) => expandable(children),
};

function link(address, children) {
  if (!SAFE_LINK.test(address)) return el("span", {}, ...children);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function word(children, text, entity, onWord) {
  return el("button", { type: "button", class: "link", onclick: () => onWord(text) }, ...children);
}

function spoiler(children) {
  const inner = el("span", { "aria-hidden": "true" }, ...children);
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text: show it" }, inner);
  const reveal = () => {
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
    inner.removeAttribute("aria-hidden");
    cover.classList.add("revealed");
  };
  cover.addEventListener("click", reveal);
  cover.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      reveal();
    }
  });
  return cover;
}

/** A tap anywhere on it unfolds it, except a tap on a link or command, or one that ends a selection. */
function expandable(children) {
  const text = el("span", { class: "folded" }, ...children);
  const more = el("button", { type: "button", class: "link more", "aria-expanded": "false" }, "Show more");
  return el("blockquote", { onclick: (event) => {
    const pressed = event.target.closest("a, button, [role=button]");
    if ((pressed && pressed !== more) || !getSelection().isCollapsed) return;
    event.stopPropagation(); // the message has a menu of its own
    const open = !text.classList.toggle("folded");
    more.setAttribute("aria-expanded", String(open));
    more.textContent = open ? "Show less" : "Show more";
  } }, text, more);
}

/** Small menus: for a message, for a chat, for attachments. */

import { el, icon } from "./dom.js";

const EDGE = 8; // pixels to the window's edge

/**
 * Opens a menu at an element or a point. An item is `{icon, label, run}` or an element.
 * @param {HTMLElement|{left: number, top: number}} where
 */
export function openMenu(where, items, label) {
  const opener = document.activeElement;
  const menu = el("div", { class: "menu", role: "menu", popover: "auto", "aria-label": label });
  const close = () => menu.hidePopover();
  menu.append(...items.filter(Boolean).map((item) => entry(item, close)));
  menu.addEventListener("keydown", (event) => walk(event, menu));
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    // Give the focus back, unless the chosen item has moved it.
    if (menu.contains(document.activeElement) || document.activeElement === document.body) opener?.focus();
    menu.remove();
  });
  document.body.append(menu);
  menu.showPopover();
  place(menu, where instanceof Element ? where.getBoundingClientRect() : where);
  menu.querySelector("[role=menuitem]")?.focus();
}

function entry(item, close) {
  const run = () => {
    close();
    item.run();
  };
  return el("button", { type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : null, onclick: run },
    item.picture ? el("img", { src: item.picture, alt: "", width: 28, height: 28 }) : icon(item.icon), item.label);
}

function place(menu, at) {
  const { width, height } = menu.getBoundingClientRect();
  const below = (at.bottom ?? at.top) + 4;
  const top = below + height > innerHeight - EDGE ? at.top - height - 4 : below;
  menu.style.setProperty("left", `${Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE))}px`);
  menu.style.setProperty("top", `${Math.max(EDGE, top)}px`);
}

function walk(event, menu) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const now = items.indexOf(document.activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length).focus();
}

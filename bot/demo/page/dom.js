/** Builds the page's elements. Text only ever becomes text nodes, never markup. */

export const BOT_FACE = 0;
const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Properties that are functions become listeners, and `true` becomes an empty attribute. `false`, null and
 * undefined are left out, among children too.
 * @param {string} tag
 * @param {Record<string, any>} properties
 * @param {...(Node|string|false|null|undefined)} children
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(element, name, value);
  element.append(...children.filter((child) => child !== false && child !== null && child !== undefined));
  return element;
}

function set(element, name, value) {
  if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
  else if (value === true) element.setAttribute(name, "");
  else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
}

/** A symbol of `icons.svg`. The element around it has the label that tells its meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `page/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A round button that shows an icon only. */
export function iconButton(name, label, onclick, properties = {}) {
  return el("button", { type: "button", class: "round", "aria-label": label, title: label, onclick, ...properties },
    icon(name));
}

/** A circle with a person's first letter, in their own colour; for the bot, a picture. */
export function avatar(name, id, small = false) {
  if (id === BOT_FACE) return el("img", { class: "avatar", src: "page/icon.svg", alt: "" });
  const colour = `hue${Math.abs(id) % 6}`;
  return el("span", { class: `avatar ${colour}${small ? " small" : ""}`, "aria-hidden": "true" },
    [...name][0]?.toUpperCase() ?? "?");
}

/** Rebuilds a part only when its data has changed, so focus, selection and loaded pictures stay. */
export function refresh(part, value, build) {
  const key = JSON.stringify(value ?? null);
  if (part.shown === key) return;
  part.shown = key;
  part.replaceChildren(...build(value).filter(Boolean));
}

/** Whether to animate changes: not if the system is set to reduced motion. */
export function mayMove() {
  return !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Whether this is a touch screen: no hover, no drag and drop, and a keyboard on the screen. */
export function byFinger() {
  return matchMedia("(pointer: coarse)").matches;
}

/** Announces something to screen readers. */
export function announce(text) {
  document.getElementById("live").textContent = text;
}

export function fileSize(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

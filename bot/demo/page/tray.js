/** The files to be sent: a preview of each, and the choice to send them as photos or as files. */

import { el, fileSize, icon, iconButton } from "./dom.js";

const MAX_FILE = 50 * 2 ** 20; // bytes; as Telegram's Bot API limits uploads

export class Tray {
  /** @param {() => void} onLeave called when the person has left out a file, and its button is gone */
  constructor(onChange, onLeave) {
    this.onChange = onChange;
    this.onLeave = onLeave;
    this.files = [];
    this.list = el("ul", { class: "picked", "aria-label": "To be sent" });
    this.check = el("input", { type: "checkbox" });
    const choice = el("label", { class: "as-file" }, this.check, "As a file, not compressed");
    this.element = el("div", { class: "tray", hidden: true }, this.list, choice);
  }

  get asFile() {
    return this.check.checked;
  }

  /** Adds files. Returns a sentence if one was refused, or "". */
  add(files, asFile) {
    const large = files.find((file) => file.size > MAX_FILE);
    const fit = files.filter((file) => file.size <= MAX_FILE);
    this.files.push(...fit);
    this.check.checked = asFile;
    this.list.append(...fit.map((file) => this.#entry(file)));
    this.#changed();
    return large ? `${large.name} has ${fileSize(large.size)}: at most 50 MB can be sent.` : "";
  }

  #entry(file) {
    const leave = () => {
      this.remove([file]);
      this.onLeave();
    };
    return el("li", {}, preview(file), iconButton("close", `Leave out ${file.name}`, leave));
  }

  /** Takes out files: those that were sent, or one that the person leaves out. */
  remove(files) {
    for (const i of files.map((file) => this.files.indexOf(file)).sort((a, b) => b - a).filter((i) => i >= 0)) {
      this.files.splice(i, 1);
      this.list.children[i].remove();
    }
    if (!this.files.length) this.check.checked = false;
    this.#changed();
  }

  #changed() {
    this.element.hidden = !this.files.length;
    this.onChange();
  }

  busy(busy) {
    this.element.classList.toggle("busy", busy);
  }

  clear() {
    this.remove(this.files);
  }
}

function preview(file) {
  const named = el("span", { class: "named" }, icon("file"), file.name);
  if (!file.type.startsWith("image/")) return named;
  const address = URL.createObjectURL(file);
  const picture = el("img", { src: address, alt: file.name });
  picture.addEventListener("load", () => URL.revokeObjectURL(address));
  picture.addEventListener("error", () => picture.replaceWith(named)); // a picture that this browser cannot show
  return picture;
}

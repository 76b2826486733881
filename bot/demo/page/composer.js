/** The input area: text, pictures and files, commands, a reply, an edit. */

import { send } from "./act.js";
import { attachMenu } from "./attach.js";
import { byFinger, el, iconButton } from "./dom.js";
import { gist } from "./media.js";
import { Suggestions } from "./suggestions.js";
import { Tray } from "./tray.js";

const MAX_TEXT = 4096; // Telegram's limits
const MAX_CAPTION = 1024;

export class Composer {
  /** @param {import("./conversation.js").Conversation} conversation */
  constructor(conversation) {
    this.conversation = conversation;
    this.tray = new Tray(() => this.#changed(), () => this.#refocus());
    this.about = null; // {message, edit}: the message that the person replies to or edits
    this.bar = el("div", { class: "bar", hidden: true });
    this.input = this.#input();
    this.suggestions = new Suggestions(this);
    this.attachButton = iconButton("attach", "Attach a photo or file", () => attachMenu(this, this.attachButton));
    this.commands = el("button", { type: "button", class: "round slash", "aria-label": "Commands", title: "Commands",
      onclick: () => this.suggestions.toggleCommands() }, "/");
    this.sendButton = iconButton("send", "Send", null, { type: "submit", class: "round send" });
    this.form = el("form", { class: "writing", onsubmit: (event) => this.#submit(event) },
      this.attachButton, this.input, this.commands, this.sendButton);
    this.unblock = el("button", { type: "button", class: "wide", hidden: true,
      onclick: () => conversation.act("block", { on: false }) }, "Unblock the bot");
    this.element = el("footer", { class: "composer" }, this.suggestions.element, this.tray.element, this.bar, this.form,
      this.unblock);
  }

  #input() {
    return el("textarea", {
      rows: 1, placeholder: "Message", "aria-label": "Message", dir: "auto", autocomplete: "off", maxlength: MAX_TEXT,
      oninput: () => this.#changed(), onkeydown: (event) => this.#key(event),
    });
  }

  refresh() {
    const { isGroup, person } = this.conversation;
    const blocked = !isGroup && person.blocked;
    this.form.hidden = blocked;
    this.unblock.hidden = !blocked;
  }

  #changed() {
    this.input.style.setProperty("height", "auto");
    this.input.style.setProperty("height", `${this.input.scrollHeight}px`);
    this.input.placeholder = this.tray.files.length ? "Add a caption…" : "Message";
    this.suggestions.refresh();
  }

  // What other parts put in here

  write(text) {
    this.input.value = text;
    this.input.focus();
    this.#changed();
  }

  attach(files, asFile = this.tray.asFile) {
    if (!files.length) return;
    if (this.about?.edit) this.#about(null);
    const refused = this.tray.add([...files], asFile);
    if (refused) this.conversation.notice(refused);
    this.input.focus();
  }

  /** Takes in what is pasted anywhere on the page, but not behind a dialog. */
  paste(event) {
    const { files } = event.clipboardData;
    if (!files.length || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.attach(files);
  }

  replyTo(message) {
    this.#about({ message, edit: false });
  }

  edit(message) {
    this.tray.clear();
    this.#about({ message, edit: true });
    this.write(message.body);
  }

  #about(about) {
    if (this.about?.edit && !about) this.write("");
    this.about = about;
    this.bar.hidden = !about;
    if (!about) return;
    const { message, edit } = about;
    this.bar.replaceChildren(
      el("span", { class: "words" }, el("b", {}, edit ? "Edit" : `Reply to ${message.from.name}`),
        el("span", { class: "line" }, gist(message.body, message.media?.kind))),
      iconButton("close", edit ? "Stop editing" : "Do not reply", () => {
        this.#about(null);
        this.#refocus();
      }));
    this.input.focus();
  }

  /** The button that had the focus is gone. A finger needs none, and no keyboard that opens. */
  #refocus() {
    if (!byFinger()) this.input.focus();
  }

  // What the person does

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return; // Safari's Enter that ends a composition has only this code
    if (this.suggestions.key(event)) event.preventDefault();
    else if (event.key === "Escape" && this.about) this.#about(null);
    else if (event.key === "Enter" && !event.shiftKey && !byFinger()) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    const { files, asFile } = this.tray;
    if ((!text && !files.length) || this.sending) return;
    if (files.length && text.length > MAX_CAPTION) {
      this.conversation.notice(`A caption has at most ${MAX_CAPTION} characters; this one has ${text.length}.`);
      return;
    }
    const sent = { written: this.input.value, files: [...files], about: this.about };
    this.#busy(true);
    if (await this.#deliver(text, sent.files, asFile)) this.#clear(sent);
    this.#busy(false);
  }

  /** Whether it was sent. If not, it stays in the input area, to be sent again. */
  async #deliver(text, files, asFile) {
    const { about, conversation } = this;
    if (about?.edit) return await conversation.act("edit", { message: about.message.id, text });
    try {
      return await send(conversation.seat, text, { files, asFile, replyTo: about?.message.id });
    } catch (error) {
      conversation.notice(error.message);
      return null;
    }
  }

  /** Clears what was sent. What was written or attached meanwhile stays. */
  #clear({ written, files, about }) {
    if (this.about === about) {
      this.about = null;
      this.bar.hidden = true;
    }
    this.tray.remove(files);
    if (this.input.value.startsWith(written)) this.input.value = this.input.value.slice(written.length);
    this.#changed();
  }

  #busy(busy) {
    this.sending = busy;
    this.sendButton.ariaBusy = String(busy);
    this.tray.busy(busy);
  }
}

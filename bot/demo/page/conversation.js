/** One person's chat as on their phone: header, messages, what the bot is doing, and the input area. */

import { act } from "./act.js";
import { Composer } from "./composer.js";
import { BOT_FACE, announce, avatar, el, iconButton, refresh } from "./dom.js";
import { receiveDrops } from "./drop.js";
import { Log } from "./log.js";
import { openMenu } from "./menu.js";
import { alertBox, toast } from "./notices.js";
import { openViewer } from "./viewer.js";
import { welcome } from "./welcome.js";

const ACTION_SHOWN = 5500; // milliseconds; Telegram shows an action for five seconds
const ACTIONS = {
  typing: "typing…",
  upload_photo: "sending a photo…",
  upload_document: "sending a file…",
  upload_video: "sending a video…",
  upload_video_note: "sending a video…",
};

export class Conversation {
  /** Presses that the bot has not answered yet: by callback data, the function that ends the waiting. */
  waiting = new Map();

  /**
   * @param {import("./store.js").Store} store
   * @param {{person: number, chat: number}} seat whose phone this is, and which chat is open on it
   * @param {import("./shell.js").Shell} shell the window around it
   */
  constructor(store, seat, shell) {
    this.store = store;
    this.seat = seat;
    this.shell = shell;
    this.log = new Log(this);
    this.composer = new Composer(this);
    this.element = this.#build();
    this.#listen();
    this.restart();
  }

  get person() {
    return this.store.people.get(this.seat.person);
  }

  get chat() {
    return this.store.chats.get(this.seat.chat);
  }

  get isGroup() {
    return this.chat?.type !== "private";
  }

  get title() {
    return this.isGroup ? this.chat?.title : this.person?.bot_name;
  }

  get language() {
    return this.person?.language;
  }

  #build() {
    this.heading = el("h2");
    this.status = el("p", { class: "status" });
    this.you = el("span", { class: "you" });
    this.trouble = el("p", { class: "trouble", role: "status" });
    this.welcome = el("div", { class: "welcome" });
    const more = iconButton("more", "More about this chat", () => this.#menu(more));
    const head = el("header", { class: "head" },
      iconButton("menu", "People and chats", () => this.shell.showSeats(), { class: "round seats-button" }),
      avatar(this.title, this.isGroup ? this.seat.chat : BOT_FACE),
      el("div", { class: "who" }, this.heading, this.status), this.you, more);
    const pane = el("section", { class: "pane", "aria-label": `${this.person.name}: ${this.title}` },
      head, this.trouble, this.log.element, this.composer.element);
    this.log.element.append(this.welcome);
    pane.addEventListener("focusin", () => this.shell.activate(this));
    receiveDrops(pane, (files, asFile, folders) => {
      this.composer.attach(files, asFile);
      if (folders) this.notice("A folder cannot be sent, only the files in it.");
    });
    return pane;
  }

  #listen() {
    const { store } = this;
    store.on("state", () => this.restart());
    store.on("message", ({ message, previous }) => message.chat === this.seat.chat && this.#took(message, previous));
    store.on("action", (action) => action.chat === this.seat.chat && this.#acts(action.action));
    store.on("answer", (answer) => answer.person === this.seat.person && this.#answered(answer));
    for (const kind of ["people", "chat", "operator", "connection"]) store.on(kind, () => this.#refresh());
  }

  /** Shows all that the store has, after a new connection. */
  restart() {
    if (!this.person || !this.chat) return;
    this.#refresh();
    this.log.reset(this.store.messagesOf(this.seat.chat));
  }

  #refresh() {
    if (!this.person || !this.chat) return;
    refresh(this.heading, this.title, (title) => [title]);
    this.#showStatus();
    refresh(this.you, this.person.name, (name) => [avatar(name, this.person.id, true), name]);
    refresh(this.trouble, this.store.trouble, (trouble) => [trouble]);
    this.composer.refresh();
    this.#welcome();
  }

  #welcome() {
    const empty = !this.isGroup && !this.store.messagesOf(this.seat.chat).length;
    this.welcome.hidden = !empty;
    const key = empty ? this.person.description + this.person.language : "";
    if (this.welcome.dataset.shown === key) return;
    this.welcome.dataset.shown = key;
    this.welcome.replaceChildren(...(empty ? welcome(this) : []));
  }

  // What comes from the bot

  #took(message, previous) {
    if (message.deleted) this.log.remove(message);
    else this.log.show(message);
    this.#welcome();
    if (message.from.bot && !message.deleted) {
      this.#acts("");
      this.#read(message, previous);
    }
  }

  /** Announces new messages to screen readers, but not each step of the progress, whose buttons stay the same. */
  #read(message, previous) {
    const labels = message.keyboard.flat().map((button) => button.text).join(", ");
    if (previous && JSON.stringify(previous.keyboard) === JSON.stringify(message.keyboard)) return;
    if (this.shell.shows(this)) announce(`${message.from.name}: ${message.body}${labels && `. Buttons: ${labels}`}`);
  }

  #acts(action) {
    clearTimeout(this.acting);
    this.action = action in ACTIONS ? action : "";
    if (this.action) this.acting = setTimeout(() => this.#acts(""), ACTION_SHOWN);
    this.#showStatus();
  }

  #showStatus() {
    const members = Object.values(this.chat.members ?? {});
    const idle = this.isGroup ? members.join(", ") : "bot";
    const who = this.isGroup ? `${this.store.bot.name} is ` : "";
    refresh(this.status, this.action ? who + (ACTIONS[this.action] ?? "busy…") : idle, (status) => [status]);
    this.status.classList.toggle("acting", Boolean(this.action));
  }

  #answered(answer) {
    const settle = this.waiting.get(answer.data);
    if (!settle) return;
    settle();
    if (answer.alert) alertBox(this.element, answer.text);
    else if (answer.text) this.notice(answer.text);
    if (/^https?:/.test(answer.url ?? "")) open(answer.url, "_blank", "noopener");
  }

  // What the person does

  /** Does something as this person in this chat. If it is refused, shows why and returns null. */
  async act(action, fields = {}) {
    try {
      return await act(action, { person: this.seat.person, chat: this.seat.chat, ...fields });
    } catch (error) {
      this.notice(error.message);
      return null;
    }
  }

  notice(text) {
    toast(this.element, text);
  }

  /** A tapped command is sent; a tapped mention is put into the input, as in Telegram. */
  useWord(word) {
    const suffix = this.isGroup && !word.includes("@") ? `@${this.store.bot.username}` : "";
    if (word.startsWith("/")) this.act("send", { text: word + suffix });
    else this.composer.write(`${word} `);
  }

  open(id) {
    openViewer(this.store, this.seat.chat, id);
  }

  menuFor(message, where) {
    const own = message.from.id === this.seat.person;
    const mayDelete = own || !this.isGroup;
    openMenu(where, [
      { icon: "reply", label: "Reply", run: () => this.composer.replyTo(message) },
      message.body && { icon: "copy", label: "Copy text", run: () => this.copy(message.body) },
      own && !message.album && { icon: "edit", label: "Edit", run: () => this.composer.edit(message) },
      mayDelete && { icon: "bin", label: "Delete", danger: true, run: () => this.act("delete", { message: message.id }) },
    ], "Message");
  }

  /** Browsers allow the clipboard only to pages of this machine or over HTTPS. */
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.notice("Copied");
    } catch {
      this.notice("Copying failed");
    }
  }

  #menu(where) {
    const { blocked } = this.person;
    openMenu(where, [
      { icon: "panes", label: "Two chats side by side", run: () => this.shell.toggleBeside() },
      { icon: "tools", label: "Operator’s drawer", run: () => this.shell.toggleOperator() },
      !this.isGroup && { icon: "block", label: blocked ? "Unblock the bot" : "Block the bot", danger: !blocked,
        run: () => this.act("block", { on: !blocked }) },
    ], "Chat");
  }
}

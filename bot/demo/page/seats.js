/** The list of people and their chats: opens a chat, sets a person's language, adds a person. */

import { BOT_FACE, avatar, el, icon, iconButton, refresh } from "./dom.js";
import { gist } from "./media.js";
import { keyOf, seatOf } from "./seat.js";

const LANGUAGES = {
  en: "English", de: "Deutsch", es: "Español", fr: "Français", pt: "Português", ru: "Русский", ja: "日本語",
};
const NAMES = ["Carla", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas"]; // besides Ann and Boris

export class Seats {
  /** @param {import("./shell.js").Shell} shell */
  constructor(shell, element) {
    this.shell = shell;
    this.store = shell.store;
    this.element = element;
    this.unread = new Map();
    this.list = el("div", { class: "people" });
    element.append(
      el("header", { class: "head" }, el("h2", {}, "Demo chat"),
        iconButton("close", "Close the list", () => shell.hideSeats(), { class: "round seats-button" })),
      this.list,
      el("footer", {}, tool("plus", "New person", () => this.#join()),
        tool("panes", "Side by side", () => shell.toggleBeside(), "beside"),
        tool("tools", "Operator", () => shell.toggleOperator())));
    element.addEventListener("keydown", (event) => event.key === "Escape" && shell.hideSeats());
    for (const kind of ["state", "people", "chat"]) this.store.on(kind, () => this.refresh());
    this.store.on("message", ({ message, previous }) => this.#took(message, previous));
  }

  refresh() {
    const focused = document.activeElement?.dataset?.seat;
    const people = [...this.store.people.values()];
    const shown = people.map(({ id, name, language }) => [id, name, language]);
    refresh(this.list, shown, () => people.map((person) => this.#person(person)));
    people.forEach((person, i) => {
      const seats = this.store.chatsOf(person).map((chat) => this.#seat(person, chat));
      refresh(this.list.children[i].lastElementChild, seats, () => seats.map((seat) => this.#button(seat)));
    });
    if (focused) this.list.querySelector(`[data-seat="${focused}"]`)?.focus();
  }

  #person(person) {
    const language = el("select", { "aria-label": `Language of ${person.name}`, "data-seat": `language-${person.id}`,
      onchange: async () => {
        const done = await this.shell.act("language", { person: person.id, language: language.value });
        if (!done) language.value = person.language;
      } },
      ...Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code, selected: code === person.language }, name)));
    return el("section", { "aria-label": person.name },
      el("header", {}, avatar(person.name, person.id, true), el("h3", {}, person.name), language),
      el("div"));
  }

  /** What the list shows of a chat. */
  #seat(person, chat) {
    const key = keyOf({ person: person.id, chat: chat.id });
    const [title, face] = chat.type === "private" ? [person.bot_name, BOT_FACE] : [chat.title, chat.id];
    return { key, title, face, last: this.#last(chat), shown: this.shell.visible.includes(key),
      unread: this.unread.get(key) ?? 0 };
  }

  #button({ key, title, face, last, shown, unread }) {
    return el("button", { type: "button", class: "seat", "data-seat": key, "aria-current": shown ? "true" : null,
      onclick: () => this.shell.open(seatOf(key)) },
      avatar(title, face),
      el("span", { class: "words" }, el("b", {}, title), el("span", { class: "line" }, last)),
      unread > 0 && el("span", { class: "badge", role: "img", "aria-label": `${unread} unread` }, String(unread)));
  }

  #last(chat) {
    const message = this.store.messagesOf(chat.id).at(-1);
    if (!message) return "No messages yet";
    if (message.service) return "The bot is here";
    return gist(message.body, message.media?.kind);
  }

  #took(message, previous) {
    for (const person of this.store.people.values()) {
      const key = keyOf({ person: person.id, chat: message.chat });
      const theirs = person.id === message.chat || message.chat < 0;
      if (theirs && !previous && message.from.id !== person.id && !this.shell.visible.includes(key)) {
        this.unread.set(key, (this.unread.get(key) ?? 0) + 1);
      }
    }
    this.refresh();
  }

  read(key) {
    this.unread.delete(key);
  }

  async #join() {
    const name = NAMES[Math.max(0, this.store.people.size - 2) % NAMES.length];
    const joined = await this.shell.act("join", { name, language: navigator.language.slice(0, 2) });
    if (!joined) return;
    const { person } = joined;
    await this.store.until(["people", "state"], () => this.store.people.has(person)); // this may come after the answer
    this.shell.open({ person, chat: person });
  }
}

function tool(name, label, onclick, id = null) {
  return el("button", { type: "button", class: `tool ${id ?? ""}`, onclick }, icon(name), label);
}

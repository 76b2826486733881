/** Suggestions while a person types: the bot's commands after a slash, its inline results after its name. */

import { act } from "./act.js";
import { el, icon } from "./dom.js";

const PAUSE = 300; // milliseconds without typing before the bot is asked

let made = 0; // each list needs an id of its own

export class Suggestions {
  /** @param {import("./composer.js").Composer} composer */
  constructor(composer) {
    this.composer = composer;
    this.items = [];
    this.chosen = -1;
    const id = `suggestions-${++made}`;
    this.element = el("div", { class: "suggestions", id, role: "listbox", "aria-label": "Suggestions", hidden: true,
      onscroll: () => this.#askMore() });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": id, "aria-expanded": "false",
      "aria-autocomplete": "list" })) composer.input.setAttribute(name, value);
  }

  get conversation() {
    return this.composer.conversation;
  }

  refresh() {
    const text = this.composer.input.value;
    const inline = `@${this.conversation.store.bot.username} `;
    if (/^\/\w*$/.test(text)) this.#show(this.#commands(text.slice(1)));
    else if (text.startsWith(inline)) this.#ask(text.slice(inline.length));
    else this.hide();
  }

  toggleCommands() {
    if (this.element.hidden) this.composer.write("/");
    else {
      this.hide();
      this.composer.write("");
    }
  }

  #commands(start) {
    const { isGroup, person, store } = this.conversation;
    const menu = isGroup ? person.group_menu : person.menu;
    const suffix = isGroup ? `@${store.bot.username}` : "";
    return menu.filter(({ command }) => command.startsWith(start)).map(({ command, description }) => ({
      title: `/${command}`, text: description, run: () => this.conversation.act("send", { text: `/${command}${suffix}` }),
    }));
  }

  /** The bot's results for an inline query, requested when the person stops typing. */
  #ask(query) {
    clearTimeout(this.timer);
    if (this.asked === query) return;
    this.timer = setTimeout(async () => {
      this.asked = query;
      this.#show(await this.#offers(query, "") ?? this.items);
    }, PAUSE);
  }

  /** At the end of the results, the next ones. */
  async #askMore() {
    const { asked, next, element } = this;
    if (!next || element.scrollTop + element.clientHeight < element.scrollHeight - 50) return;
    this.next = "";
    const more = await this.#offers(asked, next);
    if (!more) return;
    const { chosen, element: { scrollTop } } = this;
    this.#show([...this.items, ...more]);
    this.#choose(chosen);
    element.scrollTop = scrollTop;
  }

  /** The bot's results from an offset on; null if the person has typed on. */
  async #offers(query, offset) {
    const found = await act("inline", { person: this.conversation.seat.person, query, offset }).catch(() => null);
    if (!found || this.asked !== query) return null;
    this.next = found.next;
    const offers = found.results.map((result) => this.#offer(found.query, result));
    return [...(found.button ? [this.#start(found.button)] : []), ...offers];
  }

  #offer(query, result) {
    const run = () => this.conversation.act("choose", { query, result: result.id });
    return { title: result.title || result.body || result.type, text: result.description, picture: result.picture, run };
  }

  /** The button above the results: opens the private chat with the bot. */
  #start({ text, start_parameter: parameter }) {
    const chat = this.conversation.seat.person;
    return { title: text, run: () => this.conversation.act("send", { chat, text: `/start ${parameter ?? ""}` }) };
  }

  hide() {
    clearTimeout(this.timer);
    this.asked = null;
    if (this.items.length) this.#show([]);
  }

  #show(items) {
    const before = this.items.map((item) => item.title).join("\n");
    this.items = items;
    this.element.hidden = !items.length;
    this.composer.input.setAttribute("aria-expanded", String(items.length > 0));
    if (before === items.map((item) => item.title).join("\n")) return;
    this.element.replaceChildren(...items.map((item, i) => this.#option(item, i)));
    this.#choose(items.length ? 0 : -1);
  }

  #option(item, i) {
    const picture = item.picture ? el("img", { src: item.picture, alt: "" }) : icon("send");
    // The default of pointerdown would take the focus from the input.
    return el("div", { class: "option", role: "option", id: `${this.element.id}-${i}`, "aria-selected": "false",
      onpointerdown: (event) => event.preventDefault(), onclick: () => this.#run(i) },
      item.picture && picture, el("b", {}, item.title), el("span", {}, item.text ?? ""));
  }

  #choose(i) {
    this.chosen = i;
    [...this.element.children].forEach((option, j) => option.setAttribute("aria-selected", String(i === j)));
    const active = this.element.children[i];
    active?.scrollIntoView({ block: "nearest" });
    if (active) this.composer.input.setAttribute("aria-activedescendant", active.id);
    else this.composer.input.removeAttribute("aria-activedescendant");
  }

  #run(i) {
    this.items[i].run();
    this.composer.write("");
  }

  /** Whether the key was meant for the list. */
  key(event) {
    if (this.element.hidden) return false;
    const count = this.items.length;
    if (event.key === "ArrowDown") this.#choose((this.chosen + 1) % count);
    else if (event.key === "ArrowUp") this.#choose((this.chosen + count - 1) % count);
    else if (event.key === "Enter" || event.key === "Tab") this.#run(this.chosen);
    else if (event.key === "Escape") this.hide();
    else return false;
    return true;
  }
}

/** The window: the list of people, one chat or two side by side, and the operator's drawer. */

import { act } from "./act.js";
import { Conversation } from "./conversation.js";
import { byFinger } from "./dom.js";
import { Operator } from "./operator.js";
import { keyOf, seatOf } from "./seat.js";
import { Seats } from "./seats.js";

export class Shell {
  /** @param {import("./store.js").Store} store which has its first state already */
  constructor(store) {
    this.store = store;
    this.conversations = new Map();
    this.visible = [];
    this.active = 0;
    this.app = document.getElementById("app");
    this.panes = document.getElementById("panes");
    this.seats = new Seats(this, document.getElementById("seats"));
    this.operator = new Operator(this, document.getElementById("operator"));
    this.panes.addEventListener("click", (event) => event.target === this.panes && this.hideSeats());
    addEventListener("hashchange", () => this.#settle());
    addEventListener("paste", (event) => this.#conversation(this.visible[this.active]).composer.paste(event));
    store.on("state", () => this.#settle());
    this.#settle();
  }

  /** Shows the chats that the address names, if they exist. */
  #settle() {
    const asked = location.hash.slice(1).split(",").filter((key) => this.#exists(key));
    const first = this.store.people.keys().next().value;
    if (first === undefined) return;
    this.#show(asked.length ? asked.slice(0, 2) : [keyOf({ person: first, chat: first })]);
  }

  #exists(key) {
    const { person, chat } = seatOf(key);
    const someone = this.store.people.get(person);
    return Boolean(someone && this.store.chatsOf(someone).some((found) => found.id === chat));
  }

  #show(keys) {
    this.visible = keys;
    this.active = Math.min(this.active, keys.length - 1);
    const shown = keys.map((key) => this.#conversation(key).element);
    if (shown.some((pane, i) => this.panes.children[i] !== pane) || this.panes.children.length !== shown.length) {
      this.panes.replaceChildren(...shown);
      for (const key of keys) this.#conversation(key).log.restore();
    }
    for (const key of keys) this.seats.read(key);
    this.app.classList.toggle("beside", keys.length > 1);
    history.replaceState(null, "", `#${keys.join(",")}`);
    this.seats.refresh();
  }

  #conversation(key) {
    const known = this.conversations.get(key);
    if (known) return known;
    const conversation = new Conversation(this.store, seatOf(key), this);
    this.conversations.set(key, conversation);
    return conversation;
  }

  // What conversations and the list ask for

  /** Does something that does not belong to one chat. If it is refused, shows why and returns null. */
  async act(action, fields) {
    try {
      return await act(action, fields);
    } catch (error) {
      this.#conversation(this.visible[this.active]).notice(error.message);
      return null;
    }
  }

  shows(conversation) {
    return this.visible.includes(keyOf(conversation.seat));
  }

  activate(conversation) {
    this.active = Math.max(0, this.visible.indexOf(keyOf(conversation.seat)));
  }

  /** Opens a chat in the pane that was used last. */
  open(seat) {
    const key = keyOf(seat);
    if (!this.visible.includes(key)) this.#show(this.visible.map((old, i) => (i === this.active ? key : old)));
    this.active = this.visible.indexOf(key);
    this.hideSeats();
    if (!byFinger()) this.#conversation(key).composer.input.focus();
  }

  /** Opens a second chat beside the first: the next person's, or the group as another person sees it. */
  toggleBeside() {
    this.hideSeats();
    if (this.visible.length > 1) {
      this.#show([this.visible[this.active]]);
      return;
    }
    const now = seatOf(this.visible[0]);
    const other = [...this.store.people.keys()].find((id) => id !== now.person);
    if (other === undefined) return;
    this.#show([this.visible[0], keyOf({ person: other, chat: now.chat === now.person ? other : now.chat })]);
  }

  showSeats() {
    this.opener = document.activeElement;
    this.app.classList.add("list-open");
    this.seats.element.querySelector("[aria-current]")?.focus();
  }

  hideSeats() {
    const shown = this.app.classList.contains("list-open");
    this.app.classList.remove("list-open");
    if (shown) this.opener?.focus();
  }

  toggleOperator() {
    this.hideSeats();
    this.operator.toggle();
  }
}

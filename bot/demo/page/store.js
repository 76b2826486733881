/** The page's copy of the demo's state: the stream fills it, and all parts of the page read it. */

export class Store {
  bot = { id: 0, name: "Painter", username: "" };
  /** @type {Map<number, object>} */
  people = new Map();
  /** @type {Map<number, object>} */
  chats = new Map();
  /** @type {Map<number, Map<number, object>>} messages by chat and number, oldest first */
  messages = new Map();
  calls = [];
  operator = { faults: [], offline: false, flood: false, pending: 0, bot: null };
  connected = false;
  #listeners = new Map();

  /** Calls `listener` with the data of each event of this kind, after the store has changed. Returns what stops that. */
  on(kind, listener) {
    this.#listeners.set(kind, [...(this.#listeners.get(kind) ?? []), listener]);
    return () => this.#listeners.set(kind, this.#listeners.get(kind).filter((other) => other !== listener));
  }

  /** Resolves when `holds()` is true; checks it after each event of these kinds. */
  until(kinds, holds) {
    if (holds()) return Promise.resolve();
    return new Promise((done) => {
      const ends = kinds.map((kind) => this.on(kind, () => {
        if (!holds()) return;
        for (const end of ends) end();
        done();
      }));
    });
  }

  tell(kind, data) {
    for (const listener of this.#listeners.get(kind) ?? []) listener(data);
  }

  /** Takes in an event of the stream. */
  take(kind, data) {
    const previous = kind === "message" ? this.message(data.chat, data.id) : undefined;
    KEEP[kind]?.(this, data);
    this.tell(kind, kind === "message" ? { message: data, previous } : data);
  }

  setConnected(connected) {
    if (connected === this.connected) return;
    this.connected = connected;
    this.tell("connection", connected);
  }

  message(chat, id) {
    return this.messages.get(chat)?.get(id);
  }

  messagesOf(chat) {
    return [...(this.messages.get(chat)?.values() ?? [])];
  }

  /** The chats of a person: first the one with the bot, then groups. */
  chatsOf(person) {
    const groups = [...this.chats.values()].filter((chat) => chat.type !== "private" && person.id in chat.members);
    return [this.chats.get(person.id), ...groups].filter(Boolean);
  }

  /** Why a press would have no effect now, or "". */
  get trouble() {
    if (!this.connected) return "Connecting…";
    if (this.operator.bot && this.operator.bot.pid === null) return "The bot is down. It starts again by itself.";
    return this.operator.offline ? "The bot is offline: the operator cut it off." : "";
  }
}

const KEPT_CALLS = 200;

const KEEP = {
  state(store, state) {
    store.bot = state.bot;
    store.people = byId(state.people);
    store.chats = byId(state.chats);
    store.messages = new Map();
    for (const message of state.messages) KEEP.message(store, message);
    store.calls = state.calls;
    store.operator = state.operator;
  },
  message(store, message) {
    const messages = store.messages.get(message.chat) ?? new Map();
    store.messages.set(message.chat, messages);
    if (message.deleted) messages.delete(message.id);
    else messages.set(message.id, message);
  },
  people(store, people) {
    store.people = byId(people);
  },
  chat(store, chat) {
    store.chats.set(chat.id, chat);
  },
  operator(store, operator) {
    store.operator = operator;
  },
  call(store, call) {
    store.calls = [...store.calls.slice(1 - KEPT_CALLS), call];
  },
};

function byId(items) {
  return new Map(items.map((item) => [item.id, item]));
}

/** The inline keyboard under a message, row by row as the bot sent it. */

import { el } from "./dom.js";

const WAIT = 15_000; // milliseconds after which a press counts as unanswered, as in Telegram's apps

export class Keyboard {
  /** @param {import("./conversation.js").Conversation} conversation */
  constructor(conversation) {
    this.conversation = conversation;
    this.element = el("div", { class: "keys", role: "group", "aria-label": "Buttons of the message" });
    this.shown = "";
  }

  show(message) {
    this.message = message;
    const key = JSON.stringify(message.keyboard);
    this.element.hidden = !message.keyboard.length;
    if (key === this.shown) return;
    this.shown = key;
    const focused = this.element.contains(document.activeElement);
    const rows = message.keyboard.map((row) => el("div", { class: "keys-row" }, ...row.map((b) => this.#button(b))));
    this.element.replaceChildren(...rows);
    // Keyboard users keep the focus when the bot replaces the buttons.
    if (focused) this.element.querySelector("button, a")?.focus({ preventScroll: true });
  }

  #button(button) {
    if (button.url) {
      return el("a", { class: "key", href: safe(button.url), target: "_blank", rel: "noopener noreferrer" }, button.text);
    }
    const does = Object.keys(ACTIONS).find((name) => name in button);
    const press = does && ((event) => ACTIONS[does](this, button, event.currentTarget));
    const title = does ? null : "Only Telegram itself can do this";
    return el("button", { type: "button", class: "key", onclick: press, disabled: !does, title }, button.text);
  }

  async press(button, key) {
    if (key.ariaBusy === "true") return;
    key.ariaBusy = "true";
    const settle = () => {
      key.ariaBusy = "false";
      clearTimeout(timer);
      this.conversation.waiting.delete(button.callback_data);
    };
    const timer = setTimeout(settle, WAIT);
    this.conversation.waiting.set(button.callback_data, settle);
    const done = await this.conversation.act("press", { message: this.message.id, data: button.callback_data });
    if (!done) settle();
  }
}

const ACTIONS = {
  callback_data: (keyboard, button, key) => keyboard.press(button, key),
  copy_text: (keyboard, button) => keyboard.conversation.copy(button.copy_text.text),
  switch_inline_query_current_chat: share,
  switch_inline_query: share,
  switch_inline_query_chosen_chat: share,
};

/** Starts an inline query, in this chat: only Telegram's own apps can offer another chat. */
function share(keyboard, button) {
  const chosen = button.switch_inline_query_chosen_chat?.query;
  const query = button.switch_inline_query_current_chat ?? button.switch_inline_query ?? chosen ?? "";
  keyboard.conversation.composer.write(`@${keyboard.conversation.store.bot.username} ${query}`);
}

function safe(url) {
  if (/^(https?|tg|mailto):/i.test(url)) return url;
  return `https://${url}`;
}

/** One bubble: a message, or all messages of an album. An edit changes only the parts that differ. */

import { BOT_FACE, avatar, el, icon, iconButton, refresh } from "./dom.js";
import { formatted } from "./entities.js";
import { Keyboard } from "./keyboard.js";
import { Media, gist } from "./media.js";

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SERVICE = {
  new_chat_members: "added the bot to the group",
  forum_topic_created: "opened a topic",
};

export class Bubble {
  /**
   * @param {object} message its first message
   * @param {import("./conversation.js").Conversation} conversation
   */
  constructor(message, conversation) {
    this.conversation = conversation;
    this.own = message.from.id === conversation.seat.person;
    this.messages = new Map();
    this.media = new Media(conversation);
    this.keyboard = new Keyboard(conversation);
    this.element = message.service ? el("li", { class: "notice" }) : this.#frame(message);
  }

  get first() {
    return this.messages.values().next().value;
  }

  get empty() {
    return this.messages.size === 0;
  }

  #frame(message) {
    const more = iconButton("more", "More about this message", () => this.conversation.menuFor(this.first, more));
    more.classList.add("about");
    this.parts = {
      quote: el("div"),
      body: el("div", { class: "body", dir: "auto" }),
      reactions: el("div", { class: "reactions" }),
      meta: el("span", { class: "meta" }),
    };
    const group = this.conversation.isGroup && !this.own;
    this.bubble = el("article", { class: "bubble" },
      group && el("div", { class: `name hue${message.from.id % 6}` }, message.from.name),
      this.parts.quote, this.media.element, this.parts.body, this.parts.reactions);
    const stack = el("div", { class: "stack" }, el("div", { class: "held" }, this.bubble, more), this.keyboard.element);
    const row = el("li", { class: `row ${this.own ? "out" : "in"}`, oncontextmenu: (event) => this.#context(event) });
    // Touch screens have no hover to show the button: a tap on the bubble opens the menu, as in Telegram.
    this.bubble.addEventListener("click", (event) => event.pointerType === "touch" && this.#context(event));
    row.append(...(group ? [avatar(message.from.name, message.from.bot ? BOT_FACE : message.from.id, true)] : []), stack);
    return row;
  }

  #context(event) {
    if (event.target.closest("a, button, audio, video, [role=button]") || !getSelection().isCollapsed) return;
    event.preventDefault();
    this.conversation.menuFor(this.first, { left: event.clientX, top: event.clientY });
  }

  /** Shows a message: a new one of the album, or a new version of one in this bubble. */
  show(message) {
    this.messages.set(message.id, message);
    this.#refresh();
  }

  remove(message) {
    this.messages.delete(message.id);
    if (!this.empty) this.#refresh();
  }

  #refresh() {
    const messages = [...this.messages.values()];
    const said = messages.find((message) => message.body) ?? messages[0];
    if (messages[0].service) {
      this.element.textContent = `${messages[0].from.name} ${SERVICE[messages[0].service] ?? messages[0].service}`;
      return;
    }
    this.element.dataset.message = messages[0].id;
    this.bubble.setAttribute("aria-label", `${this.own ? "You" : said.from.name}, ${CLOCK.format(1000 * said.date)}`);
    this.bubble.classList.toggle("captionless", !said.body && said.media !== null);
    refresh(this.parts.quote, messages[0].reply, (reply) => this.#quote(reply));
    this.media.show(messages);
    refresh(this.parts.meta, [said.date, this.own && said.edited, said.via], () => this.#meta(said));
    refresh(this.parts.body, [said.body, said.entities], () => this.#body(said));
    refresh(this.parts.reactions, messages.flatMap((message) => message.reactions), reactions);
    this.keyboard.show(messages[0]);
  }

  #quote(reply) {
    if (!reply) return [];
    const picture = reply.picture && el("img", { src: reply.picture, alt: "", width: 36, height: 36 });
    const text = reply.deleted ? "Deleted message" : gist(reply.body, reply.kind);
    const words = el("span", { class: "words" }, el("b", {}, reply.name), el("span", { class: "line" }, text));
    const onclick = () => this.conversation.log.jumpTo(reply.id);
    const spoken = el("span", { class: "unseen" }, "In reply to ");
    return [el("button", { type: "button", class: "quote", onclick }, spoken, picture, words)];
  }

  #body(message) {
    const text = formatted(message.body, message.entities, (word) => this.conversation.useWord(word));
    return [el("span", { class: "text", lang: this.own ? null : this.conversation.language }, ...text), this.parts.meta];
  }

  #meta(message) {
    const via = message.via && el("span", {}, `via @${message.via}`);
    const edited = this.own && message.edited && el("span", {}, "edited");
    const sent = this.own && el("span", { class: "sent", role: "img", "aria-label": "sent" }, icon("check"));
    return [via, edited, el("time", {}, CLOCK.format(1000 * message.date)), sent];
  }
}

function reactions(emojis) {
  return [...new Set(emojis)].map((emoji) => {
    const count = emojis.filter((other) => other === emoji).length;
    const label = `Reaction ${emoji}${count > 1 ? `, ${count} times` : ""}`;
    return el("span", { class: "reaction", role: "img", "aria-label": label }, emoji, count > 1 && ` ${count}`);
  });
}

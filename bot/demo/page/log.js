/** The messages of a chat, oldest first. The log stays at its end, or where the person has scrolled to. */

import { Bubble } from "./bubble.js";
import { el, iconButton, mayMove } from "./dom.js";

const NEAR = 48; // pixels from the end that still count as being there
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });

export class Log {
  /** @param {import("./conversation.js").Conversation} conversation */
  constructor(conversation) {
    this.conversation = conversation;
    this.rows = new Map(); // by message number, or by album
    this.list = el("ol", { class: "rows" });
    this.scroller = el("div", { class: "scroller", role: "log", tabindex: "0", "aria-live": "off",
      "aria-label": `Messages: ${conversation.title}`, onscroll: () => this.#scrolled() }, this.list);
    this.toEnd = iconButton("down", "To the newest message", () => this.scrollToEnd(), { hidden: true });
    this.toEnd.classList.add("to-end");
    this.element = el("div", { class: "log" }, this.scroller, this.toEnd);
    this.atEnd = true;
    this.top = 0;
    const resized = new ResizeObserver(() => this.atEnd && this.scrollToEnd());
    resized.observe(this.list);
    resized.observe(this.scroller);
  }

  /** Shows exactly these messages, and keeps their elements. A demo that was started again counts from one again. */
  reset(messages) {
    const dates = new Map(messages.map(({ id, date }) => [id, date]));
    for (const row of this.rows.values()) {
      for (const message of [...row.messages.values()]) if (dates.get(message.id) !== message.date) this.remove(message);
    }
    for (const message of messages) this.show(message);
  }

  show(message) {
    const key = message.album || message.id;
    let row = this.rows.get(key);
    if (!row) {
      row = new Bubble(message, this.conversation);
      this.rows.set(key, row);
      this.#day(message);
      this.list.append(row.element);
      if (row.own) this.atEnd = true;
    }
    row.show(message);
  }

  remove(message) {
    const key = message.album || message.id;
    const row = this.rows.get(key);
    if (!row) return;
    row.remove(message);
    if (row.empty) {
      const focused = row.element.contains(document.activeElement);
      row.element.remove();
      if (focused) this.scroller.focus({ preventScroll: true });
      this.rows.delete(key);
    }
    if (!this.rows.size) {
      this.list.replaceChildren(); // no day without a message
      this.lastDay = null;
    }
  }

  /** A line with the date above the first message of a day. */
  #day(message) {
    const day = DAY.format(1000 * message.date);
    if (day === this.lastDay) return;
    this.lastDay = day;
    const today = day === DAY.format(Date.now());
    this.list.append(el("li", { class: "notice" }, today ? "Today" : day));
  }

  /** Scrolls to a quoted message, and marks it for a moment. */
  jumpTo(id) {
    const row = [...this.rows.values()].find((candidate) => candidate.messages.has(id));
    if (!row) return;
    this.atEnd = false;
    row.element.scrollIntoView({ block: "center", behavior: mayMove() ? "smooth" : "auto" });
    row.element.classList.remove("marked");
    requestAnimationFrame(() => row.element.classList.add("marked"));
  }

  scrollToEnd() {
    this.atEnd = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#scrolled();
  }

  /** Scrolls to where the log was: an element that leaves the page forgets it. */
  restore() {
    if (this.atEnd) this.scrollToEnd();
    else this.scroller.scrollTop = this.top;
  }

  /** Only a person scrolls up. Anything else that moves the end away is new content, and the log follows it. */
  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    if (scrollHeight - clientHeight - scrollTop < NEAR) this.atEnd = true;
    else if (scrollTop < this.top - 1) this.atEnd = false;
    this.top = scrollTop;
    this.toEnd.hidden = this.atEnd;
  }
}

/** The empty chat: an invitation, with a first photo one tap away. */

import { SAMPLES, sampleAddress, sendSample } from "./attach.js";
import { byFinger, el } from "./dom.js";

/** @param {import("./conversation.js").Conversation} conversation */
export function welcome(conversation) {
  const { description, language } = conversation.person;
  const once = (run) => (event) => event.detail < 2 && run(); // a double click counts once
  const samples = SAMPLES.map((sample) => el("button", { type: "button", class: "sample",
    onclick: once(() => sendSample(conversation, sample)) },
    el("img", { src: sampleAddress(sample), alt: "", width: 96, height: 96 }), sample.label));
  return [
    el("div", { class: "card" },
      el("h3", {}, `${byFinger() ? "Send a photo" : "Drop a photo here"} or try one of these`),
      el("div", { class: "samples" }, ...samples),
      description && el("p", { lang: language, class: "description" }, description),
      el("button", { type: "button", class: "wide", onclick: once(() => conversation.act("send", { text: "/start" })) },
        "Start")),
  ];
}

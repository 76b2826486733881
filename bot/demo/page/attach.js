/** Ways to attach a picture: the device's files, its camera, and sample photos. */

import { reach, send } from "./act.js";
import { byFinger, el } from "./dom.js";
import { openMenu } from "./menu.js";

export const SAMPLES = [
  { file: "chelsea.jpg", label: "A cat" },
  { file: "coffee.jpg", label: "A cup of coffee" },
  { file: "astronaut.jpg", label: "An astronaut" },
];

export function sampleAddress(sample) {
  return `page/samples/${sample.file}`;
}

/** @param {import("./composer.js").Composer} composer */
export function attachMenu(composer, where) {
  const pick = (asFile, properties) => () => pickFiles(properties, (files) => composer.attach(files, asFile));
  const samples = SAMPLES.map((sample) => ({
    picture: sampleAddress(sample), label: `Sample: ${sample.label}`, run: () => sendSample(composer.conversation, sample),
  }));
  openMenu(where, [
    { icon: "photo", label: "Photos and videos", run: pick(false, { accept: "image/*,video/*", multiple: true }) },
    byFinger() && { icon: "camera", label: "Camera", run: pick(false, { accept: "image/*", capture: "environment" }) },
    { icon: "file", label: "Files, not compressed", run: pick(true, { multiple: true }) },
    ...samples,
  ], "Attach");
}

function pickFiles(properties, onPick) {
  const input = el("input", { type: "file", hidden: true, ...properties });
  input.addEventListener("change", () => {
    onPick(input.files);
    input.remove();
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input); // in some browsers a detached input does not open
  input.click();
}

/** Sends a sample photo at once: a first painting with one tap. */
export async function sendSample(conversation, sample) {
  try {
    const picture = await (await reach(sampleAddress(sample))).blob();
    await send(conversation.seat, "", { files: [new File([picture], sample.file, { type: "image/jpeg" })] });
  } catch (error) {
    conversation.notice(error.message);
  }
}

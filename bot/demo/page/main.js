/** Starts the page. The first state builds the window; each later event changes a part of it. */

import { el } from "./dom.js";
import { refuseOtherDrops } from "./drop.js";
import { Shell } from "./shell.js";
import { Store } from "./store.js";
import { follow } from "./stream.js";

document.getElementById("panes").append(el("p", { class: "waiting" }, "Connecting…")); // until the first state
const store = new Store();
let shell = null;
store.on("state", () => {
  document.title = `${store.bot.name}: the demo chat`;
  shell ??= new Shell(store);
});
refuseOtherDrops();
follow(store);

/** Starts the page: the first state builds the window, each event after it changes a part. */

import { Shell } from "./shell.js";
import { Store } from "./store.js";
import { follow } from "./stream.js";

const store = new Store();
let shell = null;
store.on("state", () => {
  document.title = `${store.bot.name}: the demo chat`;
  shell ??= new Shell(store);
});
follow(store);

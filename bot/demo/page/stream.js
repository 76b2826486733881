/** Keeps the stream of events open: each connection begins with the whole state, so nothing is missed. */

const KINDS = ["state", "message", "answer", "action", "chat", "people", "operator", "call"];
const PAUSE = 1000; // milliseconds before the next try
const SILENCE = 40_000; // the server says something every 15 s: after this long the connection is dead

/** @param {import("./store.js").Store} store */
export function follow(store) {
  const source = new EventSource("demo/events");
  let watchdog = 0;
  const again = () => {
    clearTimeout(watchdog);
    source.close();
    store.setConnected(false);
    setTimeout(() => follow(store), PAUSE);
  };
  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(again, SILENCE);
  };
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => {
      heard();
      store.take(kind, JSON.parse(event.data));
      if (kind === "state") store.setConnected(true);
    });
  }
  source.addEventListener("idle", heard);
  source.addEventListener("error", again);
  heard();
}

/** Keeps the stream of events open: each connection begins with the whole state, so nothing is missed. */

const KINDS = ["state", "message", "answer", "action", "chat", "people", "operator", "call"];
const PAUSE = 1000; // milliseconds before the next try
const HIDDEN = 30_000; // milliseconds in the background, after which a tab stops listening
const SILENCE = 40_000; // the server says something every 15 s: after this long the connection is dead

/**
 * A hidden tab does without: a browser opens six connections to a server, for all tabs together.
 * @param {import("./store.js").Store} store
 */
export function follow(store) {
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => follow(store), { once: true });
    return;
  }
  const source = new EventSource("demo/events");
  let watchdog = 0;
  let hidden = 0;
  const end = () => {
    clearTimeout(watchdog);
    clearTimeout(hidden);
    document.removeEventListener("visibilitychange", turned);
    source.close();
  };
  const again = () => {
    end();
    store.setConnected(false);
    setTimeout(() => follow(store), PAUSE);
  };
  const turned = () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(() => { end(); follow(store); }, HIDDEN);
  };
  document.addEventListener("visibilitychange", turned);
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

#!/usr/bin/env bash
# One would guess: a bot made with Telegraf, whose handlers are all `async`, answers others while one handler waits for
# something that takes long; and a handler that takes too long fails alone.
#
# What is so: new messages are fetched only when all handlers of the last ones are through. While one user's painting
# takes a minute, nobody else gets as much as a "please wait"; at /cancel, too, the bot looks only afterwards. After 90
# seconds (handlerTimeout; here half a second) waiting ends, and with it the bot: launch() rejects, polling is over, by
# default the process ends. The handler itself is not stopped, and what it sends after that arrives, if the process
# lives as long.
#
# Who meets it: bots whose handlers wait for a network, a painting or an upload. Do not await long work in a handler,
# and catch its errors.
#
# Source: run here; telegraf/src/core/network/polling.ts, loop(), and telegraf.ts, DEFAULT_OPTIONS; its issues 892
# ("wontfix") and 1479. Its README and its documentation of handlerTimeout, a number without a word, say none of it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund telegraf@4.16.3
cat > try.js <<'JS'
const { EventEmitter, once } = require("node:events");
const http = require("node:http");
const { Telegraf } = require("telegraf");

// A stand-in for the Bot API: it has a queue of updates, and notes what the bot sends.
const happens = new EventEmitter();
const updates = [];
const log = [];
function note(what) {
  log.push(what);
  happens.emit(what);
}
function write(id, text) {
  const chat = { id, type: "private", first_name: "A" };
  updates.push({ update_id: id, message: { message_id: id, date: 1, chat, from: { ...chat, is_bot: false }, text } });
  happens.emit("update");
}
const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", async () => {
    const method = request.url.split("/").pop();
    const given = body ? JSON.parse(body) : {};
    let result = true;
    if (method === "getMe") result = { id: 1, is_bot: true, first_name: "B", username: "b_bot" };
    if (method === "getUpdates") {
      const fresh = () => updates.filter((update) => update.update_id >= (given.offset || 0));
      if (fresh().length === 0 && given.timeout) await once(happens, "update");
      result = fresh();
    }
    if (method === "sendMessage") {
      result = { message_id: 9, date: 1, chat: { id: given.chat_id, type: "private" }, text: given.text };
      note(`sent: ${given.text}`);
    }
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ok: true, result }));
  });
});

async function story(handlerTimeout) {
  log.length = updates.length = 0;
  let finish;
  const painted = new Promise((resolve) => (finish = resolve));
  const apiRoot = `http://127.0.0.1:${server.address().port}`;
  const bot = new Telegraf("1:A", { telegram: { apiRoot }, ...(handlerTimeout && { handlerTimeout }) });
  bot.on("text", async (context) => {
    note(`handled: ${context.message.text}`);
    if (context.message.text === "paint") await painted;
    await context.reply(`${context.message.text} is done`);
  });
  const ended = bot.launch().then(() => "ended", (error) => error.message);
  const working = once(happens, "handled: paint");
  write(1, "paint");
  await working;
  write(2, "cancel");
  const reason = handlerTimeout ? await ended : await new Promise((resolve) => setTimeout(resolve, 1500));
  if (reason) note(`the bot stops: ${reason}`);
  note("the painting is ready");
  const last = once(happens, handlerTimeout ? "sent: paint is done" : "sent: cancel is done");
  finish();
  await last;
  if (!handlerTimeout) bot.stop();
  return log.join("; ");
}

server.listen(0, "127.0.0.1", async () => {
  console.error = () => {}; // Telegraf prints the update there
  console.log("telegraf", require(`${process.cwd()}/node_modules/telegraf/package.json`).version);
  const waits = await story();
  console.log(" ", waits);
  const ends = await story(500);
  console.log(" ", ends);
  const right =
    waits === "handled: paint; the painting is ready; sent: paint is done; handled: cancel; sent: cancel is done" &&
    ends ===
      "handled: paint; the bot stops: Promise timed out after 500 milliseconds; the painting is ready; " +
        "sent: paint is done";
  if (!right) console.log("this has changed");
  process.exit(right ? 0 : 1);
});
JS
node try.js

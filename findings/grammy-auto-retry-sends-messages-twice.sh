#!/usr/bin/env bash
# grammY's plugin @grammyjs/auto-retry sends a message again whose answer was lost: it stands in the chat twice.
#
# One would guess: a plugin that repeats calls "when it makes sense" repeats reading and editing, and new messages only
# if they were certainly not sent.
# It is so: with its default options it repeats every call after every fault of the network, for ever, and after every
# answer of 500 or more. The Bot API has no key by which the server could tell that it has the message already.
# Who meets it: bots behind mobile networks and proxies, and all while Telegram's servers start again (500 "restart",
# for calls whose effect may have happened).
# Source: the plugin's README ("rethrowHttpErrors", "rethrowInternalServerErrors", both false by default).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund grammy@1.46.0 @grammyjs/auto-retry@2.0.2
cat > try.js <<'JS'
const http = require("node:http");
const { Api } = require("grammy");
const { autoRetry } = require("@grammyjs/auto-retry");

const sent = [];
const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    const { text } = JSON.parse(body);
    sent.push(text); // from here on the message stands in the chat
    const message = { message_id: sent.length, date: 1, chat: { id: 1, type: "private" }, text };
    const again = sent.filter((one) => one === text).length > 1;
    if (text === "lost" && !again) request.socket.destroy();
    else if (text === "restart" && !again) {
      response.statusCode = 500;
      response.end(JSON.stringify({ ok: false, error_code: 500, description: "Internal Server Error: restart" }));
    } else response.end(JSON.stringify({ ok: true, result: message }));
  });
});

server.listen(0, "127.0.0.1", async () => {
  const api = new Api("1:A", { apiRoot: `http://127.0.0.1:${server.address().port}` });
  api.config.use(autoRetry());
  await api.sendMessage(1, "lost");
  await api.sendMessage(1, "restart");
  server.close();
  const versions = ["grammy", "@grammyjs/auto-retry"].map((name) => require(`${process.cwd()}/node_modules/${name}/package.json`));
  console.log(versions.map(({ name, version }) => `${name} ${version}`).join(", "), "| in the chat:", sent.join(", "));
  const twice = (text) => sent.filter((one) => one === text).length === 2;
  process.exit(twice("lost") && twice("restart") ? 0 : 1);
});
JS
node try.js

#!/usr/bin/env bash
# One would guess: GramIO sends a picture as a form, and in it the caption, the buttons and all else, as grammY,
# Telegraf and the others do, and as it does itself under Bun; a caption may have 1024 characters, an album ten of them.
#
# What is so: under Node only the files are in the form. All else is put into the address, behind "?", each letter that
# is not ASCII as six characters or more. One full caption in Cyrillic makes an address of 5500 characters, three of an
# album one of 15000, and servers take 8000 (nginx) or 16000 with all headers (Node's). They refuse the request before
# they have read it, with a page that is no JSON; what the bot gets is "SyntaxError: Unexpected end of JSON input" or
# the like, no TelegramError, and the album is lost. A text of the same length without a picture is sent well. Besides,
# each caption stands in the access logs of all proxies.
#
# Who meets it: bots in Node that send albums or long captions through a server of their own behind nginx, or through a
# proxy; all tests with short captions pass. Send the captions in a message of their own.
#
# Source: run here, against a server on this machine; gramio/src/bot.ts, _callApi(): url += `?${new URLSearchParams(...)}`.
# nginx.org, large_client_header_buffers: "4 8k", "414 (Request-URI Too Large)"; nodejs.org, --max-http-header-size.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund gramio@0.10.0
cat > try.js <<'JS'
const fs = require("fs");
const http = require("http");
const { Bot, MediaInput, MediaUpload } = require("gramio");

const CAPTION = "Картина ".repeat(128);
const come = [];
const { version } = JSON.parse(fs.readFileSync("node_modules/gramio/package.json"));

const server = http.createServer((request, response) => {
  let length = 0;
  request.on("data", (part) => (length += part.length));
  request.on("end", () => {
    come.push({ address: request.url.length, body: length });
    const message = { message_id: 1, date: 1, chat: { id: 1, type: "private" } };
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ ok: true, result: request.url.includes("sendMediaGroup") ? [message] : message }));
  });
});

server.listen(0, "127.0.0.1", async () => {
  const bot = new Bot("1:A", { api: { baseURL: `http://127.0.0.1:${server.address().port}/bot` } });
  const photo = () => MediaUpload.buffer(Buffer.alloc(1000), "photo.jpg");
  const album = (count) => Array.from({ length: count }, () => MediaInput.photo(photo(), { caption: CAPTION }));
  const sent = {
    "a text of 4 captions": () => bot.api.sendMessage({ chat_id: 1, text: CAPTION.repeat(4) }),
    "a photo without a caption": () => bot.api.sendPhoto({ chat_id: 1, photo: photo() }),
    "a photo with one": () => bot.api.sendPhoto({ chat_id: 1, photo: photo(), caption: CAPTION }),
    "an album of 2 with captions": () => bot.api.sendMediaGroup({ chat_id: 1, media: album(2) }),
    "an album of 3 with captions": () => bot.api.sendMediaGroup({ chat_id: 1, media: album(3) }),
  };
  console.log("GramIO", version, "in Node", process.versions.node);
  const found = [];
  for (const [name, send] of Object.entries(sent)) {
    come.length = 0;
    const end = await send().then(() => "sent", (error) => `${error.name}: ${error.message}`);
    const [{ address, body } = { address: "too long", body: 0 }] = come;
    found.push({ address, end });
    console.log(`  ${name}: the address has ${address}, the body ${body}; ${end}`);
  }
  const [text, plain, one, two, three] = found;
  const right = text.address < 100 && plain.address < 100 && one.address > 5000 && two.address > 10000 &&
    three.address === "too long" && three.end.startsWith("SyntaxError") &&
    [text, plain, one, two].every(({ end }) => end === "sent");
  if (!right) console.log("this has changed");
  process.exit(right ? 0 : 1);
});
JS
node try.js

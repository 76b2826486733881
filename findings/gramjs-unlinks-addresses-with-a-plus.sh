#!/usr/bin/env bash
# One would guess: with GramJS (the npm package "telegram"), words that link to an address, <a href="...">, are sent as
# such a link, whatever is in the address, as Telethon does, of which it is the translation.
#
# What is so: an address with a plus anywhere in it is taken for the phone number of somebody who is mentioned. GramJS
# looks for such a person, finds none, and sends the words without a link. A plus is in each invitation to a private
# group or channel (https://t.me/+...), and stands for a space in each search and each map (?q=black+forest). The words
# stay, so "Join here" is sent, and one cannot. No error, no warning.
#
# Who meets it: bots and clients that invite to a group, or link to searches, maps and shops. Hand over entities
# (formattingEntities) instead of a text to parse.
#
# Source: run here; telegram/client/messageParse.ts, _parseMessageText(): /^@|\+|tg:\/\/user\?id=(\d+)/ by exec(), in
# which only the @ has to stand at the beginning. Telethon takes the same expression by re.match(), in which all have to.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund telegram@2.26.22
cat > try.js <<'JS'
const { TelegramClient } = require("telegram");
const { StringSession } = require("telegram/sessions");
const { _parseMessageText } = require("telegram/client/messageParse");

const ADDRESSES = [
  "https://t.me/painters",
  "https://t.me/+AbCdEfGhIjKlMnOp",
  "https://maps.example/?q=black%20forest",
  "https://maps.example/?q=black+forest",
];

(async () => {
  const client = new TelegramClient(new StringSession(""), 1, "a", {});
  client.setLogLevel("none");
  const asked = [];
  client.getInputEntity = async (whom) => {
    asked.push(whom);
    throw new Error("Cannot find any entity corresponding to it"); // what it says when it is connected, too
  };
  console.log("GramJS", require("telegram/package.json").version);
  let right = true;
  for (const address of ADDRESSES) {
    asked.length = 0;
    const [text, entities] = await _parseMessageText(client, `<a href="${address}">Join here</a>`, "html");
    const links = entities.map((entity) => entity.url);
    console.log(`  ${address}: "${text}", which links to ${links.join() || "nothing"}; ` +
      `asked for the person ${asked.join() || "-"}`);
    const plus = address.includes("+");
    right = right && links.length === (plus ? 0 : 1) && asked.length === (plus ? 1 : 0);
  }
  if (!right) console.log("this has changed");
  process.exit(right ? 0 : 1);
})();
JS
node try.js

#!/usr/bin/env bash
# One would guess: bot.command("stop") of node-telegram-bot-api 2 takes "/stop" and "/stop@this_bot"; what is
# addressed to another bot in the group, as Telegram's menu of commands writes it, is left to that one, as grammY
# does.
#
# What is so: the name behind the @ is allowed for, and not looked at. "/stop@weather_bot" stops this bot, too, and
# both answer. In private chats there is no other bot, and in groups a bot with privacy mode on is not shown such
# commands; it is shown them where privacy mode is off, which bots that look at all messages or photos need, and where
# it is an administrator. Version 1 had no commands, so there is no habit to go by. No error, no warning.
#
# Who meets it: bots for groups that come from another library, above all with common commands (/start, /help, /stop,
# /settings), of which some change or delete something. Compare the name with that of api.getMe() oneself.
#
# Source: run here, without a network; node-telegram-bot-api, dist/core/bot.js, command(): the part (@\w+)? of the
# pattern is not used; core.telegram.org/bots/features#commands has the form with the bot's name. The README shows
# bot.command() only.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund grammy@1.46.0 node-telegram-bot-api@2.1.0
cat > try.mjs <<'JS'
import { readFileSync } from "node:fs";

import { Bot as Grammy } from "grammy";
import { Bot } from "node-telegram-bot-api";

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const me = { id: 1, is_bot: true, first_name: "P", username: "painter_bot", can_join_groups: true,
  can_read_all_group_messages: true, supports_inline_queries: false };

function update(text) {
  const length = text.split(" ")[0].length;
  return { update_id: 1, message: { message_id: 1, date: 1, text, chat: { id: -5, type: "group", title: "G" },
    from: { id: 7, is_bot: false, first_name: "A" }, entities: [{ type: "bot_command", offset: 0, length }] } };
}

const handled = { "node-telegram-bot-api": [], grammy: [] };
const bot = new Bot("1:A");
bot.command("stop", (context) => handled["node-telegram-bot-api"].push(context.message.text));
const other = new Grammy("1:A", { botInfo: me });
other.command("stop", (context) => handled.grammy.push(context.message.text));

const texts = ["/stop", "/stop@painter_bot", "/stop@weather_bot", "/start@weather_bot"];
for (const text of texts) {
  await bot.handleUpdate(update(text));
  await other.handleUpdate(update(text));
}
console.log("painter_bot handles of", texts.join(", "));
for (const [name, found] of Object.entries(handled)) console.log(`  ${name} ${version(name)}: ${found.join(", ")}`);
const right = handled.grammy.join() === "/stop,/stop@painter_bot" &&
  handled["node-telegram-bot-api"].join() === "/stop,/stop@painter_bot,/stop@weather_bot";
if (!right) console.log("this has changed");
process.exit(right ? 0 : 1);
JS
node try.mjs

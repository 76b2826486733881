#!/usr/bin/env bash
# One would guess: GramJS (the npm package "telegram") reads "```" in Markdown, its default, as the beginning and the
# end of a block of code (MessageEntityPre), as its table of signs says, and as Telethon does, of which it is the
# translation.
#
# What is so: it looks for each sign of the table in turn and takes the first in the text; at "```" there also stands
# "`", which comes before it in the table. So three times a sign for code in a line is read: one that begins and ends at
# the same place, and one that begins; at the end again. A message with a block of code is sent with code in a line,
# which has no button to copy it and no colours, and with two entities of length 0. MessageEntityPre is never made, and
# the name of the language stands in the text.
#
# Who meets it: bots and clients that send programs, tables and logs. Use HTML (<pre>), or hand over entities.
#
# Source: run here, beside Telethon; telegram/extensions/markdown.ts, parse(): index < foundIndex, and messageParse.ts,
# DEFAULT_DELIMITERS, in which "`" precedes "```".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund telegram@2.26.22
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check telethon==1.45.0
cat > text.json <<'JSON'
"Do this:\n```\npip install styler\nstyler --help\n```\nand `stop`."
JSON
cat > try.js <<'JS'
const { TelegramClient } = require("telegram");
const { StringSession } = require("telegram/sessions");
const { _parseMessageText } = require("telegram/client/messageParse");

(async () => {
  const client = new TelegramClient(new StringSession(""), 1, "a", {});
  const [, entities] = await _parseMessageText(client, require("./text.json"));
  console.log(JSON.stringify(entities.map(({ className, length }) => [className, length])));
  process.exit(0);
})();
JS
node try.js 2> errors | tail -n 1 > gramjs.json
venv/bin/python - <<'PY'
import json
from importlib.metadata import version
from pathlib import Path

from telethon.extensions import markdown

text = json.loads(Path("text.json").read_text())
by_gramjs = [tuple(each) for each in json.loads(Path("gramjs.json").read_text())]
by_telethon = [(type(each).__name__, each.length) for each in markdown.parse(text)[1]]
number = json.loads(Path("node_modules/telegram/package.json").read_text())["version"]
print(f"  {text!r}")
print(f"  GramJS {number}: {by_gramjs}")
print(f"  Telethon {version('telethon')}: {by_telethon}")
assert [name for name, _ in by_telethon] == ["MessageEntityPre", "MessageEntityCode"]
assert {name for name, _ in by_gramjs} == {"MessageEntityCode"}, "this has changed"
assert sorted(length for _, length in by_gramjs)[:2] == [0, 0], "this has changed"
PY

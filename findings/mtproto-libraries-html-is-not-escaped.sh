#!/usr/bin/env bash
# One would guess: the HTML that Pyrogram and GramJS (the npm package "telegram") make of a message, message.text.html
# and HTMLParser.unparse(), is the message: sent as HTML it gives the same text again, whatever signs are in it, as
# Telethon's does, aiogram's and python-telegram-bot's.
#
# What is so: Pyrogram (and Hydrogram, Kurigram and Pyrofork, which go on from it) escapes "<", ">" and "&" only between
# the first and the last formatting, and nothing if there is none; GramJS escapes nothing, nowhere. So what stands
# between "<" and ">" is taken for a tag that nobody knows, and is left out when the text is sent: "List<String>" becomes
# "List", "if a<b and c>d" becomes "if ad", "write to <name>" becomes "write to ". No error, no warning; the Bot API would
# refuse such a text, but these libraries read it themselves.
#
# Who meets it: bots and clients that copy, translate, archive or edit messages by their HTML. Make it of the text and
# the entities by hand, or send the entities themselves.
#
# Source: run here; pyrogram/parser/html.py, unparse(): html.escape(text[offset:last_offset]) within `if
# entities_offsets`; telegram/extensions/html.ts, unparse(): html.push(text.slice(...)).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
npm install --silent --no-audit --no-fund telegram@2.26.22
for each in pyrogram:2.0.106 hydrogram:0.2.0 telethon:1.45.0; do
    IFS=: read -r name number <<< "$each"
    python3 -m venv "venv-$name"
    "venv-$name/bin/pip" install --quiet --disable-pip-version-check --no-compile "$name==$number"
done
cat > messages.json <<'JSON'
[["The type is List<String>", -1],
 ["ok: if a<b and c>d, then stop", 0],
 ["write to <name>, please: ok", 25],
 ["a < b && b > c: ok", 16]]
JSON
cat > by-python.py <<'PY'
"""Each message, with two letters in bold at its place, made HTML and read again."""

import asyncio
import importlib
import json
import sys
from pathlib import Path

name = sys.argv[1]
results = []
for text, at in json.loads(Path("messages.json").read_text()):
    if name == "telethon":
        from telethon.extensions import html
        from telethon.tl.types import MessageEntityBold

        made = html.unparse(text, [MessageEntityBold(at, 2)] if at >= 0 else [])
        results.append([made, html.parse(made)[0]])
    else:
        types, enums = (importlib.import_module(f"{name}.{part}") for part in ("types", "enums"))
        parser = importlib.import_module(f"{name}.parser.html").HTML
        bold = types.MessageEntity(type=enums.MessageEntityType.BOLD, offset=at, length=2)
        made = parser.unparse(text, [bold] if at >= 0 else [])
        results.append([made, asyncio.run(parser(None).parse(made))["message"]])
Path(f"{name}.json").write_text(json.dumps(results))
PY
cat > by-gramjs.js <<'JS'
const fs = require("fs");
const { Api } = require("telegram");
const { HTMLParser } = require("telegram/extensions/html");

const results = require("./messages.json").map(([text, at]) => {
  const made = HTMLParser.unparse(text, at >= 0 ? [new Api.MessageEntityBold({ offset: at, length: 2 })] : []);
  return [made, HTMLParser.parse(made)[0]];
});
fs.writeFileSync("gramjs.json", JSON.stringify(results));
JS
node by-gramjs.js
for name in pyrogram hydrogram telethon; do "venv-$name/bin/python" by-python.py "$name" 2> errors; done
python3 - <<'PY'
import json
from pathlib import Path

NAMES = {"telethon": "Telethon 1.45.0", "pyrogram": "Pyrogram 2.0.106", "hydrogram": "Hydrogram 0.2.0",
         "gramjs": "GramJS 2.26.22"}
messages = json.loads(Path("messages.json").read_text())
for name, full in NAMES.items():
    print(full)
    for (text, at), (made, again) in zip(messages, json.loads(Path(f"{name}.json").read_text())):
        print(f"  {text!r} becomes {made!r}, and is sent as {again!r}")
        lost = name != "telethon" and "< b" not in text
        assert (again == text) == (not lost), "this has changed"
PY
